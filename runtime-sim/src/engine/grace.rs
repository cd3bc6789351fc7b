//! Detached tasks after main: they have a while to end by themselves; then those that could still go on are
//! cancelled, and have a while for what they defer.
//!
//! Invariant: who waits for ever is left where it waits, so that this can be said.

use rustc_hash::FxHashSet;

use crate::bounds::{DETACH_UNWIND_MAX_NS, TASKS_SHOWN_MAX};
use crate::engine::Doors;
use crate::engine::stuck::live_tasks;
use crate::machine::Machine;
use crate::outcome::Outcome;
use crate::program::Program;
use crate::task::Task;
use crate::value::TaskId;

/// What is left of a run whose main has ended.
#[derive(Clone, Debug)]
pub(crate) struct Grace {
    /// Until when detached tasks may go on, and then unwind.
    ends: u64,
    /// The tasks that wait for ever, in the order of their ids, once the others were cancelled.
    pub(crate) leaks: Option<Vec<TaskId>>,
}

impl Machine {
    /// How the run ends, unless detached tasks still have something to do and time for it; main has ended.
    pub(super) fn end_of_detached(
        &mut self,
        program: &Program,
        doors: &mut Doors<'_>,
    ) -> Option<Outcome> {
        if self.detached == 0 {
            return Some(Outcome::Ok);
        }
        let ends = self.grace_end();
        if self.next_time().is_some_and(|time| time <= ends) {
            return None;
        }
        self.here.time = self.here.time.max(ends);
        if self.grace().leaks.is_some() {
            self.note_unwinding();
            return Some(self.outcome_of_leaks());
        }
        let unwinds = self.cancel_detached(program, doors);
        (!unwinds).then(|| self.outcome_of_leaks())
    }

    /// When the time of detached tasks is over.
    pub(super) fn grace_end(&mut self) -> u64 {
        self.grace().ends
    }

    fn grace(&mut self) -> &mut Grace {
        let length = if self.is_interrupted() { 0 } else { self.options.detach_grace_ns };
        let ends = self.here.time.saturating_add(length);
        self.grace.get_or_insert(Grace { ends, leaks: None })
    }

    /// Detached tasks that go on after main have no more time for that.
    pub(super) fn end_grace(&mut self) {
        if let Some(grace) = self.grace.as_mut().filter(|grace| grace.leaks.is_none()) {
            grace.ends = grace.ends.min(self.here.time);
        }
    }

    fn outcome_of_leaks(&self) -> Outcome {
        let leaks = self.grace.as_ref().and_then(|grace| grace.leaks.as_ref());
        if leaks.is_some_and(|leaks| !leaks.is_empty()) { Outcome::Leak } else { Outcome::Ok }
    }

    /// Cancels whoever can go on; whether there is somebody. The children of a task are its own to cancel.
    fn cancel_detached(&mut self, program: &Program, doors: &mut Doors<'_>) -> bool {
        let live = match self.next_time().is_some() || self.calls.misses_answers() {
            true => live_tasks(self, program).live,
            false => FxHashSet::default(),
        };
        let alive = self.tasks.iter().filter(|(_, task)| !task.is_done());
        let alive = alive.map(|(id, task)| (TaskId(id), task));
        let (going, stuck): (Vec<_>, Vec<_>) = alive.partition(|(id, _)| live.contains(id));
        let leaks = stuck.into_iter().map(|(id, _)| id).collect();
        let owner = |task: &Task| Some(self.scopes.get(task.scope?)?.owner);
        let is_outermost = |task: &Task| owner(task).is_none_or(|owner| !live.contains(&owner));
        let outermost = going.into_iter().filter(|(_, task)| is_outermost(task));
        let outermost: Vec<TaskId> = outermost.map(|(id, _)| id).collect();
        self.note_detached(&outermost, "was still going on when its time after main was over");
        outermost.iter().for_each(|task| self.cancel(*task));
        self.wake_processors(doors);
        let ends = self.here.time.saturating_add(DETACH_UNWIND_MAX_NS);
        self.grace = Some(Grace { ends, leaks: Some(leaks) });
        !outermost.is_empty()
    }

    /// Those that were cancelled and have not ended, although they had time for it.
    fn note_unwinding(&mut self) {
        let unwinding = self.tasks.iter().filter(|(_, task)| task.cancelled && !task.is_done());
        let unwinding: Vec<TaskId> = unwinding.map(|(id, _)| TaskId(id)).collect();
        self.note_detached(
            &unwinding,
            "was cancelled then and did not come to its end in time either",
        );
    }

    fn note_detached(&mut self, tasks: &[TaskId], what: &str) {
        for task in tasks.iter().take(TASKS_SHOWN_MAX) {
            let task = self.tasks.get(task.0);
            let noun = if task.is_detached { "detached task" } else { "task" };
            self.notices += &format!("note: the {noun} {} {what}\n", task.path);
        }
        if let more @ 1.. = tasks.len().saturating_sub(TASKS_SHOWN_MAX) {
            self.notices += &format!("note: … and {more} more tasks\n");
        }
    }
}
