//! How often loops go round, how much room there is: what unknown counts are tried with.

use std::rc::Rc;

use crate::mir::{Const, Local};
use crate::skeleton::graph::Tag;
use crate::skeleton::state::State;
use crate::skeleton::state::value::{Facts, Value, agrees};
use crate::skeleton::step::parts::length;
use crate::skeleton::step::{Event, EventKind, Machine, Open, Step, StepKind, Supposed};

/// What unknown counts are tried with. None and one are special too often to stand for all: they are only supposed.
const COUNTS: [i64; 2] = [2, 3];
/// What is tried when what was decided before excludes those, beside the constants it names.
const SMALL: [i64; 4] = [0, 1, 2, 3];
/// No more constants of the program are tried as counts.
pub(super) const CONSTANTS_MAX: usize = 4;
/// What is supposed of a count that comes from outside: none and one are seen to by whoever gives it, or go wrong.
const FEW: [i64; 2] = [0, 1];
/// What the count of a loop over something that changes may be.
const GUESSED_COUNTS: [i64; 4] = [1, 2, 3, 0];

impl Machine<'_> {
    pub(super) fn choice_of_count(
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
        tried.or_else(|| Some(self.try_rounds(state, task, iterator)))
    }

    /// Tries how often a loop goes round over what changes.
    fn try_rounds(self, state: &State, task: u32, iterator: Local) -> Step {
        let is_supposed = self.open == Open::Ways;
        let counts = match is_supposed {
            true => supposed_counts(&self.skeleton.counts),
            false => GUESSED_COUNTS.to_vec(),
        };
        let outcomes = counts.into_iter().map(|count| {
            let tried = EventKind::Supposes(Supposed::Is { number: count, may_fit: true });
            let event = is_supposed.then(|| self.event(state, task, tried, None)).flatten();
            let mut state = state.clone();
            state.uncertain |= !is_supposed;
            let list = Value::List(vec![Value::Unknown; count as usize].into());
            let walked = Value::Iterator(Rc::new(list), 0);
            self.set(&mut state, task, Some(iterator), walked);
            Ok((state, event.into_iter().collect()))
        });
        let kind = kind_of_count(is_supposed);
        Step { task, kind, outcomes: outcomes.collect() }
    }

    /// Tries an int with counts.
    pub(super) fn try_counts(self, state: &State, task: u32, of: &Value) -> Step {
        let is_given = self.is_given(of);
        let is_supposed = self.open == Open::Ways;
        let supposed = || match (is_given, of.may_be_any()) {
            (true, _) => FEW.to_vec(),
            (false, true) => [&FEW[..], &supposed_counts(&self.skeleton.counts)].concat(),
            (false, false) => supposed_counts(&self.skeleton.counts),
        };
        let (counts, certain) = match is_supposed {
            true => (counts(state, of, &supposed()), true),
            false => tried_counts(state, of, &self.skeleton.counts),
        };
        let values = counts.into_iter().map(Const::Int).collect();
        let kind = kind_of_count(is_supposed);
        let mut step = self.tried(state, task, of, values, kind);
        for (state, events) in step.outcomes.iter_mut().flatten() {
            state.uncertain |= !certain;
            if is_supposed {
                events.iter_mut().for_each(|event| suppose(event, is_of_function(of)));
            }
        }
        step
    }

    /// Whether a number hangs on what the caller of the root gives, who may take care of it.
    fn is_given(self, of: &Value) -> bool {
        self.skeleton.routines[0].inputs > 0 && of.is_of_given()
    }
}

fn kind_of_count(is_supposed: bool) -> StepKind {
    if is_supposed { StepKind::Happens } else { StepKind::Count }
}

/// Says of what was tried that it is supposed, and of a number whether another one may be made to fit it.
pub(super) fn suppose(event: &mut Event, may_fit: bool) {
    let supposed = match event.kind {
        EventKind::Tries(Const::Bool(way)) => Supposed::Holds(way),
        EventKind::Tries(Const::Int(number)) => Supposed::Is { number, may_fit },
        _ => return,
    };
    event.kind = EventKind::Supposes(supposed);
}

/// Whether a function of the program that is not looked into says how many there are.
fn is_of_function(of: &Value) -> bool {
    let mut found = false;
    of.walk(&mut |part| {
        found |= matches!(part, Value::Term(term) if matches!(term.tag(), Tag::Item(_)));
    });
    found
}

/// The ints to try for a count: the usual ones and the constants that it may have been made to fit. With too many
/// constants to try, it is not certain that no count fits.
fn tried_counts(state: &State, of: &Value, constants: &[i64]) -> (Vec<i64>, bool) {
    let certain = constants.len() <= CONSTANTS_MAX;
    let constants = if certain { constants } else { &[] };
    (counts(state, of, &[&COUNTS, constants].concat()), certain)
}

/// The ints to try for a count of which any may be: what exceeds a constant of the program by one as well.
fn supposed_counts(constants: &[i64]) -> Vec<i64> {
    let constants = constants.iter().take(CONSTANTS_MAX);
    let near = |count: &i64| [*count, count.saturating_add(1)];
    let mut found: Vec<i64> = COUNTS.iter().chain(constants).flat_map(near).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Those of the usual ints that agree with the facts, or what else does.
fn counts(state: &State, of: &Value, usual: &[i64]) -> Vec<i64> {
    let agreeing = |values: &[i64]| -> Vec<i64> {
        values.iter().copied().filter(|value| agrees(&state.facts, of, *value)).collect()
    };
    let usual = agreeing(usual);
    if usual.is_empty() { agreeing(&candidates(&state.facts, of)) } else { usual }
}

/// Small ints, and those beside the constants that `of` was compared with.
pub(super) fn candidates(facts: &Facts, of: &Value) -> Vec<i64> {
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
