//! What a body leaves in a parameter, or gives back in its result, though it is not free: it was given away
//! before it was put there, or a task has it in a scope that outlives the body.
//!
//! Not here: what becomes of something that a parameter held before, or holds already when it
//! happens. That is a use of the parameter.

use super::{Collector, ENTRIES_MAX};
use crate::regions::domain::{Access, Fact, Holder, Mode};
use crate::regions::links::Kind;
use crate::regions::paths::{Area, Place, Reach};
use crate::regions::state::State;
use crate::regions::summary::{LeftKey, ParamReach, Passed};

impl Collector<'_, '_> {
    pub(super) fn left_in_result(&mut self, before: &State, holder: Holder) {
        let result = Place::whole(holder);
        for (reach, fact) in before.facts_within(result) {
            if !self.is_known_to_callers(before, result, (&reach, &fact)) {
                self.note_left(None, reach, &fact);
            }
        }
    }

    pub(super) fn left_by_store(&mut self, before: &State, from: Place, into: Place, kind: Kind) {
        let facts = before.facts_within(from);
        if facts.is_empty() {
            return;
        }
        for slot in self.slots(before, into) {
            for (reach, fact) in &facts {
                if !self.is_known_to_callers(before, from, (reach, fact)) {
                    let reach = match slot.kind.and(kind) {
                        Kind::Loose => Reach { path: slot.path, deep: true },
                        _ => reach.below(slot.path),
                    };
                    self.note_left(Some(slot.param), reach, fact);
                }
            }
        }
    }

    /// What a callee left in something that arrived here.
    pub(super) fn left_again(&mut self, before: &State, area: Area, fact: &Fact) {
        for (position, reach) in self.reached(before, area) {
            self.note_left(Some(position), reach, fact);
        }
    }

    /// Whether a use of what arrived tells of that part of the place, or a finding here does. One place in the text
    /// may be about what arrived and about something new: what goes out is asked.
    fn is_known_to_callers(
        &self,
        state: &State,
        place: Place,
        (reach, fact): (&Reach, &Fact),
    ) -> bool {
        let access = match fact {
            Fact::Given { .. } if reach.path.is_here() => return true,
            Fact::Given { access, .. } => *access,
            Fact::Taken(taken) => taken.access,
            _ => return true,
        };
        let (path, _) = place.path.then(reach.path);
        state.seen_as(Place { path, ..place }).into_iter().any(|seen| {
            let arrived = self.entry(seen.place.holder);
            let part = Reach { path: seen.place.path, deep: true };
            let is_told = |(of, (position, told)): &(Access, ParamReach)| {
                *of == access && arrived == Some(*position) && told.meets(&part)
            };
            self.told.iter().any(is_told)
        })
    }

    fn note_left(&mut self, param: Option<u32>, reach: Reach, fact: &Fact) {
        match *fact {
            Fact::Given { access, keep, .. } => {
                let left = Passed { mode: Mode::Change, access, keep: Some((keep, access)) };
                self.insert_left(LeftKey { param, reach, scope: None }, &left);
            }
            Fact::Taken(taken) => {
                let (mode, access, keep) = (taken.mode, taken.access, taken.keep);
                for scope in self.passed_scopes(taken.scope) {
                    let key = LeftKey { param, reach, scope: Some(scope) };
                    self.insert_left(key, &Passed { mode, access, keep });
                }
            }
            _ => {}
        }
    }

    fn insert_left(&mut self, key: LeftKey, left: &Passed) {
        let known = &mut self.summary.left;
        let key = match known.len() < ENTRIES_MAX || known.contains_key(&key) {
            true => key,
            false => LeftKey { reach: Reach::ALL, ..key },
        };
        match known.get_mut(&key) {
            Some(known) => known.take_up(left),
            None => _ = known.insert(key, left.clone()),
        }
    }
}
