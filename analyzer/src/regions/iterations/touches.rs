//! What a round touches of what it did not make: each access as a path from a container outside.

mod functions;
mod inside;
mod stores;

use std::collections::BTreeMap;

use self::inside::{InsideTouch, Opening};
use self::stores::Stored;
use super::forms::{Forms, Frame, Term, Walk};
use super::integers::Sum;
use crate::items::signature;
use crate::mir::{BlockId, Callee, Intrinsic, Local, OpKind, Operand, Point, Rvalue, Terminator};
use crate::regions::domain::{Access, Holder, Mode};
use crate::regions::events::{Event, TouchKind};
use crate::regions::flow::{self, Observer};
use crate::regions::graph::Definition;
use crate::regions::links::Kind;
use crate::regions::paths::{Area, Path as Inside, Step as Inwards};
use crate::regions::state::State;
use crate::regions::view::View;
use crate::ty::{Builtin, Ownership, Ty, ownership};

/// How far a path is followed back; what lies deeper is touched as a whole.
const PATH_MAX: u32 = 64;

/// One step from a container to something in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The element at that index.
    Element(Sum),
    /// Some element from the first index on, up to but without the second.
    Between(Option<Sum>, Option<Sum>),
    /// A field or part, and its name.
    Part(u32, String),
    /// What a function captured.
    Capture(u32),
}

/// A place reached from a local around the loop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path {
    /// The local around the loop whose container it starts at.
    pub(super) root: Local,
    /// The local that the loop itself names: `root`, a further name of it, or what walks it. What is
    /// known when the loop starts is known of this one, as `root` may be forgotten by then.
    pub(super) named: Local,
    pub(super) steps: Vec<Step>,
}

/// One touch of a place that other rounds can reach.
#[derive(Clone, Debug)]
pub(super) struct Touched {
    pub(super) path: Path,
    pub(super) extent: Extent,
    pub(super) mode: Mode,
    pub(super) at: Access,
    pub(super) point: Point,
    /// What people call the container.
    pub(super) name: String,
    pub(super) sight: Sight,
}

/// How much of what a place leads to is touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// Which value lies there.
    Slot,
    /// The container that lies there, and nothing that is in it: how long it is.
    Itself,
    /// The value, and all that is in it.
    All,
}

/// How much is known of a touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    /// The round makes it where the conditions on its way hold.
    Certain,
    /// A callee or inner loop makes it under conditions of its own, or at a number that is not known.
    Perhaps,
    /// It is somewhere in what arrived.
    Anywhere,
}

/// Everything that a round touches of what it did not make.
pub(super) fn touches<'v>(view: &View<'v>, forms: &mut Forms<'v>) -> Vec<Touched> {
    touches_within(view, forms, &mut Opening::default())
}

fn touches_within<'v>(
    view: &View<'v>,
    forms: &mut Forms<'v>,
    opening: &mut Opening,
) -> Vec<Touched> {
    let locals = view.holders.locals().map(|(local, holder)| (holder, local)).collect();
    let at = Point { body: view.id, block: BlockId(0), op: 0 };
    let functions = functions::arriving(view, forms);
    let mut collector = Collector {
        view,
        forms,
        locals,
        at,
        touches: Vec::new(),
        stores: Vec::new(),
        opening,
        inside: BTreeMap::new(),
    };
    flow::observe_knowing(view, functions, &mut collector);
    collector.touch_stored();
    collector.touches
}

/// A place that an op touches through a local.
#[derive(Clone)]
struct Own {
    path: Path,
    extent: Extent,
    mode: Mode,
    sight: Sight,
}

/// What of a place a call touches.
enum CallTouch {
    Whole(Extent),
    /// What its fields are, by position and name, and not what lies in them.
    Fields(Vec<(u32, String)>),
}

struct Collector<'a, 'v> {
    view: &'a View<'v>,
    forms: &'a mut Forms<'v>,
    locals: BTreeMap<Holder, Local>,
    at: Point,
    touches: Vec<Touched>,
    stores: Vec<Stored>,
    opening: &'a mut Opening,
    /// What the calls and inner loops touch that were looked into.
    inside: BTreeMap<Point, Option<Vec<InsideTouch>>>,
}

impl Observer for Collector<'_, '_> {
    fn point(&mut self, point: Point, _before: &State) {
        self.at = point;
    }

    fn event(&mut self, before: &State, event: &Event) {
        let (area, mode, access) = match event {
            Event::Touch(touch) if !touch.assumed => match touch.kind {
                TouchKind::Name => return,
                TouchKind::Read => (touch.area, Mode::Read, touch.access),
                TouchKind::Change | TouchKind::Give(_) => (touch.area, Mode::Change, touch.access),
            },
            Event::Take { area, taken, .. } => (*area, taken.mode, taken.access),
            Event::Store { from, into, .. } => return self.stored(before, *from, *into),
            _ => return,
        };
        let Area { place, deep } = area;
        let reached: BTreeMap<Holder, bool> = before
            .seen_as(place)
            .into_iter()
            .filter(|seen| seen.below.is_here() || deep)
            .map(|seen| (seen.place.holder, seen.below.is_here()))
            .collect();
        let entries: Vec<u32> = self
            .view
            .holders
            .entries()
            .filter(|(_, entry)| reached.contains_key(entry))
            .map(|(position, _)| position)
            .collect();
        if entries.is_empty() {
            return;
        }
        let local = self.locals.get(&place.holder).copied();
        let own = local.and_then(|local| self.touched(local, &place.path, deep, mode));
        for position in entries {
            let Some(whole) = self.arrived_at(position) else { continue };
            let touched = match &own {
                Some(own) if own.iter().all(|own| own.path.root == whole.root) => own.clone(),
                _ => vec![Own { path: whole, extent: Extent::All, mode, sight: Sight::Anywhere }],
            };
            for Own { path, extent, mode, sight } in touched {
                for path in self.opened(path) {
                    self.note(Local(position), Own { path, extent, mode, sight }, access);
                }
            }
        }
    }
}

impl Collector<'_, '_> {
    /// A touch of what arrived as that local.
    fn note(&mut self, arrived: Local, own: Own, at: Access) {
        let Own { path, extent, mode, sight } = own;
        let name = self.view.mir.body(self.forms.at.body).local(path.root).name.clone();
        let name = name.map_or_else(|| self.view.name(arrived), |name| name.to_string());
        self.touches.push(Touched { path, extent, mode, at, point: self.at, name, sight });
    }

    /// What the op at hand touches through the local, and whether what lies in it too.
    fn touched(
        &mut self,
        local: Local,
        inside: &Inside,
        deep: bool,
        mode: Mode,
    ) -> Option<Vec<Own>> {
        if let Some(inside) = self.touched_inside(local, mode) {
            return Some(inside);
        }
        // Of what a call or an inner loop touches, a summary says no index.
        let runs =
            matches!(self.view.op(self.at), Some(OpKind::Call { .. } | OpKind::ParallelFor { .. }));
        let sight = if runs && inside.has_item() { Sight::Perhaps } else { Sight::Certain };
        let own = |path: Path, extent: Extent| Own { path, extent, mode, sight };
        let graph = &self.forms.round;
        let end = &graph.body.blocks[self.at.block.index()].end.kind;
        let step = match graph.op(self.at) {
            Some(OpKind::SetIndex { base, index, .. }) if *base == local && self.is_list(local) => {
                Some(Step::Element(self.forms.number(Frame::Round, index, self.at)))
            }
            Some(OpKind::SetField { base, field, .. }) if *base == local => {
                Some(self.part(local, *field))
            }
            Some(OpKind::Assign { value, .. }) => self.read_step(local, value),
            None => match end {
                Terminator::Next { iterator, .. } if *iterator == local => {
                    let (over, made) = self.forms.iterated(Frame::Round, local, self.at)?;
                    let list = self.walked_list(&over, made)?;
                    let turn = self.forms.id(Term::Turn(self.at.block));
                    let element = extended(list, Step::Element(Sum::unknown(turn)));
                    return Some(vec![own(element, Extent::Slot)]);
                }
                _ => None,
            },
            _ => None,
        };
        let mut path = self.path(local)?;
        if let Some(step) = step {
            return Some(vec![own(extended(path, step), Extent::Slot)]);
        }
        path = self.further(path, self.view.ty(local), inside);
        let ty = self.view.ty_within(self.view.ty(local), inside);
        Some(match self.call_touches(&ty, deep, mode) {
            CallTouch::Whole(extent) => vec![own(path, extent)],
            CallTouch::Fields(fields) => {
                let field = |(field, name)| {
                    own(extended(path.clone(), Step::Part(field, name)), Extent::Slot)
                };
                fields.into_iter().map(field).collect()
            }
        })
    }

    /// The path with the steps of what a callee touches.
    fn further(&self, mut path: Path, ty: &Ty, inside: &Inside) -> Path {
        let mut done = Inside::HERE;
        for step in inside.steps() {
            let around = self.view.ty_within(ty, &done);
            done = done.then(Inside::of(step)).0;
            path.steps.push(match step {
                Inwards::Part(part) if matches!(around, Ty::Fn(_)) => Step::Capture(part),
                Inwards::Part(part) => {
                    let field = self.view.field(&around, part);
                    Step::Part(part, field.map(|of| of.name.to_string()).unwrap_or_default())
                }
                Inwards::At(index) => Step::Element(Sum::constant(i128::from(index))),
                Inwards::Item | Inwards::Key(_) => Step::Between(None, None),
            });
        }
        path
    }

    /// What of a value of that type a call touches. Of a container nobody knows which elements.
    fn call_touches(&self, ty: &Ty, deep: bool, mode: Mode) -> CallTouch {
        let asks_length = matches!(
            self.view.op(self.at),
            Some(OpKind::Call { callee: Callee::Intrinsic(Intrinsic::Len), .. })
        );
        let owned = *ty == Ty::Unknown || ownership(self.view.db, ty) == Ownership::Owned;
        let fields = match (ty, mode) {
            (Ty::Adt(item, _), Mode::Read) => signature(self.view.db, *item).as_struct(),
            _ => None,
        };
        match (deep, fields) {
            (true, _) => CallTouch::Whole(Extent::All),
            (false, Some(of)) => {
                let fields = (0..).zip(&of.fields);
                CallTouch::Fields(fields.map(|(at, of)| (at, of.name.to_string())).collect())
            }
            (false, None) if asks_length => CallTouch::Whole(Extent::Itself),
            (false, None) if !owned => CallTouch::Whole(Extent::Slot),
            (false, None) => CallTouch::Whole(Extent::All),
        }
    }

    fn read_step(&mut self, local: Local, value: &Rvalue) -> Option<Step> {
        let is_it = |operand: &Operand| operand.local() == Some(local);
        match value {
            Rvalue::Index(base, index) if is_it(base) && self.is_list(local) => {
                Some(Step::Element(self.forms.number(Frame::Round, index, self.at)))
            }
            Rvalue::Slice(base, start, end) if is_it(base) && self.is_list(local) => {
                let mut bound = |operand: &Option<Operand>| {
                    operand.as_ref().map(|it| self.forms.number(Frame::Round, it, self.at))
                };
                Some(Step::Between(bound(start), bound(end)))
            }
            Rvalue::Field(base, field) if is_it(base) => Some(self.part(local, *field)),
            _ => None,
        }
    }

    fn is_list(&self, local: Local) -> bool {
        self.view.ty(local).is(Builtin::MutableList)
    }

    fn part(&self, local: Local, field: u32) -> Step {
        let name = self.view.field_name(&Operand::Local(local), field).unwrap_or_default();
        Step::Part(field, name)
    }

    /// Where that lies which a round begins with, whatever its name stands for later.
    fn arrived_at(&mut self, position: u32) -> Option<Path> {
        let params = self.forms.round.body.params;
        match position.checked_sub(params) {
            None if self.forms.iterable.is_none() => Some(self.root(Local(position))),
            None => self.element_of_loop(false).or_else(|| self.element_of_loop(true)),
            Some(capture) => self.forms.outside(capture as usize).map(|outside| self.root(outside)),
        }
    }

    /// Where the value of a local of the round is found.
    fn path(&mut self, local: Local) -> Option<Path> {
        self.path_at(local, self.at, PATH_MAX)
    }

    fn path_at(&mut self, local: Local, at: Point, depth: u32) -> Option<Path> {
        let depth = depth.checked_sub(1)?;
        if self.forms.captured(Frame::Round, local).is_some() || self.forms.is_passed(local) {
            return self.forms.arrived(local).map(|outside| self.root(outside));
        }
        if self.forms.is_element(local) {
            return self.element_of_loop(false).or_else(|| self.element_of_loop(true));
        }
        let (point, definition) = self.forms.round.definition(local, at)?;
        match definition {
            Definition::Value(Rvalue::Use(of) | Rvalue::Convert(_, of)) => {
                self.path_at(of.local()?, point, depth)
            }
            Definition::Value(Rvalue::Index(base, index)) => {
                let base = base.local()?;
                let list = self.view.ty(base).builtin();
                if !matches!(list, Some(Builtin::MutableList | Builtin::List)) {
                    return None;
                }
                let index = self.forms.number(Frame::Round, index, point);
                Some(extended(self.path_at(base, point, depth)?, Step::Element(index)))
            }
            Definition::Value(Rvalue::TupleField(base, part)) => {
                let base = base.local()?;
                if let Some(turn) = self.forms.position_of(Frame::Round, base, point) {
                    return match (*part, turn) {
                        (1, Term::Round) => self.element_of_loop(true),
                        (1, turn) => self.element_of_turn(base, turn, point),
                        _ => None,
                    };
                }
                let step = Step::Part(*part, String::new());
                Some(extended(self.path_at(base, point, depth)?, step))
            }
            Definition::Value(Rvalue::Field(base, field)) => {
                let base = base.local()?;
                let step = self.part(base, *field);
                Some(extended(self.path_at(base, point, depth)?, step))
            }
            Definition::Value(Rvalue::Payload(base, _, part)) => {
                let step = Step::Part(*part, String::new());
                Some(extended(self.path_at(base.local()?, point, depth)?, step))
            }
            Definition::Result(item, args) => {
                let summary = self.view.summaries_of(item).first()?;
                let mut parts = summary.results.iter();
                let (part, None) = (parts.next()?, parts.next()) else { return None };
                let arg = args.get(part.param as usize)?.local()?;
                if part.kind != Kind::Same || !part.to.is_here() || part.from.has_item() {
                    return None;
                }
                let path = self.path_at(arg, point, depth)?;
                Some(self.further(path, self.view.ty(arg), &part.from))
            }
            Definition::Next(iterator) => {
                let (over, made) = self.forms.iterated(Frame::Round, iterator, point)?;
                let list = self.walked_list(&over, made)?;
                let turn = self.forms.id(Term::Turn(point.block));
                Some(extended(list, Step::Element(Sum::unknown(turn))))
            }
            _ => None,
        }
    }

    /// The place of the element that each round gets.
    fn element_of_loop(&mut self, positions: bool) -> Option<Path> {
        match self.forms.walked() {
            Walk::List { local: Some(local), with_positions, .. }
                if with_positions == positions =>
            {
                let named = self.forms.iterable?.local()?;
                Some(self.at_round(Path { named, ..self.root(local) }))
            }
            // The values of a map, say: each round gets another one.
            Walk::Other if !positions => {
                let walked = self.forms.iterable?.local()?;
                Some(self.at_round(self.root(walked)))
            }
            _ => None,
        }
    }

    fn at_round(&mut self, path: Path) -> Path {
        let round = self.forms.id(Term::Round);
        extended(path, Step::Element(Sum::unknown(round)))
    }

    /// The place of the element in the pair that an inner loop over `enumerate(…)` gets.
    fn element_of_turn(&mut self, pair: Local, turn: Term, at: Point) -> Option<Path> {
        let (point, definition) = self.forms.round.definition(pair, at)?;
        let Definition::Next(iterator) = definition else { return None };
        let (over, made) = self.forms.iterated(Frame::Round, iterator, point)?;
        let (point, definition) = self.forms.round.definition(over.local()?, made)?;
        let Definition::Call(_, [list, ..]) = definition else { return None };
        let list = self.path_at(list.local()?, point, PATH_MAX)?;
        let turn = Sum::unknown(self.forms.id(turn));
        Some(extended(list, Step::Element(turn)))
    }

    fn walked_list(&mut self, over: &Operand, made: Point) -> Option<Path> {
        let local = over.local().filter(|local| self.is_list(*local))?;
        self.path_at(local, made, PATH_MAX)
    }

    /// The name around the loop that others are only further names of.
    fn root(&self, outside: Local) -> Path {
        let root = self.forms.around.first_name(outside, self.forms.at);
        Path { root, named: outside, steps: Vec::new() }
    }
}

fn extended(mut path: Path, step: Step) -> Path {
    path.steps.push(step);
    path
}
