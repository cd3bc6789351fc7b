//! Types of operators, indexing and slicing.

use super::Coercion;
use super::context::Context;
use super::expressions::TAKE_OUT;
use crate::diagnostics::{Code, EditKind, Finding, Fix};
use crate::hir::{BinaryOp, Expr, ExprId, Literal, UnaryOp};
use crate::items::is_ordered;
use crate::mir::Conversion;
use crate::ty::{Builtin, Ty};

impl Context<'_> {
    pub(super) fn unary(&mut self, id: ExprId, op: UnaryOp, operand: ExprId) -> Ty {
        if op == UnaryOp::Not {
            self.condition(operand);
            return Ty::bool();
        }
        let ty = self.value(operand, None);
        let fits = match op {
            UnaryOp::Negate => {
                matches!(ty.builtin(), Some(Builtin::Int | Builtin::Float | Builtin::Duration))
            }
            _ => ty.is(Builtin::Int) || (op == UnaryOp::Plus && ty.is(Builtin::Float)),
        };
        if fits || matches!(ty, Ty::Unknown | Ty::Never) {
            return ty;
        }
        if matches!(ty, Ty::Var(_)) {
            self.table.unify(&ty, &Ty::int());
            return Ty::int();
        }
        let message = format!("`{}` is not defined on `{}`", op.text(), self.show(&ty));
        let help = "it is defined on numbers";
        self.mistake(Code::T001, self.at(id), message, help);
        Ty::Unknown
    }

    pub(super) fn binary(
        &mut self,
        id: ExprId,
        op: BinaryOp,
        left: ExprId,
        right: ExprId,
        expected: Option<&Ty>,
    ) -> Ty {
        if matches!(op, BinaryOp::And | BinaryOp::Or) {
            self.condition(left);
            self.condition(right);
            return Ty::bool();
        }
        let hint = expected.filter(|_| op == BinaryOp::Add);
        let left_ty = self.value(left, hint);
        let right_ty = self.value(right, hint);
        let (left_ty, right_ty) = self.literal_as_float(left, left_ty, right, right_ty);
        let (left_ty, right_ty) = self.operand_of_other(left_ty, right_ty);
        if is_silent(&left_ty) || is_silent(&right_ty) {
            return Ty::Unknown;
        }
        match self.arithmetic(op, &left_ty, &right_ty) {
            Some(ty) => ty,
            None => {
                self.no_operator(id, op, [(left, &left_ty), (right, &right_ty)]);
                Ty::Unknown
            }
        }
    }

    /// `1` written out serves as `1.0` too.
    pub(super) fn literal_as_float(
        &mut self,
        left: ExprId,
        left_ty: Ty,
        right: ExprId,
        right_ty: Ty,
    ) -> (Ty, Ty) {
        let convert = |context: &mut Self, expr: ExprId| {
            context.add(expr, Coercion::Convert(Conversion::IntToFloat));
        };
        match (left_ty.builtin(), right_ty.builtin()) {
            (Some(Builtin::Int), Some(Builtin::Float)) if self.is_int_literal(left) => {
                convert(self, left);
                (Ty::float(), right_ty)
            }
            (Some(Builtin::Float), Some(Builtin::Int)) if self.is_int_literal(right) => {
                convert(self, right);
                (left_ty, Ty::float())
            }
            _ => (left_ty, right_ty),
        }
    }

    /// An operand of a type still open takes the other's.
    fn operand_of_other(&mut self, left: Ty, right: Ty) -> (Ty, Ty) {
        match (&left, &right) {
            (Ty::Var(_), Ty::Var(_)) => (Ty::Unknown, Ty::Unknown),
            (Ty::Var(_), _) => {
                self.table.unify(&left, &right);
                (right.clone(), right)
            }
            (_, Ty::Var(_)) => {
                self.table.unify(&left, &right);
                (left.clone(), left)
            }
            _ => (left, right),
        }
    }

    pub(super) fn arithmetic(&mut self, op: BinaryOp, left: &Ty, right: &Ty) -> Option<Ty> {
        use BinaryOp as Op;
        use Builtin::*;
        let (Some(a), Some(b)) = (left.builtin(), right.builtin()) else { return None };
        let result = match (op, a, b) {
            (Op::Add, Str, Str) => Ty::str(),
            (Op::Add, Bytes, Bytes) => left.clone(),
            (Op::Add, List, List) => {
                return self.table.unify(left, right).then(|| left.clone());
            }
            (Op::BitOr | Op::BitAnd | Op::BitXor | Op::Subtract, Set, Set)
            | (Op::BitOr, Map, Map) => {
                return self.table.unify(left, right).then(|| left.clone());
            }
            (Op::Multiply, Str | Bytes | List, Int) => left.clone(),
            (Op::Multiply, Int, Str | Bytes | List) => right.clone(),
            (Op::Divide, Int, Int) | (Op::Divide, Float, Float) => Ty::float(),
            (
                Op::Add | Op::Subtract | Op::Multiply | Op::FloorDivide | Op::Modulo | Op::Power,
                Int,
                Int,
            ) => Ty::int(),
            (
                Op::Add | Op::Subtract | Op::Multiply | Op::FloorDivide | Op::Modulo | Op::Power,
                Float,
                Float,
            ) => Ty::float(),
            (Op::BitAnd | Op::BitOr | Op::BitXor | Op::ShiftLeft | Op::ShiftRight, Int, Int) => {
                Ty::int()
            }
            (Op::Add | Op::Subtract, Duration, Duration) => left.clone(),
            (Op::Multiply | Op::FloorDivide, Duration, Int) => left.clone(),
            (Op::Multiply, Int, Duration) => right.clone(),
            (Op::Divide, Duration, Duration) => Ty::float(),
            (Op::Subtract, Instant, Instant) => Ty::simple(Duration),
            (Op::Add | Op::Subtract, Instant, Duration) => left.clone(),
            _ => return None,
        };
        Some(result)
    }

    fn no_operator(&mut self, id: ExprId, op: BinaryOp, sides: [(ExprId, &Ty); 2]) {
        let [(left, left_ty), (right, right_ty)] = sides;
        let message = format!(
            "`{}` is not defined on `{}` and `{}`",
            op.text(),
            self.show(left_ty),
            self.show(right_ty)
        );
        let finding = Finding::new(Code::T001, self.site(self.at(id)), message);
        use Builtin::*;
        let finding = match (left_ty.builtin(), right_ty.builtin()) {
            (Some(Int), Some(Float)) => finding
                .help("convert the left side: `float(…)`")
                .fix(self.conversion(left, "float")),
            (Some(Float), Some(Int)) => finding
                .help("convert the right side: `float(…)`")
                .fix(self.conversion(right, "float")),
            (Some(Str), Some(Int | Float | Bool | Duration)) if op == BinaryOp::Add => finding
                .help("convert the right side, `str(…)`, or write an f-string")
                .fix(self.conversion(right, "str")),
            (Some(Int | Float | Bool | Duration), Some(Str)) if op == BinaryOp::Add => finding
                .help("convert the left side, `str(…)`, or write an f-string")
                .fix(self.conversion(left, "str")),
            (Some(Str), _) if op == BinaryOp::Modulo => {
                finding.help("write an f-string: `f\"{count} of {total}\"`")
            }
            (Some(Option | Result), _) | (_, Some(Option | Result)) => finding.help(TAKE_OUT),
            (Some(MutableList | MutableMap | MutableSet), _) => finding.help(
                "operators make immutable values: begin with `.snapshot()`, or call a method",
            ),
            _ => finding.help(format!(
                "convert one side to a type that has `{}` with the other",
                op.text()
            )),
        };
        self.report(finding);
    }

    pub(super) fn comparison(&mut self, first: ExprId, links: &[(BinaryOp, ExprId)]) -> Ty {
        let mut left = first;
        let mut left_ty = self.value(first, None);
        for (op, right) in links {
            let hint = matches!(op, BinaryOp::Equal | BinaryOp::NotEqual).then(|| left_ty.clone());
            let right_ty = self.value(*right, hint.as_ref());
            match op {
                BinaryOp::In | BinaryOp::NotIn => {
                    self.membership(left, &left_ty, *right, &right_ty);
                }
                _ => self.comparable(*op, left, &left_ty, *right, &right_ty),
            }
            (left, left_ty) = (*right, right_ty);
        }
        Ty::bool()
    }

    fn comparable(&mut self, op: BinaryOp, left: ExprId, a: &Ty, right: ExprId, b: &Ty) {
        let (a, b) = self.literal_as_float(left, a.clone(), right, b.clone());
        if !self.table.unify(&a, &b) {
            self.incomparable(op, (left, &a), (right, &b));
        } else if !matches!(op, BinaryOp::Equal | BinaryOp::NotEqual) {
            let resolved = self.table.resolve(&a);
            if !is_ordered(self.db, &resolved) && !matches!(resolved, Ty::Var(_)) {
                let message = format!(
                    "`{}` has no order, so `{}` is not defined on it",
                    self.show(&a),
                    op.text()
                );
                let help = match &resolved {
                    Ty::Param(param) => format!("declare it `{}: ordered`", param.name),
                    _ => {
                        "compare a part of it that has one: a number, a text, a duration".to_owned()
                    }
                };
                self.mistake(Code::T001, self.at(left), message, &help);
            }
        }
    }

    fn incomparable(&mut self, op: BinaryOp, (left, a): (ExprId, &Ty), (right, b): (ExprId, &Ty)) {
        let message = format!(
            "`{}` compares values of one type, but these are `{}` and `{}`",
            op.text(),
            self.show(a),
            self.show(b)
        );
        let finding = Finding::new(Code::T001, self.site(self.at(right)), message);
        let wraps = |option: &Ty, value: &Ty| {
            option.is(Builtin::Option) && self.table.resolve(&option.arg(0)) == *value
        };
        let plain = match (wraps(a, b), wraps(b, a)) {
            (true, _) => Some(right),
            (_, true) => Some(left),
            _ => None,
        };
        self.report(match plain {
            Some(plain) => {
                let around = EditKind::Around("Some(".to_owned(), ")".to_owned());
                let wrap =
                    Fix::suggested("compare with `Some(…)`", self.site(self.at(plain)), around);
                let help =
                    "compare with `Some(…)`, or take the value out first: `match`, `.unwrap_or(…)`";
                finding.help(help).fix(wrap)
            }
            None if a.is(Builtin::Option) || b.is(Builtin::Option) => {
                finding.help("take the value out first: `match` on it, or `.unwrap_or(…)`")
            }
            None => finding.help("convert one of the two to the type of the other"),
        });
    }

    fn membership(&mut self, left: ExprId, item: &Ty, right: ExprId, container: &Ty) {
        let container = self.table.shallow(container);
        let walkable = !matches!(container.builtin(), Some(Builtin::Channel | Builtin::Receiver));
        match self.element_type(&container).filter(|_| walkable) {
            Some(element) => self.coerce(left, item, &element, "the elements on the right are"),
            None => {
                let message = format!("`in` cannot look into `{}`", self.show(&container));
                let help = "it looks into lists, maps (their keys), sets, strings and ranges";
                self.mistake(Code::T004, self.at(right), message, help);
            }
        }
    }

    pub(super) fn index(&mut self, id: ExprId, base: ExprId, index: ExprId) -> Ty {
        let ty = self.value(base, None);
        if let Ty::Tuple(parts) = &ty {
            return self.tuple_index(index, parts.as_ref());
        }
        use Builtin::*;
        match ty.builtin() {
            Some(List | MutableList) => {
                self.check(index, &Ty::int(), "an index is");
                ty.arg(0)
            }
            Some(Map | MutableMap) => {
                self.check(index, &ty.arg(0), "the map's keys are");
                ty.arg(1)
            }
            Some(Str) => {
                self.check(index, &Ty::int(), "an index is");
                Ty::str()
            }
            Some(Bytes) => {
                self.check(index, &Ty::int(), "an index is");
                Ty::int()
            }
            _ => {
                self.value(index, None);
                if !is_silent(&ty) {
                    let message = format!("`{}` cannot be indexed", self.show(&ty));
                    let help = match ty.builtin() {
                        Some(Option | Result) => TAKE_OUT,
                        _ => "lists, maps, strings, bytes and tuples can",
                    };
                    self.mistake(Code::T004, self.at(id), message, help);
                }
                Ty::Unknown
            }
        }
    }

    fn tuple_index(&mut self, index: ExprId, parts: &[Ty]) -> Ty {
        self.expr(index, Some(&Ty::int()));
        let position = match self.body.exprs[index] {
            Expr::Literal(Literal::Int(position)) if position < 0 => {
                usize::try_from(position.saturating_neg())
                    .ok()
                    .and_then(|back| parts.len().checked_sub(back))
            }
            Expr::Literal(Literal::Int(position)) => usize::try_from(position).ok(),
            _ => None,
        };
        match position.and_then(|position| parts.get(position)) {
            Some(part) => part.clone(),
            None => {
                let message = match self.body.exprs[index] {
                    Expr::Literal(Literal::Int(position)) => format!(
                        "this tuple has {}, counted from 0, so there is no part {position}",
                        crate::diagnostics::count(parts.len(), "part")
                    ),
                    _ => "a tuple is indexed by a literal, for its parts may differ in type"
                        .to_owned(),
                };
                self.mistake(
                    Code::T001,
                    self.at(index),
                    message,
                    "write `pair[0]`, or take it apart: `a, b = pair`",
                );
                Ty::Unknown
            }
        }
    }

    pub(super) fn slice(
        &mut self,
        id: ExprId,
        base: ExprId,
        start: Option<ExprId>,
        end: Option<ExprId>,
    ) -> Ty {
        let ty = self.value(base, None);
        for bound in [start, end].into_iter().flatten() {
            self.check(bound, &Ty::int(), "the bound of a slice is");
        }
        match ty.builtin() {
            Some(Builtin::List | Builtin::Str | Builtin::Bytes | Builtin::MutableList) => ty,
            _ => {
                if !is_silent(&ty) {
                    let message = format!("`{}` cannot be sliced", self.show(&ty));
                    self.mistake(Code::T004, self.at(id), message, "lists, strings and bytes can");
                }
                Ty::Unknown
            }
        }
    }
}

/// Whether a finding about this type would only follow from another.
pub(super) fn is_silent(ty: &Ty) -> bool {
    matches!(ty, Ty::Unknown | Ty::Never)
}
