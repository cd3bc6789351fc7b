//! The way from the root to the goal that dooms it.

use super::{Doom, Explorer, Fault};
use crate::skeleton::state::{State, Task};
use crate::skeleton::step::{Event, Outcome};
use crate::skeleton::stuck::Waits;

/// A next state on the way.
struct Found {
    state: State,
    number: usize,
    /// What happens on the way there.
    events: Vec<Event>,
    ended: Vec<Task>,
}

impl Explorer<'_> {
    /// Follows doom from the root to the goal. The states are computed anew, so that tasks keep
    /// their names on the way; what is forgotten of those that end is kept beside.
    pub(super) fn way_to_doom(&self, initial: &State, log: &[Event]) -> (Doom, usize) {
        let (mut state, mut number) = (initial.clone(), 0);
        state.normalise(&self.questions);
        let (mut events, mut ended) = (log.to_vec(), Vec::new());
        while let Some(distance) = self.graph.doom(number).filter(|distance| *distance > 0) {
            let Some(found) = self.towards_doom(&state, distance) else { break };
            (state, number) = (found.state, found.number);
            events.extend(found.events);
            ended.extend(found.ended);
        }
        let fault = match &state.misuse {
            Some(misuse) => Fault::Misuse(misuse.clone()),
            None => Fault::Stuck(self.waits_at(number)),
        };
        (Doom { events, state, ended, fault }, number)
    }

    fn towards_doom(&self, state: &State, distance: u32) -> Option<Found> {
        let mut best: Option<(u32, Found)> = None;
        for step in self.ways(state, self.machine.steps(state)).0 {
            let (guessed, count) = (step.is_guess(), step.outcomes.len());
            let found = step.outcomes.into_iter().filter_map(|outcome| self.known(outcome));
            let doomed: Vec<(u32, Found)> =
                found.filter_map(|found| Some((self.graph.doom(found.number)?, found))).collect();
            if guessed && doomed.len() < count && !self.graph.is_lax {
                continue;
            }
            // Of guesses the first makes the plainest story; of what can happen, the shortest way.
            let nearer = doomed.into_iter().filter(|(doom, _)| *doom < distance);
            for (doom, found) in nearer.take(if guessed { 1 } else { usize::MAX }) {
                if best.as_ref().is_none_or(|(least, _)| doom < *least) {
                    best = Some((doom, found));
                }
            }
        }
        best.map(|(_, found)| found)
    }

    /// The state that an outcome comes to, if it was visited.
    fn known(&self, outcome: Outcome) -> Option<Found> {
        let (mut state, events) = self.settled(outcome).ok()?;
        let ended = state.tasks.iter().filter(|task| task.is_done());
        let ended = ended.map(|task| Task::clone(task)).collect();
        state.normalise(&self.questions);
        let number = self.graph.find(&state)?;
        Some(Found { state, number, events, ended })
    }

    /// Who waits for ever there, of the goals that were not noted before.
    fn waits_at(&self, number: usize) -> Waits {
        let mut goals = self.goals.iter().filter(|goal| goal.number == number);
        goals.find(|goal| !self.known.has(goal)).map(|goal| goal.waits.clone()).unwrap_or_default()
    }
}
