//! Who decides what the program leaves open.

use std::sync::Arc;

use weir_analyzer::diagnostics::Act;

use super::{ChoiceKind, Schedule};
use crate::program::Place;

/// A task that could go on.
#[derive(Clone, Debug)]
pub struct Ready {
    /// Its path.
    pub task: Arc<str>,
    /// Whether others can see what it does next, in a way that witnesses speak of; none where it computes
    /// before.
    pub is_seen: Option<bool>,
}

/// What a task was seen to do.
#[derive(Clone, Copy, Debug)]
pub struct Deed<'a> {
    /// Its path.
    pub task: &'a str,
    /// What it did. That it sleeps is nothing that witnesses speak of.
    pub act: &'a Act,
    /// Where, if that is written anywhere.
    pub place: Option<&'a Place>,
    /// Whether it waits there now.
    pub waits: bool,
}

/// Decides what the program leaves open. Where a turn is one thing that others can see, it is told of all
/// of these, and may look at whom it chooses among.
pub trait Scheduler {
    /// From what the numbers follow that a program gets by chance.
    fn seed(&self) -> u64;

    /// Picks one of `count` (2 or more) alternatives.
    fn choose(&mut self, kind: ChoiceKind, count: u32) -> Result<u32, String>;

    /// Picks one of the tasks (2 or more) that could go on.
    fn choose_task(
        &mut self,
        ready: &mut dyn ExactSizeIterator<Item = Ready>,
    ) -> Result<u32, String> {
        self.choose(ChoiceKind::Task, ready.len() as u32)
    }

    /// Picks one of the cases (2 or more) of a task's `select`, by their positions.
    fn choose_case(&mut self, _task: &str, ready: &[u32]) -> Result<u32, String> {
        self.choose(ChoiceKind::Select, ready.len() as u32)
    }

    /// Hears what a task does.
    fn hears(&mut self, _deed: &Deed<'_>) {}

    /// Hears that a task is over.
    fn hears_end(&mut self, _task: &str) {}

    /// The run that is made again, if it is one: what came from the outside comes from there.
    fn recorded(&self) -> Option<&Schedule> {
        None
    }

    /// The run is over; an error when the schedule expected it to go on.
    fn finish(&mut self) -> Result<(), String> {
        Ok(())
    }
}
