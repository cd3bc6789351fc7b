//! What the analyzer says of a program, and what its runs show.

use std::collections::BTreeSet;

use weir_analyzer::Database;
use weir_analyzer::diagnostics::{Level, file_diagnostics};
use weir_analyzer::items::{ItemKind, file_items};
use weir_runtime_sim::{Program, RunOptions, RunReport, Seeded, Simulated, compile, run};

/// Under how many schedules an accepted program is run, and a refused one at most.
const SCHEDULES_ACCEPTED: u64 = 6;
const SCHEDULES_REFUSED: u64 = 24;
/// How many processors the schedules have, by turns.
const PROCESSORS: [usize; 3] = [4, 2, 1];
/// A generated program that goes on longer is given up: it may walk what it appends to.
const STEPS_MAX: u64 = 300;
/// How long a task runs before it is preempted: short, so that more orders come about.
const SLICE_NS: u64 = 20_000;
/// After how many programs a database is given up for a new one.
const PROGRAMS_OF_A_DATABASE: usize = 500;

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

/// Judges programs one after the other; what the analyzer knows of the prelude it need not learn anew.
#[derive(Default)]
pub struct Judge {
    db: Database,
    judged: usize,
}

impl Judge {
    /// Analyses a program and runs it.
    pub fn judge(&mut self, text: &str) -> Verdict {
        self.judged += 1;
        if self.judged.is_multiple_of(PROGRAMS_OF_A_DATABASE) {
            self.db = Database::default();
        }
        let file = self.db.set_file("main.weir", text);
        let (mut codes, mut found, mut lines) = (BTreeSet::new(), Vec::new(), BTreeSet::new());
        for diagnostic in file_diagnostics(&self.db, file) {
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
        let program = match self.compiled(text) {
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

    fn compiled(&mut self, text: &str) -> Result<Program, String> {
        let file = self.db.set_file("main.weir", text);
        let main = file_items(&self.db, file)
            .ids(&self.db)
            .find(|item| item.kind(&self.db) == ItemKind::Fn && item.name(&self.db) == "main");
        let main = main.ok_or("there is no main")?;
        compile(&self.db, main).map_err(|error| error.to_string())
    }

    /// Whether some run comes to a line: one that says so is put before it. Where no statement can
    /// stand, nobody knows, and it counts as reached.
    fn reaches(&mut self, text: &str, line: usize) -> bool {
        let mut lines: Vec<&str> = text.lines().collect();
        let Some(at) = lines.get(line - 1) else { return true };
        let said = format!("{}print(\"{REACHED}\")", &at[..at.len() - at.trim_start().len()]);
        lines.insert(line - 1, &said);
        let Ok(program) = self.compiled(&(lines.join("\n") + "\n")) else { return true };
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
