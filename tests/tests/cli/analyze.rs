//! `weir analyze`: what it prints, and where.

use weir_tests::programs::SUSPECT;

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

#[cfg(unix)]
#[test]
fn an_output_takes_the_place_of_what_was_there() {
    let weir = weir().file("main.weir", WRONG).file("found.txt", "what was there");
    std::fs::hard_link(weir.path("found.txt"), weir.path("kept.txt")).expect("another name");
    analyze(&weir, &["--output", "found.txt", "main.weir"]);
    assert_eq!(weir.read("kept.txt"), "what was there");
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

/// The levels and codes of what is found with these flags.
fn levels(flags: &[&str]) -> Vec<String> {
    let weir = weir().file("main.weir", SUSPECT);
    let arguments = [&["--format", "short", "main.weir"], flags].concat();
    let printed = analyze(&weir, &arguments).stdout;
    let level = |line: &str| line.split(": ").nth(1).map(str::to_owned);
    printed.lines().filter_map(level).collect()
}

#[test]
fn flags_set_levels_by_code_name_family_and_all() {
    assert_eq!(levels(&[]), ["warning[A001]", "error[R002]"]);
    assert_eq!(levels(&["--allow", "A"]), ["error[R002]"]);
    assert_eq!(levels(&["--warn", "use-after-move"]), ["warning[A001]", "warning[R002]"]);
    assert_eq!(levels(&["--deny", "all"]), ["error[A001]", "error[R002]"]);
    assert_eq!(levels(&["--allow", "all", "--warn", "R002"]), ["warning[R002]"]);
    assert_eq!(levels(&["--allow", "R002,A001"]), [""; 0]);
}

#[test]
fn of_two_flags_for_one_rule_the_stricter_counts() {
    assert_eq!(levels(&["--deny", "R", "--allow", "R", "--allow", "A"]), ["error[R002]"]);
}

#[test]
fn a_flag_for_no_rule_is_usage() {
    let weir = weir().file("main.weir", FINE);
    let printed = analyze(&weir, &["--deny", "shared-mutatoin", "main.weir"]);
    assert_eq!(printed.status, 2);
    assert!(printed.stderr.contains("did you mean `shared-mutation`?"), "{}", printed.stderr);
    let printed = analyze(&weir, &["--allow", "S", "main.weir"]);
    assert_eq!(printed.status, 2);
    assert!(printed.stderr.contains("`S` stays an error"), "{}", printed.stderr);
}

#[test]
fn what_comments_allow_is_counted_and_runs() {
    let allowed = SUSPECT.replace("C001", "R002");
    let weir = weir().file("main.weir", &allowed);
    let printed = analyze(&weir, &["--format", "json", "main.weir"]);
    let object: Value = serde_json::from_str(&printed.stdout).unwrap_or_default();
    assert_eq!((&object["suppressed"], &object["errors"]), (&1.into(), &0.into()));
    assert_eq!(weir.run(&["run", "main.weir"]).status, 0);
}

#[test]
fn comments_allow_findings_in_files_of_any_line_end_and_with_a_mark() {
    let allowed = SUSPECT.replace("C001", "R002").replace('\n', "\r\n");
    let weir = weir().file("main.weir", format!("\u{feff}{allowed}"));
    assert_eq!(analyze(&weir, &["main.weir"]).status, 0);
}

#[test]
fn the_list_of_rules_is_for_tools_too() {
    let printed = analyze(&weir(), &["--list-rules", "--format", "json"]);
    let rules: Value = serde_json::from_str(&printed.stdout).unwrap_or_default();
    let is_race = |rule: &&Value| rule["code"] == "R001";
    let race = rules.as_array().and_then(|rules| rules.iter().find(is_race));
    let race = race.cloned().unwrap_or_default();
    assert_eq!((&race["name"], &race["level"]), (&"shared-mutation".into(), &"error".into()));
}

#[test]
fn more_findings_than_anybody_reads_are_counted() {
    let many: String = (0..1200).map(|index| format!("const C{index}: int = x{index}\n")).collect();
    let printed = analyze(&weir().file("main.weir", many), &["main.weir"]).stdout;
    assert_eq!(printed.matches("error[N001]").count(), 1000);
    assert!(printed.contains("\n200 more findings not shown here;"), "{printed}");
    assert!(printed.ends_with("1200 errors in 1 file; `weir explain N001` tells more\n"));
}

#[test]
fn what_is_found_does_not_depend_on_the_number_of_threads() {
    let in_circles = "\
struct A:
    b: list[B]

struct B:
    a: Option[A]

type Round = Other
type Other = list[Round]
const ONE = TWO
const TWO = ONE

fn even(xs: mutable_list[int], n: int):
    xs.append(n)
    odd(xs, n - 1)

fn odd(xs: mutable_list[int], n: int):
    even(xs, n - 1)

fn main():
    xs = mutable_list[int]()
    concurrent:
        spawn even(xs, 1)
        spawn odd(xs, 2)
";
    let samples = weir_tests::programs::all().into_iter().map(|sample| sample.text);
    let samples = samples.chain((0..20).map(|_| in_circles.to_owned()));
    let weir = samples
        .zip(0..)
        .fold(weir(), |weir, (text, number)| weir.file(&format!("{number}.weir"), text));
    let on = |threads| analyze(&weir, &["--format", "short", "--threads", threads, "."]);
    let one = on("1");
    assert!(one.status == 1 && one.stdout.contains("R001"), "{}", one.shown());
    for threads in ["2", "8"] {
        assert_eq!(on(threads), one);
    }
}
