//! A task's turn on a lane: how far it may go, and why it ends.

use crate::cost::CALL_NS;
use crate::failure::{FailureKind, Fallible, fail};
use crate::task::{Raise, TaskResult, Wait};
use crate::trace::Stamp;
use crate::value::TaskId;

/// One task's time on a lane.
#[derive(Clone, Debug)]
pub(crate) struct Turn {
    pub(crate) task: TaskId,
    pub(crate) lane: usize,
    pub(crate) clock: u64,
    /// Beyond it, another lane or a timer comes first.
    pub(crate) horizon: u64,
    pub(crate) slice_end: u64,
    /// How many steps the run has left.
    pub(crate) steps_left: u64,
    /// Whether the task has done something in this turn that others can see.
    pub(crate) has_acted: bool,
    /// When it last did, in this turn.
    pub(crate) acted_at: u64,
    /// Whether the task began in this turn.
    pub(crate) begins: bool,
    /// What runs is a condition or the like that must not suspend.
    pub(crate) is_evaluation: bool,
    /// Nothing asks the task to stop and nobody looks on: see [`alone`].
    pub(crate) is_undisturbed: bool,
    /// It is to be preempted first of all.
    pub(crate) slice_is_over: bool,
    /// What the task waits for when that stops it, and how it has ended when that does: too much to be handed
    /// up through all that a stop comes through.
    pub(crate) wait: Option<Wait>,
    pub(crate) result: Option<TaskResult>,
}

/// Why a turn ends. As wide as what it stands beside in [`Flow`], so that this is moved in whole words: to move
/// bytes that have just been written in pieces is to wait for them.
#[derive(Clone, Copy, Debug)]
#[repr(u32)]
pub(crate) enum Stop {
    /// Others come first; the task stays where it is.
    Horizon,
    Collect,
    Diverged,
    /// The run has no steps left.
    Exhausted,
    /// For what, is in the turn.
    Waits,
    Preempted,
    /// In turns, with the task before what it will do in its next one.
    TurnEnds,
    Yields,
    EntersBlocking,
    LeavesBlocking,
    /// How, is in the turn.
    Ends,
}

/// What is said of a wait where nothing else can go on meanwhile.
pub(crate) const MUST_NOT_WAIT: &str = "a condition, a constant or a `swap` function must not wait";

/// What an instruction that others can see comes to.
pub(crate) enum Flow {
    /// On to the next instruction.
    Next,
    Jump(u32),
    /// The task waits, for what is in the turn; the instruction is finished when it wakes.
    Wait,
    /// The same instruction again.
    Again,
    /// The frames have changed.
    Reload,
    Raise(Raise),
    Stop(Stop),
    Diverged,
}

impl Turn {
    /// Whether nobody else comes before this time, and nothing else is in the way of doing what others can see.
    #[inline(always)]
    pub(super) fn acts_alone(&self, time: u64) -> bool {
        self.is_undisturbed && time <= self.horizon && self.steps_left > 0
    }

    /// One step, which others can see, is done by this time.
    #[inline(always)]
    pub(super) fn acted(&mut self, time: u64) {
        self.acted_at = time;
        self.steps_left -= 1;
    }

    /// The task is to wait.
    pub(crate) fn waits(&mut self, wait: Wait) -> Flow {
        self.wait = Some(wait);
        Flow::Wait
    }

    /// The task is over.
    pub(crate) fn ends(&mut self, result: TaskResult) -> Flow {
        self.result = Some(result);
        Flow::Stop(Stop::Ends)
    }

    /// Whether others have yet to come to where the task is: what they are to hear of it waits for them.
    pub(super) fn is_ahead(&self) -> bool {
        self.clock > self.horizon && !self.is_evaluation
    }

    /// The same of a return, which is done again in time. As with whatever only looks whether it may go first, the
    /// clock stands still: two lanes would pass each other by.
    pub(super) fn returns_ahead(&mut self) -> bool {
        let before = self.clock - CALL_NS;
        let is_ahead = before > self.horizon && !self.is_evaluation;
        if is_ahead {
            self.clock = before;
        }
        is_ahead
    }

    pub(crate) fn stamp(&self) -> Stamp {
        Stamp { lane: self.lane as u32, time: self.clock }
    }
}

/// The failure of reading the result of a cancelled task.
pub(crate) fn lost<T>() -> Fallible<T> {
    fail(FailureKind::Cancelled, "the task was cancelled, so it has no result")
}
