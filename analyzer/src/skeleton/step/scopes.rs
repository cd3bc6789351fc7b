//! Scopes: entering and leaving them, and what a failure in one does to the rest.

use super::local::Moved;
use super::unwind::end_late;
use super::{Machine, Progress, Stop};
use crate::mir::{Const, Local, ScopeId, ScopeRef};
use crate::skeleton::graph::{Kind, NodeId};
use crate::skeleton::state::value::{Known, Value};
use crate::skeleton::state::{Mode, OpenScope, State, Task};

impl Machine<'_> {
    pub(super) fn enter(
        self,
        state: &mut State,
        task: u32,
        next: &[NodeId],
        (scope, handle, supervised): (ScopeId, Option<Local>, bool),
        limit: Option<Value>,
    ) -> Moved {
        let limit = match limit.map(|limit| limit.known(&state.facts)) {
            None => None,
            Some(Known::Is(Const::Int(limit))) => Some(limit),
            Some(Known::Needs(of)) if of.kind() == Kind::Int => return Ok(Progress::Waits),
            Some(_) => return Err(Stop::Bounded("a scope's limit is not known")),
        };
        let of = &mut state.tasks[task as usize];
        let frames = of.frames.len() as u32;
        of.scopes.push(OpenScope {
            scope,
            frames,
            on_timeout: next.get(1).copied(),
            limit,
            supervised,
            timed_out: false,
            failed: false,
            leaving: false,
        });
        let position = of.scopes.len() as u32 - 1;
        self.go_on_with(state, task, next.first().copied(), handle, Value::Scope(task, position))
    }

    /// The task that opened a scope and the scope's position there, if it is one that is followed.
    pub(in crate::skeleton) fn opened(
        self,
        state: &State,
        task: u32,
        scope: &ScopeRef,
    ) -> Option<(u32, u32)> {
        match scope {
            ScopeRef::Own(scope) => Some((task, self.scope(state, task, *scope)?)),
            ScopeRef::Passed(scope) => match self.operand(state, task, scope) {
                Value::Scope(owner, position) => Some((owner, position)),
                _ => None,
            },
        }
    }

    /// The position of an open scope of the task's top frame.
    pub(in crate::skeleton) fn scope(
        self,
        state: &State,
        task: u32,
        scope: ScopeId,
    ) -> Option<u32> {
        let of = &state.tasks[task as usize];
        let is_it =
            |open: &OpenScope| open.scope == scope && open.frames as usize == of.frames.len();
        of.scopes.iter().rposition(is_it).map(|position| position as u32)
    }

    /// The end of a scope, in the text: its tasks are waited for.
    pub(super) fn end_scope(
        self,
        state: &mut State,
        task: u32,
        position: u32,
        next: Option<NodeId>,
    ) -> Moved {
        if !state.children(task, Some(position)).is_empty() {
            return Ok(Progress::Waits);
        }
        let of = &mut state.tasks[task as usize];
        let open = of.scopes.get(position as usize).cloned();
        of.scopes.truncate(position as usize);
        match open {
            Some(open) if open.failed => {
                self.fail(state, task);
                Ok(Progress::Moved)
            }
            Some(open) if open.timed_out => self.go_on(state, task, open.on_timeout.or(next)),
            _ => self.go_on(state, task, next),
        }
    }

    /// The same on an early way out, which cancels them.
    pub(super) fn leave(
        self,
        state: &mut State,
        task: u32,
        position: u32,
        next: Option<NodeId>,
    ) -> Moved {
        let children = state.children(task, Some(position));
        if children.is_empty() {
            return self.end_scope(state, task, position, next);
        }
        state.tasks[task as usize].scopes[position as usize].leaving = true;
        Ok(cancel_all(state, &children))
    }

    /// A task of the scope has failed: the others are cancelled, and the scope's body is to stop.
    pub(super) fn child_failed(self, state: &mut State, (owner, position): (u32, u32), by: u32) {
        let scopes = &mut state.tasks[owner as usize].scopes;
        let Some(open) = scopes.get_mut(position as usize) else { return };
        if open.supervised || open.leaving || open.failed {
            return;
        }
        open.failed = true;
        let children = state.children(owner, Some(position));
        end_late(state, by, &[owner]);
        end_late(state, by, &children);
        cancel_all(state, &children);
    }
}

/// Cancels the tasks: whether any of them was not cancelled before.
pub(super) fn cancel_all(state: &mut State, tasks: &[u32]) -> Progress {
    let mut progress = Progress::Waits;
    for task in tasks {
        if cancel_task(&mut state.tasks[*task as usize]) {
            progress = Progress::Moved;
        }
    }
    progress
}

/// Marks a task as cancelled: whether that is new.
pub(super) fn cancel_task(task: &mut Task) -> bool {
    let is_new = !task.cancelled && !matches!(task.mode, Mode::Done(_));
    task.cancelled |= is_new;
    is_new
}
