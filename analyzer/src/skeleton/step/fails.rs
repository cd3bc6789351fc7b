//! Whether a task fails where it stands, and where it goes on then.

use super::eval::operand;
use super::locks::leave_queues;
use super::{Event, EventKind, Machine, Outcome};
use crate::mir::{Const, Intrinsic, Rvalue};
use crate::skeleton::graph::{Action, SyncOp, Tag};
use crate::skeleton::state::value::{Known, Value};
use crate::skeleton::state::{Ended, Few, Mode, ObjectKind, Raise, State};

impl Machine<'_> {
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
