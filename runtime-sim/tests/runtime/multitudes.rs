//! Many of everything: the work for each stays the same.

use weir_runtime_sim::RunOptions;

use crate::support::{program, run_with};

#[track_caller]
fn prints_once(text: &str, expected: &str) {
    let report = run_with(&program(text), 0, &RunOptions::default()).report;
    assert_eq!((report.stdout.as_str(), report.story.as_str()), (expected, ""));
}

#[test]
fn a_million_tasks_are_spawned_and_joined() {
    prints_once(
        r#"fn one() -> int:
    return 1

fn main():
    for _ in range(10):
        concurrent:
            for _ in range(100_000):
                spawn one()
    print("joined")
"#,
        "joined\n",
    );
}

#[test]
fn a_channel_is_closed_while_a_hundred_thousand_wait_to_receive() {
    prints_once(
        r#"fn wait(ch: channel[int], ended: atom[int]):
    for _ in ch:
        pass
    ended.swap(fn(n: int): n + 1)

fn main():
    ch = channel[int]()
    ended = atom(0)
    concurrent:
        for _ in range(100_000):
            spawn wait(ch, ended)
        sleep(1.seconds)
        ch.close()
    print(ended.get())
"#,
        "100000\n",
    );
}

#[test]
fn a_channel_is_closed_while_a_hundred_thousand_wait_to_send() {
    prints_once(
        r#"fn main():
    ch = channel[int]()
    failed = atom(0)
    concurrent:
        for n in range(100_000):
            spawn:
                if (attempt ch.send(n)).is_err():
                    failed.swap(fn(n: int): n + 1)
        sleep(1.seconds)
        ch.close()
    print(failed.get())
"#,
        "100000\n",
    );
}

#[test]
fn a_hundred_thousand_that_wait_are_served_one_by_one() {
    prints_once(
        r#"fn main():
    ch = channel[int]()
    total = atom(0)
    concurrent:
        for _ in range(100_000):
            spawn:
                n = ch.receive()
                total.swap(fn(t: int): t + n)
        sleep(1.seconds)
        for n in range(100_000):
            ch.send(1)
    print(total.get())
"#,
        "100000\n",
    );
}

#[test]
fn a_hundred_thousand_that_wait_are_cancelled() {
    prints_once(
        r#"fn main():
    ch = channel[int]()
    m = mutex(0)
    concurrent timeout(1.seconds):
        for n in range(100_000):
            spawn:
                if n % 2 == 0:
                    print(ch.receive())
                with m.lock() as held:
                    sleep(1.hours)
    else:
        print("late")
"#,
        "late\n",
    );
}

#[test]
fn twenty_thousand_that_select_from_two_channels_are_served_one_by_one() {
    prints_once(
        r#"fn main():
    a = channel[int]()
    b = channel[int]()
    total = atom(0)
    concurrent:
        for _ in range(20_000):
            spawn:
                select:
                    case n from a:
                        total.swap(fn(t: int): t + n)
                    case n from b:
                        total.swap(fn(t: int): t + n)
        sleep(1.seconds)
        for _ in range(10_000):
            a.send(1)
            b.send(2)
    print(total.get())
"#,
        "30000\n",
    );
}

#[test]
fn a_task_that_waits_takes_less_than_600_bytes() {
    let text = |tasks: u32| {
        format!(
            "fn wait(gate: signal):\n    gate.wait()\n\nfn main():\n    gate = signal()\n    \
             concurrent:\n        for _ in range({tasks}):\n            spawn wait(gate)\n        \
             sleep(1.seconds)\n        gate.set()\n    print(\"done\")\n"
        )
    };
    // Of what is held at once no more than this is let be.
    let tasks = 60_000;
    let options = RunOptions { memory_max_bytes: 600 * u64::from(tasks), ..RunOptions::default() };
    let report = run_with(&program(&text(tasks)), 0, &options).report;
    assert_eq!((report.stdout.as_str(), report.story.as_str()), ("done\n", ""));
}

#[test]
fn many_that_follow_one_another_through_one_lock_are_watched_in_little_memory() {
    let text = r#"fn main():
    m = mutex(0)
    gate = signal()
    concurrent:
        for _ in range(10_000):
            spawn:
                gate.wait()
                with m.lock() as n:
                    n += 1
        sleep(1.seconds)
        gate.set()
    with m.lock() as n:
        print(n)
"#;
    let options = RunOptions { races: true, memory_max_bytes: 48 << 20, ..RunOptions::default() };
    let report = run_with(&program(text), 0, &options).report;
    assert_eq!((report.stdout.as_str(), report.story.as_str()), ("10000\n", ""));
}

#[test]
fn a_channel_is_closed_while_a_hundred_thousand_fail_of_it() {
    let text = r#"fn wait(ch: channel[int]):
    ch.receive()

fn main():
    ch = channel[int]()
    concurrent:
        for _ in range(100_000):
            spawn wait(ch)
        sleep(1.seconds)
        ch.close()
"#;
    let report = run_with(&program(text), 0, &RunOptions::default()).report;
    let beside = &report.failure.as_ref().expect("receiving from a closed channel fails").beside;
    assert_eq!((beside.first.len(), beside.more), (64, 99_935));
    assert!(report.story.ends_with("also failed: 99935 more tasks\n"), "{}", report.story);
}

#[test]
fn a_deadlock_of_many_names_some_and_counts_the_others() {
    let text = r#"fn main():
    ch = channel[int]()
    concurrent:
        for _ in range(1_000):
            spawn ch.receive()
"#;
    let report = run_with(&program(text), 0, &RunOptions::default()).report;
    assert_eq!((report.blocked.len(), report.blocked_more), (100, 901));
    assert_eq!(
        (report.blocked[0].task.as_str(), report.blocked[99].task.as_str()),
        ("main", "main/99")
    );
    assert!(report.story.ends_with("\n  … and 901 more tasks\n"), "{}", report.story);
}

#[test]
fn failures_that_nobody_looks_at_are_kept_as_long_as_somebody_may() {
    let text = r#"fn bad(n: int) -> int:
    panic(f"bad {n}")

fn main():
    concurrent supervised:
        early = spawn bad(0)
        late = spawn bad(-1)
    for n in range(1, 50_001):
        concurrent supervised:
            spawn bad(n)
    print(early.outcome().is_err())
"#;
    // Each of them takes more than 200 bytes.
    let options = RunOptions { memory_max_bytes: 8 << 20, ..RunOptions::default() };
    let ran = run_with(&program(text), 0, &options);
    assert_eq!((ran.report.stdout.as_str(), ran.report.story.as_str()), ("true\n", ""));
    let warned: Vec<&str> = ran.stderr.lines().collect();
    let of = "warning: nobody looked at the failure of a supervised task";
    assert_eq!(warned.len(), 65);
    assert_eq!(warned[0], format!("{of}: bad 1 (task main/3)"));
    assert_eq!(warned[64], format!("{of}, … and at those of 49937 more"));
}

#[test]
fn twenty_thousand_that_join_one_task_are_cancelled() {
    prints_once(
        r#"fn never() -> int:
    sleep(100.seconds)
    return 1

fn main():
    concurrent:
        t = spawn never()
        concurrent timeout(1.seconds):
            for _ in range(20_000):
                spawn:
                    print(t.join())
        else:
            t.cancel()
    print("end")
"#,
        "end\n",
    );
}

#[test]
fn ten_thousand_that_end_one_after_the_other_are_joined() {
    prints_once(
        r#"fn wait(n: int) -> int:
    sleep(n.milliseconds)
    return n

fn main():
    concurrent:
        tasks = [spawn wait(n) for n in range(10_000)]
        total = 0
        for n in join_all(tasks):
            total += n
        print(total)
"#,
        "49995000\n",
    );
}

fn blocking(tasks: u32) -> String {
    format!(
        "fn wait():\n    blocking:\n        sleep(1.seconds)\n\nfn main():\n    concurrent:\n        \
         for _ in range({tasks}):\n            spawn wait()\n    print(\"end\")\n"
    )
}

#[test]
fn ten_thousand_tasks_block_threads_of_their_own() {
    prints_once(&blocking(10_000), "end\n");
}

#[test]
fn more_threads_than_that_are_a_failure() {
    let report = run_with(&program(&blocking(10_001)), 0, &RunOptions::default()).report;
    let failure = report.failure.expect("there is no thread for the last one");
    assert_eq!(failure.message, "more than 10000 tasks are in `blocking` blocks");
    assert_eq!(failure.kind.text(), "memory");
}
