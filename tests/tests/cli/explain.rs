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
}
