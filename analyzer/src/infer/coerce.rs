//! Expected types meet actual ones: the coercions of the language, or T001.

use super::Coercion;
use super::context::Context;
use crate::diagnostics::{Code, EditKind, Finding, Fix, Site};
use crate::hir::{Expr, ExprId, Literal};
use crate::mir::Conversion;
use crate::ty::{Builtin, Ty};

/// The place that decided which type is expected, and what it says.
pub(super) type Place = (Site, String);

impl Context<'_> {
    /// Infers an expression that has to be `expected`; `why` is a sentence that the type ends:
    /// "the parameter `n` of `f` takes".
    pub(super) fn check(&mut self, expr: ExprId, expected: &Ty, why: &str) {
        self.check_as(expr, expected, why, None);
    }

    /// As [`Self::check`], with the place that decided what is expected. Whether it fits.
    pub(super) fn check_as(
        &mut self,
        expr: ExprId,
        expected: &Ty,
        why: &str,
        place: Option<Place>,
    ) -> bool {
        let actual = self.expr(expr, Some(expected));
        self.coerce_as(expr, &actual, expected, why, place)
    }

    pub(super) fn coerce(&mut self, expr: ExprId, actual: &Ty, expected: &Ty, why: &str) {
        self.coerce_as(expr, actual, expected, why, None);
    }

    pub(super) fn coerce_as(
        &mut self,
        expr: ExprId,
        actual: &Ty,
        expected: &Ty,
        why: &str,
        place: Option<Place>,
    ) -> bool {
        let fits = self.fits(expr, actual, expected);
        if !fits {
            self.mismatch(expr, actual, expected, why, place);
        }
        fits
    }

    /// A condition: a bool.
    pub(super) fn condition(&mut self, expr: ExprId) {
        self.check(expr, &Ty::bool(), "a condition is");
    }

    /// The value of a `return`: a `T` also where a `Result[T, E]` is declared.
    pub(super) fn coerce_returned(
        &mut self,
        expr: ExprId,
        actual: &Ty,
        expected: &Ty,
        why: &str,
        place: Option<Place>,
    ) {
        let (found, wanted) = (self.table.shallow(actual), self.table.shallow(expected));
        let is_result = wanted.is(Builtin::Result);
        let from_task = found.is(Builtin::Task);
        let found = if from_task { self.table.shallow(&found.arg(0)) } else { found };
        let is_wrapped = found.is(Builtin::Result);
        let is_open = matches!(found, Ty::Unknown | Ty::Never | Ty::Var(_));
        let wraps = is_result && !is_wrapped && !is_open;
        if wraps {
            self.coerce_as(expr, actual, &wanted.arg(0), why, place);
            self.add(expr, Coercion::WrapOk);
        } else {
            self.coerce_as(expr, actual, expected, why, place);
        }
    }

    /// The expression's type where its value is needed: a task is joined.
    pub(super) fn value(&mut self, expr: ExprId, expected: Option<&Ty>) -> Ty {
        let ty = self.expr(expr, expected);
        self.joined(expr, &ty)
    }

    /// Joins the expression if it is a task.
    pub(super) fn joined(&mut self, expr: ExprId, ty: &Ty) -> Ty {
        let ty = self.table.shallow(ty);
        if ty.is(Builtin::Task) {
            self.add(expr, Coercion::Join);
            return self.table.shallow(&ty.arg(0));
        }
        ty
    }

    pub(super) fn add(&mut self, expr: ExprId, coercion: Coercion) {
        self.result.coercions.entry(expr).or_default().push(coercion);
    }

    fn fits(&mut self, expr: ExprId, actual: &Ty, expected: &Ty) -> bool {
        let (found, wanted) = (self.table.shallow(actual), self.table.shallow(expected));
        let (found_kind, wanted_kind) = (found.builtin(), wanted.builtin());
        if found_kind == Some(Builtin::Task)
            && wanted_kind != Some(Builtin::Task)
            && !matches!(wanted, Ty::Var(_) | Ty::Unknown)
        {
            self.add(expr, Coercion::Join);
            return self.fits(expr, &found.arg(0), &wanted);
        }
        let conversion = match (found_kind, wanted_kind) {
            (Some(Builtin::List), Some(Builtin::Iterable)) => {
                return self.table.unify(&found.arg(0), &wanted.arg(0));
            }
            (Some(Builtin::Channel), Some(Builtin::Sender)) => Conversion::ToSender,
            (Some(Builtin::Channel), Some(Builtin::Receiver)) => Conversion::ToReceiver,
            (Some(Builtin::Int), Some(Builtin::Float)) if self.is_int_literal(expr) => {
                self.add(expr, Coercion::Convert(Conversion::IntToFloat));
                return true;
            }
            _ => return self.table.unify(&found, &wanted),
        };
        self.add(expr, Coercion::Convert(conversion));
        self.table.unify(&found.arg(0), &wanted.arg(0))
    }

    pub(super) fn is_int_literal(&self, expr: ExprId) -> bool {
        matches!(self.body.exprs[expr], Expr::Literal(Literal::Int(_)))
    }

    pub(super) fn mismatch(
        &mut self,
        expr: ExprId,
        actual: &Ty,
        expected: &Ty,
        why: &str,
        place: Option<Place>,
    ) {
        let (found, wanted) = (self.show(actual), self.show(expected));
        let message = format!("{why} `{wanted}`, but this is `{found}`");
        let mut finding = Finding::new(Code::T001, self.site(self.at(expr)), message);
        if let Some((site, label)) = place {
            finding = finding.related(site, label);
        }
        let numbers =
            (self.table.shallow(actual).builtin(), self.table.shallow(expected).builtin());
        match numbers {
            (Some(Builtin::Int), Some(Builtin::Float)) => {
                finding =
                    finding.help("convert it: `float(…)`").fix(self.conversion(expr, "float"));
            }
            (Some(Builtin::Float), Some(Builtin::Int)) => {
                finding = finding
                    .help("convert it, cutting off: `int(…)`")
                    .fix(self.conversion(expr, "int"));
            }
            (Some(Builtin::Option), _) => {
                finding = finding.help("take the value out: `match` on it, or `.unwrap_or(…)`");
            }
            (Some(Builtin::Result), _) => {
                finding = finding
                    .help("take the value out: `match` on it, or pass the error on with `?`");
            }
            (Some(_), Some(Builtin::Str)) => {
                finding = finding.help("convert it: `str(…)`").fix(self.conversion(expr, "str"));
            }
            (_, Some(Builtin::Option)) => finding = finding.help("wrap it: `Some(…)`"),
            _ => finding = finding.help(format!("write a value of type `{wanted}` here")),
        }
        self.report(finding);
    }

    /// A call of the type's name around the expression.
    pub(super) fn conversion(&self, expr: ExprId, to: &str) -> Fix {
        let around = EditKind::Around(format!("{to}("), ")".to_owned());
        Fix::suggested(format!("convert it with `{to}`"), self.site(self.at(expr)), around)
    }
}
