//! Instructions that other tasks or the outside can see.

use std::sync::Arc;

use weir_analyzer::mir::{FailKind, Intrinsic};

use super::results::instr;
use crate::engine::Doors;
use crate::failure::{Failure, FailureKind, Fallible, fail};
use crate::machine::{Global, Machine};
use crate::program::{
    CodeId, GlobalId, Instr, ListId, Plan, PlanId, Program, Reg, ScopeSlot, Slot, Target,
};
use crate::sync::parallel::ParallelKind;
use crate::sync::{LockWaiter, Message, Received, Scope, Waiter, When};
use crate::task::{Deferred, Fiber, Open, Raise, Then, Wait};
use crate::time::Timer;
use crate::value::{Cells, Function, ScopeRef, Value};
use crate::vm::{Flow, Stop, Turn, operators};

/// The failure of a receive that no value can serve.
pub(super) fn receive_failure() -> Box<Failure> {
    Failure::new(FailureKind::Closed, "receive on a closed channel")
}

impl Machine {
    /// Does the instruction that the task is at.
    pub(super) fn visible(
        &mut self,
        program: &Program,
        fiber: &mut Fiber,
        turn: &mut Turn,
        doors: &mut Doors<'_>,
    ) -> Fallible<Flow> {
        let Some(instr) = instr(program, fiber) else { return Ok(Flow::Reload) };
        if suspends(instr)
            && !turn.is_evaluation
            && let Some(raise) = self.pending_raise(turn.task)
            && !waits_for_same_scope(fiber, instr, &raise)
        {
            return Ok(Flow::Raise(raise));
        }
        let flow = self.perform_visible(program, fiber, turn, doors, instr)?;
        if turn.is_evaluation && matches!(flow, Flow::Wait(_)) {
            // Out of the queue that it has just joined.
            self.abandon(turn, &flow);
            return fail(FailureKind::Error, "a condition or a `swap` function must not wait");
        }
        Ok(flow)
    }

    fn abandon(&mut self, turn: &Turn, flow: &Flow) {
        if let Flow::Wait(
            Wait::Receive(id)
            | Wait::Send(id)
            | Wait::Barrier(id)
            | Wait::Signal(id)
            | Wait::Lock(id, _),
        ) = flow
        {
            self.heap.sync_mut(*id).forget(turn.task);
        }
    }

    fn perform_visible(
        &mut self,
        program: &Program,
        fiber: &mut Fiber,
        turn: &mut Turn,
        doors: &mut Doors<'_>,
        instr: &Instr,
    ) -> Fallible<Flow> {
        match instr {
            Instr::CallNative { dest, native, args } => {
                let args: Vec<Value> = program
                    .list(*args)
                    .iter()
                    .map(|slot| self.read(fiber, *slot).clone())
                    .collect();
                self.visible_native(program, fiber, turn, doors, *dest, native.0, args)
            }
            Instr::Next { iterator, dest, done } => {
                let id = self.sync_of(fiber, Slot::register(*iterator))?;
                Ok(match self.receive_now(id)? {
                    Received::Value(message, _) => {
                        fiber.give(*dest, message.value);
                        Flow::Next
                    }
                    Received::Drained => Flow::Jump(*done),
                    Received::Empty => self.wait_to_receive(turn, id)?,
                })
            }
            Instr::Fail { kind, message } => {
                let message = match self.read(fiber, *message) {
                    Value::Str(text) => text.text.to_string(),
                    other => crate::value::Printer::new(program, &self.heap).text(other),
                };
                fail(fail_kind(*kind), message)
            }
            Instr::Spawn { dest, plan } => self.spawn(program, fiber, turn, *dest, *plan),
            Instr::Detach { plan } => {
                let (code, args) = self.start_of(program, fiber, *plan)?;
                self.start_task(program, turn.task, None, code, args)?;
                Ok(Flow::Next)
            }
            Instr::Defer { plan } => {
                let (code, args) = self.start_of(program, fiber, *plan)?;
                if let Some(extra) = fiber.extra() {
                    extra.defers.push(Deferred { code, args });
                }
                Ok(Flow::Next)
            }
            Instr::RunDefers => Ok(self.run_next_defer(program, fiber, turn)),
            Instr::Join { dest, task } => {
                let Value::Task(task) = *self.read(fiber, *task) else {
                    // A task that was settled is its result already.
                    let value = self.read(fiber, *task).clone();
                    if matches!(value, Value::Lost) {
                        return crate::vm::lost();
                    }
                    fiber.give(*dest, value);
                    return Ok(Flow::Next);
                };
                match self.join(task, turn.task)? {
                    Some(value) => {
                        fiber.give(*dest, value);
                        Ok(Flow::Next)
                    }
                    None => Ok(Flow::Wait(Wait::Join(task))),
                }
            }
            Instr::Settle { dest, task } => {
                let settled = match self.read(fiber, Slot::register(*task)) {
                    Value::Task(task) => Some(self.settled(*task)),
                    Value::Unassigned => None,
                    plain => Some(plain.clone()),
                };
                if let Some(value) = settled {
                    fiber.give(*dest, value);
                }
                Ok(Flow::Next)
            }
            Instr::EnterScope { plan } => self.enter_scope(program, fiber, turn, *plan),
            Instr::EndScope { scope } => self.end_scope(program, fiber, *scope, false),
            Instr::LeaveScope { scope } => self.end_scope(program, fiber, *scope, true),
            Instr::EnterLock { plan } => self.enter_lock(program, fiber, turn, doors, *plan),
            Instr::ExitLock { loan, lock, mode } => {
                let id = self.sync_of(fiber, *lock)?;
                let loan = self.read(fiber, Slot::register(*loan)).clone();
                pop_open(fiber, |open| matches!(open, Open::Lock { lock, .. } if *lock == id));
                self.unlock(program, turn, doors, id, *mode, loan)?;
                Ok(Flow::Next)
            }
            Instr::EnterTaskLocal { global, value } => {
                let value = self.read(fiber, *value).clone();
                self.bind_task_local(fiber, turn, *global, value);
                Ok(Flow::Next)
            }
            Instr::ExitTaskLocal { .. } => {
                let open = pop_open(fiber, |open| matches!(open, Open::TaskLocal { .. }));
                if let Some(Open::TaskLocal { before }) = open {
                    self.tasks.get_mut(turn.task.0).locals = before;
                }
                Ok(Flow::Next)
            }
            Instr::TaskLocal { dest, global } => {
                let locals = self.tasks.get(turn.task.0).locals.as_ref();
                let bound =
                    locals.and_then(|locals| locals.iter().rev().find(|(of, _)| of == global));
                let value = match bound {
                    Some((_, value)) => value.clone(),
                    None => self.global(program, turn, doors, *global)?,
                };
                fiber.give(*dest, value);
                Ok(Flow::Next)
            }
            Instr::Constant { dest, global } => {
                let value = self.global(program, turn, doors, *global)?;
                fiber.give(*dest, value);
                Ok(Flow::Next)
            }
            Instr::EnterAttempt { failure, handler } => {
                if let Some(extra) = fiber.extra() {
                    extra.open.push(Open::Attempt { failure: *failure, handler: *handler });
                }
                Ok(Flow::Next)
            }
            Instr::ExitAttempt => {
                pop_open(fiber, |open| matches!(open, Open::Attempt { .. }));
                Ok(Flow::Next)
            }
            Instr::ParallelFor { plan } => self.parallel_for(program, fiber, turn, *plan),
            Instr::EnterBlocking => {
                if let Some(extra) = fiber.extra() {
                    extra.open.push(Open::Blocking);
                }
                fiber.advance();
                let is_inside = turn.is_evaluation || self.tasks.get(turn.task.0).worker.is_some();
                Ok(if is_inside { Flow::Reload } else { Flow::Stop(Stop::EntersBlocking) })
            }
            Instr::ExitBlocking => {
                pop_open(fiber, |open| matches!(open, Open::Blocking));
                fiber.advance();
                Ok(self.leave_blocking(fiber, turn))
            }
            Instr::Select { plan } => match program.plan(*plan) {
                Plan::Select { cases, otherwise } => {
                    self.select(program, fiber, turn, doors, cases, *otherwise)
                }
                _ => Ok(Flow::Next),
            },
            _ => fail(FailureKind::Error, format!("this instruction cannot be done: {instr:?}")),
        }
    }

    /// Back to a processor, once no `blocking` block is open in any frame.
    pub(super) fn leave_blocking(&self, fiber: &Fiber, turn: &Turn) -> Flow {
        let frames = fiber.frames.iter().flat_map(|frame| &frame.extra);
        let is_inside =
            frames.flat_map(|extra| &extra.open).any(|open| matches!(open, Open::Blocking));
        let has_thread = self.tasks.get(turn.task.0).worker.is_some();
        if has_thread && !is_inside && !turn.is_evaluation {
            Flow::Stop(Stop::LeavesBlocking)
        } else {
            Flow::Reload
        }
    }

    pub(super) fn wait_to_receive(
        &mut self,
        turn: &Turn,
        id: crate::value::SyncId,
    ) -> Fallible<Flow> {
        self.channel(id)?.receivers.push_back(Waiter { task: turn.task, case: None });
        Ok(Flow::Wait(Wait::Receive(id)))
    }

    pub(super) fn wait_to_send(
        &mut self,
        turn: &Turn,
        id: crate::value::SyncId,
        message: Message,
    ) -> Fallible<Flow> {
        self.channel(id)?.senders.push_back((Waiter { task: turn.task, case: None }, message));
        Ok(Flow::Wait(Wait::Send(id)))
    }

    fn start_of(
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

    fn row(&self, program: &Program, fiber: &Fiber, list: ListId) -> Vec<Value> {
        program.list(list).iter().map(|slot| self.read(fiber, *slot).clone()).collect()
    }

    fn spawn(
        &mut self,
        program: &Program,
        fiber: &mut Fiber,
        turn: &Turn,
        dest: Reg,
        plan: PlanId,
    ) -> Fallible<Flow> {
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
        let Some(of) = scope else {
            return fail(FailureKind::Error, "the scope of the spawn is not open");
        };
        let task = turn.task;
        let scope = self.scope(of)?;
        if scope.limit.is_some_and(|limit| scope.children.len() as i64 >= limit) {
            scope.spawners.push_back(task);
            return Ok(Flow::Wait(Wait::Spawn(of)));
        }
        let (code, args) = self.start_of(program, fiber, plan)?;
        let child = self.start_task(program, task, Some(of), code, args)?;
        fiber.give(dest, Value::Task(child));
        Ok(Flow::Next)
    }

    /// Starts the last of the defers that are left; with none, the body goes on.
    fn run_next_defer(&mut self, program: &Program, fiber: &mut Fiber, turn: &Turn) -> Flow {
        let deferred = fiber.frames.last_mut().and_then(|frame| frame.extra.as_mut()?.defers.pop());
        match deferred {
            Some(Deferred { code, args }) => {
                self.tasks.get_mut(turn.task.0).masks += 1;
                fiber.push(program.code(code), code, args, Then::Defer);
                Flow::Reload
            }
            None => Flow::Next,
        }
    }

    fn enter_scope(
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
    fn end_scope(
        &mut self,
        program: &Program,
        fiber: &mut Fiber,
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
            return Ok(Flow::Wait(Wait::ScopeEnd(of)));
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

    fn enter_lock(
        &mut self,
        program: &Program,
        fiber: &mut Fiber,
        turn: &mut Turn,
        doors: &mut Doors<'_>,
        plan: PlanId,
    ) -> Fallible<Flow> {
        let Plan::Lock { loan, lock, mode, when } = program.plan(plan) else {
            return Ok(Flow::Next);
        };
        let id = self.sync_of(fiber, *lock)?;
        let when = when
            .map(|(code, captures)| When { code, captures: self.row(program, fiber, captures) });
        let waiter = LockWaiter { task: turn.task, mode: *mode, when };
        match self.lock_now(program, turn, doors, id, &waiter)? {
            Some(value) => {
                fiber.give(*loan, value);
                if let Some(extra) = fiber.extra() {
                    extra.open.push(Open::Lock { loan: *loan, lock: id, mode: *mode });
                }
                Ok(Flow::Next)
            }
            None => {
                self.enqueue_lock(id, waiter);
                Ok(Flow::Wait(Wait::Lock(id, *mode)))
            }
        }
    }

    fn bind_task_local(&mut self, fiber: &mut Fiber, turn: &Turn, global: GlobalId, value: Value) {
        let task = self.tasks.get_mut(turn.task.0);
        let before = task.locals.clone();
        let mut locals = before.as_deref().cloned().unwrap_or_default();
        locals.push((global, value));
        task.locals = Some(Arc::new(locals));
        if let Some(extra) = fiber.extra() {
            extra.open.push(Open::TaskLocal { before });
        }
    }

    /// The value of a constant or of an unbound tasklocal, computed when it is first needed.
    pub(crate) fn global(
        &mut self,
        program: &Program,
        turn: &mut Turn,
        doors: &mut Doors<'_>,
        global: GlobalId,
    ) -> Fallible<Value> {
        let info = &program.globals[global.index()];
        match &self.globals[global.index()] {
            Global::Ready(value) => return Ok(value.clone()),
            Global::Running => {
                return fail(
                    FailureKind::Error,
                    format!("the value of `{}` needs itself", info.name),
                );
            }
            Global::Pending => {}
        }
        self.globals[global.index()] = Global::Running;
        let value = self.evaluate(program, turn, doors, info.code, Vec::new())?;
        self.globals[global.index()] = Global::Ready(value.clone());
        Ok(value)
    }

    fn parallel_for(
        &mut self,
        program: &Program,
        fiber: &mut Fiber,
        turn: &Turn,
        plan: PlanId,
    ) -> Fallible<Flow> {
        if let Some(scope) = open_parallel(fiber) {
            return self.parallel_ended(fiber, turn, scope, None);
        }
        let Plan::Parallel { code, iterable, captures } = program.plan(plan) else {
            return Ok(Flow::Next);
        };
        let captures = Cells::from(self.row(program, fiber, *captures));
        let function = Arc::new(Function { code: *code, captures });
        let items = super::access::elements(&self.heap, self.read(fiber, *iterable))?;
        self.begin_parallel(fiber, turn, ParallelKind::For, function, items, None)
    }

    pub(super) fn begin_parallel(
        &mut self,
        fiber: &mut Fiber,
        turn: &Turn,
        kind: ParallelKind,
        function: Arc<Function>,
        items: Vec<Value>,
        start: Option<Value>,
    ) -> Fallible<Flow> {
        if turn.is_evaluation {
            return fail(FailureKind::Error, "a condition or a `swap` function must not wait");
        }
        let scope = self.start_parallel(turn.task, kind, function, items, start)?;
        if let Some(extra) = fiber.extra() {
            extra.open.push(Open::Parallel { scope });
        }
        Ok(if self.scope_is_quiet(scope) { Flow::Again } else { Flow::Wait(Wait::ScopeEnd(scope)) })
    }

    /// The chunks have ended, unless this was a spurious look; `dest` gets the loop's value.
    pub(super) fn parallel_ended(
        &mut self,
        fiber: &mut Fiber,
        turn: &Turn,
        scope: ScopeRef,
        dest: Option<Reg>,
    ) -> Fallible<Flow> {
        if !self.scope_is_quiet(scope) {
            return Ok(Flow::Wait(Wait::ScopeEnd(scope)));
        }
        let result = self.finish_parallel(scope, turn.task);
        if let Ok(None) = result {
            return Ok(Flow::Wait(Wait::ScopeEnd(scope)));
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

fn open_scope(fiber: &Fiber, slot: u32) -> Option<ScopeRef> {
    let open = &fiber.top()?.extra.as_ref()?.open;
    open.iter().rev().find_map(|open| match open {
        Open::Scope { slot: of, scope } if *of == slot => Some(*scope),
        _ => None,
    })
}

fn pop_open(fiber: &mut Fiber, is_it: impl Fn(&Open) -> bool) -> Option<Open> {
    let open = &mut fiber.extra()?.open;
    let at = open.iter().rposition(is_it)?;
    Some(open.remove(at))
}

/// Whether the instruction is a suspension point, where a task may be stopped.
fn suspends(instr: &Instr) -> bool {
    match instr {
        Instr::CallNative { native, .. } => native.0.effect().suspends,
        Instr::Next { .. }
        | Instr::Join { .. }
        | Instr::EndScope { .. }
        | Instr::EnterLock { .. }
        | Instr::ParallelFor { .. }
        | Instr::Select { .. }
        | Instr::Spawn { .. } => true,
        _ => false,
    }
}

/// Whether the raise only says what the end of its own scope handles itself.
fn waits_for_same_scope(fiber: &Fiber, instr: &Instr, raise: &Raise) -> bool {
    match (instr, raise) {
        (Instr::EndScope { scope }, Raise::Interrupt(of)) => open_scope(fiber, *scope) == Some(*of),
        _ => false,
    }
}

fn fail_kind(kind: FailKind) -> FailureKind {
    match kind {
        FailKind::Panic => FailureKind::Panic,
        FailKind::Assert => FailureKind::Assert,
        FailKind::Unassigned => FailureKind::Error,
    }
}

impl crate::program::Native {
    /// Whether other tasks or the outside can see it.
    pub(super) fn is_visible(self) -> bool {
        use Intrinsic::*;
        let name = self.0.name();
        let of = name.split_once('.').map_or("", |(owner, _)| owner);
        matches!(
            of,
            "channel" | "atom" | "barrier" | "signal" | "Task" | "mutex" | "rwlock" | "semaphore"
        ) || matches!(
            self.0,
            Print
                | Eprint
                | Panic
                | Sleep
                | YieldNow
                | Now
                | TaskId
                | ParallelMap
                | ParallelReduce
                | JoinAll
                | InstantElapsed
        )
    }
}
