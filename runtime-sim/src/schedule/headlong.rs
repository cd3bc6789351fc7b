//! Lets one task run on while the others wait, most of the time.
//!
//! Choices that are even give each task about the same share, so that none falls far behind. Some
//! mistakes show only when one does: it is held up before one step while another takes twenty.

use super::{ChoiceKind, Scheduler, Seeded};

/// In so many of [`OF`] choices the task that ran goes on.
const GOES_ON: u32 = 7;
const OF: u32 = 8;

/// Chooses as a seed says, and mostly the task that ran last.
#[derive(Clone, Debug)]
pub struct Headlong {
    even: Seeded,
}

impl Headlong {
    /// A scheduler whose choices follow from `seed`.
    pub fn new(seed: u64) -> Self {
        Self { even: Seeded::new(seed) }
    }
}

impl Scheduler for Headlong {
    fn seed(&self) -> u64 {
        self.even.seed()
    }

    fn choose(&mut self, kind: ChoiceKind, count: u32) -> Result<u32, String> {
        // The task whose turn has ended stands last.
        if kind == ChoiceKind::Task && self.even.choose(kind, OF)? < GOES_ON {
            return Ok(count - 1);
        }
        self.even.choose(kind, count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_task_that_ran_mostly_goes_on() {
        let mut scheduler = Headlong::new(3);
        let picks = (0..80).map(|_| scheduler.choose(ChoiceKind::Task, 4));
        let last = picks.filter(|pick| *pick == Ok(3)).count();
        assert!((50..80).contains(&last), "{last}");
    }
}
