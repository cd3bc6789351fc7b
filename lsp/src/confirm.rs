//! Findings of protocols put to the test: runs of the program that end as a finding says.
//!
//! A finding says that a task waits for ever at a place, or fails there. The program is run again and
//! again in the simulated machine, where any task may go on at any time, in a world that keeps to
//! itself, until one of the runs ends so. That run can be replayed. A finding that none of them shows
//! stays a suspicion: it becomes a warning that says so.

use std::collections::BTreeMap;

use weir_analyzer::SourceFile;
use weir_analyzer::diagnostics::{Code, Diagnostic, Level};
use weir_analyzer::items::{ItemId, ItemKind, file_items, signature};
use weir_runtime_sim::{
    Headlong, Outcome, Program, RunOptions, RunReport, Scheduler, Seeded, Simulated, compile,
};

use crate::interrupt::Interrupt;
use crate::workspace::{Analysis, Workspace};

/// No program is run more often.
const RUNS_MAX: u64 = 1_000;
/// No run takes more steps.
const STEPS_MAX: u64 = 20_000;
/// Runs the programs of the workspace and notes at each finding what came of it, unless somebody
/// interrupts that.
pub(crate) fn confirm(workspace: &Workspace, analysis: &mut Analysis, interrupt: &Interrupt) {
    let mut open: BTreeMap<usize, String> = BTreeMap::new();
    for (index, finding) in analysis.diagnostics.iter().enumerate() {
        if finding.level == Level::Error && shows_in_a_run(finding.code) {
            open.insert(index, String::new());
        }
    }
    if open.is_empty() {
        return;
    }
    let mains = workspace.files.iter().filter_map(|file| program(workspace, *file));
    for (path, program) in mains.collect::<Vec<_>>() {
        for run in 0..RUNS_MAX {
            if interrupt.came() {
                return;
            }
            let report = one_run(&program, run);
            let line = report.schedule.to_line();
            for (index, command) in open.iter_mut().filter(|(_, command)| command.is_empty()) {
                if shows(workspace, &analysis.diagnostics[*index], &report) {
                    *command = format!("weir replay {line} {path}");
                }
            }
            if open.values().all(|command| !command.is_empty()) {
                break;
            }
        }
    }
    for (index, command) in open {
        note(&mut analysis.diagnostics[index], &command);
    }
}

fn note(finding: &mut Diagnostic, command: &str) {
    let said = if command.is_empty() {
        finding.level = Level::Warning;
        format!("not reproduced in {RUNS_MAX} runs, so it may be none")
    } else {
        format!("confirmed: {command}")
    };
    finding.help = Some(match finding.help.take() {
        Some(help) => format!("{help}\n{said}"),
        None => said,
    });
}

/// Whether a run that goes wrong so ends in a way that can be told from others. A lock left behind
/// stops nobody by itself.
fn shows_in_a_run(code: Code) -> bool {
    matches!(code.family(), 'C' | 'L' | 'D') && !matches!(code, Code::L003 | Code::D001)
}

/// The compiled program of a file with a `main`, if it is sound enough to run.
fn program(workspace: &Workspace, file: SourceFile) -> Option<(String, Program)> {
    let db = &workspace.db;
    let is_main = |item: &ItemId| {
        item.kind(db) == ItemKind::Fn
            && item.parent(db).is_none()
            && item.name(db) == "main"
            && signature(db, *item).as_fn().is_some_and(|of| of.params.is_empty())
    };
    let main = file_items(db, file).ids(db).find(is_main)?;
    let compiled = compile(db, main).ok()?;
    Some((file.path(db).to_string(), compiled))
}

/// A run on one processor, with a turn for each operation that others can see.
fn one_run(program: &Program, seed: u64) -> RunReport {
    let options =
        RunOptions { procs: 1, slice_ns: 0, max_steps: Some(STEPS_MAX), ..RunOptions::default() };
    let mut world = Simulated::default();
    // Some mistakes need tasks that take turns, others one that falls far behind.
    let (mut even, mut headlong) = (Seeded::new(seed), Headlong::new(seed));
    let scheduler: &mut dyn Scheduler =
        if seed.is_multiple_of(2) { &mut even } else { &mut headlong };
    weir_runtime_sim::run(program, &options, scheduler, &mut world)
}

/// Whether the run ended as the finding says, and there.
fn shows(workspace: &Workspace, finding: &Diagnostic, report: &RunReport) -> bool {
    let db = &workspace.db;
    let line_of = |file: SourceFile, offset: usize| {
        let before = file.text(db).get(..offset).unwrap_or_default();
        before.matches('\n').count() as u32 + 1
    };
    let places = std::iter::once(&finding.primary).chain(&finding.related);
    let places = places.map(|label| (label.file, label.range.start()));
    let steps = finding.witness.iter().map(|step| (step.file, step.range.start()));
    let lines: Vec<(&str, u32)> = places
        .chain(steps)
        .map(|(file, start)| (file.path(db).as_ref(), line_of(file, usize::from(start))))
        .collect();
    let is_there = |path: &str, line: u32| lines.contains(&(path, line));
    match report.outcome {
        Outcome::Deadlock | Outcome::Leak => report.blocked.iter().any(|blocked| {
            blocked.place.as_ref().is_some_and(|place| is_there(&place.path, place.line))
        }),
        Outcome::Failed => report.failure.iter().any(|failure| {
            failure.place.as_ref().is_some_and(|place| is_there(&place.path, place.line))
        }),
        _ => false,
    }
}
