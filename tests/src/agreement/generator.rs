//! Small programs in which tasks meet: right ones and wrong ones.
//!
//! A program is made in one of two ways. *Loose* ones are statements as they come; most of them stop soon.
//! *Planned* ones are made along one run that comes to its end, and then some are changed at one place;
//! most of them are right, or wrong in one order of a few. Both are about channels, mutexes and a signal, and
//! of everything else there is, about one or two kinds of objects and habits.
//!
//! Beside these stand *crowded* ones, for the orders that the check leaves out.

mod crowded;
mod loose;
mod planned;
mod writer;

use writer::Writer;

use crate::edits::Numbers;

/// Neighbouring seeds give programs that have nothing in common.
const SEED_STRIDE: u64 = 7_919;

/// In so many of a hundred programs everything is planned.
const PLANNED: usize = 50;

/// The program of a seed.
pub fn program(seed: u64) -> String {
    let mut writer = Writer::new(Numbers::new(seed.wrapping_mul(SEED_STRIDE)));
    if writer.chance(PLANNED) {
        writer.planned();
    } else {
        writer.loose();
    }
    writer.finish()
}

/// The program of a seed in which several tasks do what need not be followed in all orders.
pub fn crowded_program(seed: u64) -> String {
    let mut writer = Writer::new(Numbers::new(seed.wrapping_mul(SEED_STRIDE)));
    writer.crowded();
    writer.finish()
}
