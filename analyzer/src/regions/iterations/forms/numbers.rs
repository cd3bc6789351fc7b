//! Numbers as linear forms.

use super::{DEPTH_MAX, Extreme, Forms, Frame, Term, Walk};
use crate::hir::{BinaryOp, UnaryOp};
use crate::mir::{Const, Intrinsic, Local, Operand, Point, Rvalue, mir};
use crate::regions::graph::Definition;
use crate::regions::iterations::integers::Sum;

impl Forms<'_> {
    /// An operand as a number.
    pub(in crate::regions::iterations) fn number(
        &mut self,
        frame: Frame,
        operand: &Operand,
        at: Point,
    ) -> Sum {
        self.number_within(frame, operand, at, DEPTH_MAX)
    }

    pub(super) fn number_within(
        &mut self,
        frame: Frame,
        operand: &Operand,
        at: Point,
        depth: u32,
    ) -> Sum {
        let local = match operand {
            Operand::Const(Const::Int(int)) => return Sum::constant(i128::from(*int)),
            Operand::Const(_) => return Sum::constant(0),
            Operand::Local(local) => *local,
        };
        if let Some(capture) = self.captured(frame, local) {
            let (operand, at) = (&self.captures[capture], self.at);
            return self.number_within(Frame::Around, operand, at, depth.saturating_sub(1));
        }
        let single = self.graph(frame).definition(local, at).is_some();
        if let Some(known) = self.known.get(&(frame, local)).filter(|_| single) {
            return known.clone();
        }
        let number = self
            .defined_number(frame, local, at, depth)
            .unwrap_or_else(|| Sum::unknown(self.value_within(frame, local, at, depth)));
        if single {
            self.known.insert((frame, local), number.clone());
        }
        number
    }

    pub(super) fn defined_number(
        &mut self,
        frame: Frame,
        local: Local,
        at: Point,
        depth: u32,
    ) -> Option<Sum> {
        if frame == Frame::Round && self.is_element(local) {
            let iterable = self.iterable?;
            return self.walked_number(Frame::Around, iterable, self.at, Term::Round, depth);
        }
        let depth = depth.checked_sub(1)?;
        let (point, _) = self.graph(frame).definition(local, at)?;
        self.written_within(frame, local, point, depth)
    }

    /// The number that a write gives a local of the round.
    pub(in crate::regions::iterations) fn written(
        &mut self,
        local: Local,
        at: Point,
    ) -> Option<Sum> {
        self.written_within(Frame::Round, local, at, DEPTH_MAX)
    }

    fn written_within(
        &mut self,
        frame: Frame,
        local: Local,
        point: Point,
        depth: u32,
    ) -> Option<Sum> {
        let value = match self.graph(frame).defined_at(point, local) {
            Definition::Value(value) => value,
            // What a loop around counts is one value while this one runs.
            Definition::Next(_) if frame == Frame::Around => return None,
            Definition::Next(iterator) => {
                let over = self.iterated(frame, iterator, point)?;
                let turn = Term::Turn(point.block);
                return self.walked_number(frame, &over.0, over.1, turn, depth);
            }
            Definition::Call(Intrinsic::Min, of) if self.is_int(frame, local) => {
                return self.extreme(Extreme::Least, frame, of, point, depth);
            }
            Definition::Call(Intrinsic::Max, of) if self.is_int(frame, local) => {
                return self.extreme(Extreme::Greatest, frame, of, point, depth);
            }
            _ => return None,
        };
        match value {
            Rvalue::Use(of) => Some(self.number_within(frame, of, point, depth)),
            Rvalue::Constant(item) => match mir(self.db, *item).literal()? {
                Const::Int(value) => Some(Sum::constant((*value).into())),
                _ => None,
            },
            Rvalue::Unary(UnaryOp::Negate, of) => {
                self.number_within(frame, of, point, depth).times(-1)
            }
            Rvalue::Binary(op, left, right) if self.is_int(frame, local) => {
                let left = self.number_within(frame, left, point, depth);
                let right = self.number_within(frame, right, point, depth);
                self.combined(*op, &left, &right)
            }
            Rvalue::TupleField(Operand::Local(of), 0) => {
                let turn = self.position_of(frame, *of, point)?;
                Some(Sum::unknown(self.id(turn)))
            }
            _ => None,
        }
    }

    pub(super) fn combined(&mut self, op: BinaryOp, left: &Sum, right: &Sum) -> Option<Sum> {
        match op {
            BinaryOp::Add => left.plus(1, right),
            BinaryOp::Subtract => left.plus(-1, right),
            BinaryOp::Multiply => self.product(left, right),
            BinaryOp::FloorDivide => Some(self.quotient(left, right)),
            BinaryOp::Modulo => {
                let quotient = self.quotient(left, right);
                left.plus(-1, &self.product(&quotient, right)?)
            }
            _ => None,
        }
    }

    /// The least or greatest of several numbers; none of what some list holds.
    fn extreme(
        &mut self,
        which: Extreme,
        frame: Frame,
        of: &[Operand],
        at: Point,
        depth: u32,
    ) -> Option<Sum> {
        if of.len() < 2 {
            return None;
        }
        let sums = of.iter().map(|one| self.number_within(frame, one, at, depth)).collect();
        Some(Sum::unknown(self.id(Term::Extreme(which, sums))))
    }

    pub(in crate::regions::iterations) fn quotient(&mut self, left: &Sum, right: &Sum) -> Sum {
        if *right == Sum::constant(1) {
            return left.clone();
        }
        Sum::unknown(self.id(Term::Quotient(left.clone(), right.clone())))
    }

    /// Constants are multiplied out, so that `(i + 1) * m` and `i * m + m` are one form.
    pub(in crate::regions::iterations) fn product(
        &mut self,
        left: &Sum,
        right: &Sum,
    ) -> Option<Sum> {
        let bare = |sum: &Sum| Sum { constant: 0, factors: sum.factors.clone() };
        let (a, b) = (bare(left), bare(right));
        let mut sum = a.times(right.constant)?.plus(left.constant, &b)?;
        sum.constant = left.constant.checked_mul(right.constant)?;
        if a.factors.is_empty() || b.factors.is_empty() {
            return Some(sum);
        }
        // What is fixed stands to the right: that is what two rounds have in common.
        let fixed = |sum: &Sum| sum.factors.keys().all(|id| self.is_fixed(*id));
        let (a, b) = if (fixed(&a), &a) > (fixed(&b), &b) { (b, a) } else { (a, b) };
        let product = self.id(Term::Product(a, b));
        sum.plus(1, &Sum::unknown(product))
    }

    /// The element that a loop is at in one of its turns, as a number.
    pub(super) fn walked_number(
        &mut self,
        frame: Frame,
        over: &Operand,
        at: Point,
        turn: Term,
        depth: u32,
    ) -> Option<Sum> {
        match self.walk_within(frame, over, at, depth) {
            Walk::Range { start, step, .. } => start.plus(step, &Sum::unknown(self.id(turn))),
            Walk::Between { .. } => Some(Sum::unknown(self.id(turn))),
            Walk::List { list: Some(list), with_positions: false, .. } => {
                let turn = Sum::unknown(self.id(turn));
                Some(Sum::unknown(self.id(Term::Element(list, turn))))
            }
            _ => None,
        }
    }
}
