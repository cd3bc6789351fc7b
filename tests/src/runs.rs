//! Programs in the machine, without a process around them.

use crate::programs::Sample;
use weir_analyzer::diagnostics::{Code, Level, file_diagnostics};
use weir_analyzer::items::{ItemKind, file_items};
use weir_analyzer::{Database, SourceFile};
use weir_runtime_sim::{
    CompileError, Program, Replay, RunOptions, RunReport, Schedule, Seeded, Simulated, compile,
    replay, run,
};

/// A program of the tree that goes on longer is no example of anything.
const STEPS_MAX: u64 = 100_000;

/// What can be seen of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What it printed.
    pub stdout: String,
    /// What it and Weir said beside.
    pub stderr: String,
    /// How it ended.
    pub outcome: &'static str,
    /// Its exit status.
    pub status: i32,
    /// What is said about a bad outcome.
    pub story: String,
    /// Its events.
    pub trace: String,
}

/// A program that the analyzer accepts and that has a main to run; none otherwise.
pub fn accepted(sample: &Sample) -> Option<Program> {
    let mut db = Database::default();
    let files = sample.project.load(&mut db);
    let mut found = files.iter().flat_map(|file| file_diagnostics(&db, *file));
    let refused = found.any(|found| found.level == Level::Error);
    let file = db.file(&sample.path)?;
    let program = if refused { None } else { compiled(&db, file) }?;
    Some(program.unwrap_or_else(|error| panic!("an accepted program does not compile: {error}")))
}

/// Whether the check follows the sample to its end: no hint says that it does not.
pub fn is_followed(sample: &Sample) -> bool {
    let mut db = Database::default();
    let files = sample.project.load(&mut db);
    let mut found = files.iter().flat_map(|file| file_diagnostics(&db, *file));
    !found.any(|found| found.code == Code::A002)
}

/// The program of a file with a main; none without one.
pub fn compiled(db: &Database, file: SourceFile) -> Option<Result<Program, CompileError>> {
    let main = file_items(db, file).ids(db).find(|item| {
        item.kind(db) == ItemKind::Fn && item.parent(db).is_none() && item.name(db) == "main"
    })?;
    Some(compile(db, main))
}

/// Runs a program with the choices of a seed.
pub fn seeded(program: &Program, seed: u64) -> (Seen, Schedule) {
    let options = RunOptions { trace: true, max_steps: Some(STEPS_MAX), ..RunOptions::default() };
    let mut world = Simulated::default();
    let report = run(program, &options, &mut Seeded::new(seed), &mut world);
    let schedule = report.schedule.clone();
    (seen(report, &world), schedule)
}

/// Runs a schedule again.
pub fn replayed(program: &Program, schedule: &Schedule) -> Result<Seen, String> {
    let replaying = Replay::new(schedule.clone(), program).map_err(|error| error.to_string())?;
    let mut world = Simulated::default();
    let report = replay(program, replaying, true, &mut world);
    match &report.divergence {
        Some(divergence) => Err(format!("at step {}: {}", divergence.step, divergence.message)),
        None => Ok(seen(report, &world)),
    }
}

fn seen(report: RunReport, world: &Simulated<'_>) -> Seen {
    Seen {
        stdout: report.stdout,
        stderr: world.stderr().to_owned(),
        outcome: report.outcome.text(),
        status: report.exit_code,
        story: report.story,
        trace: report.trace.map(|trace| trace.to_json()).unwrap_or_default(),
    }
}
