//! The machine, over programs in Weir: one file per area, one test per claim.

#[path = "runtime/bounds.rs"]
mod bounds;
#[path = "runtime/cancelling.rs"]
mod cancelling;
#[path = "runtime/channels.rs"]
mod channels;
#[path = "runtime/failures.rs"]
mod failures;
#[path = "runtime/locks.rs"]
mod locks;
#[path = "runtime/outcomes.rs"]
mod outcomes;
#[path = "runtime/parallel.rs"]
mod parallel;
#[path = "runtime/processors.rs"]
mod processors;
#[path = "runtime/races.rs"]
mod races;
#[path = "runtime/replaying.rs"]
mod replaying;
#[path = "runtime/support.rs"]
mod support;
#[path = "runtime/time.rs"]
mod time;
#[path = "runtime/values.rs"]
mod values;
