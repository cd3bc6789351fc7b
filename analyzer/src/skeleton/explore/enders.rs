//! Who may end a task before its time: those around it by leaving, failing or running out of time, those beside
//! it in their scopes by failing, and whoever cancels.

use super::futures::around;
use crate::skeleton::graph::{Action, EarlyEnds, Routine, RoutineId, Skeleton};
use crate::skeleton::state::{Mode, Raise, State, Task};

/// Which routines may end other tasks early.
pub(super) struct Enders {
    leaves: Vec<bool>,
    /// Whether any task is cancelled by name.
    pub(super) cancels: bool,
    ends: EarlyEnds,
}

impl Enders {
    pub(super) fn of(skeleton: &Skeleton) -> Self {
        let has = |routine: &Routine, of: &dyn Fn(&Action) -> bool| {
            routine.nodes.iter().any(|node| of(&node.action))
        };
        let leaves = |action: &Action| matches!(action, Action::Leave(_));
        let cancels = |action: &Action| matches!(action, Action::Cancel(_));
        Self {
            leaves: skeleton.routines.iter().map(|routine| has(routine, &leaves)).collect(),
            cancels: skeleton.routines.iter().any(|routine| has(routine, &cancels)),
            ends: skeleton.ends.clone(),
        }
    }

    /// Whether the task may be cancelled, or a timeout may end its wait.
    pub(super) fn may_be_ended(&self, state: &State, task: u32) -> bool {
        let is_timed = |task: u32, count: usize| {
            let scopes = state.tasks[task as usize].scopes.iter();
            scopes.take(count).any(|scope| scope.on_timeout.is_some())
        };
        let fails_within = |owner: u32| {
            let scopes = state.tasks[owner as usize].scopes.iter();
            (0..).zip(scopes).any(|(position, open)| {
                let children = || state.children(owner, Some(position));
                !open.supervised
                    && children().into_iter().any(|child| self.may_fail(state, child, 0))
            })
        };
        let by_owner = |(owner, position): (u32, u32)| {
            let of = &state.tasks[owner as usize];
            let frames = of.scopes.get(position as usize).map_or(0, |open| open.frames);
            // The calls below the one that opened the scope go on when it has ended.
            let first = (frames as usize).saturating_sub(1);
            is_stopping(of)
                || is_timed(owner, position as usize + 1)
                || of.frames.iter().skip(first).any(|frame| self.may_leave(frame.routine))
                || self.may_fail(state, owner, first)
                || self.ends.any && fails_within(owner)
        };
        is_timed(task, usize::MAX)
            || self.ends.any && fails_within(task)
            || self.may_be_cancelled(state, task)
            || around(state, task).into_iter().any(by_owner)
    }

    /// Whether somebody has what the task, or one around it, can be cancelled by.
    fn may_be_cancelled(&self, state: &State, task: u32) -> bool {
        let is_named = || {
            let named = state.named_tasks();
            let around = around(state, task).into_iter().map(|(owner, _)| owner);
            std::iter::once(task).chain(around).any(|task| named[task as usize])
        };
        self.cancels && is_named()
    }

    /// Whether the task may fail by what it still does in the calls from the first one on, or by a task of its
    /// own.
    pub(super) fn may_fail(&self, state: &State, task: u32, first: usize) -> bool {
        let of = &state.tasks[task as usize];
        self.ends.any
            && (of.mode == Mode::Unwinding(Raise::Failure)
                || of.frames.iter().skip(first).any(|frame| self.ends.may_fail(frame.routine))
                || state.children(task, None).iter().any(|child| self.may_fail(state, *child, 0)))
    }

    pub(super) fn may_leave(&self, routine: RoutineId) -> bool {
        self.leaves[routine.0 as usize]
    }
}

/// Whether the task is on its way out, or is to stop: that ends the tasks of its scopes.
pub(super) fn is_stopping(of: &Task) -> bool {
    of.cancelled || matches!(of.mode, Mode::Unwinding(_))
}
