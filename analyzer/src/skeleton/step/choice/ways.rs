//! Conditions that are not known, and which way they are taken to come out.

use super::counts::{candidates, suppose};
use crate::mir::Const;
use crate::skeleton::graph::{Kind, Node};
use crate::skeleton::state::State;
use crate::skeleton::state::value::{Known, Value, agrees};
use crate::skeleton::step::leaving::Leaving;
use crate::skeleton::step::{EventKind, Machine, Open, Step, StepKind, Supposed};

impl Machine<'_> {
    /// Which way a branch goes. What ends a counted loop is decided by the count.
    pub(super) fn choice_of_way(
        self,
        state: &State,
        task: u32,
        node: &Node,
        condition: &Value,
        leaving: Leaving,
    ) -> Option<Step> {
        match condition.known(&state.facts) {
            Known::Is(_) => None,
            Known::Needs(of) if of.kind() == Kind::Int && leaving.is_way_out() && of.is_count() => {
                Some(self.try_counts(state, task, &of))
            }
            Known::Needs(_) => self
                .choice_on(state, task, condition, leaving)
                .or_else(|| Some(self.guess_way(state, task, node, leaving))),
            Known::Anything => Some(self.guess_way(state, task, node, leaving)),
        }
    }

    /// Tries a condition on one int with what some int allows.
    pub(super) fn try_condition(
        self,
        state: &State,
        task: u32,
        condition: &Value,
        of: &Value,
        leaving: Leaving,
    ) -> Step {
        let allowed = |holds: bool| {
            let mut facts = state.facts.clone();
            facts.push((condition.clone(), Const::Bool(holds)));
            candidates(&facts, of).iter().any(|value| agrees(&facts, of, *value))
        };
        let values = [true, false].into_iter().filter(|holds| allowed(*holds)).map(Const::Bool);
        let may_be_any = of.may_be_any() && is_told_by_itself(state, of);
        self.tried_ways(state, task, condition, values.collect(), may_be_any, leaving)
    }

    /// Tries a condition. One that may not be any is not followed.
    pub(super) fn tried_ways(
        self,
        state: &State,
        task: u32,
        of: &Value,
        ways: Vec<Const>,
        may_be_any: bool,
        leaving: Leaving,
    ) -> Step {
        let is_supposed = !may_be_any && self.is_open(leaving);
        let kind = if may_be_any || is_supposed { StepKind::Happens } else { StepKind::Guess };
        let mut step = self.tried(state, task, of, ways, kind);
        if is_supposed {
            let events = step.outcomes.iter_mut().flatten().flat_map(|(_, events)| events);
            events.for_each(|event| suppose(event, false));
        }
        step
    }

    /// Whether a condition that is not followed is taken to go either way.
    fn is_open(self, leaving: Leaving) -> bool {
        match self.open {
            Open::No => false,
            Open::Exits => leaving.is_way_out(),
            Open::Conditions | Open::Ways => leaving != Leaving::AtLast,
        }
    }

    /// Either way of a branch whose condition may be anything.
    fn guess_way(self, state: &State, task: u32, node: &Node, leaving: Leaving) -> Step {
        let is_open = self.is_open(leaving);
        let outcomes = node.next.iter().enumerate().map(|(way, next)| {
            let tried = EventKind::Supposes(Supposed::Holds(way == 0));
            let event = is_open.then(|| self.event(state, task, tried, None)).flatten();
            let mut state = state.clone();
            if let Some(frame) = state.tasks[task as usize].frames.last_mut() {
                frame.node = *next;
            }
            Ok((state, event.into_iter().collect()))
        });
        let kind = if is_open { StepKind::Happens } else { StepKind::Guess };
        Step { task, kind, outcomes: outcomes.collect() }
    }
}

/// Whether nothing was tried for a value that this one hangs together with, but for what leaves it open.
pub(super) fn is_independent(state: &State, of: &Value) -> bool {
    let is_open = |known: &Value| !known.hangs_together_with(of) || known.is_alternative_of(of);
    state.facts.iter().all(|(known, _)| is_open(known))
}

/// Whether a number that is computed from several, of which nothing was tried, is compared with one that is known: it
/// may be more as well as less.
pub(super) fn is_open_sum(state: &State, of: &Value) -> bool {
    let Value::Term(term) = of else { return false };
    let is_known = |part: &Value| matches!(part, Value::Const(_));
    let leaves = of.int_leaves();
    let is_about_it = |known: &Value| known.int_leaves().iter().any(|leaf| leaves.contains(leaf));
    let is_tried = state.facts.iter().any(|(known, _)| is_about_it(known));
    term.args().iter().any(is_known) && leaves.len() > 1 && !is_tried
}

/// Whether all that was tried for values that this int hangs together with is about the int alone.
fn is_told_by_itself(state: &State, of: &Value) -> bool {
    let is_about_it = |known: &Value| known.int_leaves() == [of.clone()];
    // What is not one text may have any length.
    let is_another =
        |known: &Value, fact: &Const| *fact == Const::Bool(false) && known.is_text_of(of);
    state.facts.iter().all(|(known, fact)| {
        is_about_it(known) || is_another(known, fact) || !known.hangs_together_with(of)
    })
}
