//! The analyzer against the machine: generated programs, judged by both.
//!
//! **Nouns.** A program is *accepted* when the ownership analysis finds nothing in it, else *refused*. It
//! is run unchecked under several schedules, with the race detector on: what *shows* is a race, or
//! a use of what was given away.
//!
//! **Claims.** Nothing shows in an accepted program: else the analysis is not sound. The share of refused
//! programs in which something shows is its precision, or rather a lower bound of it: what a few schedules
//! do not show may be there.

mod generator;
mod judge;
mod shrink;
mod table;
mod types;

pub use generator::program;
pub use judge::{Judge, Shown, Verdict};
pub use shrink::shrunk;
pub use table::Table;
