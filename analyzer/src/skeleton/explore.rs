//! Breadth-first search of all states, and whether a failure can be brought about.
//!
//! A state is *doomed* if a task waits for ever in it, or if some step leads to a doomed state:
//! one of its outcomes where each can happen, all of them where they are guesses. So a root that is
//! doomed fails whatever the guesses really are. Doom is handed back along edges as soon as a stuck
//! state is found, and the search ends when it reaches the root.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::graph::{NodeId, RoutineId};
use super::state::State;
use super::step::{Event, EventKind, Machine, Outcome, Step, Stop};
use super::stuck::causes;

/// No search visits more states.
pub(super) const STATES_MAX: usize = 5_000;

/// No search looks at more tasks, counted anew in each state.
const WORK_MAX: usize = 150_000;

/// What a search came to.
pub(super) enum Search {
    /// No reachable state fails, and all were seen.
    Exhausted,
    /// The root is doomed.
    Doomed(Doom),
    /// A bound ended the search, or a path of it.
    Bounded(&'static str),
}

/// How the root is doomed.
pub(super) struct Doom {
    /// What happens on the way.
    pub(super) events: Vec<Event>,
    /// The state in which a task waits for ever.
    pub(super) state: State,
    /// Where the channels were made that any visited state closes.
    pub(super) closed: Vec<(RoutineId, NodeId)>,
}

/// Searches from the root: with real counts until it is doomed, with scaled ones to the end.
pub(super) fn explore(machine: Machine<'_>) -> Search {
    let mut search = Explorer {
        machine,
        nodes: Vec::new(),
        index: FxHashMap::default(),
        bounded: None,
        work: 0,
        closed: Vec::new(),
    };
    let mut initial = machine.initial();
    let mut log = Vec::new();
    if let Err(stop) = machine.settle(&mut initial, &mut log) {
        return search.stopped(stop);
    }
    search.number(initial.clone());
    let mut next = 0;
    while next < search.nodes.len() {
        if next >= STATES_MAX || search.work >= WORK_MAX {
            return Search::Bounded("there are too many states");
        }
        search.expand(next);
        if search.nodes[0].doom.is_some() && !machine.scaled {
            return search.doomed(initial, log);
        }
        next += 1;
    }
    match search.bounded {
        Some(why) => Search::Bounded(why),
        None if search.nodes[0].doom.is_some() => search.doomed(initial, log),
        None => Search::Exhausted,
    }
}

/// A state that was reached.
struct Reached {
    state: Rc<State>,
    /// `(state, step)` pairs that lead here.
    from: Vec<(usize, usize)>,
    /// For each step: whether it is a guess, and how many outcomes are not doomed yet.
    steps: Vec<(bool, usize)>,
    /// How many steps away a task waits for ever.
    doom: Option<u32>,
}

/// A next state of the witness, what happens on the way there, and its number.
type Found = (State, Vec<Event>, usize);

struct Explorer<'a> {
    machine: Machine<'a>,
    nodes: Vec<Reached>,
    index: FxHashMap<Rc<State>, usize>,
    bounded: Option<&'static str>,
    work: usize,
    closed: Vec<(RoutineId, NodeId)>,
}

impl Explorer<'_> {
    fn stopped(&self, stop: Stop) -> Search {
        match stop {
            Stop::Failed => Search::Exhausted,
            Stop::Bounded(why) => Search::Bounded(why),
        }
    }

    fn number(&mut self, mut state: State) -> usize {
        self.work += state.tasks.len();
        state.normalise(self.machine.skeleton);
        if let Some(known) = self.index.get(&state) {
            return *known;
        }
        let state = Rc::new(state);
        let number = self.nodes.len();
        self.index.insert(state.clone(), number);
        self.nodes.push(Reached { state, from: Vec::new(), steps: Vec::new(), doom: None });
        number
    }

    fn expand(&mut self, number: usize) {
        let state = self.nodes[number].state.clone();
        let steps = self.machine.steps(&state);
        if steps.is_empty() {
            let is_certain = self.machine.scaled || !state.uncertain;
            if is_certain && !causes(self.machine, &state).is_empty() {
                self.doom(number, 0);
            } else if !state.tasks[0].is_done() {
                self.bounded = self.bounded.or(Some("a wait is not understood"));
            }
            return;
        }
        for (position, step) in steps.into_iter().enumerate() {
            self.take(number, position, step);
        }
    }

    fn take(&mut self, number: usize, position: usize, step: Step) {
        self.nodes[number].steps.push((step.guessed, step.outcomes.len()));
        for outcome in step.outcomes {
            match self.settled(outcome) {
                Ok((state, events)) => {
                    self.note_closed(&events);
                    let target = self.number(state);
                    self.nodes[target].from.push((number, position));
                    if let Some(doom) = self.nodes[target].doom {
                        self.hand_back(number, position, doom);
                    }
                }
                Err(Stop::Bounded(why)) => self.bounded = self.bounded.or(Some(why)),
                Err(Stop::Failed) => {}
            }
        }
    }

    fn note_closed(&mut self, events: &[Event]) {
        let closes = events.iter().filter(|event| event.kind == EventKind::Closes);
        for made in closes.filter_map(|event| event.made) {
            if !self.closed.contains(&made) {
                self.closed.push(made);
            }
        }
    }

    fn settled(&self, outcome: Outcome) -> Outcome {
        let (mut state, mut log) = outcome?;
        self.machine.settle(&mut state, &mut log)?;
        Ok((state, log))
    }

    fn doom(&mut self, number: usize, distance: u32) {
        let mut pending = vec![(number, distance)];
        while let Some((number, distance)) = pending.pop() {
            if self.nodes[number].doom.is_some() {
                continue;
            }
            self.nodes[number].doom = Some(distance);
            let from = self.nodes[number].from.clone();
            pending.extend(
                from.into_iter()
                    .filter(|(source, step)| self.is_doomed_step(*source, *step))
                    .map(|(source, _)| (source, distance + 1)),
            );
        }
    }

    fn hand_back(&mut self, number: usize, position: usize, doom: u32) {
        if self.is_doomed_step(number, position) {
            self.doom(number, doom + 1);
        }
    }

    /// Counts one more doomed outcome of a step: whether that dooms the state before it.
    fn is_doomed_step(&mut self, number: usize, position: usize) -> bool {
        let Some((guessed, left)) = self.nodes[number].steps.get_mut(position) else {
            return false;
        };
        *left = left.saturating_sub(1);
        !*guessed || *left == 0
    }

    fn doomed(self, initial: State, log: Vec<Event>) -> Search {
        let (events, state) = self.witness(initial, log);
        Search::Doomed(Doom { events, state, closed: self.closed })
    }

    /// Follows doom from the root to the state in which a task waits for ever. The states are
    /// computed anew, so that tasks keep their names on the way.
    fn witness(&self, initial: State, mut events: Vec<Event>) -> (Vec<Event>, State) {
        let (mut state, mut number) = (initial, 0);
        while let Some(distance) = self.nodes[number].doom.filter(|distance| *distance > 0) {
            let Some((next, happened, target)) = self.towards_doom(&state, distance) else { break };
            (state, number) = (next, target);
            events.extend(happened);
        }
        (events, state)
    }

    fn towards_doom(&self, state: &State, distance: u32) -> Option<Found> {
        let mut best: Option<(u32, Found)> = None;
        for step in self.machine.steps(state) {
            let guessed = step.guessed;
            let count = step.outcomes.len();
            let mut doomed = Vec::new();
            for outcome in step.outcomes {
                let Ok((next, events)) = self.settled(outcome) else { continue };
                let mut key = next.clone();
                key.normalise(self.machine.skeleton);
                let Some(target) = self.index.get(&key).copied() else { continue };
                if let Some(doom) = self.nodes[target].doom {
                    doomed.push((doom, (next, events, target)));
                }
            }
            if guessed && doomed.len() < count {
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
}
