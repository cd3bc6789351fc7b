//! How much memory a thread holds, counted by the allocator: what a run's bound is held against.
//!
//! A run stays on one thread, so the count is the thread's and costs no lock. Invariant: without a
//! [`Counting`] allocator nothing is counted, and no bound is ever hit.

use std::alloc::{GlobalAlloc, Layout};
use std::cell::Cell;
use std::collections::VecDeque;

use crate::bounds::MEMORY_GRACE_STEPS;
use crate::vm::Turn;

thread_local! {
    /// Can fall below zero: what one thread has got, another may give back.
    static HELD_BYTES: Cell<i64> = const { Cell::new(0) };
}

/// What this thread holds, in bytes.
#[inline]
pub(crate) fn held_bytes() -> i64 {
    HELD_BYTES.with(Cell::get)
}

#[inline]
fn count(bytes: i64) {
    HELD_BYTES.with(|held| held.set(held.get() + bytes));
}

/// An allocator that counts what another one gives, for [`RunOptions::memory_max_bytes`].
///
/// [`RunOptions::memory_max_bytes`]: crate::RunOptions::memory_max_bytes
#[derive(Clone, Copy, Debug, Default)]
pub struct Counting<A>(pub A);

// SAFETY: every call goes on unchanged to an allocator that keeps the contract; counting neither
// allocates nor panics, as the cell is constant and has no destructor.
#[expect(unsafe_code, reason = "an allocator is unsafe by its trait")]
unsafe impl<A: GlobalAlloc> GlobalAlloc for Counting<A> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as i64);
        // SAFETY: the caller's.
        unsafe { self.0.alloc(layout) }
    }

    #[inline]
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        count(-(layout.size() as i64));
        // SAFETY: the caller's.
        unsafe { self.0.dealloc(at, layout) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as i64);
        // SAFETY: the caller's.
        unsafe { self.0.alloc_zeroed(layout) }
    }

    #[inline]
    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size as i64 - layout.size() as i64);
        // SAFETY: the caller's.
        unsafe { self.0.realloc(at, layout, size) }
    }
}

/// Whether a run uses more memory than it may: measured, or as it was when it was recorded.
#[derive(Clone, Debug)]
pub(crate) struct Memory {
    limit: Limit,
    /// After how many steps each time there was too much.
    ends: Vec<u64>,
    /// Until so many steps were made nothing is looked at: what a failed task defers is to run.
    lenient_until: u64,
    /// The step at which what nothing reaches was dropped already.
    collected_at: Option<u64>,
}

#[derive(Clone, Debug)]
enum Limit {
    /// What this thread may hold.
    Held(i64),
    /// The steps at which there was too much.
    Recorded(VecDeque<u64>),
}

impl Memory {
    /// So many bytes more than the thread holds now.
    pub(crate) fn measured(bytes: u64) -> Self {
        let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        Self::new(Limit::Held(held_bytes().saturating_add(bytes)))
    }

    /// Whatever is used: too much when it was too much before.
    pub(crate) fn recorded(ends: &[u64]) -> Self {
        Self::new(Limit::Recorded(ends.iter().copied().collect()))
    }

    fn new(limit: Limit) -> Self {
        Self { limit, ends: Vec::new(), lenient_until: 0, collected_at: None }
    }

    /// There is too much after so many steps; whether it is worth a look at what nothing reaches.
    pub(crate) fn ends(&mut self, steps: u64) -> bool {
        if let Limit::Recorded(ends) = &mut self.limit {
            ends.pop_front();
        }
        self.ends.push(steps);
        let is_first = self.collected_at != Some(steps);
        self.collected_at = is_first.then_some(steps);
        if !is_first {
            self.lenient_until = steps.saturating_add(MEMORY_GRACE_STEPS);
        }
        is_first
    }

    pub(crate) fn into_ends(self) -> Vec<u64> {
        self.ends
    }
}

impl crate::machine::Machine {
    /// Whether more memory is used than the run may use. An evaluation is bounded by its time alone:
    /// what it holds is counted after it.
    #[inline]
    pub(crate) fn is_over_memory(&self, turn: &Turn) -> bool {
        match &self.memory.limit {
            Limit::Held(max) => {
                held_bytes() > *max
                    && !turn.is_evaluation
                    && self.steps_max() - turn.steps_left >= self.memory.lenient_until
            }
            Limit::Recorded(ends) => match ends.front() {
                Some(end) => !turn.is_evaluation && *end == self.steps_max() - turn.steps_left,
                None => false,
            },
        }
    }
}
