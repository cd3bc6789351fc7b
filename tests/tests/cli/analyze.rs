//! `weir analyze`: what it prints, and where.

use super::*;

#[test]
fn a_program_without_findings_is_status_0() {
    let printed = analyze(&weir().file("main.weir", FINE), &["main.weir"]);
    assert_eq!(printed.shown(), "nothing found in 1 file\n");
}

#[test]
fn findings_are_status_1() {
    let weir = weir().file("main.weir", WRONG);
    let printed = analyze(&weir, &["main.weir"]);
    assert_eq!(printed.status, 1);
    assert!(printed.stdout.contains("error[T001]"), "{}", printed.stdout);
    assert!(printed.stdout.ends_with("1 error in 1 file; `weir explain T001` tells more\n"));
    assert_eq!(analyze(&weir, &["--exit-zero", "main.weir"]).status, 0);
}

#[test]
fn a_folder_is_every_file_below_it_that_is_not_hidden() {
    let weir = weir().file("b/deep/x.weir", WRONG).file("a.weir", WRONG);
    let weir = weir.file(".hidden/y.weir", WRONG).file("b/notes.txt", WRONG);
    let printed = analyze(&weir, &["--format", "short"]);
    let starts: Vec<_> =
        printed.stdout.lines().filter_map(|line| line.split(": ").next()).collect();
    assert_eq!(starts, ["a.weir:2:14", "b/deep/x.weir:2:14"]);
}

#[test]
fn a_file_that_is_named_twice_is_analysed_once() {
    let weir = weir().file("main.weir", WRONG);
    let printed = analyze(&weir, &["--format", "short", "main.weir", ".", "./main.weir"]);
    assert_eq!(printed.stdout.lines().count(), 1, "{}", printed.stdout);
}

#[test]
fn standard_input_goes_by_the_name_it_is_given() {
    let arguments = ["analyze", "-", "--stdin-filename", "typed.weir", "--format", "short"];
    let printed = weir().run_with_input(&arguments, WRONG);
    assert!(printed.stdout.starts_with("typed.weir:2:14: error[T001]"), "{}", printed.shown());
}

#[test]
fn json_is_one_object_with_what_the_contract_names() {
    let weir = weir().file("main.weir", WRONG);
    let printed = analyze(&weir, &["--format", "json", "main.weir"]);
    let object: Value = serde_json::from_str(&printed.stdout).unwrap_or_default();
    assert_eq!(object["version"], 1, "{}", printed.stdout);
    assert_eq!((&object["files"], &object["errors"]), (&1.into(), &1.into()));
    let found = &object["diagnostics"][0];
    assert_eq!(found["code"], "T001");
    assert_eq!(found["name"], "type-mismatch");
    assert_eq!(found["path"], "main.weir");
    let start = &found["range"]["start"];
    assert_eq!(*start, serde_json::json!({"line": 2, "column": 14, "offset": 24}));
    for field in ["level", "message", "related", "help", "fixes", "witness"] {
        assert!(found.get(field).is_some(), "`{field}` is missing");
    }
}

#[test]
fn output_goes_to_a_file_without_colours() {
    let weir = weir().file("main.weir", WRONG);
    let printed = analyze(&weir, &["--output", "found.txt", "main.weir"]);
    assert_eq!((printed.stdout.as_str(), printed.status), ("", 1));
    assert!(weir.read("found.txt").starts_with("error[T001]"));
}

#[test]
fn an_output_that_cannot_be_written_is_status_2() {
    let weir = weir().file("main.weir", FINE);
    let printed = analyze(&weir, &["--output", "no/such/folder.txt", "main.weir"]);
    assert_eq!(printed.status, 2);
    assert!(printed.stderr.contains("`no/such/folder.txt` cannot be written"));
}

#[test]
fn colours_are_for_terminals_and_for_who_asks() {
    let weir = weir().file("main.weir", WRONG);
    assert!(!analyze(&weir, &["main.weir"]).stdout.contains('\u{1b}'));
    assert!(analyze(&weir, &["--color", "always", "main.weir"]).stdout.contains('\u{1b}'));
}

#[test]
fn statistics_count_each_rule() {
    let weir = weir().file("a.weir", WRONG).file("b.weir", WRONG);
    assert_eq!(analyze(&weir, &["--statistics"]).stdout, "2  T001  type-mismatch\n");
}

#[test]
fn every_rule_is_listed() {
    let printed = analyze(&weir(), &["--list-rules"]);
    assert_eq!(printed.status, 0);
    assert!(printed.stdout.lines().any(|line| line.starts_with("R001  shared-mutation")));
}
