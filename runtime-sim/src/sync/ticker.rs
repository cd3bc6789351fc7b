//! Tickers: channels that time sends to, a value at the end of each interval.
//!
//! Invariant: a timer is set exactly while there is room for a tick, so that a ticker to which nobody
//! listens keeps no run going; what nobody takes is skipped.

use super::{Channel, Message, Sync};
use crate::failure::{FailureKind, Fallible, fail};
use crate::machine::Machine;
use crate::time::Timer;
use crate::trace::Stamp;
use crate::value::{SyncId, Value};
use crate::vm::Turn;

/// What makes a channel a ticker.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ticker {
    began: u64,
    interval: u64,
}

impl Ticker {
    /// The end of the first interval after a time.
    fn next_after(self, time: u64) -> u64 {
        let intervals = time.saturating_sub(self.began) / self.interval + 1;
        self.began.saturating_add(self.interval.saturating_mul(intervals))
    }
}

impl Machine {
    /// A new ticker whose interval is that long.
    pub(crate) fn new_ticker(&mut self, turn: &Turn, length: &Value) -> Fallible<Value> {
        let Value::Duration(length) = length else {
            return fail(
                FailureKind::Error,
                format!("a duration was needed, not {}", length.noun()),
            );
        };
        let Some(interval) = u64::try_from(*length).ok().filter(|length| *length > 0) else {
            return fail(FailureKind::Value, "the time between two ticks must be longer than 0");
        };
        let mut channel = Channel::new(1)?;
        channel.ticker = Some(Ticker { began: turn.clock, interval });
        let ticker = self.heap.new_sync(Sync::Channel(channel));
        if let Value::Sync(id) = ticker {
            self.set_tick(id, turn.stamp());
        }
        Ok(ticker)
    }

    /// An interval has ended: the time goes to whoever waits, or into the buffer.
    pub(crate) fn tick(&mut self, id: SyncId) {
        let stamp = self.here;
        let value = Value::Instant(i64::try_from(stamp.time).unwrap_or(i64::MAX));
        // A ticker cannot be closed, and has room when its timer is set.
        if let Ok(None) = self.send_now(id, Message { value, stamp })
            && self.channel(id).is_ok_and(|channel| channel.buffer.is_empty())
        {
            self.set_tick(id, stamp);
        }
    }

    /// There is room for the next tick.
    pub(crate) fn set_tick(&mut self, id: SyncId, now: Stamp) {
        let Sync::Channel(channel) = self.heap.sync(id) else { return };
        if let Some(ticker) = channel.ticker {
            self.timers.set(ticker.next_after(now.time), now.lane as usize, Timer::Tick(id));
        }
    }
}
