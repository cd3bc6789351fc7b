//! Tasks that wait for ever beside others that never come to rest.
//!
//! A search that only judges states in which nothing moves is blind where a task beats, serves or ticks
//! for ever. Once all states are known, two more kinds are looked at. In some, needs are never met
//! whatever the others come to ([`waits`]); that holds from there on, so it is enough to look where the
//! search ends: at components of the graph that nothing leads out of, and at states that a bound kept
//! from being followed. And in such a component, where all that can happen is known, a task stands
//! at a place that no step of the component leaves. Then it waits for ever, though another task has code
//! that would help it. Of those that go round meanwhile, one that asks for a flag or signal ends only when it comes, so
//! it needs those who may send it as if it waited for them. One that asks for nothing may be stopped by somebody outside.
//!
//! A task that fails ends the waits of its whole scope. So nothing is said of a component in which a path
//! ends, for it may end so.
//!
//! From such states the search goes back to the first in which the same tasks wait for the same.

use std::collections::BTreeSet;

use super::components::final_components;
use super::{Bound, Explorer};
use crate::skeleton::graph::{AtomOp, NodeId, RoutineId};
use crate::skeleton::state::State;
use crate::skeleton::step::offers::OfferKind;
use crate::skeleton::stuck::needs::Needs;
use crate::skeleton::stuck::{Waits, belongs_to_scope, waits, waits_of};
use crate::skeleton::uses::Use;

/// No search looks at more states in this way.
const JUDGED_MAX: usize = 400;

impl Explorer<'_> {
    /// Adds goals where tasks wait for ever beside others; the states from `followed` on were not
    /// followed.
    pub(super) fn look_beside(&mut self, followed: usize) {
        let mut left = JUDGED_MAX;
        let mut found: Vec<(Vec<usize>, Waits)> = Vec::new();
        for component in final_components(&self.graph, followed) {
            let is_open = component.iter().any(|number| self.later.is_open(*number));
            if is_open || self.graph.after(component[0]).next().is_none() {
                continue;
            }
            if left == 0 {
                self.gives_up();
                break;
            }
            left -= 1;
            let waits = self.judge_lasting(&component);
            if waits.causes.is_empty() && self.asks_in_vain(&component) {
                self.bound(Bound::Met("a task goes round for ever and asks for what never comes"));
            }
            if component.iter().any(|number| self.graph.is_cut(*number)) {
                // It may end so, or not.
                self.not_understood(&waits);
            } else {
                found.push((component, waits));
            }
        }
        let stuck_before: Vec<_> =
            self.goals.iter().map(|goal| (vec![goal.number], goal.waits.clone())).collect();
        found.extend(stuck_before);
        let may_fail = (0..followed).any(|number| self.graph.is_cut(number));
        let open = (followed..self.graph.len()).rev().take(if may_fail { 0 } else { left / 2 });
        found.extend(open.map(|number| (vec![number], self.judge(number))));
        for (states, waits) in found {
            self.add_waits(states, &waits, &mut left);
        }
        if left == 0 {
            self.gives_up();
        }
    }

    /// The look is not whole.
    fn gives_up(&mut self) {
        self.bound(Bound::Met("tasks go round for ever in too many ways"));
    }

    /// Somebody waits where what the others do is not known to the end.
    fn not_understood(&mut self, waits: &Waits) {
        if !waits.causes.is_empty() {
            self.bound(Bound::NotUnderstood(waits.causes.first().map(|stuck| stuck.at)));
        }
    }

    /// Who waits for ever in a component.
    fn judge_lasting(&self, component: &[usize]) -> Waits {
        let waits = self.judge(component[0]);
        if waits.causes.is_empty() { self.judge_component(component) } else { waits }
    }

    fn judge(&self, number: usize) -> Waits {
        let state = self.graph.state(number);
        if state.misuse.is_some() || (state.uncertain && !self.machine.scaled) {
            return Waits::default();
        }
        waits(self.machine, state)
    }

    /// Makes goals of the states and of those before them in which the same tasks wait for the same.
    fn add_waits(&mut self, states: Vec<usize>, waits: &Waits, left: &mut usize) {
        if waits.causes.is_empty() {
            return;
        }
        let same = places(self.graph.state(states[0]), waits);
        let mut seen: BTreeSet<usize> = states.iter().copied().collect();
        let mut pending = states.clone();
        for number in states {
            self.add_stuck(number, waits.clone());
        }
        while let Some(number) = pending.pop() {
            let before: Vec<usize> = self.graph.before(number).collect();
            for source in before {
                if *left == 0 || self.graph.is_cut(source) || !seen.insert(source) {
                    continue;
                }
                *left -= 1;
                let waits = self.judge(source);
                if places(self.graph.state(source), &waits) == same {
                    self.add_stuck(source, waits);
                    pending.push(source);
                }
            }
        }
    }

    /// Who waits for ever in a component all of whose steps are known, because no step moves it.
    fn judge_component(&self, component: &[usize]) -> Waits {
        if component.iter().any(|number| self.graph.state(*number).uncertain) {
            return Waits::default();
        }
        let state = self.graph.state(component[0]);
        let places: Vec<Option<Place>> = (0..state.tasks.len() as u32)
            .map(|task| {
                (!state.tasks[task as usize].is_done()).then(|| place(state, task)).flatten()
            })
            .collect();
        let mut unmoved: BTreeSet<Place> = places.iter().copied().flatten().collect();
        for number in component {
            for moved in self.moved_places(self.graph.state(*number)) {
                unmoved.remove(&moved);
            }
            if unmoved.is_empty() {
                break;
            }
        }
        let is_idle = |task: u32| {
            !state.tasks[task as usize].is_done()
                && places[task as usize].is_none_or(|place| unmoved.contains(&place))
        };
        let idle: Vec<bool> = (0..state.tasks.len() as u32).map(is_idle).collect();
        let tellers = |task: u32| self.tellers(component, task);
        let needs = Needs::of_idle(self.machine, state, &idle, &tellers);
        needs.map_or_else(Waits::default, |needs| waits_of(self.machine, state, &needs))
    }

    /// Whether a task of the root goes round in the component for ever, and asks for a flag or signal meanwhile.
    fn asks_in_vain(&self, component: &[usize]) -> bool {
        component.iter().any(|number| {
            let state = self.graph.state(*number);
            let asks =
                |task: u32| belongs_to_scope(state, task) && !self.asks(state, task).is_empty();
            !state.tasks[0].is_done() && (0..state.tasks.len() as u32).any(asks)
        })
    }

    /// The tasks that may change what a task asks for that goes round in the component.
    fn tellers(&self, component: &[usize], task: u32) -> Vec<u32> {
        let mut found = Vec::new();
        for state in component.iter().map(|number| self.graph.state(*number)) {
            for object in self.asks(state, task) {
                let carriers = state.carriers(object);
                let tells = |other: &u32| {
                    let may = self.futures.by(&state.tasks[*other as usize], None, &carriers);
                    *other != task && may.has(Use::GIVE | Use::OTHER)
                };
                found.extend((0..state.tasks.len() as u32).filter(tells));
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The signals and atoms that the task asks where it stands, without waiting for them.
    fn asks(&self, state: &State, task: u32) -> Vec<u32> {
        let is_timed = self.machine.timeout_case(state, task).is_some();
        let offers = self.machine.offers(state, task).into_iter();
        let asked = offers.filter(|offer| match &offer.kind {
            OfferKind::Wait => is_timed,
            OfferKind::IsSet(_) | OfferKind::Atom(AtomOp::Get, ..) => true,
            _ => false,
        });
        asked.map(|offer| offer.object).collect()
    }

    /// Where tasks stand that some step of the state moves.
    fn moved_places(&self, state: &State) -> Vec<Place> {
        let mut moved = Vec::new();
        for step in self.machine.steps(state) {
            moved.extend(place(state, step.task));
            for (_, events) in step.outcomes.into_iter().flatten() {
                moved.extend(events.into_iter().map(|event| event.at));
            }
        }
        moved
    }
}

type Place = (RoutineId, NodeId);

fn place(state: &State, task: u32) -> Option<Place> {
    let frame = state.tasks[task as usize].frames.last()?;
    Some((frame.routine, frame.node))
}

/// Where the causes wait.
fn places(state: &State, waits: &Waits) -> Vec<(Place, crate::skeleton::state::Made)> {
    let place = |stuck: &crate::skeleton::stuck::Stuck| {
        (stuck.at, state.objects[stuck.object as usize].made)
    };
    waits.causes.iter().map(place).collect()
}
