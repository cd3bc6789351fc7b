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
