//! What a callee makes itself and passes to a function that it is passed: for its caller one region, as long as
//! that function does something with it that the caller can see.

use super::within::Counts;
use super::{Actual, ApartPlaces, Resolver};
use crate::regions::domain::Holder;
use crate::regions::paths::Place;
use crate::regions::summary::MADE;

/// What arrives at a callee, by position.
#[derive(Clone, Copy)]
pub(super) struct Arguments<'a> {
    pub(super) passed: &'a [Actual],
    pub(super) made: Option<&'a Actual>,
}

impl<'a> Arguments<'a> {
    pub(super) fn get(self, position: u32) -> Option<&'a Actual> {
        match position {
            MADE => self.made,
            _ => self.passed.get(position as usize),
        }
    }

    /// Whether the place is in what the callee made: there, one part is not told from another.
    pub(super) fn is_made(self, place: Place) -> bool {
        let made = self.made.and_then(|made| made.places.first());
        made.is_some_and(|made| made.holder == place.holder)
    }
}

impl Resolver<'_, '_> {
    /// A function that was passed has run since: whether it did something with what the callee made that others
    /// can see.
    pub(super) fn note_made(&mut self, since: &Counts) {
        let Some(made) = self.made_holder() else { return };
        let is = |place: &Place| place.holder == made;
        let effects = &self.effects;
        let (uses, passed) = (&effects.uses[since.uses..], &effects.passed[since.passed..]);
        let calls = &effects.param_calls[since.param_calls..];
        let mut apart = effects.apart[since.apart..].iter();
        self.made_is_met |=
            effects.stores[since.stores..].iter().any(|(from, into, _)| is(from) || is(into))
                || uses.iter().any(|used| used.keep.is_some() && is(&used.area.place))
                || passed.iter().any(|passed| is(&passed.area.place))
                || apart.any(|of| is(&of.first.place) && is(&of.second.place))
                || calls.iter().any(|call| call.args.iter().flatten().any(is));
    }

    /// A function that has run since runs again: with what the callee made, which it may have put somewhere.
    pub(super) fn apart_again(&mut self, since: &Counts) {
        let Some(made) = self.made_holder() else { return };
        let again = self.effects.apart[since.apart..].iter().filter(|apart| {
            (apart.first.place.holder == made) != (apart.second.place.holder == made)
        });
        let again: Vec<ApartPlaces> =
            again.map(|apart| ApartPlaces { late: true, ..apart.clone() }).collect();
        self.effects.apart.extend(again);
    }

    /// What no function kept, gave away or passed on concerns the callee alone.
    pub(super) fn leave_out_made(&mut self) {
        let Some(made) = self.made_holder().filter(|_| !self.made_is_met) else { return };
        let is = |place: &Place| place.holder == made;
        let effects = &mut self.effects;
        effects.stores.retain(|(from, into, _)| !is(from) && !is(into));
        effects.again.retain(|(from, into, _)| !is(from) && !is(into));
        effects.uses.retain(|used| !is(&used.area.place));
        effects.passed.retain(|passed| !is(&passed.area.place));
        effects.results.retain(|source| source.holder != made);
        effects.left.retain(|left| !left.place.as_ref().is_some_and(is));
        effects.apart.retain(|apart| !is(&apart.first.place) && !is(&apart.second.place));
        effects.shifts.retain(|area| !is(&area.place));
    }

    fn made_holder(&self) -> Option<Holder> {
        self.made.as_ref().and_then(|made| made.places.first()).map(|place| place.holder)
    }
}
