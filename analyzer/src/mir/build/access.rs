//! Parts of values: members, indices, slices.

use super::Builder;
use super::types::counts_from_end;
use crate::hir::{BinaryOp, ExprId};
use crate::infer::Member;
use crate::mir::{Callee, Const, Intrinsic, Local, OpKind, Operand, Rvalue};
use crate::ty::Ty;

impl Builder<'_> {
    pub(super) fn member_into(&mut self, dest: Local, expr: ExprId, receiver: ExprId) {
        match self.types.members.get(&expr) {
            Some(Member::Field(field)) => {
                let receiver = self.value(receiver);
                self.assign(dest, Rvalue::Field(receiver, *field));
            }
            Some(Member::Property(intrinsic)) => {
                let args = vec![self.value(receiver)];
                self.emit(OpKind::Call { dest, callee: Callee::Intrinsic(*intrinsic), args });
            }
            Some(Member::Method(_)) => self.fail("a method as a value is not supported yet"),
            None => self.fail("this member could not be understood"),
        }
    }

    pub(super) fn index_into(&mut self, dest: Local, base: ExprId, index: ExprId) {
        let ty = self.ty(base);
        let base = self.value(base);
        let value = match (&ty, self.literal_int(index)) {
            (Ty::Tuple(parts), Some(index)) => {
                let position = if index < 0 { index + parts.len() as i64 } else { index };
                Rvalue::TupleField(base, position.max(0) as u32)
            }
            _ => {
                let index = self.index_value(&base, &ty, index);
                Rvalue::Index(base, index)
            }
        };
        self.assign(dest, value);
    }

    pub(super) fn slice_into(
        &mut self,
        dest: Local,
        base: ExprId,
        start: Option<ExprId>,
        end: Option<ExprId>,
    ) {
        let ty = self.ty(base);
        let base = self.value(base);
        let start = start.map(|start| self.index_value(&base, &ty, start));
        let end = end.map(|end| self.index_value(&base, &ty, end));
        self.assign(dest, Rvalue::Slice(base, start, end));
    }

    /// The value of an index; a literal negative one counts from the end.
    pub(super) fn index_value(&mut self, base: &Operand, base_ty: &Ty, index: ExprId) -> Operand {
        match self.literal_int(index) {
            Some(from_end) if from_end < 0 && counts_from_end(base_ty) => {
                let dest = self.temp(Ty::int());
                let args = vec![base.clone()];
                self.emit(OpKind::Call { dest, callee: Callee::Intrinsic(Intrinsic::Len), args });
                let distance = Operand::Const(Const::Int(from_end.saturating_neg()));
                let position = Rvalue::Binary(BinaryOp::Subtract, Operand::Local(dest), distance);
                let at = self.temp(Ty::int());
                self.draft.locals[at.index()].counts_from_end = true;
                self.assign(at, position);
                Operand::Local(at)
            }
            _ => self.value(index),
        }
    }

    fn literal_int(&self, expr: ExprId) -> Option<i64> {
        match self.literal(expr) {
            Some(Const::Int(int)) => Some(int),
            _ => None,
        }
    }
}
