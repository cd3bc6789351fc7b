//! Unwinding: what is open in each frame is closed, innermost first, then its defers run.
//!
//! It may wait (for a scope's children) and run code (defers) on the way: then why it unwinds is
//! kept in the fiber, or in what happens after the defer, and it goes on from there.

use std::sync::Arc;

use crate::bounds::CANCELLED_FAILURES_MAX;
use crate::engine::Doors;
use crate::failure::Failure;
use crate::machine::Machine;
use crate::outcome::counted;
use crate::program::Program;
use crate::task::{Deferred, Fiber, Open, Raise, TaskResult, Then, Wait};
use crate::value::{ScopeRef, Value};
use crate::vm::{Flow, Turn};

impl Machine {
    /// Unwinds until something catches it, something is to be waited for, or the task is over.
    pub(super) fn unwind(
        &mut self,
        program: &Program,
        fiber: &mut Fiber,
        turn: &mut Turn,
        doors: &mut Doors<'_>,
        mut raise: Raise,
    ) -> Flow {
        self.pass_place_on(turn.task);
        loop {
            let Some(frame) = fiber.frames.last_mut() else {
                return turn.ends(result_of(raise));
            };
            let open = frame.extra.as_ref().and_then(|extra| extra.open.last().cloned());
            let step = match open {
                Some(open) => self.close_one(program, fiber, turn, doors, open, raise),
                None => match frame.extra.as_mut().and_then(|extra| extra.defers.pop()) {
                    Some(deferred) => self.defer_in_unwind(program, fiber, turn, deferred, raise),
                    None => self.leave_frame(fiber, turn, raise),
                },
            };
            match step {
                Step::On(next) => raise = next,
                Step::Flow(flow) => return flow,
            }
        }
    }

    fn close_one(
        &mut self,
        program: &Program,
        fiber: &mut Fiber,
        turn: &mut Turn,
        doors: &mut Doors<'_>,
        open: Open,
        raise: Raise,
    ) -> Step {
        match open {
            Open::Attempt { failure, handler } => {
                pop(fiber);
                if let Raise::Failure(why) = raise {
                    fiber.give(failure, Value::Failure(why));
                    return Step::Flow(Flow::Jump(handler));
                }
            }
            Open::Lock { loan, lock, mode } => {
                pop(fiber);
                let value = self.read(fiber, crate::program::Slot::register(loan)).clone();
                // It holds the lock, so this cannot fail.
                let _ = self.unlock(program, turn, doors, lock, mode, value);
            }
            Open::Scope { slot, scope } => {
                return self.unwind_scope(program, fiber, turn, (slot, scope), raise);
            }
            Open::Parallel { scope } => {
                if let Some(raise) = self.still_waits(fiber, scope, raise) {
                    pop(fiber);
                    self.close_scope(scope);
                    return Step::On(raise);
                }
                return Step::Flow(turn.waits(Wait::ScopeEnd(scope)));
            }
            Open::Joining(_) => pop(fiber),
            Open::TaskLocal { before } => {
                pop(fiber);
                self.tasks.get_mut(turn.task.0).locals = before;
            }
            Open::Blocking => {
                pop(fiber);
                if let Flow::Stop(stop) = self.leave_blocking(fiber, turn) {
                    fiber.raising = Some(raise);
                    return Step::Flow(Flow::Stop(stop));
                }
            }
        }
        Step::On(raise)
    }

    /// Cancels the scope's children. While one is left the fiber keeps the raise; else it comes back.
    fn still_waits(&mut self, fiber: &mut Fiber, of: ScopeRef, raise: Raise) -> Option<Raise> {
        if let Some(scope) = self.scopes.get_mut(of) {
            if let Raise::Failure(failure) = &raise {
                scope.add_failure_of_body(failure);
            }
            if !scope.leaving {
                scope.leaving = true;
                self.cancel_children(of);
            }
        }
        if self.scope_is_quiet(of) {
            return Some(raise);
        }
        fiber.raising = Some(raise);
        None
    }

    fn unwind_scope(
        &mut self,
        program: &Program,
        fiber: &mut Fiber,
        turn: &mut Turn,
        (slot, of): (u32, ScopeRef),
        raise: Raise,
    ) -> Step {
        // A failure is noted once, when it arrives, not again after each wait.
        let raise = match self.still_waits(fiber, of, raise) {
            Some(raise) => raise,
            None => return Step::Flow(turn.waits(Wait::ScopeEnd(of))),
        };
        pop(fiber);
        let Some(scope) = self.close_scope(of) else { return Step::On(raise) };
        match raise {
            Raise::Interrupt(stopped) if stopped == of => match scope.whole_failure() {
                Some(failure) => Step::On(Raise::Failure(failure)),
                None => Step::Flow(after_timeout(program, fiber, slot)),
            },
            Raise::Failure(failure) => {
                Step::On(Raise::Failure(scope.whole_failure().unwrap_or(failure)))
            }
            other => {
                if let Some(failure) = scope.failure {
                    self.warn_of(&failure, "a task failed while its scope was being cancelled");
                }
                Step::On(other)
            }
        }
    }

    fn defer_in_unwind(
        &mut self,
        program: &Program,
        fiber: &mut Fiber,
        turn: &Turn,
        deferred: Deferred,
        raise: Raise,
    ) -> Step {
        self.tasks.get_mut(turn.task.0).mask();
        let Deferred { at, code, args } = deferred;
        let then = Then::Unwind { at, raise: Box::new(raise) };
        fiber.push(program.code(code), code, args, then);
        Step::Flow(Flow::Reload)
    }

    fn leave_frame(&mut self, fiber: &mut Fiber, turn: &mut Turn, raise: Raise) -> Step {
        match fiber.pop() {
            // The defer of a body that ended well: its failure is the body's now.
            Some(Then::Defer { .. }) => {
                self.tasks.get_mut(turn.task.0).unmask();
                Step::On(raise)
            }
            Some(Then::Unwind { raise: outer, .. }) => {
                self.tasks.get_mut(turn.task.0).unmask();
                Step::On(self.after_failed_defer(*outer, raise))
            }
            Some(Then::Evaluation) => Step::Flow(turn.ends(result_of(raise))),
            Some(Then::Give(_) | Then::End | Then::Round) | None => Step::On(raise),
        }
    }

    fn after_failed_defer(&mut self, outer: Raise, inner: Raise) -> Raise {
        match (outer, inner) {
            (Raise::Failure(outer), Raise::Failure(inner)) => {
                let mut whole = (*outer).clone();
                whole.beside.add(inner);
                Raise::Failure(Arc::new(whole))
            }
            (outer, Raise::Failure(inner)) => {
                self.warn_of(&inner, "a `defer` failed while its task was being cancelled");
                outer
            }
            (outer, _) => outer,
        }
    }

    /// Says what failed where nobody hears of it any more; of a multitude the first.
    pub(crate) fn warn_of(&mut self, failure: &Arc<Failure>, what: &str) {
        self.note_failure(failure);
        self.failed_unheard += 1;
        if self.failed_unheard <= CANCELLED_FAILURES_MAX {
            let Failure { message, task, .. } = &**failure;
            self.notices += &format!("warning: {what}: {message} (task {task})\n");
        }
    }

    /// How many failures were counted and not said.
    pub(crate) fn warn_of_more_unheard(&mut self) {
        if let more @ 1.. = self.failed_unheard.saturating_sub(CANCELLED_FAILURES_MAX) {
            let failures = counted(more, "more failure");
            self.notices += &format!("warning: … and {failures} of what was being cancelled\n");
        }
    }
}

enum Step {
    On(Raise),
    Flow(Flow),
}

fn pop(fiber: &mut Fiber) {
    if let Some(extra) = fiber.extra() {
        extra.open.pop();
    }
}

fn result_of(raise: Raise) -> TaskResult {
    match raise {
        Raise::Failure(failure) => TaskResult::Failed(failure),
        Raise::Cancel | Raise::Interrupt(_) => TaskResult::Cancelled,
    }
}

fn after_timeout(program: &Program, fiber: &Fiber, slot: u32) -> Flow {
    let scopes = fiber.top().map(|frame| &program.code(frame.code).scopes);
    match scopes.and_then(|scopes| scopes.get(slot as usize)?.on_timeout) {
        Some(target) => Flow::Jump(target),
        None => Flow::Next,
    }
}
