//! Decisions whose value is not known, and what is tried for them.
//!
//! An input that counts a loop is tried with [`COUNTS`], and all of them must fail for a failure to
//! count. A condition on one int that comes from outside may go either way as long as some int agrees with
//! all that was decided before, and so can happen as it is tried. Another condition on what comes from outside
//! may go either way when nothing it hangs together with was decided. All else is a guess: a condition that
//! is not followed may come out in one way only, whatever the program does.

use std::rc::Rc;

use super::eval::operand;
use super::leaving::Leaving;
use super::parts::length;
use super::{EventKind, Machine, Open, Step, StepKind};
use crate::mir::{Const, Local, Operand, Rvalue};
use crate::skeleton::graph::{Action, Kind, Node};
use crate::skeleton::state::State;
use crate::skeleton::state::value::{Facts, Known, Value, agrees};

/// What unknown counts are tried with. None and one are special too often to stand for all.
const COUNTS: [i64; 2] = [2, 3];
/// What is tried when what was decided before excludes those, beside the constants it names.
const SMALL: [i64; 4] = [0, 1, 2, 3];
/// No more constants of the program are tried as counts.
const CONSTANTS_MAX: usize = 4;
/// No more positions of a list are tried.
const POSITIONS_MAX: usize = 8;
/// What the count of a loop over something that changes may be.
const GUESSED_COUNTS: [usize; 4] = [1, 2, 3, 0];

impl Machine<'_> {
    /// The decision that the task stands at, if its value is not known.
    pub(in crate::skeleton) fn choice(self, state: &State, task: u32) -> Option<Step> {
        let node = self.node(state, task)?;
        let frame = state.tasks[task as usize].frames.last()?;
        let value = |of: &Operand| operand(frame, of);
        if let Some(step) = self.any_round(state, task) {
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

    /// Which way a branch goes. What ends a counted loop is decided by the count.
    fn choice_of_way(
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
            (_, Kind::Bool) => {
                let both = vec![Const::Bool(true), Const::Bool(false)];
                let may_be_any = of.may_be_any() && is_independent(state, &of);
                Some(self.tried_ways(state, task, &of, both, may_be_any, leaving))
            }
            (_, Kind::Int) => Some(self.try_counts(state, task, &of)),
            _ => None,
        }
    }

    fn choice_of_count(
        self,
        state: &State,
        task: u32,
        iterator: Local,
        walked: &Value,
    ) -> Option<Step> {
        let tried = match walked {
            Value::Range(parts) => parts.iter().find_map(|part| self.choice_of(state, task, part)),
            Value::Symbol(..) | Value::Term(_) => self.choice_of(state, task, &length(walked)),
            _ => None,
        };
        tried.or_else(|| {
            let outcomes = GUESSED_COUNTS.into_iter().map(|count| {
                let mut state = state.clone();
                state.uncertain = true;
                let list = Value::List(vec![Value::Unknown; count].into());
                let walked = Value::Iterator(Rc::new(list), 0);
                self.set(&mut state, task, Some(iterator), walked);
                Ok((state, Vec::new()))
            });
            Some(Step { task, kind: StepKind::Count, outcomes: outcomes.collect() })
        })
    }

    /// Whether a known position is beyond the end of a known list. (Below 0 it counts from the end where it
    /// is written, which is not told apart here.)
    pub(super) fn is_beyond(self, state: &State, task: u32, of: &Operand, index: &Operand) -> bool {
        let [of, index] = [of, index].map(|of| self.operand(state, task, of));
        let elements = state.elements(&of).map(|elements| elements.len() as i64);
        elements.zip(state.int(&index)).is_some_and(|(count, index)| index >= count)
    }

    /// Whether it is to be decided which element of a list of objects is meant.
    pub(super) fn is_unknown_element(
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
    fn choice_of_element(
        self,
        state: &State,
        task: u32,
        dest: Local,
        of: &Value,
        index: &Value,
    ) -> Option<Step> {
        let elements = unknown_element(state, of, index)?;
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
            let event = self.event(&state, task, tried, None);
            let is_possible = is_consistent(&state.facts);
            let moved = self.go_on(&mut state, task, next);
            is_possible.then(|| moved.map(|_| (state, event.into_iter().collect())))
        });
        Some(Step { task, kind: StepKind::Guess, outcomes: outcomes.collect() })
    }

    /// Tries an int with counts.
    fn try_counts(self, state: &State, task: u32, of: &Value) -> Step {
        let (counts, certain) = counts(state, of, &self.skeleton.counts);
        let values = counts.into_iter().map(Const::Int).collect();
        let mut step = self.tried(state, task, of, values, StepKind::Count);
        for (state, _) in step.outcomes.iter_mut().flatten() {
            state.uncertain |= !certain;
        }
        step
    }

    /// Tries a condition on one int with what some int allows.
    fn try_condition(
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
    fn tried_ways(
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
            for (_, events) in step.outcomes.iter_mut().flatten() {
                for event in events {
                    if let EventKind::Tries(Const::Bool(way)) = event.kind {
                        event.kind = EventKind::Supposes(way);
                    }
                }
            }
        }
        step
    }

    /// Whether a condition that is not followed is taken to go either way.
    fn is_open(self, leaving: Leaving) -> bool {
        match self.open {
            Open::No => false,
            Open::Exits => leaving.is_way_out(),
            Open::Ways => leaving != Leaving::AtLast,
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

    /// Either way of a branch whose condition may be anything.
    fn guess_way(self, state: &State, task: u32, node: &Node, leaving: Leaving) -> Step {
        let is_open = self.is_open(leaving);
        let outcomes = node.next.iter().enumerate().map(|(way, next)| {
            let tried = EventKind::Supposes(way == 0);
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

/// Whether nothing was tried for a value that this one hangs together with, but for what leaves it open.
fn is_independent(state: &State, of: &Value) -> bool {
    let is_open = |known: &Value| !known.hangs_together_with(of) || known.is_alternative_of(of);
    state.facts.iter().all(|(known, _)| is_open(known))
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

/// The ints to try for a count: the usual ones and the constants that it may have been made to
/// fit, or what else agrees with the facts. With too many constants to try, it is not certain that
/// no count fits.
fn counts(state: &State, of: &Value, constants: &[i64]) -> (Vec<i64>, bool) {
    let agreeing = |values: &[i64]| -> Vec<i64> {
        values.iter().copied().filter(|value| agrees(&state.facts, of, *value)).collect()
    };
    let certain = constants.len() <= CONSTANTS_MAX;
    let constants = if certain { constants } else { &[] };
    let usual = agreeing(&[&COUNTS, constants].concat());
    let counts = if usual.is_empty() { agreeing(&candidates(&state.facts, of)) } else { usual };
    (counts, certain)
}

/// Small ints, and those beside the constants that `of` was compared with.
fn candidates(facts: &Facts, of: &Value) -> Vec<i64> {
    let about = facts.iter().filter(|(known, _)| known.int_leaves().contains(of));
    let near = about
        .flat_map(|(known, _)| known.constants())
        .flat_map(|constant| [constant.saturating_sub(1), constant, constant.saturating_add(1)]);
    let is_possible = |value: &i64| *value >= 0 || !of.is_length();
    let mut found: Vec<i64> = SMALL.into_iter().chain(near).filter(is_possible).collect();
    found.sort_unstable();
    found.dedup();
    found
}
