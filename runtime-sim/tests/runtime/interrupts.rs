//! Somebody interrupts a run.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use weir_runtime_sim::{Replay, RunOptions, Seeded, Simulated, Stream, World, replay, run};

use crate::support::program;

/// A world in which somebody interrupts the run when it is asked for the n-th time.
struct Impatient<'a> {
    asked: u32,
    patience: u32,
    inner: Simulated<'a>,
}

impl World for Impatient<'_> {
    fn write(&mut self, stream: Stream, text: &str) {
        self.inner.write(stream, text);
    }

    fn is_interrupted(&mut self) -> bool {
        self.asked += 1;
        self.asked > self.patience
    }

    fn stdout(&self) -> &str {
        self.inner.stdout()
    }
}

const BUSY: &str = r#"fn tick(name: str):
    defer print(f"{name} cleans up")
    while true:
        sleep(1.seconds)

fn main():
    defer print("main cleans up")
    concurrent:
        spawn tick("a")
"#;

const SPINS: &str = r#"fn main():
    defer print("main cleans up")
    n = 0
    while true:
        n += 1
"#;

fn interrupted(
    text: &str,
    patience: u32,
) -> (weir_runtime_sim::Program, weir_runtime_sim::RunReport) {
    let program = program(text);
    let mut world = Impatient { asked: 0, patience, inner: Simulated::default() };
    let report = run(&program, &RunOptions::default(), &mut Seeded::new(0), &mut world);
    (program, report)
}

#[test]
fn it_cancels_main_runs_defers_and_is_status_130() {
    let (_, report) = interrupted(BUSY, 100);
    assert_eq!((report.outcome.text(), report.exit_code), ("cancelled", 130));
    assert_eq!(report.stdout, "a cleans up\nmain cleans up\n");
    assert_eq!(report.story, "cancelled: somebody interrupted the run\n");
}

#[test]
fn a_loop_that_never_waits_hears_of_it_at_the_end_of_its_slice() {
    let (_, report) = interrupted(SPINS, 3);
    assert_eq!((report.outcome.text(), report.stdout.as_str()), ("cancelled", "main cleans up\n"));
}

#[test]
fn a_replay_is_interrupted_at_the_same_point() {
    for (text, patience) in [(BUSY, 0), (BUSY, 57), (SPINS, 5)] {
        let (program, recorded) = interrupted(text, patience);
        let again = Replay::new(recorded.schedule.clone(), &program).expect("it is this program's");
        let report = replay(&program, again, false, &mut Simulated::default());
        assert_eq!(report.divergence, None);
        assert_eq!((report.exit_code, &report.stdout), (130, &recorded.stdout));
        assert_eq!(report.schedule, recorded.schedule);
    }
}

#[test]
fn detached_tasks_are_cancelled_at_once_and_run_their_defers() {
    let text = BUSY.replace("    concurrent:", "    detach tick(\"b\")\n    concurrent:");
    let (_, report) = interrupted(&text, 100);
    assert_eq!((report.outcome.text(), report.exit_code), ("cancelled", 130));
    assert_eq!(report.stdout, "a cleans up\nmain cleans up\nb cleans up\n");
}

/// A world in which somebody interrupts the run as soon as it has printed something.
#[derive(Default)]
struct Startled<'a> {
    flag: Arc<AtomicBool>,
    inner: Simulated<'a>,
}

impl World for Startled<'_> {
    fn write(&mut self, stream: Stream, text: &str) {
        self.inner.write(stream, text);
        self.flag.store(true, Ordering::Relaxed);
    }

    fn is_interrupted(&mut self) -> bool {
        self.flag.load(Ordering::Relaxed)
    }

    fn interrupt(&self) -> Option<Arc<AtomicBool>> {
        Some(self.flag.clone())
    }

    fn stdout(&self) -> &str {
        self.inner.stdout()
    }
}

/// One step each, over more values than are looked at without a look around.
const LONG: [&str; 36] = [
    "set(xs)",
    "mutable_set(xs)",
    "list(xs)",
    "sorted(xs)",
    "own.sort()",
    "own.sort(key=fn(x): -x)",
    "xs.count(-1)",
    "-1 in xs",
    "attempt xs.index(-1)",
    "sum(xs)",
    "max(xs)",
    "xs == own.snapshot()",
    "xs < own.snapshot()",
    "str(xs * 4)",
    "list(zip(xs, xs))",
    "list(enumerate(xs))",
    "keys | set([-1])",
    "keys & keys",
    "keys.issubset(keys)",
    "(\"\\n\" * 70_000).splitlines()",
    "(\" \" * 1_500_000).strip()",
    "(\"ab\" * 70_000).strip(\"ba\")",
    "(\"a\" * 1_500_000).upper()",
    "(\"a\" * 1_500_000).find(\"b\")",
    "(\"a\" * 1_500_000) + \"b\"",
    "(\"a\" * 1_500_000)[1:]",
    "(\"a\" * 1_500_000).encode()",
    "m.keys()",
    "m.values()",
    "mutable_map(m)",
    "m.remove(1)",
    "keys.remove(1)",
    "own.copy()",
    "xs[1:]",
    "xs + [1]",
    "xs.append(1)",
];

/// Main does this right after somebody has interrupted the run.
fn startled(step: &str) -> (weir_runtime_sim::Program, weir_runtime_sim::RunReport) {
    let text = format!(
        "fn main():\n    defer print(\"over\")\n    xs = list(range(70_000))\n    own = mutable_list(xs)\n    \
         keys = set(xs)\n    m = map(zip(xs, xs))\n    print(\"ready\")\n    _ = {step}\n    eprint(\"done\", len(xs), len(own), len(keys), len(m))\n"
    );
    let program = program(&text);
    let report =
        run(&program, &RunOptions::default(), &mut Seeded::new(0), &mut Startled::default());
    (program, report)
}

#[test]
fn one_long_step_is_not_made_to_its_end_and_a_replay_stops_it_there() {
    for step in LONG {
        let (program, recorded) = startled(step);
        let told = (recorded.outcome.text(), recorded.stdout.as_str());
        assert_eq!(told, ("cancelled", "ready\nover\n"), "{step}");
        let again = Replay::new(recorded.schedule.clone(), &program).expect("it is this program's");
        let report = replay(&program, again, false, &mut Simulated::default());
        assert_eq!((report.divergence, &report.stdout), (None, &recorded.stdout), "{step}");
        assert_eq!(report.schedule, recorded.schedule, "{step}");
    }
}
