//! What running a callee does with what it is given: intrinsics by their table, functions and
//! bodies by their summaries, function values by what they may be.
//!
//! A function value that nobody knows (read from a field, say) is assumed to change what it is
//! given and to keep none of it.

use std::collections::BTreeSet;

use super::domain::{Access, Clash, Holder, Keep, Mode, ScopeKey, State, Target, Via};
use super::summarize::{ParamSummary, Summary};
use super::view::View;
use crate::items::{ItemId, NodeIndex};
use crate::mir::{BodyId, Callee, Intrinsic, Local, Operand, ParamUse};

/// How deep functions that are passed to functions are followed; below, they count as unknown.
const PASSED_FUNCTION_DEPTH_MAX: u32 = 4;

/// An argument as the caller knows it.
#[derive(Clone, Debug, Default)]
pub(super) struct Actual {
    pub(super) holders: Vec<Holder>,
    pub(super) targets: BTreeSet<Target>,
    pub(super) scope: Option<ScopeKey>,
    pub(super) name: String,
}

/// What is done with one holder.
#[derive(Clone, Debug)]
pub(super) struct Use {
    pub(super) holder: Holder,
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
    pub(super) holder: Holder,
    pub(super) name: String,
    pub(super) mode: Mode,
    pub(super) access: Access,
    pub(super) keep: Option<(Keep, Access)>,
}

/// All that a callee does, over everything that it may be.
#[derive(Clone, Debug, Default)]
pub(super) struct Effects {
    pub(super) uses: Vec<Use>,
    pub(super) stores: Vec<(Holder, Holder)>,
    pub(super) results: Vec<Holder>,
    pub(super) passed: Vec<PassedUse>,
    pub(super) apart: Vec<(Holder, Holder, Clash, Access)>,
    /// Calls of what this body itself was passed.
    pub(super) param_calls: Vec<(u32, Vec<Option<Holder>>)>,
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
    let mut resolver = Resolver { view, at, effects: Effects::default() };
    match callee {
        Callee::Item(item) => resolver.item(*item, &actuals, 0),
        Callee::Intrinsic(intrinsic) => resolver.intrinsic(*intrinsic, &actuals),
        Callee::Body(body) => resolver.body(*body, &actuals, 0),
        Callee::Default(..) => {}
        Callee::Value(local) => {
            let function = function.unwrap_or_else(|| actual(view, state, &Operand::Local(*local)));
            resolver.value(&function, &actuals, 0);
        }
    }
    resolver.effects
}

/// An operand as an argument.
pub(super) fn actual(view: &View<'_>, state: &State, operand: &Operand) -> Actual {
    let Some(local) = operand.local() else { return Actual::default() };
    Actual {
        holders: view.holders.local(local).into_iter().collect(),
        targets: state.targets.get(&local).cloned().unwrap_or_default(),
        scope: match view.scope(operand) {
            ScopeKey::Unknown => None,
            known => Some(known),
        },
        name: view.name(local),
    }
}

struct Resolver<'a, 'v> {
    view: &'a View<'v>,
    at: NodeIndex,
    effects: Effects,
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
            for holder in actuals.get(position).iter().flat_map(|actual| &actual.holders) {
                self.param_use(*holder, param.name.clone(), param, |access| access);
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
            for holder in &actual.holders {
                let Some(param) = summary.param(position) else {
                    self.named(*holder, actual.name.clone());
                    continue;
                };
                let name = actual.name.clone();
                self.param_use(*holder, name, param, |access| Access {
                    at,
                    via: way(position, access),
                });
            }
        }
        let through = |position: u32, access: Access| Access { at, via: way(position, access) };
        self.beyond_uses(summary, actuals, &through, depth);
    }

    fn param_use(
        &mut self,
        holder: Holder,
        name: String,
        param: &ParamSummary,
        place: impl Fn(Access) -> Access,
    ) {
        // A change says more than a read: one use is judged once.
        let change = param.access(Mode::Change).map(|access| (Mode::Change, access));
        let most = change.or(param.read.map(|access| (Mode::Read, access)));
        match most {
            Some((mode, access)) => self.effects.uses.push(Use {
                holder,
                name,
                mode: Some(mode),
                access: place(access),
                keep: param.kept.map(|(access, keep)| (keep, place(access))),
                assumed: false,
            }),
            None => self.named(holder, name),
        }
        if param.returned {
            self.effects.results.push(holder);
        }
    }

    fn named(&mut self, holder: Holder, name: String) {
        let access = Access::here(self.at);
        let used = Use { holder, name, mode: None, keep: None, access, assumed: false };
        self.effects.uses.push(used);
    }

    fn beyond_uses(
        &mut self,
        summary: &Summary,
        actuals: &[Actual],
        place: &dyn Fn(u32, Access) -> Access,
        depth: u32,
    ) {
        let holders = |position: u32| -> Vec<Holder> {
            actuals.get(position as usize).map_or_else(Vec::new, |actual| actual.holders.clone())
        };
        for (from, into) in summary.stores.keys() {
            for source in holders(*from) {
                let targets = holders(*into).into_iter().filter(|target| *target != source);
                self.effects.stores.extend(targets.map(|target| (source, target)));
            }
        }
        for ((scope, position), passed) in &summary.passed {
            let Some(actual) = actuals.get(*position as usize) else { continue };
            let scope = actuals.get(*scope as usize).and_then(|actual| actual.scope);
            for holder in &actual.holders {
                self.effects.passed.push(PassedUse {
                    scope: scope.unwrap_or(ScopeKey::Unknown),
                    holder: *holder,
                    name: actual.name.clone(),
                    mode: passed.mode,
                    access: place(*position, passed.access),
                    keep: passed.keep.map(|(keep, access)| (keep, place(*position, access))),
                });
            }
        }
        for ((one, other), (kind, access)) in &summary.apart {
            for first in holders(*one) {
                for second in holders(*other) {
                    self.effects.apart.push((first, second, *kind, place(*one, *access)));
                }
            }
        }
        for call in &summary.calls {
            let Some(function) = actuals.get(call.function as usize) else { continue };
            let args: Vec<Actual> = call
                .args
                .iter()
                .map(|sources| Actual {
                    holders: sources.iter().flat_map(|source| holders(*source)).collect(),
                    ..Actual::default()
                })
                .collect();
            self.value(function, &args, depth + 1);
        }
    }

    /// A function value is run.
    fn value(&mut self, function: &Actual, args: &[Actual], depth: u32) {
        if depth > PASSED_FUNCTION_DEPTH_MAX || function.targets.is_empty() {
            return self.unknown(function, args);
        }
        for target in &function.targets {
            match target {
                Target::Item(item) => self.item(*item, args, depth),
                Target::Intrinsic(intrinsic) => self.intrinsic(*intrinsic, args),
                Target::Body(body) => self.closure(*body, function, args, depth),
                Target::Param(position) => {
                    let holders = args.iter().map(|arg| arg.holders.first().copied()).collect();
                    self.effects.param_calls.push((*position, holders));
                    self.unknown(function, args);
                }
                Target::Unknown => self.unknown(function, args),
            }
        }
    }

    /// A closure holds its captures: what its body does to them, the call does to it.
    fn closure(&mut self, body: BodyId, function: &Actual, args: &[Actual], depth: u32) {
        let Some(summary) = self.view.summary_of(body) else { return };
        let params = self.view.mir.body(body).params as usize;
        let mut actuals: Vec<Actual> = args.iter().take(params).cloned().collect();
        actuals.resize(params, Actual::default());
        for capture in summary.params.iter().skip(params) {
            let holders = function.holders.clone();
            actuals.push(Actual { holders, name: capture.name.clone(), ..Actual::default() });
        }
        let place = |_: u32, access: Access| Some(Via::Node(access.at));
        self.summary(summary, &actuals, &place, depth);
    }

    fn unknown(&mut self, function: &Actual, args: &[Actual]) {
        for actual in args.iter().chain([function]) {
            for holder in &actual.holders {
                let changes = self.view.is_owned_for_certain(*holder);
                self.effects.uses.push(Use {
                    holder: *holder,
                    name: actual.name.clone(),
                    mode: changes.then_some(Mode::Change),
                    keep: None,
                    access: Access::here(self.at),
                    assumed: function.targets.iter().all(|of| matches!(of, Target::Param(_)))
                        && !function.targets.is_empty(),
                });
                self.effects.results.push(*holder);
            }
        }
    }

    fn intrinsic(&mut self, intrinsic: Intrinsic, actuals: &[Actual]) {
        let effect = intrinsic.effect();
        let receiver = actuals.first().and_then(|actual| actual.holders.first()).copied();
        for (position, actual) in actuals.iter().enumerate() {
            let (mode, keep) = match effect.param(position) {
                ParamUse::Read => (Some(Mode::Read), None),
                ParamUse::Change => (Some(Mode::Change), None),
                ParamUse::Give => (Some(Mode::Change), Some(keep(intrinsic))),
                ParamUse::StoreInReceiver | ParamUse::Handle => (None, None),
            };
            let stored = effect.param(position) == ParamUse::StoreInReceiver;
            for holder in actual.holders.iter().copied() {
                self.effects.uses.push(Use {
                    holder,
                    name: actual.name.clone(),
                    mode,
                    access: Access::here(self.at),
                    keep: keep.map(|keep| (keep, Access::here(self.at))),
                    assumed: false,
                });
                if stored {
                    self.effects.stores.extend(receiver.map(|receiver| (holder, receiver)));
                }
                // An owned result is made of owned arguments: nothing else owned is in reach.
                if keep.is_none() {
                    self.effects.results.push(holder);
                }
            }
        }
    }
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
