//! Names that get a value, and places that do.

use std::collections::BTreeSet;

use super::Step;
use crate::hir::{BinaryOp, UnaryOp};
use crate::mir::{Callee, Const, Intrinsic, Local, OpKind, Operand, Point, Rvalue};
use crate::regions::domain::{Access, Holder, Keep, Target};
use crate::regions::effects::is_function;
use crate::regions::events::{Event, TouchKind};
use crate::regions::links::{Kind, Link, Source};
use crate::regions::paths::{Path, Place, Step as Inwards};
use crate::ty::Builtin;

impl Step<'_, '_> {
    pub(super) fn assign(&mut self, dest: Local, value: &Rvalue) {
        if let Rvalue::Field(Operand::Local(base), field) = value
            && self.view.is_mutable(&Operand::Local(*base))
        {
            self.touch_slot(*base, Inwards::Part(*field), TouchKind::Read);
        } else {
            for part in value.operands() {
                if let Some((kind, deep)) = self.touch_of(value, part) {
                    self.touch_at(part, kind, deep);
                }
            }
        }
        let mut sources = self.sources(value);
        if self.is_replaced(value) {
            sources.iter_mut().for_each(|source| source.cut = true);
        }
        let shared = self.repeated(value);
        if let Some(holder) = self.view.holders.local(dest) {
            self.assign_holders(dest, holder, sources, shared);
        }
        self.track(dest, value);
    }

    /// `xs * n` holds each element of `xs` n times.
    fn repeated(&self, value: &Rvalue) -> Vec<Link> {
        let Rvalue::Binary(BinaryOp::Multiply, a, b) = value else { return Vec::new() };
        let mut lists = [a, b].into_iter().filter_map(Operand::local);
        let may_be = lists.any(|list| self.view.may_hold_twice(list));
        let item = Path::of(Inwards::Item);
        let link = Link { mine: item, theirs: item, kind: Kind::Same };
        if may_be { vec![link] } else { Vec::new() }
    }

    /// Whether something else is put where the value was read, as `take` does, before anything can see it
    /// there, fail or wait: only something new is made between.
    fn is_replaced(&self, read: &Rvalue) -> bool {
        let later = |op| self.view.op(Point { op, ..self.point });
        let mut new = BTreeSet::new();
        let mut is_other = |op: &&OpKind| {
            let made = self.makes_new(op, &new);
            new.extend(made);
            made.is_none_or(|dest| self.view.body.local(dest).name.is_some())
        };
        let next = (self.point.op + 1..).map_while(later).find(&mut is_other);
        match (read, next) {
            (
                Rvalue::Field(Operand::Local(from), part),
                Some(OpKind::SetField { base, field, .. }),
            ) => from == base && part == field,
            (
                Rvalue::Index(Operand::Local(from), at),
                Some(OpKind::SetIndex { base, index, .. }),
            ) => from == base && at == index,
            (Rvalue::Use(Operand::Local(from)), Some(next)) => {
                let loan = self.state.open_loan(*from).filter(|loan| !self.view.only_reads(*loan));
                let is_set = |loan| match next {
                    OpKind::Assign { dest, value: Rvalue::Use(value) } => {
                        dest == from && self.is_apart_from(value, loan)
                    }
                    _ => new.contains(from),
                };
                loan.is_some_and(is_set)
            }
            _ => false,
        }
    }

    /// Whether nothing of what that lock guards is in the value.
    fn is_apart_from(&self, value: &Operand, loan: Point) -> bool {
        let place = self.view.holders.of(value).map(Place::whole);
        place.is_none_or(|place| self.state.lent(place).iter().all(|(of, _)| *of != loan))
    }

    /// What the op gives a value, if that is a container made of nothing owned or of these.
    fn makes_new(&self, op: &OpKind, new: &BTreeSet<Local>) -> Option<Local> {
        use Intrinsic::{MutableListNew, MutableMapNew, MutableSetNew};
        let (dest, parts) = match op {
            OpKind::Assign { dest, value: Rvalue::List(parts) } => (dest, parts),
            OpKind::Call {
                dest,
                callee: Callee::Intrinsic(MutableListNew | MutableMapNew | MutableSetNew),
                args,
            } => (dest, args),
            _ => return None,
        };
        let is_new = |part: &Operand| {
            self.view.holders.of(part).is_none() || part.local().is_some_and(|it| new.contains(&it))
        };
        parts.iter().all(is_new).then_some(*dest)
    }

    pub(super) fn set(&mut self, base: Local, step: Inwards, value: &Operand) {
        self.touch_slot(base, step, TouchKind::Change);
        self.touch(value, TouchKind::Name);
        if let (Some(from), Some(into)) =
            (self.view.holders.of(value), self.view.holders.local(base))
        {
            let place = Place::whole(into).below(step);
            self.store_at(Place::whole(from), place, Kind::Same, step != Inwards::Item);
        }
    }

    /// One place in an owned value is looked at or replaced, and what lies there left alone.
    fn touch_slot(&mut self, base: Local, step: Inwards, kind: TouchKind) {
        match step {
            Inwards::Part(field) if self.view.is_plain_field(base, field) => {
                self.touch_below(base, step, kind);
            }
            _ => self.touch_at(&Operand::Local(base), kind, false),
        }
    }

    pub(super) fn wholes(&self, parts: &[Operand]) -> Vec<Source> {
        parts.iter().filter_map(|part| self.view.holders.of(part)).map(Source::whole).collect()
    }

    /// `dest` becomes something made of these; a loan's name then stands for what is guarded.
    pub(super) fn assign_from(&mut self, dest: Local, from: Vec<Source>) {
        let Some(holder) = self.view.holders.local(dest) else { return };
        self.assign_holders(dest, holder, from, Vec::new());
    }

    fn assign_holders(
        &mut self,
        dest: Local,
        holder: Holder,
        mut from: Vec<Source>,
        mut shared: Vec<Link>,
    ) {
        let at = self.at;
        from.retain(|source| self.view.may_own(Place { holder, path: source.to }));
        // Where nobody knows what is held twice, it may be in the part at hand.
        let unknown = |source: &&Source| {
            let place = Place { holder: source.holder, path: source.from };
            self.state.may_hold_anything_twice(place) && self.view.may_hold_twice(dest)
        };
        let loose =
            |source: &Source| Link { mine: source.to, theirs: source.to, kind: Kind::Loose };
        shared.extend(from.iter().filter(unknown).map(loose));
        let is_loan = self.state.open_loan(dest).filter(|loan| {
            let place = |from: &Source| Place { holder: from.holder, path: from.from };
            !from.iter().any(|from| self.state.loans(place(from)).contains(loan))
        });
        let Some(loan) = is_loan else {
            return self.events.push(Event::Assign { dest: holder, from, shared, at });
        };
        let twice = from.len() > 1 || !shared.is_empty();
        for given in from {
            let (access, keep) = (Access::here(at), Keep::Stored);
            let place = Place { holder: given.holder, path: given.from };
            self.needs_all(place);
            self.events.push(Event::Give { place, access, keep, cut: false });
        }
        self.events.push(Event::Replace { dest: holder, loan, twice, at });
    }

    /// What else is known of a local's value: its functions, its task, what a bool tells.
    pub(super) fn track(&mut self, dest: Local, value: &Rvalue) {
        if is_function(self.view, dest) {
            let targets = match value {
                Rvalue::Use(Operand::Local(from)) => self.state.targets(*from),
                Rvalue::Closure(body, _) => BTreeSet::from([Target::Body(*body)]),
                Rvalue::Function(Callee::Item(item)) => BTreeSet::from([Target::Item(*item)]),
                Rvalue::Function(Callee::Intrinsic(of)) => BTreeSet::from([Target::Intrinsic(*of)]),
                _ => BTreeSet::from([Target::Unknown]),
            };
            self.events.push(Event::Function { dest, targets });
        }
        self.track_tasks(dest, value);
        if self.view.ty(dest).is(Builtin::Bool) {
            let known = |from: &Operand| {
                from.local().and_then(|from| self.state.outcomes.get(&from)).copied()
            };
            let tells = match value {
                Rvalue::Use(from) => known(from),
                Rvalue::Unary(UnaryOp::Not, from) => known(from).map(|(at, when)| (at, !when)),
                Rvalue::Binary(op, from, Operand::Const(Const::Bool(than))) => {
                    known(from).and_then(|(at, when)| Some((at, (when == *than) == equals(*op)?)))
                }
                _ => None,
            };
            self.events.push(Event::Outcome { dest, tells });
        }
    }

    /// A call's result forgets what its local was; `from` is what it may be made of.
    pub(super) fn result(&mut self, dest: Local, from: Vec<Source>, shared: Vec<Link>) {
        if let Some(holder) = self.view.holders.local(dest) {
            self.assign_holders(dest, holder, from, shared);
        }
        self.track(dest, &Rvalue::Use(Operand::unit()));
    }

    /// What comes from elsewhere may hold one value in several places.
    pub(super) fn received(&mut self, dest: Local) {
        let shared = match self.view.may_hold_twice(dest) {
            true => vec![Link::LOOSE],
            false => Vec::new(),
        };
        self.result(dest, Vec::new(), shared);
    }
}

/// Whether the operator holds for what is equal; none for one that does not ask that.
fn equals(op: BinaryOp) -> Option<bool> {
    match op {
        BinaryOp::Equal => Some(true),
        BinaryOp::NotEqual => Some(false),
        _ => None,
    }
}
