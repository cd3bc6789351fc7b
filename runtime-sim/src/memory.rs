//! How much memory a thread holds, counted by the allocator: what a run's bound is held against.
//!
//! A run stays on one thread, so the count is the thread's and costs no lock. What crosses threads, and what
//! Weir keeps for itself, is made and given back [`uncounted`]. Invariant: without a [`Counting`] allocator
//! nothing is counted, and no bound is ever hit.

use std::alloc::{GlobalAlloc, Layout};
use std::cell::Cell;
use std::collections::VecDeque;

use crate::bounds::CHARGE_BYTES_MIN;
use crate::failure::{FailureKind, Fallible, fail};
use crate::machine::Machine;
use crate::outcome::counted;
use crate::value::TaskId;
use crate::vm::Turn;

thread_local! {
    /// What the turn that goes on may hold.
    static CHARGING: Cell<Charging> = const {
        Cell::new(Charging { held_max: i64::MAX, charges: 0, refuses: 0, is_refused: false })
    };
    /// Can fall below zero: what one thread has got, another may give back.
    static HELD_BYTES: Cell<i64> = const { Cell::new(0) };
}

/// The bound as a turn sees it: what is large asks before it is made.
#[derive(Clone, Copy, Debug)]
struct Charging {
    held_max: i64,
    /// How many times it was asked in this run.
    charges: u64,
    /// The one that is refused whatever is held, as it was when it was recorded; none is the 0th.
    refuses: u64,
    is_refused: bool,
}

/// Asks for room for something that is about to be made; small things are looked at when they are
/// there, between steps.
pub(crate) fn charge(bytes: usize) -> Fallible<()> {
    if bytes < CHARGE_BYTES_MIN {
        return Ok(());
    }
    let mut charging = CHARGING.get();
    charging.charges += 1;
    let held = held_bytes().saturating_add(i64::try_from(bytes).unwrap_or(i64::MAX));
    charging.is_refused = held > charging.held_max || charging.charges == charging.refuses;
    CHARGING.set(charging);
    match charging.is_refused {
        true => fail(FailureKind::Memory, "there is no room for a value of this size"),
        false => Ok(()),
    }
}

/// What this thread holds, in bytes.
#[inline]
pub(crate) fn held_bytes() -> i64 {
    HELD_BYTES.with(Cell::get)
}

/// An amount for people, in the largest unit that it is a multiple of.
pub(crate) fn size_text(bytes: u64) -> String {
    let units = [("GiB", 30), ("MiB", 20), ("KiB", 10)];
    let fits = |(_, power): &(&str, u32)| bytes > 0 && bytes.is_multiple_of(1 << power);
    match units.into_iter().find(fits) {
        Some((unit, power)) => format!("{} {unit}", bytes >> power),
        None => counted(bytes, "byte"),
    }
}

/// Works at what is no part of what the run holds: what is made or given back meanwhile does not count.
pub fn uncounted<T>(work: impl FnOnce() -> T) -> T {
    let held = held_bytes();
    let done = work();
    HELD_BYTES.set(held);
    done
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
    /// The step at which what nothing reaches was dropped already.
    collected_at: Option<u64>,
    spacing: Spacing,
    /// How often room was asked for, which of these times there was none, and the recorded ones.
    charges: u64,
    refused: Vec<u64>,
    refusals: VecDeque<u64>,
    /// The step at which a refusal had what nothing reaches dropped.
    made_room_at: Option<u64>,
}

/// How often it is worth to drop what nothing reaches, where that does not help: a multitude of tasks that all want
/// more would look through all of it each. What is known when a run is replayed decides, and nothing measured.
#[derive(Clone, Debug, Default)]
struct Spacing {
    /// How many tasks were stopped in a row, and with how many it is worth to look again.
    stopped: u64,
    due: u64,
    /// After so many steps it is worth it in any case: looking took no longer than these.
    worth_from: u64,
    /// How many tasks were left, and how many have ended since: with half of them there is something to drop.
    tasks: u64,
    ended: u64,
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
    pub(crate) fn recorded(ends: &[u64], refusals: &[u64]) -> Self {
        let limit = Limit::Recorded(ends.iter().copied().collect());
        Self { refusals: refusals.iter().copied().collect(), ..Self::new(limit) }
    }

    fn new(limit: Limit) -> Self {
        Self {
            limit,
            ends: Vec::new(),
            collected_at: None,
            spacing: Spacing::default(),
            charges: 0,
            refused: Vec::new(),
            refusals: VecDeque::new(),
            made_room_at: None,
        }
    }

    /// What is made from now on counts for this run.
    pub(crate) fn begin_turn(&self) {
        let held_max = match self.limit {
            Limit::Held(max) => max,
            Limit::Recorded(_) => i64::MAX,
        };
        let refuses = self.refusals.front().copied().unwrap_or(0);
        CHARGING.set(Charging { held_max, charges: self.charges, refuses, is_refused: false });
    }

    /// What is made from now on counts for no run.
    pub(crate) fn end_turn(&mut self) {
        let charging = CHARGING.get();
        self.charges = charging.charges;
        CHARGING.set(Charging { held_max: i64::MAX, refuses: 0, ..charging });
    }

    /// Whether the last failure was one for want of room, and it is worth to drop what nothing
    /// reaches and try again; none when it was another one.
    pub(crate) fn refusal(&mut self, steps: u64) -> Option<bool> {
        let charging = CHARGING.get();
        if !charging.is_refused {
            return None;
        }
        self.refused.push(charging.charges);
        self.refusals.pop_front();
        self.charges = charging.charges;
        self.begin_turn();
        let is_first = self.made_room_at != Some(steps);
        self.made_room_at = is_first.then_some(steps);
        Some(is_first)
    }

    /// There is too much after so many steps; whether it is worth a look at what nothing reaches. If not, the task
    /// that is there is stopped.
    pub(crate) fn ends(&mut self, steps: u64, is_to_stop: bool) -> bool {
        if let Limit::Recorded(ends) = &mut self.limit {
            ends.pop_front();
        }
        self.ends.push(steps);
        let looks = !is_to_stop && self.collected_at != Some(steps) && self.spacing.is_due(steps);
        self.collected_at = looks.then_some(steps);
        self.spacing.stopped += u64::from(!looks);
        looks
    }

    /// What nothing reaches was dropped after so many steps, for which so many values were looked at; so many tasks
    /// are left.
    pub(crate) fn collected(&mut self, steps: u64, values: u64, tasks: u64) {
        let stopped = self.spacing.stopped;
        let worth_from = steps.saturating_add(values);
        self.spacing = Spacing { stopped, due: 2 * stopped, worth_from, tasks, ended: 0 };
    }

    pub(crate) fn task_ended(&mut self) {
        self.spacing.ended += 1;
    }

    /// Whether each step is to be looked at: too much is held, or there will be too much at some step.
    #[inline]
    pub(crate) fn is_close(&self) -> bool {
        match &self.limit {
            Limit::Held(max) => held_bytes() > *max,
            Limit::Recorded(ends) => !ends.is_empty(),
        }
    }

    /// After how many steps there was too much, and which times there was no room.
    pub(crate) fn into_ends(self) -> (Vec<u64>, Vec<u64>) {
        (self.ends, self.refused)
    }
}

impl Spacing {
    fn is_due(&mut self, steps: u64) -> bool {
        if steps >= self.worth_from || 2 * self.ended >= self.tasks {
            (self.stopped, self.due) = (0, 0);
        }
        self.stopped >= self.due
    }
}

impl Machine {
    /// Whether more memory is used than the run may use. An evaluation is bounded by its time alone:
    /// what it holds is counted after it.
    #[inline]
    pub(crate) fn is_over_memory(&mut self, turn: &Turn) -> bool {
        if turn.is_evaluation {
            return false;
        }
        match &self.memory.limit {
            Limit::Held(max) => held_bytes() > *max && !self.has_memory_grace(turn.task),
            Limit::Recorded(ends) => match ends.front() {
                Some(end) => *end == self.steps_max() - turn.steps_left,
                None => false,
            },
        }
    }

    /// What a task defers is to run, so that it has a few steps more for that.
    fn has_memory_grace(&mut self, task: TaskId) -> bool {
        let task = self.tasks.get_mut(task.0);
        let has_grace = !task.masks.is_empty() && task.memory_grace > 0;
        task.memory_grace -= u16::from(has_grace);
        has_grace
    }
}
