//! What functions and bodies do, from their summaries: told of the caller's places.

use std::collections::BTreeSet;

use super::late::{Done, PASSED, SoFar};
use super::made::Arguments;
use super::{Actual, Effects, LeftBehind, PassedUse, Resolver, Use};
use crate::items::ItemId;
use crate::mir::BodyId;
use crate::regions::domain::{Access, Keep, Mode, ScopeKey, Via};
use crate::regions::events::Called;
use crate::regions::links::{Kind, Link, Source};
use crate::regions::paths::{Area, Path, Place, Reach};
use crate::regions::summary::{ParamCall, ParamSummary, ResultPart, Stored, Summary};
use crate::ty::Ty;

/// How an access inside the callee is told at the call, by the parameter's position.
pub(super) type Through<'a> = &'a dyn Fn(u32, Access) -> Access;

/// How much functions had given at some moment.
pub(super) struct Given {
    pub(super) results: usize,
    pub(super) shared: usize,
    pub(super) left: usize,
}

/// A call of a function that was passed to a callee.
#[derive(Clone, Copy)]
struct Run<'a> {
    summary: &'a Summary,
    call: &'a ParamCall,
    function: &'a Actual,
    actuals: Arguments<'a>,
    through: Through<'a>,
    depth: u32,
}

/// The function that a callee calls, with what is known of its type.
pub(super) fn function(
    summary: &Summary,
    call: &ParamCall,
    actuals: Arguments<'_>,
) -> Option<Actual> {
    let function = actuals.get(call.function)?;
    let declared = summary.param(call.function).and_then(|param| param.function.clone());
    let ty = function.ty.clone().or(declared);
    Some(Actual { ty, ..function.clone() })
}

/// Where a part of what arrives at a position stands for the caller, and whether its path is whole.
pub(super) fn places(actuals: Arguments<'_>, position: u32, path: Path) -> Vec<(Place, bool)> {
    let actual = actuals.get(position);
    let places = actual.map_or(&[][..], |actual| &actual.places);
    let below = |place: &Place| {
        if actuals.is_made(*place) {
            return (Place::whole(place.holder), false);
        }
        let (path, complete) = place.path.then(path);
        (Place { path, ..*place }, complete)
    };
    places.iter().map(below).collect()
}

/// What a callee puts somewhere, gives back or passes on, but for one part of what arrives, and whether it is of
/// the same argument.
fn others(summary: &Summary, actuals: Arguments<'_>, part: (u32, Path)) -> Vec<(Place, bool)> {
    let stored = summary.stores.keys().map(|stored| stored.from);
    let given_back = summary.results.iter().map(|result| (result.param, result.from));
    let passed_on = summary.calls.iter().flat_map(|call| call.args.iter().flatten().copied());
    let others = stored.chain(given_back).chain(passed_on).filter(|other| *other != part);
    let places = others.flat_map(|(position, path)| {
        let places = places(actuals, position, path).into_iter();
        places.map(move |(place, _)| (place, position == part.0))
    });
    places.collect()
}

/// The arguments that a callee gives to a function that was passed to it.
pub(super) fn passed_on(
    call: &ParamCall,
    actuals: Arguments<'_>,
    twice: &dyn Fn(u32) -> bool,
) -> Vec<Actual> {
    let arg = |sources: &BTreeSet<(u32, Path)>| {
        let places = sources.iter().flat_map(|(source, path)| places(actuals, *source, *path));
        Actual { places: places.map(|(place, _)| place).collect(), ..Actual::default() }
    };
    let numbered = (0..).zip(&call.args);
    let alone = |number| call.alone.contains(&number);
    numbered
        .map(|(number, of)| Actual { twice: twice(number), alone: alone(number), ..arg(of) })
        .collect()
}

/// A use of a part of what lies at a place, that gives nothing away.
fn use_of(place: Place, reach: &Reach, name: &Called, mode: Option<Mode>, access: Access) -> Use {
    Use {
        area: Area::below(place, reach),
        name: name.clone(),
        mode,
        access,
        keep: None,
        cut: false,
        assumed: false,
    }
}

impl Resolver<'_, '_> {
    pub(super) fn item(&mut self, item: ItemId, actuals: &[Actual], depth: u32) {
        let summary = self.view.summaries_of(item).first().unwrap_or(Summary::nothing());
        let way = |position: u32, _: Access| Some(Via::Param(item, position));
        self.summary(summary, actuals, &way, depth);
    }

    /// A body that is run in place or as a task: what it does stands in the text here.
    pub(super) fn body(&mut self, body: BodyId, actuals: &[Actual], depth: u32) {
        let Some(summary) = self.view.summary_of(body) else { return };
        let made = self.made.clone();
        let arguments = Arguments { passed: actuals, made: made.as_ref() };
        for (position, param) in summary.positions() {
            let name = Called::Name(param.name.clone());
            let others = |path| others(summary, arguments, (position, path));
            for place in arguments.get(position).iter().flat_map(|actual| &actual.places) {
                self.param_use(*place, &name, param, &|access| access, &others);
            }
        }
        self.beyond_uses(summary, arguments, &|_, access| access, depth);
    }

    pub(super) fn summary(
        &mut self,
        summary: &Summary,
        actuals: &[Actual],
        way: &dyn Fn(u32, Access) -> Option<Via>,
        depth: u32,
    ) {
        let at = self.at;
        let made = self.made.clone();
        let arguments = Arguments { passed: actuals, made: made.as_ref() };
        for (position, param) in summary.positions() {
            let Some(actual) = arguments.get(position) else { continue };
            for place in &actual.places {
                let through = |access: Access| Access { at, via: way(position, access) };
                let others = |path| others(summary, arguments, (position, path));
                self.param_use(*place, &actual.name, param, &through, &others);
            }
        }
        for beyond in actuals.get(summary.params.len()..).into_iter().flatten() {
            beyond.places.iter().for_each(|place| self.named(*place, &beyond.name));
        }
        let through = |position: u32, access: Access| Access { at, via: way(position, access) };
        self.beyond_uses(summary, arguments, &through, depth);
    }

    fn param_use(
        &mut self,
        place: Place,
        name: &Called,
        param: &ParamSummary,
        through: &dyn Fn(Access) -> Access,
        others: &dyn Fn(Path) -> Vec<(Place, bool)>,
    ) {
        let mut used = false;
        let kept = param.kept.iter().map(|given| (given, false));
        for ((path, (access, keep)), cut) in kept.chain(param.cut.iter().map(|cut| (cut, true))) {
            let (inside, complete) = place.path.then(*path);
            let out = cut
                && complete
                && !self.lies_there_again(Place { path: inside, ..place }, &others(*path));
            let reach = Reach { path: *path, deep: true };
            self.given(place, &reach, name, (*keep, through(*access)), out);
            used = true;
        }
        for (reach, access) in &param.changed {
            self.used(place, reach, name, Some(Mode::Change), through(*access));
            used = true;
        }
        for (reach, access) in &param.read {
            // A change says more than a read: one use is judged once.
            if !param.changed.keys().any(|changed| changed.covers(reach)) {
                self.used(place, reach, name, Some(Mode::Read), through(*access));
                used = true;
            }
        }
        if !used {
            self.named(place, name);
        }
        for reach in param.changed.keys() {
            self.effects.shifts.push(Area::below(place, reach));
        }
    }

    /// Whether what a callee takes out of a place is also one of these, which it puts somewhere or passes on:
    /// it may lie there again. Of parts of one argument only what that holds twice counts.
    fn lies_there_again(&self, place: Place, others: &[(Place, bool)]) -> bool {
        let is_it = |(other, within): &(Place, bool)| {
            self.state.meet(Area::all(*other), Area::all(place), *within)
        };
        others.iter().any(is_it)
    }

    fn used(
        &mut self,
        place: Place,
        reach: &Reach,
        name: &Called,
        mode: Option<Mode>,
        access: Access,
    ) {
        self.effects.uses.push(use_of(place, reach, name, mode, access));
    }

    /// It is given away; if it is `cut`, it was taken out of there before.
    pub(super) fn given(
        &mut self,
        place: Place,
        reach: &Reach,
        name: &Called,
        keep: (Keep, Access),
        cut: bool,
    ) {
        let given = use_of(place, reach, name, Some(Mode::Change), keep.1);
        self.effects.uses.push(Use { keep: Some(keep), cut, ..given });
    }

    fn named(&mut self, place: Place, name: &Called) {
        self.used(place, &Reach::ALL, name, None, Access::here(self.at));
    }

    fn beyond_uses(
        &mut self,
        summary: &Summary,
        actuals: Arguments<'_>,
        through: Through<'_>,
        depth: u32,
    ) {
        let given_is_new = self.given_is_new(summary, actuals, depth);
        let (stores, results, shared) = summary.together(given_is_new);
        self.stores(stores.keys(), actuals);
        self.passed(summary, actuals, through);
        self.left(summary, actuals, through);
        self.apart(summary, actuals, through, depth);
        self.calls(summary, actuals, through, depth);
        self.results(results, summary, actuals);
        self.effects.shared.extend(shared);
    }

    /// Whether what functions give that it is passed is new each time, if that makes a difference.
    fn given_is_new(&self, summary: &Summary, actuals: Arguments<'_>, depth: u32) -> bool {
        summary.hangs_on_given()
            && summary.calls.iter().all(|call| {
                let function = function(summary, call, actuals);
                function.is_none_or(|of| self.gives_new(&of, call.args.len(), depth))
            })
    }

    /// Functions that it is passed are called.
    fn calls(
        &mut self,
        summary: &Summary,
        actuals: Arguments<'_>,
        through: Through<'_>,
        depth: u32,
    ) {
        let (mut twice, before) = (false, self.effects.stores.len());
        for call in &summary.calls {
            let Some(function) = function(summary, call, actuals) else { continue };
            let run = Run { summary, call, function: &function, actuals, through, depth };
            if self.run(&run, false) {
                twice = true;
                self.twice_inside(summary, &function, actuals);
            }
        }
        self.in_any_order(summary, before);
        // What one function gives, another may be passed.
        let meet = summary.calls.len() > 1 || summary.calls.iter().any(|call| call.again);
        for call in summary.calls.iter().filter(|_| twice && meet) {
            if let Some(function) = function(summary, call, actuals) {
                self.run(
                    &Run { summary, call, function: &function, actuals, through, depth },
                    true,
                );
            }
        }
    }

    /// What one function puts into a field, another that is called later may take on, whichever stands first here.
    /// In containers it would count as put there twice.
    fn in_any_order(&mut self, summary: &Summary, since: usize) {
        let functions: BTreeSet<u32> = summary.calls.iter().map(|call| call.function).collect();
        let is_field = |(_, into, _): &&(Place, Place, Kind)| !into.path.has_item();
        let stores = self.effects.stores[since..].iter().filter(is_field);
        let stores: Vec<(Place, Place, Kind)> = stores.copied().collect();
        for _ in 1..functions.len() {
            self.effects.stores.extend(&stores);
        }
    }

    /// Runs a function that was passed to a callee; says whether what it gives may hold a value twice.
    fn run(&mut self, run: &Run<'_>, all_twice: bool) -> bool {
        let Run { summary, call, function, actuals, through, depth } = *run;
        let (from, met) = (self.so_far(), self.met_again.len());
        let (stores, counts, given) =
            (self.effects.stores.len(), self.counts(), self.given_so_far());
        let view = self.view;
        let twice = |number: u32| {
            let ty = function.ty.as_ref().and_then(|ty| ty.params.get(number as usize));
            (all_twice || call.twice.contains(&number))
                && ty.is_none_or(|ty| view.ty_may_hold_twice(ty))
        };
        let args = passed_on(call, actuals, &twice);
        self.value(function, &args, depth + 1);
        self.note_made(&counts);
        let calls = &mut self.effects.param_calls[from.param_calls..];
        calls.iter_mut().for_each(|call| call.contested |= summary.contested);
        let gives_twice = self.effects.shared.len() > given.shared;
        self.only_within(given);
        if call.within {
            self.widen(&counts, &args);
        }
        if call.again {
            self.repeat(stores, from);
            self.apart_again(&counts);
        }
        let done = Done { call, function, ran: self.ran(from, met) };
        self.late(summary, &done, actuals, through, depth);
        gives_twice
    }

    /// A function gave something that holds a value twice: so may all that the callee changes, and what
    /// locks guard.
    fn twice_inside(&mut self, summary: &Summary, function: &Actual, actuals: Arguments<'_>) {
        for (position, param) in (0..).zip(&summary.params) {
            for reach in param.changed.keys() {
                let places = places(actuals, position, reach.path).into_iter();
                self.effects.stores.extend(places.map(|(place, _)| (place, place, Kind::Loose)));
            }
        }
        if summary.contested {
            let ty = function.ty.as_ref().map_or(Ty::Unknown, |ty| ty.ret.clone());
            self.effects.knots.push(ty);
        }
    }

    /// What was done since then may be done several times.
    fn repeat(&mut self, stores: usize, from: SoFar) {
        let again = self.effects.stores[stores..].to_vec();
        self.effects.again.extend(again);
        let calls = &mut self.effects.param_calls[from.param_calls..];
        calls.iter_mut().for_each(|call| call.again = true);
    }

    pub(super) fn given_so_far(&self) -> Given {
        let Effects { results, shared, left, .. } = &self.effects;
        Given { results: results.len(), shared: shared.len(), left: left.len() }
    }

    /// What a function gives that was passed on is in the result where the callee put it, which its summary
    /// says; of what it holds twice, nobody knows where.
    fn only_within(&mut self, since: Given) {
        self.effects.results.truncate(since.results);
        self.twice_somewhere(since);
    }

    /// Of what a function gave since then that it holds twice, nobody knows where the result has it.
    pub(super) fn twice_somewhere(&mut self, since: Given) {
        if self.effects.shared.len() > since.shared {
            self.effects.shared.truncate(since.shared);
            self.effects.shared.push(Link::LOOSE);
        }
    }

    /// Whether what a function gives is new each time, whatever it is called with.
    fn gives_new(&self, function: &Actual, params: usize, depth: u32) -> bool {
        if self.tries {
            return false;
        }
        let args = vec![Actual { places: vec![PASSED], ..Actual::default() }; params];
        let mut resolver =
            Resolver { tries: true, ..Resolver::new(self.view, self.state, self.at) };
        resolver.value(function, &args, depth + 1);
        resolver.effects.results.is_empty() && resolver.effects.shared.is_empty()
    }

    fn stores<'s>(&mut self, stores: impl Iterator<Item = &'s Stored>, actuals: Arguments<'_>) {
        for store in stores {
            if actuals.get(store.from.0).is_some_and(|from| from.twice) {
                let into = places(actuals, store.into.0, store.into.1).into_iter();
                self.effects.stores.extend(into.map(|(into, _)| (into, into, Kind::Loose)));
            }
            for (from, complete) in places(actuals, store.from.0, store.from.1) {
                for (into, also) in places(actuals, store.into.0, store.into.1) {
                    let kind = store.kind.if_complete(complete && also);
                    self.effects.stores.push((from, into, kind));
                }
            }
        }
    }

    fn results(
        &mut self,
        results: &BTreeSet<ResultPart>,
        summary: &Summary,
        actuals: Arguments<'_>,
    ) {
        for part in results {
            for (place, complete) in places(actuals, part.param, part.from) {
                let kind = part.kind.if_complete(complete);
                let (holder, from) = (place.holder, place.path);
                let (kind, cut) = match kind {
                    Kind::Cut => {
                        let others = others(summary, actuals, (part.param, part.from));
                        (Kind::Same, !self.lies_there_again(place, &others))
                    }
                    kind => (kind, false),
                };
                let source = Source { from, to: part.to, kind, cut, ..Source::whole(holder) };
                self.effects.results.push(source);
            }
        }
    }

    /// What tasks do in scopes that were passed in.
    fn passed(&mut self, summary: &Summary, actuals: Arguments<'_>, through: Through<'_>) {
        for (key, passed) in &summary.passed {
            let Some(actual) = actuals.get(key.param) else { continue };
            let scope = actuals.get(key.scope).and_then(|actual| actual.scope);
            for (place, complete) in places(actuals, key.param, key.reach.path) {
                self.effects.passed.push(PassedUse {
                    scope: scope.unwrap_or(ScopeKey::Unknown),
                    area: Area { place, deep: key.reach.deep || !complete },
                    name: actual.name.clone(),
                    mode: passed.mode,
                    access: through(key.param, passed.access),
                    keep: passed.keep.map(|(keep, access)| (keep, through(key.param, access))),
                });
            }
        }
    }

    /// What is not free, where nobody here could know.
    fn left(&mut self, summary: &Summary, actuals: Arguments<'_>, through: Through<'_>) {
        for (key, left) in &summary.left {
            let scope = key.scope.map(|scope| {
                let passed = actuals.get(scope).and_then(|actual| actual.scope);
                passed.unwrap_or(ScopeKey::Unknown)
            });
            // No parameter of the callee leads to where it happened.
            let told = |access: Access| Access { via: None, ..through(0, access) };
            let of = |place: Option<Place>, deep: bool| LeftBehind {
                place,
                reach: Reach { deep, ..key.reach },
                scope,
                mode: left.mode,
                access: told(left.access),
                keep: left.keep.map(|(keep, access)| (keep, told(access))),
            };
            match key.param {
                None => self.effects.left.push(of(None, key.reach.deep)),
                Some(param) => {
                    for (place, complete) in places(actuals, param, key.reach.path) {
                        self.effects.left.push(of(Some(place), key.reach.deep || !complete));
                    }
                }
            }
        }
    }
}
