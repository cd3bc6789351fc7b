//! What a parallel loop checks on entry: that the containers whose elements its rounds touch are
//! different ones, where the analysis cannot tell.
//!
//! Two names may be one list when both came from outside the function; two rows may be one list
//! when the list of them was not seen to be made of fresh ones. The machine looks, once, before the
//! first round.

use std::collections::{BTreeMap, BTreeSet};

use super::touches::{Extent, Path, Step, Touched};
use crate::mir::Local;
use crate::regions::domain::{Fact, Mode};
use crate::regions::paths::{Area, Place};
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
    /// Whether everything in the containers is touched too; where the place holds no container, the
    /// field or element that it is.
    pub deep: bool,
    /// Whether some round changes them. Two that are only read may be one.
    pub changed: bool,
}

/// A place that may have to be looked at.
struct Candidate {
    place: EntryPlace,
    /// The locals by which the loop reaches it.
    names: BTreeSet<Local>,
}

/// The places that must be looked at, in order; none when all are known to differ.
pub(super) fn places(around: &View<'_>, state: &State, touches: &[Touched]) -> Vec<EntryPlace> {
    let places = candidates(touches);
    let meets = |one: &Candidate, other: &Candidate| may_be_one(around, state, one, other);
    let needed = |(index, one): (usize, &Candidate)| {
        let changed = one.place.changed;
        let alone = changed && holds_rows(&one.place) && meets(one, one);
        let mut others = places.iter().enumerate().filter(|(other, _)| *other != index);
        alone || others.any(|(_, other)| (changed || other.place.changed) && meets(one, other))
    };
    let needed = places.iter().enumerate().filter(|place| needed(*place));
    needed.map(|(_, candidate)| candidate.place.clone()).collect()
}

fn candidates(touches: &[Touched]) -> Vec<Candidate> {
    let mut found: BTreeMap<(Local, Vec<EntryStep>, bool), Candidate> = BTreeMap::new();
    for touched in touches {
        let (root, steps) = (touched.path.root, container(touched));
        let deep = touched.extent == Extent::All;
        let name = touched.name.clone();
        let key = (root, steps.clone(), deep);
        let candidate = found.entry(key).or_insert_with(|| Candidate {
            place: EntryPlace { root, steps, name, deep, changed: false },
            names: BTreeSet::new(),
        });
        candidate.place.changed |= touched.mode == Mode::Change;
        candidate.names.insert(touched.path.named);
    }
    found.into_values().collect()
}

/// The way to the container that a touch is in: without its last step, unless what lies there is
/// touched itself.
fn container(touched: &Touched) -> Vec<EntryStep> {
    let Path { steps, .. } = &touched.path;
    let count = match touched.extent {
        Extent::Slot => steps.len().saturating_sub(1),
        Extent::Itself | Extent::All => steps.len(),
    };
    let step = |step: &Step| match step {
        Step::Element(_) | Step::Between(..) => EntryStep::Each,
        Step::Part(part, _) | Step::Capture(part) => EntryStep::Part(*part),
    };
    steps.iter().take(count).map(step).collect()
}

/// Whether a place stands for several containers.
fn holds_rows(place: &EntryPlace) -> bool {
    place.steps.contains(&EntryStep::Each)
}

fn may_be_one(around: &View<'_>, state: &State, one: &Candidate, other: &Candidate) -> bool {
    if !of_one_type(around, &one.place, &other.place) {
        return false;
    }
    let may_share = |name: &Local, of: &Local| may_share(around, state, *name, *of);
    let mut names = one.names.iter();
    match one.place.root == other.place.root {
        true => names.any(|name| may_share(name, name)),
        false => names.any(|name| other.names.iter().any(|of| may_share(name, of))),
    }
}

fn may_share(around: &View<'_>, state: &State, one: Local, other: Local) -> bool {
    // Nothing is known of how often what an iterator gives is held in what it walks.
    if [one, other].iter().any(|local| around.ty(*local).is(Builtin::Iterator)) {
        return true;
    }
    let holders = (around.holders.local(one), around.holders.local(other));
    let (Some(first), Some(second)) = holders else { return true };
    // A function that it was passed to may have put anything into it.
    let is_offered = |fact: &Fact| matches!(fact, Fact::Offered { .. });
    let from_outside = |holder| {
        around.holders.entries().any(|(_, entry)| state.joined(holder, entry))
            || state.facts(Area::all(Place::whole(holder))).iter().any(is_offered)
    };
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
