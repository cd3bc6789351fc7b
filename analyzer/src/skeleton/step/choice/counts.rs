//! How often loops go round, how much room there is: what unknown counts are tried with.

use std::rc::Rc;

use crate::mir::{Const, Local};
use crate::skeleton::state::State;
use crate::skeleton::state::value::{Facts, Value, agrees};
use crate::skeleton::step::parts::length;
use crate::skeleton::step::{Machine, Step, StepKind};

/// What unknown counts are tried with. None and one are special too often to stand for all.
const COUNTS: [i64; 2] = [2, 3];
/// What is tried when what was decided before excludes those, beside the constants it names.
const SMALL: [i64; 4] = [0, 1, 2, 3];
/// No more constants of the program are tried as counts.
const CONSTANTS_MAX: usize = 4;
/// What the count of a loop over something that changes may be.
const GUESSED_COUNTS: [usize; 4] = [1, 2, 3, 0];

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

    /// Tries an int with counts.
    pub(super) fn try_counts(self, state: &State, task: u32, of: &Value) -> Step {
        let (counts, certain) = counts(state, of, &self.skeleton.counts);
        let values = counts.into_iter().map(Const::Int).collect();
        let mut step = self.tried(state, task, of, values, StepKind::Count);
        for (state, _) in step.outcomes.iter_mut().flatten() {
            state.uncertain |= !certain;
        }
        step
    }
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
