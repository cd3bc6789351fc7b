//! Lets no timer fire before it is due.
//!
//! Where orders are tried, a timer may fire at any time, as if others computed that long. What says how long
//! something takes would fail of that, as a test may.

use super::{ChoiceKind, Scheduler};

/// Chooses as another scheduler, and leaves timers to the clock.
#[derive(Clone, Debug)]
pub struct Punctual<S>(pub S);

impl<S: Scheduler> Scheduler for Punctual<S> {
    fn choose(&mut self, kind: ChoiceKind, count: u32) -> Result<u32, String> {
        match kind {
            // The first would fire it.
            ChoiceKind::Timer => Ok(count - 1),
            _ => self.0.choose(kind, count),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Seeded;
    use super::*;

    #[test]
    fn no_timer_fires_early_and_the_rest_is_by_chance() {
        let mut scheduler = Punctual(Seeded::new(1));
        let mut picks = |kind| (0..40).filter(|_| scheduler.choose(kind, 4) == Ok(0)).count();
        assert_eq!(picks(ChoiceKind::Timer), 0);
        assert_ne!(picks(ChoiceKind::Task), 0);
    }
}
