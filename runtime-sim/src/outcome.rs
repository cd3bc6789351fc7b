//! How a run ended, and who was waiting for what.

use crate::bounds::TASKS_SHOWN_MAX;
use crate::program::Place;
use crate::value::duration_text;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Main ended well.
    Ok,
    /// A failure reached main or ended a detached task.
    Failed,
    /// Every task was blocked, and no timer pending.
    Deadlock,
    /// Main ended, and a detached task stays blocked for ever.
    Leak,
    /// Two accesses to one owned value, one of them a change, that nothing orders.
    Race,
    /// Somebody interrupted it.
    Cancelled,
    /// It came to the step at which it was to be looked at.
    Stopped,
}

impl Outcome {
    /// As JSON and reports show it.
    pub fn text(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::Deadlock => "deadlock",
            Self::Leak => "leak",
            Self::Race => "race",
            Self::Cancelled => "cancelled",
            Self::Stopped => "stopped",
        }
    }

    /// The exit status it stands for.
    pub fn exit_code(self) -> i32 {
        match self {
            Self::Ok | Self::Stopped => 0,
            Self::Failed => 1,
            Self::Deadlock => 3,
            Self::Leak => 4,
            Self::Race => 5,
            Self::Cancelled => 130,
        }
    }
}

/// A task that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocked {
    /// The task, by its path.
    pub task: String,
    /// What it waits for: `receive on ch`, `lock m`, `end of scope at line 7`.
    pub waits_for: String,
    /// The first tasks that have the lock it waits for, by their paths.
    pub held_by: Vec<String>,
    /// How many more have it.
    pub held_by_more: usize,
    /// Whether they only read what it guards.
    pub held_for_reading: bool,
    /// Where.
    pub place: Option<Place>,
}

/// Where a task stands at some step of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The task, by its path.
    pub task: String,
    /// What it does: `runs`, `waits for receive on ch`.
    pub does: String,
    /// Whether it waits for something.
    pub is_waiting: bool,
    /// Where.
    pub place: Option<Place>,
}

/// A run that was stopped to be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stopped {
    /// After how many steps.
    pub(crate) steps: u64,
    /// At what time of its own clock.
    pub(crate) time_ns: u64,
    /// Where every task stands that has not ended.
    pub(crate) standing: Vec<Standing>,
}

impl std::fmt::Display for Stopped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "stopped after {}", moment(self.steps, self.time_ns))?;
        let shown = self.standing.iter().take(TASKS_SHOWN_MAX);
        shown.into_iter().try_for_each(|task| writeln!(f, "  {task}"))?;
        match self.standing.len().checked_sub(TASKS_SHOWN_MAX) {
            None | Some(0) => Ok(()),
            Some(more) => writeln!(f, "  … and {more} more tasks"),
        }
    }
}

impl std::fmt::Display for Standing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.task, self.does)?;
        match &self.place {
            Some(place) => write!(f, " at {place}"),
            None => Ok(()),
        }
    }
}

impl std::fmt::Display for Blocked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} waits for {}", self.task, self.waits_for)?;
        if let Some(place) = &self.place {
            write!(f, " at {place}")?;
        }
        match (self.held_by.as_slice(), self.held_by_more) {
            ([], _) => return Ok(()),
            (some, 0) => write!(f, ", held by {}", some.join(", "))?,
            (some, more) => write!(f, ", held by {} and {more} more", some.join(", "))?,
        }
        f.write_str(if self.held_for_reading { " for reading" } else { "" })
    }
}

/// How far a run has come: `3 steps, at 1.36µs of virtual time`.
pub(crate) fn moment(steps: u64, time_ns: u64) -> String {
    let time = duration_text(i64::try_from(time_ns).unwrap_or(i64::MAX));
    format!("{}, at {time} of virtual time", counted(steps, "step"))
}

/// A number of things, as in `1 step` and `2 steps`.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        count => format!("{count} {noun}s"),
    }
}
