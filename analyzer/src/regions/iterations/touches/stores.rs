//! What a round puts from one place of a container into another of it: whoever then goes in by the
//! new place touches what lies at the old one.
//!
//! Not here: what comes from another container. A touch of it by the new place is one of both.

use super::{Collector, Extent, Path, Step, Touched};
use crate::mir::Local;
use crate::regions::iterations::forms::{Forms, Term};
use crate::regions::iterations::integers::Sum;
use crate::regions::paths::Place;
use crate::regions::state::State;

/// Something put into a container that it came from.
pub(super) struct Stored {
    from: Path,
    /// What holds the new place.
    into: Path,
}

impl Collector<'_, '_> {
    pub(super) fn stored(&mut self, before: &State, from: Place, into: Place) {
        let (container, _) = into.split();
        for source in self.arrived(before, from) {
            for target in self.arrived(before, container) {
                let (Some(source), Some(target)) = (self.path(source), self.path(target)) else {
                    continue;
                };
                if source.root == target.root {
                    let from = self.place_path(from, source);
                    let into = self.place_path(container, target);
                    self.stores.push(Stored { from, into });
                }
            }
        }
    }

    fn arrived(&self, before: &State, place: Place) -> Vec<Local> {
        let seen = before.seen_as(place).into_iter();
        let mut arrived: Vec<Local> = seen
            .filter_map(|seen| self.view.holders.position_of(seen.place.holder).map(Local))
            .collect();
        arrived.sort_unstable();
        arrived.dedup();
        arrived
    }

    /// The place as a path that is the same all through the round; `whole` where it is not known.
    fn place_path(&mut self, place: Place, whole: Path) -> Path {
        let local = self.locals.get(&place.holder).copied();
        let known = local.and_then(|local| {
            let path = self.path(local)?;
            Some(self.further(path, self.view.ty(local), &place.path))
        });
        let mut path = known.filter(|path| path.root == whole.root).unwrap_or(whole);
        for step in &mut path.steps {
            if !is_steady(self.forms, step) {
                *step = Step::Between(None, None);
            }
        }
        path
    }

    /// Adds what is touched by what was put elsewhere.
    pub(super) fn touch_stored(&mut self) {
        let mut next = 0;
        while let Some(touched) = self.touches.get(next).cloned() {
            next += 1;
            for stored in &self.stores {
                if !may_be_through(&touched, &stored.into) {
                    continue;
                }
                let further =
                    Touched { path: stored.from.clone(), extent: Extent::All, ..touched.clone() };
                let is_known = |known: &Touched| {
                    (&known.path, known.extent, known.mode)
                        == (&further.path, further.extent, further.mode)
                        && (known.at, known.point) == (further.at, further.point)
                };
                if !self.touches.iter().any(is_known) {
                    self.touches.push(further);
                }
            }
        }
    }
}

/// Whether its value is one all through a round.
fn is_steady(forms: &Forms<'_>, step: &Step) -> bool {
    let is_one = |sum: &Sum| {
        let mut terms = sum.factors.keys();
        terms.all(|term| forms.is_fixed(*term) || *forms.term(*term) == Term::Round)
    };
    match step {
        Step::Element(index) => is_one(index),
        Step::Between(start, end) => [start, end].into_iter().flatten().all(is_one),
        Step::Part(..) | Step::Capture(_) => true,
    }
}

/// Whether the touch may be of something inside a value that the container holds.
fn may_be_through(touched: &Touched, container: &Path) -> bool {
    let (steps, around) = (&touched.path.steps, &container.steps);
    let is_elsewhere = |steps: (&Step, &Step)| match steps {
        (Step::Part(one, _), Step::Part(other, _)) => one != other,
        _ => false,
    };
    let is_inside = match touched.extent {
        Extent::All => true,
        Extent::Itself => steps.len() > around.len(),
        Extent::Slot => steps.len() > around.len() + 1,
    };
    touched.path.root == container.root && is_inside && !steps.iter().zip(around).any(is_elsewhere)
}
