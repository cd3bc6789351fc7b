//! What is said of a run that did not end well: how it ended, who is concerned, and where.

use crate::failure::Failure;
use crate::outcome::{Blocked, Outcome, Stopped};
use crate::races::Race;

/// What is known of a run's end.
pub(crate) struct Story<'a> {
    /// How it ended, whatever races were found.
    pub(crate) ended: Outcome,
    pub(crate) races: &'a [Race],
    pub(crate) failure: Option<&'a Failure>,
    pub(crate) blocked: &'a [Blocked],
    pub(crate) blocked_more: usize,
    /// Whether others than the blocked ones could still run.
    pub(crate) is_partial: bool,
    /// Whether the blocked ones waited for each other's locks, and that did not end the run.
    pub(crate) is_crosswise: bool,
    /// Where it stands, if it was stopped.
    pub(crate) stopped: &'a Stopped,
}

impl Story<'_> {
    /// For standard error; empty when all is well.
    pub(crate) fn text(&self) -> String {
        let mut text: String = self.races.iter().map(Race::to_string).collect();
        if let Some(failure) = self.failure {
            text += &failure.report();
        }
        text += &match self.ended {
            Outcome::Failed if !self.blocked.is_empty() && !self.is_crosswise => {
                "besides, main has ended, and a detached task waits for ever\n".to_owned()
            }
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
            Outcome::Stopped => self.stopped.to_string(),
            Outcome::Ok | Outcome::Failed | Outcome::Race => String::new(),
        };
        if self.is_crosswise && !self.blocked.is_empty() {
            text += "besides, these tasks waited for each other's locks\n";
        }
        self.blocked.iter().for_each(|task| text += &format!("  {task}\n"));
        if self.blocked_more > 0 {
            text += &format!("  … and {} more tasks\n", self.blocked_more);
        }
        text
    }
}
