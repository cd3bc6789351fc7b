//! Expressions: a value as an operand, or put into a local that is known beforehand.
//!
//! A local that is the destination is written last, by one op on each path, so that
//! `x = f(x) if c else g(x)` reads the old `x` everywhere.

use super::Builder;
use super::types::ok;
use crate::hir::{BinaryOp, Expr, ExprId, FormatPart, Literal, UnaryOp};
use crate::infer::Coercion;
use crate::items::{ItemId, ItemKind};
use crate::mir::{Const, Conversion, FormatPiece, Local, OpKind, Operand, Rvalue, VariantRef};
use crate::ty::Ty;

impl Builder<'_> {
    /// The value of an expression, its coercions applied.
    pub(super) fn value(&mut self, expr: ExprId) -> Operand {
        self.at_expr(expr, |builder| {
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
        if self.coercions(expr).is_empty() {
            self.at_expr(expr, |builder| builder.plain_into(dest, expr));
        } else {
            let value = self.value(expr);
            self.at_expr(expr, |builder| builder.assign(dest, Rvalue::Use(value)));
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

    /// A literal, with its sign.
    pub(super) fn literal(&self, expr: ExprId) -> Option<Const> {
        match &self.hir.exprs[expr] {
            Expr::Literal(literal) => Some(constant(literal)),
            Expr::Unary(UnaryOp::Negate, inner) => match &self.hir.exprs[*inner] {
                Expr::Literal(literal) => negated(literal),
                _ => None,
            },
            Expr::Tuple(parts) if parts.is_empty() => Some(Const::Unit),
            _ => None,
        }
    }

    /// A value that is there already, if the expression is a literal or a name; coercions aside.
    fn simple_value(&mut self, expr: ExprId) -> Option<Operand> {
        match &self.hir.exprs[expr] {
            Expr::Local(local) => Some(self.read(*local)),
            _ => self.literal(expr).map(Operand::Const),
        }
    }

    pub(super) fn at_expr<T>(&mut self, expr: ExprId, build: impl FnOnce(&mut Self) -> T) -> T {
        self.at_node(self.source_map.exprs.get(expr).copied(), build)
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
            (Coercion::Gather, channel) => self.gather(channel, &ty),
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
                let closure = self.expression_body(*frame, *body).closure();
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
                None => return self.fail("this version of Weir cannot run this function yet"),
            },
            ItemKind::Struct | ItemKind::MutableStruct => {
                self.constructor_value(ty, |parts| Rvalue::Struct(item, parts))
            }
            _ => return self.fail("this name is no value"),
        };
        self.assign(dest, value);
    }

    fn variant_into(&mut self, dest: Local, variant: &VariantRef, ty: &Ty) {
        let value = match ty {
            Ty::Fn(_) => {
                self.constructor_value(ty, |parts| Rvalue::Variant(variant.clone(), parts))
            }
            _ => Rvalue::Variant(variant.clone(), Vec::new()),
        };
        self.assign(dest, value);
    }
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
