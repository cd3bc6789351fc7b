//! What a body returns: each `return`, and paths that end without one (T008).

use super::coerce::{Expectation, Place};
use super::context::Context;
use crate::diagnostics::{Code, Edit, EditKind, Finding, Fix, Part, Site};
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
                self.coerce_returned(value, &actual, Expectation::new(&ret, &why).at(place));
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
        let every_path = self.ends(suite, &mut ends);
        let meant = ends.iter().filter(|(_, expr)| self.may_be_returned(*expr, &ret)).count();
        let sites: Vec<Site> =
            ends.iter().map(|(stmt, _)| self.site(self.at_stmt(*stmt))).collect();
        for site in &sites {
            finding = finding.related(*site, "this value is not returned");
        }
        if every_path && meant == ends.len() && meant > 0 {
            let add = |site| Edit { site, kind: EditKind::Before("return ".to_owned()) };
            let edits = sites.into_iter().map(add).collect();
            finding = finding.fix(Fix { title: "return it".to_owned(), safe: false, edits });
        }
        self.report(finding.help(match meant {
            0 => "end each path with a `return` or a `panic(…)`",
            _ => "write `return` before the value that is meant",
        }));
    }

    /// The statements at which a suite ends, where they are values that nobody gets; whether each
    /// path through it ends so, or leaves.
    fn ends(&self, suite: &Suite, ends: &mut Vec<(StmtId, ExprId)>) -> bool {
        let Some(last) = suite.last() else { return false };
        match &self.body.stmts[*last] {
            Stmt::Return(_) => true,
            Stmt::Expr(expr) if self.is_value(*expr) => {
                ends.push((*last, *expr));
                true
            }
            Stmt::Expr(expr) => self.result.exprs.get(*expr) == Some(&Ty::Never),
            Stmt::If { then, otherwise, .. } => {
                let first = self.ends(then, ends);
                self.ends(otherwise, ends) && first
            }
            Stmt::Match(_, arms) => {
                let paths: Vec<bool> = arms.iter().map(|arm| self.ends(&arm.suite, ends)).collect();
                paths.into_iter().all(|path| path)
            }
            _ => false,
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
