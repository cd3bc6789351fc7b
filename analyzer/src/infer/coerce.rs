//! Expected types meet actual ones: the coercions of the language, or T001.

use super::Coercion;
use super::context::Context;
use crate::diagnostics::{Code, EditKind, Finding, Fix, Site};
use crate::hir::{Expr, ExprId, Literal};
use crate::mir::Conversion;
use crate::ty::{Builtin, Ty};

/// The place that decided which type is expected, and what it says.
pub(super) type Place = (Site, String);

/// A type that an expression has to have, and why.
pub(super) struct Expectation<'a> {
    ty: &'a Ty,
    /// A sentence that the type ends: "the parameter `n` of `f` takes".
    why: &'a str,
    place: Option<Place>,
}

impl<'a> Expectation<'a> {
    /// A type, and a sentence that it ends.
    pub(super) fn new(ty: &'a Ty, why: &'a str) -> Self {
        Self { ty, why, place: None }
    }

    /// With the place that decided it, if one is known.
    #[must_use]
    pub(super) fn at(self, place: Option<Place>) -> Self {
        Self { place, ..self }
    }
}

impl Context<'_> {
    /// Infers an expression that has to be `expected`; `why` is a sentence that the type ends.
    pub(super) fn check(&mut self, expr: ExprId, expected: &Ty, why: &str) {
        self.check_as(expr, Expectation::new(expected, why));
    }

    /// Infers an expression that has to meet an expectation. Whether it does.
    pub(super) fn check_as(&mut self, expr: ExprId, expected: Expectation<'_>) -> bool {
        let actual = self.expr(expr, Some(expected.ty));
        self.coerce_as(expr, &actual, expected)
    }

    pub(super) fn coerce(&mut self, expr: ExprId, actual: &Ty, expected: &Ty, why: &str) {
        self.coerce_as(expr, actual, Expectation::new(expected, why));
    }

    pub(super) fn coerce_as(
        &mut self,
        expr: ExprId,
        actual: &Ty,
        expected: Expectation<'_>,
    ) -> bool {
        let fits = self.fits(expr, actual, expected.ty);
        if !fits {
            self.mismatch(expr, actual, expected);
        }
        fits
    }

    /// A condition: a bool.
    pub(super) fn condition(&mut self, expr: ExprId) {
        let actual = self.expr(expr, Some(&Ty::bool()));
        if !self.fits(expr, &actual, &Ty::bool()) {
            let message = format!("a condition is `bool`, but this is `{}`", self.show(&actual));
            let ty = self.table.shallow(&actual);
            self.mistake(Code::T001, self.at(expr), message, truth(&ty));
        }
    }

    /// The value of a `return`: a `T` also where a `Result[T, E]` is declared.
    pub(super) fn coerce_returned(&mut self, expr: ExprId, actual: &Ty, expected: Expectation<'_>) {
        let (found, wanted) = (self.table.shallow(actual), self.table.shallow(expected.ty));
        let is_result = wanted.is(Builtin::Result);
        let from_task = found.is(Builtin::Task);
        let found = if from_task { self.table.shallow(&found.arg(0)) } else { found };
        let is_wrapped = found.is(Builtin::Result);
        let is_open = matches!(found, Ty::Unknown | Ty::Never | Ty::Var(_));
        let wraps = is_result && !is_wrapped && !is_open;
        if wraps {
            let value = wanted.arg(0);
            self.coerce_as(expr, actual, Expectation { ty: &value, ..expected });
            self.add(expr, Coercion::WrapOk);
        } else {
            self.coerce_as(expr, actual, expected);
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

    /// Whether the expression can be of the type, be it by a coercion.
    pub(super) fn fits(&mut self, expr: ExprId, actual: &Ty, expected: &Ty) -> bool {
        let (found, wanted) = (self.table.head(actual), self.table.head(expected));
        if found == wanted && found.is_simple() {
            return true;
        }
        let (found, wanted) = (found.clone(), wanted.clone());
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

    pub(super) fn mismatch(&mut self, expr: ExprId, actual: &Ty, expected: Expectation<'_>) {
        if self.captures_too_much(expr, actual, &expected) {
            return;
        }
        let Expectation { ty: expected, why, place } = expected;
        let (found, wanted) = (self.show(actual), self.show(expected));
        let message = format!("{why} `{wanted}`, but this is `{found}`");
        let mut finding = Finding::new(Code::T001, self.site(self.at(expr)), message);
        let is_declared = place.is_some();
        if let Some((site, label)) = place {
            finding = finding.related(site, label);
        }
        let (help, conversion) = match self.way_to(expected, actual) {
            Some((help, conversion)) => (help.to_owned(), conversion),
            None if is_declared && *expected == Ty::unit() => {
                (format!("say that there is a result, `-> {found}`, or leave the value out"), None)
            }
            None if self.is_fn(actual, true) && self.is_fn(expected, false) => {
                let help = format!(
                    "a `mutable fn` may change what it captured: say so where the place is declared, \
                     `{found}`, or use a function that captures nothing that changes"
                );
                (help, None)
            }
            None => (format!("write a value of type `{wanted}` here"), None),
        };
        finding = finding.help(help);
        if let Some(to) = conversion {
            finding = finding.fix(self.conversion(expr, to));
        }
        self.report(finding);
    }

    /// How to come from a value of the one type to one of the other, and by which function, if one does it.
    fn way_to(&self, to: &Ty, from: &Ty) -> Option<(&'static str, Option<&'static str>)> {
        use Builtin::*;
        let builtin = |ty: &Ty| self.table.shallow(ty).builtin();
        let help = match (builtin(from), builtin(to)) {
            (Some(Int), Some(Float)) => return Some(("convert it: `float(…)`", Some("float"))),
            (Some(Float), Some(Int)) => {
                return Some(("convert it, cutting off: `int(…)`", Some("int")));
            }
            (Some(Option), _) => "take the value out: `match` on it, or `.unwrap_or(…)`",
            (Some(Result), _) => "take the value out: `match` on it, or pass the error on with `?`",
            (Some(Str), Some(Bytes)) => "turn it into bytes: `.encode()`",
            (Some(Bytes), Some(Str)) => "take it for text: `.decode()`",
            (Some(_), Some(Str)) => return Some(("convert it: `str(…)`", Some("str"))),
            (_, Some(Option)) => "wrap it: `Some(…)`",
            (Some(Int | Float), Some(Duration)) => "name the unit: `.seconds`, `.milliseconds`",
            (Some(List), Some(MutableList)) => "make one that can change: `mutable_list(…)`",
            (Some(Map), Some(MutableMap)) => "make one that can change: `mutable_map(…)`",
            (Some(Set), Some(MutableSet)) => "make one that can change: `mutable_set(…)`",
            (Some(MutableList), Some(List))
            | (Some(MutableMap), Some(Map))
            | (Some(MutableSet), Some(Set)) => {
                "take what it holds now, `.snapshot()`, or let it change no more, `.freeze()`"
            }
            _ => return None,
        };
        Some((help, None))
    }

    fn is_fn(&self, ty: &Ty, mutable: bool) -> bool {
        matches!(self.table.shallow(ty), Ty::Fn(of) if of.mutable == mutable)
    }

    /// A function that captures what can change, where one is needed that any task may call. Whether it
    /// is that, and was reported.
    fn captures_too_much(&mut self, expr: ExprId, actual: &Ty, expected: &Expectation<'_>) -> bool {
        let (found, wanted) = (self.table.shallow(actual), self.table.shallow(expected.ty));
        let (Ty::Fn(found), Ty::Fn(wanted)) = (found, wanted) else { return false };
        let frame = match &self.body.exprs[expr] {
            Expr::Lambda { frame, .. } => Some(*frame),
            Expr::Local(local) => self.nested.get(local).copied(),
            _ => None,
        };
        let captured = frame.and_then(|frame| self.owned_capture(frame));
        let Some((local, used)) = captured else { return false };
        if !found.mutable || wanted.mutable || found.params.len() != wanted.params.len() {
            return false;
        }
        let name = self.body.locals[local].name.clone();
        let message = format!(
            "{} a function that several tasks may call at once, but this one uses `{name}`, which can change \
             meanwhile",
            expected.why
        );
        let mut finding = Finding::new(Code::T001, self.site(self.at(expr)), message).related(
            self.site(self.at(used)),
            format!("`{name}` is used here, inside the function"),
        );
        if let Some((site, label)) = expected.place.clone() {
            finding = finding.related(site, label);
        }
        self.report(finding.help(format!(
            "let the function give back what it finds, and change `{name}` afterwards; what the calls share \
             goes into an `atom` or a `mutex`, and what they only look at can be a `snapshot()`"
        )));
        true
    }

    /// A call of the type's name around the expression.
    pub(super) fn conversion(&self, expr: ExprId, to: &str) -> Fix {
        let around = EditKind::Around(format!("{to}("), ")".to_owned());
        Fix::suggested(format!("convert it with `{to}`"), self.site(self.at(expr)), around)
    }
}

/// How to ask what people mean by a value of the type as a condition.
fn truth(ty: &Ty) -> &'static str {
    use Builtin::*;
    match ty.builtin() {
        Some(List | Map | Set | MutableList | MutableMap | MutableSet | Bytes | Range) => {
            "ask whether there is something in it: `len(…) > 0`"
        }
        Some(Str) => "ask whether there is some text: `… != \"\"`",
        Some(Int | Float) => "compare it: `… != 0`",
        Some(Option) => "ask `.is_some()`, or `match` on it",
        Some(Result) => "ask `.is_ok()`, or `match` on it",
        _ => "write something that is true or false",
    }
}
