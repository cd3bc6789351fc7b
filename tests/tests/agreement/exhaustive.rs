//! All runs of a program, depth first over the choices that it leaves open.

use weir_analyzer::items::{ItemKind, file_items};
use weir_analyzer::{Database, SourceFile};
use weir_runtime_sim::{
    ChoiceKind, FailureKind, Outcome, RunOptions, RunReport, Scheduler, Simulated, compile, run,
};

/// No program is run more often.
const RUNS_MAX: usize = 3_000;
/// No run takes more steps.
const STEPS_MAX: u64 = 2_000;

/// What all runs of a program come to.
pub(crate) enum Runs {
    AllFine,
    Wrong,
    TooMany,
}

/// Runs the program with every choice there is, as far as the bound allows.
pub(crate) fn all_runs(db: &Database, file: SourceFile) -> Result<Runs, String> {
    let main = file_items(db, file)
        .ids(db)
        .find(|item| item.kind(db) == ItemKind::Fn && item.name(db) == "main")
        .ok_or("no main")?;
    let program = compile(db, main).map_err(|error| error.to_string())?;
    let options =
        RunOptions { procs: 1, slice_ns: 0, max_steps: Some(STEPS_MAX), ..RunOptions::default() };
    let mut path = Path::default();
    for _ in 0..RUNS_MAX {
        let report = run(&program, &options, &mut path, &mut Simulated::default());
        if goes_wrong(&report) {
            return Ok(Runs::Wrong);
        }
        if !path.advance() {
            return Ok(Runs::AllFine);
        }
    }
    Ok(Runs::TooMany)
}

/// A run that the rules for protocols are about. A receive that fails at a channel's end is none.
fn goes_wrong(report: &RunReport) -> bool {
    match report.outcome {
        Outcome::Deadlock | Outcome::Leak => true,
        Outcome::Failed => report.failure.as_ref().is_some_and(|failure| match failure.kind {
            FailureKind::Closed => !failure.message.contains("receive"),
            FailureKind::Lock | FailureKind::Select => true,
            _ => false,
        }),
        _ => false,
    }
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
    fn choose(&mut self, _kind: ChoiceKind, count: u32) -> Result<u32, String> {
        if self.at == self.choices.len() {
            self.choices.push((0, count));
        }
        let (answer, _) = self.choices[self.at];
        self.at += 1;
        Ok(answer)
    }
}
