//! Expressions that choose what runs: conditions, `and`, `or`, chains of comparisons, conditional
//! expressions, `?`.

use super::Builder;
use super::types::{err, none, ok, some};
use crate::hir::{BinaryOp, Expr, ExprId, Literal, UnaryOp};
use crate::mir::{BlockId, Const, Local, Operand, Rvalue};
use crate::ty::{Builtin, Ty};

impl Builder<'_> {
    /// Goes on at one of two blocks, by a condition.
    pub(super) fn branch_on(&mut self, condition: ExprId, then: BlockId, otherwise: BlockId) {
        let plain = self.coercions(condition).is_empty();
        match &self.hir.exprs[condition] {
            Expr::Literal(Literal::Bool(true)) => self.goto(then),
            Expr::Literal(Literal::Bool(false)) => self.goto(otherwise),
            Expr::Unary(UnaryOp::Not, inner) if plain => self.branch_on(*inner, otherwise, then),
            Expr::Binary(op @ (BinaryOp::And | BinaryOp::Or), left, right) if plain => {
                let (left, right, second) = (*left, *right, self.new_block());
                match op {
                    BinaryOp::And => self.branch_on(left, second, otherwise),
                    _ => self.branch_on(left, then, second),
                }
                self.enter(second);
                self.branch_on(right, then, otherwise);
            }
            _ => {
                let value = self.value(condition);
                self.at_expr(condition, |builder| builder.branch(value, then, otherwise));
            }
        }
    }

    /// `and`, `or`: the right side runs only when the left leaves it open.
    pub(super) fn truth_into(&mut self, dest: Local, expr: ExprId) {
        let Expr::Binary(op, left, right) = &self.hir.exprs[expr] else { return };
        let (short, more, join) = (self.new_block(), self.new_block(), self.new_block());
        match op {
            BinaryOp::And => self.branch_on(*left, more, short),
            _ => self.branch_on(*left, short, more),
        }
        self.enter(more);
        self.value_into(dest, *right);
        self.goto(join);
        self.enter(short);
        let decided = Operand::Const(Const::Bool(*op == BinaryOp::Or));
        self.assign(dest, Rvalue::Use(decided));
        self.goto(join);
        self.enter(join);
    }

    /// `a < b <= c`: each operand once, and no further than the first comparison that fails.
    pub(super) fn compare_into(&mut self, dest: Local, first: ExprId, rest: &[(BinaryOp, ExprId)]) {
        let (short, join) = (self.new_block(), self.new_block());
        let mut left = self.value(first);
        for (position, (op, right)) in rest.iter().enumerate() {
            let right = self.value(*right);
            let holds = Rvalue::Binary(*op, left, right.clone());
            if position + 1 == rest.len() {
                self.assign(dest, holds);
            } else {
                let holds = self.temp_with(Ty::bool(), holds);
                let more = self.new_block();
                self.branch(holds, more, short);
                self.enter(more);
            }
            left = right;
        }
        self.goto(join);
        self.enter(short);
        self.assign(dest, Rvalue::Use(Operand::Const(Const::Bool(false))));
        self.goto(join);
        self.enter(join);
    }

    pub(super) fn conditional_into(
        &mut self,
        dest: Local,
        condition: ExprId,
        then: ExprId,
        otherwise: ExprId,
    ) {
        let (yes, no, join) = (self.new_block(), self.new_block(), self.new_block());
        self.branch_on(condition, yes, no);
        for (block, value) in [(yes, then), (no, otherwise)] {
            self.enter(block);
            self.value_into(dest, value);
            self.goto(join);
        }
        self.enter(join);
    }

    /// `e?`: the body returns early with the `Err` or `None`.
    pub(super) fn question_into(&mut self, dest: Local, inner: ExprId) {
        let ty = self.ty(inner);
        let is_option = ty.is(Builtin::Option);
        let good = if is_option { some() } else { ok() };
        let value = self.value(inner);
        let (go_on, leave) = (self.new_block(), self.new_block());
        let holds = Rvalue::IsVariant(value.clone(), good.clone());
        let holds = self.temp_with(Ty::bool(), holds);
        self.branch(holds, go_on, leave);
        self.enter(leave);
        let early = if is_option {
            Rvalue::Variant(none(), Vec::new())
        } else {
            let error = self.temp_with(ty.arg(1), Rvalue::Payload(value.clone(), err(), 0));
            Rvalue::Variant(err(), vec![error])
        };
        let early = self.temp_with(self.draft.ret.clone(), early);
        self.return_value(early);
        self.enter(go_on);
        self.assign(dest, Rvalue::Payload(value, good, 0));
    }
}
