//! Signals: once set, set for good.

use std::collections::VecDeque;

use super::{Sync, Waiter};
use crate::failure::{FailureKind, Fallible, fail};
use crate::machine::Machine;
use crate::value::{SyncId, Value};

/// A signal.
#[derive(Clone, Debug, Default)]
pub(crate) struct Signal {
    pub(crate) is_set: bool,
    pub(crate) waiters: VecDeque<Waiter>,
}

impl Machine {
    pub(crate) fn signal(&mut self, id: SyncId) -> Fallible<&mut Signal> {
        match self.heap.sync_mut(id) {
            Sync::Signal(signal) => Ok(signal),
            other => {
                fail(FailureKind::Error, format!("a signal was needed, not a {}", other.noun()))
            }
        }
    }

    pub(crate) fn set_signal(&mut self, id: SyncId) -> Fallible<()> {
        let signal = self.signal(id)?;
        signal.is_set = true;
        let waiters = std::mem::take(&mut signal.waiters);
        if let Some(races) = &mut self.races {
            races.sets_signal(id);
            waiters.iter().for_each(|waiter| races.observes(id, waiter.task));
        }
        waiters.into_iter().for_each(|waiter| self.wake_waiter(waiter, Value::Unit));
        Ok(())
    }
}
