//! Statements: assignments and control flow. Each answers whether what follows it is reached.

use super::coerce::Place;
use super::context::Context;
use super::operators::is_silent;
use crate::diagnostics::{Code, Finding, Part};
use crate::hir::{
    BinaryOp, Expr, ExprId, Literal, LocalKind, MatchArm, Stmt, StmtId, Suite, Target,
};
use crate::items::{Signature, signature};
use crate::ty::{Builtin, Ty};

/// Whether what follows a statement is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Flow {
    /// Never.
    Leaves,
    /// A finding says that it is not clear; nothing is built on it.
    Unclear,
    /// On some path.
    Continues,
}

impl Flow {
    /// One of two ways is taken.
    pub(super) fn or(self, other: Self) -> Self {
        self.max(other)
    }
}

impl Context<'_> {
    pub(super) fn suite(&mut self, suite: &Suite) -> Flow {
        let outside = self.dead;
        let mut flow = Flow::Continues;
        for (position, stmt) in suite.iter().enumerate() {
            let before = self.dead;
            let after = self.stmt(*stmt);
            flow = flow.min(after);
            self.dead |= after == Flow::Leaves;
            if let Some(next) = suite.get(position + 1).filter(|_| self.dead && !before) {
                self.unreachable(*stmt, *next);
            }
        }
        self.dead = outside;
        flow
    }

    /// One finding for a stretch that no run reaches.
    fn unreachable(&mut self, leaves: StmtId, next: StmtId) {
        let message = "no run gets here: what stands before it always leaves".to_owned();
        let finding = Finding::new(Code::N006, self.site(self.at_stmt(next)), message)
            .related(self.site(self.at_stmt(leaves)).part(Part::Keyword), "leaves here")
            .help("delete it, or move it to where it should happen");
        self.report(finding);
    }

    fn stmt(&mut self, id: StmtId) -> Flow {
        let body = self.body;
        match &body.stmts[id] {
            Stmt::Expr(expr) => {
                let ty = self.expr(*expr, None);
                self.ignored(id, *expr, &ty);
                if self.table.shallow(&ty) == Ty::Never {
                    return Flow::Leaves;
                }
            }
            Stmt::Assign { target, ty, value } => self.assign(target, ty.as_ref(), *value),
            Stmt::Update { target, op, value } => self.update(id, target, *op, *value),
            Stmt::Break | Stmt::Continue => return Flow::Leaves,
            Stmt::Return(value) => {
                self.return_stmt(id, *value);
                return Flow::Leaves;
            }
            Stmt::Assert(condition, message) => {
                self.condition(*condition);
                if let Some(message) = message {
                    self.check(*message, &Ty::str(), "the message of an `assert` is");
                }
            }
            Stmt::Defer(call) => {
                self.expr(*call, None);
            }
            Stmt::If { condition, then, otherwise } => {
                self.condition(*condition);
                let then = self.suite(then);
                return self.suite(otherwise).or(then);
            }
            Stmt::While(condition, suite) => {
                self.condition(*condition);
                self.suite(suite);
                if self.is_true(*condition) && !self.breaks(suite) {
                    return Flow::Leaves;
                }
            }
            Stmt::For { pattern, iterable, suite, .. } => {
                let element = self.iterated(*iterable);
                self.irrefutable(*pattern, &element);
                self.suite(suite);
            }
            Stmt::ParallelFor { pattern, iterable, frame, suite } => {
                let element = self.iterated(*iterable);
                self.enter(*frame, Ty::unit(), "an iteration returns".to_owned());
                self.irrefutable(*pattern, &element);
                self.suite(suite);
                self.leave();
            }
            Stmt::Match(scrutinee, arms) => return self.match_stmt(id, *scrutinee, arms),
            Stmt::With { resource, name, when, suite } => {
                return self.with(*resource, *name, when.as_ref(), suite);
            }
            Stmt::WithTaskLocal { item, value, suite } => {
                let ty = self.item_value(*item);
                let why = format!("the tasklocal `{}` is", item.name(self.db));
                self.check(*value, &ty, &why);
                return self.suite(suite);
            }
            Stmt::Concurrent(scope) => return self.concurrent(*scope),
            Stmt::Detach(task) => {
                let ty = self.task(task);
                self.hands_over(task);
                self.detached(id, task, &ty);
            }
            Stmt::Select(arms, otherwise) => return self.select(arms, otherwise.as_ref()),
            Stmt::Blocking(suite) => return self.suite(suite),
            Stmt::NestedFn { local, frame, ret, suite } => self.nested(*local, *frame, ret, suite),
        }
        Flow::Continues
    }

    fn is_true(&self, condition: ExprId) -> bool {
        self.body.exprs[condition] == Expr::Literal(Literal::Bool(true))
    }

    /// Whether a `break` of this very loop stands in the suite.
    fn breaks(&self, suite: &Suite) -> bool {
        suite.iter().any(|stmt| match &self.body.stmts[*stmt] {
            Stmt::Break => true,
            Stmt::If { then, otherwise, .. } => self.breaks(then) || self.breaks(otherwise),
            Stmt::Match(_, arms) => arms.iter().any(|arm| self.breaks(&arm.suite)),
            Stmt::With { suite, .. } | Stmt::WithTaskLocal { suite, .. } => self.breaks(suite),
            Stmt::Blocking(suite) => self.breaks(suite),
            Stmt::Concurrent(scope) => {
                let data = &self.body.scopes[*scope];
                self.breaks(&data.suite)
                    || data.otherwise.as_ref().is_some_and(|suite| self.breaks(suite))
            }
            Stmt::Select(arms, otherwise) => {
                arms.iter().any(|arm| self.breaks(&arm.suite))
                    || otherwise.as_ref().is_some_and(|suite| self.breaks(suite))
            }
            _ => false,
        })
    }

    fn assign(&mut self, target: &Target, ty: Option<&Ty>, value: ExprId) {
        if let Target::Local(local) = target {
            self.nested.remove(local);
        }
        if let (Target::Local(local), Some(ty)) = (target, ty) {
            let known = self.local(*local);
            self.table.unify(&known, ty);
        }
        let expected = match ty {
            Some(ty) => Some(ty.clone()),
            None => self.target_type(target),
        };
        match expected {
            Some(expected) => {
                let why = match target {
                    Target::Local(local) | Target::Captured(local) => {
                        format!("`{}` holds", self.body.locals[*local].name)
                    }
                    Target::Member(_, name) => format!("the field `{name}` holds"),
                    _ => "the place assigned to holds".to_owned(),
                };
                let place = self.decided(target);
                if !self.check_as(value, &expected, &why, place) {
                    self.forget(target);
                }
            }
            None => {
                let actual = self.expr(value, None);
                self.bind_target(target, &actual, value);
            }
        }
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

    fn update(&mut self, id: StmtId, target: &Target, op: BinaryOp, value: ExprId) {
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
            self.report(Finding::new(Code::T001, self.site(self.at_stmt(id)), message));
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

    fn match_stmt(&mut self, id: StmtId, scrutinee: ExprId, arms: &[MatchArm]) -> Flow {
        let ty = self.value(scrutinee, None);
        let mut flow = Flow::Leaves;
        for arm in arms {
            self.pattern(arm.pattern, &ty);
            if let Some(guard) = arm.guard {
                self.condition(guard);
            }
            flow = flow.or(self.suite(&arm.suite));
        }
        if self.check_cases(id, &ty, arms) { flow } else { flow.or(Flow::Unclear) }
    }
}
