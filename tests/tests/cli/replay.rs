//! `weir replay`: the same run again.

use super::*;

const TASKS: &str = "\
fn work(n: int, done: channel[int]):
    sleep((5 - n).milliseconds)
    done.send(n)

fn main():
    done = channel[int](buffer=4)
    concurrent:
        for n in range(4):
            spawn work(n, done)
        for _ in range(4):
            print(done.receive())
";

fn recorded() -> (Weir, Printed) {
    let weir = weir().file("main.weir", TASKS);
    let flags =
        ["run", "--seed", "5", "--record", "run.schedule", "--trace", "one.json", "main.weir"];
    let printed = weir.run(&flags);
    assert_eq!(printed.status, 0, "{}", printed.shown());
    (weir, printed)
}

#[test]
fn a_recorded_run_is_replayed_to_the_byte() {
    let (weir, printed) = recorded();
    assert_eq!(weir.run(&["replay", "run.schedule", "--trace", "two.json"]), printed);
    assert!(!weir.read("one.json").is_empty());
    assert_eq!(weir.read("one.json"), weir.read("two.json"));
}

#[test]
fn what_stands_behind_a_schedule_is_refused_by_its_line() {
    let (weir, _) = recorded();
    let recording = weir.read("run.schedule");
    for (behind, line) in [("garbage", 3), ("\n\nweir-schedule:AAAA", 5)] {
        let weir = recorded().0.file("run.schedule", format!("{recording}{behind}\n"));
        let printed = weir.run(&["replay", "run.schedule"]);
        assert_eq!((printed.status, printed.stdout.as_str()), (2, ""), "{}", printed.shown());
        let said = format!("weir: `run.schedule`: line {line} is no part of a recording");
        assert!(printed.stderr.starts_with(&said), "{}", printed.stderr);
    }
    let again =
        weir.file("run.schedule", format!("{recording}\n\n")).run(&["replay", "run.schedule"]);
    assert_eq!(again.status, 0, "{}", again.shown());
}

#[test]
fn a_program_that_has_moved_can_be_named() {
    let (weir, printed) = recorded();
    let other = weir.file("elsewhere/main.weir", TASKS);
    assert_eq!(other.run(&["replay", "run.schedule", "elsewhere/main.weir"]), printed);
}

#[test]
fn a_changed_program_is_refused_and_diverges_if_it_must_run() {
    let (weir, _) = recorded();
    let weir = weir.file("main.weir", TASKS.replace("range(4)", "range(3)"));
    let printed = weir.run(&["replay", "run.schedule"]);
    assert_eq!((printed.stdout.as_str(), printed.status), ("", 2));
    assert!(printed.stderr.contains("--allow-changed"), "{}", printed.stderr);
    let printed = weir.run(&["replay", "run.schedule", "--allow-changed"]);
    assert_eq!(printed.status, 6, "{}", printed.shown());
    assert!(printed.stderr.starts_with("replay diverged at step "), "{}", printed.stderr);
}

#[test]
fn a_divergence_names_the_task_whose_turn_it_was_and_where() {
    let (weir, _) = recorded();
    let weir = weir.file("main.weir", TASKS.replace("spawn work", "work"));
    let flags = ["replay", "run.schedule", "--allow-changed", "--unchecked"];
    let printed = weir.run(&flags);
    let lines: Vec<&str> = printed.stderr.lines().skip(1).collect();
    let calls = [
        "  task main at main.weir:2:5",
        "  in work at main.weir:2:5",
        "  in main at main.weir:9:13",
    ];
    assert_eq!((lines, printed.status), (calls.to_vec(), 6), "{}", printed.shown());
    let printed = weir.run(&[&flags[..], &["--json"]].concat());
    let object: Value = serde_json::from_str(&printed.stdout).unwrap_or_default();
    let divergence = &object["divergence"];
    assert_eq!((&divergence["task"], &divergence["line"]), (&"main".into(), &2.into()));
}

#[test]
fn a_comment_changes_no_program() {
    let (weir, printed) = recorded();
    let weir = weir.file("main.weir", format!("# a comment\n{TASKS}"));
    assert_eq!(weir.run(&["replay", "run.schedule"]), printed);
}

#[test]
fn what_is_no_schedule_is_usage() {
    let weir = weir().file("main.weir", FINE).file("not.schedule", "{}");
    let calls =
        [["replay", "missing"], ["replay", "not.schedule"], ["replay", "weir-schedule:AAAA"]];
    for call in calls {
        let printed = weir.run(&call);
        assert_eq!((printed.stdout.as_str(), printed.status), ("", 2), "{call:?}");
        assert!(printed.stderr.starts_with("weir: "), "{}", printed.stderr);
    }
}

#[test]
fn a_replay_can_be_stopped_to_see_where_every_task_stands() {
    let (weir, _) = recorded();
    let printed = weir.run(&["replay", "run.schedule", "--until", "12"]);
    assert_eq!(printed.status, 0, "{}", printed.shown());
    let mut lines = printed.stderr.lines();
    let first = lines.next().unwrap_or_default();
    assert!(first.starts_with("stopped after 12 steps, at "), "{first}");
    assert!(lines.next().is_some_and(|main| main.starts_with("  main ")), "{}", printed.stderr);
    let printed = weir.run(&["replay", "run.schedule", "--until", "12", "--json"]);
    let object: Value = serde_json::from_str(&printed.stdout).unwrap_or_default();
    assert_eq!((&object["outcome"], &object["steps"]), (&"stopped".into(), &12.into()));
    assert_eq!(object["standing"][0]["task"], "main");
}

#[test]
fn several_steps_are_looked_at_one_after_the_other_backwards_too() {
    let (weir, _) = recorded();
    let look = |steps: &str| weir.run(&["replay", "run.schedule", "--until", steps]);
    let (later, earlier) = (look("12"), look("3"));
    let both = look("12,3");
    assert_eq!(both.stderr, later.stderr.clone() + &earlier.stderr);
    assert_eq!((both.stdout.as_str(), both.status), ("", 0));
    let printed = weir.run(&["replay", "run.schedule", "--until", "12,3", "--json"]);
    let object: Value = serde_json::from_str(&printed.stdout).unwrap_or_default();
    assert_eq!(
        (&object["looks"][0]["steps"], &object["looks"][1]["steps"]),
        (&12.into(), &3.into())
    );
    assert_eq!(object["looks"][1]["standing"][0]["task"], "main");
}

#[test]
fn of_several_steps_one_behind_the_end_shows_how_the_run_ended() {
    let (weir, printed) = recorded();
    let ended = weir.run(&["replay", "run.schedule", "--until", "9999,3"]);
    assert_eq!(ended.status, printed.status);
    assert!(ended.stderr.starts_with("ended after "), "{}", ended.stderr);
    assert!(ended.stderr.contains(" of virtual time\nstopped after 3 steps"), "{}", ended.stderr);
}

#[test]
fn of_several_steps_one_behind_a_deadlock_shows_the_deadlock() {
    let program = "fn main():\n    jobs = channel[int]()\n    print(jobs.receive())\n";
    let weir = weir().file("main.weir", program);
    let recorded = weir.run(&["run", "--unchecked", "--record", "run.schedule", "main.weir"]);
    assert_eq!(recorded.status, 3, "{}", recorded.shown());
    let printed = weir.run(&["replay", "run.schedule", "--until", "9999,0"]);
    assert_eq!(printed.status, 3, "{}", printed.shown());
    assert!(printed.stderr.contains("\ndeadlock: every task waits"), "{}", printed.stderr);
    let printed = weir.run(&["replay", "run.schedule", "--until", "9999,0", "--json"]);
    let object: Value = serde_json::from_str(&printed.stdout).unwrap_or_default();
    assert_eq!((&object["outcome"], printed.status), (&"deadlock".into(), 3));
    assert_eq!(object["looks"][0]["blocked"][0]["task"], "main");
    assert_eq!(object["looks"][1]["outcome"], "stopped");
}

#[test]
fn of_several_steps_one_behind_a_divergence_shows_the_divergence() {
    let (weir, _) = recorded();
    let weir = weir.file("main.weir", TASKS.replace("range(4)", "range(3)"));
    let flags = ["replay", "run.schedule", "--allow-changed", "--until"];
    let [one, two] = ["9999", "9999,3"].map(|steps| weir.run(&[&flags[..], &[steps]].concat()));
    assert_eq!((two.status, one.status), (6, 6), "{}", two.shown());
    assert!(two.stderr.starts_with(&one.stderr), "{}", two.shown());
}

#[test]
fn a_changed_program_with_findings_is_replayed_when_it_is_asked_for() {
    let (weir, _) = recorded();
    let weir =
        weir.file("main.weir", format!("{TASKS}    ch = channel[int]()\n    ch.receive()\n"));
    let printed = weir.run(&["replay", "run.schedule", "--allow-changed"]);
    assert_eq!((printed.stdout.as_str(), printed.status), ("", 1), "{}", printed.shown());
    assert!(
        printed.stderr.ends_with("`--unchecked` replays it as far as it goes\n"),
        "{}",
        printed.stderr
    );
    let printed = weir.run(&["replay", "run.schedule", "--allow-changed", "--unchecked"]);
    assert_eq!(printed.status, 6, "{}", printed.shown());
}

#[test]
fn a_changed_program_that_cannot_run_at_all_gets_no_hint_to_run_it_unchecked() {
    let (weir, _) = recorded();
    let weir = weir.file("main.weir", format!("{TASKS}    print(missing)\n"));
    let printed = weir.run(&["replay", "run.schedule", "--allow-changed"]);
    assert_eq!((printed.stdout.as_str(), printed.status), ("", 1), "{}", printed.shown());
    assert!(!printed.stderr.contains("--unchecked"), "{}", printed.stderr);
}

#[test]
fn a_test_that_is_named_is_the_one_that_is_replayed() {
    let program = format!("{TASKS}\ntest \"other\":\n    print(\"the test\")\n");
    let weir = weir().file("main.weir", program);
    weir.run(&["run", "--record", "run.schedule", "main.weir"]);
    let flags = ["replay", "run.schedule", "--allow-changed", "--test", "other"];
    let printed = weir.run(&flags);
    assert_eq!((printed.stdout.as_str(), printed.status), ("the test\n", 6), "{}", printed.shown());
}
