//! A tree of tasks that grows without end comes to an end when it is to.

use weir_runtime_sim::{
    Program, Replay, RunOptions, RunReport, Seeded, Simulated, Stream, World, replay, run,
};

use crate::support::{program, run_with};

/// Each task starts two more, by the means of `GROW`.
const TREE: &str = "fn grow(n: int) -> int:\n    GROW\n    return 0\n\nfn main():\n    grow(0)\n";

/// What is started is in scopes, in a parallel loop, on its own, and in a scope that is handed on.
const WAYS: [&str; 3] = [
    "concurrent:\n        spawn grow(n + 1)\n        spawn grow(n + 1)",
    "parallel_map([n, n], fn(m): grow(m + 1))",
    "detach grow(n + 1)\n    detach grow(n + 1)",
];

fn trees() -> impl Iterator<Item = String> {
    WAYS.into_iter().map(|way| TREE.replace("GROW", way))
}

/// The same run again, step by step.
#[track_caller]
fn replays(program: &Program, recorded: &RunReport) {
    let again = Replay::new(recorded.schedule.clone(), program).expect("it is this program's");
    let report = replay(program, again, false, &mut Simulated::default());
    assert_eq!(report.divergence, None);
    assert_eq!((report.steps, report.tasks), (recorded.steps, recorded.tasks));
    assert_eq!(report.story, recorded.story);
}

#[test]
fn it_fails_when_it_has_no_memory_left() {
    for text in trees() {
        let program = program(&text);
        let options = RunOptions { memory_max_bytes: 1 << 20, ..RunOptions::default() };
        let ran = run_with(&program, 0, &options);
        let failure = ran.report.failure.as_ref().expect("it fails");
        let message = "the run uses more than 1 MiB of memory (--max-memory sets the limit)";
        assert_eq!(failure.message, message, "{text}");
        replays(&program, &ran.report);
    }
}

#[test]
fn of_the_failures_that_nobody_hears_of_the_first_are_said_and_the_others_counted() {
    let text = "fn main():\n    concurrent:\n        for n in range(20):\n            spawn fails(n)\n        \
                sleep(1.milliseconds)\n        return\n\nfn fails(n: int):\n    defer panic(f\"{n}\")\n    \
                sleep(1.seconds)\n";
    let stderr = run_with(&program(text), 0, &RunOptions::default()).stderr;
    let lines: Vec<&str> = stderr.lines().collect();
    assert_eq!(lines.len(), 9, "{stderr}");
    assert_eq!(lines[8], "warning: … and 12 more failures of what was being cancelled");
}

/// Somebody interrupts the run when it is asked for the n-th time.
struct Impatient<'a>(u32, Simulated<'a>);

impl World for Impatient<'_> {
    fn write(&mut self, stream: Stream, text: &str) {
        self.1.write(stream, text);
    }

    fn is_interrupted(&mut self) -> bool {
        self.0 = self.0.saturating_sub(1);
        self.0 == 0
    }

    fn stdout(&self) -> &str {
        self.1.stdout()
    }
}

#[test]
fn it_ends_when_somebody_interrupts_it() {
    for text in trees() {
        let program = program(&text);
        let mut world = Impatient(500, Simulated::default());
        let report = run(&program, &RunOptions::default(), &mut Seeded::new(0), &mut world);
        assert_eq!(report.outcome.text(), "cancelled", "{text}");
        assert!(report.tasks < 20_000, "{} tasks: {text}", report.tasks);
        replays(&program, &report);
    }
}

#[test]
fn it_ends_with_the_time_of_the_scope_around_it() {
    let within = "    concurrent timeout(20.microseconds):\n        grow(0)\n    else:\n        print(\"over\")\n";
    for text in trees().take(2) {
        let program = program(&text.replace("    grow(0)\n", within));
        let ran = run_with(&program, 0, &RunOptions::default());
        assert_eq!((ran.report.stdout.as_str(), ran.stderr.as_str()), ("over\n", ""), "{text}");
        assert!(ran.report.tasks < 20_000, "{} tasks: {text}", ran.report.tasks);
        replays(&program, &ran.report);
    }
}

#[test]
fn whoever_waits_for_cancelled_tasks_has_one_turn_more_to_end_and_not_two() {
    let text = "fn deep(n: int):\n    concurrent:\n        spawn sleep(1.hours)\n        if n > 0:\n            \
                spawn deep(n - 1)\n\nfn main():\n    concurrent timeout(1.seconds):\n        spawn deep(3)\n    else:\n        \
                print(\"over\")\n";
    let options = RunOptions { procs: 1, trace: true, ..RunOptions::default() };
    let ran = run_with(&program(text), 0, &options);
    assert_eq!(ran.report.stdout, "over\n", "{}", ran.report.story);
    let json = ran.report.trace.map(|trace| trace.to_json()).unwrap_or_default();
    let trace: serde_json::Value = serde_json::from_str(&json).expect("a trace is JSON");
    let events = trace["traceEvents"].as_array().expect("it has events");
    let turns = |task: &str| {
        events.iter().filter(|event| event["ph"] == "X" && event["name"] == task).count()
    };
    assert_eq!(["main/1", "main/1/2", "main/1/2/2", "main/1/1"].map(turns), [2, 2, 2, 2]);
}

#[test]
fn it_ends_when_something_beside_it_fails() {
    let beside = "    concurrent:\n        spawn grow(0)\n        sleep(10.microseconds)\n        panic(\"beside\")\n";
    for text in trees().take(2) {
        let program = program(&text.replace("    grow(0)\n", beside));
        let ran = run_with(&program, 0, &RunOptions::default());
        let failure = ran.report.failure.as_ref().map(|failure| failure.message.as_str());
        assert_eq!((failure, ran.stderr.as_str()), (Some("beside"), ""), "{text}");
        assert!(ran.report.tasks < 20_000, "{} tasks: {text}", ran.report.tasks);
    }
}

#[test]
fn what_its_tasks_defer_runs_although_there_is_no_memory_left() {
    let text = "fn grow(n: int, ended: atom[int]):\n    defer ended.swap(fn(m): m + 1)\n    concurrent:\n        \
                spawn grow(n + 1, ended)\n        spawn grow(n + 1, ended)\n\nfn main():\n    ended = atom(0)\n    \
                print((attempt grow(0, ended)).is_err(), ended.get() > 100)\n";
    let options = RunOptions { memory_max_bytes: 1 << 20, ..RunOptions::default() };
    let ran = run_with(&program(text), 0, &options);
    assert_eq!(ran.report.stdout, "true true\n", "{}", ran.report.story);
}

#[test]
fn what_a_deferred_call_has_started_is_not_cancelled_with_its_task() {
    let text = "fn cleans():\n    concurrent:\n        spawn:\n            sleep(5.milliseconds)\n            \
                print(\"cleaned\")\n\nfn work():\n    defer cleans()\n    sleep(1.milliseconds)\n\nfn main():\n    \
                concurrent timeout(2.milliseconds):\n        spawn work()\n        sleep(1.seconds)\n    else:\n        \
                print(\"over\")\n";
    let ran = run_with(&program(text), 0, &RunOptions::default());
    assert_eq!(ran.report.stdout, "cleaned\nover\n", "{}", ran.report.story);
}
