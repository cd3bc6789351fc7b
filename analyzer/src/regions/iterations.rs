//! The rounds of a `parallel for`: which elements of what they capture they touch, and whether two
//! rounds can touch the same one while one of them changes it.
//!
//! **Nouns.** A [`Reach`] is how much of a captured container an access touches: all of it, or the
//! element at an index. An [`Index`] is an affine form `a*i + b` of the loop's own counter `i` with
//! constant `a` and `b`, plus loop-invariant names, which only compare with themselves.
//!
//! **Invariant.** Two accesses are apart only where that is proved; an index of any other form may
//! be every element.

mod indices;

use self::indices::{Definition, Index, Indices, loop_of, loop_point, single_definitions};
use super::compare::Findings;
use super::domain::{Access, Event, Holder, Mode, State, TouchKind};
use super::flow::{self, Observer};
use super::report::{here, quoted, task_path};
use super::view::View;
use crate::diagnostics::{Code, Finding, Part, Witness, WitnessStep};
use crate::mir::{Const, Intrinsic, Local, OpKind, Operand, Point, Rvalue};
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
