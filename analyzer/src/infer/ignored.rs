//! Results that nobody looks at (P004).

use super::context::Context;
use crate::diagnostics::{Code, Edit, EditKind, Finding, Fix, Part};
use crate::hir::{Expr, ExprId, SpawnScope, SpawnTask, StmtId};
use crate::ty::{Builtin, Ty};

impl Context<'_> {
    /// A statement that is an expression of this type: nobody gets its value.
    pub(super) fn ignored(&mut self, stmt: StmtId, expr: ExprId, ty: &Ty) {
        let ty = self.table.shallow(ty);
        let is_task = ty.is(Builtin::Task);
        let value = if is_task { self.table.shallow(&ty.arg(0)) } else { ty };
        let is_result = value.is(Builtin::Result);
        if !is_result && !self.is_unwatched(expr) {
            return;
        }
        let shown = self.show(&value);
        let (message, help) = match (is_task, is_result) {
            (false, _) => (
                format!("this is `{shown}`, and nobody looks at it"),
                "pass the error on with `?`, `match` on it, or say with `_ = …` that it does not \
                 matter",
            ),
            (true, true) => (
                format!("this task returns `{shown}`, and nobody looks at it"),
                "name the task and look at what it returns, or say with `_ = spawn …` that it \
                 does not matter",
            ),
            (true, false) => (
                "this scope is `supervised`, and nobody asks how this task ended".to_owned(),
                "name the task and read its `outcome()`, or say with `_ = spawn …` that it does \
                 not matter",
            ),
        };
        let site = self.site(self.at_stmt(stmt));
        let discard = Fix {
            title: "say that it does not matter: `_ = …`".to_owned(),
            safe: false,
            edits: vec![Edit { site, kind: EditKind::Before("_ = ".to_owned()) }],
        };
        self.report(Finding::new(Code::P004, site, message).help(help).fix(discard));
    }

    /// What a detached call returns is gone for good.
    pub(super) fn detached(&mut self, stmt: StmtId, task: &SpawnTask, ty: &Ty) {
        let ty = self.table.shallow(ty);
        if matches!(task, SpawnTask::Call(_)) && ty.is(Builtin::Result) {
            let shown = self.show(&ty);
            let message = format!("this task returns `{shown}`, and nobody can look at it");
            let site = self.site(self.at_stmt(stmt)).part(Part::Keyword);
            let help = "detach a function that deals with the error itself";
            self.report(Finding::new(Code::P004, site, message).help(help));
        }
    }

    /// A task without a name in a scope where failing cancels nothing.
    fn is_unwatched(&self, expr: ExprId) -> bool {
        match &self.body.exprs[expr] {
            Expr::Spawn { scope: Some(SpawnScope::Nearest(scope)), .. } => {
                self.body.scopes[*scope].supervised
            }
            _ => false,
        }
    }
}
