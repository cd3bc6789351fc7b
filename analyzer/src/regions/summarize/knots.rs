//! What comes to a lock and may hold something twice: what is taken out of it may then still be in there.

use super::Collector;
use crate::items::NodeIndex;
use crate::mir::Point;
use crate::regions::domain::Keep;
use crate::regions::events::Event;
use crate::regions::knots::{guarded, has_owned_parts};
use crate::regions::links::Kind;
use crate::regions::paths::Place;
use crate::regions::state::State;
use crate::ty::Ty;

impl Collector<'_, '_> {
    /// Whether something owned may be taken out of what is lent from here on.
    pub(super) fn opens_parts(&self, event: &Event) -> bool {
        let Event::OpenLoan { local, .. } = event else { return false };
        has_owned_parts(self.view.db, self.view.ty(*local))
    }

    pub(super) fn knotted(&mut self, before: &State, event: &Event) {
        match event {
            // A callee may do more than one thing with it, and says one.
            Event::Give { place, access, keep, .. }
                if access.via.is_some() || !matches!(keep, Keep::Sent | Keep::Frozen) =>
            {
                self.given(before, *place, access.at);
            }
            Event::Take { area, taken, .. } if taken.keep.is_some() => {
                self.given(before, area.place, taken.access.at);
            }
            Event::Guard { place, loan, access } if before.holds_twice(*place) => {
                self.knot_under(*loan, access.at);
            }
            Event::Store { from, into, at, .. } if !before.loans(*from).is_empty() => {
                for loan in before.loans(*into) {
                    self.knot_under(loan, *at);
                }
            }
            Event::Replace { loan, twice: true, at, .. } => self.knot_under(*loan, *at),
            Event::Assign { dest, from, shared, at } => {
                let local = self.view.holders.local_of(*dest);
                let Some(loan) = local.and_then(|local| before.open_loan(local)) else { return };
                let is_one = matches!(&from[..], [one] if one.kind == Kind::Same
                    && !before.holds_twice(Place { holder: one.holder, path: one.from }));
                if !(from.is_empty() || is_one) || !shared.is_empty() {
                    self.knot_under(loan, *at);
                }
            }
            Event::CallParam { call, at } => {
                for place in call.args.iter().flatten() {
                    self.given(before, *place, *at);
                    for loan in before.loans(*place) {
                        self.knot_under(loan, *at);
                    }
                }
            }
            Event::Knot { ty, at } => self.summary.note_knot(ty.clone(), *at),
            _ => {}
        }
    }

    /// Somebody may put it into a lock.
    fn given(&mut self, before: &State, place: Place, at: NodeIndex) {
        if before.holds_twice(place) {
            let local = self.view.holders.local_of(place.holder);
            let ty = local.map(|local| self.view.ty_within(self.view.ty(local), &place.path));
            let ty = ty.unwrap_or(Ty::Unknown);
            if self.view.ty_may_hold_twice(&ty) {
                self.summary.note_knot(ty, at);
            }
        }
    }

    fn knot_under(&mut self, loan: Point, at: NodeIndex) {
        let ty = guarded(self.view, loan).cloned();
        self.summary.note_knot(ty.unwrap_or(Ty::Unknown), at);
    }
}
