//! What is said of a run that did not end well: how it ended, who is concerned, and where.

use crate::bounds::STANDING_TASKS_SHOWN_MAX;
use crate::failure::Failure;
use crate::outcome::{Blocked, Outcome, Standing};
use crate::races::Race;

/// What is known of a run's end.
pub(crate) struct Story<'a> {
    /// How it ended, whatever races were found.
    pub(crate) ended: Outcome,
    pub(crate) races: &'a [Race],
    pub(crate) failure: Option<&'a Failure>,
    pub(crate) blocked: &'a [Blocked],
    /// Whether others than the blocked ones could still run.
    pub(crate) is_partial: bool,
    pub(crate) standing: &'a [Standing],
    pub(crate) steps: u64,
    pub(crate) time_ns: u64,
}

impl Story<'_> {
    /// For standard error; empty when all is well.
    pub(crate) fn text(&self) -> String {
        let mut text: String = self.races.iter().map(Race::to_string).collect();
        if let Some(failure) = self.failure {
            return text + &failure.report();
        }
        text += &match self.ended {
            Outcome::Deadlock if self.is_partial => {
                "deadlock: these tasks wait, and nothing that still runs can wake them\n".to_owned()
            }
            Outcome::Deadlock => {
                "deadlock: every task waits, and nothing can wake one\n".to_owned()
            }
            Outcome::Leak => {
                "leak: main has ended, and a detached task waits for ever\n".to_owned()
            }
            Outcome::Cancelled => "cancelled: somebody interrupted the run\n".to_owned(),
            Outcome::Stopped => self.stopped(),
            Outcome::Ok | Outcome::Failed | Outcome::Race => String::new(),
        };
        self.blocked.iter().for_each(|task| text += &format!("  {task}\n"));
        text
    }

    /// A run that was stopped to be looked at.
    fn stopped(&self) -> String {
        let time = crate::value::duration_text(i64::try_from(self.time_ns).unwrap_or(i64::MAX));
        let mut text = format!("stopped after {} steps, at {time} of virtual time\n", self.steps);
        for task in self.standing.iter().take(STANDING_TASKS_SHOWN_MAX) {
            text += &format!("  {task}\n");
        }
        match self.standing.len().checked_sub(STANDING_TASKS_SHOWN_MAX) {
            None | Some(0) => text,
            Some(more) => text + &format!("  … and {more} more tasks\n"),
        }
    }
}
