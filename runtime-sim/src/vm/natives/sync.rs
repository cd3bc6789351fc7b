//! The methods of channels, atoms, locks, semaphores, barriers and signals.

use weir_analyzer::mir::{Intrinsic, LockMode};

use super::{Args, arg};
use crate::engine::Doors;
use crate::failure::{FailureKind as Kind, Fallible, fail};
use crate::machine::Machine;
use crate::program::{Program, Reg};
use crate::sync::{LockWaiter, Message, Received, Waiter, sync_id};
use crate::task::{Fiber, Wait};
use crate::value::{SyncId, Value, equal};
use crate::vm::operators::wanted;
use crate::vm::{Flow, Turn};

impl Machine {
    #[expect(clippy::too_many_arguments, reason = "the machine's four parts, and the call")]
    pub(super) fn sync_method(
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
}
