//! What loops walk, and which locals they give.

use super::{DEPTH_MAX, Forms, Frame, Term, Walk};
use crate::mir::{BlockId, Const, Intrinsic, Local, Operand, Point, Rvalue, Terminator};
use crate::regions::graph::Definition;
use crate::regions::iterations::integers::Sum;
use crate::ty::Builtin;

impl Forms<'_> {
    /// What the parallel loop walks.
    pub(in crate::regions::iterations) fn walked(&mut self) -> Walk {
        match self.iterable {
            Some(iterable) => self.walk_within(Frame::Around, iterable, self.at, DEPTH_MAX),
            None => Walk::Other,
        }
    }

    /// What the inner loop with that head walks.
    pub(in crate::regions::iterations) fn turns(&mut self, head: BlockId) -> Walk {
        let block = &self.round.body.blocks[head.index()];
        let Terminator::Next { iterator, .. } = &block.end.kind else {
            return Walk::Other;
        };
        let point = Point { body: self.round.id, block: head, op: block.ops.len() as u32 };
        match self.iterated(Frame::Round, *iterator, point) {
            Some((over, at)) => self.walk_within(Frame::Round, &over, at, DEPTH_MAX),
            None => Walk::Other,
        }
    }

    /// What an iterator was made of, and where.
    pub(in crate::regions::iterations) fn iterated(
        &self,
        frame: Frame,
        iterator: Local,
        at: Point,
    ) -> Option<(Operand, Point)> {
        match self.graph(frame).definition(iterator, at)? {
            (point, Definition::Value(Rvalue::Iterate(over))) => Some((over.clone(), point)),
            _ => None,
        }
    }

    pub(super) fn walk_within(
        &mut self,
        frame: Frame,
        over: &Operand,
        at: Point,
        depth: u32,
    ) -> Walk {
        let (Some(local), Some(depth)) = (over.local(), depth.checked_sub(1)) else {
            return Walk::Other;
        };
        if let Some(capture) = self.captured(frame, local) {
            let (operand, at) = (&self.captures[capture], self.at);
            let walk = self.walk_within(Frame::Around, operand, at, depth);
            if matches!(walk, Walk::Range { .. } | Walk::Between { .. }) {
                return walk;
            }
        }
        match self.graph(frame).definition(local, at) {
            Some((point, Definition::Call(Intrinsic::Range, args))) => {
                let mut bounds =
                    args.iter().map(|arg| self.number_within(frame, arg, point, depth));
                let (first, second, third) = (bounds.next(), bounds.next(), bounds.next());
                match (first, second, third.unwrap_or(Sum::constant(1))) {
                    (Some(stop), None, _) => Walk::Range { start: Sum::constant(0), stop, step: 1 },
                    (Some(start), Some(stop), step) if step.factors.is_empty() => {
                        let step = step.constant;
                        if step == 0 { Walk::Other } else { Walk::Range { start, stop, step } }
                    }
                    (Some(start), Some(stop), _) => Walk::Between { start, stop },
                    (None, ..) => Walk::Other,
                }
            }
            Some((
                point,
                Definition::Call(
                    Intrinsic::Enumerate,
                    [list] | [list, Operand::Const(Const::Int(0))],
                ),
            )) => self.list_walk(frame, list, point, true, depth),
            Some((point, Definition::Value(Rvalue::Use(of)))) => {
                let of = of.clone();
                self.walk_within(frame, &of, point, depth)
            }
            _ => self.list_walk(frame, over, at, false, depth),
        }
    }

    pub(super) fn list_walk(
        &mut self,
        frame: Frame,
        list: &Operand,
        at: Point,
        with_positions: bool,
        depth: u32,
    ) -> Walk {
        let Some(local) = list.local() else { return Walk::Other };
        let ty = &self.graph(frame).body.local(local).ty;
        match ty.builtin() {
            Some(Builtin::List | Builtin::MutableList) => {
                let list = self.unchanged_list(frame, local, at, depth);
                Walk::List { list, local: Some(local), with_positions }
            }
            _ => Walk::Other,
        }
    }

    /// The count of the loop whose `(position, element)` a local is.
    pub(in crate::regions::iterations) fn position_of(
        &mut self,
        frame: Frame,
        pair: Local,
        at: Point,
    ) -> Option<Term> {
        if frame == Frame::Round && self.is_element(pair) {
            let walk = self.walked();
            return matches!(walk, Walk::List { with_positions: true, .. }).then_some(Term::Round);
        }
        match self.graph(frame).definition(pair, at)? {
            (_, Definition::Next(_)) if frame == Frame::Around => None,
            (point, Definition::Next(iterator)) => {
                let (over, made) = self.iterated(frame, iterator, point)?;
                let walk = self.walk_within(frame, &over, made, DEPTH_MAX);
                let positions = matches!(walk, Walk::List { with_positions: true, .. });
                positions.then_some(Term::Turn(point.block))
            }
            (point, Definition::Value(Rvalue::Use(Operand::Local(of)))) => {
                self.position_of(frame, *of, point)
            }
            _ => None,
        }
    }
}
