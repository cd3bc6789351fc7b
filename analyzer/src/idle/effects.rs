//! Whether evaluating an expression does anything besides giving its value.
//!
//! Natives say so in their table. A function with a body does nothing if its statements do nothing:
//! what it calls is followed, but not further than [`FOLLOWED_MAX`] functions.

use std::cell::RefCell;

use rustc_hash::FxHashSet;

use crate::Db;
use crate::hir::{
    Arg, BinaryOp, Body, CompClause, Expr, ExprId, FormatPart, LocalKind, MatchArm, Stmt, StmtId,
    Suite, Target, lower,
};
use crate::infer::{CallKind, CallPlan, Coercion, Function, Inference, PlannedArg, infer};
use crate::items::{ItemId, ItemKind, signature};
use crate::ty::{Builtin, Ty};

/// How many functions are looked into for the statements of one body.
const FOLLOWED_MAX: usize = 32;

/// What evaluating one expression of a body does. Where one part has an effect, the whole has: so of
/// a function that was looked into before, nothing is known against it.
pub(super) struct Effects<'db, 'seen> {
    db: &'db dyn Db,
    body: &'db Body,
    types: &'db Inference,
    /// Whether this is a function that another body calls: what it does with its parameters is then
    /// a matter of what it is given.
    is_called: bool,
    seen: Seen<'seen>,
}

/// The functions that were looked into, or are being looked into.
enum Seen<'a> {
    Own(RefCell<FxHashSet<ItemId>>),
    Of(&'a RefCell<FxHashSet<ItemId>>),
}

impl<'db, 'seen> Effects<'db, 'seen> {
    /// Of a body one of whose statements is asked about.
    pub(super) fn new(db: &'db dyn Db, body: &'db Body, types: &'db Inference) -> Self {
        Self { db, body, types, is_called: false, seen: Seen::Own(RefCell::default()) }
    }

    fn seen(&self) -> &RefCell<FxHashSet<ItemId>> {
        match &self.seen {
            Seen::Own(seen) => seen,
            Seen::Of(seen) => seen,
        }
    }

    /// Whether evaluating the expression only gives a value.
    pub(super) fn are_none(&self, id: ExprId) -> bool {
        if matches!(self.types.exprs.get(id), None | Some(Ty::Unknown)) {
            return false;
        }
        let waits = |of: &Coercion| matches!(of, Coercion::Join | Coercion::Gather);
        if self.types.coercions.get(&id).is_some_and(|all| all.iter().any(waits)) {
            return false;
        }
        let all = |parts: &[ExprId]| parts.iter().all(|part| self.are_none(*part));
        match &self.body.exprs[id] {
            Expr::Missing | Expr::Question(_) | Expr::Attempt(_) | Expr::Spawn { .. } => false,
            // An index that is out of range fails.
            Expr::Index(..) => false,
            Expr::Literal(_) | Expr::Local(_) | Expr::Item(_) | Expr::Variant(_) => true,
            Expr::Lambda { .. } | Expr::Instantiate(..) => true,
            Expr::Format(parts) => parts.iter().all(|part| match part {
                FormatPart::Text(_) => true,
                FormatPart::Value { value, .. } => self.are_none(*value),
            }),
            Expr::Member(receiver, _) => self.are_none(*receiver),
            Expr::Call(callee, args) => self.call(id, *callee, args),
            Expr::Slice(base, start, end) => {
                [Some(*base), *start, *end].into_iter().flatten().all(|part| self.are_none(part))
            }
            Expr::Unary(_, operand) | Expr::Blocking(operand) => self.are_none(*operand),
            Expr::Binary(op, left, right) => !may_fail(*op) && all(&[*left, *right]),
            Expr::Compare(first, links) => {
                self.are_none(*first) && links.iter().all(|(_, right)| self.are_none(*right))
            }
            Expr::Conditional { condition, then, otherwise } => {
                all(&[*condition, *then, *otherwise])
            }
            Expr::List(items) | Expr::Set(items) | Expr::Tuple(items) => all(items),
            Expr::Map(entries) => entries.iter().all(|(key, value)| all(&[*key, *value])),
            Expr::Comprehension { clauses, element, .. } => {
                clauses.iter().all(|clause| self.clause(clause)) && self.are_none(*element)
            }
        }
    }

    fn clause(&self, clause: &CompClause) -> bool {
        match clause {
            CompClause::For(_, iterable) => self.walk(*iterable),
            CompClause::If(condition) => self.are_none(*condition),
        }
    }

    /// Walking a channel receives from it.
    fn walk(&self, iterable: ExprId) -> bool {
        let ty = self.types.exprs.get(iterable).and_then(Ty::builtin);
        !matches!(ty, None | Some(Builtin::Channel | Builtin::Receiver)) && self.are_none(iterable)
    }

    fn call(&self, id: ExprId, callee: ExprId, args: &[Arg]) -> bool {
        let Some(plan) = self.types.calls.get(&id) else { return false };
        let receiver = match self.body.exprs[callee] {
            Expr::Member(receiver, _) => self.are_none(receiver),
            _ => true,
        };
        receiver && self.callee(callee, plan) && args.iter().all(|arg| self.argument(arg.value))
    }

    fn callee(&self, callee: ExprId, plan: &CallPlan) -> bool {
        let has_defaults = plan.args.iter().any(|arg| matches!(arg, PlannedArg::Default(..)));
        match &plan.kind {
            CallKind::Function(of) | CallKind::Method(of) => self.function(*of),
            CallKind::Struct(_) => !has_defaults,
            CallKind::Variant(_) | CallKind::With(_) => true,
            CallKind::Value => self.is_given(callee),
        }
    }

    /// An argument that is a function may be called.
    fn argument(&self, value: ExprId) -> bool {
        if !matches!(self.types.exprs.get(value), Some(Ty::Fn(_))) {
            return self.are_none(value);
        }
        match &self.body.exprs[value] {
            Expr::Lambda { body, .. } => self.are_none(*body),
            Expr::Item(item) => self.item(*item),
            _ => self.is_given(value),
        }
    }

    /// Whether it is a parameter of a function that another body calls.
    fn is_given(&self, expr: ExprId) -> bool {
        match self.body.exprs[expr] {
            Expr::Local(local) => {
                let data = &self.body.locals[local];
                self.is_called && data.kind == LocalKind::Param && data.frame == self.body.root
            }
            _ => false,
        }
    }

    fn function(&self, function: Function) -> bool {
        match function {
            Function::Intrinsic(intrinsic) => intrinsic.only_computes(),
            Function::Item(item) => self.item(item),
        }
    }

    /// Whether the function's own statements do nothing. That it calls itself adds nothing.
    fn item(&self, item: ItemId) -> bool {
        let of = signature(self.db, item).as_fn();
        if item.kind(self.db) != ItemKind::Fn || !of.is_some_and(|of| of.has_body) {
            return false;
        }
        if !self.seen().borrow_mut().insert(item) {
            return true;
        }
        if self.seen().borrow().len() > FOLLOWED_MAX {
            return false;
        }
        let (lowered, types) = (lower(self.db, item), infer(self.db, item));
        let body = &lowered.body;
        let called =
            Effects { db: self.db, body, types, is_called: true, seen: Seen::Of(self.seen()) };
        types.findings.is_empty() && called.suite(&body.suite)
    }

    fn suite(&self, suite: &Suite) -> bool {
        suite.iter().all(|stmt| self.stmt(*stmt))
    }

    fn stmt(&self, stmt: StmtId) -> bool {
        match &self.body.stmts[stmt] {
            Stmt::Expr(expr) => self.are_none(*expr),
            Stmt::Assign { target, value, .. } | Stmt::Update { target, value, .. } => {
                self.is_own(target) && self.are_none(*value)
            }
            Stmt::Break | Stmt::Continue | Stmt::Return(None) => true,
            Stmt::Return(Some(value)) => self.are_none(*value),
            Stmt::If { condition, then, otherwise } => {
                self.are_none(*condition) && self.suite(then) && self.suite(otherwise)
            }
            Stmt::For { iterable, moved: false, suite, .. } => {
                self.walk(*iterable) && self.suite(suite)
            }
            Stmt::Match(scrutinee, arms) => {
                self.are_none(*scrutinee) && arms.iter().all(|arm| self.arm(arm))
            }
            _ => false,
        }
    }

    fn arm(&self, arm: &MatchArm) -> bool {
        arm.guard.is_none_or(|guard| self.are_none(guard)) && self.suite(&arm.suite)
    }

    /// Whether only names of the body are assigned.
    fn is_own(&self, target: &Target) -> bool {
        match target {
            Target::Local(_) | Target::Discard => true,
            Target::Tuple(parts) => parts.iter().all(|part| self.is_own(part)),
            _ => false,
        }
    }
}

/// Of what may fail, a program may only want to know that it does not.
fn may_fail(op: BinaryOp) -> bool {
    use BinaryOp::*;
    matches!(op, Divide | FloorDivide | Modulo | Power | ShiftLeft | ShiftRight)
}
