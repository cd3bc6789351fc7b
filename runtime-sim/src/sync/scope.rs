//! Scopes: who waits for whom, and what a failure of a child does to the rest.

use std::collections::VecDeque;
use std::sync::Arc;

use super::children::Children;
use super::parallel::Parallel;
use crate::failure::{Beside, Failure, FailureKind, Fallible, fail};
use crate::machine::Machine;
use crate::task::{State, TaskResult, Wait, Woken};
use crate::time::TimerKey;
use crate::trace::Arrow;
use crate::value::{ScopeRef, TaskId};

/// An open scope.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    pub(crate) owner: TaskId,
    /// The children that have not ended, in the order of their spawns.
    pub(crate) children: Children,
    pub(crate) spawned: u32,
    pub(crate) supervised: bool,
    pub(crate) limit: Option<i64>,
    /// Tasks whose spawn waits for a child to end.
    pub(crate) spawners: VecDeque<TaskId>,
    /// How many places are kept for tasks that have waited for one.
    pub(crate) promised: usize,
    pub(crate) timer: Option<TimerKey>,
    pub(crate) timed_out: bool,
    /// The first failure of a child or of the body, and what failed beside it.
    pub(crate) failure: Option<Arc<Failure>>,
    pub(crate) beside: Beside,
    /// Whether the body's own failure has been noted.
    pub(crate) body_failed: bool,
    /// It is being left early: its children were cancelled by its own body.
    pub(crate) leaving: bool,
    pub(crate) parallel: Option<Box<Parallel>>,
}

impl Scope {
    pub(crate) fn new(owner: TaskId) -> Self {
        Self {
            owner,
            children: Children::default(),
            spawned: 0,
            supervised: false,
            limit: None,
            spawners: VecDeque::new(),
            promised: 0,
            timer: None,
            timed_out: false,
            failure: None,
            beside: Beside::default(),
            body_failed: false,
            leaving: false,
            parallel: None,
        }
    }

    /// Whether its body is to stop at its next suspension point.
    pub(crate) fn interrupts_body(&self) -> bool {
        self.timed_out || self.failure.is_some()
    }

    /// Its failure, with what failed beside it.
    pub(crate) fn whole_failure(&self) -> Option<Arc<Failure>> {
        let failure = self.failure.clone()?;
        if self.beside.is_empty() {
            return Some(failure);
        }
        let mut whole = (*failure).clone();
        whole.beside.add_all(&self.beside);
        Some(Arc::new(whole))
    }

    /// Takes note of a failure; whether it is the first.
    fn add_failure(&mut self, failure: Arc<Failure>) -> bool {
        let is_first = self.failure.is_none();
        match is_first {
            true => self.failure = Some(failure),
            false => self.beside.add(failure),
        }
        is_first
    }

    /// The same for its body's own, however often that is unwound on its way through.
    pub(crate) fn add_failure_of_body(&mut self, failure: &Arc<Failure>) {
        if !std::mem::replace(&mut self.body_failed, true) {
            self.add_failure(failure.clone());
        }
    }

    /// Whether another child may start now.
    pub(crate) fn has_place(&self) -> bool {
        let taken = self.children.len() + self.promised;
        self.limit.is_none_or(|limit| (taken as i64) < limit)
    }
}

/// The machine's scopes; a reference knows whether its scope is still the one it meant.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scopes {
    cells: Vec<(u32, Option<Scope>)>,
    free: Vec<u32>,
}

impl Scopes {
    pub(crate) fn open(&mut self, scope: Scope) -> ScopeRef {
        let index = self.free.pop().unwrap_or_else(|| {
            self.cells.push((0, None));
            self.cells.len() as u32 - 1
        });
        let cell = &mut self.cells[index as usize];
        cell.1 = Some(scope);
        ScopeRef { index, generation: cell.0 }
    }

    pub(crate) fn close(&mut self, of: ScopeRef) -> Option<Scope> {
        let cell = self.cells.get_mut(of.index as usize)?;
        if cell.0 != of.generation {
            return None;
        }
        let scope = cell.1.take()?;
        cell.0 = cell.0.wrapping_add(1);
        self.free.push(of.index);
        Some(scope)
    }

    pub(crate) fn get(&self, of: ScopeRef) -> Option<&Scope> {
        let (generation, scope) = self.cells.get(of.index as usize)?;
        scope.as_ref().filter(|_| *generation == of.generation)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Scope> {
        self.cells.iter().filter_map(|(_, scope)| scope.as_ref())
    }

    pub(crate) fn get_mut(&mut self, of: ScopeRef) -> Option<&mut Scope> {
        let (generation, scope) = self.cells.get_mut(of.index as usize)?;
        scope.as_mut().filter(|_| *generation == of.generation)
    }
}

impl Machine {
    pub(crate) fn scope(&mut self, of: ScopeRef) -> Fallible<&mut Scope> {
        match self.scopes.get_mut(of) {
            Some(scope) => Ok(scope),
            None => {
                fail(FailureKind::Error, "the scope has ended: a task can no longer start in it")
            }
        }
    }

    /// Whether no child of the scope is left; else its owner is to wait.
    pub(crate) fn scope_is_quiet(&self, of: ScopeRef) -> bool {
        self.scopes.get(of).is_none_or(|scope| scope.children.is_empty())
    }

    pub(crate) fn close_scope(&mut self, of: ScopeRef) -> Option<Scope> {
        let scope = self.scopes.close(of)?;
        if let Some(timer) = scope.timer {
            self.timers.cancel(timer);
        }
        if let Some(races) = &mut self.races {
            races.scope_ended(of, scope.owner);
        }
        if let Some(owner) = self.tasks.find_mut(scope.owner.0) {
            owner.open_scopes.retain(|open| *open != of);
        }
        Some(scope)
    }

    /// A child of the scope has ended.
    pub(crate) fn child_ended(
        &mut self,
        of: ScopeRef,
        key: u32,
        child: TaskId,
        result: &TaskResult,
    ) {
        let Some(scope) = self.scopes.get_mut(of) else { return };
        scope.children.remove(key);
        if scope.parallel.is_some() {
            self.chunk_ended(of, key, result);
        } else if let TaskResult::Failed(failure) = result {
            self.child_failed(of, child, failure.clone());
        }
        let Some(scope) = self.scopes.get_mut(of) else { return };
        let owner = scope.owner;
        let is_quiet = scope.children.is_empty();
        self.promise_place(of);
        if is_quiet && self.waits_for_end(owner, of) {
            self.trace_woken(owner, Arrow::Join, self.here);
            self.wake(owner, Woken::Retry);
        }
    }

    /// A free place under the scope's limit is kept for the first task that waits for one.
    fn promise_place(&mut self, of: ScopeRef) {
        let Some(scope) = self.scopes.get_mut(of).filter(|scope| scope.has_place()) else { return };
        let Some(next) = scope.spawners.pop_front() else { return };
        scope.promised += 1;
        self.tasks.get_mut(next.0).promised = Some(of);
        self.wake(next, Woken::Retry);
    }

    /// The place that is kept for the task, if one is, is free again: it has used it.
    pub(crate) fn take_place(&mut self, task: TaskId) -> Option<ScopeRef> {
        let of = self.tasks.get_mut(task.0).promised.take()?;
        self.scopes.get_mut(of)?.promised -= 1;
        Some(of)
    }

    /// The same for a task that gives its spawn up: the place is the next one's.
    pub(crate) fn pass_place_on(&mut self, task: TaskId) {
        if let Some(of) = self.take_place(task) {
            self.promise_place(of);
        }
    }

    fn waits_for_end(&self, owner: TaskId, of: ScopeRef) -> bool {
        let state = self.tasks.find(owner.0).map(|owner| &owner.state);
        matches!(state, Some(State::Waiting(Wait::ScopeEnd(waited))) if *waited == of)
    }

    fn child_failed(&mut self, of: ScopeRef, child: TaskId, failure: Arc<Failure>) {
        let Some(scope) = self.scopes.get_mut(of) else { return };
        if scope.supervised {
            self.unread.note(child, failure);
        } else if scope.leaving && scope.failure.is_none() {
            self.warn_of(&failure, "a task failed while it was being cancelled");
        } else if scope.add_failure(failure) {
            self.stop_scope(of);
        }
    }
}
