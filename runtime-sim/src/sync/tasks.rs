//! Starting tasks, their end, and reading their results.

use std::sync::Arc;

use crate::bounds::{FAILURES_MAX, TASKS_MAX};
use crate::failure::{Failure, FailureKind, Fallible, fail};
use crate::machine::Machine;
use crate::program::{CodeId, Program};
use crate::task::{Fiber, State, Task, TaskResult, Woken};
use crate::trace::Arrow;
use crate::value::{ScopeRef, TaskId, Value, push_int};
use crate::vm::lost;

impl Machine {
    /// A new task in a scope (or detached, in none), ready to run `code` on `args`. What its parent runs is in `fiber`.
    pub(crate) fn start_task(
        &mut self,
        program: &Program,
        (parent, fiber): (TaskId, &Fiber),
        scope: Option<ScopeRef>,
        code: CodeId,
        args: Vec<Value>,
    ) -> Fallible<TaskId> {
        let id = self.new_child(parent, scope)?;
        let place = fiber.sites().find_map(|(frame, at)| program.place_index(frame.code, at));
        let begun_at = place.unwrap_or_else(|| self.tasks.get(parent.0).begun_at);
        let task = self.tasks.get_mut(id.0);
        task.begun_at = begun_at;
        if let Some(trace) = &mut self.trace {
            trace.start(self.here, &task.path, &program.code(code).name);
        }
        task.fiber.enter(program.code(code), code, args);
        self.begin_child(parent, id);
        Ok(id)
    }

    /// A child that has nothing to run yet, in a scope that is open, or in none. It is made where it stays: to move
    /// all that a task has from hand to hand was a tenth of starting one.
    pub(crate) fn new_child(
        &mut self,
        parent: TaskId,
        scope: Option<ScopeRef>,
    ) -> Fallible<TaskId> {
        if self.tasks.live() >= TASKS_MAX {
            return fail(FailureKind::Memory, format!("more than {TASKS_MAX} tasks are alive"));
        }
        let scope_key = match scope {
            Some(of) => {
                let scope = self.scope(of)?;
                scope.spawned += 1;
                scope.spawned
            }
            None => 0,
        };
        let parent = self.tasks.get_mut(parent.0);
        parent.children += 1;
        let path = child_path(&parent.path, parent.children);
        let locals = parent.locals.clone();
        let is_detached = scope.is_none();
        let id =
            self.tasks.insert(Task { locals, scope, scope_key, is_detached, ..Task::new(path) });
        Ok(TaskId(id))
    }

    /// The child is ready to run what it has been given.
    pub(crate) fn begin_child(&mut self, parent: TaskId, id: TaskId) {
        let task = self.tasks.get(id.0);
        let (scope, key, is_detached) = (task.scope, task.scope_key, task.is_detached);
        if let Some(races) = &mut self.races {
            races.started(parent, id, task.path.clone());
        }
        let scope = scope.and_then(|of| self.scopes.get_mut(of));
        self.detached += usize::from(is_detached);
        let stops_at_once = scope.is_some_and(|scope| {
            scope.children.push(key, id);
            scope.interrupts_body() || scope.leaving
        });
        self.started += 1;
        self.make_ready(id);
        if stops_at_once {
            self.cancel(id);
        }
    }

    /// The task is over: those who wait for it hear of it.
    pub(crate) fn end_task(&mut self, id: TaskId, result: TaskResult) {
        self.trace_end(id, &result);
        self.memory.task_ended();
        let task = self.tasks.get_mut(id.0);
        let joiners = std::mem::take(&mut task.joiners);
        let (scope, key, is_detached) = (task.scope, task.scope_key, task.is_detached);
        task.fiber.clear();
        task.locals = None;
        task.state = State::Done(result.clone());
        self.party_ended(id, &result);
        if let Some(races) = &mut self.races {
            races.ended(id, scope);
        }
        if is_detached {
            self.detached -= 1;
            self.detached_ended(&result);
        }
        if let TaskResult::Failed(failure) = &result {
            self.note_failure(failure);
        }
        if let Some(scope) = scope {
            self.child_ended(scope, key, id, &result);
        }
        for joiner in joiners {
            self.trace_woken(joiner, Arrow::Join, self.here);
            self.wake(joiner, Woken::Retry);
        }
    }

    /// For the report, as long as there are few.
    pub(crate) fn note_failure(&mut self, failure: &Arc<Failure>) {
        if self.failures.len() < FAILURES_MAX {
            self.failures.push(failure.clone());
        }
    }

    fn detached_ended(&mut self, result: &TaskResult) {
        if let TaskResult::Failed(failure) = result {
            self.notices += &failure.report().replacen("failed", "a detached task failed", 1);
            self.detached_failure.get_or_insert_with(|| failure.clone());
        }
    }

    /// The value of a task that has ended; none while it has not, and then `joiner` will be woken.
    pub(crate) fn join(&mut self, task: TaskId, joiner: TaskId) -> Fallible<Option<Value>> {
        match self.result_of(task, joiner) {
            None => Ok(None),
            Some(TaskResult::Value(value)) => Ok(Some(value)),
            Some(TaskResult::Failed(failure)) => Err(Box::new((*failure).clone())),
            Some(TaskResult::Cancelled) => lost(),
        }
    }

    /// What `outcome()` gives.
    pub(crate) fn task_outcome(&mut self, task: TaskId, joiner: TaskId) -> Option<Value> {
        Some(match self.result_of(task, joiner)? {
            TaskResult::Value(value) => Value::ok(value),
            TaskResult::Failed(failure) => Value::err(Value::Failure(failure)),
            TaskResult::Cancelled => {
                let mut failure = Failure::new(FailureKind::Cancelled, "the task was cancelled");
                failure.task = self.tasks.get(task.0).path.to_string();
                Value::err(Value::Failure(Arc::from(failure)))
            }
        })
    }

    fn result_of(&mut self, task: TaskId, joiner: TaskId) -> Option<TaskResult> {
        self.unread.was_read(task);
        let of = self.tasks.get_mut(task.0);
        match &of.state {
            State::Done(result) => {
                if let Some(races) = &mut self.races {
                    races.joined(joiner, task);
                    if let TaskResult::Value(value) = result {
                        races.got(&self.heap, value, joiner);
                    }
                }
                Some(result.clone())
            }
            _ => {
                of.joiners.push_back(joiner);
                None
            }
        }
    }

    pub(crate) fn is_done(&self, task: TaskId) -> bool {
        self.tasks.get(task.0).is_done()
    }

    /// The plain result that a name has after its scope; a cancelled task's fails when it is read.
    pub(crate) fn settled(&self, task: TaskId) -> Value {
        match &self.tasks.get(task.0).state {
            State::Done(TaskResult::Value(value)) => value.clone(),
            _ => Value::Lost,
        }
    }
}

/// The path of a child by its number. Written by hand, since to format it was a tenth of starting a task.
fn child_path(parent: &str, number: u32) -> Arc<str> {
    const DIGITS_MAX: usize = 10;
    let mut path = String::with_capacity(parent.len() + 1 + DIGITS_MAX);
    path.push_str(parent);
    path.push('/');
    push_int(&mut path, i64::from(number));
    Arc::from(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_is_named_by_its_parent_and_its_number() {
        for number in [0, 1, 9, 10, 99, 100, 1_000_000, u32::MAX] {
            assert_eq!(*child_path("main/7", number), format!("main/7/{number}"));
        }
    }
}
