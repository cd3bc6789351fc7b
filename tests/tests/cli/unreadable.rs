//! Inputs that cannot be read: each is named, with the way out.

use super::*;

fn assert_unreadable(printed: &Printed, words: &[&str]) {
    assert_eq!(printed.status, 2, "{}", printed.shown());
    for word in words {
        assert!(printed.stderr.contains(word), "`{word}` is not in\n{}", printed.stderr);
    }
}

#[test]
fn a_missing_file_is_named() {
    let printed = analyze(&weir(), &["missing.weir"]);
    assert_unreadable(&printed, &["`missing.weir` does not exist", "check the path"]);
}

#[test]
fn an_empty_folder_is_named() {
    let weir = weir().file("empty/notes.txt", "");
    assert_unreadable(&analyze(&weir, &["empty"]), &["`empty` holds no `.weir` files"]);
}

#[test]
fn text_that_is_not_utf_8_is_named_to_the_byte() {
    let weir = weir().file("latin.weir", b"# one\n# caf\xe9\n");
    let printed = analyze(&weir, &["latin.weir"]);
    assert_unreadable(
        &printed,
        &["`latin.weir`", "0xe9", "offset 11", "line 2", "save it as UTF-8"],
    );
}

#[test]
fn a_file_that_is_too_long_is_named() {
    let weir = weir().file("long.weir", vec![b'\n'; 16 * 1024 * 1024 + 1]);
    let printed = analyze(&weir, &["long.weir"]);
    assert_unreadable(&printed, &["`long.weir` is longer than 16 MiB"]);
}

#[test]
fn the_readable_rest_is_analysed_all_the_same() {
    let weir = weir().file("main.weir", WRONG);
    let printed = analyze(&weir, &["--format", "short", "missing.weir", "main.weir"]);
    assert_unreadable(&printed, &["missing.weir"]);
    assert!(printed.stdout.contains("T001"), "{}", printed.stdout);
}

#[test]
fn a_verb_that_is_not_there_is_usage() {
    assert_eq!(weir().run(&["frobnicate"]).status, 2);
}

#[test]
fn tools_read_why_there_is_no_run() {
    let weir = weir().file("nothing.weir", "fn other():\n    pass\n");
    let calls = [
        &["run", "--json", "missing.weir"][..],
        &["run", "--json", "nothing.weir"],
        &["run", "--json", "--record", "no/where", "nothing.weir"],
        &["replay", "--json", "missing"],
    ];
    for call in calls {
        let printed = weir.run(call);
        let object: serde_json::Value = serde_json::from_str(&printed.stdout).expect("an object");
        assert_eq!(
            (&object["outcome"], &object["exit"], printed.status),
            (&"unread".into(), &2.into(), 2)
        );
        let why = object["reason"].as_str().unwrap_or_default();
        assert_eq!(printed.stderr, format!("weir: {why}\n"), "{call:?}");
    }
}
