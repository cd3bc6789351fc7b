//! What running a callee does with what it is given: intrinsics by their table, functions and
//! bodies by their summaries, function values by what they may be.
//!
//! A function value that nobody knows (read from a field, say) may be any of its type that the
//! program makes (`functions`). A parameter's function is resolved by whoever passes one; until then
//! it is assumed to change what it is given and to keep none of it.

mod apart;
mod callees;
mod intrinsics;
mod late;
mod made;
mod values;
mod within;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::domain::{Access, Clash, Holder, Keep, Mode, ScopeKey, Target};
use super::events::{Called, Late, Owed, PlaceCall};
use super::links::{Kind, Link, Source};
use super::paths::{Area, Place, Reach};
use super::state::State;
use super::view::View;
use crate::items::NodeIndex;
use crate::mir::{BodyId, Callee, Local, Operand};
use crate::ty::{FnTy, Ty};

/// An argument as the caller knows it.
#[derive(Clone, Debug, Default)]
pub(super) struct Actual {
    pub(super) places: Vec<Place>,
    pub(super) targets: BTreeSet<Target>,
    pub(super) scope: Option<ScopeKey>,
    pub(super) name: Called,
    /// Of a function value.
    pub(super) ty: Option<Arc<FnTy>>,
    /// A callee made it so that it may hold one value in two places.
    pub(super) twice: bool,
    /// A callee made it, and it has nothing of what else it passes.
    pub(super) alone: bool,
}

/// What is done with something.
#[derive(Clone, Debug)]
pub(super) struct Use {
    pub(super) area: Area,
    pub(super) name: Called,
    /// `None`: only named.
    pub(super) mode: Option<Mode>,
    pub(super) access: Access,
    pub(super) keep: Option<(Keep, Access)>,
    /// It is taken out of there before it is given away.
    pub(super) cut: bool,
    pub(super) assumed: bool,
}

/// A use by a task in a scope that the callee was passed.
#[derive(Clone, Debug)]
pub(super) struct PassedUse {
    pub(super) scope: ScopeKey,
    pub(super) area: Area,
    pub(super) name: Called,
    pub(super) mode: Mode,
    pub(super) access: Access,
    pub(super) keep: Option<(Keep, Access)>,
}

/// What the callee leaves in something though it is not free.
#[derive(Clone, Debug)]
pub(super) struct LeftBehind {
    /// None: in the result.
    pub(super) place: Option<Place>,
    pub(super) reach: Reach,
    /// Of the task that has it; none if it is gone.
    pub(super) scope: Option<ScopeKey>,
    pub(super) mode: Mode,
    pub(super) access: Access,
    pub(super) keep: Option<(Keep, Access)>,
}

/// Two places that the callee needs apart.
#[derive(Clone, Debug)]
pub(super) struct ApartPlaces {
    pub(super) first: Area,
    pub(super) second: Area,
    pub(super) within: bool,
    pub(super) kind: Clash,
    pub(super) access: Access,
    /// Functions that the callee was passed may have made them one.
    pub(super) late: bool,
}

/// All that a callee does, over everything that it may be.
#[derive(Clone, Debug, Default)]
pub(super) struct Effects {
    pub(super) uses: Vec<Use>,
    /// What is put where.
    pub(super) stores: Vec<(Place, Place, Kind)>,
    /// Those that may be done several times.
    pub(super) again: Vec<(Place, Place, Kind)>,
    pub(super) results: Vec<Source>,
    /// What the result holds twice beyond what its sources tell.
    pub(super) shared: Vec<Link>,
    pub(super) passed: Vec<PassedUse>,
    pub(super) left: Vec<LeftBehind>,
    pub(super) apart: Vec<ApartPlaces>,
    /// Calls of what this body itself was passed.
    pub(super) param_calls: Vec<PlaceCall>,
    /// Where elements may have got other indices.
    pub(super) shifts: Vec<Area>,
    /// Types of what functions that were passed on gave so that a callee may put it into a lock, and that
    /// hold a value twice.
    pub(super) knots: Vec<Ty>,
    /// What is used after functions that were passed on have run.
    pub(super) late: Vec<Late>,
    /// The same of functions that this body itself was passed.
    pub(super) owed: Vec<Owed>,
}

/// The effects of running `callee` at a node, in a state.
pub(super) fn effects(
    view: &View<'_>,
    state: &State,
    callee: &Callee,
    actuals: Vec<Actual>,
    function: Option<Actual>,
    (at, made): (NodeIndex, Option<Holder>),
) -> Effects {
    let made = made.map(|made| Actual { places: vec![Place::whole(made)], ..Actual::default() });
    let mut resolver = Resolver { made, ..Resolver::new(view, state, at) };
    match callee {
        Callee::Item(item) => resolver.item(*item, &actuals, 0),
        Callee::Intrinsic(intrinsic) => resolver.intrinsic(*intrinsic, &actuals, 0),
        Callee::Body(body) => resolver.body(*body, &actuals, 0),
        Callee::Default(..) => {}
        Callee::Value(local) => {
            let function = function.unwrap_or_else(|| actual(view, state, &Operand::Local(*local)));
            resolver.value(&function, &actuals, 0);
        }
    }
    resolver.late_parts();
    resolver.leave_out_made();
    resolver.effects
}

/// An operand as an argument.
pub(super) fn actual(view: &View<'_>, state: &State, operand: &Operand) -> Actual {
    let Some(local) = operand.local() else { return Actual::default() };
    Actual {
        places: view.holders.local(local).map(Place::whole).into_iter().collect(),
        targets: state.targets.get(&local).cloned().unwrap_or_default(),
        scope: match view.scope(operand) {
            ScopeKey::Unknown => None,
            known => Some(known),
        },
        name: Called::Local(local),
        ty: match view.ty(local) {
            Ty::Fn(of) => Some(of.clone()),
            _ => None,
        },
        twice: false,
        alone: false,
    }
}

struct Resolver<'a, 'v> {
    view: &'a View<'v>,
    state: &'a State,
    at: NodeIndex,
    effects: Effects,
    resolved: Vec<values::Resolved>,
    /// Which of them came up again.
    met_again: Vec<usize>,
    /// Uses after functions that were passed on have run.
    later: Vec<late::LatePart>,
    /// Whether it is only asked what a function does itself.
    tries: bool,
    /// What callees make themselves and pass to functions.
    made: Option<Actual>,
    /// Whether one of these did something with that which others can see.
    made_is_met: bool,
}

impl<'a, 'v> Resolver<'a, 'v> {
    fn new(view: &'a View<'v>, state: &'a State, at: NodeIndex) -> Self {
        let (resolved, met_again, later) = (Vec::new(), Vec::new(), Vec::new());
        let effects = Effects::default();
        let (tries, made, made_is_met) = (false, None, false);
        Self { view, state, at, effects, resolved, met_again, later, tries, made, made_is_met }
    }
}

/// The captures of a body as actual arguments, in the order of its positions.
pub(super) fn captures_after_params(
    view: &View<'_>,
    state: &State,
    body: BodyId,
    params: Vec<Actual>,
    captures: &[Operand],
) -> Vec<Actual> {
    let wanted = view.mir.body(body).params as usize;
    let mut actuals = params;
    actuals.resize(wanted, Actual::default());
    actuals.extend(captures.iter().map(|capture| actual(view, state, capture)));
    actuals
}

/// Whether the local is a function value's.
pub(super) fn is_function(view: &View<'_>, local: Local) -> bool {
    matches!(view.ty(local), crate::ty::Ty::Fn(_))
}
