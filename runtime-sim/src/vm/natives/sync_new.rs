//! New objects that synchronise.

use weir_analyzer::mir::Intrinsic;

use super::Call;
use crate::failure::Fallible;
use crate::sync::{Atom, Barrier, Channel, Mutex, Rwlock, Semaphore, Signal, Sync};
use crate::value::Value;

pub(super) fn call(call: Call<'_>) -> Fallible<Value> {
    use Intrinsic::*;
    let sync = match call.intrinsic {
        ChannelNew => Sync::Channel(Channel::new(call.int(0)?)?),
        AtomNew => Sync::Atom(Atom { value: call.arg(0).clone() }),
        // One that guards nothing guards `()`.
        MutexNew => Sync::Mutex(Mutex::new(call.arg(0).clone())),
        RwlockNew => Sync::Rwlock(Rwlock::new(call.arg(0).clone())),
        SemaphoreNew => Sync::Semaphore(Semaphore::new(call.int(0)?)?),
        BarrierNew => Sync::Barrier(Barrier::new(call.int(0)?)?),
        SignalNew => Sync::Signal(Signal::default()),
        _ => return call.unknown(),
    };
    Ok(call.machine.heap.new_sync(sync))
}
