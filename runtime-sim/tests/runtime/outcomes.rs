//! How runs end, and what is said about it.

use crate::support::{prints, ran};

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
