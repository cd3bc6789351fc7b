//! How a task ends early: what is open in its calls is closed, innermost first, and what they deferred is run.

use super::local::Moved;
use super::locks::release_blocks;
use super::scopes::cancel_all;
use super::{Machine, Progress};
use crate::skeleton::state::{Ended, Few, Frame, Mode, OpenScope, Raise, State, Then};

impl Machine<'_> {
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
