//! How runs end, and what is said about it.

use weir_runtime_sim::{Replay, RunOptions, RunReport, Simulated, replay};

use crate::support::{prints, program, ran, run_with};

#[test]
fn a_deadlock_names_who_waits_for_what() {
    let ran = ran(r#"fn main():
    requests = channel[int]()
    results = channel[int]()
    m = mutex(0)
    locked = signal()
    concurrent:
        spawn:
            results.send(1)
        spawn:
            with m.lock() as n:
                locked.set()
                n += requests.receive()
        spawn:
            locked.wait()
            with m.lock() as n:
                n += 1
"#);
    assert_eq!((ran.report.outcome.text(), ran.report.exit_code), ("deadlock", 3));
    let waits: Vec<(String, String, u32)> = ran
        .report
        .blocked
        .iter()
        .map(|task| {
            (
                task.task.clone(),
                task.waits_for.clone(),
                task.place.as_ref().map_or(0, |place| place.line),
            )
        })
        .collect();
    let expected = [
        ("main", "end of scope at line 6", 6),
        ("main/1", "send on results", 8),
        ("main/2", "receive on requests", 12),
        ("main/3", "lock m", 15),
    ];
    let expected = expected.map(|(task, waits, line)| (task.to_owned(), waits.to_owned(), line));
    assert_eq!(waits, expected);
    assert!(ran.report.story.starts_with("deadlock: "), "{}", ran.report.story);
}

#[test]
fn a_select_and_a_join_are_named_too() {
    let ran = ran(r#"fn wait(a: channel[int], b: channel[int]) -> int:
    select:
        case x from a:
            return x
        case y from b:
            return y

fn main():
    a = channel[int]()
    b = channel[int]()
    concurrent:
        t = spawn wait(a, b)
        print(t.join())
"#);
    let waits: Vec<&str> = ran.report.blocked.iter().map(|task| task.waits_for.as_str()).collect();
    assert_eq!(waits, ["join of main/1", "select on a, b"]);
}

#[test]
fn taking_a_mutex_again_blocks_for_ever() {
    let ran = ran(r#"fn main():
    m = mutex(0)
    with m.lock() as a:
        with m.lock() as b:
            print(a + b)
"#);
    assert_eq!(ran.report.outcome.text(), "deadlock");
    assert_eq!(ran.report.blocked[0].waits_for, "lock m");
    assert_eq!(ran.report.blocked[0].held_by, ["main"]);
}

#[test]
fn a_detached_task_that_waits_for_ever_is_a_leak() {
    let ran = ran(r#"fn wait(ch: channel[int]):
    print(ch.receive())

fn main():
    ch = channel[int]()
    detach wait(ch)
    print("end")
"#);
    assert_eq!((ran.report.outcome.text(), ran.report.exit_code), ("leak", 4));
    assert_eq!(ran.report.stdout, "end\n");
    assert_eq!(ran.report.blocked.len(), 1);
    assert_eq!(ran.report.blocked[0].waits_for, "receive on ch");
    assert_eq!(ran.report.blocked[0].task, "main/1");
}

#[test]
fn a_detached_task_has_its_time_after_main() {
    prints(
        r#"fn late():
    sleep(1.seconds)
    print("late")

fn main():
    detach late()
    print("main")
"#,
        "main\nlate\n",
    );
}

#[test]
fn a_detached_task_that_sleeps_too_long_is_stopped_and_noted() {
    let ran = ran(r#"fn late():
    sleep(1.hours)
    print("late")

fn main():
    detach late()
"#);
    assert_eq!((ran.report.outcome.text(), ran.report.stdout.as_str()), ("ok", ""));
    assert!(ran.stderr.contains("the detached task main/1 was still going on"), "{}", ran.stderr);
}

const DETACHED: &str = r#"fn nap():
    defer print("napped")
    sleep(10.seconds)

fn naps():
    defer print("naps over")
    concurrent:
        spawn nap()

fn receives_in_time(ch: channel[int]):
    defer print("given up")
    concurrent timeout(10.seconds):
        ch.receive()
    else:
        print("late")

fn spins():
    defer print("stopped")
    while true:
        pass

fn receives(ch: channel[int]):
    defer print("never")
    ch.receive()

fn naps_beside_a_leak(ch: channel[int]):
    concurrent:
        spawn receives(ch)
        spawn nap()

fn never_done():
    defer sleep(1.hours)
    sleep(1.hours)

"#;

fn short_grace() -> RunOptions {
    RunOptions { detach_grace_ns: SHORT_GRACE_NS, ..RunOptions::default() }
}

/// How a run of a main with these detached calls ends, with its notes.
#[track_caller]
fn detached(calls: &[&str], stdout: &str, notes: &str) -> RunReport {
    let calls: String = calls.iter().map(|call| format!("    detach {call}\n")).collect();
    let text = format!("{DETACHED}fn main():\n    ch = channel[int]()\n{calls}");
    let ran = run_with(&program(&text), 0, &short_grace());
    assert_eq!((ran.report.stdout.as_str(), ran.stderr.as_str()), (stdout, notes));
    ran.report
}

/// So that a loop that spins is not long about it.
const SHORT_GRACE_NS: u64 = 20_000_000;

const GOES_ON: &str = "was still going on when its time after main was over";

#[test]
fn detached_tasks_that_could_go_on_are_cancelled_and_run_their_defers() {
    for (call, stdout) in [
        ("nap()", "napped\n"),
        ("naps()", "napped\nnaps over\n"),
        ("receives_in_time(ch)", "given up\n"),
        ("spins()", "stopped\n"),
    ] {
        let report =
            detached(&[call], stdout, &format!("note: the detached task main/1 {GOES_ON}\n"));
        assert_eq!((report.outcome.text(), report.exit_code), ("ok", 0), "{call}");
    }
}

#[test]
fn only_those_that_wait_for_ever_are_a_leak() {
    let notes = format!("note: the detached task main/2 {GOES_ON}\n");
    let report = detached(&["receives(ch)", "nap()"], "napped\n", &notes);
    let blocked: Vec<&str> = report.blocked.iter().map(|of| of.task.as_str()).collect();
    assert_eq!((report.outcome.text(), blocked), ("leak", vec!["main/1"]));
}

#[test]
fn what_sleeps_beside_a_leak_in_its_scope_is_cancelled_alone() {
    let notes = format!("note: the task main/1/2 {GOES_ON}\n");
    let report = detached(&["naps_beside_a_leak(ch)"], "napped\n", &notes);
    let blocked: Vec<&str> = report.blocked.iter().map(|of| of.task.as_str()).collect();
    assert_eq!((report.outcome.text(), blocked), ("leak", vec!["main/1", "main/1/1"]));
}

#[test]
fn a_detached_task_does_not_unwind_for_ever() {
    let notes = format!(
        "note: the detached task main/1 {GOES_ON}\nnote: the detached task main/1 was cancelled then and did not \
         come to its end in time either\n"
    );
    let report = detached(&["never_done()"], "", &notes);
    assert_eq!((report.outcome.text(), report.virtual_time_seconds().floor()), ("ok", 5.0));
}

#[test]
fn a_replay_cancels_detached_tasks_at_the_same_step() {
    let text = format!("{DETACHED}fn main():\n    detach naps()\n    detach spins()\n");
    let program = program(&text);
    let report = run_with(&program, 0, &short_grace()).report;
    let replayed = Replay::new(report.schedule.clone(), &program);
    let mut world = Simulated::default();
    let again = replay(&program, replayed.expect("it is its schedule"), false, &mut world);
    assert_eq!((again.stdout, again.steps), (report.stdout, report.steps));
    assert!(again.divergence.is_none());
}

#[test]
fn a_detached_failure_is_said_at_once_and_makes_the_run_fail() {
    let ran = ran(r#"fn bad():
    panic("behind")

fn main():
    detach bad()
    sleep(1.milliseconds)
    print("end")
"#);
    assert_eq!((ran.report.outcome.text(), ran.report.stdout.as_str()), ("failed", "end\n"));
    assert!(ran.stderr.contains("a detached task failed: behind"), "{}", ran.stderr);
}

#[test]
fn output_and_eprint_go_their_own_ways() {
    let ran = ran(r#"fn main():
    print("out")
    eprint("err", 1)
"#);
    assert_eq!((ran.report.stdout.as_str(), ran.stderr.as_str()), ("out\n", "err 1\n"));
}
