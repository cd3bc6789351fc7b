//! Dropping what nothing reaches. The roots are the tasks that have not ended, the constants, and the tickers.

use super::{Global, Machine};
use crate::heap::Marks;
use crate::task::{Open, State, Task, TaskResult, Woken};
use crate::value::{ScopeRef, TaskId, Value};

impl Machine {
    /// Drops every object and ended task that nothing reaches. The running fibers are in place.
    pub(crate) fn collect(&mut self) {
        let mut marks = Marks::default();
        for (id, task) in self.tasks.iter() {
            if !task.is_done() {
                marks.add(&Value::Task(TaskId(id)));
            }
        }
        for global in &self.globals {
            if let Global::Ready(value) = global {
                marks.add(value);
            }
        }
        marks.add(&Value::Task(self.main));
        self.timers.tickers().for_each(|ticker| marks.add(&Value::Sync(ticker)));
        loop {
            let reached = marks.walk(&self.heap);
            if reached.is_empty() {
                break;
            }
            for id in reached {
                if let Some(task) = self.tasks.find(id.0) {
                    self.mark_task(&mut marks, task);
                }
            }
        }
        self.unread.sweep(&marks);
        self.rounds.sweep(&marks);
        self.tasks.retain(|id| marks.has_task(TaskId(id)));
        self.memory.collected(self.steps, marks.looked_at(), self.tasks.live() as u64);
        self.heap.sweep(&marks, self.tasks.live());
        if let Some(races) = &mut self.races {
            races.sweep(&marks);
        }
        if let Some(trace) = &mut self.trace {
            trace.sweep(&marks);
        }
    }

    /// What a task reaches.
    pub(crate) fn mark_task(&self, marks: &mut Marks, task: &Task) {
        marks.add_all(&task.fiber.stack);
        for extra in task.fiber.frames.iter().filter_map(|frame| frame.extra.as_ref()) {
            marks.add_all(extra.defers.iter().flat_map(|deferred| &deferred.args));
            for open in &extra.open {
                match open {
                    Open::TaskLocal { before: Some(locals) } => {
                        marks.add_all(locals.iter().map(|(_, value)| value));
                    }
                    Open::Parallel { scope } => self.mark_parallel(marks, *scope),
                    Open::Joining(joining) => {
                        marks.add_all(joining.rest.as_slice());
                        marks.add_all(&joining.results);
                    }
                    _ => {}
                }
            }
        }
        if let Some(locals) = &task.locals {
            marks.add_all(locals.iter().map(|(_, value)| value));
        }
        if let Some(Woken::Done(value) | Woken::Case(_, value)) = &task.woken {
            marks.add(value);
        }
        if let Some(chunk) = &task.chunk {
            marks.add_all(chunk.items.iter());
            marks.add_all(&chunk.results);
            marks.add_all(chunk.function.captures.iter());
        }
        if let State::Done(TaskResult::Value(value)) = &task.state {
            marks.add(value);
        }
    }

    /// What a parallel loop keeps for the task that waits for it.
    fn mark_parallel(&self, marks: &mut Marks, of: ScopeRef) {
        if let Some(parallel) = self.scopes.get(of).and_then(|scope| scope.parallel.as_ref()) {
            marks.add_all(parallel.results.iter().flatten());
            marks.add_all(&parallel.start);
            marks.add_all(parallel.function.captures.iter());
        }
    }
}
