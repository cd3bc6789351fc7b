//! A lock given back on every way out.

use super::text::{name_of, place_of, text_of};
use crate::Db;
use crate::diagnostics::{Edit, EditKind, Fix, Site};
use crate::hir::{Body, Expr, ExprId, Lowered, Stmt, StmtId};
use crate::items::NodeIndex;
use crate::skeleton::graph::{Action, Hold, Node, NodeId, Routine, RoutineId, Skeleton};

/// A `with` instead of a lock and an unlock further down; where there is no unlock at all, a deferred one.
pub(in crate::skeleton::report) fn give_back(
    db: &dyn Db,
    skeleton: &Skeleton,
    taken: (RoutineId, NodeId),
) -> Option<Fix> {
    let node = skeleton.routine(taken.0).node(taken.1);
    if !matches!(node.action, Action::Take(..)) {
        return None;
    }
    let text = text_of(db, node.site);
    let lock = Lock::at(text, node.site)?;
    let edits = match lock.calls(lock.gives).next() {
        Some(_) => vec![lock.as_block()?],
        None if is_passed_on(skeleton.routine(taken.0), &node.action)
            || is_given_elsewhere(skeleton, taken.0) =>
        {
            return None;
        }
        None => {
            let line = format!("defer {}.{}()", name_of(&text.body, lock.receiver)?, lock.gives);
            vec![Edit { site: node.site, kind: EditKind::LineAfter(line) }]
        }
    };
    let title = format!("Give `{}` back on every way out", name_of(&text.body, lock.receiver)?);
    Some(Fix { title, safe: false, edits })
}

/// Whether another function gives locks back by a call: it may be meant for this one.
fn is_given_elsewhere(skeleton: &Skeleton, taken: RoutineId) -> bool {
    let gives = |node: &Node| matches!(node.action, Action::Give(_, _, Hold::Bare));
    let mut others = (0..).zip(&skeleton.routines).filter(|(id, _)| RoutineId(*id) != taken);
    others.any(|(_, of)| of.nodes.iter().any(gives))
}

/// Whether a callee gets the lock, which may give it back.
fn is_passed_on(routine: &Routine, take: &Action) -> bool {
    let Action::Take(lock, ..) = take else { return true };
    routine.nodes.iter().any(|node| match &node.action {
        Action::Call { args, .. } => args.iter().flatten().any(|arg| arg == lock),
        _ => false,
    })
}

/// A statement that takes a lock.
struct Lock<'a> {
    text: &'a Lowered,
    site: Site,
    /// What is locked.
    receiver: ExprId,
    takes: &'static str,
    gives: &'static str,
}

impl<'a> Lock<'a> {
    fn at(text: &'a Lowered, site: Site) -> Option<Self> {
        let (suite, at) = place_of(text, site)?;
        let (receiver, method) = called(&text.body, suite[at])?;
        let (takes, gives) = match method {
            "lock" => ("lock", "unlock"),
            "acquire" => ("acquire", "release"),
            _ => return None,
        };
        Some(Self { text, site, receiver, takes, gives })
    }

    /// Where that method of the same lock is called, by itself or deferred.
    fn calls(&self, method: &'static str) -> impl Iterator<Item = ExprId> + '_ {
        let exprs = self.text.body.exprs.iter().map(|(id, _)| id);
        exprs.filter(move |id| {
            let of = method_of(&self.text.body, *id);
            of.is_some_and(|(receiver, name)| name == method && self.is_same(receiver))
        })
    }

    fn is_same(&self, receiver: ExprId) -> bool {
        let name = name_of(&self.text.body, receiver);
        name.is_some() && name == name_of(&self.text.body, self.receiver)
    }

    /// The statements up to the last unlock beside the lock as a block. An unlock before a `return` in it
    /// goes as well; any other would be one too many.
    fn as_block(&self) -> Option<Edit> {
        let (suite, at) = place_of(self.text, self.site)?;
        let gives = |stmt: &StmtId| self.is_call(*stmt, self.gives);
        let last = suite.iter().rposition(gives).filter(|last| *last > at + 1)?;
        let (from, to) = (self.node(suite[at])?, self.node(suite[last])?);
        let is_within = |node: &NodeIndex| from < *node && *node < to;
        let within = |calls: &'static str| {
            let nodes = self.calls(calls).filter_map(|id| self.text.source_map.exprs.get(id));
            nodes.filter(|node| is_within(node)).count()
        };
        let without: Vec<NodeIndex> =
            self.before_returns().filter(|node| is_within(node)).collect();
        if within(self.takes) > 1 || within(self.gives) > without.len() {
            return None;
        }
        let without = without.into_iter().chain([to]).collect();
        Some(Edit { site: self.site, kind: EditKind::Enclose { last: to, without } })
    }

    /// The unlocks that a `return` follows.
    fn before_returns(&self) -> impl Iterator<Item = NodeIndex> + '_ {
        let suites = super::text::suites(&self.text.body).into_iter();
        suites.flat_map(|suite| suite.windows(2)).filter_map(|pair| {
            let is_return = matches!(self.text.body.stmts[pair[1]], Stmt::Return(_));
            (is_return && self.is_call(pair[0], self.gives)).then(|| self.node(pair[0]))?
        })
    }

    fn is_call(&self, stmt: StmtId, method: &str) -> bool {
        called(&self.text.body, stmt)
            .is_some_and(|(receiver, name)| name == method && self.is_same(receiver))
    }

    fn node(&self, stmt: StmtId) -> Option<NodeIndex> {
        self.text.source_map.stmts.get(stmt).copied()
    }
}

/// Of a statement that is a call of a method: the receiver and the method.
fn called(body: &Body, stmt: StmtId) -> Option<(ExprId, &str)> {
    match &body.stmts[stmt] {
        Stmt::Expr(call) => method_of(body, *call),
        _ => None,
    }
}

fn method_of(body: &Body, call: ExprId) -> Option<(ExprId, &str)> {
    let Expr::Call(callee, _) = &body.exprs[call] else { return None };
    match &body.exprs[*callee] {
        Expr::Member(receiver, name) => Some((*receiver, name.as_str())),
        _ => None,
    }
}
