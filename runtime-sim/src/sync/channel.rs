//! Channels: a buffer and two queues. Never both a waiting receiver and a value to receive.

use std::collections::VecDeque;

use super::{Message, Sync, Ticker, Waiter, leave};
use crate::bounds::CHANNEL_BUFFER_MAX;
use crate::failure::{FailureKind, Fallible, fail};
use crate::machine::Machine;
use crate::task::Woken;
use crate::trace::{Arrow, Stamp};
use crate::value::{SyncId, TaskId, Value};

/// A channel.
#[derive(Clone, Debug, Default)]
pub(crate) struct Channel {
    pub(crate) buffer: VecDeque<Message>,
    pub(crate) capacity: usize,
    pub(crate) closed: bool,
    pub(crate) receivers: VecDeque<Waiter>,
    pub(crate) senders: VecDeque<(Waiter, Message)>,
    /// What sends to it, if time does.
    pub(crate) ticker: Option<Ticker>,
    /// Cases that wait for it to be closed and drained.
    pub(crate) ends: VecDeque<Waiter>,
}

/// What came of a send that does not wait.
pub(crate) enum Sent {
    /// A waiting receiver has it.
    Handed(Waiter, Message),
    Buffered,
    /// Nobody takes it now.
    Full(Message),
    Closed,
}

/// What came of a receive that does not wait.
pub(crate) enum Received {
    /// A value, and the sender whose value took its place in the buffer, or who gave it.
    Value(Message, Option<Waiter>),
    Empty,
    /// Closed, and no value left.
    Drained,
}

impl Channel {
    pub(crate) fn new(capacity: i64) -> Fallible<Self> {
        if !(0..=CHANNEL_BUFFER_MAX).contains(&capacity) {
            let message = format!(
                "a channel's buffer holds 0 to {CHANNEL_BUFFER_MAX} values, not {capacity}"
            );
            return fail(FailureKind::Value, message);
        }
        Ok(Self { capacity: capacity as usize, ..Self::default() })
    }

    pub(crate) fn send(&mut self, message: Message) -> Sent {
        if self.closed {
            return Sent::Closed;
        }
        if let Some(receiver) = self.receivers.pop_front() {
            return Sent::Handed(receiver, message);
        }
        if self.buffer.len() < self.capacity {
            self.buffer.push_back(message);
            return Sent::Buffered;
        }
        Sent::Full(message)
    }

    /// Whether putting a message into the buffer concerns nobody but the sender.
    pub(crate) fn can_buffer_alone(&self) -> bool {
        !self.closed && self.receivers.is_empty() && self.buffer.len() < self.capacity
    }

    /// The same value into the buffer, written where it stays.
    #[inline]
    pub(crate) fn buffer_copy(&mut self, value: &Value, stamp: Stamp) {
        self.buffer.push_back(Message { value: Value::Unassigned, stamp });
        if let Some(message) = self.buffer.back_mut() {
            message.value.put_copy(value);
        }
    }

    /// Whether taking the first message of the buffer concerns nobody but the receiver.
    pub(crate) fn can_take_alone(&self) -> bool {
        self.senders.is_empty()
            && self.ends.is_empty()
            && self.ticker.is_none()
            && !self.buffer.is_empty()
    }

    pub(crate) fn receive(&mut self) -> Received {
        if let Some(message) = self.buffer.pop_front() {
            let sender = self.senders.pop_front().map(|(sender, next)| {
                self.buffer.push_back(next);
                sender
            });
            return Received::Value(message, sender);
        }
        match self.senders.pop_front() {
            Some((sender, message)) => Received::Value(message, Some(sender)),
            None if self.closed => Received::Drained,
            None => Received::Empty,
        }
    }

    pub(crate) fn is_drained(&self) -> bool {
        self.closed && self.buffer.is_empty()
    }

    pub(crate) fn can_receive(&self) -> bool {
        !self.buffer.is_empty() || !self.senders.is_empty()
    }

    pub(crate) fn can_send(&self) -> bool {
        !self.closed && (!self.receivers.is_empty() || self.buffer.len() < self.capacity)
    }

    pub(crate) fn values(&self, visit: &mut dyn FnMut(&Value)) {
        self.buffer.iter().for_each(|message| visit(&message.value));
        self.senders.iter().for_each(|(_, message)| visit(&message.value));
    }

    pub(crate) fn forget_case(&mut self, case: Waiter) {
        leave(&mut self.receivers, |waiter| *waiter == case);
        leave(&mut self.senders, |(waiter, _)| *waiter == case);
        leave(&mut self.ends, |waiter| *waiter == case);
    }

    /// The same for a task that waits here and nowhere else.
    pub(crate) fn forget_receiver(&mut self, task: TaskId) {
        leave(&mut self.receivers, |waiter| waiter.task == task);
    }

    /// The same for a task that waits here and nowhere else.
    pub(crate) fn forget_sender(&mut self, task: TaskId) {
        leave(&mut self.senders, |(waiter, _)| waiter.task == task);
    }
}

impl Machine {
    pub(crate) fn channel(&mut self, id: SyncId) -> Fallible<&mut Channel> {
        match self.heap.sync_mut(id) {
            Sync::Channel(channel) => Ok(channel),
            other => {
                fail(FailureKind::Error, format!("a channel was needed, not a {}", other.noun()))
            }
        }
    }

    /// Sends if that needs no waiting; gives the message back when it does.
    pub(crate) fn send_now(&mut self, id: SyncId, message: Message) -> Fallible<Option<Message>> {
        let channel = self.channel(id)?;
        let capacity = channel.capacity;
        let sent = self.races.is_some().then(|| message.value.clone());
        let channel = self.channel(id)?;
        match channel.send(message) {
            Sent::Handed(receiver, message) => {
                if let Some(races) = &mut self.races {
                    races.handed(id, capacity, races.current(), receiver.task);
                    races.given(&self.heap, std::slice::from_ref(&message.value), races.current());
                    races.got(&self.heap, &message.value, receiver.task);
                }
                self.deliver(receiver, message);
                Ok(None)
            }
            Sent::Buffered => {
                if let Some(races) = &mut self.races {
                    races.buffered(id, capacity, races.current());
                    races.given(&self.heap, sent.as_slice(), races.current());
                }
                self.trace_fill(id);
                Ok(None)
            }
            Sent::Full(message) => Ok(Some(message)),
            Sent::Closed => fail(FailureKind::Closed, "send on a closed channel"),
        }
    }

    /// Gives a waiting receiver its value.
    fn deliver(&mut self, receiver: Waiter, message: Message) {
        self.trace_woken(receiver.task, Arrow::Message, message.stamp);
        self.wake_waiter(receiver, message.value);
    }

    /// Receives if that needs no waiting.
    pub(crate) fn receive_now(&mut self, id: SyncId) -> Fallible<Received> {
        let has_races = self.races.is_some();
        let channel = self.channel(id)?;
        let (capacity, was_buffered) = (channel.capacity, !channel.buffer.is_empty());
        let received = channel.receive();
        let last = channel.buffer.back();
        let moved = last.filter(|_| has_races).map(|message| message.value.clone());
        if let Some(races) = &mut self.races {
            let receiver = races.current();
            match &received {
                Received::Value(message, sender) if was_buffered => {
                    races.unbuffered(id, capacity, receiver);
                    races.got(&self.heap, &message.value, receiver);
                    if let Some(sender) = sender {
                        races.buffered(id, capacity, sender.task);
                        races.given(&self.heap, moved.as_slice(), sender.task);
                    }
                }
                Received::Value(message, Some(sender)) => {
                    races.handed(id, capacity, sender.task, receiver);
                    races.given(&self.heap, std::slice::from_ref(&message.value), sender.task);
                    races.got(&self.heap, &message.value, receiver);
                }
                Received::Drained => races.drained(id, receiver),
                Received::Value(_, None) | Received::Empty => {}
            }
        }
        if let Received::Value(message, sender) = &received {
            let stamp = message.stamp;
            if was_buffered {
                self.set_tick(id, self.here);
            }
            if let Some(sender) = sender {
                self.wake_waiter(*sender, Value::Unit);
            }
            self.trace_received(stamp);
            self.trace_fill(id);
            let channel = self.channel(id)?;
            if channel.is_drained() {
                let ends = std::mem::take(&mut channel.ends);
                ends.into_iter().for_each(|waiter| self.wake_at_end(id, waiter));
            }
        }
        Ok(received)
    }

    pub(crate) fn close(&mut self, id: SyncId) -> Fallible<()> {
        let channel = self.channel(id)?;
        if channel.closed {
            return fail(FailureKind::Closed, "close of a closed channel");
        }
        channel.closed = true;
        let capacity = channel.capacity;
        let senders = std::mem::take(&mut channel.senders);
        let ends = match channel.is_drained() {
            true => std::mem::take(&mut channel.ends),
            false => VecDeque::new(),
        };
        let receivers = std::mem::take(&mut channel.receivers);
        if let Some(races) = &mut self.races {
            races.closed(id, capacity);
        }
        for receiver in receivers {
            match receiver.case {
                // Its case is disabled now. Another may still come true, a timeout for sure; else
                // it looks whether any is left.
                Some(_) if self.tasks.get(receiver.task.0).timer.is_some() => {}
                Some(_) => self.wake(receiver.task, Woken::Retry),
                None => {
                    if let Some(races) = &mut self.races {
                        races.drained(id, receiver.task);
                    }
                    self.wake(receiver.task, Woken::Drained);
                }
            }
        }
        for (sender, _) in senders {
            self.wake(sender.task, Woken::Retry);
        }
        ends.into_iter().for_each(|waiter| self.wake_at_end(id, waiter));
        Ok(())
    }

    /// Wakes a case that waits for the channel to be closed and drained.
    fn wake_at_end(&mut self, id: SyncId, waiter: Waiter) {
        if let Some(races) = &mut self.races {
            races.drained(id, waiter.task);
        }
        self.wake_waiter(waiter, Value::Unit);
    }

    /// Wakes a waiter with what it waited for.
    pub(crate) fn wake_waiter(&mut self, waiter: Waiter, value: Value) {
        let woken = match waiter.case {
            Some(case) => Woken::Case(case, value),
            None => Woken::Done(value),
        };
        self.wake(waiter.task, woken);
    }
}
