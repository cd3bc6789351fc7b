//! What others can see but what needs no scheduler: a value into a buffer with room or to who waits for
//! it, a lock that is free, and to begin to wait for a value or for who takes one.
//!
//! Most sends, receives and locks are of that kind, and are done inside the hot loop. Here no processor
//! is woken and nothing is chosen. Invariant: whatever is done here,
//! [`visible`](super::visible) would do the same way, for the same step and time; what is in doubt is
//! left to it.

use weir_analyzer::mir::{Intrinsic, LockMode};

use super::interpret::{Registers, pop_lock, push_lock};
use crate::cost::VISIBLE_NS;
use crate::machine::Machine;
use crate::program::{Instr, Plan, Program, Reg, Slot};
use crate::races::Spot;
use crate::sync::{Message, Received, Sync, Waiter};
use crate::task::{Frame, Open, Wait};
use crate::trace::Stamp;
use crate::value::{SyncId, Value};
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
            && self.options.slice_ns != 0
            && self.pending_raise(turn.task).is_none();
    }

    /// Does the instruction of the frame if it concerns nobody else. What is `WATCHED` tells the race detector.
    #[inline(never)]
    pub(super) fn alone<const WATCHED: bool>(
        &mut self,
        program: &Program,
        frame: &mut Frame,
        (own, literals): (&mut [Value], &[Value]),
        turn: &mut Turn,
        instr: &Instr,
    ) -> Alone {
        let mut registers = Registers { own, literals };
        if !turn.is_undisturbed
            || turn.clock > turn.horizon
            || turn.steps_left == 0
            || self.is_over_memory(turn)
            || WATCHED && !self.tell_spot(program, frame)
        {
            return Alone::No;
        }
        let done = |is_done: bool| if is_done { Alone::Done } else { Alone::No };
        let came = match instr {
            Instr::CallNative { dest, native, args } => self.native_alone::<WATCHED>(
                &mut registers,
                turn,
                *dest,
                native.0,
                program.list(*args),
            ),
            Instr::Next { iterator, dest, .. } => {
                let channel = Slot::register(*iterator);
                self.receive_alone::<WATCHED>(&mut registers, turn, *dest, channel)
            }
            Instr::EnterLock { plan } => match program.plan(*plan) {
                Plan::Lock { loan, lock, mode, when: None } => {
                    let lock = (*loan, *lock, *mode);
                    done(self.lock_alone::<WATCHED>(program, frame, &mut registers, turn, lock))
                }
                _ => Alone::No,
            },
            Instr::ExitLock { loan, lock, mode } => {
                let lock = (*loan, *lock, *mode);
                done(self.unlock_alone::<WATCHED>(frame, &registers, turn, lock))
            }
            _ => Alone::No,
        };
        if came != Alone::No {
            turn.clock += VISIBLE_NS;
            turn.acted_at = turn.clock;
            turn.steps_left -= 1;
        }
        came
    }

    /// The detector hears where the task is, if the frame itself says that.
    fn tell_spot(&mut self, program: &Program, frame: &Frame) -> bool {
        let Frame { code, pc, .. } = *frame;
        let is_there = program.place(code, pc).is_some();
        if let (true, Some(races)) = (is_there, &mut self.races) {
            races.at(Spot { code: code.0, pc });
        }
        is_there
    }

    #[inline]
    fn native_alone<const WATCHED: bool>(
        &mut self,
        registers: &mut Registers<'_>,
        turn: &mut Turn,
        dest: Reg,
        intrinsic: Intrinsic,
        args: &[Slot],
    ) -> Alone {
        match (intrinsic, args) {
            (Intrinsic::ChannelSend, [channel, value]) => {
                let Some(id) = sync_at(registers, *channel) else { return Alone::No };
                let Sync::Channel(channel) = self.heap.sync_mut(id) else { return Alone::No };
                let time = turn.clock + VISIBLE_NS;
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
            (Intrinsic::ChannelReceive, [channel]) => {
                self.receive_alone::<WATCHED>(registers, turn, dest, *channel)
            }
            (Intrinsic::AtomGet, [atom]) => {
                let Some(id) = sync_at(registers, *atom) else { return Alone::No };
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

    #[inline]
    fn receive_alone<const WATCHED: bool>(
        &mut self,
        registers: &mut Registers<'_>,
        turn: &mut Turn,
        dest: Reg,
        channel: Slot,
    ) -> Alone {
        let Some(id) = sync_at(registers, channel) else { return Alone::No };
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
        self.here = Stamp { lane: turn.lane as u32, time: turn.clock + VISIBLE_NS };
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

    #[inline]
    fn lock_alone<const WATCHED: bool>(
        &mut self,
        program: &Program,
        frame: &mut Frame,
        registers: &mut Registers<'_>,
        turn: &Turn,
        (loan, slot, mode): (Reg, Slot, LockMode),
    ) -> bool {
        let Some(id) = sync_at(registers, slot) else { return false };
        match self.heap.sync_mut(id) {
            Sync::Mutex(mutex) if mutex.holder.is_none() && mutex.waiters.is_empty() => {
                mutex.holder = Some(turn.task);
                registers.place(loan).put_copy(&mutex.value);
                if let (true, Some(races)) = (WATCHED, &mut self.races) {
                    races.locked(id, mode, turn.task);
                    races.lent(&self.heap, registers.at(loan), mode, turn.task);
                }
            }
            // A permit comes from who gave it back; that is followed on the slow way.
            Sync::Semaphore(semaphore) if !WATCHED => match semaphore.acquire() {
                true => registers.place(loan).put_unit(),
                false => return false,
            },
            _ => return false,
        }
        if let (true, Some(races)) = (WATCHED, &mut self.races)
            && let Some(name) = program.name(frame.code, slot)
        {
            races.name_lock(id, name);
        }
        push_lock(&mut frame.extra().open, (loan, id, mode));
        true
    }

    #[inline]
    fn unlock_alone<const WATCHED: bool>(
        &mut self,
        frame: &mut Frame,
        registers: &Registers<'_>,
        turn: &Turn,
        (loan, lock, mode): (Reg, Slot, LockMode),
    ) -> bool {
        let Some(id) = sync_at(registers, lock) else { return false };
        let open = &mut frame.extra().open;
        if !matches!(open.last(), Some(Open::Lock { lock, .. }) if *lock == id) {
            return false;
        }
        match self.heap.sync_mut(id) {
            Sync::Mutex(mutex) if mutex.holder == Some(turn.task) && mutex.waiters.is_empty() => {
                mutex.holder = None;
                match mode {
                    LockMode::Lock => {
                        mutex.value.put_copy(registers.read(Slot::register(loan)));
                    }
                    _ => mutex.value.put_unit(),
                }
                if let (true, Some(races)) = (WATCHED, &mut self.races) {
                    races.unlocked(id, mode, turn.task);
                    races.given_back(&self.heap, registers.at(loan), mode, turn.task);
                }
            }
            Sync::Semaphore(semaphore) if !WATCHED && semaphore.waiters.is_empty() => {
                semaphore.free += 1;
            }
            _ => return false,
        }
        pop_lock(open, id)
    }
}

#[inline]
fn sync_at(registers: &Registers<'_>, slot: Slot) -> Option<SyncId> {
    match registers.read(slot) {
        Value::Sync(id) => Some(*id),
        _ => None,
    }
}
