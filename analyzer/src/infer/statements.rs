//! Statements: assignments and control flow. Each answers whether what follows it is reached.

use super::context::Context;
use crate::diagnostics::{Code, Finding, Part};
use crate::hir::{Expr, ExprId, Literal, MatchArm, Stmt, StmtId, Suite};
use crate::ty::Ty;

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
