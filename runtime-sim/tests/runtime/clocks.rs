//! Clocks: whatever a task does comes after what it is to come after, on whichever processor it goes on.

use std::collections::BTreeMap;

use serde_json::Value;
use weir_runtime_sim::{Program, RunOptions};

use crate::support::{prints, program, run_with};

/// Programs in which tasks come from one processor to another in every way there is.
const WAYS: [(&str, &str); 8] = [
    (
        "preempted",
        r#"fn work(rounds: int):
    k = 0
    while k < rounds:
        k += 1

fn main():
    concurrent:
        for n in range(6):
            spawn work(3_000 * n)
"#,
    ),
    (
        "made ready by an end",
        r#"fn work(rounds: int) -> int:
    k = 0
    while k < rounds:
        k += 1
    return k

fn middle(rounds: int) -> int:
    concurrent:
        a = spawn work(rounds)
        b = spawn work(rounds // 3)
    return a + b

fn main():
    concurrent:
        for n in range(8):
            spawn middle(3_000 * n)
"#,
    ),
    (
        "handed on",
        r#"fn pass_on(source: channel[int], out: channel[int]):
    for n in source:
        k = 0
        while k < 500:
            k += 1
        out.send(n)
    out.close()

fn main():
    first = channel[int](buffer=2)
    concurrent:
        source = first
        for _ in range(6):
            out = channel[int]()
            spawn pass_on(source, out)
            source = out
        last = source
        spawn:
            for n in range(40):
                first.send(n)
            first.close()
        for n in last:
            pass
"#,
    ),
    (
        "in a ring that runs over",
        r#"fn work(rounds: int):
    k = 0
    while k < rounds:
        k += 1
        if k % 50 == 0:
            yield_now()

fn main():
    concurrent:
        for n in range(300):
            spawn work(n % 7 * 60)
"#,
    ),
    (
        "woken by timers",
        r#"fn work(rounds: int):
    for n in range(5):
        sleep((rounds + n).microseconds)
        k = 0
        while k < rounds * 100:
            k += 1

fn main():
    concurrent:
        for n in range(9):
            spawn work(n)
"#,
    ),
    (
        "in blocking blocks",
        r#"fn work(rounds: int):
    for _ in range(3):
        blocking:
            k = 0
            while k < rounds * 100:
                k += 1
        yield_now()

fn main():
    concurrent:
        for n in range(12):
            spawn work(n)
"#,
    ),
    (
        "under a condition that takes long",
        r#"fn is_slow(n: int) -> bool:
    k = 0
    while k < 900:
        k += 1
    return n >= 0

fn work(lock: mutex[int]):
    for _ in range(5):
        with lock.lock() as n when is_slow(n):
            n += 1
        k = 0
        while k < 400:
            k += 1

fn main():
    lock = mutex(0)
    concurrent:
        for _ in range(6):
            spawn work(lock)
"#,
    ),
    (
        "cancelled by a failure",
        r#"fn fails(rounds: int) -> int:
    k = 0
    while k < rounds:
        k += 1
    return k // (k - rounds)

fn spins():
    k = 0
    while k < 40_000:
        k += 1

fn part(n: int):
    concurrent:
        spawn spins()
        spawn fails(700 * n)
        spawn sleep(1.hours)

fn main():
    concurrent supervised:
        for n in range(6):
            spawn part(n)
"#,
    ),
];

/// In nanoseconds.
fn ns(event: &Value, field: &str) -> u64 {
    (event[field].as_f64().unwrap_or(-1.0) * 1000.0).round() as u64
}

fn events(program: &Program, seed: u64, procs: usize) -> Vec<Value> {
    let options = RunOptions { trace: true, procs, slice_ns: 100_000, ..RunOptions::default() };
    let trace = run_with(program, seed, &options).report.trace;
    let json = trace.expect("it was asked for").to_json();
    let whole: Value = serde_json::from_str(&json).expect("a trace is JSON");
    whole["traceEvents"].as_array().expect("it has events").clone()
}

/// Every run of the programs, by several seeds on several processors: what is claimed, and its trace.
fn each_run(check: impl Fn(&str, &[Value])) {
    for (way, text) in WAYS {
        let program = program(text);
        for procs in [1, 2, 4, 8] {
            for seed in 0..4 {
                let claim = format!("{way}, {procs} processors, seed {seed}");
                check(&claim, &events(&program, seed, procs));
            }
        }
    }
}

#[test]
fn no_task_is_in_two_places_at_once() {
    each_run(|claim, events| {
        let mut tasks: BTreeMap<&str, Vec<(u64, u64)>> = BTreeMap::new();
        for event in events.iter().filter(|of| of["ph"] == "X") {
            let start = ns(event, "ts");
            let stretch = (start, start + ns(event, "dur"));
            tasks.entry(event["name"].as_str().unwrap_or_default()).or_default().push(stretch);
        }
        for (task, stretches) in tasks {
            for pair in stretches.windows(2) {
                assert!(pair[0].1 <= pair[1].0, "{claim}: {task} runs {pair:?}");
            }
        }
    });
}

#[test]
fn no_task_goes_on_before_it_was_made_ready() {
    each_run(|claim, events| {
        let mut starts: BTreeMap<u64, u64> = BTreeMap::new();
        for event in events {
            let id = event["id"].as_u64().unwrap_or_default();
            if event["ph"] == "s" {
                starts.insert(id, ns(event, "ts"));
            } else if event["ph"] == "f" {
                assert!(starts[&id] <= ns(event, "ts"), "{claim}: {event}");
            }
        }
        assert!(!starts.is_empty(), "{claim}");
    });
}

/// What happens at one time lasts no longer than this: an instruction that others can see.
const VISIBLE_NS: u64 = 50;

#[test]
fn tasks_begin_and_end_in_the_order_of_time() {
    each_run(|claim, events| {
        let mut latest = 0;
        for event in events.iter().filter(|of| of["ph"] == "i" && of["cat"] == "task") {
            let time = ns(event, "ts");
            assert!(latest <= time + VISIBLE_NS, "{claim}: {event} after {latest}");
            latest = latest.max(time);
        }
    });
}

#[test]
fn a_timeout_strikes_tasks_that_compute_beyond_it() {
    let text = r#"fn work():
    k = 0
    while k < 300_000:
        k += 1

fn main():
    began = now()
    concurrent timeout(5.milliseconds):
        spawn work()
        spawn work()
    else:
        print("too slow")
    print(now() - began >= 5.milliseconds)
"#;
    prints(text, "too slow\ntrue\n");
}

#[test]
fn what_computes_takes_as_long_as_it_takes_on_its_processors() {
    let text = r#"fn work():
    k = 0
    while k < 300_000:
        k += 1

fn main():
    concurrent:
        for _ in range(4):
            spawn work()
"#;
    let program = program(text);
    let took = |procs: usize, seed: u64| {
        let options = RunOptions { procs, ..RunOptions::default() };
        run_with(&program, seed, &options).report.virtual_time_seconds()
    };
    for seed in 0..12 {
        let alone = took(1, seed);
        for procs in [2, 4] {
            let share = alone / procs as f64;
            let took = took(procs, seed);
            assert!((share..alone).contains(&took), "{procs} processors, seed {seed}: {took}");
        }
    }
}
