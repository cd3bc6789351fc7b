//! The figures of many programs.

use std::collections::BTreeMap;
use std::fmt;

use super::judge::{Standing, Verdict};

/// How many programs came to which verdict.
#[derive(Clone, Debug, Default)]
pub struct Table {
    broken: u64,
    accepted: Count,
    not_followed: u64,
    reported: Count,
    by_code: BTreeMap<&'static str, Count>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    shown: u64,
    not_shown: u64,
    open: u64,
}

impl Table {
    /// Counts a program.
    pub fn add(&mut self, verdict: &Verdict) {
        match verdict {
            Verdict::Broken(_) => self.broken += 1,
            Verdict::NotFollowed => self.not_followed += 1,
            Verdict::Accepted(standing, _) => self.accepted.add(*standing),
            Verdict::Reported(standing, findings) => {
                self.reported.add(*standing);
                for finding in findings {
                    self.by_code.entry(finding.code).or_default().add(finding.standing);
                }
            }
        }
    }

    /// How many programs and findings the runs contradict, or are no programs.
    pub fn disagreements(&self) -> u64 {
        let alarms = self.by_code.values().map(|count| count.not_shown);
        self.broken + self.accepted.shown + alarms.sum::<u64>()
    }

    /// How many programs were accepted, and how many reported.
    pub fn judged(&self) -> (u64, u64) {
        (self.accepted.all(), self.reported.all())
    }
}

impl Count {
    fn add(&mut self, standing: Standing) {
        match standing {
            Standing::Shown => self.shown += 1,
            Standing::NotShown => self.not_shown += 1,
            Standing::Open => self.open += 1,
        }
    }

    fn all(self) -> u64 {
        self.shown + self.not_shown + self.open
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { broken, accepted, not_followed, reported, .. } = self;
        let all = broken + accepted.all() + not_followed + reported.all();
        writeln!(f, "| programs | {all} |")?;
        writeln!(f, "|---|---|")?;
        writeln!(f, "| not well-typed, left out | {broken} |")?;
        writeln!(f, "| accepted, and no run goes wrong | {} |", accepted.not_shown)?;
        writeln!(f, "| accepted, and a run goes wrong | {} |", accepted.shown)?;
        writeln!(f, "| accepted, none of the runs made goes wrong | {} |", accepted.open)?;
        writeln!(f, "| not followed to the end, which is said (A002) | {not_followed} |")?;
        writeln!(f, "| reported, and a run goes wrong | {} |", reported.shown)?;
        writeln!(f, "| reported, and no run goes wrong | {} |", reported.not_shown)?;
        writeln!(f, "| reported, none of the runs made goes wrong | {} |", reported.open)?;
        writeln!(f)?;
        writeln!(f, "| code | findings | confirmed | by no run | by none of those made | share |")?;
        writeln!(f, "|---|---|---|---|---|---|")?;
        for (code, count) in &self.by_code {
            let Count { shown, not_shown, open } = count;
            let (all, percent) = (count.all(), 100.0 * *shown as f64 / count.all().max(1) as f64);
            writeln!(f, "| {code} | {all} | {shown} | {not_shown} | {open} | {percent:.1} % |")?;
        }
        Ok(())
    }
}
