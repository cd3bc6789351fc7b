//! Which steps of a state are followed first, and which are put off: of orders that come to the same, one is followed.

use std::collections::BTreeMap;

use super::Explorer;
use super::futures::around;
use super::groups::groups;
use super::persistent::Persistence;
use crate::skeleton::state::State;
use crate::skeleton::step::Step;

impl Explorer<'_> {
    /// Takes a step that nobody can forestall, or else the steps of one group of tasks. Those of the others
    /// are put off, unless that ends a path: what they do comes later otherwise.
    pub(super) fn follow(&mut self, number: usize, state: &State, steps: Vec<Step>) {
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
            self.later.put_off(number, others.iter().map(|step| step.task).collect());
            return;
        }
        for step in others {
            self.take(number, step);
        }
    }

    /// The steps, those that take calm locks as if these were not there, and the first task that takes such a
    /// step, which makes no difference to the others.
    pub(super) fn ways(&self, state: &State, mut steps: Vec<Step>) -> (Vec<Step>, Option<u32>) {
        if self.machine.all_orders {
            return (steps, None);
        }
        let mut calm: BTreeMap<Vec<(u32, u32)>, Vec<bool>> = BTreeMap::new();
        let mut first = None;
        for step in &mut steps {
            let Some(lock) = self.calm.wanted(self.machine, state, step.task) else { continue };
            let around = around(state, step.task);
            let locks = || self.calm.locks(self.machine, state, &around);
            if calm.entry(around.clone()).or_insert_with(locks)[lock as usize] {
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
}
