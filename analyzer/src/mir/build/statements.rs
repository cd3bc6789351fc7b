//! Statements, one by one; the larger ones have files of their own.

use super::Builder;
use super::exits::Open;
use super::text::condition_text;
use crate::hir::{ExprId, Stmt, StmtId, Suite};
use crate::mir::{Const, FailKind, Intrinsic, OpKind, Operand, Terminator};
use crate::ty::{Builtin, Ty};

impl Builder<'_> {
    /// Statements, in order.
    pub(super) fn suite(&mut self, suite: &Suite) {
        for stmt in suite {
            let node = self.source_map.stmts.get(*stmt).copied();
            self.at_node(node, |builder| builder.statement(*stmt));
        }
    }

    fn statement(&mut self, stmt: StmtId) {
        let hir = self.hir;
        match &hir.stmts[stmt] {
            Stmt::Expr(expr) => {
                let unread = self.temp(self.ty(*expr));
                self.value_into(unread, *expr);
            }
            Stmt::Assign { target, value, .. } => self.assignment(target, *value),
            Stmt::Update { target, op, value } => self.update(target, *op, *value),
            Stmt::Break => self.break_loop(),
            Stmt::Continue => self.continue_loop(),
            Stmt::Return(None) => self.return_nothing(),
            Stmt::Return(Some(value)) => {
                let value = self.value(*value);
                self.return_value(value);
            }
            Stmt::Assert(condition, message) => self.assertion(*condition, *message),
            Stmt::Defer(call) => self.defer(*call),
            Stmt::If { condition, then, otherwise } => self.if_else(*condition, then, otherwise),
            Stmt::While(condition, suite) => self.while_loop(*condition, suite),
            Stmt::For { pattern, iterable, moved, suite } => {
                self.for_loop(*pattern, *iterable, *moved, suite);
            }
            Stmt::ParallelFor { pattern, iterable, frame, suite } => {
                self.parallel_for(*pattern, *iterable, *frame, suite);
            }
            Stmt::Match(scrutinee, arms) => self.match_on(*scrutinee, arms),
            Stmt::With { resource, name, when, suite } => {
                self.with_lock(*resource, *name, *when, suite);
            }
            Stmt::WithTaskLocal { item, value, suite } => {
                let (item, value) = (*item, self.value(*value));
                self.emit(OpKind::EnterTaskLocal { item, value });
                self.while_open(Open::TaskLocal(item), |builder| builder.suite(suite));
                self.emit(OpKind::ExitTaskLocal { item });
            }
            Stmt::Concurrent(scope) => self.concurrent(*scope),
            Stmt::Detach(task) => self.detach(task),
            Stmt::Select(arms, otherwise) => self.select(arms, otherwise.as_ref()),
            Stmt::Blocking(suite) => {
                self.emit(OpKind::EnterBlocking);
                self.while_open(Open::Blocking, |builder| builder.suite(suite));
                self.emit(OpKind::ExitBlocking);
            }
            Stmt::NestedFn { local, frame, ret, suite } => {
                let closure = self.nested_function(*local, *frame, ret, suite).closure();
                let dest = self.written(*local);
                self.assign(dest, closure);
            }
        }
    }

    fn assertion(&mut self, condition: ExprId, message: Option<ExprId>) {
        let (holds, fails) = (self.new_block(), self.new_block());
        self.branch_on(condition, holds, fails);
        self.enter(fails);
        let message = match message {
            Some(message) => self.text_of(message),
            None => {
                let node = self.source_map.exprs.get(condition).copied();
                let text = node.map(|node| condition_text(self.db, self.item, node));
                let text = format!("assertion failed: {}", text.unwrap_or_default());
                Operand::Const(Const::Str(text.into()))
            }
        };
        self.end(Terminator::Fail { kind: FailKind::Assert, message });
        self.enter(holds);
    }

    /// A value as text.
    fn text_of(&mut self, expr: ExprId) -> Operand {
        let value = self.value(expr);
        if self.ty(expr).is(Builtin::Str) {
            return value;
        }
        let text = self.temp(Ty::str());
        self.call_machine(text, Intrinsic::ToStr, vec![value]);
        Operand::Local(text)
    }
}
