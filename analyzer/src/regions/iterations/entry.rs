//! What a parallel loop checks on entry: that the containers whose elements its rounds touch are
//! different ones, where the analysis cannot tell.
//!
//! Two names may be one list when both came from outside the function; two rows may be one list
//! when the list of them was not seen to be made of fresh ones. The machine looks, once, before the
//! first round.

use std::collections::BTreeMap;

use super::touches::{Path, Step, Touched};
use crate::mir::Local;
use crate::regions::domain::Mode;
use crate::regions::state::State;
use crate::regions::view::View;
use crate::ty::{Builtin, Ty};

/// One step from a container to those in it that the check looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EntryStep {
    /// Every element.
    Each,
    /// A field or part, by position.
    Part(u32),
}

/// Containers whose elements the rounds of a loop touch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryPlace {
    /// The local around the loop that leads to them.
    pub root: Local,
    /// The way from there.
    pub steps: Vec<EntryStep>,
    /// What people call the local.
    pub name: String,
    /// Whether everything in the containers is touched too.
    pub deep: bool,
    /// Whether some round changes them. Two that are only read may be one.
    pub changed: bool,
}

/// The places that must be looked at, in order; none when all are known to differ.
pub(super) fn places(around: &View<'_>, state: &State, touches: &[Touched]) -> Vec<EntryPlace> {
    let mut found: BTreeMap<(Local, Vec<EntryStep>, bool), EntryPlace> = BTreeMap::new();
    for touched in touches {
        let steps = container(touched);
        let (root, deep) = (touched.path.root, touched.deep);
        let place = found.entry((root, steps.clone(), deep)).or_insert_with(|| EntryPlace {
            root,
            steps,
            name: touched.name.clone(),
            deep,
            changed: false,
        });
        place.changed |= touched.mode == Mode::Change;
    }
    let places: Vec<EntryPlace> = found.into_values().collect();
    let meets = |one: &EntryPlace, other: &EntryPlace| may_be_one(around, state, one, other);
    let needed = |(index, place): (usize, &EntryPlace)| {
        let others = places.iter().enumerate().filter(|(other, _)| *other != index);
        let alone = place.changed && holds_rows(place) && meets(place, place);
        alone
            || others
                .into_iter()
                .any(|(_, other)| (place.changed || other.changed) && meets(place, other))
    };
    places
        .iter()
        .enumerate()
        .filter(|place| needed(*place))
        .map(|(_, place)| place.clone())
        .collect()
}

/// The way to the container that a touch is in: without its last step, unless what lies there is
/// touched as well.
fn container(touched: &Touched) -> Vec<EntryStep> {
    let Path { steps, .. } = &touched.path;
    let count = if touched.deep { steps.len() } else { steps.len().saturating_sub(1) };
    let step = |step: &Step| match step {
        Step::Element(_) | Step::Between(..) => EntryStep::Each,
        Step::Part(part, _) => EntryStep::Part(*part),
    };
    steps.iter().take(count).map(step).collect()
}

/// Whether a place stands for several containers.
fn holds_rows(place: &EntryPlace) -> bool {
    place.steps.contains(&EntryStep::Each)
}

fn may_be_one(around: &View<'_>, state: &State, one: &EntryPlace, other: &EntryPlace) -> bool {
    if !of_one_type(around, one, other) {
        return false;
    }
    let holders = (around.holders.local(one.root), around.holders.local(other.root));
    let (Some(first), Some(second)) = holders else { return true };
    let from_outside =
        |holder| around.holders.entries().any(|(_, entry)| state.joined(holder, entry));
    if first == second {
        return !state.is_tree(first) || from_outside(first);
    }
    state.joined(first, second) || from_outside(first) && from_outside(second)
}

/// Whether a container of the one place can also be one of the other, by their types.
fn of_one_type(around: &View<'_>, one: &EntryPlace, other: &EntryPlace) -> bool {
    if one.deep || other.deep {
        return true;
    }
    match (type_at(around, one), type_at(around, other)) {
        (Some(first), Some(second)) => {
            let open =
                |ty: &Ty| ty.map_leaves(&mut |of| matches!(of, Ty::Param(_)).then(Ty::int)) != *ty;
            first == second || open(&first) || open(&second)
        }
        _ => true,
    }
}

fn type_at(around: &View<'_>, place: &EntryPlace) -> Option<Ty> {
    let mut ty = around.ty(place.root).clone();
    for step in &place.steps {
        ty = match (step, &ty) {
            (EntryStep::Each, Ty::Builtin(Builtin::MutableList | Builtin::List, _)) => ty.arg(0),
            (EntryStep::Part(part), Ty::Tuple(parts)) => parts.get(*part as usize)?.clone(),
            _ => return None,
        };
    }
    Some(ty)
}
