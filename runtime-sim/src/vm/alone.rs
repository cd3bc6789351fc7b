//! What others can see but what needs no scheduler: a value into a buffer with room or to who waits for
//! it, a lock that is free.
//!
//! Most sends, receives and locks are of that kind, and are done inside the hot loop. Here the task does not
//! wait, no processor is woken and nothing is chosen. Invariant: whatever is done here,
//! [`visible`](super::visible) would do the same way, for the same step and time; what is in doubt is
//! left to it.

use weir_analyzer::mir::{Intrinsic, LockMode};

use crate::cost::VISIBLE_NS;
use crate::machine::Machine;
use crate::program::{Instr, ListId, Plan, Program, Reg, Slot};
use crate::sync::{Message, Received, Sync};
use crate::task::{Fiber, Open};
use crate::trace::Stamp;
use crate::value::{SyncId, Value};
use crate::vm::Turn;

impl Machine {
    /// Takes note of whether the task may do without the rest of the machine for a while.
    pub(super) fn look_for_disturbance(&self, turn: &mut Turn) {
        turn.is_undisturbed = !turn.is_evaluation
            && self.races.is_none()
            && self.trace.is_none()
            && self.options.slice_ns != 0
            && self.pending_raise(turn.task).is_none();
    }

    /// Does the instruction if it concerns nobody else.
    #[inline]
    pub(super) fn alone(
        &mut self,
        program: &Program,
        fiber: &mut Fiber,
        turn: &mut Turn,
        instr: &Instr,
    ) -> bool {
        if !turn.is_undisturbed
            || turn.clock > turn.horizon
            || turn.steps_left == 0
            || self.is_over_memory(turn)
        {
            return false;
        }
        let is_done = match instr {
            Instr::CallNative { dest, native, args } => {
                self.native_alone(program, fiber, turn, *dest, native.0, *args)
            }
            Instr::Next { iterator, dest, .. } => {
                self.receive_alone(fiber, turn, *dest, Slot::register(*iterator))
            }
            Instr::EnterLock { plan } => self.lock_alone(program, fiber, turn, *plan),
            Instr::ExitLock { loan, lock, mode } => {
                self.unlock_alone(fiber, turn, *loan, *lock, *mode)
            }
            _ => false,
        };
        if is_done {
            turn.clock += VISIBLE_NS;
            turn.steps_left -= 1;
        }
        is_done
    }

    fn native_alone(
        &mut self,
        program: &Program,
        fiber: &mut Fiber,
        turn: &mut Turn,
        dest: Reg,
        intrinsic: Intrinsic,
        args: ListId,
    ) -> bool {
        let args = program.list(args);
        match (intrinsic, args) {
            (Intrinsic::ChannelSend, [channel, value]) => {
                let Some(id) = self.sync_at(fiber, *channel) else { return false };
                let value = self.read(fiber, *value).clone();
                let time = turn.clock + VISIBLE_NS;
                let message = Message { value, stamp: Stamp { lane: turn.lane as u32, time } };
                let Sync::Channel(channel) = self.heap.sync_mut(id) else { return false };
                if channel.can_buffer_alone() {
                    channel.buffer.push_back(message);
                } else if !channel.can_send() || !self.lanes.wakes_nobody() {
                    return false;
                } else {
                    self.here = message.stamp;
                    // It can be sent, so this neither waits nor fails.
                    let _ = self.send_now(id, message);
                    self.woke(turn);
                }
                fiber.give(dest, Value::Unit);
                true
            }
            (Intrinsic::ChannelReceive, [channel]) => {
                self.receive_alone(fiber, turn, dest, *channel)
            }
            (Intrinsic::AtomGet, [atom]) => {
                let Some(id) = self.sync_at(fiber, *atom) else { return false };
                let Sync::Atom(atom) = self.heap.sync(id) else { return false };
                fiber.give(dest, atom.value.clone());
                true
            }
            _ => false,
        }
    }

    fn receive_alone(
        &mut self,
        fiber: &mut Fiber,
        turn: &mut Turn,
        dest: Reg,
        channel: Slot,
    ) -> bool {
        let Some(id) = self.sync_at(fiber, channel) else { return false };
        let Sync::Channel(channel) = self.heap.sync_mut(id) else { return false };
        if let Some(message) = channel.take_alone() {
            fiber.give(dest, message.value);
            return true;
        }
        if !channel.can_receive() || !self.lanes.wakes_nobody() {
            return false;
        }
        self.here = Stamp { lane: turn.lane as u32, time: turn.clock + VISIBLE_NS };
        let Ok(Received::Value(message, _)) = self.receive_now(id) else { return false };
        self.woke(turn);
        fiber.give(dest, message.value);
        true
    }

    /// Somebody was made ready, and is found by a processor that is at work.
    fn woke(&mut self, turn: &mut Turn) {
        self.lanes.want_no_wake();
        self.look_around_again(turn);
    }

    fn lock_alone(
        &mut self,
        program: &Program,
        fiber: &mut Fiber,
        turn: &Turn,
        plan: crate::program::PlanId,
    ) -> bool {
        let Plan::Lock { loan, lock, mode, when: None } = program.plan(plan) else { return false };
        let Some(id) = self.sync_at(fiber, *lock) else { return false };
        let value = match self.heap.sync_mut(id) {
            Sync::Mutex(mutex) if mutex.holder.is_none() && mutex.waiters.is_empty() => {
                mutex.holder = Some(turn.task);
                mutex.value.clone()
            }
            Sync::Semaphore(semaphore) => match semaphore.acquire() {
                true => Value::Unit,
                false => return false,
            },
            _ => return false,
        };
        fiber.give(*loan, value);
        if let Some(extra) = fiber.extra() {
            extra.open.push(Open::Lock { loan: *loan, lock: id, mode: *mode });
        }
        true
    }

    fn unlock_alone(
        &mut self,
        fiber: &mut Fiber,
        turn: &Turn,
        loan: Reg,
        lock: Slot,
        mode: LockMode,
    ) -> bool {
        let Some(id) = self.sync_at(fiber, lock) else { return false };
        let is_innermost = fiber.top().and_then(|frame| frame.extra.as_ref()).is_some_and(
            |extra| matches!(extra.open.last(), Some(Open::Lock { lock, .. }) if *lock == id),
        );
        if !is_innermost {
            return false;
        }
        let value = match mode {
            LockMode::Lock => self.read(fiber, Slot::register(loan)).clone(),
            _ => Value::Unit,
        };
        match self.heap.sync_mut(id) {
            Sync::Mutex(mutex) if mutex.holder == Some(turn.task) && mutex.waiters.is_empty() => {
                mutex.holder = None;
                mutex.value = value;
            }
            Sync::Semaphore(semaphore) if semaphore.waiters.is_empty() => semaphore.free += 1,
            _ => return false,
        }
        if let Some(extra) = fiber.extra() {
            extra.open.pop();
        }
        true
    }

    fn sync_at(&self, fiber: &Fiber, slot: Slot) -> Option<SyncId> {
        match self.read(fiber, slot) {
            Value::Sync(id) => Some(*id),
            _ => None,
        }
    }
}
