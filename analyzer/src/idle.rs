//! Statements that compute a value and drop it (N007).
//!
//! What it is not: P004, which is about values that say how something went. Silent on purpose: text
//! that stands alone, which some read as a comment; `()`; and what may be there to fail, as an index,
//! a division, an `unwrap()`.
//!
//! **Invariant.** A statement is flagged only if nothing could tell a run with it from one without
//! it: what is not understood counts as having an effect.

mod effects;

use crate::Db;
use crate::diagnostics::{Code, EditKind, Finding, Fix, Site};
use crate::hir::{BinaryOp, Body, Expr, ExprId, Literal, LocalKind, Lowered, Stmt, StmtId, lower};
use crate::infer::{Inference, infer};
use crate::items::{ItemId, ItemKind, NodeIndex};
use crate::ty::{Builtin, Ty};

use effects::Effects;

/// The item's statements that only compute.
pub fn check(db: &dyn Db, item: ItemId) -> Vec<Finding> {
    let (lowered, types) = (lower(db, item), infer(db, item));
    let dropped = lowered.body.stmts.iter().filter_map(|(stmt, of)| match of {
        Stmt::Expr(expr) => Some((stmt, *expr)),
        _ => None,
    });
    let dropped = dropped.filter(|(_, expr)| may_be_missed(&lowered.body, types, *expr));
    let idle = dropped.filter(|(_, expr)| Effects::new(db, &lowered.body, types).are_none(*expr));
    let told = Told { db, lowered, types };
    idle.filter(|(stmt, _)| !told.has_finding(*stmt))
        .map(|(stmt, expr)| told.finding(stmt, expr))
        .collect()
}

/// Whether the statement has a value that somebody could have wanted.
fn may_be_missed(body: &Body, types: &Inference, expr: ExprId) -> bool {
    if matches!(body.exprs[expr], Expr::Literal(Literal::Str(_))) {
        return false;
    }
    match types.exprs.get(expr) {
        None | Some(Ty::Unknown | Ty::Never) => false,
        Some(ty) => !ty.is(Builtin::Unit) && !ty.is(Builtin::Result),
    }
}

/// What is said of a statement.
struct Told<'db> {
    db: &'db dyn Db,
    lowered: &'db Lowered,
    types: &'db Inference,
}

impl Told<'_> {
    /// Whether another finding stands in the statement or is about it: that a function forgets its
    /// `return`, say.
    fn has_finding(&self, stmt: StmtId) -> bool {
        let mut starts: Vec<NodeIndex> = self.lowered.source_map.stmts.values().copied().collect();
        starts.sort_unstable();
        let statement = |node: NodeIndex| starts.partition_point(|start| *start <= node);
        let own = self.lowered.source_map.stmts.get(stmt).map(|node| statement(*node));
        let found = self.types.findings.iter().chain(&self.lowered.findings);
        let mut places =
            found.flat_map(|found| found.related.iter().map(|(site, _)| site).chain([&found.site]));
        places.any(|site| site.item == self.lowered.body.owner && Some(statement(site.node)) == own)
    }

    fn finding(&self, stmt: StmtId, expr: ExprId) -> Finding {
        let node = self.lowered.source_map.stmts.get(stmt).copied().unwrap_or(NodeIndex::ITEM);
        let site = Site::whole(self.lowered.body.owner, node);
        let said =
            |message: String, help: String| Finding::new(Code::N007, site, message).help(help);
        let of = &self.lowered.body.exprs[expr];
        match of {
            Expr::Compare(left, links) => {
                let (message, help) = self.comparison(*left, links.first().map(|link| link.0));
                said(message, help)
            }
            Expr::Call(callee, _) => self.call(expr, *callee, site),
            _ => match self.named(expr) {
                Some(name) if self.is_function(expr) => {
                    let finding = said(
                        format!("`{name}` is named here, but not called"),
                        format!("write `{name}(…)`, or leave it out"),
                    );
                    let call = Fix::suggested("call it", site, EditKind::After("()".to_owned()));
                    if self.takes_nothing(expr) { finding.fix(call) } else { finding }
                }
                Some(name) if self.is_task(expr) => said(
                    format!("the task `{name}` is named here, and nothing is done with it"),
                    format!("`{name}.join()` waits for it"),
                ),
                Some(name) => said(
                    format!("`{name}` is named here, and nothing is done with it"),
                    "use it where it was meant, or leave it out".to_owned(),
                ),
                None => said(
                    "this computes a value, and nobody looks at it".to_owned(),
                    "give it a name, pass it on, or leave it out".to_owned(),
                ),
            },
        }
    }

    fn comparison(&self, left: ExprId, op: Option<BinaryOp>) -> (String, String) {
        let message = "this compares, and nobody looks at the answer".to_owned();
        let place = matches!(
            self.lowered.body.exprs[left],
            Expr::Local(_) | Expr::Index(..) | Expr::Member(..)
        );
        let help = match (op, self.named(left)) {
            (Some(BinaryOp::Equal), Some(name)) if place => {
                format!("write `{name} = …` to assign, or `assert {name} == …` to make sure")
            }
            _ => "ask with `if`, or make sure with `assert`".to_owned(),
        };
        (message, help)
    }

    fn call(&self, call: ExprId, callee: ExprId, site: Site) -> Finding {
        let body = &self.lowered.body;
        let Expr::Member(receiver, method) = &body.exprs[callee] else {
            let name = self.named(callee).unwrap_or_else(|| "this call".to_owned());
            let name = if name.contains(' ') { name } else { format!("`{name}`") };
            let message = format!("{name} only computes a value, and nobody looks at it");
            let help = "give the value a name, pass it on, or leave the call out";
            return Finding::new(Code::N007, site, message).help(help);
        };
        let kept = self.named(*receiver).filter(|_| self.gives_a_new_one(call, *receiver));
        let Some(name) = kept else {
            let message = format!("`{method}` only computes a value, and nobody looks at it");
            let help = "give the value a name, pass it on, or leave the call out";
            return Finding::new(Code::N007, site, message).help(help);
        };
        let message = format!(
            "`{method}` gives a new value and leaves `{name}` as it is, and nobody looks at the new \
             one"
        );
        let twin = match self.types.exprs.get(*receiver).and_then(Ty::builtin) {
            Some(of @ (Builtin::List | Builtin::Map | Builtin::Set)) => {
                format!(", or make `{name}` a `mutable_{}`", of.name())
            }
            _ => String::new(),
        };
        let help = format!("keep it: `{name} = {name}.{method}(…)`{twin}");
        let finding = Finding::new(Code::N007, site, message).help(help);
        match self.is_assignable(*receiver) {
            true => finding.fix(Fix::suggested(
                format!("assign it to `{name}`"),
                site,
                EditKind::Before(format!("{name} = ")),
            )),
            false => finding,
        }
    }

    /// Whether the call gives what could stand in the place of its receiver.
    fn gives_a_new_one(&self, call: ExprId, receiver: ExprId) -> bool {
        let ty = self.types.exprs.get(call);
        ty.is_some() && ty == self.types.exprs.get(receiver)
    }

    /// Whether the name may be given another value where it stands.
    fn is_assignable(&self, expr: ExprId) -> bool {
        let body = &self.lowered.body;
        match body.exprs[expr] {
            Expr::Local(local) => {
                let data = &body.locals[local];
                let is_variable = matches!(data.kind, LocalKind::Assigned | LocalKind::Param);
                is_variable && data.frame == body.root && data.name != "self"
            }
            _ => false,
        }
    }

    /// The name that the expression is, or how it ends: `x`, `o.x`.
    fn named(&self, expr: ExprId) -> Option<String> {
        match &self.lowered.body.exprs[expr] {
            Expr::Local(local) => Some(self.lowered.body.locals[*local].name.to_string()),
            Expr::Item(item) => Some(item.name(self.db).to_string()),
            Expr::Variant(variant) => Some(variant.name.to_string()),
            Expr::Instantiate(base, _) => self.named(*base),
            Expr::Member(base, name) => Some(format!("{}.{name}", self.named(*base)?)),
            _ => None,
        }
    }

    fn is_function(&self, expr: ExprId) -> bool {
        let is_item = matches!(
            self.lowered.body.exprs[expr],
            Expr::Item(item) if item.kind(self.db) == ItemKind::Fn
        );
        is_item || matches!(self.types.exprs.get(expr), Some(Ty::Fn(_)))
    }

    fn takes_nothing(&self, expr: ExprId) -> bool {
        matches!(self.types.exprs.get(expr), Some(Ty::Fn(of)) if of.params.is_empty())
    }

    fn is_task(&self, expr: ExprId) -> bool {
        self.types.exprs.get(expr).is_some_and(|ty| ty.is(Builtin::Task))
    }
}
