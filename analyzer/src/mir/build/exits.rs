//! Leaving: what is open at a place, and what each way out does about it.
//!
//! An early exit leaves scopes (cancelling their tasks), gives locks and tasklocals back and ends
//! attempts and blocking calls, innermost first, down to what it leaves. The stack itself stays:
//! the statements around the exit close it on their own way out.

use super::Builder;
use super::types::ok;
use crate::items::ItemId;
use crate::mir::{
    BlockId, BodyKind, Local, LockMode, OpKind, Operand, Rvalue, ScopeId, Terminator,
};
use crate::ty::{Builtin, Ty};

/// Something that is open between two ops, to be closed on every path out.
#[derive(Clone, Debug)]
pub(super) enum Open {
    /// A `concurrent` scope.
    Scope(ScopeId),
    /// A `with` on a lock.
    Lock { loan: Local, lock: Operand, mode: LockMode },
    /// A `with` on a tasklocal.
    TaskLocal(ItemId),
    /// An `attempt`.
    Attempt,
    /// A `blocking` block.
    Blocking,
    /// A loop: where `break` and `continue` go.
    Loop { exit: BlockId, next: BlockId },
}

impl Builder<'_> {
    /// Builds with `open` on the stack of open things.
    pub(super) fn while_open<T>(&mut self, open: Open, build: impl FnOnce(&mut Self) -> T) -> T {
        self.draft.open.push(open);
        let result = build(self);
        self.draft.open.pop();
        result
    }

    /// `break`
    pub(super) fn break_loop(&mut self) {
        match self.innermost_loop() {
            Some((depth, exit, _)) => {
                self.leave_down_to(depth);
                self.goto(exit);
            }
            None => self.fail("`break` outside a loop"),
        }
    }

    /// `continue`; in a parallel iteration outside any inner loop, the end of the round.
    pub(super) fn continue_loop(&mut self) {
        match self.innermost_loop() {
            Some((depth, _, next)) => {
                self.leave_down_to(depth);
                self.goto(next);
            }
            None if self.draft.kind == BodyKind::Iteration => self.return_value(Operand::unit()),
            None => self.fail("`continue` outside a loop"),
        }
    }

    /// `return` of a value that was evaluated before anything is left.
    pub(super) fn return_value(&mut self, value: Operand) {
        let value = self.kept_from_loans(value);
        self.leave_down_to(0);
        // Dropped again when the body turns out to have no `defer`.
        self.emit(OpKind::RunDefers);
        self.end(Terminator::Return(value));
    }

    /// `return` without a value, written or at the body's end.
    pub(super) fn return_nothing(&mut self) {
        if returns_ok_nothing(&self.draft.ret) {
            let ok = Rvalue::Variant(ok(), vec![Operand::unit()]);
            let value = self.temp_with(self.draft.ret.clone(), ok);
            self.return_value(value);
        } else {
            self.return_value(Operand::unit());
        }
    }

    /// The end of the body's statements.
    pub(super) fn fall_off_the_end(&mut self) {
        let ret = &self.draft.ret;
        let returns_nothing = ret.is(Builtin::Unit) || returns_ok_nothing(ret);
        if returns_nothing || matches!(ret, Ty::Unknown | Ty::Never) {
            self.return_nothing();
        } else {
            self.fail("the function ended without returning a value");
        }
    }

    /// Giving a lock back may empty the loan, so what is returned of it is read before.
    fn kept_from_loans(&mut self, value: Operand) -> Operand {
        let is_loan = |open: &Open| match open {
            Open::Lock { loan, .. } => value == Operand::Local(*loan),
            _ => false,
        };
        match &value {
            Operand::Local(local) if self.draft.open.iter().any(is_loan) => {
                let ty = self.draft.locals[local.index()].ty.clone();
                self.temp_with(ty, Rvalue::Use(value))
            }
            _ => value,
        }
    }

    fn innermost_loop(&self) -> Option<(usize, BlockId, BlockId)> {
        self.draft.open.iter().enumerate().rev().find_map(|(depth, open)| match open {
            Open::Loop { exit, next } => Some((depth, *exit, *next)),
            _ => None,
        })
    }

    /// Leaves early what is open above `depth`, innermost first.
    fn leave_down_to(&mut self, depth: usize) {
        let above: Vec<Open> = self.draft.open.iter().skip(depth).rev().cloned().collect();
        for open in above {
            let op = match open {
                Open::Scope(scope) => OpKind::LeaveScope(scope),
                Open::Lock { loan, lock, mode } => OpKind::ExitLock { loan, lock, mode },
                Open::TaskLocal(item) => OpKind::ExitTaskLocal { item },
                Open::Attempt => OpKind::ExitAttempt,
                Open::Blocking => OpKind::ExitBlocking,
                Open::Loop { .. } => continue,
            };
            self.emit(op);
        }
    }
}

/// Whether a body without a `return` gives `Ok(())`.
fn returns_ok_nothing(ret: &Ty) -> bool {
    ret.is(Builtin::Result) && ret.arg(0).is(Builtin::Unit)
}
