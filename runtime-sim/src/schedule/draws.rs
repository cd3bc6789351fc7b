//! The numbers that a program gets by chance.
//!
//! Each follows from the seed of the run and from how many were asked for before it, and from nothing else, so a schedule
//! need not hold them: it holds the seed, and how many there were.

use super::{Schedule, Seeded};

/// What is left to draw.
#[derive(Clone, Debug)]
pub(crate) struct Draws {
    stream: Seeded,
    /// How many the run that is made again still draws.
    recorded: Option<u64>,
}

impl Draws {
    /// Those of a new run.
    pub(crate) fn of(seed: u64) -> Self {
        // A stream of its own: else the first number would tell what the scheduler chooses first.
        Self { stream: Seeded::new(Seeded::new(seed).next()), recorded: None }
    }

    /// Those of a run that is made again.
    pub(crate) fn recorded(schedule: &Schedule) -> Self {
        Self { recorded: Some(schedule.draws), ..Self::of(schedule.seed) }
    }

    /// The next one: as many bits as a float is exact for.
    pub(crate) fn next(&mut self) -> Result<u64, String> {
        if let Some(left) = &mut self.recorded {
            *left = left
                .checked_sub(1)
                .ok_or("the run asks for a number by chance, the schedule has no more")?;
        }
        Ok(self.stream.next() >> (u64::BITS - f64::MANTISSA_DIGITS))
    }

    /// The run is over; an error when that which is made again draws more.
    pub(crate) fn finish(&self) -> Result<(), String> {
        match self.recorded {
            None | Some(0) => Ok(()),
            Some(_) => {
                Err("the run has ended, the schedule goes on with numbers by chance".to_owned())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers_and_another_does_not() {
        let first = |seed| Draws::of(seed).next();
        assert_eq!(first(7), first(7));
        assert_ne!(first(7), first(8));
        assert_ne!(first(7), Ok(Seeded::new(7).next() >> 11));
        let mut draws = Draws::of(3);
        assert!((0..100).all(|_| draws.next().is_ok_and(|bits| bits < 1 << 53)));
    }

    #[test]
    fn a_run_that_is_made_again_draws_as_often() {
        let schedule = Schedule { draws: 2, ..Schedule::default() };
        let mut draws = Draws::recorded(&schedule);
        assert!(draws.next().is_ok() && draws.finish().is_err());
        assert!(draws.next().is_ok() && draws.finish().is_ok());
        assert!(draws.next().is_err());
    }
}
