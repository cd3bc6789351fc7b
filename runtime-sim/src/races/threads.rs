//! Logical threads: the tasks, and each iteration of a parallel loop for itself.
//!
//! Not here: what orders them. A thread's moments are named by a *slot*, which is given on when the
//! thread has ended, to one that knows its end: then no moment of the old can be taken for one of the
//! new that is unordered with somebody's. So clocks grow with the tasks that are alive at once, not with
//! those that ever were.

use std::collections::VecDeque;
use std::sync::Arc;

use super::clock::{Clock, Epoch};
use super::shadow::Spot;

/// How many free slots are looked at for one whose end is known.
const SLOTS_TRIED_MAX: usize = 4;
/// How many of a slot's threads are remembered for reports.
const LIVES_MAX: usize = 4;

/// Who a thread is, for reports.
#[derive(Clone, Debug)]
pub(super) struct Life {
    /// The task's path.
    pub(super) task: Arc<str>,
    /// Which round of a parallel loop it is, from 0.
    pub(super) iteration: Option<usize>,
    /// What started it.
    pub(super) started: Spot,
}

/// All slots.
#[derive(Clone, Debug, Default)]
pub(super) struct Slots {
    all: Vec<Lives>,
    free: Vec<u32>,
}

#[derive(Clone, Debug, Default)]
struct Lives {
    /// The last moment of the last thread that ended.
    end: u32,
    /// From when on who has it: most have one and no other.
    latest: Option<(u32, Life)>,
    /// Those before, the latest last.
    earlier: VecDeque<(u32, Life)>,
}

impl Slots {
    /// The first moment of a new thread that begins with what `origin` knows.
    pub(super) fn begin(&mut self, origin: &Clock, life: Life) -> Epoch {
        let tried = self.free.len().saturating_sub(SLOTS_TRIED_MAX)..self.free.len();
        let is_known = |at: &usize| {
            let slot = self.free[*at];
            origin.time_of(slot) >= self.all[slot as usize].end
        };
        let slot = match tried.rev().find(is_known) {
            Some(at) => self.free.remove(at),
            None => {
                self.all.push(Lives::default());
                self.all.len() as u32 - 1
            }
        };
        let of = &mut self.all[slot as usize];
        let now = Epoch { slot, time: of.end.saturating_add(1) };
        if let Some(before) = of.latest.replace((now.time, life)) {
            if of.earlier.len() + 1 >= LIVES_MAX {
                of.earlier.pop_front();
            }
            of.earlier.push_back(before);
        }
        now
    }

    /// The thread that had this slot has ended.
    pub(super) fn end(&mut self, last: Epoch) {
        self.all[last.slot as usize].end = last.time;
        self.free.push(last.slot);
    }

    /// Whose moment that was, if it was not too long ago.
    pub(super) fn life(&self, epoch: Epoch) -> Option<&Life> {
        let Lives { latest, earlier, .. } = self.all.get(epoch.slot as usize)?;
        let mut lives = latest.iter().chain(earlier.iter().rev());
        lives.find(|(from, _)| *from <= epoch.time).map(|(_, life)| life)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn life() -> Life {
        Life { task: Arc::from("main/1"), iteration: None, started: Spot::NOWHERE }
    }

    #[test]
    fn a_slot_is_given_on_to_those_alone_who_know_its_end() {
        let mut slots = Slots::default();
        let mut main = Clock::new(slots.begin(&Clock::nobody(), life()));
        let child = Clock::forked(&main.release(), slots.begin(&main, life()));
        slots.end(child.now);
        assert_eq!(slots.begin(&main, life()).slot, 2, "nobody has joined the first child");
        main.take_in(&child);
        let next = slots.begin(&main, life());
        assert_eq!((next.slot, next.time), (child.now.slot, child.now.time + 1));
    }
}
