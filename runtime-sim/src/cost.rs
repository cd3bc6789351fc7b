//! What things cost in virtual nanoseconds: an instruction costs 1 to 100.

/// A move, an arithmetic operator, a jump.
pub(crate) const SIMPLE_NS: u64 = 10;
/// A call or return of a function.
pub(crate) const CALL_NS: u64 = 20;
/// An instruction that makes or changes a container.
pub(crate) const CONTAINER_NS: u64 = 30;
/// An instruction that other tasks can see: a send, a lock, a spawn.
pub(crate) const VISIBLE_NS: u64 = 50;
/// Putting another task on a processor.
pub(crate) const SWITCH_NS: u64 = 100;
/// Looking through the other processors' queues once.
pub(crate) const STEAL_NS: u64 = 200;
/// Waking a processor's thread takes one to [`WAKE_STEPS`] times this; the schedule says which.
pub(crate) const WAKE_NS: u64 = 500;
/// How many lengths a wake-up may have.
pub(crate) const WAKE_STEPS: u32 = 4;
