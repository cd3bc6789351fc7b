//! The graph of states that a search visits, and which of them are doomed.
//!
//! A state is *doomed* if it is a goal, or if some step leads to a doomed state: one of its outcomes where
//! each can happen, all of them where they are guesses. Doom is handed back along edges as soon as a goal
//! is known.

use std::collections::VecDeque;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::skeleton::state::State;

/// All states that were reached, by number. The first is the root's.
#[derive(Default)]
pub(super) struct Graph {
    nodes: Vec<Reached>,
    index: FxHashMap<Rc<State>, usize>,
    /// Whether a goal only has to be reachable at present, whatever guesses lie on the way.
    pub(super) is_lax: bool,
    /// States all of whose guesses are doomed that were followed, since somebody asked.
    failing: Vec<usize>,
}

struct Reached {
    state: Rc<State>,
    /// `(state, step)` pairs that lead here.
    from: Vec<(usize, usize)>,
    steps: Vec<Taken>,
    /// How many steps away a goal is.
    doom: Option<u32>,
    /// Whether the search ends on some way on from here.
    is_cut: bool,
}

/// A step that was followed.
struct Taken {
    guessed: bool,
    outcomes: usize,
    /// How many outcomes are not doomed yet.
    left: usize,
    to: Vec<usize>,
}

impl Graph {
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn state(&self, number: usize) -> &Rc<State> {
        &self.nodes[number].state
    }

    /// The number of a state, if it was reached.
    pub(super) fn find(&self, state: &State) -> Option<usize> {
        self.index.get(state).copied()
    }

    /// The number of a state, which may be a new one.
    pub(super) fn number(&mut self, state: State) -> usize {
        if let Some(known) = self.index.get(&state) {
            return *known;
        }
        let state = Rc::new(state);
        let number = self.nodes.len();
        self.index.insert(state.clone(), number);
        self.nodes.push(Reached {
            state,
            from: Vec::new(),
            steps: Vec::new(),
            doom: None,
            is_cut: false,
        });
        number
    }

    /// Notes a step of a state, whose outcomes follow: its position.
    pub(super) fn add_step(&mut self, number: usize, guessed: bool, outcomes: usize) -> usize {
        let steps = &mut self.nodes[number].steps;
        steps.push(Taken { guessed, outcomes, left: outcomes, to: Vec::new() });
        steps.len() - 1
    }

    /// Notes where an outcome of a step leads.
    pub(super) fn add_outcome(&mut self, number: usize, step: usize, target: usize) {
        self.nodes[number].steps[step].to.push(target);
        self.nodes[target].from.push((number, step));
        if let Some(doom) = self.nodes[target].doom
            && self.is_doomed_step(number, step)
        {
            self.spread(number, doom + 1);
        }
    }

    /// Notes that the search ends on one way on from the state.
    pub(super) fn cut(&mut self, number: usize) {
        self.nodes[number].is_cut = true;
    }

    pub(super) fn is_cut(&self, number: usize) -> bool {
        self.nodes[number].is_cut
    }

    /// The states that lead to this one.
    pub(super) fn before(&self, number: usize) -> impl Iterator<Item = usize> + '_ {
        self.nodes[number].from.iter().map(|(source, _)| *source)
    }

    /// The states that this one leads to.
    pub(super) fn after(&self, number: usize) -> impl Iterator<Item = usize> + '_ {
        self.nodes[number].steps.iter().flat_map(|step| step.to.iter().copied())
    }

    /// How many steps a goal is away from there, if it is doomed.
    pub(super) fn doom(&self, number: usize) -> Option<u32> {
        self.nodes[number].doom
    }

    /// The states all of whose guesses became doomed that were followed.
    pub(super) fn take_failing(&mut self) -> Vec<usize> {
        std::mem::take(&mut self.failing)
    }

    /// Whether all outcomes that were followed of the state's first step are doomed.
    pub(super) fn fails_so_far(&self, number: usize) -> bool {
        let of = &self.nodes[number];
        let is_doomed = |target: &usize| self.nodes[*target].doom.is_some();
        !of.is_cut && of.steps.first().is_some_and(|step| step.to.iter().all(is_doomed))
    }

    /// Whether the root would be doomed if these states were.
    pub(super) fn would_be_doomed(&self, states: &[usize]) -> bool {
        let mut doomed: Vec<bool> = self.nodes.iter().map(|of| of.doom.is_some()).collect();
        let mut pending: Vec<usize> = states.to_vec();
        let mut left: FxHashMap<(usize, usize), usize> = FxHashMap::default();
        while let Some(number) = pending.pop() {
            if std::mem::replace(&mut doomed[number], true) {
                continue;
            }
            for (source, position) in &self.nodes[number].from {
                let step = &self.nodes[*source].steps[*position];
                let left = left.entry((*source, *position)).or_insert(step.left);
                *left = left.saturating_sub(1);
                if self.is_lax || !step.guessed || *left == 0 {
                    pending.push(*source);
                }
            }
        }
        doomed.first() == Some(&true)
    }

    pub(super) fn forget_doom(&mut self) {
        for node in &mut self.nodes {
            node.doom = None;
            node.steps.iter_mut().for_each(|step| step.left = step.outcomes);
        }
    }

    /// Dooms these states, and what comes to them. An outcome counts once, however often its state is
    /// named here.
    pub(super) fn doom_all(&mut self, goals: &[usize]) {
        let mut unknown = VecDeque::new();
        for goal in goals {
            if self.nodes[*goal].doom.replace(0).is_none() {
                unknown.push_back((*goal, 0));
            }
        }
        self.hand_back(unknown);
    }

    fn spread(&mut self, number: usize, distance: u32) {
        if self.nodes[number].doom.is_none() {
            self.nodes[number].doom = Some(distance);
            self.hand_back(VecDeque::from([(number, distance)]));
        }
    }

    fn hand_back(&mut self, mut pending: VecDeque<(usize, u32)>) {
        while let Some((number, distance)) = pending.pop_front() {
            for (source, step) in self.nodes[number].from.clone() {
                if self.is_doomed_step(source, step) && self.nodes[source].doom.is_none() {
                    self.nodes[source].doom = Some(distance + 1);
                    pending.push_back((source, distance + 1));
                }
            }
        }
    }

    /// Counts one more doomed outcome of a step: whether that dooms the state before it.
    fn is_doomed_step(&mut self, number: usize, position: usize) -> bool {
        let Some(step) = self.nodes[number].steps.get_mut(position) else { return false };
        step.left = step.left.saturating_sub(1);
        if step.left > 0 && step.left + step.to.len() == step.outcomes {
            self.failing.push(number);
        }
        self.is_lax || !step.guessed || step.left == 0
    }
}
