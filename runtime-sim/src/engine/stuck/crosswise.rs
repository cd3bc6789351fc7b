//! Tasks that wait in a circle for locks that they hold: nothing but a cancellation ends that.
//!
//! What it is not: the search for tasks that nothing can wake. One whose body goes on in the scope around them could leave
//! it and cancel them, so they are no deadlock; but no task means to wait like that. Invariant: where the time of a scope
//! runs over a task, it can go on: to wait for a lock for a while is no mistake.

use rustc_hash::FxHashMap;

use crate::machine::Machine;
use crate::program::Program;
use crate::task::{State, Task, Wait};
use crate::value::TaskId;

impl Machine {
    /// Says it once of each such task.
    pub(super) fn warn_of_crosswise(&mut self, program: &Program) {
        let crosswise = self.crosswise();
        let new = self.not_named(&crosswise);
        if new.is_empty() {
            return;
        }
        let (blocked, more) = self.blocked(program, Some(&new));
        for task in &blocked {
            self.notices += &format!("warning: {task}: only a cancellation ends this wait\n");
        }
        if more > 0 {
            self.notices += &format!("warning: {more} more tasks wait for locks like that\n");
        }
        self.stuck.crosswise.extend(blocked);
    }

    /// The tasks in such circles and those that wait for a lock of one, in the order of their ids.
    fn crosswise(&self) -> Vec<TaskId> {
        let mut holders: FxHashMap<TaskId, Vec<TaskId>> = FxHashMap::default();
        for (id, task) in self.tasks.iter() {
            if let State::Waiting(wait @ Wait::Lock(..)) = &task.state
                && !self.has_time(task)
            {
                holders.insert(TaskId(id), self.lock_holders(wait));
            }
        }
        // Whoever waits for none that stays can go on, and then who waits for that one.
        loop {
            let goes_on = |of: &Vec<TaskId>| !of.iter().any(|holder| holders.contains_key(holder));
            let going = holders.iter().filter(|(_, of)| goes_on(of)).map(|(id, _)| *id);
            let going: Vec<TaskId> = going.collect();
            if going.is_empty() {
                break;
            }
            going.iter().for_each(|id| drop(holders.remove(id)));
        }
        let mut crosswise: Vec<TaskId> = holders.into_keys().collect();
        crosswise.sort_unstable();
        crosswise
    }

    /// Whether the time of a scope will end what the task does.
    fn has_time(&self, task: &Task) -> bool {
        let mut next = Some(task);
        while let Some(task) = next {
            let around = task.open_scopes.iter().chain(&task.scope);
            let mut scopes = around.filter_map(|of| self.scopes.get(*of));
            if scopes.any(|scope| scope.timer.is_some()) {
                return true;
            }
            let owner = task.scope.and_then(|of| Some(self.scopes.get(of)?.owner));
            next = owner.and_then(|owner| self.tasks.find(owner.0));
        }
        false
    }
}
