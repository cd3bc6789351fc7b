//! Values that numbers are found in, as terms.

use super::{DEPTH_MAX, Forms, Frame, Term};
use crate::mir::{BlockId, Callee, Intrinsic, Local, OpKind, Operand, ParamUse, Point, Rvalue};
use crate::regions::graph::Definition;
use crate::regions::iterations::integers::Unknown;
use crate::regions::paths::{Path, Step};
use crate::ty::{Builtin, Ty};

impl Forms<'_> {
    /// The term of a value that is no linear form.
    pub(in crate::regions::iterations) fn value(
        &mut self,
        frame: Frame,
        local: Local,
        at: Point,
    ) -> Unknown {
        self.value_within(frame, local, at, DEPTH_MAX)
    }

    pub(super) fn value_within(
        &mut self,
        frame: Frame,
        local: Local,
        at: Point,
        depth: u32,
    ) -> Unknown {
        if let Some(capture) = self.captured(frame, local)
            && let Operand::Local(outside) = self.captures[capture]
        {
            return self.value_within(Frame::Around, outside, self.at, depth.saturating_sub(1));
        }
        let term = self
            .defined_value(frame, local, at, depth)
            .unwrap_or_else(|| self.opaque(frame, local, at));
        self.id(term)
    }

    pub(super) fn opaque(&self, frame: Frame, local: Local, at: Point) -> Term {
        let graph = self.graph(frame);
        let single = graph.is_given(local) || graph.definition(local, at).is_some();
        Term::Value(frame, local, (!single).then(|| graph.version(local, at)))
    }

    pub(super) fn defined_value(
        &mut self,
        frame: Frame,
        local: Local,
        at: Point,
        depth: u32,
    ) -> Option<Term> {
        let depth = depth.checked_sub(1)?;
        let (point, definition) = self.graph(frame).definition(local, at)?;
        match definition {
            Definition::Value(Rvalue::Use(Operand::Local(of))) => {
                let value = self.value_within(frame, *of, point, depth);
                Some(self.term(value).clone())
            }
            Definition::Value(Rvalue::Constant(item)) => Some(Term::Constant(*item)),
            Definition::Value(Rvalue::Field(Operand::Local(of), part))
            | Definition::Value(Rvalue::TupleField(Operand::Local(of), part))
                if !self.is_owned(frame, *of)
                    || frame == Frame::Round && self.keeps_its_part(*of, &[*part], point) =>
            {
                Some(Term::Part(self.value_within(frame, *of, point, depth), *part))
            }
            Definition::Value(Rvalue::Index(Operand::Local(of), index)) => {
                let list = self.unchanged_list(frame, *of, point, depth)?;
                let index = self.number_within(frame, index, point, depth);
                Some(Term::Element(list, index))
            }
            Definition::Call(Intrinsic::Len, [Operand::Local(of)]) => {
                let stays = !self.is_owned(frame, *of) || self.keeps_its_length(frame, *of, point);
                stays.then(|| Term::Length(self.value_within(frame, *of, point, depth)))
            }
            _ => None,
        }
    }

    /// Whether what stands between here and the loop changes nothing.
    pub(in crate::regions::iterations) fn stays_until_loop(
        &self,
        frame: Frame,
        point: Point,
    ) -> bool {
        let block = |block: BlockId| &self.around.body.blocks[block.index()].ops;
        let (first, last) = (point.op as usize + 1, self.at.op as usize);
        let between = if frame != Frame::Around {
            return false;
        } else if point.block == self.at.block {
            block(point.block).get(first..last).unwrap_or_default().iter().chain(&[])
        } else if self.around.leads_only_from(point.block, self.at.block) {
            let rest = block(point.block).get(first..).unwrap_or_default();
            rest.iter().chain(block(self.at.block).get(..last).unwrap_or_default())
        } else {
            return false;
        };
        between.into_iter().all(|op| changes_nothing(&op.kind))
    }

    /// The term of a list whose elements stay what they are while the loop runs.
    pub(super) fn unchanged_list(
        &mut self,
        frame: Frame,
        list: Local,
        at: Point,
        depth: u32,
    ) -> Option<Unknown> {
        let ty = &self.graph(frame).body.local(list).ty;
        let stays = match ty {
            Ty::Builtin(Builtin::List | Builtin::Bytes | Builtin::Range, _) => true,
            Ty::Builtin(Builtin::MutableList, _) => {
                self.capture_of(frame, list, at).is_some_and(|of| !self.changes.contents(of))
            }
            _ => false,
        };
        stays.then(|| self.value_within(frame, list, at, depth))
    }

    /// Whether what is owned is as long here as anywhere while the loop runs.
    fn keeps_its_length(&self, frame: Frame, of: Local, at: Point) -> bool {
        match frame {
            Frame::Around => self.stays_until_loop(frame, at),
            Frame::Round => {
                let holder = self.capture_around(of, at);
                holder.is_some_and(|capture| !self.changes.lengths(capture))
            }
        }
    }

    /// Whether no round changes the part at the end of that way into what is owned.
    fn keeps_its_part(&self, of: Local, way: &[u32], at: Point) -> bool {
        let (mut local, mut at) = (of, at);
        let mut parts: Vec<u32> = way.iter().rev().copied().collect();
        for _ in 0..DEPTH_MAX {
            if let Some(position) = self.position(local) {
                let steps = parts.iter().rev().map(|part| Path::of(Step::Part(*part)));
                let path = steps.fold(Path::HERE, |path, step| path.then(step).0);
                return !self.changes.part(position, path);
            }
            let Some((point, definition)) = self.round.definition(local, at) else { return false };
            (local, at) = match definition {
                Definition::Value(Rvalue::Use(Operand::Local(of))) => (*of, point),
                Definition::Value(
                    Rvalue::Field(Operand::Local(of), part)
                    | Rvalue::TupleField(Operand::Local(of), part),
                ) => {
                    parts.push(*part);
                    (*of, point)
                }
                _ => return false,
            };
        }
        false
    }

    /// Which of what the changes are told by the local is.
    fn position(&self, local: Local) -> Option<usize> {
        self.captured(Frame::Round, local).or_else(|| self.is_passed(local).then(|| local.index()))
    }

    /// The term of the part at the end of a way into a local of the round, if no round changes it.
    pub(in crate::regions::iterations) fn part_of(
        &mut self,
        of: Local,
        way: &[u32],
        at: Point,
    ) -> Option<Unknown> {
        if self.is_owned(Frame::Round, of) && !self.keeps_its_part(of, way, at) {
            return None;
        }
        let value = self.value(Frame::Round, of, at);
        Some(way.iter().fold(value, |value, part| self.id(Term::Part(value, *part))))
    }

    /// The capture that a value is found in, or is.
    fn capture_around(&self, value: Local, at: Point) -> Option<usize> {
        let (mut local, mut at) = (value, at);
        for _ in 0..DEPTH_MAX {
            if let Some(capture) = self.captured(Frame::Round, local) {
                return Some(capture);
            }
            let (point, definition) = self.round.definition(local, at)?;
            (local, at) = match definition {
                Definition::Value(
                    Rvalue::Use(Operand::Local(of))
                    | Rvalue::Index(Operand::Local(of), _)
                    | Rvalue::Field(Operand::Local(of), _)
                    | Rvalue::TupleField(Operand::Local(of), _),
                ) => (*of, point),
                _ => return None,
            };
        }
        None
    }

    fn capture_of(&self, frame: Frame, list: Local, at: Point) -> Option<usize> {
        let mut local = list;
        for _ in 0..DEPTH_MAX {
            if let Some(capture) = self.captured(frame, local) {
                return Some(capture);
            }
            match self.graph(frame).definition(local, at)?.1 {
                Definition::Value(Rvalue::Use(Operand::Local(of))) => local = *of,
                _ => return None,
            }
        }
        None
    }
}

fn changes_nothing(op: &OpKind) -> bool {
    match op {
        OpKind::Assign { .. } | OpKind::CheckDistinct(_) => true,
        OpKind::Call { callee: Callee::Intrinsic(of), .. } => {
            let effect = of.effect();
            effect.params.iter().all(|of| matches!(of, ParamUse::Read | ParamUse::Identify))
        }
        _ => false,
    }
}
