//! What the analyzer says of a program, and what its runs show.

use std::collections::BTreeSet;

use weir_analyzer::diagnostics::{Level, file_diagnostics};
use weir_runtime_sim::{Program, RunOptions, RunReport, Seeded, Simulated, run};

use crate::reused::Reused;

/// Under how many schedules an accepted program is run, and a refused one at most.
const SCHEDULES_ACCEPTED: u64 = 6;
const SCHEDULES_REFUSED: u64 = 24;
/// How many processors the schedules have, by turns.
const PROCESSORS: [usize; 3] = [4, 2, 1];
/// A generated program that goes on longer is given up: it may walk what it appends to.
const STEPS_MAX: u64 = 300;
/// How long a task runs before it is preempted: short, so that more orders come about.
const SLICE_NS: u64 = 20_000;

/// What a run says that comes to a place.
const REACHED: &str = "a run comes here";

/// What came of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is no program: the finding that says so.
    Broken(String),
    /// Nothing found, nothing shown.
    Silent,
    /// Nothing found, yet a run shows this: the analysis is not sound.
    Missed(String),
    /// Refused with these codes; whether a run shows why.
    Refused {
        /// The codes of the ownership findings.
        codes: BTreeSet<&'static str>,
        /// The lines and messages of these findings.
        found: Vec<String>,
        /// What a run shows.
        shown: Option<Shown>,
        /// Whether some run comes to a place that is at fault: where none does, nothing can show.
        reached: bool,
    },
}

/// What a run shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Two accesses that nothing orders.
    Race,
    /// A use of what was given away.
    Moved,
}

/// Judges programs one after the other.
#[derive(Default)]
pub struct Judge {
    analyzer: Reused,
}

impl Judge {
    /// Analyses a program and runs it.
    pub fn judge(&mut self, text: &str) -> Verdict {
        let file = self.analyzer.take(text);
        let (mut codes, mut found, mut lines) = (BTreeSet::new(), Vec::new(), BTreeSet::new());
        for diagnostic in file_diagnostics(self.analyzer.db(), file) {
            let code = diagnostic.code.as_str();
            let start = usize::from(diagnostic.primary.range.start()).min(text.len());
            let line = 1 + text[..start].matches('\n').count();
            let message = format!("line {line}: {code} {}", diagnostic.message);
            match code.as_bytes()[0] {
                b'R' | b'D' if diagnostic.level == Level::Error => {
                    codes.insert(code);
                    lines.insert(line);
                    found.push(message);
                }
                b'S' | b'N' | b'T' | b'M' | b'U' if diagnostic.level == Level::Error => {
                    return Verdict::Broken(message);
                }
                _ => {}
            }
        }
        let program = match self.analyzer.compiled(file) {
            Ok(program) => program,
            Err(why) => return Verdict::Broken(why),
        };
        if codes.is_empty() {
            let shown = (0..SCHEDULES_ACCEPTED).find_map(|seed| shown(&program, seed));
            return shown.map_or(Verdict::Silent, |(_, story)| Verdict::Missed(story));
        }
        let shown = (0..SCHEDULES_REFUSED).find_map(|seed| shown(&program, seed));
        let reached = shown.is_some() || lines.into_iter().any(|line| self.reaches(text, line));
        Verdict::Refused { codes, found, shown: shown.map(|(shown, _)| shown), reached }
    }

    /// Whether some run comes to a line: one that says so is put before it. Where no statement can
    /// stand, nobody knows, and it counts as reached.
    fn reaches(&mut self, text: &str, line: usize) -> bool {
        let mut lines: Vec<&str> = text.lines().collect();
        let Some(at) = lines.get(line - 1) else { return true };
        let said = format!("{}print(\"{REACHED}\")", &at[..at.len() - at.trim_start().len()]);
        lines.insert(line - 1, &said);
        let file = self.analyzer.take(&(lines.join("\n") + "\n"));
        let Ok(program) = self.analyzer.compiled(file) else { return true };
        (0..SCHEDULES_REFUSED).any(|seed| report(&program, seed).stdout.contains(REACHED))
    }
}

fn report(program: &Program, seed: u64) -> RunReport {
    let procs = PROCESSORS[seed as usize % PROCESSORS.len()];
    let (max_steps, slice_ns) = (Some(STEPS_MAX), SLICE_NS);
    let options = RunOptions {
        procs,
        max_steps,
        slice_ns,
        races: true,
        moves: true,
        ..RunOptions::default()
    };
    run(program, &options, &mut Seeded::new(seed), &mut Simulated::default())
}

/// What the run of a seed shows, in words too.
fn shown(program: &Program, seed: u64) -> Option<(Shown, String)> {
    let report = report(program, seed);
    if !report.races.is_empty() {
        return Some((Shown::Race, report.story));
    }
    let moved = report.moved.first()?;
    Some((Shown::Moved, format!("a use of what was given away: {moved}")))
}
