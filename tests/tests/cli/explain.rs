//! `weir explain`: pages.

use super::*;

#[test]
fn a_code_and_a_name_have_the_same_page() {
    let page = weir().run(&["explain", "R001"]);
    assert_eq!(page.status, 0);
    assert!(page.stdout.starts_with("# R001: shared-mutation\n"), "{}", page.stdout);
    assert_eq!(page, weir().run(&["explain", "shared-mutation"]));
}

#[test]
fn an_unknown_code_is_usage() {
    let printed = weir().run(&["explain", "R999"]);
    assert_eq!(printed.status, 2);
    assert!(printed.stderr.contains("--list-rules"), "{}", printed.stderr);
    let printed = weir().run(&["explain", "shared-mutatoin"]);
    assert_eq!(printed.status, 2);
    assert!(printed.stderr.contains("did you mean `shared-mutation`?"), "{}", printed.stderr);
}

#[test]
fn without_a_code_the_families_are_listed() {
    let printed = weir().run(&["explain"]);
    assert_eq!(printed.status, 0);
    let race = printed.stdout.lines().find(|line| line.starts_with("R  "));
    assert!(race.is_some_and(|line| line.contains("R001 R002")), "{}", printed.stdout);
}

#[test]
fn a_family_lists_its_rules() {
    let printed = weir().run(&["explain", "D"]);
    assert!(printed.stdout.starts_with("D001  detach-captures-scope"), "{}", printed.stdout);
    assert!(!printed.stdout.contains("R001"), "{}", printed.stdout);
}

#[test]
fn on_a_terminal_headings_are_bold_and_code_is_indented() {
    let printed = weir().run(&["explain", "--color", "always", "R001"]).stdout;
    assert!(printed.contains("\u{1b}[1mR001: shared-mutation\u{1b}[0m\n"), "{printed}");
    assert!(printed.contains("\n    fn main():\n"), "{printed}");
    assert!(!printed.contains("```"), "{printed}");
}
