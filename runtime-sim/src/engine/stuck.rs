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
//! Invariant: looking changes nothing that tasks can see, and is done only after as many events as there are
//! tasks to look at, or after many steps for each task and value.

mod crosswise;
mod live;

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::bounds::{STUCK_CHECK_EVENTS, STUCK_CHECK_STEPS, STUCK_CHECK_STEPS_EACH};
use crate::machine::Machine;
use crate::outcome::{Blocked, Outcome};
use crate::program::Program;
use crate::task::State;
use crate::value::TaskId;

pub(super) use live::{Looked, live_tasks};

/// When was last looked for stuck tasks, and what was said of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct StuckCheck {
    /// At which event, and after how many steps.
    looked_at: u64,
    looked_after: u64,
    /// How many values were looked at.
    values: u64,
    /// Whether a task has begun to wait since, or has ended.
    pub(super) is_due: bool,
    /// The tasks that were spoken of, by their paths.
    named: FxHashSet<Arc<str>>,
    /// The tasks that ended the run.
    pub(crate) tasks: Vec<TaskId>,
    /// Those that wait in circles for locks, as they were warned of.
    pub(crate) crosswise: Vec<Blocked>,
}

impl Machine {
    /// Looks for stuck tasks when it is time to. A main that is stuck ends the run; of others it is
    /// said once.
    pub(super) fn look_for_stuck(&mut self, program: &Program) -> Option<Outcome> {
        if !self.is_time_to_look() {
            return None;
        }
        let of = &mut self.stuck;
        (of.looked_at, of.looked_after, of.is_due) = (self.events, self.steps, false);
        let waiting = self.tasks.iter().filter(|(_, task)| matches!(task.state, State::Waiting(_)));
        let waiting: Vec<TaskId> = waiting.map(|(id, _)| TaskId(id)).collect();
        if waiting.is_empty() {
            of.values = 0;
            return None;
        }
        let Looked { live, values } = live_tasks(self, program);
        self.stuck.values = values;
        let stuck: Vec<TaskId> = waiting.into_iter().filter(|id| !live.contains(id)).collect();
        if stuck.contains(&self.main) {
            self.stuck.tasks = stuck;
            return Some(Outcome::Deadlock);
        }
        self.warn_of_stuck(program, &stuck);
        self.warn_of_crosswise(program);
        None
    }

    /// When nobody can run and a timer would be next, or after very many events; in both cases only
    /// after as many events as there are tasks to look at, and if somebody has begun to wait since or has ended.
    /// Of who computes there are few events: there the steps count, against what there was to look at last time,
    /// whether or not somebody began to wait: who computes may let go of the last thing by which others were
    /// to be woken.
    pub(super) fn is_time_to_look(&self) -> bool {
        let events = self.events - self.stuck.looked_at;
        let tasks = self.tasks.live() as u64;
        let after_events = events >= STUCK_CHECK_EVENTS + 4 * tasks
            || events >= tasks && self.lanes.earliest().is_none();
        let steps_min = STUCK_CHECK_STEPS + STUCK_CHECK_STEPS_EACH * (tasks + self.stuck.values);
        self.stuck.is_due && after_events || self.steps - self.stuck.looked_after >= steps_min
    }

    /// Those of the tasks that were not spoken of before.
    fn not_named(&mut self, of: &[TaskId]) -> Vec<TaskId> {
        let (tasks, named) = (&self.tasks, &mut self.stuck.named);
        let is_new = |id: &TaskId| named.insert(tasks.get(id.0).path.clone());
        of.iter().copied().filter(is_new).collect()
    }

    fn warn_of_stuck(&mut self, program: &Program, stuck: &[TaskId]) {
        let new = self.not_named(stuck);
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
