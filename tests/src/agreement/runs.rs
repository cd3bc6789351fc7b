//! All runs of a program, depth first over the choices that it leaves open.
//!
//! Where there are too many, those that the search comes to first differ only in their last choices; so
//! some others are made that differ in all of them.

use weir_runtime_sim::{
    ChoiceKind, Failure, FailureKind, Headlong, Outcome, Program, RunOptions, RunReport, Scheduler,
    Seeded, Simulated, run,
};

/// No program is run more often in order.
const RUNS_MAX: usize = 3_000;
/// How often a program that has more runs is run by chance besides.
const RUNS_BY_CHANCE: u64 = 400;
/// No run takes more steps.
const STEPS_MAX: u64 = 2_000;

/// Which runs were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// All there are, or as many as were wanted.
    All,
    /// As many as the bound allows.
    Some,
}

/// How a run went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct End {
    /// The lines at which tasks wait or fail.
    pub(super) lines: Vec<u32>,
    /// What is said of it.
    pub(super) story: String,
    /// Whether it is a mistake whoever did what before: a receive that fails at the end of a channel is one
    /// only where the task has closed it itself, which the run does not say.
    pub(super) is_certain: bool,
}

/// Runs the program with every choice there is, as far as the bound allows; `wrong` is told of each run
/// that goes wrong, and says whether to go on.
pub(super) fn each_run(program: &Program, mut wrong: impl FnMut(&End) -> bool) -> Reach {
    let mut path = Path::default();
    let mut is_short = false;
    let mut goes_on = |scheduler: &mut dyn Scheduler| {
        let report = one_run(program, scheduler);
        is_short |= report.outcome == Outcome::Failed && report.steps >= STEPS_MAX;
        end(&report).is_none_or(|end| wrong(&end))
    };
    for _ in 0..RUNS_MAX {
        if !goes_on(&mut path) {
            return Reach::All;
        }
        if !path.advance() {
            return if is_short { Reach::Some } else { Reach::All };
        }
    }
    for seed in 0..RUNS_BY_CHANCE {
        let (mut even, mut headlong) = (Seeded::new(seed), Headlong::new(seed));
        let scheduler: &mut dyn Scheduler =
            if seed.is_multiple_of(2) { &mut even } else { &mut headlong };
        if !goes_on(scheduler) {
            return Reach::All;
        }
    }
    Reach::Some
}

fn one_run(program: &Program, scheduler: &mut dyn Scheduler) -> RunReport {
    let options = RunOptions {
        procs: 1,
        in_turns: true,
        slice_ns: 0,
        max_steps: Some(STEPS_MAX),
        ..RunOptions::default()
    };
    run(program, &options, scheduler, &mut Simulated::default())
}

/// How the run went wrong, if the rules for protocols are about that: by who waits at its end, or by what
/// any of its tasks did and failed of, whether the run ended by that or not.
fn end(report: &RunReport) -> Option<End> {
    let is_stuck = matches!(report.outcome, Outcome::Deadlock | Outcome::Leak);
    let blocked = report.blocked.iter().filter(|_| is_stuck);
    let failures = report.failures.iter().chain(&report.failure);
    let attached = report.failures.iter().chain(&report.failure).flat_map(|of| &of.beside.first);
    let misuses: Vec<&Failure> =
        failures.chain(attached).map(|of| &**of).filter(|of| is_misuse(of)).collect();
    if !is_stuck && misuses.is_empty() {
        return None;
    }
    let is_certain = is_stuck || misuses.iter().any(|of| !of.message.contains("receive"));
    let places = misuses.iter().filter_map(|of| of.place.as_ref());
    let places = places.chain(blocked.filter_map(|blocked| blocked.place.as_ref()));
    let lines = places.map(|place| place.line).collect();
    let told: String = misuses.iter().map(|of| format!("{}\n", of.message)).collect();
    Some(End { lines, story: format!("{}{told}", report.story), is_certain })
}

fn is_misuse(failure: &Failure) -> bool {
    matches!(failure.kind, FailureKind::Closed | FailureKind::Lock | FailureKind::Select)
}

/// The choices of a run: those of the last one up to a point, then the first of each.
#[derive(Default)]
struct Path {
    choices: Vec<(u32, u32)>,
    at: usize,
}

impl Path {
    /// The next path, if there is one.
    fn advance(&mut self) -> bool {
        self.at = 0;
        while let Some((answer, count)) = self.choices.pop() {
            if answer + 1 < count {
                self.choices.push((answer + 1, count));
                return true;
            }
        }
        false
    }
}

impl Scheduler for Path {
    fn seed(&self) -> u64 {
        0
    }

    fn choose(&mut self, _kind: ChoiceKind, count: u32) -> Result<u32, String> {
        if self.at == self.choices.len() {
            self.choices.push((0, count));
        }
        let (answer, _) = self.choices[self.at];
        self.at += 1;
        Ok(answer)
    }
}
