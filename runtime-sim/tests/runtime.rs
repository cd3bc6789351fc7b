//! The machine, over programs in Weir: one file per area, one test per claim.

use std::alloc::System;

use weir_runtime_sim::Counting;

/// So that runs can use too much memory.
#[global_allocator]
static ALLOCATOR: Counting<System> = Counting(System);

#[path = "runtime/bounds.rs"]
mod bounds;
#[path = "runtime/cancelling.rs"]
mod cancelling;
#[path = "runtime/channels.rs"]
mod channels;
#[path = "runtime/clocks.rs"]
mod clocks;
#[path = "runtime/failures.rs"]
mod failures;
#[path = "runtime/history.rs"]
mod history;
#[path = "runtime/interrupts.rs"]
mod interrupts;
#[path = "runtime/locks.rs"]
mod locks;
#[path = "runtime/memory.rs"]
mod memory;
#[path = "runtime/multitudes.rs"]
mod multitudes;
#[path = "runtime/outcomes.rs"]
mod outcomes;
#[path = "runtime/outside.rs"]
mod outside;
#[path = "runtime/parallel.rs"]
mod parallel;
#[path = "runtime/processors.rs"]
mod processors;
#[path = "runtime/races.rs"]
mod races;
#[path = "runtime/replaying.rs"]
mod replaying;
#[path = "runtime/scheduler.rs"]
mod scheduler;
#[path = "runtime/stuck.rs"]
mod stuck;
#[path = "runtime/support.rs"]
mod support;
#[path = "runtime/time.rs"]
mod time;
#[path = "runtime/tracing.rs"]
mod tracing;
#[path = "runtime/trees.rs"]
mod trees;
#[path = "runtime/values.rs"]
mod values;
