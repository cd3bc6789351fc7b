//! Values that numbers are found in, as terms.

use super::{DEPTH_MAX, Forms, Frame, Term};
use crate::mir::{Callee, Intrinsic, Local, OpKind, Operand, ParamUse, Point, Rvalue};
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
                if self.is_owned(frame, of)
                    && frame == Frame::Around
                    && !self.stays_until_loop(point)
                {
                    return None;
                }
                Some(Term::Length(self.value_within(frame, of, point, depth)))
            }
            _ => None,
        }
    }

    /// Whether what stands between here and the loop changes nothing.
    pub(super) fn stays_until_loop(&self, point: Point) -> bool {
        let block = &self.around.body.blocks[point.block.index()];
        point.block == self.at.block
            && block.ops[point.op as usize + 1..self.at.op as usize].iter().all(|op| {
                match &op.kind {
                    OpKind::Assign { .. } => true,
                    OpKind::Call { callee: Callee::Intrinsic(of), .. } => {
                        let effect = of.effect();
                        effect.params.iter().all(|of| *of == ParamUse::Read)
                    }
                    _ => false,
                }
            })
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
