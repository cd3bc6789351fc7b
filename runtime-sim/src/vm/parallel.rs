//! Parallel loops, as the task that runs one sees them: begin, wait, take the results.

use std::rc::Rc;

use super::visible::pop_open;
use super::{Flow, Turn};
use crate::failure::{FailureKind, Fallible, fail};
use crate::machine::Machine;
use crate::program::{Plan, PlanId, Program, Reg};
use crate::sync::parallel::ParallelKind;
use crate::task::{Fiber, Open, Wait};
use crate::value::{Cells, Function, ScopeRef, Value};

impl Machine {
    pub(super) fn parallel_for(
        &mut self,
        program: &Program,
        fiber: &mut Fiber,
        turn: &mut Turn,
        plan: PlanId,
    ) -> Fallible<Flow> {
        if let Some(scope) = open_parallel(fiber) {
            return self.parallel_ended(fiber, turn, scope, None);
        }
        let Plan::Parallel { code, iterable, captures } = program.plan(plan) else {
            return Ok(Flow::Next);
        };
        let captures = Cells::from(self.row(program, fiber, *captures));
        let function = Rc::new(Function { code: *code, captures });
        let items = super::access::elements(&self.heap, self.read(fiber, *iterable))?;
        self.begin_parallel(fiber, turn, ParallelKind::For, function, items, None)
    }

    pub(super) fn begin_parallel(
        &mut self,
        fiber: &mut Fiber,
        turn: &mut Turn,
        kind: ParallelKind,
        function: Rc<Function>,
        items: Vec<Value>,
        start: Option<Value>,
    ) -> Fallible<Flow> {
        if turn.is_evaluation {
            return fail(FailureKind::Error, super::MUST_NOT_WAIT);
        }
        let scope = self.start_parallel(turn.task, kind, function, items, start)?;
        if let Some(extra) = fiber.extra() {
            extra.open.push(Open::Parallel { scope });
        }
        Ok(if self.scope_is_quiet(scope) { Flow::Again } else { turn.waits(Wait::ScopeEnd(scope)) })
    }

    /// The chunks have ended, unless this was a spurious look; `dest` gets the loop's value.
    pub(super) fn parallel_ended(
        &mut self,
        fiber: &mut Fiber,
        turn: &mut Turn,
        scope: ScopeRef,
        dest: Option<Reg>,
    ) -> Fallible<Flow> {
        if !self.scope_is_quiet(scope) {
            return Ok(turn.waits(Wait::ScopeEnd(scope)));
        }
        let result = self.finish_parallel(scope, turn.task);
        if let Ok(None) = result {
            return Ok(turn.waits(Wait::ScopeEnd(scope)));
        }
        pop_open(fiber, |open| matches!(open, Open::Parallel { .. }));
        self.close_scope(scope);
        if let (Some(value), Some(dest)) = (result?, dest) {
            fiber.give(dest, value);
        }
        Ok(Flow::Next)
    }
}

/// The parallel loop that the running frame waits for.
pub(super) fn open_parallel(fiber: &Fiber) -> Option<ScopeRef> {
    match fiber.top()?.extra.as_ref()?.open.last() {
        Some(Open::Parallel { scope }) => Some(*scope),
        _ => None,
    }
}
