//! Whether a task that waits for itself does so for ever, or a failure beside it ends its scope first.
//!
//! A lock taken twice is a mistake as soon as it is reached, while the others have yet to come to rest. Where
//! one of them fails in any order, that ends the wait, and the failure is what goes wrong.

use rustc_hash::FxHashSet;

use super::Explorer;
use crate::skeleton::misuse::{Misuse, MisuseKind};
use crate::skeleton::state::{Mode, State, Task};
use crate::skeleton::step::{Step, Stop};

/// No look goes through more states; a wait that is not known to end then lasts.
const LOOKED_AT_MAX: usize = 400;

/// What a look has gone through.
struct Look {
    /// The task that waits.
    waiting: u32,
    /// The states on the way to the present one.
    way: FxHashSet<State>,
    /// Those from which every way ends in a failure.
    failing: FxHashSet<State>,
    left: usize,
}

impl Explorer<'_> {
    /// Whether the others may come to rest, or go round for ever, and none of them fails.
    pub(super) fn lasts(&self, state: &State, misuse: &Misuse) -> bool {
        if misuse.kind != MisuseKind::DoubleLock {
            return true;
        }
        let mut tasks = state.tasks.iter();
        let is_it = |task: &Task| task.label.path == misuse.task.path;
        let Some(waiting) = tasks.position(|task| is_it(task)) else { return true };
        let mut look = Look {
            waiting: waiting as u32,
            way: FxHashSet::default(),
            failing: FxHashSet::default(),
            left: LOOKED_AT_MAX,
        };
        let mut state = state.clone();
        state.misuse = None;
        self.goes_on(state, &mut look)
    }

    fn goes_on(&self, state: State, look: &mut Look) -> bool {
        let waiting = &state.tasks[look.waiting as usize];
        let is_stopped = waiting.mode != Mode::Running || waiting.cancelled;
        if is_stopped || look.failing.contains(&state) {
            return false;
        }
        if look.left == 0 || look.way.contains(&state) {
            return true;
        }
        look.left -= 1;
        let mut steps = self.machine.steps(&state);
        steps.retain(|step| step.task != look.waiting);
        if steps.is_empty() {
            return true;
        }
        look.way.insert(state.clone());
        let goes_on = steps.into_iter().any(|step| self.step_goes_on(step, look));
        look.way.remove(&state);
        if !goes_on {
            look.failing.insert(state);
        }
        goes_on
    }

    fn step_goes_on(&self, step: Step, look: &mut Look) -> bool {
        let mut outcomes = step.outcomes.into_iter();
        outcomes.any(|outcome| match self.settled(outcome) {
            Ok((state, _)) if state.misuse.as_ref().is_some_and(Misuse::fails) => false,
            Ok((state, _)) => self.goes_on(state, look),
            Err(stop) => stop != Stop::Failed,
        })
    }
}
