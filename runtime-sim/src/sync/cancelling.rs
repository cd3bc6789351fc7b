//! Cancelling: a scope's time is over, one of its tasks has failed, or somebody asks a task to stop.
//!
//! A task stops at its next suspension point, or where it waits now. Invariant: with a task all are asked to stop that it has
//! started in its scopes, but what a deferred call works with.

use crate::machine::Machine;
use crate::task::{Raise, State, Wait, Woken};
use crate::value::{ScopeRef, TaskId};

impl Machine {
    /// Its time is over: what is in it and its body are cancelled.
    pub(crate) fn scope_times_out(&mut self, of: ScopeRef) {
        let Some(scope) = self.scopes.get_mut(of) else { return };
        scope.timer = None;
        if scope.leaving {
            return;
        }
        scope.timed_out = true;
        self.stop_scope(of);
    }

    /// Its children are cancelled, and its body is to stop, with what that has opened inside.
    pub(super) fn stop_scope(&mut self, of: ScopeRef) {
        let Some(owner) = self.scopes.get(of).map(|scope| scope.owner) else { return };
        self.cancel_children(of);
        let task = self.tasks.get(owner.0);
        let place = task.open_scopes.iter().position(|open| *open == of);
        let inside: Vec<ScopeRef> = place.map_or_else(Vec::new, |at| task.reached_from(at + 1));
        inside.into_iter().for_each(|scope| self.cancel_children(scope));
        self.interrupt(owner);
    }

    pub(crate) fn cancel_children(&mut self, of: ScopeRef) {
        let Some(scope) = self.scopes.get(of) else { return };
        let children: Vec<TaskId> = scope.children.iter().collect();
        children.into_iter().for_each(|child| self.cancel(child));
    }

    /// Asks a task to stop at its next suspension point, or where it waits now, and with it whatever it has started
    /// in its scopes: if each task heard of it from its parent in turn, a tree that grows would outgrow that.
    pub(crate) fn cancel(&mut self, task: TaskId) {
        let mut rest = vec![task];
        while let Some(task) = rest.pop() {
            let Some(of) = self.tasks.find_mut(task.0) else { continue };
            if of.cancelled || of.is_done() {
                continue;
            }
            of.cancelled = true;
            let reached = of.reached_from(0);
            let scopes = reached.into_iter().filter_map(|scope| self.scopes.get(scope));
            let from = rest.len();
            rest.extend(scopes.flat_map(|scope| scope.children.iter()));
            rest[from..].reverse();
            if !self.unwinds_at_scope_end(task) {
                self.interrupt(task);
            }
        }
    }

    /// A cancelled task that waits for the end of its innermost scope, whose tasks are cancelled with it, would be woken
    /// to wait there again: so it unwinds once that end has come. Of a tree, all but the leaves are such.
    fn unwinds_at_scope_end(&mut self, task: TaskId) -> bool {
        let raise = self.pending_raise(task);
        let Some(of) = self.tasks.find_mut(task.0) else { return false };
        let (State::Waiting(Wait::ScopeEnd(waited)), Some(raise @ Raise::Cancel), None) =
            (&of.state, raise, &of.fiber.raising)
        else {
            return false;
        };
        let is_innermost = of.fiber.innermost_scope() == Some(*waited);
        let Some(scope) = self.scopes.get_mut(*waited).filter(|_| is_innermost) else {
            return false;
        };
        scope.leaving = true;
        of.fiber.raising = Some(raise);
        true
    }

    /// Wakes a waiting task that has a reason to stop, unless what it does now is masked.
    pub(crate) fn interrupt(&mut self, task: TaskId) {
        let Some(of) = self.tasks.find(task.0) else { return };
        let State::Waiting(wait) = &of.state else { return };
        let is_unwinding = of.fiber.raising.is_some();
        if is_unwinding || self.pending_raise(task).is_none() {
            return;
        }
        let barrier = match wait {
            Wait::Barrier(barrier) => Some(*barrier),
            _ => None,
        };
        self.wake(task, Woken::Interrupted);
        // It is no party any more: only the others fail of that.
        if let Some(barrier) = barrier {
            self.break_barrier(barrier, task, "was cancelled while it waited there");
        }
    }
}
