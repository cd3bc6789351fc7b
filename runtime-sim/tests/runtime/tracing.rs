//! A trace is what the trace event format asks for, event by event.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use weir_runtime_sim::RunOptions;

use crate::support::{program, run_with};

/// Something of everything that leaves an event: messages, buffers, steals, joins, timers, a thread of
/// its own, a preemption, a failure, a cancellation.
const BUSY: &str = r#"fn work(jobs: channel[int], done: channel[int]):
    for job in jobs:
        k = 0
        while k < 2000 * job:
            k += 1
        done.send(job)

fn main():
    jobs = channel[int](buffer=4)
    done = channel[int]()
    concurrent:
        for _ in range(5):
            spawn work(jobs, done)
        spawn:
            defer jobs.close()
            for n in range(40):
                jobs.send(n)
        for _ in range(40):
            done.receive()
        blocking:
            sleep(3.milliseconds)
        t = spawn task_id()
        print(t)
    concurrent timeout(2.milliseconds):
        spawn sleep(1.hours)
    else:
        print("late")
    attempt panic("\"quoted\" </script>")
"#;

fn events() -> Vec<Value> {
    let options = RunOptions { trace: true, procs: 3, ..RunOptions::default() };
    let report = run_with(&program(BUSY), 1, &options).report;
    assert_eq!(report.stdout, "main/7\nlate\n", "{}", report.story);
    let trace = report.trace.expect("it was asked for");
    let whole: Value = serde_json::from_str(&trace.to_json()).expect("a trace is JSON");
    assert_eq!(whole["displayTimeUnit"], "ns");
    whole["traceEvents"].as_array().expect("it has events").clone()
}

#[track_caller]
fn number(event: &Value, field: &str) -> f64 {
    let number = event[field].as_f64().unwrap_or_else(|| panic!("`{field}` of {event}"));
    assert!(number >= 0.0, "{event}");
    number
}

#[test]
fn every_event_has_the_fields_of_its_phase() {
    let mut phases = BTreeSet::new();
    for event in events() {
        let phase = event["ph"].as_str().unwrap_or_default().to_owned();
        assert!(event["name"].as_str().is_some_and(|name| !name.is_empty()), "{event}");
        number(&event, "pid");
        if phase == "M" {
            let (kind, name) = (event["name"].as_str(), event["args"]["name"].as_str());
            assert!(matches!(kind, Some("process_name" | "thread_name")), "{event}");
            assert!(name.is_some_and(|name| !name.is_empty()), "{event}");
        } else {
            number(&event, "tid");
            number(&event, "ts");
            assert!(event["cat"].as_str().is_some_and(|category| !category.is_empty()), "{event}");
        }
        match phase.as_str() {
            "M" => {}
            "X" => drop(number(&event, "dur")),
            "i" => assert_eq!(event["s"], "t", "{event}"),
            "s" => drop(number(&event, "id")),
            "f" => {
                number(&event, "id");
                // Who steals has no task yet: there is no slice around that.
                let is_in_slice = event["cat"] != "steal";
                assert_eq!(event["bp"] == "e", is_in_slice, "{event}");
            }
            "C" => {
                let counts = event["args"].as_object().expect("a counter has its series");
                assert!(!counts.is_empty() && counts.values().all(Value::is_number), "{event}");
            }
            other => panic!("{other:?} is no phase that is written: {event}"),
        }
        phases.insert(phase);
    }
    assert_eq!(phases.into_iter().collect::<String>(), "CMXfis");
}

#[test]
fn every_arrow_has_one_start_and_one_end_that_is_not_before_it() {
    let mut arrows: BTreeMap<u64, Vec<Value>> = BTreeMap::new();
    for event in events().into_iter().filter(|of| of["ph"] == "s" || of["ph"] == "f") {
        arrows.entry(event["id"].as_u64().expect("an id")).or_default().push(event);
    }
    assert!(arrows.len() > 20, "{}", arrows.len());
    for (id, ends) in arrows {
        let [start, end] = ends.as_slice() else { panic!("{id}: {ends:?}") };
        assert_eq!((&start["ph"], &end["ph"]), (&"s".into(), &"f".into()));
        assert_eq!((&start["name"], &start["cat"]), (&end["name"], &end["cat"]));
        assert!(number(start, "ts") <= number(end, "ts"), "{start} {end}");
    }
}

#[test]
fn stretches_of_one_lane_do_not_overlap_and_every_lane_has_a_name() {
    let events = events();
    let named: BTreeSet<u64> = events
        .iter()
        .filter(|of| of["name"] == "thread_name")
        .filter_map(|of| of["tid"].as_u64())
        .collect();
    let mut lanes: BTreeMap<u64, Vec<(u64, u64)>> = BTreeMap::new();
    // In nanoseconds: as floats they would not add up.
    let ns = |event: &Value, field| (number(event, field) * 1000.0).round() as u64;
    for event in events.iter().filter(|of| of["ph"] != "M") {
        let lane = event["tid"].as_u64().expect("a lane");
        assert!(named.contains(&lane), "{event}");
        if event["ph"] == "X" {
            let start = ns(event, "ts");
            lanes.entry(lane).or_default().push((start, start + ns(event, "dur")));
        }
    }
    for (lane, mut stretches) in lanes {
        stretches.sort_unstable();
        for pair in stretches.windows(2) {
            assert!(pair[0].1 <= pair[1].0, "lane {lane}: {pair:?}");
        }
    }
}

#[test]
fn a_channel_that_takes_the_place_of_a_dead_one_has_its_own_name_and_counter() {
    let text = r#"fn use(n: int):
    if n < 5_000:
        even = channel[int](buffer=2)
        even.send(1)
    else:
        odd = channel[int](buffer=2)
        odd.send(1)

fn main():
    for n in range(10_000):
        use(n)
"#;
    let options = RunOptions { trace: true, ..RunOptions::default() };
    let report = run_with(&program(text), 0, &options).report;
    let trace = report.trace.expect("it was asked for").to_json();
    let counters: Vec<&str> = trace.lines().filter(|line| line.contains("\"ph\": \"C\"")).collect();
    let name = |line: &str| {
        line.split("\"name\": \"").nth(1).and_then(|of| of.split('"').next()).map(str::to_owned)
    };
    let names: BTreeSet<String> = counters.iter().filter_map(|line| name(line)).collect();
    let even = names.iter().filter(|name| name.starts_with("even #")).count();
    let odd = names.iter().filter(|name| name.starts_with("odd #")).count();
    assert_eq!((counters.len(), even, odd), (10_000, 5_000, 5_000));
}
