//! What other tasks or the outside can see: output, time, channels, atoms, tasks, parallel loops.

use weir_analyzer::mir::{Family, Intrinsic, LockMode};

use super::{Args, arg};
use crate::bounds::TIME_MAX_NS;
use crate::engine::Doors;
use crate::failure::{FailureKind as Kind, Fallible, fail};
use crate::machine::Machine;
use crate::program::{Program, Reg};
use crate::sync::parallel::ParallelKind;
use crate::sync::{LockWaiter, Message, Received, Waiter, sync_id};
use crate::task::{Fiber, Joining, Open, State, TaskResult, Wait};
use crate::time::Timer;
use crate::value::{Printer, SyncId, TaskId, Value, equal};
use crate::vm::operators::{shown, wanted};
use crate::vm::parallel::open_parallel;
use crate::vm::visible::pop_open;
use crate::vm::{Flow, Stop, Turn, access};
use crate::world::Stream;

impl Machine {
    #[expect(clippy::too_many_arguments, reason = "the machine's four parts, and the call")]
    pub(in crate::vm) fn visible_native(
        &mut self,
        program: &Program,
        fiber: &mut Fiber,
        turn: &mut Turn,
        doors: &mut Doors<'_>,
        dest: Reg,
        intrinsic: Intrinsic,
        args: Args,
    ) -> Fallible<Flow> {
        use Intrinsic::*;
        let value = match intrinsic {
            Print | Eprint => {
                let text = self.printed(program, &args)?;
                let stream = if intrinsic == Print { Stream::Stdout } else { Stream::Stderr };
                doors.world.write(stream, &text);
                Value::Unit
            }
            Panic => {
                let message = Printer::new(program, &self.heap).text(arg(&args, 0))?;
                return fail(Kind::Panic, message);
            }
            Now => Value::Instant(instant(turn)),
            InstantElapsed => match arg(&args, 0) {
                Value::Instant(since) => Value::Duration(instant(turn).saturating_sub(*since)),
                other => return Err(wanted("an instant", other)),
            },
            TaskId => Value::str(&*self.tasks.get(turn.task.0).path),
            YieldNow => {
                fiber.give(dest, Value::Unit);
                fiber.advance();
                return Ok(if turn.is_evaluation {
                    Flow::Reload
                } else {
                    Flow::Stop(Stop::Yields)
                });
            }
            RandomBits => match self.draws.next() {
                Ok(bits) => {
                    self.schedule.keep_draw();
                    Value::Int(bits as i64)
                }
                Err(message) => {
                    self.diverge(message);
                    return Ok(Flow::Diverged);
                }
            },
            Sleep => return self.sleep(fiber, turn, dest, arg(&args, 0)),
            TimeTicks => self.new_ticker(turn, arg(&args, 0))?,
            outside if outside.family() == Family::Outside => {
                return self.outside(fiber, turn, doors, dest, outside, &args);
            }
            ParallelMap | ParallelReduce => {
                return self.parallel(fiber, turn, dest, intrinsic, &args);
            }
            TaskJoin | TaskOutcome | TaskCancel | TaskDone | JoinAll => {
                return self.task_method(fiber, turn, dest, intrinsic, &args);
            }
            _ => return self.sync_method(program, fiber, turn, doors, dest, intrinsic, args),
        };
        fiber.give(dest, value);
        Ok(Flow::Next)
    }

    fn printed(&self, program: &Program, args: &[Value]) -> Fallible<String> {
        let mut printer = Printer::new(program, &self.heap);
        let mut text = String::new();
        for (at, value) in args.iter().enumerate() {
            shown(&self.heap, value)?;
            if at > 0 {
                text.push(' ');
            }
            printer.write_text(&mut text, value)?;
        }
        text.push('\n');
        Ok(text)
    }

    fn sleep(
        &mut self,
        fiber: &mut Fiber,
        turn: &mut Turn,
        dest: Reg,
        length: &Value,
    ) -> Fallible<Flow> {
        let Value::Duration(length) = length else { return Err(wanted("a duration", length)) };
        if turn.is_evaluation {
            return fail(Kind::Error, crate::vm::MUST_NOT_WAIT);
        }
        if *length <= 0 {
            fiber.give(dest, Value::Unit);
            fiber.advance();
            return Ok(Flow::Stop(Stop::Yields));
        }
        let due = turn.clock.saturating_add(length.unsigned_abs());
        if due > TIME_MAX_NS {
            let message = "this sleep would last beyond the end of virtual time, which is some \
                           292 years after the start of the run";
            return fail(Kind::Overflow, message);
        }
        let timer = self.timers.set(due, turn.lane, Timer::Sleep(turn.task));
        self.tasks.get_mut(turn.task.0).timer = Some(timer);
        Ok(turn.waits(Wait::Sleep))
    }

    fn parallel(
        &mut self,
        fiber: &mut Fiber,
        turn: &mut Turn,
        dest: Reg,
        intrinsic: Intrinsic,
        args: &[Value],
    ) -> Fallible<Flow> {
        if let Some(scope) = open_parallel(fiber) {
            return self.parallel_ended(fiber, turn, scope, Some(dest));
        }
        let items = access::elements(&self.heap, arg(args, 0))?;
        let (kind, start, function) = match intrinsic {
            Intrinsic::ParallelMap => (ParallelKind::Map, None, arg(args, 1)),
            _ => (ParallelKind::Reduce, Some(arg(args, 1).clone()), arg(args, 2)),
        };
        let Value::Function(function) = function else {
            return Err(wanted("a function", function));
        };
        self.begin_parallel(fiber, turn, kind, function.clone(), items, start)
    }

    fn task_method(
        &mut self,
        fiber: &mut Fiber,
        turn: &mut Turn,
        dest: Reg,
        intrinsic: Intrinsic,
        args: &[Value],
    ) -> Fallible<Flow> {
        if intrinsic == Intrinsic::JoinAll {
            return self.join_all(fiber, turn, dest, arg(args, 0));
        }
        let Value::Task(task) = *arg(args, 0) else {
            return self.settled_method(fiber, dest, intrinsic, arg(args, 0));
        };
        let value = match intrinsic {
            Intrinsic::TaskJoin => match self.join(task, turn.task)? {
                Some(value) => value,
                None => return Ok(turn.waits(Wait::Join(task))),
            },
            Intrinsic::TaskOutcome => match self.task_outcome(task, turn.task) {
                Some(value) => value,
                None => return Ok(turn.waits(Wait::Join(task))),
            },
            Intrinsic::TaskCancel => {
                self.cancel(task);
                Value::Unit
            }
            _ => {
                let is_done = self.is_done(task);
                if let (true, Some(races)) = (is_done, &mut self.races) {
                    races.joined(turn.task, task);
                }
                Value::Bool(is_done)
            }
        };
        fiber.give(dest, value);
        Ok(Flow::Next)
    }

    /// A method of a name whose task was settled into its result.
    fn settled_method(
        &mut self,
        fiber: &mut Fiber,
        dest: Reg,
        intrinsic: Intrinsic,
        of: &Value,
    ) -> Fallible<Flow> {
        let value = match (intrinsic, of) {
            (Intrinsic::TaskCancel, _) => Value::Unit,
            (Intrinsic::TaskDone, _) => Value::Bool(true),
            (_, Value::Lost | Value::Unassigned) => return Err(wanted("a task", of)),
            (Intrinsic::TaskOutcome, of) => Value::ok(of.clone()),
            (_, of) => of.clone(),
        };
        fiber.give(dest, value);
        Ok(Flow::Next)
    }

    /// Joins one after the other; one that has to wait keeps how far it has come.
    fn join_all(
        &mut self,
        fiber: &mut Fiber,
        turn: &mut Turn,
        dest: Reg,
        tasks: &Value,
    ) -> Fallible<Flow> {
        let mut joining = match pop_open(fiber, |open| matches!(open, Open::Joining(_))) {
            Some(Open::Joining(joining)) => joining,
            _ => {
                let rest = access::elements(&self.heap, tasks)?.into_iter();
                Box::new(Joining { rest, results: Vec::new() })
            }
        };
        while let Some(task) = joining.rest.as_slice().first() {
            let Value::Task(task) = *task else { return Err(wanted("a task", task)) };
            let Some(value) = self.join(task, turn.task)? else {
                if let Some(extra) = fiber.extra() {
                    extra.open.push(Open::Joining(joining));
                }
                return Ok(turn.waits(Wait::Join(task)));
            };
            joining.results.push(value);
            joining.rest.next();
        }
        fiber.give(dest, Value::list(joining.results));
        Ok(Flow::Next)
    }

    #[expect(clippy::too_many_arguments, reason = "the machine's four parts, and the call")]
    fn sync_method(
        &mut self,
        program: &Program,
        fiber: &mut Fiber,
        turn: &mut Turn,
        doors: &mut Doors<'_>,
        dest: Reg,
        intrinsic: Intrinsic,
        args: Args,
    ) -> Fallible<Flow> {
        use Intrinsic::*;
        let id = sync_id(arg(&args, 0))?;
        let message = |turn: &Turn| Message { value: arg(&args, 1).clone(), stamp: turn.stamp() };
        let value = match intrinsic {
            ChannelTrySend => {
                let can_send = self.channel(id)?.can_send();
                if can_send || self.channel(id)?.closed {
                    self.send_now(id, message(turn))?;
                }
                Value::Bool(can_send)
            }
            ChannelTryReceive => match self.receive_now(id)? {
                Received::Value(message, _) => Value::some(message.value),
                Received::Drained | Received::Empty => Value::None,
            },
            ChannelClose => {
                self.close(id)?;
                Value::Unit
            }
            ChannelClosed => Value::Bool(self.channel(id)?.closed),
            ChannelLen => Value::Int(self.channel(id)?.buffer.len() as i64),
            ChannelCapacity => Value::Int(self.channel(id)?.capacity as i64),
            AtomGet => {
                let value = self.atom(id)?.value.clone();
                if let Some(races) = &mut self.races {
                    races.observes(id, turn.task);
                }
                value
            }
            AtomSet => {
                self.atom(id)?.value = arg(&args, 1).clone();
                if let Some(races) = &mut self.races {
                    races.writes_atom(id);
                }
                Value::Unit
            }
            AtomSwap => {
                let Value::Function(function) = arg(&args, 1) else {
                    return Err(wanted("a function", arg(&args, 1)));
                };
                let mut args = vec![self.atom(id)?.value.clone()];
                args.extend(function.captures.iter().cloned());
                if let Some(races) = &mut self.races {
                    races.observes(id, turn.task);
                }
                let value = self.evaluate(program, turn, doors, function.code, args)?;
                self.atom(id)?.value = value.clone();
                if let Some(races) = &mut self.races {
                    races.writes_atom(id);
                }
                value
            }
            AtomCompareAndSet => {
                let is_same = equal(&self.atom(id)?.value, arg(&args, 1));
                if is_same {
                    self.atom(id)?.value = arg(&args, 2).clone();
                }
                match &mut self.races {
                    Some(races) if is_same => races.writes_atom(id),
                    Some(races) => races.observes(id, turn.task),
                    None => {}
                }
                Value::Bool(is_same)
            }
            MutexLock => return self.lock_bare(program, fiber, turn, doors, dest, id),
            MutexTryLock => {
                let waiter = LockWaiter { task: turn.task, mode: LockMode::Lock, when: None };
                Value::Bool(self.lock_now(program, turn, doors, id, &waiter)?.is_some())
            }
            MutexUnlock => {
                self.unlock(program, turn, doors, id, LockMode::Lock, Value::Unit)?;
                Value::Unit
            }
            SemaphoreAcquire => match self.acquire_permit(id, turn.task)? {
                true => Value::Unit,
                false => {
                    self.semaphore(id)?.waiters.push_back(turn.task);
                    return Ok(turn.waits(Wait::Lock(id, LockMode::Acquire)));
                }
            },
            SemaphoreTryAcquire => Value::Bool(self.acquire_permit(id, turn.task)?),
            SemaphoreRelease => {
                self.release_permit(id)?;
                Value::Unit
            }
            BarrierWait => match self.arrive(id, turn.task)? {
                true => Value::Unit,
                false => return Ok(turn.waits(Wait::Barrier(id))),
            },
            SignalSet => {
                self.set_signal(id)?;
                Value::Unit
            }
            SignalIsSet => Value::Bool(self.signal(id)?.is_set),
            SignalWait => match self.signal(id)?.is_set {
                true => {
                    if let Some(races) = &mut self.races {
                        races.observes(id, turn.task);
                    }
                    Value::Unit
                }
                false => {
                    self.signal(id)?.waiters.push_back(Waiter::plain(turn.task));
                    return Ok(turn.waits(Wait::Signal(id)));
                }
            },
            _ => {
                return fail(Kind::Error, format!("`{}` is only for `with`", intrinsic.name()));
            }
        };
        fiber.give(dest, value);
        Ok(Flow::Next)
    }

    /// A lock that guards nothing, taken without a block.
    fn lock_bare(
        &mut self,
        program: &Program,
        fiber: &mut Fiber,
        turn: &mut Turn,
        doors: &mut Doors<'_>,
        dest: Reg,
        id: SyncId,
    ) -> Fallible<Flow> {
        let waiter = LockWaiter { task: turn.task, mode: LockMode::Lock, when: None };
        if self.lock_now(program, turn, doors, id, &waiter)?.is_none() {
            self.enqueue_lock(id, waiter);
            return Ok(turn.waits(Wait::Lock(id, LockMode::Lock)));
        }
        fiber.give(dest, Value::Unit);
        Ok(Flow::Next)
    }

    /// Main's result, once it has ended.
    pub(crate) fn main_result(&self) -> Option<TaskResult> {
        let main: TaskId = self.main;
        match &self.tasks.get(main.0).state {
            State::Done(result) => Some(result.clone()),
            _ => None,
        }
    }
}

fn instant(turn: &Turn) -> i64 {
    i64::try_from(turn.clock).unwrap_or(i64::MAX)
}
