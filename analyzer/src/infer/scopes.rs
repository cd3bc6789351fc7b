//! Where the name of a scope may go: a scope is lent, and nothing keeps it (R007).
//!
//! What it is not: a check of types written in declarations, which [`crate::items`] has, nor of what
//! detached bodies name (D001).

use super::context::Context;
use crate::diagnostics::{Code, Finding};
use crate::hir::{Expr, ExprId, FrameId, LocalId, LocalKind, SpawnTask};
use crate::ty::{Builtin, Ty};

impl Context<'_> {
    /// A detached task outlives the scopes of who starts it, so that none is lent to it.
    pub(super) fn hands_over(&mut self, task: &SpawnTask) {
        let SpawnTask::Call(call) = task else { return };
        if let Expr::Call(_, args) = &self.body.exprs[*call] {
            for arg in args {
                self.lent.remove(&arg.value);
            }
        }
    }

    /// The name of a scope whose block stands above.
    pub(super) fn ended_scope(&mut self, id: ExprId, local: LocalId) -> Ty {
        let name = &self.body.locals[local].name;
        let message =
            format!("the scope `{name}` ended with its block, so no task can start in it");
        let mut finding = Finding::new(Code::R007, self.site(self.at(id)), message)
            .help("move this into the block, or open a `concurrent` block of its own here");
        if let Some(node) = self.source_map.locals.get(local) {
            finding = finding.related(self.site(*node), format!("`{name}` names this block"));
        }
        self.report(finding);
        Ty::Unknown
    }

    /// A name that holds a function which starts tasks in a scope from around it.
    pub(super) fn holds_scope(&mut self, holder: LocalId, frame: FrameId) {
        let captures = self.captures.get(&frame).into_iter().flatten();
        let mut scopes = captures.filter(|(of, _)| self.body.locals[*of].kind == LocalKind::Scope);
        match scopes.next().copied() {
            Some((scope, _)) => drop(self.holders.insert(holder, scope)),
            None => drop(self.holders.remove(&holder)),
        }
    }

    /// A use of such a name: the scope may have ended.
    pub(super) fn held_scope(&mut self, id: ExprId, holder: LocalId) {
        let Some(scope) = self.holders.get(&holder).filter(|scope| self.ended.contains(scope))
        else {
            return;
        };
        let (holder, name) = (&self.body.locals[holder].name, &self.body.locals[*scope].name);
        let message =
            format!("`{holder}` starts tasks in the scope `{name}`, which ended with its block");
        let mut finding = Finding::new(Code::R007, self.site(self.at(id)), message)
            .help("call it within the block, or let it take the scope as a parameter, `s: scope`");
        if let Some(node) = self.source_map.locals.get(*scope) {
            finding = finding.related(self.site(*node), format!("`{name}` names this block"));
        }
        self.report(finding);
    }

    /// Names of scopes that are put, sent, returned or printed: where they would be kept.
    pub(super) fn kept_scopes(&mut self) {
        let body = self.body;
        for (id, expr) in body.exprs.iter() {
            let Expr::Local(local) = expr else { continue };
            let ty = self.result.exprs.get(id).map(|ty| self.table.shallow(ty));
            if ty.is_some_and(|ty| ty.is(Builtin::Scope)) && !self.lent.contains(&id) {
                self.kept_scope(id, *local);
            }
        }
    }

    fn kept_scope(&mut self, id: ExprId, local: LocalId) {
        let name = &self.body.locals[local].name;
        let message = format!(
            "the scope `{name}` ends with its block, so nothing may keep it: it goes into `spawn in` \
             and to a parameter of type `scope`, and nowhere else"
        );
        let help = format!(
            "start the task here, `spawn in {name} f()`, or call a function that takes `{name}`"
        );
        self.mistake(Code::R007, self.at(id), message, &help);
    }
}
