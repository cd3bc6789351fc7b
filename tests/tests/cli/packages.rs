//! Packages as a user has them: folders, several modules, what cannot be read, from any folder.

use super::*;

const MANIFEST: &str = "[package]\nname = \"shop\"\n";
const MAIN: &str = "import text.tables\n\nfn main():\n    print(tables.width(\"tea\"))\n";
const TABLES: &str = "fn width(line: str) -> int:\n    return len(line)\n";

fn shop() -> Weir {
    weir()
        .file("shop/weir.toml", MANIFEST)
        .file("shop/src/main.weir", MAIN)
        .file("shop/src/text/tables.weir", TABLES)
}

#[test]
fn a_finding_is_named_as_from_the_working_folder() {
    let weir = shop().file("shop/src/text/tables.weir", TABLES.replace("len", "lne"));
    let printed = weir.run_in("shop/src/text", &["analyze", "--format", "short", ".."]);
    assert!(
        printed.stdout.contains("../text/tables.weir:2:12: error[N001]"),
        "{}",
        printed.shown()
    );
    let printed = weir.run_in("shop/src/text", &["run", "../main.weir"]);
    assert!(printed.stderr.contains(" tables.weir:2:12"), "{}", printed.shown());
}

#[test]
fn a_schedule_is_of_all_modules() {
    let weir = shop();
    let recorded = weir.run(&["run", "--record", "shop.schedule", "shop"]);
    assert_eq!(recorded.shown(), "3\n");
    assert_eq!(weir.run(&["replay", "shop.schedule"]), recorded);
    weir.write("shop/src/text/tables.weir", format!("# a comment\n{TABLES}"));
    assert_eq!(weir.run(&["replay", "shop.schedule"]), recorded);
    weir.write("shop/src/text/tables.weir", TABLES.replace("len(line)", "len(line) + 1"));
    let printed = weir.run(&["replay", "shop.schedule"]);
    assert_eq!((printed.stdout.as_str(), printed.status), ("", 2));
    assert!(printed.stderr.contains("--allow-changed"), "{}", printed.stderr);
}

#[test]
fn a_manifest_that_cannot_be_read_keeps_the_program_from_running() {
    let weir = shop().file("shop/weir.toml", b"[package]\nname = \"\xff\"\n");
    let printed = weir.run(&["run", "shop"]);
    assert_eq!((printed.stdout.as_str(), printed.status), ("", 2), "{}", printed.shown());
    assert!(printed.stderr.contains("`shop/weir.toml` is not UTF-8"), "{}", printed.stderr);
    let printed = analyze(&weir, &["shop"]);
    assert_eq!((printed.stdout.as_str(), printed.status), ("nothing found in 2 files\n", 2));
    assert_eq!(printed.stderr.matches("not UTF-8").count(), 1, "{}", printed.stderr);
}

#[test]
fn an_imported_module_that_cannot_be_read_is_told_where_it_is_imported() {
    let weir = shop().file("shop/src/text/tables.weir", b"\xff");
    let printed = analyze(&weir, &["shop/src/main.weir"]);
    assert_eq!(printed.status, 1, "{}", printed.shown());
    assert!(printed.stdout.contains("the module `text.tables` cannot be read"));
    assert!(printed.stdout.contains("`shop/src/text/tables.weir` is not UTF-8"));
    assert!(printed.stdout.contains("1 error in 1 file"), "{}", printed.stdout);
}

#[test]
fn a_module_that_cannot_be_read_and_that_nobody_imports_harms_nobody() {
    let weir = shop().file("shop/src/other.weir", b"\xff");
    assert_eq!(weir.run(&["run", "shop"]).shown(), "3\n");
    assert_eq!(analyze(&weir, &["shop/src/main.weir"]).status, 0);
    assert_eq!(analyze(&weir, &["shop"]).status, 2);
}

#[test]
fn a_manifest_is_no_program() {
    let printed = shop().run(&["run", "shop/weir.toml"]);
    assert_eq!(printed.status, 2);
    assert!(printed.stderr.contains("`weir run shop`"), "{}", printed.stderr);
}
