//! Scopes: entering and leaving them, and the unwinding of a task that ends early.

use super::local::Moved;
use super::locks::release_blocks;
use super::{Machine, Progress, Stop};
use crate::mir::{Const, Local, ScopeId, ScopeRef};
use crate::skeleton::graph::{Kind, NodeId};
use crate::skeleton::state::value::{Known, Value};
use crate::skeleton::state::{Frame, Mode, OpenScope, State, Task};

impl Machine<'_> {
    pub(super) fn enter(
        self,
        state: &mut State,
        task: u32,
        next: &[NodeId],
        (scope, handle): (ScopeId, Option<Local>),
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
        of.scopes.push(OpenScope { scope, frames, on_timeout: next.get(1).copied(), limit });
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

    pub(super) fn leave(
        self,
        state: &mut State,
        task: u32,
        scope: u32,
        next: Option<NodeId>,
    ) -> Moved {
        let children = state.children(task, Some(scope));
        if children.is_empty() {
            state.tasks[task as usize].scopes.truncate(scope as usize);
            return self.go_on(state, task, next);
        }
        Ok(cancel_all(state, &children))
    }

    /// One step of a task that ends early: its scopes first, then what it deferred.
    pub(super) fn unwind(self, state: &mut State, task: u32) -> Moved {
        let of = &state.tasks[task as usize];
        let landing = match of.mode {
            Mode::Unwinding(landing) => landing,
            _ => None,
        };
        let first = landing.map_or(0, |landing| landing.scope);
        let children: Vec<u32> = (first..of.scopes.len() as u32)
            .flat_map(|scope| state.children(task, Some(scope)))
            .collect();
        if !children.is_empty() {
            return Ok(cancel_all(state, &children));
        }
        let of = &mut state.tasks[task as usize];
        of.scopes.truncate(first as usize);
        let depth = of.frames.len() as u32;
        release_blocks(state, task, landing.map_or(0, |landing| landing.frames), first);
        let of = &mut state.tasks[task as usize];
        if let Some(landing) = landing.filter(|landing| landing.frames == depth) {
            of.mode = Mode::Running;
            return self.go_on(state, task, Some(landing.node));
        }
        let Some(frame) = of.frames.last_mut() else {
            return Ok(self.end_task(state, task, None));
        };
        match frame.deferred.pop() {
            Some((routine, args)) => {
                let mut frame = Frame::new(self.skeleton, routine, &args);
                frame.masked = true;
                of.frames.push(frame);
            }
            None => {
                of.frames.pop();
            }
        }
        Ok(Progress::Moved)
    }
}

fn cancel_all(state: &mut State, tasks: &[u32]) -> Progress {
    let mut progress = Progress::Waits;
    for task in tasks {
        if cancel_task(&mut state.tasks[*task as usize]) {
            progress = Progress::Moved;
        }
    }
    progress
}

/// Marks a running task as cancelled: whether it was running.
pub(super) fn cancel_task(task: &mut Task) -> bool {
    let runs = task.mode == Mode::Running;
    if runs {
        task.mode = Mode::Cancelled;
    }
    runs
}
