//! What a body returns: each `return`, and paths that end without one (T008).

use super::coerce::Place;
use super::context::Context;
use crate::diagnostics::{Code, EditKind, Finding, Fix, Part};
use crate::hir::{Expr, ExprId, Literal, Stmt, StmtId, Suite};
use crate::items::{ItemKind, NodeIndex};
use crate::ty::{Builtin, Ty};

impl Context<'_> {
    pub(super) fn return_stmt(&mut self, id: StmtId, value: Option<ExprId>) {
        let Some((ret, why)) =
            self.frames.last().map(|state| (state.ret.clone(), state.why.clone()))
        else {
            return;
        };
        match value {
            Some(value) => {
                let wanted = self.table.shallow(&ret);
                let hint = if wanted.is(Builtin::Result) { None } else { Some(&ret) };
                let actual = self.expr(value, hint);
                let open = matches!(wanted, Ty::Var(_));
                // `return spawn f()` joins first, whatever is known of the result.
                let is_spawn = matches!(self.body.exprs[value], Expr::Spawn { .. });
                let actual = match open && is_spawn {
                    true => self.joined(value, &actual),
                    false => actual,
                };
                let place = self.declared_return();
                self.coerce_returned(value, &actual, &ret, &why, place);
            }
            None => {
                if !self.table.unify(&ret, &Ty::unit()) {
                    let message =
                        format!("{why} `{}`, but nothing is returned here", self.show(&ret));
                    self.mistake(
                        Code::T001,
                        self.at_stmt(id),
                        message,
                        "write `return` with a value",
                    );
                }
            }
        }
    }

    /// Where the result of the item's own body is declared.
    fn declared_return(&self) -> Option<Place> {
        let is_own = self.frames.len() == 1 && self.item.kind(self.db) == ItemKind::Fn;
        let site = self.site(NodeIndex::ITEM).part(Part::Result);
        is_own.then(|| (site, "its result is declared here".to_owned()))
    }

    /// A path through `what` ends without a `return`.
    pub(super) fn missing_return(&mut self, ret: &Ty, node: NodeIndex, what: &str, suite: &Suite) {
        let ret = self.table.resolve(ret);
        if matches!(ret, Ty::Unknown | Ty::Never) || self.table.unify(&ret, &Ty::unit()) {
            return;
        }
        let shown = self.show(&ret);
        let message =
            format!("{what} must return `{shown}`, but a path through it returns nothing");
        let site = self.site(node).part(Part::Name);
        let mut finding = Finding::new(Code::T008, site, message);
        let mut ends = Vec::new();
        self.ends(suite, &mut ends);
        let is_meant = ends.iter().any(|(_, expr)| self.may_be_returned(*expr, &ret));
        for (stmt, expr) in &ends {
            let site = self.site(self.at_stmt(*stmt));
            finding = finding.related(site, "this value is not returned");
            if self.may_be_returned(*expr, &ret) {
                let add = EditKind::Before("return ".to_owned());
                finding = finding.fix(Fix::suggested("return this value", site, add));
            }
        }
        self.report(finding.help(match is_meant {
            true => "write `return` before the value that is meant",
            false => "end each path with a `return` or a `panic(…)`",
        }));
    }

    /// The statements at which a suite may end, where they are values that nobody gets.
    fn ends(&self, suite: &Suite, ends: &mut Vec<(StmtId, ExprId)>) {
        let Some(last) = suite.last() else { return };
        match &self.body.stmts[*last] {
            Stmt::Expr(expr) if self.is_value(*expr) => ends.push((*last, *expr)),
            Stmt::If { then, otherwise, .. } => {
                self.ends(then, ends);
                self.ends(otherwise, ends);
            }
            Stmt::Match(_, arms) => arms.iter().for_each(|arm| self.ends(&arm.suite, ends)),
            _ => {}
        }
    }

    fn is_value(&self, expr: ExprId) -> bool {
        let ty = self.result.exprs.get(expr).map(|ty| self.table.shallow(ty));
        let is_text = matches!(self.body.exprs[expr], Expr::Literal(Literal::Str(_)));
        !is_text
            && ty.is_some_and(|ty| !matches!(ty, Ty::Unknown | Ty::Never) && !ty.is(Builtin::Unit))
    }

    /// Whether the value is of the type that is to be returned, or of what it wraps.
    fn may_be_returned(&self, expr: ExprId, ret: &Ty) -> bool {
        let found = self.result.exprs.get(expr).map(|ty| self.table.resolve(ty));
        let wrapped = ret.is(Builtin::Result).then(|| ret.arg(0));
        found.is_some() && (found.as_ref() == Some(ret) || found == wrapped)
    }
}
