//! `weir analyze --fix`: what it changes, and what it leaves alone.

use weir_tests::programs::all;

use super::*;

/// Each finding has a fix: the first a safe one, the second a suggested one.
const MENDABLE: &str = "fn main():\n    if 1 = 1:\n        print(lenn([1]))\n";

fn fix(weir: &Weir, arguments: &[&str]) -> Printed {
    weir.run(&[&["analyze", "--fix"], arguments].concat())
}

#[test]
fn safe_fixes_are_made_in_the_file() {
    let weir = weir().file("main.weir", MENDABLE);
    let printed = fix(&weir, &["main.weir"]);
    assert_eq!(weir.read("main.weir"), MENDABLE.replace("1 = 1", "1 == 1"));
    assert_eq!(printed.status, 1);
    assert!(printed.stdout.contains("error[N001]"), "{}", printed.stdout);
    assert_eq!(
        printed.stderr,
        "1 fix made in 1 file; 1 more fix to look at with `--unsafe-fixes`\n"
    );
}

#[test]
fn suggested_fixes_are_made_when_they_are_asked_for() {
    let weir = weir().file("main.weir", MENDABLE);
    let printed = fix(&weir, &["--unsafe-fixes", "main.weir"]);
    assert_eq!(weir.read("main.weir"), "fn main():\n    if 1 == 1:\n        print(len([1]))\n");
    assert_eq!((printed.status, printed.stderr.as_str()), (0, "2 fixes made in 1 file\n"));
}

#[test]
fn a_diff_changes_nothing() {
    let weir = weir().file("main.weir", MENDABLE);
    let printed = fix(&weir, &["--diff", "main.weir"]);
    assert_eq!(weir.read("main.weir"), MENDABLE);
    assert_eq!(printed.status, 1);
    assert!(printed.stdout.contains("-    if 1 = 1:\n+    if 1 == 1:\n"), "{}", printed.stdout);
    assert!(printed.stderr.starts_with("1 fix would be made in 1 file"), "{}", printed.stderr);
}

#[test]
fn standard_input_goes_to_standard_output_fixed() {
    let printed = weir().run_with_input(&["analyze", "--fix", "-"], MENDABLE);
    assert_eq!(printed.stdout, MENDABLE.replace("1 = 1", "1 == 1"));
    assert!(printed.stderr.contains("error[N001]"), "{}", printed.stderr);
    assert_eq!(printed.status, 1);
    let fine = weir().run_with_input(&["analyze", "--fix", "-"], FINE);
    assert_eq!((fine.stdout.as_str(), fine.status), (FINE, 0));
}

#[test]
fn a_byte_order_mark_and_line_ends_are_kept() {
    let windows = format!("\u{feff}{}", MENDABLE.replace('\n', "\r\n"));
    let weir = weir().file("main.weir", &windows);
    fix(&weir, &["--unsafe-fixes", "main.weir"]);
    let mended = windows.replace("1 = 1", "1 == 1").replace("lenn", "len");
    assert_eq!(weir.read("main.weir"), mended);
}

#[test]
fn a_file_without_fixes_is_not_touched() {
    let weir = weir().file("main.weir", FINE);
    assert_eq!(fix(&weir, &["main.weir"]).stderr, "0 fixes made in 0 files\n");
    assert_eq!(weir.read("main.weir"), FINE);
}

#[test]
fn useless_allows_are_taken_away() {
    let program =
        "fn main():\n    # weir: allow(R001) old\n    print(1)  # weir: allow(C001) old\n";
    let weir = weir().file("main.weir", program);
    let printed = fix(&weir, &["main.weir"]);
    assert_eq!(weir.read("main.weir"), "fn main():\n    print(1)\n");
    assert_eq!(printed.status, 0, "{}", printed.shown());
}

#[test]
fn fixes_that_touch_are_made_one_round_after_the_other() {
    let program = "fn main():\n    if 1 = 1 && true || false:\n        print(lenn(lenn))\n";
    let weir = weir().file("main.weir", program);
    fix(&weir, &["--unsafe-fixes", "main.weir"]);
    let fixed = weir.read("main.weir");
    assert!(fixed.contains("1 == 1 and true or false") && fixed.contains("len(len)"), "{fixed}");
}

#[test]
fn flags_of_fixing_need_it() {
    assert_eq!(weir().run(&["analyze", "--diff"]).status, 2);
    assert_eq!(weir().run(&["analyze", "--unsafe-fixes"]).status, 2);
}

#[test]
fn of_all_programs_the_fixes_come_to_an_end() {
    let weir = weir();
    for (index, sample) in all().iter().enumerate() {
        weir.write(&format!("{index}.weir"), &sample.text);
    }
    let printed = fix(&weir, &["--unsafe-fixes", "--format", "short"]);
    assert!(!printed.stderr.contains("fixes left"), "{}", printed.stderr);
    assert!(printed.stderr.contains(" fixes made in "), "{}", printed.stderr);
}
