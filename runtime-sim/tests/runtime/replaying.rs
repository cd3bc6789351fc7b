//! Same seed, same bytes; and every recorded run can be had again.

use weir_runtime_sim::{Replay, RunOptions, Schedule, ScheduleError, Simulated, replay};

use crate::support::{program, run_with};

const PIPELINE: &str = r#"fn produce(out: channel[int]):
    defer out.close()
    for n in range(20):
        out.send(n)

fn double(source: channel[int], out: channel[int]):
    defer out.close()
    for n in source:
        out.send(2 * n)

fn main():
    first = channel[int](buffer=2)
    second = channel[int]()
    concurrent:
        spawn produce(first)
        spawn double(first, second)
        total = 0
        for n in second:
            total += n
        print(total)
"#;

const DRAWING: &str = r#"import random

fn throws(out: channel[int]):
    defer out.close()
    for _ in range(10):
        out.send(random.randint(1, 6))

fn main():
    out = channel[int](buffer=4)
    concurrent:
        spawn throws(out)
        total = 0
        for n in out:
            total += n + random.randint(0, 1)
        print(total)
"#;

const RACY: &str = r#"fn main():
    a = channel[int](buffer=1)
    b = channel[int](buffer=1)
    concurrent:
        spawn:
            for n in range(10):
                a.send(n)
        spawn:
            for n in range(10):
                b.send(100 + n)
        for _ in range(20):
            select:
                case x from a:
                    print(x)
                case y from b:
                    print(y)
"#;

fn options(trace: bool) -> RunOptions {
    RunOptions { trace, ..RunOptions::default() }
}

#[test]
fn the_same_seed_gives_the_same_trace_and_schedule() {
    for text in [PIPELINE, RACY] {
        let program = program(text);
        let [first, second] = [(); 2].map(|()| run_with(&program, 11, &options(true)).report);
        assert_eq!(first.schedule.to_bytes(), second.schedule.to_bytes());
        let json = |trace: Option<weir_runtime_sim::Trace>| trace.map(|trace| trace.to_json());
        assert_eq!(json(first.trace), json(second.trace));
        assert_eq!(first.stdout, second.stdout);
    }
}

#[test]
fn seeds_give_different_schedules_and_the_pipeline_the_same_result() {
    let program = program(PIPELINE);
    let mut schedules: Vec<String> = Vec::new();
    for seed in 0..10 {
        let report = run_with(&program, seed, &options(false)).report;
        assert_eq!(report.stdout, "380\n");
        schedules.push(report.schedule.to_line());
    }
    schedules.sort();
    schedules.dedup();
    assert!(schedules.len() >= 2, "only {} schedules", schedules.len());
}

#[test]
fn select_chooses_differently_for_different_seeds_even_on_one_processor() {
    let program = program(
        r#"fn main():
    a = channel[int](buffer=10)
    b = channel[int](buffer=10)
    for n in range(10):
        a.send(n)
        b.send(100 + n)
    for _ in range(20):
        select:
            case x from a:
                print(x)
            case y from b:
                print(y)
"#,
    );
    let mut outputs: Vec<String> = (0..10)
        .map(|seed| {
            run_with(&program, seed, &RunOptions { procs: 1, ..options(false) }).report.stdout
        })
        .collect();
    outputs.sort();
    outputs.dedup();
    assert!(outputs.len() >= 2, "{outputs:?}");
}

#[test]
fn a_replay_gives_the_recorded_run_byte_for_byte() {
    let programs = [PIPELINE, RACY, DRAWING];
    for text in programs {
        let program = program(text);
        for seed in 0..5 {
            let recorded = run_with(&program, seed, &options(true)).report;
            let line = recorded.schedule.to_line();
            let schedule = Schedule::parse(line.as_bytes()).expect("a line reads back");
            let again = Replay::new(schedule, &program).expect("it is this program's");
            let mut world = Simulated::default();
            let report = replay(&program, again, true, &mut world);
            assert_eq!(report.divergence, None);
            assert_eq!(report.stdout, recorded.stdout);
            assert_eq!(report.schedule, recorded.schedule);
            let json = |trace: Option<weir_runtime_sim::Trace>| trace.map(|trace| trace.to_json());
            assert_eq!(json(report.trace), json(recorded.trace));
        }
    }
}

#[test]
fn another_program_s_schedule_is_refused_or_diverges_at_a_step() {
    let recorded = run_with(&program(PIPELINE), 0, &options(false)).report.schedule;
    let other = program(RACY);
    assert_eq!(Replay::new(recorded.clone(), &other).err(), Some(ScheduleError::OtherProgram));
    let mut world = Simulated::default();
    let report = replay(&other, Replay::allow_changed(recorded), false, &mut world);
    assert_eq!(report.exit_code, 6);
    assert!(report.divergence.is_some());
    assert!(report.story.starts_with("replay diverged at step "), "{}", report.story);
}

#[test]
fn moving_a_program_s_lines_keeps_its_hash_and_changing_it_does_not() {
    let moved = format!("# a comment\n\n{PIPELINE}");
    assert_eq!(program(PIPELINE).hash(), program(&moved).hash());
    let changed = PIPELINE.replace("2 * n", "3 * n");
    assert_ne!(program(PIPELINE).hash(), program(&changed).hash());
}

#[test]
fn a_trace_is_json_with_a_lane_per_processor_and_arrows() {
    let report = run_with(&program(PIPELINE), 0, &options(true)).report;
    let json = report.trace.map(|trace| trace.to_json()).unwrap_or_default();
    let parsed: serde_json::Value = serde_json::from_str(&json).expect("it is JSON");
    let events = parsed["traceEvents"].as_array().expect("it has events");
    let of = |phase: &str| events.iter().filter(|event| event["ph"] == phase).count();
    assert!(of("X") > 3);
    assert_eq!(of("s"), of("f"));
    assert!(of("s") > 20, "one arrow per message at least");
    for lane in 0..4 {
        assert!(json.contains(&format!("processor {lane}")));
    }
}

#[test]
fn numbers_by_chance_follow_from_the_seed_and_from_no_order_of_tasks() {
    let text = DRAWING.replace("print(total)", "pass").replace("out.send(", "print(");
    let program = program(&text);
    let printed = |seed, procs| {
        let options = RunOptions { procs, ..RunOptions::default() };
        run_with(&program, seed, &options).report.stdout
    };
    assert_eq!(printed(1, 1), printed(1, 4));
    assert_ne!(printed(1, 1), printed(2, 1));
}

#[test]
fn a_replay_that_draws_more_or_fewer_numbers_diverges() {
    let drawing = |sum: &str| program(&format!("import random\n\nfn main():\n    print({sum})\n"));
    let alone = RunOptions { procs: 1, ..RunOptions::default() };
    let recorded = run_with(&drawing("random.random()"), 0, &alone).report.schedule;
    for (sum, says) in [
        ("0.5", "the run has ended, the schedule goes on with numbers by chance"),
        (
            "random.random() + random.random()",
            "the run asks for a number by chance, the schedule has no more",
        ),
    ] {
        let again = Replay::allow_changed(recorded.clone());
        let report = replay(&drawing(sum), again, false, &mut Simulated::default());
        assert_eq!(report.exit_code, 6);
        assert!(report.story.contains(says), "{}", report.story);
    }
}

#[test]
fn a_schedule_takes_less_than_two_bytes_for_a_choice() {
    for text in [PIPELINE, RACY, DRAWING] {
        // Enough of them that what the program is and how it ran does not count.
        let text = text.replace("range(20)", "range(20_000)").replace("range(10)", "range(10_000)");
        for procs in [2, 4] {
            let options = RunOptions { procs, ..RunOptions::default() };
            let schedule = run_with(&program(&text), 3, &options).report.schedule;
            let (bytes, choices) = (schedule.to_bytes().len() as u64, schedule.choices());
            assert!(choices > 1_000, "{choices} choices");
            assert!(bytes < 2 * choices, "{bytes} bytes for {choices} choices");
        }
    }
}
