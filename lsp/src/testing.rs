//! Test blocks: found in files, compiled, and run under many schedules on all cores.
//!
//! What it is not: how results are shown. Invariant: results are in the order of the tests, and of a
//! test that fails the lowest seed that makes it fail counts; threads decide nothing.

mod progress;
mod schedules;
mod suite;
mod world;

pub(crate) use progress::Progress;
pub(crate) use schedules::{Bad, Plan, Tested, run_all};
pub(crate) use suite::{Test, Uncompilable, collect, tests_of};
