//! Starting tasks, deferring calls, and opening and ending scopes.

use super::visible::pop_open;
use super::{Flow, Turn, operators};
use crate::failure::{FailureKind, Fallible, fail};
use crate::machine::Machine;
use crate::program::{CodeId, Plan, PlanId, Program, Reg, ScopeSlot, Slot, Target};
use crate::sync::Scope;
use crate::task::{Deferred, Fiber, Open, Raise, Then, Wait};
use crate::time::Timer;
use crate::value::{ScopeRef, Value};

impl Machine {
    pub(super) fn start_of(
        &self,
        program: &Program,
        fiber: &Fiber,
        plan: PlanId,
    ) -> Fallible<(CodeId, Vec<Value>)> {
        let Plan::Start { target, args, .. } = program.plan(plan) else {
            return fail(FailureKind::Error, "nothing to start");
        };
        let mut args: Vec<Value> = self.row(program, fiber, *args);
        Ok(match target {
            Target::Code(code) => (*code, args),
            Target::Value(register) => match self.read(fiber, Slot::register(*register)) {
                Value::Function(function) => {
                    args.extend(function.captures.iter().cloned());
                    (function.code, args)
                }
                other => return Err(operators::wanted("a function", other)),
            },
        })
    }

    fn scope_of(&self, program: &Program, fiber: &Fiber, plan: PlanId) -> Fallible<ScopeRef> {
        let scope = match program.plan(plan) {
            Plan::Start { scope: Some(ScopeSlot::Own(slot)), .. } => open_scope(fiber, *slot),
            Plan::Start { scope: Some(ScopeSlot::Passed(slot)), .. } => {
                match self.read(fiber, *slot) {
                    Value::Scope(scope) => Some(*scope),
                    _ => None,
                }
            }
            _ => None,
        };
        match scope {
            Some(scope) => Ok(scope),
            None => fail(FailureKind::Error, "the scope of the spawn is not open"),
        }
    }

    pub(super) fn spawn(
        &mut self,
        program: &Program,
        fiber: &mut Fiber,
        turn: &mut Turn,
        dest: Reg,
        plan: PlanId,
    ) -> Fallible<Flow> {
        let of = self.scope_of(program, fiber, plan)?;
        let task = turn.task;
        let has_waited = self.tasks.get(task.0).promised.is_some();
        let scope = self.scope(of)?;
        if !has_waited && !scope.has_place() {
            scope.spawners.push_back(task);
            return Ok(turn.waits(Wait::Spawn(of)));
        }
        let (code, args) = self.start_of(program, fiber, plan)?;
        let child = self.start_task(program, (task, fiber), Some(of), code, args)?;
        self.take_place(task);
        fiber.give(dest, Value::Task(child));
        Ok(Flow::Next)
    }

    /// Starts the last of the defers that are left; with none, the body goes on.
    pub(super) fn run_next_defer(
        &mut self,
        program: &Program,
        fiber: &mut Fiber,
        turn: &Turn,
    ) -> Flow {
        let deferred = fiber.frames.last_mut().and_then(|frame| frame.extra.as_mut()?.defers.pop());
        match deferred {
            Some(Deferred { at, code, args }) => {
                self.tasks.get_mut(turn.task.0).mask();
                fiber.push(program.code(code), code, args, Then::Defer { at });
                Flow::Reload
            }
            None => Flow::Next,
        }
    }

    pub(super) fn enter_scope(
        &mut self,
        program: &Program,
        fiber: &mut Fiber,
        turn: &Turn,
        plan: PlanId,
    ) -> Fallible<Flow> {
        let Plan::Scope { scope: slot, timeout, deadline, limit, handle } = program.plan(plan)
        else {
            return Ok(Flow::Next);
        };
        let mut scope = Scope::new(turn.task);
        let code = fiber.top().map_or(CodeId(0), |frame| frame.code);
        scope.supervised =
            program.code(code).scopes.get(*slot as usize).is_some_and(|scope| scope.supervised);
        scope.limit = match limit.map(|limit| self.read(fiber, limit)) {
            Some(Value::Int(limit)) if *limit < 1 => {
                return fail(
                    FailureKind::Value,
                    format!("a scope's limit is at least 1, not {limit}"),
                );
            }
            Some(Value::Int(limit)) => Some(*limit),
            _ => None,
        };
        let after = match timeout.map(|timeout| self.read(fiber, timeout)) {
            Some(Value::Duration(length)) => Some(turn.clock.saturating_add_signed(*length)),
            _ => None,
        };
        let at = match deadline.map(|deadline| self.read(fiber, deadline)) {
            Some(Value::Instant(at)) => Some(u64::try_from(*at).unwrap_or(0)),
            _ => None,
        };
        let of = self.scopes.open(scope);
        if let Some(due) = after.into_iter().chain(at).min() {
            let timer = self.timers.set(due.max(turn.clock), turn.lane, Timer::Scope(of));
            self.scope(of)?.timer = Some(timer);
        }
        self.tasks.get_mut(turn.task.0).open_scopes.push(of);
        if let Some(extra) = fiber.extra() {
            extra.open.push(Open::Scope { slot: *slot, scope: of });
        }
        if let Some(handle) = handle {
            fiber.give(*handle, Value::Scope(of));
        }
        Ok(Flow::Next)
    }

    /// The scope's end, in the text or early: on when its children have ended.
    pub(super) fn end_scope(
        &mut self,
        program: &Program,
        fiber: &mut Fiber,
        turn: &mut Turn,
        slot: u32,
        leaves: bool,
    ) -> Fallible<Flow> {
        let Some(of) = open_scope(fiber, slot) else { return Ok(Flow::Next) };
        if leaves
            && let Some(scope) = self.scopes.get_mut(of)
            && !scope.leaving
        {
            scope.leaving = true;
            self.cancel_children(of);
        }
        if !self.scope_is_quiet(of) {
            return Ok(turn.waits(Wait::ScopeEnd(of)));
        }
        pop_open(fiber, |open| matches!(open, Open::Scope { scope, .. } if *scope == of));
        let Some(scope) = self.close_scope(of) else { return Ok(Flow::Next) };
        if let Some(failure) = scope.whole_failure() {
            return Ok(Flow::Raise(Raise::Failure(failure)));
        }
        let code = fiber.top().map_or(CodeId(0), |frame| frame.code);
        let on_timeout =
            program.code(code).scopes.get(slot as usize).and_then(|scope| scope.on_timeout);
        Ok(match on_timeout {
            Some(target) if scope.timed_out => Flow::Jump(target),
            _ => Flow::Next,
        })
    }
}

/// The scope that the frame has open under this number.
pub(super) fn open_scope(fiber: &Fiber, slot: u32) -> Option<ScopeRef> {
    let open = &fiber.top()?.extra.as_ref()?.open;
    open.iter().rev().find_map(|open| match open {
        Open::Scope { slot: of, scope } if *of == slot => Some(*scope),
        _ => None,
    })
}
