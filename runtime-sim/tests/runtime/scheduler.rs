//! The simulated machine, row by row of what it promises: each seen in the trace of a run.

use serde_json::Value;
use weir_runtime_sim::RunOptions;

use crate::support::{Ran, program, run_with};

/// A task's time on a lane, in nanoseconds.
#[derive(Clone, Debug)]
struct Stretch {
    lane: u64,
    task: String,
    start: u64,
    end: u64,
    found: String,
    left: String,
}

struct Seen {
    ran: Ran,
    events: Vec<Value>,
    stretches: Vec<Stretch>,
}

fn nanoseconds(microseconds: &Value) -> u64 {
    (microseconds.as_f64().unwrap_or(-1.0) * 1000.0).round() as u64
}

fn text(of: &Value) -> String {
    of.as_str().unwrap_or_default().to_owned()
}

fn seen(source: &str, procs: usize) -> Seen {
    let options =
        RunOptions { procs, trace: true, schedtrace_ns: Some(1_000), ..RunOptions::default() };
    let mut ran = run_with(&program(source), 0, &options);
    let json = ran.report.trace.take().map(|trace| trace.to_json()).unwrap_or_default();
    let whole: Value = serde_json::from_str(&json).expect("a trace is JSON");
    let events = whole["traceEvents"].as_array().expect("it has events").clone();
    let mut stretches: Vec<Stretch> = events
        .iter()
        .filter(|event| event["ph"] == "X")
        .map(|event| Stretch {
            lane: event["tid"].as_u64().unwrap_or_default(),
            task: text(&event["name"]),
            start: nanoseconds(&event["ts"]),
            end: nanoseconds(&event["ts"]) + nanoseconds(&event["dur"]),
            found: text(&event["args"]["found"]),
            left: text(&event["args"]["left"]),
        })
        .collect();
    stretches.sort_by_key(|stretch| stretch.start);
    Seen { ran, events, stretches }
}

impl Seen {
    /// The lengths of the global queue, line by line.
    fn global_lengths(&self) -> Vec<usize> {
        let lines = self.ran.stderr.lines().filter_map(|line| line.split_once("global="));
        lines.filter_map(|(_, rest)| rest.split(' ').next()?.parse().ok()).collect()
    }

    /// The texts of the marks that begin so, with their lanes and times.
    fn marks(&self, start: &str) -> Vec<(String, u64, u64)> {
        let marks = self.events.iter().filter(|event| event["ph"] == "i");
        marks
            .map(|event| {
                let lane = event["tid"].as_u64().unwrap_or_default();
                (text(&event["name"]), lane, nanoseconds(&event["ts"]))
            })
            .filter(|(name, ..)| name.starts_with(start))
            .collect()
    }
}

const MANY_AND_A_YIELD: &str = r#"fn nothing():
    pass

fn main():
    concurrent:
        for _ in range(200):
            spawn nothing()
        yield_now()
"#;

#[test]
fn every_61st_turn_looks_at_the_global_queue_first() {
    let seen = seen(MANY_AND_A_YIELD, 1);
    let first = seen.stretches.iter().position(|of| of.found == "global queue, first");
    assert_eq!(first, Some(60), "the 61st stretch of the only processor");
    assert_eq!(seen.stretches[60].task, "main");
}

#[test]
fn what_a_task_makes_ready_runs_next_on_the_rest_of_its_slice() {
    let seen = seen(
        r#"fn main():
    ch = channel[int]()
    concurrent:
        spawn:
            for n in range(10):
                ch.send(n)
        for _ in range(10):
            ch.receive()
"#,
        1,
    );
    let mut found = 0;
    for pair in seen.stretches.windows(2) {
        if pair[1].found == "next" {
            found += 1;
            assert_eq!(pair[1].start, pair[0].end + 100, "right after a switch");
        }
    }
    assert!(found >= 10, "{found} tasks were found in `next`");
}

#[test]
fn a_full_ring_moves_half_of_itself_to_the_global_queue() {
    let source = MANY_AND_A_YIELD.replace("200", "300");
    let seen = seen(&source, 1);
    assert_eq!(seen.marks("the ring is full").len(), 1, "256 in the ring, one in `next`");
    let most = seen.global_lengths().into_iter().max();
    assert_eq!(most, Some(129), "128 of the ring, and main, which yields");
    assert_eq!(seen.stretches.iter().filter(|of| of.task != "main").count(), 300);
}

#[test]
fn a_processor_looks_at_next_then_at_its_ring_then_at_the_global_queue_then_at_others() {
    let source = MANY_AND_A_YIELD.replace("200", "300");
    let alone = seen(&source, 1);
    let found: Vec<&str> = alone.stretches.iter().map(|of| of.found.as_str()).collect();
    assert_eq!(found[..4], ["global queue", "next", "ring", "ring"], "main comes first");
    let turns = found[2..].iter().take_while(|found| **found != "global queue").count();
    assert!(turns > 128 && turns < 256, "all that was left in the ring: {turns}");
    let own = |found: &&str| matches!(*found, "ring" | "global queue, first");
    assert!(found[2..2 + turns].iter().all(own), "{found:?}");
    let beside = seen(&source, 2);
    let stolen = beside.stretches.iter().find(|of| of.found == "stolen").expect("a theft");
    assert_ne!(stolen.lane, beside.stretches[0].lane, "it had nothing of its own");
}

#[test]
fn of_the_global_queue_a_processor_takes_its_fair_share() {
    let mut shares = 0;
    for procs in [1, 2, 3] {
        let seen = seen(&MANY_AND_A_YIELD.replace("200", "3000"), procs);
        for (mark, ..) in seen.marks("takes ") {
            let numbers: Vec<usize> =
                mark.split(' ').filter_map(|word| word.parse().ok()).collect();
            let [taken, of] = numbers[..] else { continue };
            assert_eq!(taken, (of / procs + 1).min(of).min(128), "{mark}, {procs} processors");
            shares += 1;
        }
    }
    assert!(shares > 3, "{shares}");
}

#[test]
fn whom_a_thief_robs_is_drawn_from_the_seed() {
    let victims = |seed: u64| {
        let options = RunOptions { procs: 8, trace: true, ..RunOptions::default() };
        let ran = run_with(&program(MANY_SPAWNERS), seed, &options);
        let trace = ran.report.trace.map(|trace| trace.to_json()).unwrap_or_default();
        let thefts = trace.match_indices("from processor ");
        thefts.map(|(at, found)| trace.as_bytes()[at + found.len()]).collect::<Vec<u8>>()
    };
    assert_eq!(victims(1), victims(1));
    assert!((2..6).any(|seed| victims(seed) != victims(1)));
}

/// Several that have tasks in their rings at once.
const MANY_SPAWNERS: &str = r#"fn work():
    k = 0
    while k < 300:
        k += 1

fn spawns():
    concurrent:
        for _ in range(40):
            spawn work()

fn main():
    concurrent:
        for _ in range(4):
            spawn spawns()
"#;

const WORK: &str = r#"fn work():
    k = 0
    while k < 2000:
        k += 1

fn main():
    concurrent:
        for _ in range(100):
            spawn work()
"#;

#[test]
fn a_thief_takes_half_of_its_victim_s_ring() {
    let seen = seen(WORK, 4);
    let steals = seen.marks("steals ");
    assert!(!steals.is_empty());
    for (steal, ..) in &steals {
        let numbers: Vec<usize> = steal.split(' ').filter_map(|word| word.parse().ok()).collect();
        let [taken, of, _victim] = numbers[..] else { panic!("{steal}") };
        assert_eq!(taken, of.div_ceil(2), "{steal}");
    }
    assert!(seen.stretches.iter().any(|of| of.found == "stolen"));
}

#[test]
fn at_most_half_as_many_look_for_work_as_have_some() {
    let seen = seen(WORK, 16);
    let mut lines = 0;
    for line in seen.ran.stderr.lines().filter(|line| line.starts_with("sched ")) {
        let number = |name: &str| -> i64 {
            let word = line.split(' ').find_map(|word| word.strip_prefix(name));
            word.and_then(|word| word.parse().ok()).unwrap_or(-1)
        };
        let (procs, idle, spinning) = (number("procs="), number("idle="), number("spinning="));
        let busy = procs - idle - spinning;
        // The one that was woken to look is not counted against the others.
        assert!(2 * (spinning - 1) <= busy, "{line}");
        lines += 1;
    }
    assert!(lines > 20, "{lines} lines");
}

#[test]
fn a_task_made_ready_wakes_an_idle_processor() {
    let seen = seen(&format!("{WORK}    sleep(1.seconds)\n"), 4);
    let woken = seen.marks("wakes");
    let first_spawn = seen.marks("main/1 begins")[0].2;
    assert!(woken.iter().any(|(_, lane, time)| *lane != 0 && *time >= first_spawn + 500));
    let used: std::collections::BTreeSet<u64> = seen.stretches.iter().map(|of| of.lane).collect();
    assert_eq!(used.len(), 4, "all processors work");
    assert!(!seen.marks("parks").is_empty(), "and park in the end");
}

#[test]
fn a_blocking_call_hands_its_processor_on() {
    let seen = seen(
        r#"fn main():
    concurrent:
        spawn:
            k = 0
            while k < 1000:
                k += 1
        spawn:
            blocking:
                k = 0
                while k < 100000:
                    k += 1
"#,
        1,
    );
    let blocks = seen.stretches.iter().find(|of| of.left == "blocks").expect("it blocks");
    let mut threads = seen.stretches.iter().filter(|of| of.found == "own thread");
    let thread = threads.next().expect("it has a thread of its own");
    assert_eq!((thread.task.as_str(), thread.lane), (blocks.task.as_str(), 1));
    let meanwhile =
        |of: &&Stretch| of.lane == 0 && of.start >= thread.start && of.end <= thread.end;
    assert!(seen.stretches.iter().any(|of| meanwhile(&of) && of.task != thread.task));
    assert_eq!(thread.left, "returns");
}

#[test]
fn a_loop_that_never_waits_is_preempted_after_its_slice() {
    let seen = seen(
        r#"fn spin():
    k = 0
    while k < 2_000_000:
        k += 1

fn main():
    concurrent:
        spawn spin()
        spawn spin()
"#,
        1,
    );
    let preempted = seen.stretches.iter().filter(|of| of.left == "preempted");
    let lengths: Vec<u64> = preempted.map(|of| of.end - of.start).collect();
    assert!(lengths.len() >= 4, "{lengths:?}");
    for length in lengths {
        assert!((9_990_000..10_001_000).contains(&length), "{length} ns");
    }
}

#[test]
fn when_nobody_can_run_time_jumps_to_the_next_timer() {
    let seen = seen("fn main():\n    sleep(1.hours)\n    print(\"later\")\n", 4);
    let timers = seen.marks("a timer is due");
    assert_eq!(timers.len(), 1);
    assert!((3_600_000_000_000..3_600_000_010_000).contains(&timers[0].2), "{timers:?}");
    assert_eq!(seen.ran.report.stdout, "later\n");
}

#[test]
fn any_number_of_processors_from_1_to_64_does_the_same_work() {
    for procs in [1, 2, 3, 7, 16, 64] {
        let seen = seen(WORK, procs);
        assert_eq!(seen.ran.report.outcome.text(), "ok");
        assert_eq!(seen.ran.report.tasks, 101);
        assert!(seen.stretches.iter().all(|of| of.lane < procs as u64));
    }
}

#[test]
fn a_trace_is_what_the_trace_event_format_asks_for() {
    let seen = seen(
        r#"fn main():
    ch = channel[int](buffer=3)
    concurrent:
        spawn:
            defer ch.close()
            for n in range(50):
                ch.send(n)
        spawn:
            blocking:
                sleep(1.milliseconds)
        for n in ch:
            pass
"#,
        4,
    );
    let mut open = std::collections::BTreeMap::new();
    let mut counters = 0;
    for event in &seen.events {
        assert!(event["name"].is_string() && event["pid"].is_u64(), "{event}");
        let phase = text(&event["ph"]);
        if phase != "M" {
            assert!(event["ts"].as_f64().is_some_and(|at| at >= 0.0), "{event}");
            assert!(event["tid"].is_u64() && event["cat"].is_string(), "{event}");
        }
        match phase.as_str() {
            "X" => assert!(event["dur"].as_f64().is_some_and(|length| length >= 0.0), "{event}"),
            "i" => assert_eq!(event["s"], "t"),
            "C" => {
                counters += 1;
                assert!(event["args"]["values"].as_u64().is_some_and(|values| values <= 3));
            }
            "M" => assert!(event["args"]["name"].is_string(), "{event}"),
            "s" => drop(open.insert(event["id"].as_u64(), nanoseconds(&event["ts"]))),
            "f" => {
                let from = open.remove(&event["id"].as_u64()).expect("an arrow that began");
                assert!(from <= nanoseconds(&event["ts"]), "{event}");
                assert_eq!(event["bp"] == "e", event["cat"] != "steal");
            }
            other => panic!("{other} is no phase of ours"),
        }
    }
    assert!(open.is_empty() && counters >= 50, "{counters} counters");
    for pair in
        seen.stretches.iter().flat_map(|one| seen.stretches.iter().map(move |two| (one, two)))
    {
        let (one, two) = pair;
        let is_same = std::ptr::eq(one, two);
        assert!(is_same || one.lane != two.lane || one.end <= two.start || two.end <= one.start);
    }
}

#[test]
fn a_blocking_task_that_waits_keeps_its_thread() {
    let text = r#"fn main():
    values = channel[int]()
    concurrent:
        spawn:
            blocking:
                print("got", values.receive())
        spawn:
            sleep(1.milliseconds)
            blocking:
                k = 0
                while k < 300_000:
                    k += 1
                print("computed", k)
        sleep(2.milliseconds)
        values.send(1)
"#;
    let seen = seen(text, 2);
    assert_eq!(seen.ran.report.stdout, "got 1\ncomputed 300000\n");
}
