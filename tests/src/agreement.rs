//! The check of protocols against runs, over generated programs.
//!
//! **Nouns.** A program is *accepted* when the check finds no error in it, else *reported*. It is run with
//! all choices there are, each operation that others can see being a turn of its own. A run *goes wrong*
//! when it ends in a deadlock or a leak, or in the misuse of a channel or a lock. A finding is *confirmed*
//! by a run that goes wrong at one of its places. Where the runs are too many to make them all, what none
//! of those made shows is *open*.
//!
//! **Claims.** No run of an accepted program goes wrong, and each finding is confirmed.

mod generator;
mod judge;
mod runs;
mod table;

pub use crate::differential::shrunk;
pub use generator::{crowded_program, program};
pub use judge::{Finding, Judge, Standing, Verdict};
pub use table::Table;
