//! `weir fmt`: what it does to files, what it says, and its exit status.

use weir_syntax::SOURCE_BYTES_MAX;
use weir_tests::weir::{Printed, Weir};

const UNTIDY: &str = "fn main( ):\n  print( \"a\" )\n";
const TIDY: &str = "fn main():\n    print(\"a\")\n";
const WRONG: &str = "fn main( ):\n    x = )\n    y = ]\n";

fn weir() -> Weir {
    Weir::at(env!("CARGO_BIN_EXE_weir-under-test"))
}

#[track_caller]
fn assert_printed(printed: &Printed, stdout: &str, stderr: &str, status: i32) {
    let expected = Printed { stdout: stdout.to_owned(), stderr: stderr.to_owned(), status };
    assert_eq!(*printed, expected);
}

#[test]
fn files_are_formatted_in_place() {
    let weir = weir().file("src/a.weir", UNTIDY).file("src/b.weir", TIDY).file("c.txt", UNTIDY);
    let printed = weir.run(&["fmt"]);
    assert_printed(&printed, "", "1 file formatted, 1 file in style already\n", 0);
    assert_eq!(weir.read("src/a.weir"), TIDY);
    assert_eq!(weir.read("src/b.weir"), TIDY);
    assert_eq!(weir.read("c.txt"), UNTIDY);
    assert_printed(&weir.run(&["fmt", "src"]), "", "2 files in style already\n", 0);
}

#[test]
fn check_names_the_files_and_leaves_them() {
    let weir = weir().file("a.weir", UNTIDY).file("b.weir", TIDY);
    let summary = "1 file would be formatted, 1 file in style already\n";
    assert_printed(&weir.run(&["fmt", "--check"]), "a.weir\n", summary, 1);
    assert_eq!(weir.read("a.weir"), UNTIDY);
    assert_eq!(weir.run(&["fmt", "--check", "b.weir"]).status, 0);
}

#[test]
fn diff_shows_what_would_change() {
    let weir = weir().file("a.weir", UNTIDY);
    let diff = "--- a.weir\n+++ a.weir\n@@ -1,2 +1,2 @@\n-fn main( ):\n-  print( \"a\" )\n+fn main():\n+    print(\"a\")\n";
    assert_printed(&weir.run(&["fmt", "--diff"]), diff, "1 file would be formatted\n", 1);
    assert_eq!(weir.read("a.weir"), UNTIDY);
    assert_eq!(weir.run(&["fmt", "--diff", "--check"]).status, 2);
}

#[test]
fn standard_input_goes_to_standard_output() {
    assert_printed(&weir().run_with_input(&["fmt", "-"], UNTIDY), TIDY, "", 0);
    assert_printed(&weir().run_with_input(&["fmt", "-"], TIDY), TIDY, "", 0);
    assert_printed(&weir().run_with_input(&["fmt", "-", "--check"], TIDY), "", "", 0);
    let check = weir().run_with_input(&["fmt", "-", "--check"], UNTIDY);
    assert_printed(&check, "standard-input.weir\n", "", 1);
    assert_eq!(weir().run_with_input(&["fmt", "-", "a.weir"], TIDY).status, 2);
}

#[test]
fn a_file_with_a_syntax_error_is_left_with_the_reason() {
    let weir = weir().file("a.weir", WRONG).file("b.weir", UNTIDY);
    let printed = weir.run(&["fmt"]);
    assert_eq!(printed.status, 1, "{}", printed.stderr);
    assert!(printed.stderr.starts_with("a.weir:2:9: error[S001]: "), "{}", printed.stderr);
    assert!(printed.stderr.contains("(and 1 more)"), "{}", printed.stderr);
    assert_eq!(weir.read("a.weir"), WRONG);
    assert_eq!(weir.read("b.weir"), TIDY);
    let printed = weir.run_with_input(&["fmt", "-"], WRONG);
    assert_eq!((printed.stdout.as_str(), printed.status), ("", 1));
}

#[test]
fn what_cannot_be_read_is_status_2_and_the_rest_is_done() {
    let weir = weir().file("latin.weir", b"# caf\xe9\n").file("a.weir", UNTIDY);
    let printed = weir.run(&["fmt", "latin.weir", "missing.weir", "a.weir"]);
    assert_eq!(printed.status, 2);
    assert!(printed.stderr.contains("`latin.weir` is not UTF-8"), "{}", printed.stderr);
    assert!(printed.stderr.contains("`missing.weir` does not exist"), "{}", printed.stderr);
    assert_eq!(weir.read("a.weir"), TIDY);
}

#[test]
fn line_ends_are_kept() {
    let windows = |text: &str| text.replace('\n', "\r\n");
    let weir = weir().file("a.weir", windows(UNTIDY));
    assert_eq!(weir.run(&["fmt"]).status, 0);
    assert_eq!(weir.read("a.weir"), windows(TIDY));
}

#[test]
fn a_byte_order_mark_is_kept() {
    let marked = |text: &str| format!("\u{feff}{text}");
    let weir = weir().file("a.weir", marked(UNTIDY));
    assert_eq!(weir.run(&["fmt", "--check"]).status, 1);
    assert_eq!(weir.run(&["fmt"]).status, 0);
    assert_eq!(weir.read("a.weir"), marked(TIDY));
    assert_eq!(weir.run(&["fmt", "--check"]).status, 0);
    let piped = weir.run_with_input(&["fmt", "-"], &marked(UNTIDY));
    assert_printed(&piped, &marked(TIDY), "", 0);
}

/// A program of so many bytes, of which the comment at the end of its block is the most.
fn of_length(program: &str, length: usize) -> String {
    format!("{program}    {}\n", "#".repeat(length - program.len() - 5))
}

#[test]
fn a_file_of_the_greatest_length_is_formatted_and_a_longer_one_is_not() {
    let tidy = of_length(TIDY, SOURCE_BYTES_MAX);
    let untidy = of_length("fn main():\n  print(\"a\")\n", SOURCE_BYTES_MAX - 2);
    let weir = weir().file("a.weir", &untidy).file("longer.weir", format!("{tidy}\n"));
    assert_eq!(weir.run(&["fmt", "a.weir"]).status, 0);
    assert!(weir.read("a.weir") == tidy);
    let printed = weir.run(&["fmt", "longer.weir"]);
    let told = "weir: `longer.weir` is longer than 16 MiB; split it into modules\n";
    assert_printed(&printed, "", told, 2);
}

#[test]
fn a_file_whose_format_would_be_too_long_is_left_with_the_reason() {
    let untidy = of_length("fn main():\n    x=1\n", SOURCE_BYTES_MAX);
    let weir = weir().file("a.weir", &untidy);
    let printed = weir.run(&["fmt"]);
    assert_eq!(printed.status, 1, "{}", printed.stderr);
    assert!(printed.stderr.contains("too long to be read once it is laid out"));
    assert!(weir.read("a.weir") == untidy);
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::path::{Path, PathBuf};

    /// A folder with an untidy file, and the file's path.
    fn folder() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::TempDir::new().unwrap_or_else(|error| panic!("{error}"));
        let path = folder.path().join("a.weir");
        assert!(fs::write(&path, UNTIDY).is_ok());
        (folder, path)
    }

    fn fmt(path: &Path) -> Printed {
        weir().run(&["fmt", &path.to_string_lossy()])
    }

    fn read(path: &Path) -> String {
        fs::read_to_string(path).unwrap_or_default()
    }

    #[test]
    fn a_formatted_file_keeps_its_permissions_and_leaves_nothing_behind() {
        let (folder, path) = folder();
        assert!(fs::set_permissions(&path, Permissions::from_mode(0o640)).is_ok());
        assert_eq!(fmt(&path).status, 0);
        assert_eq!(read(&path), TIDY);
        let mode = fs::metadata(&path).map(|of| of.permissions().mode() & 0o777);
        assert_eq!(mode.ok(), Some(0o640));
        assert_eq!(fs::read_dir(folder.path()).map(Iterator::count).ok(), Some(1));
    }

    #[test]
    fn a_read_only_file_is_left_as_it_is() {
        let (_folder, path) = folder();
        assert!(fs::set_permissions(&path, Permissions::from_mode(0o444)).is_ok());
        let printed = fmt(&path);
        assert_eq!(printed.status, 2);
        assert!(printed.stderr.contains("cannot be written"), "{}", printed.stderr);
        assert_eq!(read(&path), UNTIDY);
    }

    #[test]
    fn a_link_stays_a_link() {
        let (folder, path) = folder();
        let link = folder.path().join("link.weir");
        assert!(symlink(&path, &link).is_ok());
        assert_eq!(fmt(&link).status, 0);
        assert!(fs::symlink_metadata(&link).is_ok_and(|of| of.is_symlink()));
        assert_eq!(read(&path), TIDY);
    }
}
