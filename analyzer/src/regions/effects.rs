//! What running a callee does with what it is given: intrinsics by their table, functions and
//! bodies by their summaries, function values by what they may be.
//!
//! A function value that nobody knows (read from a field, say) may be any of its type that the
//! program makes (`functions`). A parameter's function is resolved by whoever passes one; until then
//! it is assumed to change what it is given and to keep none of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::domain::{Access, Clash, Keep, Mode, ScopeKey, State, Target, Via};
use super::functions::{self, Made};
use super::paths::{Kind, Link, Path, Place, Reach, Source, Step};
use super::summarize::{ParamCall, ParamSummary, Summary};
use super::view::View;
use crate::items::{ItemId, NodeIndex};
use crate::mir::{BodyId, Callee, Intrinsic, Local, Operand, ParamUse};
use crate::ty::{FnTy, Ty};

/// How deep functions that are passed to functions are followed; below, they may do anything.
const PASSED_FUNCTION_DEPTH_MAX: u32 = 16;
/// Function types with what they are called with that one call's effects keep apart; beyond, a
/// function may do anything.
const RESOLVED_MAX: usize = 256;

/// An argument as the caller knows it.
#[derive(Clone, Debug, Default)]
pub(super) struct Actual {
    pub(super) places: Vec<Place>,
    pub(super) targets: BTreeSet<Target>,
    pub(super) scope: Option<ScopeKey>,
    pub(super) name: String,
    /// Of a function value.
    pub(super) ty: Option<Arc<FnTy>>,
}

/// What is done with one place.
#[derive(Clone, Debug)]
pub(super) struct Use {
    pub(super) place: Place,
    pub(super) deep: bool,
    pub(super) name: String,
    /// `None`: only named.
    pub(super) mode: Option<Mode>,
    pub(super) access: Access,
    pub(super) keep: Option<(Keep, Access)>,
    pub(super) assumed: bool,
}

/// A use by a task in a scope that the callee was passed.
#[derive(Clone, Debug)]
pub(super) struct PassedUse {
    pub(super) scope: ScopeKey,
    pub(super) place: Place,
    pub(super) deep: bool,
    pub(super) name: String,
    pub(super) mode: Mode,
    pub(super) access: Access,
    pub(super) keep: Option<(Keep, Access)>,
}

/// Two places that the callee needs apart.
#[derive(Clone, Debug)]
pub(super) struct Apart {
    pub(super) first: (Place, bool),
    pub(super) second: (Place, bool),
    pub(super) within: bool,
    pub(super) kind: Clash,
    pub(super) access: Access,
}

/// All that a callee does, over everything that it may be.
#[derive(Clone, Debug, Default)]
pub(super) struct Effects {
    pub(super) uses: Vec<Use>,
    /// What is put where.
    pub(super) stores: Vec<(Place, Place, Kind)>,
    pub(super) results: Vec<Source>,
    /// What the result holds twice beyond what its sources tell.
    pub(super) shared: Vec<Link>,
    pub(super) passed: Vec<PassedUse>,
    pub(super) apart: Vec<Apart>,
    /// Calls of what this body itself was passed.
    pub(super) param_calls: Vec<(u32, Vec<Vec<Place>>)>,
    /// Places in which elements may have got other indices, and whether further in too.
    pub(super) shifts: Vec<(Place, bool)>,
    /// What is used after functions that were passed in have run.
    pub(super) afterwards: Vec<Use>,
}

/// The effects of running `callee` at a node, in a state.
pub(super) fn effects(
    view: &View<'_>,
    state: &State,
    callee: &Callee,
    actuals: Vec<Actual>,
    function: Option<Actual>,
    at: NodeIndex,
) -> Effects {
    let mut resolver = Resolver { view, at, effects: Effects::default(), resolved: Vec::new() };
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
    resolver.effects
}

/// How an access inside the callee is told at the call, by the parameter's position.
type Through<'a> = &'a dyn Fn(u32, Access) -> Access;

/// Where a part of what arrives at a position stands for the caller, and whether its path is whole.
fn places(actuals: &[Actual], position: u32, path: Path) -> Vec<(Place, bool)> {
    let actual = actuals.get(position as usize);
    let places = actual.map_or(&[][..], |actual| &actual.places);
    let below = |place: &Place| {
        let (path, complete) = place.path.then(path);
        (Place { path, ..*place }, complete)
    };
    places.iter().map(below).collect()
}

/// The arguments that a callee gives to a function that was passed to it.
fn passed_on(call: &ParamCall, actuals: &[Actual]) -> Vec<Actual> {
    let arg = |sources: &BTreeSet<(u32, Path)>| {
        let places = sources.iter().flat_map(|(source, path)| places(actuals, *source, *path));
        Actual { places: places.map(|(place, _)| place).collect(), ..Actual::default() }
    };
    call.args.iter().map(arg).collect()
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
        name: view.name(local),
        ty: match view.ty(local) {
            Ty::Fn(of) => Some(of.clone()),
            _ => None,
        },
    }
}

struct Resolver<'a, 'v> {
    view: &'a View<'v>,
    at: NodeIndex,
    effects: Effects,
    /// The unknown functions whose effects are already there.
    resolved: Vec<Unknown>,
}

/// An unknown function and what it is called with.
#[derive(PartialEq)]
struct Unknown {
    ty: Arc<FnTy>,
    captures: Vec<Place>,
    args: Vec<Vec<Place>>,
}

impl Resolver<'_, '_> {
    fn item(&mut self, item: ItemId, actuals: &[Actual], depth: u32) {
        let summary = super::summary(self.view.db, item);
        let way = |position: u32, _: Access| Some(Via::Param(item, position));
        self.summary(summary, actuals, &way, depth);
    }

    /// A body that is run in place or as a task: what it does stands in the text here.
    fn body(&mut self, body: BodyId, actuals: &[Actual], depth: u32) {
        let Some(summary) = self.view.summary_of(body) else { return };
        for (position, param) in summary.params.iter().enumerate() {
            for place in actuals.get(position).iter().flat_map(|actual| &actual.places) {
                self.param_use(*place, &param.name, param, &|access| access);
            }
        }
        self.beyond_uses(summary, actuals, &|_, access| access, depth);
    }

    fn summary(
        &mut self,
        summary: &Summary,
        actuals: &[Actual],
        way: &dyn Fn(u32, Access) -> Option<Via>,
        depth: u32,
    ) {
        let at = self.at;
        for (position, actual) in actuals.iter().enumerate() {
            let position = position as u32;
            for place in &actual.places {
                let Some(param) = summary.param(position) else {
                    self.named(*place, &actual.name);
                    continue;
                };
                let through = |access: Access| Access { at, via: way(position, access) };
                self.param_use(*place, &actual.name, param, &through);
            }
        }
        let through = |position: u32, access: Access| Access { at, via: way(position, access) };
        self.beyond_uses(summary, actuals, &through, depth);
    }

    fn param_use(
        &mut self,
        place: Place,
        name: &str,
        param: &ParamSummary,
        through: &dyn Fn(Access) -> Access,
    ) {
        let mut used = false;
        for (path, (access, keep)) in &param.kept {
            let reach = Reach { path: *path, deep: true };
            let keep = Some((*keep, through(*access)));
            self.used(place, &reach, name, Some(Mode::Change), through(*access), keep);
            used = true;
        }
        for (reach, access) in &param.changed {
            self.used(place, reach, name, Some(Mode::Change), through(*access), None);
            used = true;
        }
        for (reach, access) in &param.read {
            // A change says more than a read: one use is judged once.
            if !param.changed.keys().any(|changed| changed.covers(reach)) {
                self.used(place, reach, name, Some(Mode::Read), through(*access), None);
                used = true;
            }
        }
        if !used {
            self.named(place, name);
        }
        for reach in param.changed.keys() {
            let (path, complete) = place.path.then(reach.path);
            self.effects.shifts.push((Place { path, ..place }, reach.deep || !complete));
        }
    }

    fn used(
        &mut self,
        place: Place,
        reach: &Reach,
        name: &str,
        mode: Option<Mode>,
        access: Access,
        keep: Option<(Keep, Access)>,
    ) {
        let (path, complete) = place.path.then(reach.path);
        self.effects.uses.push(Use {
            place: Place { path, ..place },
            deep: reach.deep || !complete,
            name: name.to_owned(),
            mode,
            access,
            keep,
            assumed: false,
        });
    }

    fn named(&mut self, place: Place, name: &str) {
        self.used(place, &Reach::ALL, name, None, Access::here(self.at), None);
    }

    fn beyond_uses(
        &mut self,
        summary: &Summary,
        actuals: &[Actual],
        through: Through<'_>,
        depth: u32,
    ) {
        self.stores(summary, actuals);
        self.results(summary, actuals);
        self.passed(summary, actuals, through);
        self.apart(summary, actuals, through);
        for call in &summary.calls {
            let Some(function) = actuals.get(call.function as usize) else { continue };
            let declared = summary.param(call.function).and_then(|param| param.function.clone());
            let ty = function.ty.clone().or(declared);
            let function = Actual { ty, ..function.clone() };
            self.value(&function, &passed_on(call, actuals), depth + 1);
            self.afterwards(summary, call, actuals, through);
        }
    }

    fn stores(&mut self, summary: &Summary, actuals: &[Actual]) {
        for store in summary.stores.keys() {
            for (from, complete) in places(actuals, store.from.0, store.from.1) {
                for (into, also) in places(actuals, store.into.0, store.into.1) {
                    let kind = store.kind.if_complete(complete && also);
                    self.effects.stores.push((from, into, kind));
                }
            }
        }
    }

    fn results(&mut self, summary: &Summary, actuals: &[Actual]) {
        for part in &summary.results {
            for (place, complete) in places(actuals, part.param, part.from) {
                let kind = part.kind.if_complete(complete);
                let (holder, from) = (place.holder, place.path);
                let source = Source { holder, from, to: part.to, kind, cut: false };
                self.effects.results.push(source);
            }
        }
        self.effects.shared.extend(&summary.shared);
    }

    /// What tasks do in scopes that were passed in.
    fn passed(&mut self, summary: &Summary, actuals: &[Actual], through: Through<'_>) {
        for (key, passed) in &summary.passed {
            let Some(actual) = actuals.get(key.param as usize) else { continue };
            let scope = actuals.get(key.scope as usize).and_then(|actual| actual.scope);
            for (place, complete) in places(actuals, key.param, key.reach.path) {
                self.effects.passed.push(PassedUse {
                    scope: scope.unwrap_or(ScopeKey::Unknown),
                    place,
                    deep: key.reach.deep || !complete,
                    name: actual.name.clone(),
                    mode: passed.mode,
                    access: through(key.param, passed.access),
                    keep: passed.keep.map(|(keep, access)| (keep, through(key.param, access))),
                });
            }
        }
    }

    /// What must not share a region.
    fn apart(&mut self, summary: &Summary, actuals: &[Actual], through: Through<'_>) {
        for (((one, first), (other, second)), (kind, access)) in &summary.apart {
            for (a, a_complete) in places(actuals, *one, first.path) {
                for (b, b_complete) in places(actuals, *other, second.path) {
                    let first = (a, first.deep || !a_complete);
                    let second = (b, second.deep || !b_complete);
                    let (within, access) = (one == other, through(*one, *access));
                    self.effects.apart.push(Apart { first, second, within, kind: *kind, access });
                }
            }
        }
    }

    /// What is used after a function that was passed in has run on it.
    fn afterwards(
        &mut self,
        summary: &Summary,
        call: &ParamCall,
        actuals: &[Actual],
        through: Through<'_>,
    ) {
        let after = summary.after.iter().filter(|((of, _), _)| *of == call.function);
        for ((_, arg), (mode, access)) in after {
            let sources = call.args.get(*arg as usize).into_iter().flatten();
            for (source, path) in sources {
                let name = actuals.get(*source as usize).map(|of| of.name.clone());
                for (place, _) in places(actuals, *source, *path) {
                    self.effects.afterwards.push(Use {
                        place,
                        deep: true,
                        name: name.clone().unwrap_or_default(),
                        mode: Some(*mode),
                        access: through(*source, *access),
                        keep: None,
                        assumed: false,
                    });
                }
            }
        }
    }

    /// A function value is run.
    fn value(&mut self, function: &Actual, args: &[Actual], depth: u32) {
        if depth > PASSED_FUNCTION_DEPTH_MAX {
            return self.anything(function, args);
        }
        let args = &typed(function, args);
        if function.targets.is_empty() {
            return self.any_of_type(function, args, depth);
        }
        for target in &function.targets {
            match target {
                Target::Item(item) => self.item(*item, args, depth),
                Target::Intrinsic(intrinsic) => self.intrinsic(*intrinsic, args, depth),
                Target::Body(body) => self.closure(*body, function, args, depth),
                Target::Param(position) => {
                    let places = args.iter().map(|arg| arg.places.clone()).collect();
                    self.effects.param_calls.push((*position, places));
                    self.unknown(function, args);
                }
                Target::Unknown => self.any_of_type(function, args, depth),
            }
        }
    }

    /// Whatever function value of its type the program makes.
    fn any_of_type(&mut self, function: &Actual, args: &[Actual], depth: u32) {
        let (view, owner) = (self.view, self.view.owner());
        let Some(ty) = &function.ty else { return self.anything(function, args) };
        let all = functions::of_type(view.db, owner.file(view.db), ty);
        if all.is_empty() {
            return self.unknown(function, args);
        }
        let unknown = Unknown {
            ty: ty.clone(),
            captures: function.places.clone(),
            args: args.iter().map(|arg| arg.places.clone()).collect(),
        };
        if self.resolved.contains(&unknown) {
            return;
        }
        if self.resolved.len() >= RESOLVED_MAX {
            return self.anything(function, args);
        }
        self.resolved.push(unknown);
        for made in all {
            match *made {
                Made::Item(item) => self.item(item, args, depth),
                Made::Intrinsic(intrinsic) => self.intrinsic(intrinsic, args, depth),
                Made::Closure(item, body) if item == owner => {
                    self.closure(body, function, args, depth);
                }
                Made::Closure(item, body) => {
                    let summaries = super::summaries(view.db, item);
                    if let Some(summary) = summaries.get(body.index()) {
                        self.foreign_closure(summary, function, args, depth);
                    }
                }
            }
        }
    }

    /// A closure made elsewhere: what it does with owned captures, it does with itself.
    fn foreign_closure(
        &mut self,
        summary: &Summary,
        function: &Actual,
        args: &[Actual],
        depth: u32,
    ) {
        let params = args.len().min(summary.params.len());
        let mut actuals = args[..params].to_vec();
        actuals.extend(captured(&summary.params[params..], function));
        self.summary(summary, &actuals, &|_, _| None, depth);
    }

    /// A closure holds its captures: what its body does to them, the call does to it.
    fn closure(&mut self, body: BodyId, function: &Actual, args: &[Actual], depth: u32) {
        let Some(summary) = self.view.summary_of(body) else { return };
        let params = self.view.mir.body(body).params as usize;
        let mut actuals: Vec<Actual> = args.iter().take(params).cloned().collect();
        actuals.resize(params, Actual::default());
        actuals.extend(captured(summary.params.get(params..).unwrap_or_default(), function));
        let place = |_: u32, access: Access| Some(Via::Node(access.at));
        self.summary(summary, &actuals, &place, depth);
    }

    fn unknown(&mut self, function: &Actual, args: &[Actual]) {
        let from_param = |of: &Target| matches!(of, Target::Param(_));
        let assumed = function.targets.iter().all(from_param) && !function.targets.is_empty();
        for actual in args.iter().chain([function]) {
            for place in &actual.places {
                let changes = self.view.is_owned_for_certain(place.holder);
                self.effects.uses.push(Use {
                    place: *place,
                    deep: true,
                    name: actual.name.clone(),
                    mode: changes.then_some(Mode::Change),
                    keep: None,
                    access: Access::here(self.at),
                    assumed,
                });
                self.effects.results.push(Source::loose(place.holder).within(*place));
                self.effects.shifts.push((*place, true));
            }
        }
    }

    /// Nothing is known of the function, not even its type: it may keep what it is given.
    fn anything(&mut self, function: &Actual, args: &[Actual]) {
        let at = Access::here(self.at);
        for actual in args.iter().chain([function]) {
            for place in actual.places.iter().copied() {
                let keep = Some((Keep::Moved, at));
                self.used(place, &Reach::ALL, &actual.name, Some(Mode::Change), at, keep);
                self.effects.results.push(Source::loose(place.holder).within(place));
            }
        }
    }

    /// Functions that call one which they are passed on elements, several at once.
    fn on_elements(&mut self, intrinsic: Intrinsic, actuals: &[Actual], depth: u32) {
        let (function, count) = match intrinsic {
            Intrinsic::ParallelMap => (actuals.get(1), 1),
            Intrinsic::ParallelReduce => (actuals.get(2), 2),
            _ => return,
        };
        let (Some(function), Some(items)) = (function, actuals.first()) else { return };
        let elements = items.places.iter().map(|place| place.below(Step::Item)).collect();
        let element = Actual { places: elements, name: items.name.clone(), ..Actual::default() };
        let uses = self.effects.uses.len();
        self.value(function, &vec![element.clone(); count], depth + 1);
        let changes = |used: &Use| used.mode == Some(Mode::Change);
        if self.effects.uses[uses..].iter().any(changes) {
            let access = Access::here(self.at);
            let apart = element.places.iter().map(|place| Apart {
                first: (*place, true),
                second: (*place, true),
                within: true,
                kind: Clash::Change,
                access,
            });
            self.effects.apart.extend(apart);
        }
    }

    fn intrinsic(&mut self, intrinsic: Intrinsic, actuals: &[Actual], depth: u32) {
        self.on_elements(intrinsic, actuals, depth);
        let effect = intrinsic.effect();
        let receiver = actuals.first().and_then(|actual| actual.places.first()).copied();
        for (position, actual) in actuals.iter().enumerate() {
            let (mode, keep) = match effect.param(position) {
                ParamUse::Read => (Some(Mode::Read), None),
                ParamUse::Change => (Some(Mode::Change), None),
                ParamUse::Give => (Some(Mode::Change), Some(keep(intrinsic))),
                ParamUse::StoreInReceiver | ParamUse::Handle => (None, None),
            };
            let stored = effect.param(position) == ParamUse::StoreInReceiver;
            for place in actual.places.iter().copied() {
                self.effects.uses.push(Use {
                    place,
                    deep: !is_shallow(intrinsic, position),
                    name: actual.name.clone(),
                    mode,
                    access: Access::here(self.at),
                    keep: keep.map(|keep| (keep, Access::here(self.at))),
                    assumed: false,
                });
                if stored {
                    self.effects.stores.extend(receiver.map(|into| put(intrinsic, place, into)));
                }
                // An owned result is made of owned arguments: nothing else owned is in reach.
                if keep.is_none() {
                    self.effects.results.push(found(intrinsic, position, place));
                }
            }
        }
        let keeps_order = matches!(intrinsic, Intrinsic::MutableListAppend);
        if effect.param(0) == ParamUse::Change && !keeps_order {
            self.effects.shifts.extend(receiver.map(|receiver| (receiver, false)));
        }
    }
}

/// What a closure captured, as arguments of its body: it holds the owned ones as its parts.
fn captured(captures: &[ParamSummary], function: &Actual) -> impl Iterator<Item = Actual> {
    captures.iter().zip(0..).map(|(capture, position)| {
        let places = function.places.iter().map(|place| place.below(Step::Part(position)));
        let (name, ty) = (capture.name.clone(), capture.function.clone());
        Actual { places: places.collect(), name, ty, ..Actual::default() }
    })
}

/// The arguments with the types that the function has for those that are functions themselves.
fn typed(function: &Actual, args: &[Actual]) -> Vec<Actual> {
    let mut args = args.to_vec();
    let params = function.ty.iter().flat_map(|ty| ty.params.iter());
    for (arg, param) in args.iter_mut().zip(params) {
        if let (None, Ty::Fn(of)) = (&arg.ty, param) {
            arg.ty = Some(of.clone());
        }
    }
    args
}

/// Whether the call touches the container itself and leaves what is in it alone.
fn is_shallow(intrinsic: Intrinsic, position: usize) -> bool {
    use Intrinsic as I;
    position == 0
        && matches!(
            intrinsic,
            I::Len
                | I::ListCollect
                | I::OptionIsSome
                | I::OptionIsNone
                | I::OptionUnwrap
                | I::ResultIsOk
                | I::ResultIsErr
                | I::ResultUnwrap
                | I::Enumerate
                | I::MutableListNew
                | I::MutableListAppend
                | I::MutableListExtend
                | I::MutableListInsert
                | I::MutableListPop
                | I::MutableListRemove
                | I::MutableListClear
                | I::MutableListReverse
                | I::MutableListCopy
                | I::MapGet
                | I::MapKeys
                | I::MapValues
                | I::MapItems
                | I::MutableMapSetdefault
                | I::MutableMapPop
                | I::MutableMapPopitem
                | I::MutableMapRemove
                | I::MutableMapDiscard
                | I::MutableMapClear
        )
}

/// Where a call puts an argument that it stores.
fn put(intrinsic: Intrinsic, from: Place, into: Place) -> (Place, Place, Kind) {
    use Intrinsic as I;
    match intrinsic {
        I::MutableListAppend | I::MutableListInsert | I::MutableMapSetdefault => {
            (from, into.below(Step::Item), Kind::Same)
        }
        I::MutableListExtend | I::MutableMapUpdate => {
            (from.below(Step::Item), into.below(Step::Item), Kind::Same)
        }
        I::OptionUnwrapOr | I::ResultUnwrapOr => (from, into.below(Step::Part(0)), Kind::Same),
        _ => (from, into, Kind::Loose),
    }
}

/// How an owned result is made of an argument.
fn found(intrinsic: Intrinsic, position: usize, place: Place) -> Source {
    use Intrinsic as I;
    let whole = Source::whole(place.holder);
    let (item, part) = (Path::of(Step::Item), |part| Path::of(Step::Part(part)));
    let source = match intrinsic {
        I::MutableListNew
        | I::JoinAll
        | I::ListCollect
        | I::ListNew
        | I::MapValues
        | I::MutableListSnapshot => Source::elements(place.holder),
        I::OptionUnwrap | I::ResultUnwrap => Source { from: part(0), ..whole },
        I::OptionUnwrapOr | I::ResultUnwrapOr if position == 0 => Source { from: part(0), ..whole },
        I::OptionUnwrapOr | I::ResultUnwrapOr => whole,
        I::MutableListPop | I::MutableListRemove if position == 0 => {
            Source { from: item, cut: true, ..whole }
        }
        I::MutableMapPop | I::MutableMapRemove if position == 0 => {
            Source { from: item, cut: true, ..whole }
        }
        I::MutableMapPopitem => Source { from: item, to: part(1), cut: true, ..whole },
        I::MutableMapSetdefault if position == 0 => Source { from: item, ..whole },
        I::MutableMapSetdefault => whole,
        I::MutableListCopy | I::MutableMapCopy => Source::elements(place.holder),
        I::MapGet if position == 0 => Source { from: item, to: part(0), ..whole },
        I::Enumerate | I::MapItems => Source { from: item, to: item.then(part(1)).0, ..whole },
        _ => Source::loose(place.holder),
    };
    source.within(place)
}

fn keep(intrinsic: Intrinsic) -> Keep {
    match intrinsic {
        Intrinsic::MutexNew | Intrinsic::RwlockNew => Keep::Guarded,
        Intrinsic::MutableListFreeze
        | Intrinsic::MutableMapFreeze
        | Intrinsic::MutableSetFreeze => Keep::Frozen,
        _ => Keep::Sent,
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
