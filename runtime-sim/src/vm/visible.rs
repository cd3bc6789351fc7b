//! Instructions that other tasks or the outside can see.

use weir_analyzer::mir::FailKind;

use super::results::instr;
use super::suspending::{suspends, waits_for_same_scope};
use crate::bounds::THREADS_MAX;
use crate::engine::Doors;
use crate::failure::{Failure, FailureKind, Fallible, fail};
use crate::machine::Machine;
use crate::program::{Instr, ListId, Plan, PlanId, Program, Slot};
use crate::sync::{LockWaiter, Received, When};
use crate::task::{Deferred, Fiber, Open, Wait};
use crate::value::Value;
use crate::vm::{Flow, MUST_NOT_WAIT, Stop, Turn};

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
        if !turn.is_undisturbed
            && suspends(instr)
            && !turn.is_evaluation
            && let Some(raise) = self.pending_raise(turn.task)
            && !waits_for_same_scope(fiber, instr, &raise)
        {
            return Ok(Flow::Raise(raise));
        }
        let flow = self.perform_visible(program, fiber, turn, doors, instr)?;
        if turn.is_evaluation
            && let Flow::Wait = flow
        {
            self.abandon(turn);
            return fail(FailureKind::Error, MUST_NOT_WAIT);
        }
        Ok(flow)
    }

    /// Out of the queues that the task has just joined, and no timer for it.
    fn abandon(&mut self, turn: &mut Turn) {
        if let Some(timer) = self.tasks.get_mut(turn.task.0).timer.take() {
            self.timers.cancel(timer);
        }
        if let Some(wait) = turn.wait.take() {
            self.leave_queues(turn.task, &wait, None);
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
                self.trace_name(program, fiber, *args);
                if let Some(flow) =
                    self.channel_native(program, fiber, turn, *dest, native.0, *args)?
                {
                    return Ok(flow);
                }
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
                    Value::Str(text) => text.as_str().to_string(),
                    other => crate::value::Printer::new(program, &self.heap).text(other)?,
                };
                let provided = fiber.top().is_some_and(|top| program.code(top.code).is_provided);
                fail(fail_kind(*kind, provided), message)
            }
            Instr::Spawn { dest, plan } => self.spawn(program, fiber, turn, *dest, *plan),
            Instr::Detach { plan } => {
                let (code, args) = self.start_of(program, fiber, *plan)?;
                let handed = self.races.is_some().then(|| args.clone());
                let child = self.start_task(program, (turn.task, fiber), None, code, args)?;
                if let (Some(races), Some(handed)) = (&mut self.races, handed) {
                    races.given(&self.heap, &handed, turn.task);
                    handed.iter().for_each(|value| races.got(&self.heap, value, child));
                }
                Ok(Flow::Next)
            }
            Instr::Defer { plan } => {
                let (code, args) = self.start_of(program, fiber, *plan)?;
                let at = fiber.top().map_or(0, |frame| frame.pc);
                if let Some(extra) = fiber.extra() {
                    extra.defers.push(Deferred { at, code, args });
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
                    None => Ok(turn.waits(Wait::Join(task))),
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
            Instr::EndScope { scope } => self.end_scope(program, fiber, turn, *scope, false),
            Instr::LeaveScope { scope } => self.end_scope(program, fiber, turn, *scope, true),
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
                let is_inside = turn.is_evaluation || self.tasks.get(turn.task.0).worker.is_some();
                if !is_inside && self.lanes.has_no_thread_left() {
                    let message = format!("more than {THREADS_MAX} tasks are in `blocking` blocks");
                    return fail(FailureKind::Memory, message);
                }
                if let Some(extra) = fiber.extra() {
                    extra.open.push(Open::Blocking);
                }
                fiber.advance();
                Ok(if is_inside { Flow::Reload } else { Flow::Stop(Stop::EntersBlocking) })
            }
            Instr::ExitBlocking => {
                pop_open(fiber, |open| matches!(open, Open::Blocking));
                fiber.advance();
                Ok(self.leave_blocking(fiber, turn))
            }
            Instr::Select { plan } => match program.plan(*plan) {
                Plan::Select { cases, otherwise } => {
                    self.select(fiber, turn, doors, cases, *otherwise)
                }
                _ => Ok(Flow::Next),
            },
            _ => fail(FailureKind::Error, format!("this instruction cannot be done: {instr:?}")),
        }
    }

    /// What people call the object that is used, if anybody keeps it.
    fn trace_name(&mut self, program: &Program, fiber: &Fiber, args: ListId) {
        if self.trace.is_none() {
            return;
        }
        let Some((slot, frame)) = program.list(args).first().zip(fiber.top()) else { return };
        let used = match self.read(fiber, *slot) {
            Value::Sync(id) => Some(*id),
            _ => None,
        };
        let name = program.name(frame.code, *slot);
        if let (Some(trace), Some(id), Some(name)) = (&mut self.trace, used, name) {
            trace.name(id, name);
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

    pub(super) fn row(&self, program: &Program, fiber: &Fiber, list: ListId) -> Vec<Value> {
        program.list(list).iter().map(|slot| self.read(fiber, *slot).clone()).collect()
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
                Ok(turn.waits(Wait::Lock(id, *mode)))
            }
        }
    }
}

pub(super) fn pop_open(fiber: &mut Fiber, is_it: impl Fn(&Open) -> bool) -> Option<Open> {
    let open = &mut fiber.extra()?.open;
    let at = open.iter().rposition(is_it)?;
    Some(open.remove(at))
}

fn fail_kind(kind: FailKind, is_provided: bool) -> FailureKind {
    match kind {
        FailKind::Assert if is_provided => FailureKind::Value,
        FailKind::Panic => FailureKind::Panic,
        FailKind::Assert => FailureKind::Assert,
        FailKind::Unassigned => FailureKind::Error,
    }
}
