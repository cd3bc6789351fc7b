//! What ends a task before its time: cancellation, a failure, a scope whose time is up.
//!
//! A task that is to stop goes on to its next suspension point and unwinds there. Most suspension points
//! that nobody else sees (a spawn, a join of what has ended) are passed at once, for it makes no difference
//! whether a task is stopped there or at the next one. Where it does, the node is *exposed*, and passing it
//! is a step like those that others can see.

use super::barrier::break_barrier;
use super::locks::leave_queues;
use super::unwind::ends_others_at_last;
use super::{Machine, Progress, Step, StepKind, is_suspension};
use crate::skeleton::graph::{Action, Node, SyncOp};
use crate::skeleton::state::value::Value;
use crate::skeleton::state::{Ended, Few, Frame, Mode, ObjectKind, Raise, State};

impl Machine<'_> {
    /// Why the task is to stop at the node that it stands at, if it is.
    pub(super) fn stops_at(self, state: &State, task: u32, node: &Node) -> Option<Raise> {
        let of = &state.tasks[task as usize];
        let frame = of.frames.last()?;
        if !self.suspends(state, task, node) || !is_suspension(frame, node) {
            return None;
        }
        if of.cancelled && !of.is_masked() {
            return Some(Raise::Cancel);
        }
        let (stopped, _) = of.scopes_in_reach().find(|(_, open)| open.stops_body())?;
        // A body that waits for the scope's tasks anyway only waits.
        let is_end_of_it = match &node.action {
            Action::End(scope) => self.scope(state, task, *scope) == Some(stopped),
            _ => false,
        };
        (!is_end_of_it).then_some(Raise::Stop(stopped))
    }

    /// Whether the way out of a scope waits: else it is no suspension point.
    fn suspends(self, state: &State, task: u32, node: &Node) -> bool {
        match &node.action {
            Action::Leave(scope) => self
                .scope(state, task, *scope)
                .is_some_and(|position| !state.children(task, Some(position)).is_empty()),
            _ => true,
        }
    }

    /// Stops the task where it stands, unless that may have come about in more than one way.
    pub(super) fn stop(self, state: &mut State, task: u32, raise: Raise) -> Progress {
        let of = &state.tasks[task as usize];
        let may_be_unbegun = of.cancelled && of.is_new && self.leaves_traces(state, task);
        if may_be_unbegun || self.barrier(state, task).is_some() {
            return Progress::Waits;
        }
        self.unwind_for(state, task, raise);
        Progress::Moved
    }

    fn unwind_for(self, state: &mut State, task: u32, raise: Raise) {
        leave_queues(state, task);
        state.tasks[task as usize].deferred = Few::default();
        state.tasks[task as usize].mode = Mode::Unwinding(raise);
    }

    /// The barrier that the task stands at, unless it is broken.
    fn barrier(self, state: &State, task: u32) -> Option<u32> {
        let Action::Sync { op: SyncOp::Meet, object, .. } = &self.node(state, task)?.action else {
            return None;
        };
        match self.operand(state, task, object) {
            Value::Object(object) => match state.objects[object as usize].kind {
                ObjectKind::Barrier { broken: false, .. } => Some(object),
                _ => None,
            },
            _ => None,
        }
    }

    /// What may have become of a task that is stopped, where that is not told: whether it had begun, and
    /// whether it waited at a barrier already.
    pub(super) fn struck(self, state: &State, task: u32) -> Option<Step> {
        let of = &state.tasks[task as usize];
        if of.cancelled && of.is_new && of.mode == Mode::Running {
            let mut never = state.clone();
            never.tasks[task as usize].mode = Mode::Done(Ended::Cancelled);
            never.tasks[task as usize].frames.clear();
            never.tasks[task as usize].scopes.clear();
            let mut begun = state.clone();
            begun.tasks[task as usize].is_new = false;
            return Some(either(task, [never, begun]));
        }
        if of.mode != Mode::Running {
            return None;
        }
        let raise = self.stops_at(state, task, self.node(state, task)?)?;
        let barrier = self.barrier(state, task)?;
        let mut before = state.clone();
        self.unwind_for(&mut before, task, raise);
        let mut broken = before.clone();
        break_barrier(&mut broken.objects[barrier as usize].kind);
        Some(either(task, [broken, before]))
    }

    /// The step by which a task passes a suspension point at which others see it stand, or ends others.
    pub(super) fn passing(self, state: &State, task: u32) -> Option<Step> {
        if ends_others_at_last(state, task) {
            return Some(self.end_others(state, task));
        }
        if !self.is_seen_passing(state, task) {
            return None;
        }
        let (mut state, mut log) = (state.clone(), Vec::new());
        state.tasks[task as usize].is_new = false;
        let outcome = match self.follow(&mut state, task, &mut log) {
            Ok(Progress::Moved) => Ok((state, log)),
            Ok(Progress::Waits) => return None,
            Err(stop) => Err(stop),
        };
        Some(Step { task, kind: StepKind::Happens, outcomes: vec![outcome] })
    }

    /// The step by which a task that unwinds ends others.
    fn end_others(self, state: &State, task: u32) -> Step {
        let mut state = state.clone();
        let outcome = match state.tasks[task as usize].mode {
            Mode::Unwinding(raise) => self.unwind(&mut state, task, raise),
            _ => Ok(Progress::Moved),
        };
        let outcome = outcome.map(|_| (state, Vec::new()));
        Step { task, kind: StepKind::Happens, outcomes: vec![outcome] }
    }

    /// Whether others see that the task goes on from where it stands, though it waits for nobody.
    pub(super) fn is_seen_passing(self, state: &State, task: u32) -> bool {
        self.is_at_exposed(state, task)
            || self.is_on_time(state, task)
            || self.ends_others(state, task)
            || self.sleeps_with_lock(state, task)
    }

    /// Whether the task is about to pass a suspension point at which the time of a scope of its own may still
    /// be up: those in the scope, who are not seen sleep and compute, may take longer than that.
    fn is_on_time(self, state: &State, task: u32) -> bool {
        let Some(node) = self.node(state, task) else { return false };
        let waits = match &node.action {
            Action::Pause | Action::End(_) => true,
            Action::Join { settles, .. } => !settles,
            _ => false,
        };
        waits && state.tasks[task as usize].scopes_in_reach().any(|(_, open)| open.is_timed())
    }

    /// Whether the task sleeps with a lock that another one may try to take meanwhile.
    fn sleeps_with_lock(self, state: &State, task: u32) -> bool {
        self.skeleton.tries
            && self.node(state, task).is_some_and(|node| node.action == Action::Pause)
            && state.holds_any_lock(task)
    }

    /// Whether it makes a difference if the task is stopped where it stands, though nobody sees it pass.
    fn is_at_exposed(self, state: &State, task: u32) -> bool {
        let of = &state.tasks[task as usize];
        let is_exposed = self.skeleton.ends.any
            && of.mode == Mode::Running
            && self.node(state, task).is_some_and(|node| node.is_exposed);
        is_exposed && self.may_be_stopped(state, task)
    }

    /// Whether what the task does next cancels tasks that go on until then.
    pub(super) fn ends_others(self, state: &State, task: u32) -> bool {
        let Some(node) = self.node(state, task) else { return false };
        let goes_on = |other: &u32| {
            let of = &state.tasks[*other as usize];
            !of.cancelled && !of.is_done()
        };
        match &node.action {
            Action::Cancel(of) => match self.operand(state, task, of) {
                Value::Task(of) => of != task && goes_on(&of),
                _ => false,
            },
            Action::Leave(scope) => self
                .scope(state, task, *scope)
                .is_some_and(|scope| state.children(task, Some(scope)).iter().any(goes_on)),
            _ => false,
        }
    }

    fn may_be_stopped(self, state: &State, task: u32) -> bool {
        let of = &state.tasks[task as usize];
        let by_own = of.scopes_in_reach().any(|(position, open)| {
            open.is_timed() || !open.supervised && self.may_fail_within(state, task, position)
        });
        by_own || of.parent.is_some() && !of.is_masked()
    }

    fn may_fail_within(self, state: &State, task: u32, scope: u32) -> bool {
        let fails = |frame: &Frame| self.skeleton.ends.may_fail(frame.routine);
        let children = state.children(task, Some(scope));
        children.iter().any(|child| state.tasks[*child as usize].frames.iter().any(fails))
    }

    /// Takes note of tasks of which it no longer matters whether they have begun.
    pub(super) fn forget_new(self, state: &mut State) {
        for task in 0..state.tasks.len() {
            if !state.tasks[task].is_new {
                continue;
            }
            let of = &state.tasks[task];
            let may_be_cancelled = self.skeleton.ends.any && of.parent.is_some();
            if !may_be_cancelled || of.is_done() || !self.leaves_traces(state, task as u32) {
                state.tasks[task].is_new = false;
            }
        }
    }

    /// Whether a task that is cancelled where it stands does what it would not if it had never begun.
    fn leaves_traces(self, state: &State, task: u32) -> bool {
        let of = &state.tasks[task as usize];
        let at = of.frames.last().zip(self.node(state, task));
        of.frames.iter().any(|frame| !frame.deferred.is_empty())
            || at.is_some_and(|(frame, node)| !is_suspension(frame, node))
    }
}

/// A step after which either may be so.
fn either(task: u32, states: [State; 2]) -> Step {
    let outcomes = states.into_iter().map(|state| Ok((state, Vec::new())));
    Step { task, kind: StepKind::Happens, outcomes: outcomes.collect() }
}
