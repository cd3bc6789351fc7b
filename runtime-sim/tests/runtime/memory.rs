//! A run that wants too much memory fails; it is not killed.

use weir_runtime_sim::{Replay, RunOptions, RunReport, Simulated, replay};

use crate::support::{program, run_with};

const MIB: u64 = 1 << 20;

fn bounded(text: &str, memory_max_bytes: u64) -> RunReport {
    let options = RunOptions { memory_max_bytes, ..RunOptions::default() };
    run_with(&program(text), 0, &options).report
}

const GROWS: &str = r#"fn main():
    defer print("over")
    kept = mutable_list[int]()
    while true:
        kept.append(1)
"#;

#[test]
fn what_grows_without_end_fails_where_it_grows_and_defers_run() {
    let report = bounded(GROWS, 16 * MIB);
    let failure = report.failure.expect("it fails");
    assert_eq!(failure.kind.text(), "memory");
    let message = "the run uses more than 16 MiB of memory (--max-memory sets the limit)";
    assert_eq!(failure.message, message);
    assert_eq!(failure.place.as_ref().map(|place| place.line), Some(4));
    assert_eq!(report.stdout, "over\n");
}

#[test]
fn what_nothing_reaches_any_more_does_not_count() {
    let text = r#"fn main():
    for _ in range(200):
        dropped = mutable_list[str]()
        for n in range(100):
            dropped.append(str(n) * 100)
    print("fine")
"#;
    let report = bounded(text, 2 * MIB);
    assert_eq!((report.stdout.as_str(), report.story.as_str()), ("fine\n", ""));
}

#[test]
fn a_task_can_go_on_after_it_wanted_too_much() {
    let text = r#"fn hoard() -> int:
    kept = mutable_list[int]()
    while true:
        kept.append(1)
    return 0

fn main():
    print((attempt hoard()).is_err())
    print((attempt hoard()).is_err())
"#;
    let report = bounded(text, 8 * MIB);
    assert_eq!((report.stdout.as_str(), report.story.as_str()), ("true\ntrue\n", ""));
}

#[test]
fn a_replay_fails_at_the_same_step_whatever_its_memory() {
    let program = program(GROWS);
    let options = RunOptions { memory_max_bytes: 8 * MIB, ..RunOptions::default() };
    let recorded = run_with(&program, 0, &options).report;
    let again = Replay::new(recorded.schedule.clone(), &program).expect("it is this program's");
    let report = replay(&program, again, false, &mut Simulated::default());
    assert_eq!(report.divergence, None);
    assert_eq!((report.steps, report.schedule), (recorded.steps, recorded.schedule));
}

/// What one step would make, and none of it fits.
const LARGE: [&str; 9] = [
    "\"x\" * 100_000_000",
    "b\"x\" * 100_000_000",
    "[0] * 100_000_000",
    "list(range(100_000_000))",
    "list(\"x\" * 10_000_000)",
    "sorted(range(10_000_000))",
    "\"x\".rjust(100_000_000)",
    "\"a\".replace(\"a\", \"x\" * 30_000_000 + \"y\" * 30_000_000)",
    "list(zip(range(4_000_000), range(4_000_000)))",
];

/// What one step would make out of many small pieces.
const PIECES: [&str; 11] = [
    "(\"\\n\" * 1_000_000).splitlines()",
    "(\",\" * 1_000_000).split(\",\")",
    "(\",\" * 1_000_000).rsplit(\",\")",
    "(\"x \" * 1_000_000).split()",
    "(b\",\" * 1_000_000).split(b\",\")",
    "str([[\"a\"] * 2_000] * 2_000)",
    "f\"{[[0] * 2_000] * 2_000}\"",
    "str(b\"\\x00\" * 3_000_000)",
    "str([\"\\u{7f}\" * 3_000_000])",
    "mutable_list([mutable_list([1] * 1_000)] * 2_000).snapshot()",
    "set(range(400_000))",
];

#[test]
fn one_step_that_wants_too_much_fails_before_it_has_it() {
    LARGE.iter().for_each(|large| is_refused(large, 32));
}

#[test]
fn what_is_made_piece_by_piece_fails_while_it_grows() {
    PIECES.iter().for_each(|pieces| is_refused(pieces, 8));
}

/// Asserts that there is no room for this, where it is made, and that a replay shows the same.
#[track_caller]
fn is_refused(large: &str, mib: u64) {
    let text =
        format!("fn main():\n    print(\"before\")\n    kept = {large}\n    print(len(kept))\n");
    let program = program(&text);
    let options = RunOptions { memory_max_bytes: mib * MIB, ..RunOptions::default() };
    let report = run_with(&program, 0, &options).report;
    let failure = report.failure.as_ref();
    let message = failure.map(|failure| failure.message.as_str());
    let expected =
        format!("the run uses more than {mib} MiB of memory (--max-memory sets the limit)");
    assert_eq!((message, report.stdout.as_str()), (Some(&*expected), "before\n"), "{large}");
    // What is there before anybody has asked is noticed one line later.
    let line = failure.and_then(|failure| failure.place.as_ref()).map(|place| place.line);
    assert_eq!(line, Some(3), "{large}");
    let again = Replay::new(report.schedule.clone(), &program).expect("it is this program's");
    let again = replay(&program, again, false, &mut Simulated::default());
    assert_eq!((again.divergence, &again.schedule), (None, &report.schedule), "{large}");
}

#[test]
fn one_large_step_has_the_room_of_what_nothing_reaches() {
    let text = r#"fn main():
    for _ in range(20):
        dropped = mutable_list(range(500_000))
        dropped[0] = 1
    print("fine")
"#;
    let report = bounded(text, 32 * MIB);
    assert_eq!((report.stdout.as_str(), report.story.as_str()), ("fine\n", ""));
}

#[test]
fn what_could_not_be_made_can_be_caught() {
    let text =
        "fn main():\n    print((attempt len([0] * 50_000_000)).is_err(), len([0] * 100_000))\n";
    let report = bounded(text, 32 * MIB);
    assert_eq!((report.stdout.as_str(), report.story.as_str()), ("true 100000\n", ""));
}

#[test]
fn what_is_said_of_a_value_asks_for_room_too() {
    let values = [
        "print(xs)",
        "eprint(1, xs)",
        "panic(str(xs))",
        "assert_eq(xs, [[1]])",
        "print([[[1]]].index(xs))",
        "print({[[1]]: 1}[xs])",
    ];
    for said in values {
        let text = format!("fn main():\n    xs = [[0] * 1_000] * 2_000\n    {said}\n");
        let report = bounded(&text, 4 * MIB);
        let message = report.failure.map(|failure| failure.message.clone());
        let expected = "the run uses more than 4 MiB of memory (--max-memory sets the limit)";
        assert_eq!((message.as_deref(), report.stdout.as_str()), (Some(expected), ""), "{said}");
    }
}

#[test]
fn what_main_ends_with_asks_for_room_when_it_is_said() {
    let text = "fn main() -> Result[(), list[list[int]]]:\n    return Err([[0] * 1_000] * 2_000)\n";
    let program = program(text);
    let options = RunOptions { memory_max_bytes: 4 * MIB, ..RunOptions::default() };
    let report = run_with(&program, 0, &options).report;
    let message = report.failure.as_ref().map(|failure| failure.message.as_str());
    let expected = "the run uses more than 4 MiB of memory (--max-memory sets the limit)";
    assert_eq!(message, Some(expected));
    let again = Replay::new(report.schedule.clone(), &program).expect("it is this program's");
    let again = replay(&program, again, false, &mut Simulated::default());
    assert_eq!((again.divergence, again.story), (None, report.story));
}

#[test]
fn what_others_can_see_and_is_refused_is_tried_twice() {
    let text = "fn main():\n    print(len(parallel_map(range(10_000_000), fn(x): x)))\n";
    let report = bounded(text, 4 * MIB);
    let message = report.failure.map(|failure| failure.message.clone());
    let expected = "the run uses more than 4 MiB of memory (--max-memory sets the limit)";
    assert_eq!(message.as_deref(), Some(expected));
    // What is tried again has not been done.
    assert_eq!(report.steps, 1);
}
