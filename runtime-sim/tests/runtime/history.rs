//! A replay can be stopped at any step, and a history can be looked at in both directions.

use weir_runtime_sim::{History, Program, Replay, RunOptions, RunReport, Simulated, replay_until};

use crate::support::{program, run_with};

const PIPELINE: &str = r#"fn produce(out: channel[int]):
    defer out.close()
    for n in range(2000):
        out.send(n)

fn main():
    numbers = channel[int]()
    concurrent:
        spawn produce(numbers)
        total = 0
        for n in numbers:
            total += n
        print(total)
"#;

fn recorded() -> (Program, RunReport) {
    let program = program(PIPELINE);
    let report = run_with(&program, 3, &RunOptions::default()).report;
    (program, report)
}

fn again(program: &Program, report: &RunReport) -> Replay {
    Replay::new(report.schedule.clone(), program).expect("it is this program's")
}

#[test]
fn a_replay_stops_at_the_step_and_says_where_every_task_stands() {
    let (program, recorded) = recorded();
    let replay = again(&program, &recorded);
    let report = replay_until(&program, replay, 1000, false, &mut Simulated::default());
    assert_eq!((report.outcome.text(), report.exit_code, report.steps), ("stopped", 0, 1000));
    let lines: Vec<(&str, u32)> = report
        .standing
        .iter()
        .map(|task| (task.task.as_str(), task.place.as_ref().map_or(0, |place| place.line)))
        .collect();
    let [("main", main), ("main/1", produce)] = lines[..] else { panic!("{lines:?}") };
    assert!((10..=11).contains(&main) && (3..=4).contains(&produce), "{}", report.story);
    assert!(report.story.starts_with("stopped after 1000 steps, at "), "{}", report.story);
}

#[test]
fn a_step_behind_the_end_is_the_end() {
    let (program, recorded) = recorded();
    let replay = again(&program, &recorded);
    let report = replay_until(&program, replay, 1 << 40, false, &mut Simulated::default());
    assert_eq!((report.outcome.text(), report.stdout.as_str()), ("ok", "1999000\n"));
    assert_eq!((report.divergence, report.schedule), (None, recorded.schedule));
}

#[test]
fn a_look_behind_the_end_is_the_end_too() {
    let (program, recorded) = recorded();
    let ended = History::new(&program, again(&program, &recorded)).stopped_at(1 << 40);
    assert_eq!((ended.outcome.text(), ended.steps), ("ok", recorded.steps));
    assert!(ended.look().starts_with(&format!("ended after {} steps, at ", recorded.steps)));
}

#[test]
fn a_history_shows_the_same_forwards_and_backwards() {
    let (program, recorded) = recorded();
    let history = History::new(&program, again(&program, &recorded));
    assert_eq!(history.steps(), recorded.steps);
    for step in [0, 1, 2, 999, 1000, 5000, recorded.steps - 1, 5000, 17] {
        let replay = again(&program, &recorded);
        let direct = replay_until(&program, replay, step, false, &mut Simulated::default());
        let stopped = history.stopped_at(step);
        assert_eq!(stopped.look(), direct.story, "step {step}");
        assert_eq!((stopped.steps, stopped.standing), (direct.steps, direct.standing));
    }
}
