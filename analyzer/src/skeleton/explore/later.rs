//! What is followed only where it can matter, once all else was.
//!
//! Steps that were put off, because they come later otherwise: where the search would go round without them for
//! ever. And counts: a failure counts only if it comes about with all that are tried, so the next one is tried
//! only where everything goes wrong with those before, and that may doom the root. Where the search goes round,
//! each is tried as well, for another may be the way out.
//!
//! Invariant: a state of which something is left here is in no component that a judgement is made about
//! ([`Later::is_open`]).

use std::collections::BTreeMap;

use super::Explorer;
use super::components::final_components;

/// By state, what was not followed yet.
#[derive(Default)]
pub(super) struct Later {
    /// The tasks whose steps were put off there.
    tasks: BTreeMap<usize, Vec<u32>>,
    /// How many counts were tried there.
    counts: BTreeMap<usize, usize>,
}

impl Later {
    pub(super) fn put_off(&mut self, number: usize, tasks: Vec<u32>) {
        self.tasks.insert(number, tasks);
    }

    pub(super) fn untried(&mut self, number: usize, tried: usize) {
        self.counts.insert(number, tried);
    }

    /// Whether another way may lead on from the state.
    pub(super) fn is_open(&self, number: usize) -> bool {
        self.tasks.contains_key(&number) || self.counts.contains_key(&number)
    }
}

impl Explorer<'_> {
    /// Follows what was put off where the search would go round without it: whether there is anything.
    pub(super) fn follow_put_off(&mut self) -> bool {
        if self.later.tasks.is_empty() {
            return false;
        }
        let known = self.graph.len();
        let mut any = false;
        for number in final_components(&self.graph, known).into_iter().flatten() {
            let Some(tasks) = self.later.tasks.remove(&number) else { continue };
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
        any
    }

    /// Tries the next count where all that were tried have just come to fail.
    pub(super) fn try_failing(&mut self) {
        for number in self.graph.take_failing() {
            if self.graph.fails_so_far(number) {
                self.try_count(number);
            }
        }
    }

    /// Tries the next count where it matters, when all else is known: whether there is any.
    pub(super) fn try_counts(&mut self) -> bool {
        let untried: Vec<usize> = self.later.counts.keys().copied().collect();
        if untried.is_empty() {
            return false;
        }
        let failing: Vec<usize> =
            untried.into_iter().filter(|number| self.graph.fails_so_far(*number)).collect();
        let matters = match self.graph.would_be_doomed(&failing) {
            true => failing,
            false => self.untried_for_ever(),
        };
        for number in &matters {
            self.try_count(*number);
        }
        !matters.is_empty()
    }

    /// The untried counts on ways that the search goes round for ever.
    fn untried_for_ever(&self) -> Vec<usize> {
        let finals = final_components(&self.graph, self.graph.len()).into_iter().flatten();
        finals.filter(|number| self.later.counts.contains_key(number)).collect()
    }

    fn try_count(&mut self, number: usize) {
        let Some(tried) = self.later.counts.remove(&number) else { return };
        let state = self.graph.state(number).clone();
        let Some(step) = self.machine.steps(&state).into_iter().next() else { return };
        if tried + 1 < step.outcomes.len() {
            self.later.untried(number, tried + 1);
        }
        if let Some(outcome) = step.outcomes.into_iter().nth(tried) {
            self.add(number, 0, outcome);
        }
    }
}
