//! Lets no timer fire before it is due.
//!
//! Where orders are tried, a timer may fire at any time, as if others computed that long. What says how long
//! something takes would fail of that, as a test may.

use super::{ChoiceKind, Deed, Ready, Schedule, Scheduler};

/// Chooses as another scheduler, and leaves timers to the clock.
#[derive(Clone, Debug)]
pub struct Punctual<S>(pub S);

impl<S: Scheduler> Scheduler for Punctual<S> {
    fn seed(&self) -> u64 {
        self.0.seed()
    }

    fn choose(&mut self, kind: ChoiceKind, count: u32) -> Result<u32, String> {
        match kind {
            // The first would fire it.
            ChoiceKind::Timer => Ok(count - 1),
            _ => self.0.choose(kind, count),
        }
    }

    fn choose_task(
        &mut self,
        ready: &mut dyn ExactSizeIterator<Item = Ready>,
    ) -> Result<u32, String> {
        self.0.choose_task(ready)
    }

    fn choose_case(&mut self, task: &str, ready: &[u32]) -> Result<u32, String> {
        self.0.choose_case(task, ready)
    }

    fn hears(&mut self, deed: &Deed<'_>) {
        self.0.hears(deed);
    }

    fn hears_end(&mut self, task: &str) {
        self.0.hears_end(task);
    }

    fn recorded(&self) -> Option<&Schedule> {
        self.0.recorded()
    }

    fn finish(&mut self) -> Result<(), String> {
        self.0.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Replay, Seeded};
    use super::*;

    #[test]
    fn no_timer_fires_early_and_the_rest_is_by_chance() {
        let mut scheduler = Punctual(Seeded::new(1));
        let mut picks = |kind| (0..40).filter(|_| scheduler.choose(kind, 4) == Ok(0)).count();
        assert_eq!(picks(ChoiceKind::Timer), 0);
        assert_ne!(picks(ChoiceKind::Task), 0);
    }

    #[test]
    fn a_recorded_run_is_made_again_by_its_own_choices() {
        let recorded = Schedule { procs: 3, ..Schedule::default() };
        let mut scheduler = Punctual(Replay::allow_changed(recorded.clone()));
        assert_eq!(scheduler.recorded(), Some(&recorded));
        assert_eq!(scheduler.finish(), Ok(()));
        assert!(scheduler.choose_case("main", &[0, 2]).is_err());
    }
}
