//! Findings put to the test: runs of a program that end as a finding says.
//!
//! A [`Claim`] is that a task waits for ever at one of some places, or fails there, and perhaps a way that
//! leads to it. First a [`Guide`] goes that way; what it leaves open, other runs leave to chance, in which
//! any task may go on at any time. All of them are in a world that refuses whatever is outside.

use std::sync::Arc;

use weir_analyzer::diagnostics::{Act, Diagnostic};
use weir_analyzer::{Db, SourceFile};

use crate::program::{Place, Program};
use crate::run::{RunOptions, RunReport, run};
use crate::schedule::{Guide, Headlong, Schedule, Scheduler, Seeded, Waypoint};
use crate::{Outcome, Simulated};

/// No run takes more steps.
const STEPS_MAX: u64 = 20_000;
/// No runs by chance take more steps together.
const STEPS_BY_CHANCE_MAX: u64 = 2_000_000;
/// A task that waits in a run that goes on is looked for after so many steps first.
const STEPS_MIN: u64 = 64;

/// What a run is to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Files and lines, from 1, of which a task is to be stuck or to fail at one.
    places: Vec<(Arc<str>, u32)>,
    /// How it comes to that.
    way: Vec<Waypoint>,
}

/// Along the way of each claim a program is run so often, unless it is said.
pub const GUIDED_DEFAULT: u64 = 12;

/// How often programs are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Along the way of each claim.
    pub guided: u64,
    /// By chance.
    pub by_chance: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Self { guided: GUIDED_DEFAULT, by_chance: 1_000 }
    }
}

/// What came of a claim.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trial {
    /// The run that shows it.
    pub shown_by: Option<Shown>,
    /// Whether the program asked for something outside in a run on its way, and was refused.
    pub was_refused: bool,
    /// How many runs were made along its way.
    pub guided: u64,
    /// How many by chance.
    pub by_chance: u64,
}

/// A run that shows a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its choices.
    pub schedule: Schedule,
    /// After how many steps it shows, if the run goes on beside.
    pub until: Option<u64>,
}

impl Claim {
    /// What a finding claims.
    pub fn of(db: &dyn Db, finding: &Diagnostic) -> Self {
        let labels = std::iter::once(&finding.primary).chain(&finding.related);
        let labels = labels.map(|label| (label.file, label.range));
        let steps = finding.witness.iter().map(|step| (step.file, step.range));
        let place = |(file, range): (SourceFile, weir_analyzer::TextRange)| {
            (file.path(db).clone(), line_of(db, file, usize::from(range.start())))
        };
        let way = finding.witness.iter().map(|step| Waypoint {
            task: step.task.clone(),
            act: step.act.clone(),
            path: step.file.path(db).clone(),
            line: line_of(db, step.file, usize::from(step.range.start())),
        });
        Self { places: labels.chain(steps).map(place).collect(), way: way.collect() }
    }

    /// Whether the program has all that the claim's way leads through.
    pub fn is_within(&self, program: &Program) -> bool {
        let has = |path: &str, line: u32| {
            program.places.iter().any(|place| place.line == line && *place.path == *path)
        };
        let mut steps = self.way.iter().filter(|step| step.act != Act::Unseen);
        steps.all(|step| has(&step.path, step.line))
            && self.places.first().is_some_and(|(path, line)| has(path, *line))
    }

    /// Whether the run ended so, and there.
    fn is_shown_by(&self, report: &RunReport) -> bool {
        let is_there = |place: Option<&Place>| {
            place.is_some_and(|of| {
                self.places.iter().any(|(path, line)| *path == of.path && *line == of.line)
            })
        };
        match report.outcome {
            Outcome::Deadlock | Outcome::Leak => {
                report.blocked.iter().any(|blocked| is_there(blocked.place.as_ref()))
            }
            Outcome::Failed => {
                report.failure.iter().any(|failure| is_there(failure.place.as_ref()))
            }
            _ => false,
        }
    }

    /// Whether that is where the finding stands.
    fn stands_at(&self, place: &Place) -> bool {
        let first = self.places.first();
        first.is_some_and(|(path, line)| *path == place.path && *line == place.line)
    }

    /// Whether a task still waits where the finding stands, in a run that goes on.
    fn still_stands_in(&self, report: &RunReport) -> bool {
        report.outcome == Outcome::Stopped
            && report
                .standing
                .iter()
                .any(|of| of.is_waiting && of.place.iter().any(|of| self.stands_at(of)))
    }
}

/// Runs the program until every claim is shown by a run, or `goes_on` says no. Gives what came of each.
pub fn put_to_the_test(
    program: &Program,
    claims: &[&Claim],
    budget: Budget,
    mut goes_on: impl FnMut() -> bool,
) -> Vec<Trial> {
    let mut trials = vec![Trial::default(); claims.len()];
    for (trial, claim) in trials.iter_mut().zip(claims) {
        let mut seeds = (0..budget.guided).take_while(|_| !claim.way.is_empty() && goes_on());
        trial.shown_by = seeds.find_map(|seed| {
            let (report, has_arrived) = guided_run(program, claim, seed, STEPS_MAX);
            trial.guided += 1;
            trial.was_refused |= report.was_refused;
            if claim.is_shown_by(&report.run) {
                return Some(Shown { schedule: report.run.schedule, until: None });
            }
            let stands = has_arrived && claim.still_stands_in(&report.run);
            stands.then(|| shortened(program, claim, seed, report.run))
        });
    }
    let mut steps = 0;
    for seed in 0..budget.by_chance {
        let is_open = trials.iter().any(|trial| trial.shown_by.is_none());
        if !is_open || steps > STEPS_BY_CHANCE_MAX || !goes_on() {
            break;
        }
        let made = one_run(program, &mut *chance(seed), STEPS_MAX);
        steps += made.run.steps;
        let open = trials.iter_mut().zip(claims).filter(|(trial, _)| trial.shown_by.is_none());
        for (trial, claim) in open {
            trial.by_chance += 1;
            trial.was_refused |= made.was_refused;
            if claim.is_shown_by(&made.run) {
                trial.shown_by = Some(Shown { schedule: made.run.schedule.clone(), until: None });
            }
        }
    }
    trials
}

/// A run, and whether the program asked for something outside in it.
struct Made {
    run: RunReport,
    was_refused: bool,
}

/// A run along the claim's way, and whether it came to its end.
fn guided_run(program: &Program, claim: &Claim, seed: u64, steps: u64) -> (Made, bool) {
    let mut guide = Guide::new(&claim.way, chance(seed));
    let made = one_run(program, &mut guide, steps);
    let has_arrived = guide.has_arrived();
    (made, has_arrived)
}

/// The beginning of a run in which a task still waits after all steps, up to where it does for the first
/// time that is tried.
fn shortened(program: &Program, claim: &Claim, seed: u64, whole: RunReport) -> Shown {
    let shown = |report: RunReport| Shown { until: Some(report.steps), schedule: report.schedule };
    let lengths = std::iter::successors(Some(STEPS_MIN), |steps| Some(steps * 2));
    let mut shorter = lengths.take_while(|steps| *steps < whole.steps);
    let found = shorter.find_map(|steps| {
        let (made, has_arrived) = guided_run(program, claim, seed, steps);
        (has_arrived && claim.still_stands_in(&made.run)).then_some(made.run)
    });
    shown(found.unwrap_or(whole))
}

/// Some mistakes need tasks that take turns, others one that falls far behind.
fn chance(seed: u64) -> Box<dyn Scheduler> {
    match seed.is_multiple_of(2) {
        true => Box::new(Seeded::new(seed)),
        false => Box::new(Headlong::new(seed)),
    }
}

/// A run on one processor, with a turn for each operation that others can see.
fn one_run(program: &Program, scheduler: &mut dyn Scheduler, steps: u64) -> Made {
    let options = RunOptions {
        procs: 1,
        in_turns: true,
        slice_ns: 0,
        until: Some(steps),
        ..RunOptions::default()
    };
    let mut world = Simulated::default();
    let run = run(program, &options, scheduler, &mut world);
    Made { run, was_refused: world.has_refused() }
}

fn line_of(db: &dyn Db, file: SourceFile, offset: usize) -> u32 {
    let before = file.text(db).get(..offset).unwrap_or_default();
    before.matches('\n').count() as u32 + 1
}
