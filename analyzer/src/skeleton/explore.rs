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
mod enders;
mod futures;
mod goal;
mod groups;
mod lasting;
mod persistent;
mod reached;
mod trail;

use rustc_hash::FxHashMap;

use super::graph::Action;
use super::misuse::Misuse;
use super::state::questions::Questions;
use super::state::{Made, State, Task};
use super::step::{Event, EventKind, Machine, Outcome, Step, Stop};
use super::stuck::{Waits, waits};
use calm::Calm;
use components::final_components;
use enders::Enders;
use futures::Futures;
pub(super) use goal::Suspect;
use goal::{Goal, Known, StuckIn, Wrong};
use groups::groups;
use persistent::Persistence;
use reached::Graph;

/// What ended a search, or a path of it, before all was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bound {
    /// Tasks wait where it was guessed how often a loop goes round: there is nothing to tell.
    Guessed,
    /// Tasks wait for what it does not follow.
    NotUnderstood,
    /// This bound was met.
    Met(&'static str),
}

impl Bound {
    /// In words.
    pub(super) fn why(self) -> &'static str {
        match self {
            Self::Guessed => "how often a loop goes round is not known",
            Self::NotUnderstood => "a task waits for what is not followed",
            Self::Met(why) => why,
        }
    }
}

/// No search visits more states.
pub(super) const STATES_MAX: usize = 5_000;

/// No search looks at more tasks, counted anew in each state.
const WORK_MAX: usize = 150_000;

/// No search notes more failures.
pub(super) const DOOMS_MAX: usize = 4;

/// What a search came to.
pub(super) struct Search {
    /// The failures found, in the order of the search.
    pub(super) dooms: Vec<Doom>,
    /// The bound that ended the search, or a path of it.
    pub(super) bounded: Option<Bound>,
    /// The channels that any visited state closes.
    pub(super) closed: Vec<Made>,
    /// The locks from outside that any visited state gives back.
    pub(super) given_back: Vec<Made>,
    /// What is wrong in any visited state.
    pub(super) suspects: Vec<Suspect>,
}

impl Search {
    /// Whether every state was visited.
    pub(super) fn is_whole(&self) -> bool {
        self.bounded.is_none() && self.dooms.len() < DOOMS_MAX
    }
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
    Stuck(Waits),
    /// A task did what it must not.
    Misuse(Misuse),
}

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
        put_off: FxHashMap::default(),
        goals: Vec::new(),
        known: Known::default(),
        found: Search {
            dooms: Vec::new(),
            bounded: None,
            closed: Vec::new(),
            given_back: Vec::new(),
            suspects: Vec::new(),
        },
    };
    let mut initial = machine.initial();
    let mut log = Vec::new();
    match machine.settle(&mut initial, &mut log) {
        Ok(()) => search.run(&initial, &log),
        Err(Stop::Bounded(why)) => search.found.bounded = Some(Bound::Met(why)),
        Err(Stop::Failed) => {}
    }
    search.found.suspects = search.goals.iter().flat_map(Goal::suspects).collect();
    search.found
}

struct Explorer<'a> {
    machine: Machine<'a>,
    enders: Enders,
    futures: Futures<'a>,
    calm: Calm<'a>,
    questions: Questions<'a>,
    graph: Graph,
    work: usize,
    /// By state, the tasks whose steps were put off there.
    put_off: FxHashMap<usize, Vec<u32>>,
    goals: Vec<Goal>,
    known: Known,
    found: Search,
}

impl Explorer<'_> {
    fn run(&mut self, initial: &State, log: &[Event]) {
        self.number(initial.clone());
        let mut next = 0;
        while next < self.graph.len() {
            if next >= STATES_MAX || self.work >= WORK_MAX {
                self.bound(Bound::Met("there are too many states"));
                break;
            }
            self.expand(next);
            if !self.machine.scaled && self.note_all(initial, log) {
                return;
            }
            next += 1;
            while next == self.graph.len() && self.follow_put_off() {}
        }
        self.note_all(initial, log);
        let first = self.goals.len();
        self.look_beside(next);
        if self.goals.len() > first {
            self.begin_anew();
            self.note_all(initial, log);
        }
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
            self.bound(Bound::NotUnderstood);
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

    /// Takes a step that nobody can forestall, or else the steps of one group of tasks. Those of the others
    /// are put off, unless that ends a path: what they do comes later otherwise.
    fn follow(&mut self, number: usize, state: &State, steps: Vec<Step>) {
        let (steps, passing) = self.ways(state, steps);
        let Some(task) = steps.first().map(|step| step.task) else { return };
        let is_whole = self.machine.all_orders || steps.iter().all(|step| step.task == task);
        let (own, others) = match is_whole {
            true => (steps, Vec::new()),
            false => self.first_of(state, steps, passing),
        };
        let mut goes_on = true;
        for step in own {
            goes_on &= self.take(number, step);
        }
        if goes_on && !others.is_empty() {
            self.put_off.insert(number, others.iter().map(|step| step.task).collect());
            return;
        }
        for step in others {
            self.take(number, step);
        }
    }

    /// The steps, those that take calm locks as if these were not there, and the first task that takes such a
    /// step, which makes no difference to the others.
    fn ways(&self, state: &State, mut steps: Vec<Step>) -> (Vec<Step>, Option<u32>) {
        let wanted = |step: &Step| self.calm.wanted(self.machine, state, step.task);
        if self.machine.all_orders || !steps.iter().any(|step| wanted(step).is_some()) {
            return (steps, None);
        }
        let calm = self.calm.locks(&self.futures, state);
        let mut first = None;
        for step in &mut steps {
            if wanted(step).is_some_and(|lock| calm[lock as usize]) {
                let mut after = state.clone();
                let next = self.machine.node(state, step.task).map(|node| node.next[0]);
                self.machine.pass(&mut after, step.task, next);
                step.outcomes = vec![Ok((after, Vec::new()))];
                first.get_or_insert(step.task);
            }
        }
        (steps, first)
    }

    /// The steps that are followed first, and the others.
    fn first_of(
        &self,
        state: &State,
        steps: Vec<Step>,
        passing: Option<u32>,
    ) -> (Vec<Step>, Vec<Step>) {
        let (machine, futures, enders) = (self.machine, &self.futures, &self.enders);
        let alone = || (Persistence { machine, futures, enders, state }).alone(&steps);
        if let Some(task) = passing.or_else(alone) {
            return steps.into_iter().partition(|step| step.task == task);
        }
        let groups = groups(&self.enders, state);
        let group = |step: &Step| groups[step.task as usize];
        let first = group(&steps[0]);
        steps.into_iter().partition(|step| group(step) == first)
    }

    /// Follows what was put off where the search would go round without it: whether there is anything.
    fn follow_put_off(&mut self) -> bool {
        let known = self.graph.len();
        let mut any = false;
        for component in final_components(&self.graph, known) {
            for number in component {
                let Some(tasks) = self.put_off.remove(&number) else { continue };
                any = true;
                let state = self.graph.state(number).clone();
                let (steps, _) = self.ways(&state, self.machine.steps(&state));
                for step in steps.into_iter().filter(|step| tasks.contains(&step.task)) {
                    self.take(number, step);
                }
                if self.graph.len() > known {
                    return true;
                }
            }
        }
        any
    }

    /// Nobody can move, or not but by the clock: whether somebody waits for ever.
    fn judge_waits(&mut self, number: usize, state: &State, is_end: bool) {
        let is_certain = self.machine.scaled || !state.uncertain;
        let waits = if is_certain { waits(self.machine, state) } else { Waits::default() };
        if !waits.causes.is_empty() {
            self.add_stuck(number, waits);
        } else if is_end && self.may_go_on(state) {
            let is_guessed = !is_certain && !self.machine.is_any_wait_unseen(state);
            self.bound(if is_guessed { Bound::Guessed } else { Bound::NotUnderstood });
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

    /// Whether every outcome goes on from there.
    fn take(&mut self, number: usize, step: Step) -> bool {
        let position = self.graph.add_step(number, step.guessed, step.outcomes.len());
        let mut goes_on = true;
        for outcome in step.outcomes {
            match self.settled(outcome) {
                Ok((state, events)) => {
                    goes_on &= state.misuse.is_none();
                    self.note_events(&events);
                    let target = self.number(state);
                    self.graph.add_outcome(number, position, target);
                }
                Err(stop) => {
                    if let Stop::Bounded(why) = stop {
                        self.bound(Bound::Met(why));
                    }
                    self.graph.cut(number);
                    goes_on = false;
                }
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

    pub(super) fn settled(&self, outcome: Outcome) -> Outcome {
        let (mut state, mut log) = outcome?;
        self.machine.settle(&mut state, &mut log)?;
        Ok((state, log))
    }
}
