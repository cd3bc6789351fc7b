//! What the rounds of a loop change of what they capture: which contents, and which lengths.
//!
//! **Invariant.** Several names of one value change together. Functions that rounds call may have
//! captured anything: where one is called that can change something, everything counts as changed.

use std::collections::BTreeSet;

use crate::Db;
use crate::items::signature;
use crate::mir::{Callee, Intrinsic, Local, OpKind, Operand, Point};
use crate::regions::domain::{Holder, Mode};
use crate::regions::events::{Event, TouchKind};
use crate::regions::flow::{self, Observer};
use crate::regions::graph::Graph;
use crate::regions::paths::{Path, Place, Reach};
use crate::regions::state::State;
use crate::regions::view::{HELD_DEPTH_MAX, View, ops};
use crate::ty::{Builtin, Ownership, Ty, ownership};

/// By capture of a loop's rounds, or by parameter of a function.
pub(super) struct Changes {
    contents: Vec<BTreeSet<Reach>>,
    lengths: Vec<bool>,
}

impl Changes {
    pub(super) fn new(
        view: &View<'_>,
        around: &Graph<'_>,
        at: Point,
        captures: &[Operand],
    ) -> Self {
        let first = |capture: &Operand| capture.local().map(|local| around.first_name(local, at));
        let names: Vec<Option<Local>> = captures.iter().map(first).collect();
        let positions = || (0..captures.len() as u32).map(|at| view.body.params + at);
        if calls_what_may_change(view) {
            let all = BTreeSet::from([Reach::ALL]);
            return Self {
                contents: vec![all; captures.len()],
                lengths: vec![true; captures.len()],
            };
        }
        let contents = with_other_names(&names, positions().map(|at| changed(view, at)));
        if contents.iter().all(BTreeSet::is_empty) || !asks_lengths(view) {
            let lengths = contents.iter().map(|changed| !changed.is_empty()).collect();
            return Self { contents, lengths };
        }
        let mut resized = Resized { view, at: None, positions: BTreeSet::new() };
        flow::observe(view, &mut resized);
        let resized =
            positions().map(|at| resized.positions.get(&at).copied().into_iter().collect());
        let lengths = with_other_names(&names, resized).iter().map(|at| !at.is_empty()).collect();
        Self { contents, lengths }
    }

    /// What a function changes of its parameters, in place of captures; nothing is known of lengths.
    pub(super) fn of_function(view: &View<'_>) -> Self {
        let all = || BTreeSet::from([Reach::ALL]);
        let calls = calls_what_may_change(view);
        let changed = |local: Local| if calls { all() } else { changed(view, local.0) };
        let contents: Vec<BTreeSet<Reach>> = view.positions().map(changed).collect();
        Self { lengths: vec![true; contents.len()], contents }
    }

    /// Whether anything in a capture changes.
    pub(super) fn contents(&self, capture: usize) -> bool {
        self.contents.get(capture).is_none_or(|changed| !changed.is_empty())
    }

    /// Whether what lies there in a capture may be another in another round.
    pub(super) fn part(&self, capture: usize, path: Path) -> bool {
        let place = Reach { path, deep: false };
        let is_met = |part: &Reach| part.meets(&place) || path.starts_with(part.path);
        self.contents
            .get(capture)
            .is_none_or(|changed| path.is_full() || changed.iter().any(is_met))
    }

    /// Whether it, or something in it, changes otherwise than by setting elements and fields.
    pub(super) fn lengths(&self, capture: usize) -> bool {
        self.lengths.get(capture).copied().unwrap_or(true)
    }
}

/// What is done to each capture, and to the same value by other names.
fn with_other_names<T: Clone + Ord>(
    names: &[Option<Local>],
    alone: impl Iterator<Item = BTreeSet<T>>,
) -> Vec<BTreeSet<T>> {
    let alone: Vec<BTreeSet<T>> = alone.collect();
    let of_name = |name: &Option<Local>| {
        let alike = names.iter().zip(&alone).filter(|(of, _)| *of == name);
        alike.flat_map(|(_, done)| done.iter().cloned()).collect()
    };
    names.iter().map(of_name).collect()
}

/// The parts of what arrives at a position that the rounds change or give away.
fn changed(view: &View<'_>, position: u32) -> BTreeSet<Reach> {
    let Some(summary) = view.summary_of(view.id) else { return BTreeSet::from([Reach::ALL]) };
    let Some(param) = summary.param(position) else { return BTreeSet::from([Reach::ALL]) };
    let by_tasks = summary.passed.iter().filter(|(key, passed)| {
        key.param == position && (passed.mode == Mode::Change || passed.keep.is_some())
    });
    let kept = param.kept.keys().map(|path| Reach::of(*path, true));
    param.changed.keys().copied().chain(kept).chain(by_tasks.map(|(key, _)| key.reach)).collect()
}

/// Whether a function is called, or may be, that came from around the loop and can change something.
fn calls_what_may_change(view: &View<'_>) -> bool {
    let Some(summary) = view.summary_of(view.id) else { return true };
    let is_called = |position: u32| {
        summary.calls.iter().any(|call| call.function == position)
            || !changed(view, position).is_empty()
    };
    view.positions()
        .any(|local| holds_function(view.db, view.ty(local), HELD_DEPTH_MAX) && is_called(local.0))
}

fn holds_function(db: &dyn Db, ty: &Ty, depth: u32) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return true };
    if ownership(db, ty) != Ownership::Owned {
        return false;
    }
    let of_fields = |ty: &Ty| match ty {
        Ty::Adt(item, _) => match signature(db, *item).as_struct() {
            Some(of) => of.fields.iter().any(|field| holds_function(db, &field.ty, depth)),
            None => true,
        },
        _ => false,
    };
    matches!(ty, Ty::Fn(_))
        || of_fields(ty)
        || ty.args().iter().any(|arg| holds_function(db, arg, depth))
}

fn asks_lengths(view: &View<'_>) -> bool {
    let of_owned = |arg: &Operand| {
        arg.local().is_some_and(|local| view.body.local(local).ownership == Ownership::Owned)
    };
    ops(view.id, view.body).any(|(_, kind)| match kind {
        OpKind::Call { callee, args, .. } => {
            *callee == Callee::Intrinsic(Intrinsic::Len) && args.iter().any(of_owned)
        }
        _ => false,
    })
}

/// What arrived and may get another length, or have something in it that does.
struct Resized<'a, 'v> {
    view: &'a View<'v>,
    at: Option<Point>,
    positions: BTreeSet<u32>,
}

impl Resized<'_, '_> {
    /// Whether the op at hand only sets an element of a list, or a field.
    fn only_sets(&self, holder: Holder) -> bool {
        let base = match self.at.and_then(|at| self.view.op(at)) {
            Some(OpKind::SetField { base, .. }) => *base,
            Some(OpKind::SetIndex { base, .. }) if self.view.ty(*base).is(Builtin::MutableList) => {
                *base
            }
            _ => return false,
        };
        self.view.holders.local(base) == Some(holder)
    }

    fn note(&mut self, before: &State, place: Place) {
        for seen in before.seen_as(place) {
            self.positions.extend(self.view.holders.position_of(seen.place.holder));
        }
    }
}

impl Observer for Resized<'_, '_> {
    fn point(&mut self, point: Point, _before: &State) {
        self.at = Some(point);
    }

    fn event(&mut self, before: &State, event: &Event) {
        match event {
            Event::Touch(touch)
                if matches!(touch.kind, TouchKind::Change | TouchKind::Give(_))
                    && !self.only_sets(touch.area.place.holder) =>
            {
                self.note(before, touch.area.place);
            }
            Event::Take { area, taken, .. }
                if taken.mode == Mode::Change || taken.keep.is_some() =>
            {
                self.note(before, area.place);
            }
            _ => {}
        }
    }
}
