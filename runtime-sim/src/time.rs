//! Virtual timers, in the order of their deadlines and then of their setting; what the outside has answered
//! comes before what else is due at that instant, as it came in time.

use std::collections::BTreeMap;

use crate::bounds::TIME_MAX_NS;
use crate::value::{ScopeRef, SyncId, TaskId};
use crate::world::CallId;

/// Names a timer that is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TimerKey {
    pub(crate) deadline: u64,
    is_no_answer: bool,
    order: u64,
}

/// What a timer does when it is due.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Timer {
    /// Ends a sleep.
    Sleep(TaskId),
    /// Makes a case of a select ready.
    Case(TaskId, u32),
    /// Sends a tick.
    Tick(SyncId),
    /// Ends a scope's time.
    Scope(ScopeRef),
    /// Gives a call its answer.
    Answer(CallId),
    /// Takes the processor from a call that blocks it.
    TakeBack(CallId),
}

/// The timers that are set, with the lane they were set on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Timers {
    set: BTreeMap<TimerKey, (usize, Timer)>,
    count: u64,
    /// Whether one was set or cancelled since a horizon was last computed.
    pub(crate) has_changed: bool,
}

impl Timers {
    /// A deadline beyond the end of virtual time is that end.
    pub(crate) fn set(&mut self, deadline: u64, lane: usize, timer: Timer) -> TimerKey {
        let deadline = deadline.min(TIME_MAX_NS);
        self.count += 1;
        self.has_changed = true;
        let key = TimerKey {
            deadline,
            is_no_answer: !matches!(timer, Timer::Answer(_)),
            order: self.count,
        };
        self.set.insert(key, (lane, timer));
        key
    }

    pub(crate) fn cancel(&mut self, key: TimerKey) {
        self.set.remove(&key);
        self.has_changed = true;
    }

    /// When the next one is due.
    pub(crate) fn next_deadline(&self) -> Option<u64> {
        self.set.keys().next().map(|key| key.deadline)
    }

    /// The tickers whose timers are set.
    pub(crate) fn tickers(&self) -> impl Iterator<Item = SyncId> {
        self.set.values().filter_map(|(_, timer)| match timer {
            Timer::Tick(id) => Some(*id),
            _ => None,
        })
    }

    pub(crate) fn pop(&mut self) -> Option<(u64, usize, Timer)> {
        let (key, (lane, timer)) = self.set.pop_first()?;
        Some((key.deadline, lane, timer))
    }
}
