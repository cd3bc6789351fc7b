//! What others can see but what needs no scheduler: a value into a buffer with room or to who waits for
//! it, a lock that is free, and to begin to wait for a value or for who takes one.
//!
//! Most sends, receives and locks are of that kind, and are done inside the hot loop. Here no processor
//! is woken and nothing is chosen. Invariant: whatever is done here,
//! [`visible`](super::visible) would do the same way, for the same step and time; what is in doubt is
//! left to it.

use weir_analyzer::mir::{Intrinsic, LockMode};

use super::interpret::{Registers, place, pop_lock, push_lock};
use crate::machine::Machine;
use crate::program::{Program, Reg, Slot};
use crate::races::Spot;
use crate::sync::{Message, Received, Sync, Waiter};
use crate::task::{Frame, Open, Wait};
use crate::trace::Stamp;
use crate::value::{SyncId, TaskId, Value};
use crate::vm::Turn;

/// What came of an instruction that others can see.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Alone {
    Done,
    /// The task is to wait, for what is in the turn.
    Waits,
    /// It is not for here.
    No,
}

impl Machine {
    /// Takes note of whether the task may do without the rest of the machine for a while.
    pub(super) fn look_for_disturbance(&self, turn: &mut Turn) {
        turn.is_undisturbed = !turn.is_evaluation
            && self.trace.is_none()
            && !self.options.in_turns
            && self.pending_raise(turn.task).is_none();
    }

    /// The detector hears where the task is, if the frame itself says that.
    pub(super) fn tell_spot(&mut self, program: &Program, frame: &Frame) -> bool {
        let Frame { code, pc, .. } = *frame;
        let is_there = program.place(code, pc).is_some();
        if let (true, Some(races)) = (is_there, &mut self.races) {
            races.at(Spot { code: code.0, pc });
        }
        is_there
    }

    /// The detector hears what the lock is called that the frame has taken.
    pub(super) fn name_lock(&mut self, program: &Program, frame: &Frame, id: SyncId, slot: Slot) {
        if let (Some(races), Some(name)) = (&mut self.races, program.name(frame.code, slot)) {
            races.name_lock(id, name);
        }
    }

    /// A call that is done by `time` if it concerns nobody else. What is `WATCHED` tells the race detector, here and
    /// in the rest.
    #[inline(never)]
    pub(super) fn native_alone<const WATCHED: bool>(
        &mut self,
        (own, literals): (&mut [Value], &[Value]),
        (dest, intrinsic, args): (Reg, Intrinsic, &[Slot]),
        turn: &mut Turn,
        time: u64,
    ) -> Alone {
        let mut registers = Registers { own, literals };
        match (intrinsic, args) {
            (Intrinsic::ChannelSend, [channel, value]) => {
                let Some(id) = sync_at(&registers, *channel) else { return Alone::No };
                let Sync::Channel(channel) = self.heap.sync_mut(id) else { return Alone::No };
                let stamp = Stamp { lane: turn.lane as u32, time };
                if channel.can_buffer_alone() {
                    let (capacity, value) = (channel.capacity, registers.read(*value));
                    channel.buffer_copy(value, stamp);
                    if let (true, Some(races)) = (WATCHED, &mut self.races) {
                        races.buffered(id, capacity, turn.task);
                        races.given(&self.heap, std::slice::from_ref(value), turn.task);
                    }
                } else if !channel.can_send() {
                    if WATCHED || channel.closed {
                        return Alone::No;
                    }
                    let message = Message { value: registers.read(*value).share(), stamp };
                    channel.senders.push_back((Waiter::plain(turn.task), message));
                    turn.wait = Some(Wait::Send(id));
                    return Alone::Waits;
                } else if !self.lanes.wakes_nobody() {
                    return Alone::No;
                } else {
                    self.here = stamp;
                    let value = registers.read(*value).share();
                    // It can be sent, so this neither waits nor fails.
                    let _ = self.send_now(id, Message { value, stamp });
                    self.woke(turn);
                }
                registers.place(dest).put_unit();
                Alone::Done
            }
            (Intrinsic::AtomGet, [atom]) => {
                let Some(id) = sync_at(&registers, *atom) else { return Alone::No };
                let Sync::Atom(atom) = self.heap.sync(id) else { return Alone::No };
                registers.place(dest).put_copy(&atom.value);
                if let (true, Some(races)) = (WATCHED, &mut self.races) {
                    races.observes(id, turn.task);
                }
                Alone::Done
            }
            _ => Alone::No,
        }
    }

    /// A value out of a channel.
    #[inline(never)]
    pub(super) fn receive_alone<const WATCHED: bool>(
        &mut self,
        (own, literals): (&mut [Value], &[Value]),
        (dest, channel): (Reg, Slot),
        turn: &mut Turn,
        time: u64,
    ) -> Alone {
        let mut registers = Registers { own, literals };
        let Some(id) = sync_at(&registers, channel) else { return Alone::No };
        let Sync::Channel(channel) = self.heap.sync_mut(id) else { return Alone::No };
        if channel.can_take_alone() {
            let capacity = channel.capacity;
            let Some(message) = channel.buffer.front() else { return Alone::No };
            // A copy, since most are only bits, and to move those is more.
            registers.place(dest).put_copy(&message.value);
            channel.buffer.pop_front();
            if let (true, Some(races)) = (WATCHED, &mut self.races) {
                races.unbuffered(id, capacity, turn.task);
                races.got(&self.heap, registers.at(dest), turn.task);
            }
            return Alone::Done;
        }
        if !channel.can_receive() {
            if WATCHED || channel.closed {
                return Alone::No;
            }
            channel.receivers.push_back(Waiter::plain(turn.task));
            turn.wait = Some(Wait::Receive(id));
            return Alone::Waits;
        }
        if !self.lanes.wakes_nobody() {
            return Alone::No;
        }
        self.here = Stamp { lane: turn.lane as u32, time };
        let Ok(Received::Value(message, _)) = self.receive_now(id) else { return Alone::No };
        self.woke(turn);
        registers.place(dest).replace(message.value);
        Alone::Done
    }

    /// Somebody was made ready, and is found by a processor that is at work.
    fn woke(&mut self, turn: &mut Turn) {
        self.lanes.want_no_wake();
        self.look_around_again(turn);
    }

    /// A lock that is free.
    #[inline(never)]
    pub(super) fn lock_alone<const WATCHED: bool>(
        &mut self,
        frame: &mut Frame,
        own: &mut [Value],
        task: TaskId,
        (loan, id, mode): (Reg, SyncId, LockMode),
    ) -> Alone {
        match self.heap.sync_mut(id) {
            Sync::Mutex(mutex) if mutex.holder.is_none() && mutex.waiters.is_empty() => {
                mutex.holder = Some(task);
                place(own, loan).put_copy(&mutex.value);
                if let (true, Some(races)) = (WATCHED, &mut self.races) {
                    races.locked(id, mode, task);
                    races.lent(&self.heap, place(own, loan), mode, task);
                }
            }
            // A permit comes from who gave it back; that is followed on the slow way.
            Sync::Semaphore(semaphore) if !WATCHED => match semaphore.acquire() {
                true => place(own, loan).put_unit(),
                false => return Alone::No,
            },
            _ => return Alone::No,
        }
        push_lock(&mut frame.extra().open, (loan, id, mode));
        Alone::Done
    }

    /// A lock that nobody waits for.
    #[inline(never)]
    pub(super) fn unlock_alone<const WATCHED: bool>(
        &mut self,
        frame: &mut Frame,
        own: &mut [Value],
        task: TaskId,
        (loan, id, mode): (Reg, SyncId, LockMode),
    ) -> Alone {
        let open = &mut frame.extra().open;
        if !matches!(open.last(), Some(Open::Lock { lock, .. }) if *lock == id) {
            return Alone::No;
        }
        match self.heap.sync_mut(id) {
            Sync::Mutex(mutex) if mutex.holder == Some(task) && mutex.waiters.is_empty() => {
                mutex.holder = None;
                match mode {
                    LockMode::Lock => mutex.value.put_copy(place(own, loan)),
                    _ => mutex.value.put_unit(),
                }
                if let (true, Some(races)) = (WATCHED, &mut self.races) {
                    races.unlocked(id, mode, task);
                    races.given_back(&self.heap, place(own, loan), mode, task);
                }
            }
            Sync::Semaphore(semaphore) if !WATCHED && semaphore.waiters.is_empty() => {
                semaphore.free += 1;
            }
            _ => return Alone::No,
        }
        match pop_lock(open, id) {
            true => Alone::Done,
            false => Alone::No,
        }
    }
}

/// The lock or channel that a slot holds.
#[inline(always)]
pub(super) fn sync_at(registers: &Registers<'_>, slot: Slot) -> Option<SyncId> {
    match registers.read(slot) {
        Value::Sync(id) => Some(*id),
        _ => None,
    }
}
