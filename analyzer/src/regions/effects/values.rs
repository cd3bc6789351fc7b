//! Function values: what may run, and what of it is known.

use std::sync::Arc;

use super::late::SoFar;
use super::{Actual, Resolver, Use};
use crate::mir::BodyId;
use crate::regions::domain::{Access, Keep, Mode, Target, Via};
use crate::regions::events::{Called, PlaceCall};
use crate::regions::functions::{self, FunctionValue};
use crate::regions::links::{Link, Source};
use crate::regions::paths::{Area, Place, Reach, Step};
use crate::regions::summary::{ParamSummary, Summary};
use crate::ty::{FnTy, Ty};

/// How deep functions that are passed to functions are followed; below, they may do anything.
const PASSED_FUNCTION_DEPTH_MAX: u32 = 16;
/// Function types with what they are called with that one call's effects keep apart; beyond, a
/// function may do anything.
const RESOLVED_MAX: usize = 256;

/// An unknown function whose effects are there, or, before `to` is known, are being added.
pub(super) struct Resolved {
    function: Unknown,
    pub(super) from: SoFar,
    pub(super) to: Option<SoFar>,
}

/// An unknown function and what it is called with.
#[derive(PartialEq)]
struct Unknown {
    ty: Arc<FnTy>,
    captures: Vec<Place>,
    /// Where each is, and whether it may hold one value in two places.
    args: Vec<(Vec<Place>, bool)>,
}

impl Resolver<'_, '_> {
    /// A function value is run.
    pub(super) fn value(&mut self, function: &Actual, args: &[Actual], depth: u32) {
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
                    self.effects.param_calls.push(PlaceCall {
                        function: *position,
                        places: function.places.clone(),
                        within: false,
                        again: false,
                        contested: false,
                        args: args.iter().map(|arg| arg.places.clone()).collect(),
                        twice: (0..)
                            .zip(args)
                            .filter(|(_, arg)| arg.twice)
                            .map(|it| it.0)
                            .collect(),
                    });
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
            args: args.iter().map(|arg| (arg.places.clone(), arg.twice)).collect(),
        };
        if let Some(known) = self.resolved.iter().position(|known| known.function == unknown) {
            return self.met_again.push(known);
        }
        if self.resolved.len() >= RESOLVED_MAX {
            return self.anything(function, args);
        }
        let (number, from) = (self.resolved.len(), self.so_far());
        self.resolved.push(Resolved { function: unknown, from, to: None });
        for made in all {
            match *made {
                FunctionValue::Item(item) => self.item(item, args, depth),
                FunctionValue::Intrinsic(intrinsic) => self.intrinsic(intrinsic, args, depth),
                FunctionValue::Closure(item, body) if item == owner => {
                    self.closure(body, function, args, depth);
                }
                FunctionValue::Closure(item, body) => {
                    let summaries = view.summaries_of(item);
                    if let Some(summary) = summaries.get(body.index()) {
                        self.foreign_closure(summary, function, args, depth);
                    }
                }
            }
        }
        self.resolved[number].to = Some(self.so_far());
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
                let changes = self.view.may_be_owned(place.holder);
                self.effects.uses.push(Use {
                    area: Area::all(*place),
                    name: actual.name.clone(),
                    mode: changes.then_some(Mode::Change),
                    keep: None,
                    cut: false,
                    access: Access::here(self.at),
                    assumed,
                });
                if !(assumed && self.view.given_is_new) {
                    self.effects.results.push(Source::loose(place.holder).within(*place));
                }
                self.effects.shifts.push(Area::all(*place));
            }
        }
        let may_hold_twice = |ty: &Arc<FnTy>| self.view.ty_may_hold_twice(&ty.ret);
        if assumed
            && self.view.given_may_hold_twice
            && function.ty.as_ref().is_none_or(may_hold_twice)
        {
            self.effects.shared.push(Link::LOOSE);
        }
    }

    /// Nothing is known of the function, not even its type: it may keep what it is given.
    fn anything(&mut self, function: &Actual, args: &[Actual]) {
        let at = Access::here(self.at);
        for actual in args.iter().chain([function]) {
            for place in actual.places.iter().copied() {
                self.given(place, &Reach::ALL, &actual.name, (Keep::Moved, at), false);
                self.effects.results.push(Source::loose(place.holder).within(place));
            }
        }
    }
}

/// What a closure captured, as arguments of its body: it holds the owned ones as its parts.
fn captured(captures: &[ParamSummary], function: &Actual) -> impl Iterator<Item = Actual> {
    captures.iter().zip(0..).map(|(capture, position)| {
        let places = function.places.iter().map(|place| place.below(Step::Part(position)));
        let (name, ty) = (Called::Name(capture.name.clone()), capture.function.clone());
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
