//! How many of the errors that the tree's own programs show on purpose a run confirms: led by the
//! finding's schedule, and by chance alone.
//!
//! Counted are errors of channels, locks and detached tasks that come with a schedule, in programs with a
//! `main` that can run at all. A lock left behind (L003) stops nobody by itself, and is left out.

use std::collections::BTreeMap;
use std::fmt;

use weir_analyzer::Database;
use weir_analyzer::diagnostics::{Code, Diagnostic, file_diagnostics};
use weir_runtime_sim::{Budget, Claim, Program, put_to_the_test};

use crate::programs::Sample;
use crate::runs::compiled;

/// How many findings there are, and how many runs confirm.
#[derive(Clone, Debug, Default)]
pub struct Table(BTreeMap<&'static str, Count>);

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    findings: u64,
    guided: u64,
    as_often: u64,
    by_chance: u64,
}

impl Table {
    /// Counts the findings of a program.
    pub fn add(&mut self, sample: &Sample) {
        let Some(claims) = Claims::of(sample) else { return };
        let standard = Budget::default();
        for (code, claim) in &claims.of {
            let count = self.0.entry(code.as_str()).or_default();
            let shown = |budget: Budget| u64::from(claims.shows(claim, budget));
            count.findings += 1;
            count.guided += shown(Budget { by_chance: 0, ..standard });
            count.as_often += shown(Budget { guided: 0, by_chance: standard.guided });
            count.by_chance += shown(Budget { guided: 0, ..standard });
        }
    }

    fn all(&self) -> Count {
        self.0.values().fold(Count::default(), |sum, count| Count {
            findings: sum.findings + count.findings,
            guided: sum.guided + count.guided,
            as_often: sum.as_often + count.as_often,
            by_chance: sum.by_chance + count.by_chance,
        })
    }
}

/// The codes of findings in a program to which no guide leads.
pub fn missed(sample: &Sample) -> Vec<&'static str> {
    let Some(claims) = Claims::of(sample) else { return Vec::new() };
    let guided = Budget { by_chance: 0, ..Budget::default() };
    let missed = claims.of.iter().filter(|(_, claim)| !claims.shows(claim, guided));
    missed.map(|(code, _)| code.as_str()).collect()
}

/// What the findings of a program claim.
struct Claims {
    program: Program,
    of: Vec<(Code, Claim)>,
}

impl Claims {
    /// None where there is nothing to count, or nothing to run.
    fn of(sample: &Sample) -> Option<Self> {
        let mut db = Database::default();
        let files = sample.project.load(&mut db);
        let found = files.iter().flat_map(|file| file_diagnostics(&db, *file)).filter(is_counted);
        let of: Vec<_> = found.map(|finding| (finding.code, Claim::of(&db, &finding))).collect();
        let program = runnable(&db, sample).filter(|_| !of.is_empty())?;
        Some(Self { program, of })
    }

    fn shows(&self, claim: &Claim, budget: Budget) -> bool {
        let trials = put_to_the_test(&self.program, &[claim], budget, || true);
        trials.iter().all(|trial| trial.shown_by.is_some())
    }
}

fn is_counted(finding: &Diagnostic) -> bool {
    finding.shows_in_a_run() && !finding.witness.is_empty()
}

/// The program whose `main` the sample's file has, unless it cannot be compiled.
fn runnable(db: &Database, sample: &Sample) -> Option<Program> {
    compiled(db, db.file(&sample.path)?)?.ok()
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Budget { guided, by_chance } = Budget::default();
        let (few, many) = (guided, by_chance);
        writeln!(f, "| code | findings | led there | {few} runs by chance | {many} by chance |")?;
        writeln!(f, "|---|---|---|---|---|")?;
        let all = self.all();
        for (code, count) in self.0.iter().chain([(&"all", &all)]) {
            let Count { findings, guided, as_often, by_chance } = count;
            writeln!(f, "| {code} | {findings} | {guided} | {as_often} | {by_chance} |")?;
        }
        Ok(())
    }
}
