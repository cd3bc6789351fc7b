//! Semaphores: at most so many tasks at once.

use std::collections::VecDeque;

use super::Sync;
use crate::failure::{FailureKind, Fallible, fail};
use crate::machine::Machine;
use crate::task::Woken;
use crate::value::{SyncId, TaskId, Value};

/// A semaphore.
#[derive(Clone, Debug)]
pub(crate) struct Semaphore {
    pub(crate) free: i64,
    pub(crate) waiters: VecDeque<TaskId>,
}

impl Semaphore {
    pub(crate) fn new(permits: i64) -> Fallible<Self> {
        if permits < 0 {
            return fail(
                FailureKind::Value,
                format!("a semaphore has 0 permits or more, not {permits}"),
            );
        }
        Ok(Self { free: permits, waiters: VecDeque::new() })
    }

    /// Takes a permit if one is free and nobody waits for it.
    pub(crate) fn acquire(&mut self) -> bool {
        let takes = self.free > 0 && self.waiters.is_empty();
        self.free -= i64::from(takes);
        takes
    }
}

impl Machine {
    pub(crate) fn semaphore(&mut self, id: SyncId) -> Fallible<&mut Semaphore> {
        match self.heap.sync_mut(id) {
            Sync::Semaphore(semaphore) => Ok(semaphore),
            other => {
                fail(FailureKind::Error, format!("a semaphore was needed, not a {}", other.noun()))
            }
        }
    }

    /// Takes a permit for the task if it need not wait for one.
    pub(crate) fn acquire_permit(&mut self, id: SyncId, task: TaskId) -> Fallible<bool> {
        let semaphore = self.semaphore(id)?;
        let free = semaphore.free;
        let takes = semaphore.acquire();
        if let (true, Some(races)) = (takes, &mut self.races) {
            races.acquired(id, free, task);
        }
        Ok(takes)
    }

    /// Gives a permit back, to the first waiter if there is one.
    pub(crate) fn release_permit(&mut self, id: SyncId) -> Fallible<()> {
        let semaphore = self.semaphore(id)?;
        let (free, next) = (semaphore.free, semaphore.waiters.pop_front());
        semaphore.free += i64::from(next.is_none());
        if let Some(races) = &mut self.races {
            races.released(id, free);
            if let Some(next) = next {
                races.acquired(id, free, next);
            }
        }
        if let Some(next) = next {
            self.wake(next, Woken::Done(Value::Unit));
        }
        Ok(())
    }
}
