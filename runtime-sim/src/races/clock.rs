//! Vector clocks: what a thread knows of how far the others had come.
//!
//! Not here: threads, and what orders them. Invariant: two clocks released at one epoch are equal, so
//! whoever knows the epoch knows all that was known at it. Most merges end at that question.
//!
//! Clocks are mostly alike: a child begins with its parent's. So a clock is a long row that is shared
//! until somebody learns more, and the few epochs learnt since.

use super::row::Row;

/// How many epochs a clock may know beyond its shared row, before its row is changed.
const FRESH_EPOCHS_MAX: usize = 8;

/// A moment of one thread: the paper's `c@t`. Time 0 is before everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Epoch {
    pub(super) slot: u32,
    pub(super) time: u32,
}

/// What one thread knows of the others, and when it is for itself.
#[derive(Clone, Debug)]
pub(super) struct Clock {
    pub(super) now: Epoch,
    /// The time known of each slot.
    row: Row,
    /// Later times than the row says.
    fresh: Vec<Epoch>,
    /// The last row of somebody else that this one took in: many leave the same, one after the other.
    absorbed: Row,
}

/// The slot of clocks that are nobody's: what several have left at one object.
const NOBODY: u32 = u32::MAX;

impl Clock {
    /// A clock of no thread, that knows nothing.
    pub(super) fn nobody() -> Self {
        Self::new(Epoch { slot: NOBODY, time: 0 })
    }

    /// A clock that knows nothing but its own time.
    pub(super) fn new(now: Epoch) -> Self {
        Self { now, row: Row::default(), fresh: Vec::new(), absorbed: Row::default() }
    }

    /// A clock at `now` that knows what `from` knows.
    pub(super) fn forked(from: &Self, now: Epoch) -> Self {
        let (row, fresh) = (from.row.clone(), from.fresh.clone());
        let mut clock = Self { now, row, fresh, absorbed: Row::default() };
        clock.learn(from.now);
        clock
    }

    /// What others may know of this thread from now on; its own next moments they do not.
    pub(super) fn release(&mut self) -> Self {
        let mut known = Self::nobody();
        self.release_to(&mut known);
        known
    }

    /// The same in the place of an older clock, whose room is used again.
    pub(super) fn release_to(&mut self, known: &mut Self) {
        // So that those who begin with it have room to learn, and go on sharing the row.
        if self.fresh.len() > FRESH_EPOCHS_MAX / 2 {
            self.settle();
        }
        known.now = self.now;
        known.row.become_like(&self.row);
        known.fresh.clone_from(&self.fresh);
        known.absorbed = Row::default();
        self.now.time = self.now.time.saturating_add(1);
    }

    /// Is nobody's again and knows nothing.
    pub(super) fn forget(&mut self) {
        self.now = Epoch { slot: NOBODY, time: 0 };
        (self.row, self.absorbed) = (Row::default(), Row::default());
        self.fresh.clear();
    }

    /// Whether that moment came before this one.
    pub(super) fn knows(&self, epoch: Epoch) -> bool {
        // A slot is given on only to those who know the end of whoever had it before.
        epoch.slot == self.now.slot || self.time_of(epoch.slot) >= epoch.time
    }

    /// The latest time known of a slot of somebody else.
    pub(super) fn time_of(&self, slot: u32) -> u32 {
        let fresh = self.fresh.iter().find(|epoch| epoch.slot == slot);
        fresh.map_or_else(|| self.row.time_of(slot), |epoch| epoch.time)
    }

    /// From now on this clock knows what `other` knows.
    pub(super) fn take_in(&mut self, other: &Self) {
        if other.now.time != 0 && self.knows(other.now) {
            return;
        }
        self.learn(other.now);
        for epoch in &other.fresh {
            self.learn(*epoch);
        }
        if self.row.shares(&other.row) || self.absorbed.shares(&other.row) {
            return;
        }
        self.row.merge(&other.row);
        self.absorbed = other.row.clone();
        // What was fresh may be older than the row by now.
        self.fresh.retain(|epoch| epoch.time > self.row.time_of(epoch.slot));
    }

    fn learn(&mut self, epoch: Epoch) {
        if epoch.time == 0 || self.knows(epoch) {
            return;
        }
        match self.fresh.iter_mut().find(|known| known.slot == epoch.slot) {
            Some(known) => known.time = epoch.time,
            None => self.fresh.push(epoch),
        }
        if self.fresh.len() > FRESH_EPOCHS_MAX {
            self.settle();
        }
    }

    /// Moves what is fresh into the row.
    fn settle(&mut self) {
        self.fresh.drain(..).for_each(|epoch| self.row.raise(epoch.slot, epoch.time));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epoch(slot: u32, time: u32) -> Epoch {
        Epoch { slot, time }
    }

    #[test]
    fn a_fork_knows_the_past_of_its_parent_and_not_its_future() {
        let mut parent = Clock::new(epoch(0, 1));
        let child = Clock::forked(&parent.release(), epoch(1, 1));
        assert!(child.knows(epoch(0, 1)) && !child.knows(epoch(0, 2)));
        assert!(!parent.knows(epoch(1, 1)));
        parent.take_in(&child);
        assert!(parent.knows(epoch(1, 1)));
    }

    #[test]
    fn what_was_learnt_from_many_is_known_however_it_is_stored() {
        let mut clock = Clock::nobody();
        let many = 3 * FRESH_EPOCHS_MAX as u32;
        for slot in 0..many {
            clock.take_in(&Clock::new(epoch(slot, slot + 1)));
        }
        for slot in 0..many {
            assert!(clock.knows(epoch(slot, slot + 1)) && !clock.knows(epoch(slot, slot + 2)));
        }
        let mut other = Clock::new(epoch(many, 1));
        other.take_in(&clock);
        assert!((0..many).all(|slot| other.knows(epoch(slot, slot + 1))));
    }

    #[test]
    fn a_merge_of_two_rows_keeps_the_later_times() {
        let (mut left, mut right) = (Clock::nobody(), Clock::nobody());
        for slot in 0..2 * FRESH_EPOCHS_MAX as u32 {
            left.take_in(&Clock::new(epoch(slot, 2 + slot % 2)));
            right.take_in(&Clock::new(epoch(slot, 3 - slot % 2)));
        }
        left.take_in(&right);
        assert!((0..2 * FRESH_EPOCHS_MAX as u32).all(|slot| left.time_of(slot) == 3));
    }
}
