//! What ends a task before its time: cancellation, a failure, a scope whose time is up.
//!
//! A task that is to stop goes on to its next suspension point and unwinds there. Most suspension points
//! that nobody else sees (a spawn, a join of what has ended) are passed at once, for it makes no difference
//! whether a task is stopped there or at the next one. Where it does, the node is *exposed*, and passing it
//! is a step like those that others can see.

use super::eval::operand;
use super::local::Moved;
use super::locks::{leave_queues, release_blocks};
use super::scopes::cancel_all;
use super::{Event, EventKind, Machine, Outcome, Progress, Step, StepKind, is_suspension};
use crate::mir::{Const, Intrinsic, Rvalue};
use crate::skeleton::graph::{Action, Node, SyncOp, Tag};
use crate::skeleton::state::value::{Known, Value};
use crate::skeleton::state::{Ended, Few, Frame, Mode, ObjectKind, OpenScope, Raise, State, Then};

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
        if let ObjectKind::Barrier { broken, .. } = &mut broken.objects[barrier as usize].kind {
            *broken = true;
        }
        Some(either(task, [broken, before]))
    }

    /// Whether the task fails where it stands.
    pub(super) fn fails_here(self, state: &State, task: u32) -> bool {
        let Some(node) = self.node(state, task) else { return false };
        let Some(frame) = state.tasks[task as usize].frames.last() else { return false };
        match &node.action {
            Action::Fail => true,
            Action::Assume { condition, holds: expected, or_fails: true } => {
                let known = operand(frame, condition).known(&Vec::new());
                matches!(known, Known::Is(Const::Bool(is)) if is != *expected)
            }
            Action::Let(_, Rvalue::Index(list, index)) | Action::Put(list, index, _) => {
                lacks(state, &operand(frame, list), &operand(frame, index))
            }
            Action::Opaque { tag: Tag::Intrinsic(Intrinsic::ToInt), args, .. } => match &args[..] {
                [of] => is_no_int(&operand(frame, of)),
                _ => false,
            },
            Action::Arrange { of: Intrinsic::MutableListPop, args, .. } => match &args[..] {
                [list] => lacks(state, &operand(frame, list), &Value::int(0)),
                [list, index] => lacks(state, &operand(frame, list), &operand(frame, index)),
                _ => false,
            },
            Action::Join { task: of, fails: true, settles: false, .. } => {
                joins_lost(state, &operand(frame, of))
            }
            Action::Sync { op: SyncOp::Meet, object, .. } => match operand(frame, object) {
                Value::Object(object) => {
                    matches!(
                        state.objects[object as usize].kind,
                        ObjectKind::Barrier { broken: true, .. }
                    )
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// The state in which the task has failed where it stands.
    pub(super) fn failed(self, state: &State, task: u32, object: Option<u32>) -> Outcome {
        let event = self.event(state, task, EventKind::Fails, object);
        let mut state = state.clone();
        state.tasks[task as usize].is_new = false;
        self.fail(&mut state, task);
        Ok((state, event.into_iter().collect::<Vec<Event>>()))
    }

    /// Lets the task fail where it stands, to an `attempt` that is open there or by unwinding.
    pub(in crate::skeleton) fn fail(self, state: &mut State, task: u32) {
        leave_queues(state, task);
        let handler = self.node(state, task).and_then(|node| node.handler);
        let of = &mut state.tasks[task as usize];
        of.deferred = Few::default();
        match handler.zip(of.frames.last_mut()) {
            Some((handler, frame)) => frame.node = handler,
            None => of.mode = Mode::Unwinding(Raise::Failure),
        }
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
            || self.ends_others(state, task)
            || self.sleeps_with_lock(state, task)
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

    /// One step of a task that ends early: what is open in its last call is closed, innermost first, then
    /// what that call deferred is run.
    pub(super) fn unwind(self, state: &mut State, task: u32, raise: Raise) -> Moved {
        let of = &state.tasks[task as usize];
        let depth = of.frames.len() as u32;
        if of.scopes.last().is_some_and(|open| open.frames == depth) {
            return self.unwind_scope(state, task, raise);
        }
        release_blocks(state, task, depth.saturating_sub(1), u32::MAX);
        let of = &mut state.tasks[task as usize];
        let Some(frame) = of.frames.last_mut() else {
            return self.end_task(state, task, ended_by(raise));
        };
        if let Some((routine, args)) = frame.deferred.pop() {
            let mut frame = Frame::new(self.skeleton, routine, &args);
            frame.then = Then::Unwind(raise);
            of.frames.push(frame);
            of.deferred = Few(1);
            of.mode = Mode::Running;
            return Ok(Progress::Moved);
        }
        self.leave_frame(state, task, raise)
    }

    fn leave_frame(self, state: &mut State, task: u32, raise: Raise) -> Moved {
        let of = &mut state.tasks[task as usize];
        let Some(frame) = of.frames.pop() else { return Ok(Progress::Waits) };
        let raise = match (frame.then, frame.handler) {
            (Then::Unwind(Raise::Failure), _) => Raise::Failure,
            // A failure of a deferred call does not keep its task from stopping.
            (Then::Unwind(outer), _) => outer,
            (_, Some(handler)) if raise == Raise::Failure => {
                if let Some(caller) = of.frames.last_mut() {
                    caller.node = handler;
                    of.mode = Mode::Running;
                    return Ok(Progress::Moved);
                }
                raise
            }
            _ => raise,
        };
        if of.frames.is_empty() {
            return self.end_task(state, task, ended_by(raise));
        }
        of.mode = Mode::Unwinding(raise);
        Ok(Progress::Moved)
    }

    /// The innermost scope that is open: its tasks are cancelled, and waited for.
    fn unwind_scope(self, state: &mut State, task: u32, raise: Raise) -> Moved {
        let of = &mut state.tasks[task as usize];
        let depth = of.frames.len() as u32;
        let position = of.scopes.len() as u32 - 1;
        if let Some(open) = of.scopes.last_mut() {
            open.failed |= raise == Raise::Failure;
            open.leaving = true;
        }
        release_blocks(state, task, depth, position);
        let children = state.children(task, Some(position));
        if !children.is_empty() {
            end_late(state, task, &children);
            return Ok(cancel_all(state, &children));
        }
        let of = &mut state.tasks[task as usize];
        let Some(open) = of.scopes.pop() else { return Ok(Progress::Waits) };
        match (raise, open.on_timeout) {
            (Raise::Stop(stopped), on_timeout) if stopped == position => {
                match on_timeout.filter(|_| !open.failed) {
                    Some(landing) => {
                        of.mode = Mode::Running;
                        self.go_on(state, task, Some(landing))
                    }
                    None => {
                        of.mode = Mode::Unwinding(Raise::Failure);
                        Ok(Progress::Moved)
                    }
                }
            }
            _ => Ok(Progress::Moved),
        }
    }
}

/// Whether a task on its way out next ends tasks of its own, which may have seen by then what a deferred call did
/// of the task that ended it: a task is ended with all that its failure does, but those of its scopes only when
/// it comes to that.
pub(super) fn ends_others_at_last(state: &State, task: u32) -> bool {
    let of = &state.tasks[task as usize];
    let Mode::Unwinding(_) = of.mode else { return false };
    let is_late = of.ended_late != Few::default();
    let is_open = |open: &OpenScope| open.frames as usize == of.frames.len();
    if !is_late || !of.scopes.last().is_some_and(is_open) {
        return false;
    }
    let goes_on = |child: u32| !state.tasks[child as usize].cancelled;
    let position = of.scopes.len() as u32 - 1;
    state.children(task, Some(position)).into_iter().any(goes_on)
}

/// Notes of tasks that they are ended by one that has run deferred calls, or was ended so itself.
pub(super) fn end_late(state: &mut State, by: u32, tasks: &[u32]) {
    let of = &state.tasks[by as usize];
    if of.deferred == Few::default() && of.ended_late == Few::default() {
        return;
    }
    tasks.iter().for_each(|task| state.tasks[*task as usize].ended_late = Few(1));
}

fn ended_by(raise: Raise) -> Ended {
    match raise {
        Raise::Failure => Ended::Failed,
        Raise::Cancel | Raise::Stop(_) => Ended::Cancelled,
    }
}

/// Whether a list is known not to have that position, whatever was tried. A negative one counts from its end.
fn lacks(state: &State, list: &Value, index: &Value) -> bool {
    let (Value::Const(Const::Int(index)), false) = (index, state.uncertain) else { return false };
    state.elements(list).is_some_and(|elements| {
        let count = elements.len() as i64;
        *index >= count || *index < -count
    })
}

/// Whether a text is known to be no int. Which ones are is not told apart, but one without a digit is none.
fn is_no_int(text: &Value) -> bool {
    match text {
        Value::Const(Const::Str(text)) => !text.contains(|of: char| of.is_ascii_digit()),
        _ => false,
    }
}

/// A step after which either may be so.
fn either(task: u32, states: [State; 2]) -> Step {
    let outcomes = states.into_iter().map(|state| Ok((state, Vec::new())));
    Step { task, kind: StepKind::Happens, outcomes: outcomes.collect() }
}

/// Whether the tasks, of which a list is joined one after the other, come to one that has no result.
pub(super) fn joins_lost(state: &State, of: &Value) -> bool {
    let mode = |task: &u32| &state.tasks[*task as usize].mode;
    match of {
        Value::Task(task) => matches!(mode(task), Mode::Done(Ended::Failed | Ended::Cancelled)),
        Value::List(tasks) => {
            let known = tasks.iter().take_while(|of| matches!(of, Value::Task(_)));
            let mut ends = known.filter_map(|of| match of {
                Value::Task(task) => Some(mode(task)),
                _ => None,
            });
            let first = ends.find(|mode| !matches!(mode, Mode::Done(Ended::Well(_))));
            matches!(first, Some(Mode::Done(_)))
        }
        _ => false,
    }
}
