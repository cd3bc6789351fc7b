//! Breadth-first search of all states, and which failures can be brought about.
//!
//! A state is a *goal* if a task waits for ever in it, or has just done what it must not. A state is
//! *doomed* if it is a goal, or if some step leads to a doomed state: one of its outcomes where each
//! can happen, all of them where they are guesses. So a root that is doomed fails whatever the
//! guesses really are. Doom is handed back along edges as soon as a goal is found. When it reaches
//! the root, that failure is noted, and the search goes on as if its mistake were none.
//!
//! One goal needs no certainty about guesses: a block on a lock inside a block on the same lock, in one
//! task. No condition can make that right, so it only has to be reachable.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::groups::{Enders, groups};
use super::misuse::{Mistake, Misuse};
use super::persistent::{Uses, persistent};
use super::state::{Made, State, Task};
use super::step::{Event, EventKind, Machine, Outcome, Step, Stop};
use super::stuck::{Stuck, causes};

/// What ends a search whose tasks wait for what it does not follow: no bound, and nothing to tell.
pub(super) const NOT_UNDERSTOOD: &str = "a wait is not understood";

/// No search visits more states.
pub(super) const STATES_MAX: usize = 5_000;

/// No search looks at more tasks, counted anew in each state.
const WORK_MAX: usize = 150_000;

/// No search notes more failures.
const DOOMS_MAX: usize = 4;

/// What a search came to.
pub(super) struct Search {
    /// The failures found, in the order of the search.
    pub(super) dooms: Vec<Doom>,
    /// The bound that ended the search, or a path of it.
    pub(super) bounded: Option<&'static str>,
    /// The channels that any visited state closes.
    pub(super) closed: Vec<Made>,
    /// The locks from outside that any visited state gives back.
    pub(super) given_back: Vec<Made>,
}

/// How the root is doomed.
pub(super) struct Doom {
    /// What happens on the way.
    pub(super) events: Vec<Event>,
    /// The goal.
    pub(super) state: State,
    /// The tasks that ended on the way.
    pub(super) ended: Vec<Task>,
    /// What is wrong there.
    pub(super) fault: Fault,
}

/// What makes a state a goal.
pub(super) enum Fault {
    /// These tasks wait for ever.
    Stuck(Vec<Stuck>),
    /// A task did what it must not.
    Misuse(Misuse),
}

/// Searches from the root. With scaled counts a failure counts only once all states were seen.
pub(super) fn explore(machine: Machine<'_>) -> Search {
    let mut search = Explorer {
        machine,
        enders: Enders::of(machine.skeleton),
        uses: Uses::of(machine.skeleton),
        is_lax: false,
        nodes: Vec::new(),
        index: FxHashMap::default(),
        work: 0,
        goals: Vec::new(),
        known: Known::default(),
        found: Search {
            dooms: Vec::new(),
            bounded: None,
            closed: Vec::new(),
            given_back: Vec::new(),
        },
    };
    let mut initial = machine.initial();
    let mut log = Vec::new();
    match machine.settle(&mut initial, &mut log) {
        Ok(()) => search.run(&initial, &log),
        Err(Stop::Bounded(why)) => search.found.bounded = Some(why),
        Err(Stop::Failed) => {}
    }
    search.found
}

/// A state that was reached.
struct Reached {
    state: Rc<State>,
    /// `(state, step)` pairs that lead here.
    from: Vec<(usize, usize)>,
    steps: Vec<Taken>,
    /// How many steps away a goal is.
    doom: Option<u32>,
}

/// A step that was followed.
struct Taken {
    guessed: bool,
    outcomes: usize,
    /// How many outcomes are not doomed yet.
    left: usize,
}

/// A state in which something is wrong.
struct Goal {
    number: usize,
    what: Wrong,
    /// The channels and locks that it is about.
    made: Vec<Made>,
    /// Whether it only has to be reachable.
    is_lax: bool,
}

/// What is wrong in it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wrong {
    Misused(Mistake),
    Stuck(StuckIn),
}

/// Whose tasks wait for ever.
#[derive(Clone, Copy, PartialEq, Eq)]
enum StuckIn {
    Scopes,
    Detached,
}

/// The mistakes that were noted.
#[derive(Default)]
struct Known {
    wrong: Vec<Wrong>,
    made: Vec<Made>,
}

impl Known {
    fn has(&self, goal: &Goal) -> bool {
        let is_stuck = matches!(goal.what, Wrong::Stuck(_));
        self.wrong.contains(&goal.what)
            || (is_stuck && goal.made.iter().any(|made| self.made.contains(made)))
    }

    fn add(&mut self, goal: &Goal) {
        self.wrong.push(goal.what);
        self.made.extend(&goal.made);
    }
}

/// A next state of the witness.
struct Found {
    state: State,
    number: usize,
    /// What happens on the way there.
    events: Vec<Event>,
    ended: Vec<Task>,
}

struct Explorer<'a> {
    machine: Machine<'a>,
    enders: Enders,
    uses: Uses,
    /// Whether the goal at hand only has to be reachable.
    is_lax: bool,
    nodes: Vec<Reached>,
    index: FxHashMap<Rc<State>, usize>,
    work: usize,
    goals: Vec<Goal>,
    known: Known,
    found: Search,
}

impl Explorer<'_> {
    fn run(&mut self, initial: &State, log: &[Event]) {
        self.number(initial.clone());
        let mut next = 0;
        while next < self.nodes.len() {
            if next >= STATES_MAX || self.work >= WORK_MAX {
                self.found.bounded = Some("there are too many states");
                return;
            }
            self.expand(next);
            while !self.machine.scaled && self.nodes[0].doom.is_some() {
                self.note(initial, log);
                if self.found.dooms.len() == DOOMS_MAX {
                    return;
                }
            }
            next += 1;
        }
        if self.nodes[0].doom.is_some() {
            self.note(initial, log);
        }
    }

    /// Notes the failure that dooms the root, and takes its mistake out of the goals.
    fn note(&mut self, initial: &State, log: &[Event]) {
        let (doom, number) = self.witness(initial, log);
        self.found.dooms.push(doom);
        let goal = self.goals.iter().find(|goal| goal.number == number);
        if let Some(goal) = goal {
            self.known.add(goal);
        }
        self.begin_anew();
    }

    fn forget_doom(&mut self) {
        for node in &mut self.nodes {
            node.doom = None;
            node.steps.iter_mut().for_each(|step| step.left = step.outcomes);
        }
    }

    /// Computes doom from the goals that are left.
    fn begin_anew(&mut self) {
        self.is_lax = false;
        self.forget_doom();
        let left: Vec<usize> = self
            .goals
            .iter()
            .filter(|goal| !goal.is_lax && !self.known.has(goal))
            .map(|goal| goal.number)
            .collect();
        left.into_iter().for_each(|number| self.doom(number, 0));
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
        if let Some(misuse) = &state.misuse {
            let made = misuse.made.into_iter().collect();
            let what = Wrong::Misused(misuse.mistake());
            let is_lax = misuse.is_never_right(self.machine.skeleton);
            return self.reach(Goal { number, what, made, is_lax });
        }
        if self.machine.moves(&state).is_empty() {
            self.judge_waits(number, &state);
        }
        self.follow(number, &state);
    }

    /// Takes a step that nobody can forestall, or else the steps of one group of tasks; and those of
    /// the others only if that leads nowhere new, or to an end of the path: what they do comes later
    /// otherwise.
    fn follow(&mut self, number: usize, state: &State) {
        let steps = self.machine.steps(state);
        let Some(task) = steps.first().map(|step| step.task) else { return };
        if steps.iter().all(|step| step.task == task) {
            for step in steps {
                self.take(number, step);
            }
            return;
        }
        let alone = persistent(self.machine, &self.uses, &self.enders, state, &steps);
        let (own, others): (Vec<Step>, Vec<Step>) = match alone {
            Some(task) => steps.into_iter().partition(|step| step.task == task),
            None => {
                let groups = groups(&self.enders, state);
                let group = |step: &Step| groups[step.task as usize];
                let first = groups[task as usize];
                steps.into_iter().partition(|step| group(step) == first)
            }
        };
        let known = self.nodes.len();
        let mut goes_on = true;
        for step in own {
            goes_on &= self.take(number, step);
        }
        if !goes_on || self.nodes.len() == known {
            for step in others {
                self.take(number, step);
            }
        }
    }

    /// Nobody can move but by the clock: whether somebody waits for ever.
    fn judge_waits(&mut self, number: usize, state: &State) {
        let is_certain = self.machine.scaled || !state.uncertain;
        let stuck = if is_certain { causes(self.machine, state) } else { Vec::new() };
        if stuck.is_empty() {
            if !state.tasks[0].is_done() && self.machine.steps(state).is_empty() {
                self.found.bounded = self.found.bounded.or(Some(NOT_UNDERSTOOD));
            }
            return;
        }
        let of = if stuck.iter().any(|stuck| !stuck.detached) {
            StuckIn::Scopes
        } else {
            StuckIn::Detached
        };
        let made = stuck.iter().map(|stuck| state.objects[stuck.object as usize].made).collect();
        self.reach(Goal { number, what: Wrong::Stuck(of), made, is_lax: false });
    }

    fn reach(&mut self, goal: Goal) {
        let (number, is_known) = (goal.number, self.known.has(&goal));
        self.is_lax = goal.is_lax && !is_known && !self.machine.scaled;
        self.goals.push(goal);
        if self.is_lax {
            self.forget_doom();
        }
        if !is_known {
            self.doom(number, 0);
        }
    }

    /// Whether every outcome goes on from there.
    fn take(&mut self, number: usize, step: Step) -> bool {
        let (position, outcomes) = (self.nodes[number].steps.len(), step.outcomes.len());
        let mut goes_on = true;
        self.nodes[number].steps.push(Taken { guessed: step.guessed, outcomes, left: outcomes });
        for outcome in step.outcomes {
            match self.settled(outcome) {
                Ok((state, events)) => {
                    goes_on &= state.misuse.is_none();
                    self.note_events(&events);
                    let target = self.number(state);
                    self.nodes[target].from.push((number, position));
                    if let Some(doom) = self.nodes[target].doom {
                        self.hand_back(number, position, doom);
                    }
                }
                Err(Stop::Bounded(why)) => {
                    self.found.bounded = self.found.bounded.or(Some(why));
                    goes_on = false;
                }
                Err(Stop::Failed) => goes_on = false,
            }
        }
        goes_on
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
        let Some(step) = self.nodes[number].steps.get_mut(position) else { return false };
        step.left = step.left.saturating_sub(1);
        self.is_lax || !step.guessed || step.left == 0
    }

    /// Follows doom from the root to the goal. The states are computed anew, so that tasks keep
    /// their names on the way; what is forgotten of those that end is kept beside.
    fn witness(&self, initial: &State, log: &[Event]) -> (Doom, usize) {
        let (mut state, mut number) = (initial.clone(), 0);
        state.normalise(self.machine.skeleton);
        let (mut events, mut ended) = (log.to_vec(), Vec::new());
        while let Some(distance) = self.nodes[number].doom.filter(|distance| *distance > 0) {
            let Some(found) = self.towards_doom(&state, distance) else { break };
            (state, number) = (found.state, found.number);
            events.extend(found.events);
            ended.extend(found.ended);
        }
        let fault = match &state.misuse {
            Some(misuse) => Fault::Misuse(misuse.clone()),
            None => Fault::Stuck(causes(self.machine, &state)),
        };
        (Doom { events, state, ended, fault }, number)
    }

    fn towards_doom(&self, state: &State, distance: u32) -> Option<Found> {
        let mut best: Option<(u32, Found)> = None;
        for step in self.machine.steps(state) {
            let (guessed, count) = (step.guessed, step.outcomes.len());
            let found = step.outcomes.into_iter().filter_map(|outcome| self.known(outcome));
            let doomed: Vec<(u32, Found)> =
                found.filter_map(|found| Some((self.nodes[found.number].doom?, found))).collect();
            if guessed && doomed.len() < count && !self.is_lax {
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
        state.normalise(self.machine.skeleton);
        let number = self.index.get(&state).copied()?;
        Some(Found { state, number, events, ended })
    }
}
