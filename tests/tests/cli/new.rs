//! `weir new`: a package to begin with.

use super::*;

#[test]
fn a_new_package_is_clean_and_runs() {
    let weir = weir();
    let made = weir.run(&["new", "shop"]);
    assert_eq!((made.status, made.stdout.as_str()), (0, ""), "{}", made.shown());
    assert_eq!(weir.read("shop/weir.toml"), "[package]\nname = \"shop\"\n");
    assert_eq!(weir.run(&["run", "shop"]).shown(), "Hello, world!\n");
    assert_eq!(analyze(&weir, &["shop"]).status, 0);
    assert_eq!(weir.run(&["fmt", "--check", "shop"]).status, 0);
}

#[test]
fn what_is_there_is_left_alone() {
    let weir = weir().file("shop/notes.txt", "milk").file("file", "");
    for folder in ["shop", "file", "."] {
        let printed = weir.run(&["new", folder]);
        assert_eq!((printed.status, printed.stdout.as_str()), (2, ""), "{folder}");
        assert!(printed.stderr.starts_with("weir: `"), "{}", printed.stderr);
    }
    assert_eq!(weir.read("shop/weir.toml"), "");
}

#[test]
fn a_package_is_called_by_a_plain_word() {
    let weir = weir();
    for name in ["a b", "a\"b", "a.b", ".."] {
        let printed = weir.run(&["new", name]);
        assert_eq!((printed.status, printed.stdout.as_str()), (2, ""), "{name}");
        assert!(printed.stderr.contains("use letters, digits, `_`, and `-`"), "{}", printed.stderr);
    }
    assert_eq!(weir.run(&["new", "größe_2-x"]).status, 0);
    let printed = weir.run(&["new", "--", "-x"]);
    assert_eq!((printed.status, printed.stdout.as_str()), (2, ""), "{}", printed.shown());
    assert!(printed.stderr.contains("`-` but not in front"), "{}", printed.stderr);
}

#[test]
fn what_was_made_around_a_package_is_said() {
    let weir = weir();
    let printed = weir.run(&["new", "a/b/shop"]);
    let said =
        "the package `shop` is in `a/b/shop`; `a/b` was made for it; `weir run a/b/shop` runs it\n";
    assert_eq!((printed.status, printed.stderr.as_str()), (0, said));
    let printed = weir.run(&["new", "a/b/till"]);
    assert!(!printed.stderr.contains("was made for it"), "{}", printed.stderr);
}
