//! Decisions whose value is not known, and what is tried for them.
//!
//! An input that counts a loop is tried with a few counts (`counts`), and all of them must fail for a failure to
//! count. A condition on one int that comes from outside may go either way as long as some int agrees with
//! all that was decided before, and so can happen as it is tried. Another condition on what comes from outside
//! may go either way when nothing it hangs together with was decided. All else is a guess: a condition that
//! is not followed may come out in one way only, whatever the program does.

mod counts;
mod failures;
mod positions;
mod ways;

use super::eval::operand;
use super::leaving::Leaving;
use super::{EventKind, Machine, Open, Step, StepKind};
use crate::mir::{Const, Operand, Rvalue};
use crate::skeleton::graph::{Action, Kind};
use crate::skeleton::state::State;
use crate::skeleton::state::value::{Known, Value};
use ways::{is_independent, is_open_sum};

impl Machine<'_> {
    /// The decision that the task stands at, if its value is not known.
    pub(in crate::skeleton) fn choice(self, state: &State, task: u32) -> Option<Step> {
        let node = self.node(state, task)?;
        let frame = state.tasks[task as usize].frames.last()?;
        let value = |of: &Operand| operand(frame, of);
        if let Some(step) = self.any_round(state, task) {
            return Some(step);
        }
        if let Some(step) = self.caught_or_not(state, task) {
            return Some(step);
        }
        match &node.action {
            Action::Branch(condition) => {
                let leaving = Leaving::of(self.skeleton.routine(frame.routine), frame.node);
                self.choice_of_way(state, task, node, &value(condition), leaving)
            }
            Action::Assume { condition, .. } => self.choice_of(state, task, &value(condition)),
            Action::Let(dest, Rvalue::Index(of, index)) => {
                self.choice_of_element(state, task, *dest, &value(of), &value(index))
            }
            Action::Each { iterator, .. } => match &frame.registers[iterator.index()] {
                Value::Iterator(of, _) => self.choice_of_count(state, task, *iterator, of),
                _ => None,
            },
            Action::MakeChannel(_, count) => self.choice_of(state, task, &self.count(value(count))),
            Action::MakeBarrier(_, count)
            | Action::MakeLock { permits: Some(count), .. }
            | Action::Enter { limit: Some(count), .. } => {
                self.choice_of(state, task, &value(count))
            }
            Action::Select { cases, .. } => {
                let guards = cases.iter().filter_map(|(_, guard)| guard.as_ref());
                guards.into_iter().find_map(|guard| self.choice_of(state, task, &value(guard)))
            }
            _ => None,
        }
    }

    /// What to try so that the value is known.
    fn choice_of(self, state: &State, task: u32, value: &Value) -> Option<Step> {
        self.choice_on(state, task, value, Leaving::Never)
    }

    /// The same, where it may be the end of a loop.
    fn choice_on(self, state: &State, task: u32, value: &Value, leaving: Leaving) -> Option<Step> {
        let is_about_one = value.int_leaves().len() == 1;
        let value = if is_about_one { value } else { value.open_part(&state.facts) };
        let Known::Needs(of) = value.known(&state.facts) else { return None };
        match (value.kind(), of.kind()) {
            (Kind::Bool, Kind::Int) if value.int_leaves().len() == 1 => {
                Some(self.try_condition(state, task, value, &of, leaving))
            }
            (Kind::Bool, Kind::Int)
                if self.open == Open::Conditions && is_open_sum(state, value) =>
            {
                let both = vec![Const::Bool(true), Const::Bool(false)];
                Some(self.tried_ways(state, task, value, both, false, leaving))
            }
            (_, Kind::Bool) => {
                let both = vec![Const::Bool(true), Const::Bool(false)];
                let may_be_any = of.may_be_any() && is_independent(state, &of);
                Some(self.tried_ways(state, task, &of, both, may_be_any, leaving))
            }
            (_, Kind::Int) => Some(self.try_counts(state, task, &of)),
            _ => None,
        }
    }

    fn tried(
        self,
        state: &State,
        task: u32,
        of: &Value,
        values: Vec<Const>,
        kind: StepKind,
    ) -> Step {
        let outcomes = values.into_iter().map(|value| {
            let mut state = state.clone();
            state.facts.push((of.clone(), value.clone()));
            let is_told_later = matches!(value, Const::Bool(_)) && self.stands_at_way(&state, task);
            let shown = self.decided(&state, task).or((!is_told_later).then_some(value));
            let event =
                shown.and_then(|shown| self.event(&state, task, EventKind::Tries(shown), None));
            Ok((state, event.into_iter().collect()))
        });
        Step { task, kind, outcomes: outcomes.collect() }
    }

    /// Whether the task stands at a condition, which may be made of several.
    fn stands_at_way(self, state: &State, task: u32) -> bool {
        let action = self.node(state, task).map(|node| &node.action);
        matches!(action, Some(Action::Branch(_) | Action::Assume { .. }))
    }

    /// What the condition that the task stands at is now, if it is known: what was tried for it may be
    /// its opposite, or another value that it follows from.
    fn decided(self, state: &State, task: u32) -> Option<Const> {
        let (Action::Branch(condition) | Action::Assume { condition, .. }) =
            &self.node(state, task)?.action
        else {
            return None;
        };
        match self.operand(state, task, condition).known(&state.facts) {
            Known::Is(is @ Const::Bool(_)) => Some(is),
            _ => None,
        }
    }
}
