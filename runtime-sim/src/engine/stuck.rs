//! Tasks that wait for ever although others run: a partial deadlock, found by what can reach what.
//!
//! A task *can go on* if it runs, is ready or has a timer; if something that it waits for is reached
//! from a task that can go on; or if one that can go on may cancel it, by its handle, by leaving a scope
//! early or by a failure. The others are stuck: what they wait for is known to nobody but them.
//!
//! ```text
//! live tasks ─reach▶ channels, locks, handles ─wake▶ more live tasks …   until nothing is added
//! ```
//!
//! Invariant: looking changes nothing that tasks can see, and costs as much as the events since the
//! last look, so that a run takes at most twice as long for it.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::bounds::STUCK_CHECK_EVENTS;
use crate::heap::Marks;
use crate::machine::{Global, Machine};
use crate::outcome::Outcome;
use crate::program::Program;
use crate::sync::Sync;
use crate::task::{State, Task, TaskResult, Wait};
use crate::value::{ScopeRef, SyncId, TaskId};

/// When was last looked for stuck tasks, and what was said of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct StuckCheck {
    /// At which event.
    looked_at: u64,
    /// Whether a task has begun to wait since.
    pub(super) is_due: bool,
    /// The tasks that were spoken of, by their paths.
    named: FxHashSet<Arc<str>>,
    /// The tasks that ended the run.
    pub(crate) tasks: Vec<TaskId>,
}

impl Machine {
    /// Looks for stuck tasks when it is time to. A main that is stuck ends the run; of others it is
    /// said once.
    pub(super) fn look_for_stuck(&mut self, program: &Program) -> Option<Outcome> {
        if !self.is_time_to_look() {
            return None;
        }
        (self.stuck.looked_at, self.stuck.is_due) = (self.events, false);
        let live = Live::find(self, program);
        let is_stuck = |id: &TaskId| !live.tasks.contains(id);
        let waiting = self.tasks.iter().filter(|(_, task)| matches!(task.state, State::Waiting(_)));
        let stuck: Vec<TaskId> = waiting.map(|(id, _)| TaskId(id)).filter(is_stuck).collect();
        if stuck.contains(&self.main) {
            self.stuck.tasks = stuck;
            return Some(Outcome::Deadlock);
        }
        self.warn_of_stuck(program, &stuck);
        None
    }

    /// When nobody can run and a timer would be next, or after very many events; in both cases only
    /// after as many events as there are tasks to look at.
    pub(super) fn is_time_to_look(&self) -> bool {
        let events = self.events - self.stuck.looked_at;
        let tasks = self.tasks.live() as u64;
        let is_idle = self.lanes.earliest().is_none();
        self.stuck.is_due
            && (is_idle && events >= tasks || events >= STUCK_CHECK_EVENTS + 4 * tasks)
    }

    fn warn_of_stuck(&mut self, program: &Program, stuck: &[TaskId]) {
        let (tasks, named) = (&self.tasks, &mut self.stuck.named);
        let is_new = |id: &TaskId| named.insert(tasks.get(id.0).path.clone());
        let new: Vec<TaskId> = stuck.iter().copied().filter(is_new).collect();
        let (blocked, more) = self.blocked(program, Some(&new));
        for task in blocked {
            self.notices += &format!("warning: {task}, and nothing that still runs can wake it\n");
        }
        if more > 0 {
            self.notices += &format!(
                "warning: {more} more tasks wait, and nothing that still runs can wake them\n"
            );
        }
    }
}

/// The tasks that can go on.
pub(super) struct Live {
    pub(super) tasks: FxHashSet<TaskId>,
    /// Those of them that may fail.
    failing: FxHashSet<TaskId>,
    marks: Marks,
}

impl Live {
    pub(super) fn find(machine: &Machine, program: &Program) -> Self {
        let mut live = Self {
            tasks: FxHashSet::default(),
            failing: FxHashSet::default(),
            marks: Marks::default(),
        };
        for global in &machine.globals {
            if let Global::Ready(value) = global {
                live.marks.add(value);
            }
        }
        let mut waiting: Vec<(TaskId, &Task, &Wait)> = Vec::new();
        for (id, task) in machine.tasks.iter() {
            match &task.state {
                State::Waiting(wait) => waiting.push((TaskId(id), task, wait)),
                State::Done(_) => {}
                State::Ready | State::Running => live.add(machine, TaskId(id), task),
            }
        }
        loop {
            live.walk(machine);
            live.find_failing(machine, program);
            let before = waiting.len();
            waiting.retain(|(id, task, wait)| {
                let goes_on = live.can_go_on(machine, *id, task, wait);
                if goes_on {
                    live.add(machine, *id, task);
                }
                !goes_on
            });
            if waiting.len() == before {
                return live;
            }
        }
    }

    fn add(&mut self, machine: &Machine, id: TaskId, task: &Task) {
        self.tasks.insert(id);
        machine.mark_task(&mut self.marks, task);
    }

    /// A task may fail by what it has open to run, or by a child.
    fn find_failing(&mut self, machine: &Machine, program: &Program) {
        loop {
            let fails = |id: &TaskId| {
                let Some(task) = machine.tasks.find(id.0) else { return false };
                let frames = &task.fiber.frames;
                task.chunk.is_some()
                    || frames.iter().any(|frame| program.code(frame.code).may_fail)
                    || task.open_scopes.iter().any(|scope| self.fails_in(machine, *scope, None))
            };
            let more: Vec<TaskId> = self.tasks.difference(&self.failing).copied().collect();
            let more: Vec<TaskId> = more.into_iter().filter(fails).collect();
            if more.is_empty() {
                return;
            }
            self.failing.extend(more);
        }
    }

    /// Whether a task of the scope, other than one, may fail and so end the scope.
    fn fails_in(&self, machine: &Machine, of: ScopeRef, except: Option<TaskId>) -> bool {
        machine.scopes.get(of).is_some_and(|scope| {
            let mut others = scope.children.values().filter(|child| Some(**child) != except);
            !scope.supervised && others.any(|child| self.failing.contains(child))
        })
    }

    /// Follows what was added. Of a task that ended, its result is reached by its handle.
    fn walk(&mut self, machine: &Machine) {
        loop {
            let reached = self.marks.walk(&machine.heap);
            if reached.is_empty() {
                return;
            }
            for task in reached.into_iter().filter_map(|id| machine.tasks.find(id.0)) {
                if let State::Done(TaskResult::Value(value)) = &task.state {
                    self.marks.add(value);
                }
            }
        }
    }

    fn can_go_on(&self, machine: &Machine, id: TaskId, task: &Task, wait: &Wait) -> bool {
        let has_timer = |scope: &ScopeRef| {
            machine.scopes.get(*scope).is_some_and(|scope| scope.timer.is_some())
        };
        // Whoever has its handle may cancel it.
        task.timer.is_some()
            || task.cancelled
            || self.marks.has_task(id)
            || task.open_scopes.iter().any(has_timer)
            || task.open_scopes.iter().any(|scope| self.fails_in(machine, *scope, None))
            || self.may_be_cancelled(machine, id, task)
            || self.may_be_served(machine, wait)
    }

    /// Whether a scope around it has a timer, another task that may fail, or a body that goes on and may
    /// leave it early.
    fn may_be_cancelled(&self, machine: &Machine, id: TaskId, task: &Task) -> bool {
        let (mut around, mut inside) = (task.scope, id);
        while let Some(of) = around {
            let Some(scope) = machine.scopes.get(of) else { return true };
            let Some(owner) = machine.tasks.find(scope.owner.0) else { return true };
            let waits_here =
                matches!(&owner.state, State::Waiting(Wait::ScopeEnd(waited)) if *waited == of);
            let leaves_early = self.tasks.contains(&scope.owner) && !waits_here;
            if scope.timer.is_some() || leaves_early || self.fails_in(machine, of, Some(inside)) {
                return true;
            }
            (around, inside) = (owner.scope, scope.owner);
        }
        false
    }

    fn may_be_served(&self, machine: &Machine, wait: &Wait) -> bool {
        let is_live = |task: &TaskId| self.tasks.contains(task);
        // Time sends to a ticker.
        let is_served = |sync: &SyncId| {
            let ticks = |of: &Sync| matches!(of, Sync::Channel(of) if of.ticker.is_some());
            self.marks.has_sync(*sync) || ticks(machine.heap.sync(*sync))
        };
        match wait {
            Wait::Receive(sync)
            | Wait::Send(sync)
            | Wait::Lock(sync, _)
            | Wait::Barrier(sync)
            | Wait::Signal(sync) => is_served(sync),
            Wait::Select(cases) => cases.iter().any(|(_, sync)| is_served(sync)),
            Wait::Join(task) => is_live(task) || machine.is_done(*task),
            Wait::ScopeEnd(scope) => match machine.scopes.get(*scope) {
                Some(scope) => scope.children.values().all(is_live),
                None => true,
            },
            Wait::Spawn(scope) => match machine.scopes.get(*scope) {
                // Who is promised a place can go on, and its child will end or not.
                Some(scope) => scope.promised > 0 || scope.children.values().any(is_live),
                None => true,
            },
            Wait::Outside(_) | Wait::Sleep => true,
        }
    }
}
