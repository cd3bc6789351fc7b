//! Barriers: tasks wait until all parties are there, again and again.
//!
//! A party that is cancelled while it waits breaks the barrier for good: the round cannot end. Of one that fails between
//! two rounds it knows nothing: another task may come in its place.

use std::collections::VecDeque;

use super::Sync;
use crate::failure::{Failure, FailureKind, Fallible, fail};
use crate::machine::Machine;
use crate::task::Woken;
use crate::value::{SyncId, TaskId, Value};

/// A barrier.
#[derive(Clone, Debug)]
pub(crate) struct Barrier {
    pub(crate) parties: usize,
    pub(crate) waiting: VecDeque<TaskId>,
    pub(crate) broken: bool,
}

const BROKEN: &str = "the barrier is broken: a party of it was cancelled";

impl Barrier {
    pub(crate) fn new(parties: i64) -> Fallible<Self> {
        match usize::try_from(parties) {
            Ok(parties) if parties > 0 => {
                Ok(Self { parties, waiting: VecDeque::new(), broken: false })
            }
            _ => fail(FailureKind::Value, format!("a barrier has at least 1 party, not {parties}")),
        }
    }
}

impl Machine {
    pub(crate) fn barrier(&mut self, id: SyncId) -> Fallible<&mut Barrier> {
        match self.heap.sync_mut(id) {
            Sync::Barrier(barrier) => Ok(barrier),
            other => {
                fail(FailureKind::Error, format!("a barrier was needed, not a {}", other.noun()))
            }
        }
    }

    /// Whether the task was the last one, and all go on.
    pub(crate) fn arrive(&mut self, id: SyncId, task: TaskId) -> Fallible<bool> {
        let barrier = self.barrier(id)?;
        if barrier.broken {
            return fail(FailureKind::Error, BROKEN);
        }
        if barrier.waiting.len() + 1 < barrier.parties {
            barrier.waiting.push_back(task);
            return Ok(false);
        }
        let waiting = std::mem::take(&mut barrier.waiting);
        if let Some(races) = &mut self.races {
            let parties: Vec<TaskId> = waiting.iter().copied().chain([task]).collect();
            races.met(&parties);
        }
        waiting.into_iter().for_each(|task| self.wake(task, Woken::Done(Value::Unit)));
        Ok(true)
    }

    pub(crate) fn break_barrier(&mut self, id: SyncId) {
        let Sync::Barrier(barrier) = self.heap.sync_mut(id) else { return };
        barrier.broken = true;
        for task in std::mem::take(&mut barrier.waiting) {
            self.wake(task, Woken::Failed(Failure::new(FailureKind::Error, BROKEN)));
        }
    }
}
