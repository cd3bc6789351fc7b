//! Which of several objects is meant, where the position in their list is not known.

use std::rc::Rc;

use super::counts::{CONSTANTS_MAX, suppose};
use crate::hir::BinaryOp;
use crate::mir::{Const, Local, Operand, Rvalue};
use crate::skeleton::graph::{Action, Kind, Skeleton};
use crate::skeleton::state::State;
use crate::skeleton::state::value::{Facts, Known, Value};
use crate::skeleton::step::{EventKind, Machine, Open, Step, StepKind};

/// No more positions of a list are tried.
const POSITIONS_MAX: usize = 8;

impl Machine<'_> {
    /// Whether a known position is beyond the end of a known list. (Below 0 it counts from the end where it
    /// is written, which is not told apart here.)
    pub(in crate::skeleton::step) fn is_beyond(
        self,
        state: &State,
        task: u32,
        of: &Operand,
        index: &Operand,
    ) -> bool {
        let [of, index] = [of, index].map(|of| self.operand(state, task, of));
        let elements = state.elements(&of).map(|elements| elements.len() as i64);
        elements.zip(state.int(&index)).is_some_and(|(count, index)| index >= count)
    }

    /// Whether it is to be decided which element of a list of objects is meant.
    pub(in crate::skeleton::step) fn is_unknown_element(
        self,
        state: &State,
        task: u32,
        of: &Operand,
        index: &Operand,
    ) -> bool {
        let [of, index] = [of, index].map(|of| self.operand(state, task, of));
        unknown_element(state, &of, &index).is_some()
    }

    /// Which of several objects an element is, where the position is not known.
    pub(super) fn choice_of_element(
        self,
        state: &State,
        task: u32,
        dest: Local,
        of: &Value,
        index: &Value,
    ) -> Option<Step> {
        let elements = unknown_element(state, of, index)?;
        let is_supposed = self.open >= Open::Conditions;
        if let (true, Known::Needs(part)) = (is_supposed, index.known(&state.facts))
            && part != *index
        {
            return Some(self.try_part(state, task, &part, elements.len()));
        }
        let next = self.node(state, task)?.next.first().copied();
        let is_fixed = !matches!(index.known(&state.facts), Known::Anything);
        let outcomes = positions(state, task, &elements).into_iter().filter_map(|position| {
            let mut state = state.clone();
            if is_fixed {
                state.facts.push((index.clone(), Const::Int(position as i64)));
            }
            state.picked = true;
            self.set(&mut state, task, Some(dest), elements[position].clone());
            let tried = EventKind::Tries(Const::Int(position as i64));
            let mut event = self.event(&state, task, tried, None);
            event.iter_mut().filter(|_| is_supposed).for_each(|event| suppose(event, false));
            let is_possible = is_consistent(&state.facts);
            let moved = self.go_on(&mut state, task, next);
            is_possible.then(|| moved.map(|_| (state, event.into_iter().collect())))
        });
        let kind = if is_supposed { StepKind::Happens } else { StepKind::Guess };
        Some(Step { task, kind, outcomes: outcomes.collect() })
    }

    /// Tries what a position is computed from with each position of so many, and with what it may be asked for.
    fn try_part(self, state: &State, task: u32, part: &Value, count: usize) -> Step {
        let count = count as i64;
        let others = asked_for(self.skeleton).filter(|of| !(0..count).contains(of));
        let positions = (0..count).chain(others.take(CONSTANTS_MAX)).map(Const::Int).collect();
        let mut step = self.tried(state, task, part, positions, StepKind::Happens);
        step.outcomes.retain(|outcome| {
            outcome.as_ref().map_or(true, |(state, _)| is_consistent(&state.facts))
        });
        let events = step.outcomes.iter_mut().flatten().flat_map(|(_, events)| events);
        events.for_each(|event| suppose(event, false));
        step
    }
}

/// The ints that something is asked to be.
fn asked_for(skeleton: &Skeleton) -> impl Iterator<Item = i64> {
    let nodes = skeleton.routines.iter().flat_map(|routine| &routine.nodes);
    nodes.filter_map(|node| match &node.action {
        Action::Let(_, Rvalue::Binary(BinaryOp::Equal, _, Operand::Const(Const::Int(int)))) => {
            Some(*int)
        }
        _ => None,
    })
}

/// The elements of a list of objects, of which one is taken at a position that is not known; none
/// where there are too many to try.
fn unknown_element(state: &State, of: &Value, index: &Value) -> Option<Rc<[Value]>> {
    if state.int(index).is_some() {
        return None;
    }
    let elements = state.elements(of)?;
    let are_objects = elements.iter().any(|element| element.kind() == Kind::Sync);
    (are_objects && elements.len() <= POSITIONS_MAX).then_some(elements)
}

/// The positions to try, first those that the task does not have in hand: of two unknown ones it makes
/// the plainer story that they differ.
fn positions(state: &State, task: u32, elements: &[Value]) -> Vec<usize> {
    let is_taken = |position: &usize| {
        let names_it =
            |value: &Value| *value == elements[*position] || *value == Value::int(*position as i64);
        state.tasks[task as usize].values().any(names_it)
    };
    let (last, mut found): (Vec<usize>, Vec<usize>) = (0..elements.len()).partition(is_taken);
    found.extend(last);
    found
}

/// Whether no fact says otherwise than what follows from the others.
fn is_consistent(facts: &Facts) -> bool {
    (0..facts.len()).all(|at| {
        let mut others = facts.clone();
        let (of, fact) = others.remove(at);
        !matches!(of.known(&others), Known::Is(is) if is != fact)
    })
}
