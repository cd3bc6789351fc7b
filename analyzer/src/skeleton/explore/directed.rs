//! A second search for tasks that wait for ever, where the first has met its bound.
//!
//! The first search visits the nearest states first, so it comes nowhere near a wait that needs many steps of many
//! tasks. This one goes first where the fewest tasks can move (*directed* search: Edelkamp, Leue and Lluch-Lafuente,
//! Directed Explicit-State Model Checking in the Validation of Communication Protocols, 2004). It guesses nothing, so
//! what it finds comes about; what it does not find may be there.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::{Doom, Explorer, Fault};
use crate::skeleton::state::{State, Task};
use crate::skeleton::step::{Event, Outcome, Step};
use crate::skeleton::stuck::waits;

/// No more states are visited.
const STATES_MAX: usize = 1_000;

/// A state that was reached.
struct Reached {
    state: State,
    /// Its number among those that were reached; none for the first.
    before: Option<usize>,
    /// What happens on the way from there.
    events: Vec<Event>,
    ended: Vec<Task>,
}

/// What was reached, and what is left to go on from.
struct Directed {
    reached: Vec<Reached>,
    known: FxHashSet<State>,
    /// By how many tasks can move, then the latest first.
    pending: BTreeMap<(usize, std::cmp::Reverse<usize>), Vec<Step>>,
}

impl Explorer<'_> {
    /// A state in which tasks wait for ever, and the way there.
    pub(super) fn directed(&self, initial: &State, log: &[Event]) -> Option<Doom> {
        let mut search =
            Directed { reached: Vec::new(), known: FxHashSet::default(), pending: BTreeMap::new() };
        let start = (initial.clone(), log.to_vec());
        if let Some(doom) = self.arrive(&mut search, None, start) {
            return Some(doom);
        }
        while search.reached.len() < STATES_MAX {
            let ((_, number), steps) = search.pending.pop_first()?;
            let outcomes = steps.into_iter().flat_map(|step| step.outcomes);
            for arrived in outcomes.filter_map(|outcome: Outcome| self.settled(outcome).ok()) {
                if let Some(doom) = self.arrive(&mut search, Some(number.0), arrived) {
                    return Some(doom);
                }
            }
        }
        None
    }

    /// Notes a state, unless it is known: the failure, if tasks wait for ever there.
    fn arrive(
        &self,
        search: &mut Directed,
        before: Option<usize>,
        (mut state, events): (State, Vec<Event>),
    ) -> Option<Doom> {
        let ended = state.tasks.iter().filter(|task| task.is_done());
        let ended = ended.map(|task| Task::clone(task)).collect();
        state.normalise(&self.questions);
        if state.misuse.is_some() || state.uncertain || !search.known.insert(state.clone()) {
            return None;
        }
        let moves = self.machine.moves(&state);
        let rests = moves.is_empty();
        let number = search.reached.len();
        search.reached.push(Reached { state, before, events, ended });
        let state = &search.reached[number].state;
        let waits = if rests { waits(self.machine, state) } else { Default::default() };
        if !waits.causes.is_empty() {
            return Some(search.doom(number, Fault::Stuck(waits)));
        }
        let (steps, _) = self.ways(state, self.machine.with_timers(state, moves));
        if !steps.iter().any(Step::is_guess) {
            let mut movers: Vec<u32> = steps.iter().map(|step| step.task).collect();
            movers.dedup();
            search.pending.insert((movers.len(), std::cmp::Reverse(number)), steps);
        }
        None
    }
}

impl Directed {
    fn doom(&self, number: usize, fault: Fault) -> Doom {
        let way: Vec<&Reached> = std::iter::successors(Some(&self.reached[number]), |reached| {
            Some(&self.reached[reached.before?])
        })
        .collect();
        let events = way.iter().rev().flat_map(|reached| reached.events.clone()).collect();
        let ended = way.iter().rev().flat_map(|reached| reached.ended.clone()).collect();
        Doom { events, state: self.reached[number].state.clone(), ended, fault }
    }
}
