//! The figures of many programs.

use std::collections::BTreeMap;
use std::fmt;

use super::judge::{Shown, Verdict};

/// How many programs came to which verdict.
#[derive(Clone, Debug, Default)]
pub struct Table {
    programs: u64,
    broken: u64,
    silent: u64,
    missed: u64,
    refused: Count,
    by_code: BTreeMap<&'static str, Count>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    programs: u64,
    race: u64,
    moved: u64,
    /// Those of which some run comes to a place that is at fault.
    reached: u64,
    /// Those refused with one finding alone, and those of them in which something shows.
    alone: u64,
    alone_shown: u64,
    alone_reached: u64,
}

impl Table {
    /// Counts a program.
    pub fn add(&mut self, verdict: &Verdict) {
        self.programs += 1;
        match verdict {
            Verdict::Broken(_) => self.broken += 1,
            Verdict::Silent => self.silent += 1,
            Verdict::Missed(_) => self.missed += 1,
            Verdict::Refused { codes, found, shown, reached } => {
                let is_alone = found.len() == 1;
                self.refused.add(*shown, *reached, is_alone);
                for code in codes {
                    self.by_code.entry(code).or_default().add(*shown, *reached, is_alone);
                }
            }
        }
    }

    /// Counts what another table has counted.
    pub fn merge(&mut self, other: &Self) {
        self.programs += other.programs;
        self.broken += other.broken;
        self.silent += other.silent;
        self.missed += other.missed;
        self.refused.merge(other.refused);
        for (code, count) in &other.by_code {
            self.by_code.entry(code).or_default().merge(*count);
        }
    }

    /// How many programs were no programs.
    pub fn broken(&self) -> u64 {
        self.broken
    }

    /// How many accepted programs show something.
    pub fn missed(&self) -> u64 {
        self.missed
    }

    /// How many programs were accepted, and how many refused.
    pub fn judged(&self) -> (u64, u64) {
        (self.silent + self.missed, self.refused.programs)
    }

    /// In which share of the refused programs something shows.
    pub fn precision(&self) -> f64 {
        share(self.refused.race + self.refused.moved, self.refused.programs)
    }
}

impl Count {
    fn add(&mut self, shown: Option<Shown>, reached: bool, is_alone: bool) {
        self.programs += 1;
        self.race += u64::from(shown == Some(Shown::Race));
        self.moved += u64::from(shown == Some(Shown::Moved));
        self.alone += u64::from(is_alone);
        self.alone_shown += u64::from(is_alone && shown.is_some());
        self.reached += u64::from(reached);
        self.alone_reached += u64::from(is_alone && reached);
    }

    fn merge(&mut self, other: Self) {
        self.programs += other.programs;
        self.race += other.race;
        self.moved += other.moved;
        self.alone += other.alone;
        self.alone_shown += other.alone_shown;
        self.reached += other.reached;
        self.alone_reached += other.alone_reached;
    }
}

fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { programs, broken, silent, missed, refused, .. } = self;
        writeln!(f, "| programs | {programs} |")?;
        writeln!(f, "|---|---|")?;
        writeln!(f, "| not well-typed, left out | {broken} |")?;
        writeln!(f, "| accepted, and nothing shows | {silent} |")?;
        writeln!(f, "| accepted, and something shows | {missed} |")?;
        writeln!(f, "| refused | {} |", refused.programs)?;
        writeln!(f)?;
        writeln!(
            f,
            "| refused with | programs | a race shows | a use of what was given away shows | share | where a run comes there | alone | share | where a run comes there |"
        )?;
        writeln!(f, "|---|---|---|---|---|---|---|---|---|")?;
        for (code, count) in &self.by_code {
            count.write(f, code)?;
        }
        refused.write(f, "any")
    }
}

impl Count {
    fn write(&self, f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
        let Self { programs, race, moved, reached, alone, alone_shown, alone_reached } = *self;
        let percent = |part, whole| format!("{:.1} %", 100.0 * share(part, whole));
        let shown = race + moved;
        let (all, of_reached) = (percent(shown, programs), percent(shown, reached));
        let one = percent(alone_shown, alone);
        let one_reached = percent(alone_shown, alone_reached);
        writeln!(
            f,
            "| {name} | {programs} | {race} | {moved} | {all} | {of_reached} | {alone} | {one} | {one_reached} |"
        )
    }
}
