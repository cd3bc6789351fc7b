//! Assignments: what a name or place holds, and what it is given.

use super::coerce::{Expectation, Place};
use super::context::Context;
use super::expressions::TAKE_OUT;
use super::operators::is_silent;
use crate::diagnostics::{Code, Finding};
use crate::hir::{BinaryOp, Expr, ExprId, LocalKind, StmtId, Target};
use crate::items::{Signature, signature};
use crate::ty::{Builtin, Ty};

impl Context<'_> {
    pub(super) fn assign(&mut self, target: &Target, ty: Option<&Ty>, value: ExprId) {
        if let Target::Local(local) = target {
            self.nested.remove(local);
        }
        if let (Target::Local(local), Some(ty)) = (target, ty) {
            let known = self.local(*local);
            if !self.table.unify(&known, ty) {
                self.declared_anew(target, &known, ty, value);
                return;
            }
        }
        let expected = match ty {
            Some(ty) => Some(ty.clone()),
            None => self.target_type(target),
        };
        match expected {
            Some(expected) => {
                let actual = self.expr(value, Some(&expected));
                if !self.fits(value, &actual, &expected) {
                    let (why, place) = (self.holds(target), self.decided(target));
                    let expected = Expectation::new(&expected, &why).at(place);
                    self.mismatch(value, &actual, expected);
                    self.forget(target);
                }
            }
            None => {
                let actual = self.expr(value, None);
                self.bind_target(target, &actual, value);
            }
        }
        if let Target::Local(local) = target {
            match self.body.exprs[value] {
                Expr::Lambda { frame, .. } => self.holds_scope(*local, frame),
                _ => drop(self.holders.remove(local)),
            }
        }
    }

    /// What a target does with its type, as a sentence that the type ends.
    fn holds(&self, target: &Target) -> String {
        match target {
            Target::Local(local) | Target::Captured(local) => {
                format!("`{}` holds", self.body.locals[*local].name)
            }
            Target::Member(_, name) => format!("the field `{name}` holds"),
            _ => "the place assigned to holds".to_owned(),
        }
    }

    /// `x: T = …` where `x` holds something else already.
    fn declared_anew(&mut self, target: &Target, known: &Ty, ty: &Ty, value: ExprId) {
        self.check(value, ty, "the type written is");
        let Some((site, label)) = self.decided(target) else { return };
        let (known, ty) = (self.show(known), self.show(ty));
        let message = format!("this name holds `{known}` already, and cannot become `{ty}`");
        let finding = Finding::new(Code::T001, self.site(self.at(value)), message);
        self.report(finding.related(site, label).help("use another name"));
        self.forget(target);
    }

    /// Where the type of an assigned name was decided.
    fn decided(&self, target: &Target) -> Option<Place> {
        let (Target::Local(local) | Target::Captured(local)) = target else { return None };
        let node = self.source_map.locals.get(*local)?;
        let name = &self.body.locals[*local].name;
        let label = match self.body.locals[*local].kind {
            LocalKind::Param => format!("`{name}` is declared here"),
            _ => format!("`{name}` is first given a value here"),
        };
        Some((self.site(*node), label))
    }

    /// After a mistaken assignment, what the name holds is not known: its uses may be meant for
    /// either value.
    fn forget(&mut self, target: &Target) {
        if let Target::Local(local) = target {
            self.result.locals.insert(*local, Ty::Unknown);
        }
    }

    /// The type that a target is known to hold.
    pub(super) fn target_type(&mut self, target: &Target) -> Option<Ty> {
        match target {
            Target::Local(local) | Target::Captured(local) => {
                self.result.locals.get(*local).cloned()
            }
            Target::Index(base, index) => Some(self.element_place(*base, *index)),
            Target::Member(base, name) => Some(self.field_place(*base, name)),
            Target::Tuple(_) | Target::Discard | Target::Missing => None,
        }
    }

    fn bind_target(&mut self, target: &Target, ty: &Ty, value: ExprId) {
        match target {
            Target::Local(local) | Target::Captured(local) => {
                let known = self.local(*local);
                if !self.table.unify(&known, ty) {
                    let name = self.body.locals[*local].name.clone();
                    let message = format!(
                        "`{name}` holds `{}`, but this is `{}`",
                        self.show(&known),
                        self.show(ty)
                    );
                    self.mistake(Code::T001, self.at(value), message, "use another name");
                    self.forget(target);
                }
            }
            Target::Tuple(parts) => self.bind_tuple(parts, ty, value),
            Target::Index(..) | Target::Member(..) => {
                if let Some(known) = self.target_type(target)
                    && !self.table.unify(&known, ty)
                {
                    let message = format!(
                        "the place holds `{}`, but this is `{}`",
                        self.show(&known),
                        self.show(ty)
                    );
                    let help = "make the two sides the same type, part by part";
                    self.mistake(Code::T001, self.at(value), message, help);
                }
            }
            Target::Discard | Target::Missing => {}
        }
    }

    fn bind_tuple(&mut self, parts: &[Target], ty: &Ty, value: ExprId) {
        let ty = self.joined(value, ty);
        let types = match &ty {
            Ty::Tuple(types) if types.len() == parts.len() => types.to_vec(),
            _ => {
                if !is_silent(&ty) {
                    let message = format!(
                        "this is `{}`, but {} names are to take it apart",
                        self.show(&ty),
                        parts.len()
                    );
                    let help = "make the two sides the same type, part by part";
                    self.mistake(Code::T001, self.at(value), message, help);
                }
                vec![Ty::Unknown; parts.len()]
            }
        };
        for (part, ty) in parts.iter().zip(&types) {
            self.bind_target(part, ty, value);
        }
    }

    pub(super) fn update(&mut self, id: StmtId, target: &Target, op: BinaryOp, value: ExprId) {
        let place = match self.target_type(target) {
            Some(place) => self.table.shallow(&place),
            None => Ty::Unknown,
        };
        let actual = self.value(value, Some(&place));
        if is_silent(&place) || is_silent(&actual) {
            return;
        }
        let actual = self.literal_as_float_update(&place, value, actual);
        let result = self.arithmetic(op, &place, &actual);
        if !result.is_some_and(|result| self.table.unify(&result, &place)) {
            let message = format!(
                "`{}=` is not defined on `{}` and `{}`",
                op.text(),
                self.show(&place),
                self.show(&actual)
            );
            let finding = Finding::new(Code::T001, self.site(self.at_stmt(id)), message);
            self.report(match (place.builtin(), op) {
                (Some(Builtin::MutableList), BinaryOp::Add) => {
                    finding.help("call a method: `.extend(…)`, or `.append(…)` for one item")
                }
                (Some(Builtin::MutableSet | Builtin::MutableMap), BinaryOp::BitOr) => {
                    finding.help("call a method: `.update(…)`")
                }
                (Some(Builtin::Option | Builtin::Result), _) => finding.help(TAKE_OUT),
                _ if actual.is(Builtin::Option) => finding.help(TAKE_OUT),
                _ => finding,
            });
        }
    }

    fn literal_as_float_update(&mut self, place: &Ty, value: ExprId, actual: Ty) -> Ty {
        if place.is(Builtin::Float) && actual.is(Builtin::Int) && self.is_int_literal(value) {
            let convert = super::Coercion::Convert(crate::mir::Conversion::IntToFloat);
            self.add(value, convert);
            return Ty::float();
        }
        actual
    }

    /// `base[index] = …`
    fn element_place(&mut self, base: ExprId, index: ExprId) -> Ty {
        let ty = self.value(base, None);
        match ty.builtin() {
            Some(Builtin::MutableList) => {
                self.check(index, &Ty::int(), "an index is");
                ty.arg(0)
            }
            Some(Builtin::MutableMap) => {
                self.check(index, &ty.arg(0), "the map's keys are");
                ty.arg(1)
            }
            _ => {
                self.value(index, None);
                if !is_silent(&ty) {
                    let shown = self.show(&ty);
                    let message = format!("the elements of `{shown}` cannot be assigned");
                    let help = match ty.builtin() {
                        Some(Builtin::List) => "make a `mutable_list(…)` of it first",
                        Some(Builtin::Map) => "make a `mutable_map` first",
                        _ => "mutable lists and maps allow it",
                    };
                    self.mistake(Code::T004, self.at(base), message, help);
                }
                Ty::Unknown
            }
        }
    }

    /// `base.name = …`
    fn field_place(&mut self, base: ExprId, name: &crate::Name) -> Ty {
        let ty = self.value(base, None);
        if is_silent(&ty) {
            return Ty::Unknown;
        }
        if let Ty::Adt(item, _) = &ty
            && let Signature::Struct(of) = signature(self.db, *item)
            && !of.mutable
            && !self.is_unread(&ty)
        {
            let message =
                format!("the fields of `{}` cannot be assigned: it is immutable", self.show(&ty));
            let help =
                format!("make a changed copy, `.with({name}=…)`, or declare it `mutable struct`");
            self.mistake(Code::T004, self.at(base), message, &help);
            return Ty::Unknown;
        }
        match self.field(&ty, name) {
            Some((_, field)) => field,
            None => {
                self.unknown_member(base, &ty, name, None);
                Ty::Unknown
            }
        }
    }
}
