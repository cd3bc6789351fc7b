//! Values that numbers are found in, as terms.

use super::{DEPTH_MAX, Forms, Frame, Term};
use crate::mir::{BlockId, Callee, Intrinsic, Local, OpKind, Operand, ParamUse, Point, Rvalue};
use crate::regions::graph::Definition;
use crate::regions::iterations::integers::Unknown;
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
                if !self.is_owned(frame, *of) =>
            {
                Some(Term::Part(self.value_within(frame, *of, point, depth), *part))
            }
            Definition::Value(Rvalue::Index(Operand::Local(of), index)) => {
                let list = self.unchanged_list(frame, *of, point, depth)?;
                let index = self.number_within(frame, index, point, depth);
                Some(Term::Element(list, index))
            }
            Definition::Call(Intrinsic::Len, [Operand::Local(of)]) => {
                let of = *of;
                let stays = match frame {
                    Frame::Around => self.stays_until_loop(frame, point),
                    Frame::Round => self.keeps_length(of, point),
                };
                if self.is_owned(frame, of) && !stays {
                    return None;
                }
                Some(Term::Length(self.value_within(frame, of, point, depth)))
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
                self.root_of_capture(frame, list, at).is_some_and(|of| !self.changed[of])
            }
            _ => false,
        };
        stays.then(|| self.value_within(frame, list, at, depth))
    }

    /// Whether the round's list is one from around the loop that it does nothing with but assign
    /// elements and look at it.
    fn keeps_length(&self, list: Local, at: Point) -> bool {
        let Some(capture) = self.root_of_capture(Frame::Round, list, at) else { return false };
        let mut ops = crate::regions::view::ops(self.round.id, self.round.body);
        ops.all(|(point, kind)| {
            let mut names_it = false;
            kind.each_local(&mut |local, _| {
                names_it |= self.root_of_capture(Frame::Round, local, point) == Some(capture);
            });
            !names_it || matches!(kind, OpKind::SetIndex { .. }) || looks_only(kind)
        })
    }

    pub(super) fn root_of_capture(&self, frame: Frame, list: Local, at: Point) -> Option<usize> {
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

/// Whether the op changes nothing and lets nobody else do so.
fn looks_only(op: &OpKind) -> bool {
    let captures = matches!(op, OpKind::Assign { value: Rvalue::Closure(..), .. });
    changes_nothing(op) && !captures
}

fn changes_nothing(op: &OpKind) -> bool {
    match op {
        OpKind::Assign { .. } | OpKind::CheckDistinct(_) => true,
        OpKind::Call { callee: Callee::Intrinsic(of), .. } => {
            let effect = of.effect();
            effect.params.iter().all(|of| *of == ParamUse::Read)
        }
        _ => false,
    }
}
