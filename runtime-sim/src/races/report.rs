//! Races as people read them.

use std::fmt;

use crate::program::Place;

/// Two accesses to one thing that nothing orders, at least one of which changes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Race {
    /// What both touch: `element 2 of a list`.
    pub what: String,
    /// The one that came first in this run.
    pub first: RaceAccess,
    /// The other.
    pub second: RaceAccess,
}

/// One side of a race.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RaceAccess {
    /// The task, by its path.
    pub task: String,
    /// Which iteration of a parallel loop it was, from 0.
    pub iteration: Option<usize>,
    /// Whether it changes what it touches, or only reads.
    pub changes: bool,
    /// Where.
    pub place: Option<Place>,
    /// The locks that it held.
    pub held: Vec<String>,
    /// Where its task was started.
    pub started: Option<Place>,
}

impl Race {
    /// The two tasks.
    pub(crate) fn tasks(&self) -> [&str; 2] {
        [&self.first.task, &self.second.task]
    }
}

/// A use of a value by a task that has given it away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The task, by its path.
    pub task: String,
    /// Where.
    pub place: Option<Place>,
}

impl fmt::Display for Use {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "{} at {place}", self.task),
            None => f.write_str(&self.task),
        }
    }
}

impl fmt::Display for Race {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "race: nothing says which of two accesses to {} comes first", self.what)?;
        self.second.write(f, if self.second.changes { "changes" } else { "reads" })?;
        self.first.write(f, if self.first.changes { "changed" } else { "read" })
    }
}

impl RaceAccess {
    fn write(&self, f: &mut fmt::Formatter<'_>, verb: &str) -> fmt::Result {
        write!(f, "  {}", self.task)?;
        if let Some(iteration) = self.iteration {
            write!(f, ", iteration {iteration},")?;
        }
        write!(f, " {verb} it")?;
        if let Some(place) = &self.place {
            write!(f, " at {place}")?;
        }
        match self.held.as_slice() {
            [] => writeln!(f, ", holding no lock")?,
            held => writeln!(f, ", holding {}", held.join(", "))?,
        }
        match &self.started {
            Some(place) => writeln!(f, "    started at {place}"),
            None => Ok(()),
        }
    }
}
