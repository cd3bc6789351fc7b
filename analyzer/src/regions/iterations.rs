//! The rounds of a `parallel for`: which elements of what they capture they touch, and whether two
//! rounds can touch the same one while one of them changes it.
//!
//! **Nouns.** A [`Reach`] is how much of a captured container an access touches: all of it, or the
//! element at an index. An [`Index`] is an affine form `a*i + b` of the loop's own counter `i` with
//! constant `a` and `b`, plus loop-invariant names, which only compare with themselves.
//!
//! **Invariant.** Two accesses are apart only where that is proved; an index of any other form may
//! be every element.

use std::collections::{BTreeMap, BTreeSet};

use super::compare::Findings;
use super::domain::{Access, Event, Holder, Mode, State, TouchKind};
use super::flow::{self, Observer};
use super::report::{here, quoted, task_path};
use super::view::{View, ops};
use crate::diagnostics::{Code, Finding, Part, Witness, WitnessStep};
use crate::hir::{BinaryOp, UnaryOp};
use crate::mir::{BodyId, Callee, Const, Intrinsic, Local, OpKind, Operand, Point, Rvalue};
use crate::ty::Builtin;

/// R005 of the elements that an iteration's body touches.
pub(super) fn check(view: &View<'_>, findings: &mut Findings) {
    let counter = Counter::of(view);
    let mut collector =
        Collector { view, indices: Indices::new(view), at: None, accesses: Vec::new() };
    flow::observe(view, &mut collector);
    let accesses = collector.accesses;
    for access in &accesses {
        if access.mode != Mode::Change {
            continue;
        }
        let same = accesses.iter().filter(|other| other.position == access.position);
        let collision =
            same.filter_map(|other| collide(&counter, access, other).map(|rounds| (other, rounds)));
        // A collision of the access with itself says most.
        let shown = collision.min_by_key(|(other, _)| (other.at != access.at, other.at));
        if let Some((other, rounds)) = shown
            && findings.is_new(view, Code::R005, access.at.at, &access.name)
        {
            findings.add(report(view, access, other, &rounds));
        }
    }
}

/// One touch of what a capture holds.
#[derive(Debug)]
struct Touched {
    /// The capture's position.
    position: u32,
    name: String,
    mode: Mode,
    reach: Reach,
    at: Access,
}

/// How much of a container an access touches.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Reach {
    Whole,
    /// The element at this index; `None` when the index is of no form that compares.
    Element(Option<Index>),
}

/// `scale * i + offset`, plus the loop-invariant names with their factors.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Index {
    scale: i64,
    offset: i64,
    symbols: BTreeMap<Local, i64>,
}

impl Index {
    fn constant(offset: i64) -> Self {
        Self { scale: 0, offset, symbols: BTreeMap::new() }
    }

    fn add(&self, other: &Self, sign: i64) -> Option<Self> {
        let other = other.times(sign)?;
        let mut symbols = self.symbols.clone();
        for (symbol, factor) in other.symbols {
            let sum = symbols.entry(symbol).or_default();
            *sum = sum.checked_add(factor)?;
        }
        symbols.retain(|_, factor| *factor != 0);
        let scale = self.scale.checked_add(other.scale)?;
        Some(Self { scale, offset: self.offset.checked_add(other.offset)?, symbols })
    }

    fn times(&self, factor: i64) -> Option<Self> {
        let mut symbols = self.symbols.clone();
        for value in symbols.values_mut() {
            *value = value.checked_mul(factor)?;
        }
        symbols.retain(|_, factor| *factor != 0);
        let scale = self.scale.checked_mul(factor)?;
        Some(Self { scale, offset: self.offset.checked_mul(factor)?, symbols })
    }

    fn as_constant(&self) -> Option<i64> {
        (self.scale == 0 && self.symbols.is_empty()).then_some(self.offset)
    }
}

/// What the loop counts: the steps between rounds and, where known, how far the first and the last
/// are apart.
struct Counter {
    step: i64,
    extent: Option<i64>,
    first: Option<i64>,
}

impl Counter {
    fn of(view: &View<'_>) -> Self {
        let unknown = Self { step: 1, extent: None, first: None };
        let Some((body, iterable)) = loop_of(view) else { return unknown };
        let made = single_definitions(view, body);
        let Some(Definition::Call(Intrinsic::Range, args)) =
            iterable.local().and_then(|local| made.get(&local))
        else {
            return unknown;
        };
        let int = |operand: Option<&Operand>| match operand {
            Some(Operand::Const(Const::Int(value))) => Some(*value),
            _ => None,
        };
        // `range(n)` counts from 0 to its only argument.
        let (start, stop) = match args.as_slice() {
            [stop] => (Some(0), int(Some(stop))),
            _ => (int(args.first()), int(args.get(1))),
        };
        let step = int(args.get(2)).filter(|step| *step != 0).unwrap_or(1);
        let extent = match (start, stop) {
            (Some(start), Some(stop)) => stop.checked_sub(start).map(i64::abs),
            _ => None,
        };
        Self { step: step.abs(), extent, first: start }
    }

    /// Whether two different rounds can count `distance` apart.
    fn can_differ_by(&self, distance: i64) -> bool {
        distance != 0
            && distance % self.step == 0
            && self.extent.is_none_or(|extent| distance.unsigned_abs() < extent.unsigned_abs())
    }
}

/// The indices of two rounds that collide, as words; `None` when they cannot.
fn collide(counter: &Counter, one: &Touched, other: &Touched) -> Option<String> {
    let any = || Some("any two iterations".to_owned());
    let (Reach::Element(first), Reach::Element(second)) = (&one.reach, &other.reach) else {
        return any();
    };
    let (Some(first), Some(second)) = (first, second) else { return any() };
    if first.symbols != second.symbols {
        return any();
    }
    let gap = second.offset.checked_sub(first.offset)?;
    match (first.scale, second.scale) {
        (0, 0) if gap == 0 => any(),
        (0, 0) => None,
        (a, b) if a == b => {
            let distance = (gap % a == 0).then(|| gap / a)?;
            counter.can_differ_by(distance).then(|| {
                let low = counter.first.unwrap_or(0);
                let (low, high) = (low, low.saturating_add(distance.saturating_abs()));
                format!("iterations {low} and {high}")
            })
        }
        _ => any(),
    }
}

fn report(view: &View<'_>, access: &Touched, other: &Touched, rounds: &str) -> Finding {
    let name = quoted(&access.name);
    let what = match &access.reach {
        Reach::Whole => format!("{name} as a whole is changed by every iteration"),
        Reach::Element(_) if access.at == other.at => {
            format!("{rounds} change the same element of {name}")
        }
        Reach::Element(_) => format!("{rounds} touch the same element of {name}"),
    };
    let message = match other.mode {
        _ if access.at == other.at => format!("{what}, and they run at the same time"),
        Mode::Change => format!("{what}: both change it, at the same time"),
        Mode::Read => format!("{what}: one changes it while the other reads it"),
    };
    let mut finding = Finding::new(Code::R005, here(view, access.at.at), message);
    if access.at != other.at {
        let verb = if other.mode == Mode::Change { "changed" } else { "read" };
        finding = finding.related(here(view, other.at.at), format!("and {verb} here"));
    }
    if let Some((point, ..)) = loop_point(view) {
        let keyword = here(view, view.origin(point)).part(Part::Keyword);
        finding = finding.related(keyword, "iterations of this loop run at the same time");
    }
    let step = |round: &str, touched: &Touched| WitnessStep {
        task: format!("{}, {round}", task_path(view, None)),
        site: here(view, touched.at.at),
        what: format!("{} {name}", if touched.mode == Mode::Change { "changes" } else { "reads" }),
    };
    let steps = vec![step("one iteration", other), step("another iteration", access)];
    finding
        .help(format!(
            "let each iteration write its own element, `{}[i] = …`, or use `parallel_map`, which \
             gives the results in order",
            if access.name.is_empty() { "out" } else { access.name.as_str() }
        ))
        .witness(Witness { steps })
}

// --------------------------------------------------------------------------------------- accesses

struct Collector<'a, 'v> {
    view: &'a View<'v>,
    indices: Indices<'a, 'v>,
    at: Option<Point>,
    accesses: Vec<Touched>,
}

impl Observer for Collector<'_, '_> {
    fn point(&mut self, point: Point, _before: &State) {
        self.at = Some(point);
    }

    fn event(&mut self, before: &State, event: &Event) {
        let (holder, mode, at, assumed) = match event {
            Event::Touch(touch) => {
                let mode = match touch.kind {
                    TouchKind::Name => return,
                    TouchKind::Read => Mode::Read,
                    TouchKind::Change | TouchKind::Give(_) => Mode::Change,
                };
                (touch.holder, mode, touch.access, touch.assumed)
            }
            Event::Take { holder, taken, .. } => (*holder, taken.mode, taken.access, false),
            _ => return,
        };
        if assumed {
            return;
        }
        let captures: Vec<(u32, Holder)> =
            self.view.holders.entries().filter(|(at, _)| *at >= self.view.body.params).collect();
        for (position, entry) in captures {
            if before.joined(holder, entry) {
                self.note(position, holder, mode, at);
            }
        }
    }
}

impl Collector<'_, '_> {
    fn note(&mut self, position: u32, holder: Holder, mode: Mode, at: Access) {
        let reach = self.reach(Local(position), holder);
        // Reading rows on the way to an element touches that element alone.
        let name = self.view.name(Local(position));
        self.accesses.push(Touched { position, name, mode, reach, at });
    }

    /// How much of the capture the op at hand touches through the holder.
    fn reach(&self, capture: Local, holder: Holder) -> Reach {
        let held = self.view.holders.locals().find(|(_, of)| *of == holder);
        let Some((local, _)) = held else { return Reach::Whole };
        if let Some(index) = self.indices.element_of(capture, local) {
            return Reach::Element(index);
        }
        if !self.indices.is(capture, local) || !self.view.ty(capture).is(Builtin::MutableList) {
            return Reach::Whole;
        }
        let op = self.at.and_then(|point| self.view.op(point));
        match op {
            Some(OpKind::SetIndex { base, index, .. }) if *base == local => {
                Reach::Element(self.indices.index(index))
            }
            Some(OpKind::Assign { value: Rvalue::Index(base, index), .. })
                if base.local() == Some(local) =>
            {
                Reach::Element(self.indices.index(index))
            }
            _ => Reach::Whole,
        }
    }
}

/// The one op that gives a local its value.
enum Definition {
    Value(Rvalue),
    Call(Intrinsic, Vec<Operand>),
}

/// What the body's locals are, where one op alone gives them their value.
struct Indices<'a, 'v> {
    view: &'a View<'v>,
    definitions: BTreeMap<Local, Definition>,
    assigned: BTreeSet<Local>,
    /// The local that counts the rounds.
    counter: Option<Operand>,
    /// The loop walks `enumerate(…)`: the counter is the first part of its element.
    enumerated: bool,
}

impl<'a, 'v> Indices<'a, 'v> {
    fn new(view: &'a View<'v>) -> Self {
        let definitions = single_definitions(view, view.id);
        let assigned = assigned_locals(view, view.id);
        let iterable = loop_of(view);
        let walked = iterable.and_then(|(body, iterable)| {
            let local = iterable.local()?;
            let is_range = view.mir.body(body).local(local).ty.is(Builtin::Range);
            let made = single_definitions(view, body);
            let enumerated =
                matches!(made.get(&local), Some(Definition::Call(Intrinsic::Enumerate, _)));
            Some((is_range, enumerated))
        });
        let (is_range, enumerated) = walked.unwrap_or((false, false));
        let counter = (is_range || enumerated).then_some(Operand::Local(Local(0)));
        Self { view, definitions, assigned, counter, enumerated }
    }

    /// Whether `local` is the capture itself.
    fn is(&self, capture: Local, local: Local) -> bool {
        if local == capture {
            return !self.assigned.contains(&capture);
        }
        match self.definitions.get(&local) {
            Some(Definition::Value(Rvalue::Use(Operand::Local(from)))) => self.is(capture, *from),
            _ => false,
        }
    }

    /// The index at which `local` was found in the capture, if it is part of one element.
    #[allow(clippy::option_option)]
    fn element_of(&self, capture: Local, local: Local) -> Option<Option<Index>> {
        let Some(Definition::Value(value)) = self.definitions.get(&local) else { return None };
        match value {
            Rvalue::Index(Operand::Local(base), index)
                if self.is(capture, *base) && self.view.ty(*base).is(Builtin::MutableList) =>
            {
                Some(self.index(index))
            }
            Rvalue::Use(Operand::Local(base))
            | Rvalue::Index(Operand::Local(base), _)
            | Rvalue::Field(Operand::Local(base), _)
            | Rvalue::TupleField(Operand::Local(base), _)
            | Rvalue::Iterate(Operand::Local(base)) => self.element_of(capture, *base),
            _ => None,
        }
    }

    /// An operand as an index.
    fn index(&self, operand: &Operand) -> Option<Index> {
        let local = match operand {
            Operand::Const(Const::Int(value)) => return Some(Index::constant(*value)),
            Operand::Const(_) => return None,
            Operand::Local(local) => *local,
        };
        if !self.enumerated && self.counter.as_ref() == Some(operand) {
            return self.invariant(local).then(Index::counter);
        }
        if local.0 >= self.view.body.params
            && local.0 < self.view.body.params + self.view.body.captures
        {
            let symbols = BTreeMap::from([(local, 1)]);
            return self.invariant(local).then(|| Index { scale: 0, offset: 0, symbols });
        }
        match self.definitions.get(&local)? {
            Definition::Value(Rvalue::Use(from)) => self.index(from),
            Definition::Value(Rvalue::Unary(UnaryOp::Negate, of)) => self.index(of)?.times(-1),
            Definition::Value(Rvalue::Binary(op, a, b)) => {
                let (a, b) = (self.index(a)?, self.index(b)?);
                match op {
                    BinaryOp::Add => a.add(&b, 1),
                    BinaryOp::Subtract => a.add(&b, -1),
                    BinaryOp::Multiply => match (a.as_constant(), b.as_constant()) {
                        (Some(factor), _) => b.times(factor),
                        (_, Some(factor)) => a.times(factor),
                        _ => None,
                    },
                    _ => None,
                }
            }
            Definition::Value(Rvalue::TupleField(of, 0))
                if self.enumerated && self.counter.as_ref() == Some(of) =>
            {
                Some(Index::counter())
            }
            _ => None,
        }
    }

    fn invariant(&self, local: Local) -> bool {
        !self.assigned.contains(&local)
    }
}

impl Index {
    fn counter() -> Self {
        Self { scale: 1, offset: 0, symbols: BTreeMap::new() }
    }
}

/// The body that has the loop, and what it walks.
fn loop_of<'v>(view: &View<'v>) -> Option<(BodyId, &'v Operand)> {
    loop_point(view).map(|(point, iterable)| (point.body, iterable))
}

fn loop_point<'v>(view: &View<'v>) -> Option<(Point, &'v Operand)> {
    let mir = view.mir;
    (0..mir.bodies.len() as u32).map(BodyId).find_map(|body| {
        ops(body, mir.body(body)).find_map(|(point, kind)| match kind {
            OpKind::ParallelFor { body, iterable, .. } if *body == view.id => {
                Some((point, iterable))
            }
            _ => None,
        })
    })
}

fn assigned_locals(view: &View<'_>, body: BodyId) -> BTreeSet<Local> {
    writes(view, body).into_keys().collect()
}

/// How often each local is written.
fn writes(view: &View<'_>, body: BodyId) -> BTreeMap<Local, u32> {
    let mut counts = BTreeMap::new();
    let body = view.mir.body(body);
    for block in &body.blocks {
        let ops = block.ops.iter().flat_map(|op| op.kind.locals());
        for (local, access) in ops.chain(block.end.kind.locals()) {
            if access == crate::mir::Access::Write {
                *counts.entry(local).or_default() += 1;
            }
        }
    }
    counts
}

fn single_definitions(view: &View<'_>, body: BodyId) -> BTreeMap<Local, Definition> {
    let counts = writes(view, body);
    let once = |local: &Local| counts.get(local) == Some(&1);
    let mut definitions = BTreeMap::new();
    for (_, kind) in ops(body, view.mir.body(body)) {
        match kind {
            OpKind::Assign { dest, value } if once(dest) => {
                definitions.insert(*dest, Definition::Value(value.clone()));
            }
            OpKind::Call { dest, callee: Callee::Intrinsic(intrinsic), args } if once(dest) => {
                definitions.insert(*dest, Definition::Call(*intrinsic, args.clone()));
            }
            _ => {}
        }
    }
    definitions
}
