//! Expressions: a value as an operand, or put into a local that is known beforehand.
//!
//! A local that is the destination is written last, by one op on each path, so that
//! `x = f(x) if c else g(x)` reads the old `x` everywhere.

use super::Builder;
use super::types::{counts_from_end, err, is_channel, none, ok, some};
use crate::hir::{BinaryOp, Expr, ExprId, FormatPart, Literal, UnaryOp};
use crate::infer::{Coercion, Member};
use crate::items::{ItemId, ItemKind};
use crate::mir::{
    BlockId, Callee, Const, Conversion, FormatPiece, Intrinsic, Local, OpKind, Operand, Rvalue,
};
use crate::ty::{Builtin, Ty};

impl Builder<'_> {
    /// The value of an expression, its coercions applied.
    pub(super) fn value(&mut self, expr: ExprId) -> Operand {
        self.from_expr(expr, |builder| {
            let mut value = builder.plain_value(expr);
            let mut ty = builder.plain_ty(expr);
            for coercion in builder.coercions(expr).to_vec() {
                let coerced = builder.coerced_ty(&ty, coercion);
                value = builder.coerce(value, coercion, coerced.clone());
                ty = coerced;
            }
            value
        })
    }

    /// Puts the value of an expression, its coercions applied, into a local.
    pub(super) fn value_into(&mut self, dest: Local, expr: ExprId) {
        if self.coercions(expr).is_empty() && self.simple_value(expr).is_none() {
            self.from_expr(expr, |builder| builder.plain_into(dest, expr));
        } else {
            let value = self.value(expr);
            self.from_expr(expr, |builder| builder.assign(dest, Rvalue::Use(value)));
        }
    }

    /// The values of expressions, in order.
    pub(super) fn values(&mut self, exprs: &[ExprId]) -> Vec<Operand> {
        exprs.iter().map(|expr| self.value(*expr)).collect()
    }

    /// The value of an expression in a local.
    pub(super) fn value_local(&mut self, expr: ExprId) -> Local {
        let value = self.value(expr);
        self.as_local(value, self.ty(expr))
    }

    /// The value of an expression in a local that keeps it, whatever is assigned later.
    pub(super) fn stable_value(&mut self, expr: ExprId) -> Operand {
        let value = self.value(expr);
        match &self.hir.exprs[expr] {
            Expr::Local(local) if self.bindings.get(local).is_some_and(|count| *count > 1) => {
                self.temp_with(self.ty(expr), Rvalue::Use(value))
            }
            _ => value,
        }
    }

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
                self.from_expr(condition, |builder| builder.branch(value, then, otherwise));
            }
        }
    }

    /// A value that is there without an op, if the expression is one; coercions aside.
    pub(super) fn simple_value(&mut self, expr: ExprId) -> Option<Operand> {
        match &self.hir.exprs[expr] {
            Expr::Literal(literal) => Some(Operand::Const(constant(literal))),
            Expr::Unary(UnaryOp::Negate, inner) => match &self.hir.exprs[*inner] {
                Expr::Literal(literal) => negated(literal).map(Operand::Const),
                _ => None,
            },
            Expr::Local(local) => Some(self.read(*local)),
            Expr::Tuple(parts) if parts.is_empty() => Some(Operand::unit()),
            _ => None,
        }
    }

    fn from_expr<T>(&mut self, expr: ExprId, build: impl FnOnce(&mut Self) -> T) -> T {
        self.from_node(self.source_map.exprs.get(expr).copied(), build)
    }

    fn plain_value(&mut self, expr: ExprId) -> Operand {
        if let Some(simple) = self.simple_value(expr) {
            return simple;
        }
        let temp = self.temp(self.plain_ty(expr));
        self.plain_into(temp, expr);
        Operand::Local(temp)
    }

    fn coerce(&mut self, value: Operand, coercion: Coercion, ty: Ty) -> Operand {
        match (coercion, value) {
            (Coercion::Join, task) => {
                let dest = self.temp(ty);
                self.emit(OpKind::Join { dest, task });
                Operand::Local(dest)
            }
            (Coercion::WrapOk, value) => self.temp_with(ty, Rvalue::Variant(ok(), vec![value])),
            (Coercion::Convert(Conversion::IntToFloat), Operand::Const(Const::Int(int))) => {
                Operand::Const(Const::Float((int as f64).to_bits()))
            }
            (Coercion::Convert(conversion), value) => {
                self.temp_with(ty, Rvalue::Convert(conversion, value))
            }
        }
    }

    /// Puts the value of an expression, coercions aside, into a local.
    fn plain_into(&mut self, dest: Local, expr: ExprId) {
        if let Some(simple) = self.simple_value(expr) {
            return self.assign(dest, Rvalue::Use(simple));
        }
        let hir = self.hir;
        match &hir.exprs[expr] {
            Expr::Missing => self.fail("this part of the program could not be understood"),
            // Both were simple values.
            Expr::Literal(_) | Expr::Local(_) => {}
            Expr::Format(parts) => self.format_into(dest, parts),
            Expr::Item(item) => self.item_into(dest, *item, &self.plain_ty(expr)),
            Expr::Variant(variant) => self.variant_into(dest, variant, &self.plain_ty(expr)),
            Expr::Instantiate(generic, _) => self.plain_into(dest, *generic),
            Expr::Member(receiver, _) => self.member_into(dest, expr, *receiver),
            Expr::Call(..) => self.call_into(dest, expr),
            Expr::Index(base, index) => self.index_into(dest, *base, *index),
            Expr::Slice(base, start, end) => self.slice_into(dest, *base, *start, *end),
            Expr::Unary(op, operand) => {
                let operand = self.value(*operand);
                self.assign(dest, Rvalue::Unary(*op, operand));
            }
            Expr::Binary(BinaryOp::And | BinaryOp::Or, ..) => self.truth_into(dest, expr),
            Expr::Binary(op, left, right) => {
                let left = self.value(*left);
                let right = self.value(*right);
                self.assign(dest, Rvalue::Binary(*op, left, right));
            }
            Expr::Compare(first, rest) => self.compare_into(dest, *first, rest),
            Expr::Conditional { condition, then, otherwise } => {
                self.conditional_into(dest, *condition, *then, *otherwise);
            }
            Expr::List(items) => {
                let items = self.values(items);
                self.assign(dest, Rvalue::List(items));
            }
            Expr::Map(entries) => {
                let entries = entries.iter().map(|(k, v)| (self.value(*k), self.value(*v)));
                let entries = entries.collect();
                self.assign(dest, Rvalue::Map(entries));
            }
            Expr::Set(items) => {
                let items = self.values(items);
                self.assign(dest, Rvalue::Set(items));
            }
            Expr::Tuple(parts) => {
                let parts = self.values(parts);
                self.assign(dest, Rvalue::Tuple(parts));
            }
            Expr::Comprehension { clauses, element, .. } => {
                self.comprehension_into(dest, clauses, *element, &self.plain_ty(expr));
            }
            Expr::Lambda { frame, body } => {
                let closure = self.expression_body(*frame, *body, self.ty(*body)).closure();
                self.assign(dest, closure);
            }
            Expr::Question(inner) => self.question_into(dest, *inner),
            Expr::Attempt(inner) => self.attempt_into(dest, *inner),
            Expr::Spawn { scope, task } => self.spawn_into(dest, *scope, task),
            Expr::Blocking(inner) => self.blocking_into(dest, *inner),
        }
    }

    fn format_into(&mut self, dest: Local, parts: &[FormatPart]) {
        let pieces = parts.iter().map(|part| match part {
            FormatPart::Text(text) => FormatPiece::Text(text.clone()),
            FormatPart::Value { value, literal, format } => FormatPiece::Value {
                value: self.value(*value),
                literal: *literal,
                format: format.clone(),
            },
        });
        let pieces = pieces.collect();
        self.assign(dest, Rvalue::Format(pieces));
    }

    fn item_into(&mut self, dest: Local, item: ItemId, ty: &Ty) {
        let value = match item.kind(self.db) {
            ItemKind::Const => Rvalue::Constant(item),
            ItemKind::TaskLocal => Rvalue::TaskLocal(item),
            ItemKind::Fn => match self.function(item) {
                Some(callee) => Rvalue::Function(callee),
                None => return self.fail("the machine does not provide this function yet"),
            },
            ItemKind::Struct | ItemKind::MutableStruct => {
                self.constructor_value(ty, |parts| Rvalue::Struct(item, parts))
            }
            _ => return self.fail("this name is no value"),
        };
        self.assign(dest, value);
    }

    fn variant_into(&mut self, dest: Local, variant: &crate::mir::VariantRef, ty: &Ty) {
        let value = match ty {
            Ty::Fn(_) => {
                self.constructor_value(ty, |parts| Rvalue::Variant(variant.clone(), parts))
            }
            _ => Rvalue::Variant(variant.clone(), Vec::new()),
        };
        self.assign(dest, value);
    }

    fn member_into(&mut self, dest: Local, expr: ExprId, receiver: ExprId) {
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

    fn index_into(&mut self, dest: Local, base: ExprId, index: ExprId) {
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

    fn slice_into(
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
                let position =
                    Rvalue::Binary(BinaryOp::Subtract, Operand::Local(dest), distance);
                self.temp_with(Ty::int(), position)
            }
            _ => self.value(index),
        }
    }

    fn literal_int(&mut self, expr: ExprId) -> Option<i64> {
        match self.simple_value(expr) {
            Some(Operand::Const(Const::Int(int))) => Some(int),
            _ => None,
        }
    }

    /// `and`, `or`: the right side runs only when the left leaves it open.
    fn truth_into(&mut self, dest: Local, expr: ExprId) {
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
    fn compare_into(&mut self, dest: Local, first: ExprId, rest: &[(BinaryOp, ExprId)]) {
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

    fn conditional_into(
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
    fn question_into(&mut self, dest: Local, inner: ExprId) {
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

/// Whether `for` can take elements of an expression of this type without an iterator.
pub(super) fn walks_directly(ty: &Ty) -> bool {
    is_channel(ty)
}

/// A literal as a constant.
pub(super) fn constant(literal: &Literal) -> Const {
    match literal {
        Literal::Int(int) => Const::Int(*int),
        Literal::Float(bits) => Const::Float(*bits),
        Literal::Str(text) => Const::Str(text.clone()),
        Literal::Bytes(bytes) => Const::Bytes(bytes.clone()),
        Literal::Bool(value) => Const::Bool(*value),
    }
}

fn negated(literal: &Literal) -> Option<Const> {
    match literal {
        Literal::Int(int) => int.checked_neg().map(Const::Int),
        Literal::Float(bits) => Some(Const::Float((-f64::from_bits(*bits)).to_bits())),
        _ => None,
    }
}
