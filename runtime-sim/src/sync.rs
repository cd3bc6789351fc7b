//! The primitives, one file each: their state, and what the machine does with it.
//!
//! Invariant: every queue is FIFO, holds only tasks that wait in it, and is left by a task the
//! moment that it stops waiting there, for whatever reason.

mod atom;
mod barrier;
mod cancelling;
mod channel;
mod children;
mod locks;
mod mutex;
pub(crate) mod parallel;
mod rwlock;
pub(crate) mod scope;
mod select;
mod semaphore;
mod signal;
mod tasks;
mod ticker;
mod unread;

use std::collections::VecDeque;

use crate::failure::{FailureKind, Fallible, fail};
use crate::trace::Stamp;
use crate::value::{SyncId, TaskId, Value};

pub(crate) use atom::Atom;
pub(crate) use barrier::{Barrier, Rounds};
pub(crate) use channel::{Channel, Received};
pub(crate) use locks::{LockWaiter, When};
pub(crate) use mutex::Mutex;
pub(crate) use parallel::Chunk;
pub(crate) use rwlock::Rwlock;
pub(crate) use scope::Scope;
pub(crate) use semaphore::Semaphore;
pub(crate) use signal::Signal;
pub(crate) use ticker::Ticker;
pub(crate) use unread::Unread;

/// A sync object.
#[derive(Clone, Debug)]
pub(crate) enum Sync {
    Channel(Channel),
    Atom(Atom),
    Mutex(Mutex),
    Rwlock(Rwlock),
    Semaphore(Semaphore),
    Barrier(Barrier),
    Signal(Signal),
}

/// A task in a queue; for a `select`, with the case that waits there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Waiter {
    pub(crate) task: TaskId,
    pub(crate) case: Option<u32>,
}

impl Waiter {
    /// One that waits there and nowhere else.
    pub(crate) fn plain(task: TaskId) -> Self {
        Self { task, case: None }
    }
}

/// A value on its way, and where and when it set out.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) value: Value,
    pub(crate) stamp: Stamp,
}

impl Sync {
    /// What people call it.
    pub(crate) fn noun(&self) -> &'static str {
        match self {
            Self::Channel(_) => "channel",
            Self::Atom(_) => "atom",
            Self::Mutex(_) => "mutex",
            Self::Rwlock(_) => "rwlock",
            Self::Semaphore(_) => "semaphore",
            Self::Barrier(_) => "barrier",
            Self::Signal(_) => "signal",
        }
    }

    /// The values that it holds.
    pub(crate) fn values(&self, visit: &mut dyn FnMut(&Value)) {
        match self {
            Self::Channel(channel) => channel.values(visit),
            Self::Atom(atom) => visit(&atom.value),
            Self::Mutex(mutex) => {
                visit(&mutex.value);
                mutex.waiters.iter().for_each(|waiter| waiter.values(visit));
            }
            Self::Rwlock(lock) => {
                visit(&lock.value);
                lock.waiters.iter().for_each(|waiter| waiter.values(visit));
            }
            Self::Semaphore(_) | Self::Barrier(_) | Self::Signal(_) => {}
        }
    }

    /// Takes a case of a select out of the queue that it stands in.
    pub(crate) fn forget_case(&mut self, waiter: Waiter) {
        match self {
            Self::Channel(channel) => channel.forget_case(waiter),
            Self::Signal(signal) => leave(&mut signal.waiters, |of| *of == waiter),
            _ => {}
        }
    }

    /// Takes a task that waits here and nowhere else out of its queue; for channels there is more to say.
    pub(crate) fn forget(&mut self, task: TaskId) {
        match self {
            Self::Channel(_) | Self::Atom(_) => {}
            Self::Mutex(mutex) => leave(&mut mutex.waiters, |waiter| waiter.task == task),
            Self::Rwlock(lock) => leave(&mut lock.waiters, |waiter| waiter.task == task),
            Self::Semaphore(semaphore) => leave(&mut semaphore.waiters, |waiter| *waiter == task),
            Self::Barrier(barrier) => leave(&mut barrier.waiting, |waiter| *waiter == task),
            Self::Signal(signal) => leave(&mut signal.waiters, |waiter| waiter.task == task),
        }
    }
}

/// Takes the one entry out of a queue. Those that are woken or cancelled one after the other mostly
/// stand in front, so that a long queue is left in little time.
pub(crate) fn leave<T>(queue: &mut VecDeque<T>, is_it: impl Fn(&T) -> bool) {
    if let Some(at) = queue.iter().position(is_it) {
        queue.remove(at);
    }
}

/// The id of a sync object, from an operand.
pub(crate) fn sync_id(value: &Value) -> Fallible<SyncId> {
    match value {
        Value::Sync(id) => Ok(*id),
        Value::Lost => crate::vm::lost(),
        other => {
            fail(FailureKind::Error, format!("a sync object was needed, not {}", other.noun()))
        }
    }
}
