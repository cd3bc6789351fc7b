//! Collections that a loop walks and changes on the way (N009).
//!
//! Certain cases alone: the loop walks a name, and a method that takes out or moves elements is called
//! on that name in its body. Silent on purpose: what is added behind the last element, a change after
//! which the loop is left, and a name that means another collection by then.

use crate::Db;
use crate::diagnostics::{Code, EditKind, Finding, Fix, Site};
use crate::hir::{Expr, ExprId, LocalId, Lowered, Stmt, StmtId, Suite, Target, lower};
use crate::infer::{Inference, infer};
use crate::items::{ItemId, NodeIndex};
use crate::ty::{Builtin, Ty};

/// The item's loops that change what they walk.
pub fn check(db: &dyn Db, item: ItemId) -> Vec<Finding> {
    let lowered = lower(db, item);
    let walks = lowered.body.stmts.iter().filter_map(|(_, stmt)| match stmt {
        Stmt::For { iterable, moved: false, suite, .. } => Some((*iterable, suite)),
        _ => None,
    });
    let mut findings = Vec::new();
    for (iterable, suite) in walks {
        if let Some(walk) = Walk::new(lowered, infer(db, item), iterable) {
            walk.suite(suite, true, &mut findings);
        }
    }
    findings
}

/// A loop over a collection that has a name.
struct Walk<'a> {
    lowered: &'a Lowered,
    name: LocalId,
    kind: Builtin,
    iterable: ExprId,
}

impl<'a> Walk<'a> {
    fn new(lowered: &'a Lowered, types: &Inference, iterable: ExprId) -> Option<Self> {
        let Expr::Local(name) = lowered.body.exprs[iterable] else { return None };
        let kind = types.exprs.get(iterable).and_then(Ty::builtin)?;
        let changes =
            matches!(kind, Builtin::MutableList | Builtin::MutableMap | Builtin::MutableSet);
        changes.then_some(Self { lowered, name, kind, iterable })
    }

    /// The changes in a suite of the loop's body; whether the loop goes on behind it. A suite in
    /// which the name gets another value is left alone.
    fn suite(&self, suite: &Suite, goes_on: bool, findings: &mut Vec<Finding>) {
        if suite.iter().any(|stmt| self.rebinds(*stmt)) {
            return;
        }
        for (position, stmt) in suite.iter().enumerate() {
            let goes_on = goes_on && !suite[position..].iter().any(|stmt| self.leaves(*stmt));
            self.stmt(*stmt, goes_on, findings);
        }
    }

    fn stmt(&self, stmt: StmtId, goes_on: bool, findings: &mut Vec<Finding>) {
        match &self.lowered.body.stmts[stmt] {
            Stmt::Expr(expr) | Stmt::Assign { value: expr, .. } if goes_on => {
                findings.extend(self.change(*expr));
            }
            Stmt::If { then, otherwise, .. } => {
                self.suite(then, goes_on, findings);
                self.suite(otherwise, goes_on, findings);
            }
            Stmt::Match(_, arms) => {
                arms.iter().for_each(|arm| self.suite(&arm.suite, goes_on, findings));
            }
            Stmt::With { suite, .. }
            | Stmt::WithTaskLocal { suite, .. }
            | Stmt::Blocking(suite) => {
                self.suite(suite, goes_on, findings);
            }
            _ => {}
        }
    }

    fn leaves(&self, stmt: StmtId) -> bool {
        matches!(self.lowered.body.stmts[stmt], Stmt::Break | Stmt::Return(_))
    }

    fn rebinds(&self, stmt: StmtId) -> bool {
        match &self.lowered.body.stmts[stmt] {
            Stmt::Assign { target, .. } => *target == Target::Local(self.name),
            _ => false,
        }
    }

    /// A call that takes elements of the collection out or moves them.
    fn change(&self, expr: ExprId) -> Option<Finding> {
        let body = &self.lowered.body;
        let Expr::Call(callee, _) = body.exprs[expr] else { return None };
        let Expr::Member(receiver, method) = &body.exprs[callee] else { return None };
        if body.exprs[*receiver] != Expr::Local(self.name) || !moves_elements(self.kind, method) {
            return None;
        }
        let name = &body.locals[self.name].name;
        let message = format!(
            "`{method}` moves the elements of `{name}` under the loop that walks it, which then steps \
             over some"
        );
        let (copy, help) = match self.kind {
            Builtin::MutableMap => {
                (".keys()", format!("walk the keys as they are now: `{name}.keys()`"))
            }
            _ => (".snapshot()", format!("walk a copy: `{name}.snapshot()`")),
        };
        let walked = self.site(self.iterable);
        let fix = Fix::suggested("walk a copy", walked, EditKind::After(copy.to_owned()));
        let finding = Finding::new(Code::N009, self.site(expr), message).help(help).fix(fix);
        Some(finding.related(walked, format!("this loop walks `{name}`")))
    }

    fn site(&self, expr: ExprId) -> Site {
        let node = self.lowered.source_map.exprs.get(expr).copied().unwrap_or(NodeIndex::ITEM);
        Site::whole(self.lowered.body.owner, node)
    }
}

/// Whether the method moves what stands behind the loop's position.
fn moves_elements(kind: Builtin, method: &str) -> bool {
    match kind {
        Builtin::MutableList => matches!(method, "remove" | "pop" | "insert" | "sort" | "reverse"),
        Builtin::MutableMap => matches!(method, "remove" | "discard" | "pop" | "popitem"),
        _ => matches!(method, "remove" | "discard" | "pop"),
    }
}
