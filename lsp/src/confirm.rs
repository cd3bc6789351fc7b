//! Findings of protocols put to the test: runs of the program that end as a finding says.
//!
//! Each finding's schedule is followed in the simulated machine, in a world that keeps to itself; what that
//! does not show is left to runs by chance. A run that shows a finding can be replayed. A finding that
//! none shows stays a suspicion: it becomes a warning that says so. Where no program that was given
//! leads there, it stays what it is.

use weir_analyzer::SourceFile;
use weir_analyzer::diagnostics::{Diagnostic, Level};
use weir_analyzer::items::{ItemId, ItemKind, file_items, signature};
use weir_runtime_sim::{Budget, Claim, Program, Trial, compile, put_to_the_test};

use crate::interrupt::Interrupt;
use crate::output::counted;
use crate::shell::quoted_path;
use crate::workspace::{Analysis, Workspace};

/// A finding, and what came of it so far.
struct Open {
    /// Its position among the findings.
    index: usize,
    claim: Claim,
    /// The run that shows it, as a line, and the command that makes it again.
    shown_by: Option<(String, String)>,
    was_refused: bool,
    guided: u64,
    by_chance: u64,
}

/// Runs the programs of the workspace and notes at each finding what came of it, unless somebody
/// interrupts that.
pub(crate) fn confirm(
    workspace: &Workspace,
    analysis: &mut Analysis,
    budget: Budget,
    interrupt: &Interrupt,
) {
    let findings = analysis.diagnostics.iter().enumerate();
    let mut open: Vec<Open> = findings
        .filter(|(_, finding)| finding.shows_in_a_run())
        .map(|(index, finding)| {
            let claim = Claim::of(&workspace.db, finding);
            Open { index, claim, shown_by: None, was_refused: false, guided: 0, by_chance: 0 }
        })
        .collect();
    if open.is_empty() {
        return;
    }
    let mains = workspace.files.iter().filter_map(|file| program(workspace, *file));
    let mains: Vec<(String, Program)> = mains.collect();
    for (path, program) in &mains {
        let is_left = |of: &&mut Open| of.shown_by.is_none() && of.claim.is_within(program);
        let mut left: Vec<&mut Open> = open.iter_mut().filter(is_left).collect();
        let claims: Vec<&Claim> = left.iter().map(|of| &of.claim).collect();
        let trials = put_to_the_test(program, &claims, budget, || !interrupt.came());
        if interrupt.came() {
            return;
        }
        left.iter_mut().zip(trials).for_each(|(of, trial)| of.take_in(trial, path));
    }
    for of in open {
        note(&mut analysis.diagnostics[of.index], &of, mains.is_empty());
    }
}

impl Open {
    fn take_in(&mut self, trial: Trial, path: &str) {
        self.was_refused |= trial.was_refused;
        self.guided += trial.guided;
        self.by_chance += trial.by_chance;
        self.shown_by = trial.shown_by.map(|shown| {
            let line = shown.schedule.to_line();
            let path = quoted_path(path);
            let command = match shown.until {
                Some(step) => format!("weir replay --until {step} {line} {path}"),
                None => format!("weir replay {line} {path}"),
            };
            (line, command)
        });
    }
}

fn note(finding: &mut Diagnostic, of: &Open, is_nothing_to_run: bool) {
    finding.shown_by = of.shown_by.as_ref().map(|(line, _)| line.clone());
    let said = match &of.shown_by {
        Some((_, command)) => format!("confirmed: {command}"),
        None if is_nothing_to_run => {
            "not put to the test: no file that was given has a `main` to run".to_owned()
        }
        None if of.guided + of.by_chance == 0 => {
            "not put to the test: no `main` of the files that were given leads there".to_owned()
        }
        None => {
            finding.level = Level::Warning;
            let refused = match of.was_refused {
                true => ", in which all that the program asks of the outside is refused",
                false => "",
            };
            let tried = match (of.guided, of.by_chance) {
                (0, by_chance) => format!("{} by chance", counted(by_chance as usize, "schedule")),
                (guided, by_chance) => {
                    let along = counted(guided as usize, "schedule");
                    format!("{along} along its steps and {by_chance} by chance")
                }
            };
            format!("not reproduced within {tried}{refused}, so it may be none")
        }
    };
    finding.help = Some(match finding.help.take() {
        Some(help) => format!("{help}\n{said}"),
        None => said,
    });
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
