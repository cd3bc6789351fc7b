//! Breadth-first search of all states, and which failures can be brought about.
//!
//! A state is a *goal* if a task waits for ever in it, or has just done what it must not. Doom is handed
//! back from there ([`Graph`]), so a root that is doomed fails whatever the guesses really are. When doom
//! reaches the root, that failure is noted, and the search goes on as if its mistake were none.
//!
//! One goal needs no certainty about guesses: a block on a lock inside a block on the same lock, in one
//! task. No condition can make that right, so it only has to be reachable.

mod beside;
mod calm;
mod components;
mod directed;
mod enders;
mod found;
mod futures;
mod goal;
mod groups;
mod lasting;
mod later;
mod nesting;
mod order;
mod persistent;
mod reached;
mod trail;

use super::finite::Flow;
use super::graph::Action;
use super::state::State;
use super::state::questions::Questions;
use super::step::{Event, EventKind, Machine, Outcome, Step, StepKind, Stop};
use super::stuck::{Waits, waits};
use calm::Calm;
use enders::Enders;
pub(super) use found::{Bound, Doom, Fault, Search};
use futures::Futures;
pub(super) use goal::Suspect;
use goal::{Goal, Known, StuckIn, Wrong};
use later::Later;
use reached::Graph;

/// No search visits more states.
pub(super) const STATES_MAX: usize = 5_000;

/// No search with loops that go round as often as they like visits more states.
const LOOSE_STATES_MAX: usize = 2_500;

/// No search looks at more tasks, counted anew in each state.
const WORK_MAX: usize = 150_000;

/// To ask of so many pairs of tasks whether the one may help the other takes as long as to look at a task.
const PAIRS_AT_ONCE: usize = 8;

/// No search notes more failures.
pub(super) const DOOMS_MAX: usize = 4;

/// Searches from the root. With scaled counts a failure counts only once all states were seen.
pub(super) fn explore(machine: Machine<'_>) -> Search {
    let mut search = Explorer {
        machine,
        enders: Enders::of(machine.skeleton),
        futures: Futures::of(machine.skeleton),
        calm: Calm::of(machine.skeleton),
        questions: Questions::of(machine.skeleton),
        graph: Graph::default(),
        work: 0,
        later: Later::default(),
        goals: Vec::new(),
        known: Known::default(),
        found: Search {
            dooms: Vec::new(),
            bounded: None,
            closed: Vec::new(),
            given_back: Vec::new(),
            suspects: Vec::new(),
            flow: Flow::default(),
            supposes: false,
        },
    };
    let mut initial = machine.initial();
    let mut log = Vec::new();
    match machine.settle(&mut initial, &mut log) {
        Ok(()) => search.run(&initial, &log),
        Err(Stop::Bounded(why)) => search.found.bounded = Some(Bound::Met(why)),
        Err(Stop::Failed) => {}
    }
    let is_crowded = search.found.bounded == Some(Bound::Crowded) && search.found.dooms.is_empty();
    if is_crowded && machine.is_real() {
        search.found.dooms.extend(search.directed(&initial, &log));
    }
    search.found.suspects = search.goals.iter().flat_map(Goal::suspects).collect();
    search.found
}

struct Explorer<'a> {
    machine: Machine<'a>,
    enders: Enders,
    futures: Futures<'a>,
    calm: Calm,
    questions: Questions<'a>,
    graph: Graph,
    work: usize,
    later: Later,
    goals: Vec<Goal>,
    known: Known,
    found: Search,
}

impl Explorer<'_> {
    fn run(&mut self, initial: &State, log: &[Event]) {
        self.number(initial.clone());
        let mut next = 0;
        while self.follow_all(&mut next, initial, log) {
            self.note_all(initial, log);
            let first = self.goals.len();
            self.look_beside(next);
            if self.goals.len() > first {
                self.begin_anew();
            }
            if next < self.graph.len() || !self.try_counts() {
                self.note_all(initial, log);
                return;
            }
        }
    }

    /// Follows all states from the next one on, within bounds: whether there may be more failures than were noted.
    fn follow_all(&mut self, next: &mut usize, initial: &State, log: &[Event]) -> bool {
        while *next < self.graph.len() {
            let is_proof = self.machine.loose.is_any();
            let states_max = if is_proof { LOOSE_STATES_MAX } else { STATES_MAX };
            if *next >= states_max || self.work >= WORK_MAX {
                self.bound(Bound::Crowded);
                break;
            }
            if is_proof && !self.goals.is_empty() {
                // What it finds need not be so.
                return false;
            }
            self.expand(*next);
            self.try_failing();
            if !self.machine.scaled && self.note_all(initial, log) {
                return false;
            }
            *next += 1;
            while *next == self.graph.len() && (self.follow_put_off() || self.try_counts()) {}
        }
        true
    }

    /// Notes all failures that doom the root: whether there are enough of them.
    fn note_all(&mut self, initial: &State, log: &[Event]) -> bool {
        while self.graph.doom(0).is_some() && self.found.dooms.len() < DOOMS_MAX {
            self.note(initial, log);
        }
        self.found.dooms.len() >= DOOMS_MAX
    }

    /// Notes the failure that dooms the root, and takes its mistake out of the goals.
    fn note(&mut self, initial: &State, log: &[Event]) {
        let (doom, number) = self.way_to_doom(initial, log);
        self.found.dooms.push(doom);
        for goal in self.goals.iter().filter(|goal| goal.number == number) {
            self.known.add(goal);
        }
        self.begin_anew();
    }

    /// Computes doom from the goals that are left.
    fn begin_anew(&mut self) {
        self.graph.is_lax = false;
        self.graph.forget_doom();
        let left: Vec<usize> = self
            .goals
            .iter()
            .filter(|goal| !goal.is_lax && !self.known.has(goal))
            .map(|goal| goal.number)
            .collect();
        self.graph.doom_all(&left);
    }

    fn number(&mut self, mut state: State) -> usize {
        self.work += state.tasks.len();
        state.normalise(&self.questions);
        self.graph.number(state)
    }

    fn expand(&mut self, number: usize) {
        let state = self.graph.state(number).clone();
        if let Some(misuse) = &state.misuse {
            if !self.lasts(&state, misuse) {
                return;
            }
            let made = misuse.made.into_iter().collect();
            let what = Wrong::Misused(misuse.mistake());
            let is_lax = misuse.is_never_right(self.machine.skeleton) && !state.picked;
            return self.reach(Goal { number, what, made, is_lax, waits: Waits::default() });
        }
        if state.unseen || self.is_unclear(&state) {
            self.bound(Bound::NotUnderstood(self.machine.unseen_wait(&state)));
        }
        if self.machine.loose.is_any() {
            self.found.flow.note(self.machine, &state);
        }
        let moves = self.machine.moves(&state);
        let rests = moves.is_empty();
        let steps = self.machine.with_timers(&state, moves);
        if rests {
            self.judge_waits(number, &state, steps.is_empty());
        }
        self.follow(number, &state, steps);
    }

    /// Whether a task stands at what is not followed, whatever ends its wait there.
    fn is_unclear(&self, state: &State) -> bool {
        let is_it = |task: u32| {
            let node = self.machine.node(state, task);
            node.is_some_and(|node| matches!(node.action, Action::Unclear(_)))
        };
        (0..state.tasks.len() as u32).any(is_it)
    }

    /// Nobody can move, or not but by the clock: whether somebody waits for ever.
    fn judge_waits(&mut self, number: usize, state: &State, is_end: bool) {
        // Of each task that waits it is asked what all the others may come to.
        self.work += state.tasks.len().pow(2) / PAIRS_AT_ONCE;
        let is_certain = self.machine.scaled || !state.uncertain;
        let waits = if is_certain { waits(self.machine, state) } else { Waits::default() };
        if !waits.causes.is_empty() {
            self.add_stuck(number, waits);
        } else if is_end && self.may_go_on(state) {
            let unseen = self.machine.unseen_wait(state);
            self.bound(match !is_certain && unseen.is_none() {
                true => Bound::Guessed,
                false => Bound::NotUnderstood(unseen),
            });
        }
    }

    /// Notes why not all is seen; the first reason counts.
    fn bound(&mut self, bound: Bound) {
        self.found.bounded.get_or_insert(bound);
    }

    /// Whether the root is not done for a reason that is not understood. One that goes round for ever
    /// is a reason that is.
    fn may_go_on(&self, state: &State) -> bool {
        let mut tasks = 0..state.tasks.len() as u32;
        !state.tasks[0].is_done() && !tasks.any(|task| self.machine.is_spinning(state, task))
    }

    /// Makes a goal of a state in which tasks wait for ever.
    pub(super) fn add_stuck(&mut self, number: usize, waits: Waits) {
        let of = if waits.causes.iter().any(|stuck| !stuck.detached) {
            StuckIn::Scopes
        } else {
            StuckIn::Detached
        };
        let objects = &self.graph.state(number).objects;
        let made = waits.causes.iter().map(|stuck| objects[stuck.object as usize].made).collect();
        self.reach(Goal { number, what: Wrong::Stuck(of), made, is_lax: false, waits });
    }

    fn reach(&mut self, goal: Goal) {
        let (number, is_known) = (goal.number, self.known.has(&goal));
        self.graph.is_lax = goal.is_lax && !is_known && !self.machine.scaled;
        self.goals.push(goal);
        if self.graph.is_lax {
            self.graph.forget_doom();
        }
        if !is_known {
            self.graph.doom_all(&[number]);
        }
    }

    /// Whether every outcome goes on from there. Of counts only the first is tried at once.
    fn take(&mut self, number: usize, step: Step) -> bool {
        let (is_guess, all) = (step.is_guess(), step.outcomes.len());
        let position = self.graph.add_step(number, is_guess, all);
        let is_tried = step.kind == StepKind::Count && !self.machine.all_counts;
        let now = if is_tried { 1 } else { all };
        if now < all {
            self.found.supposes = true;
            self.later.untried(number, now);
        }
        let mut goes_on = true;
        for outcome in step.outcomes.into_iter().take(now) {
            goes_on &= self.add(number, position, outcome);
        }
        goes_on
    }

    /// Whether the outcome goes on from there.
    fn add(&mut self, number: usize, position: usize, outcome: Outcome) -> bool {
        match self.settled(outcome) {
            Ok((state, events)) => {
                let goes_on = state.misuse.is_none();
                self.note_events(&events);
                let target = self.number(state);
                self.graph.add_outcome(number, position, target);
                goes_on
            }
            Err(stop) => {
                if let Stop::Bounded(why) = stop {
                    self.bound(Bound::Met(why));
                }
                self.graph.cut(number);
                false
            }
        }
    }

    fn note_events(&mut self, events: &[Event]) {
        for event in events {
            let list = match event.kind {
                EventKind::Closes => &mut self.found.closed,
                EventKind::GivesLock => &mut self.found.given_back,
                _ => continue,
            };
            list.extend(event.made.filter(|made| !list.contains(made)));
        }
    }

    pub(super) fn settled(&self, outcome: Outcome) -> Outcome {
        let (mut state, mut log) = outcome?;
        self.machine.settle(&mut state, &mut log)?;
        Ok((state, log))
    }
}
