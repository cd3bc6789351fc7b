//! `with m.lock() as x when condition:`

use super::Builder;
use super::exits::Open;
use crate::hir::{Expr, ExprId, FrameId, LocalId, Suite};
use crate::mir::{BodyId, BodyKind, Local, LockMode, OpKind, Operand};
use crate::ty::{Builtin, Ty};

impl Builder<'_> {
    /// The suite with the lock held; what the name holds at its end is guarded from then on.
    pub(super) fn with_lock(
        &mut self,
        resource: ExprId,
        name: Option<LocalId>,
        when: Option<(FrameId, ExprId)>,
        suite: &Suite,
    ) {
        let Some((mode, lock)) = self.lock_of(resource) else {
            return self.fail("`with` takes a call of a lock's own method");
        };
        let loaned = match mode {
            LockMode::Acquire => Ty::unit(),
            _ => self.plain_ty(resource).arg(0),
        };
        let loan = match name {
            Some(name) => self.written(name),
            None => self.temp(loaned.clone()),
        };
        let when = when.map(|(frame, condition)| self.lock_condition(frame, condition, loaned));
        self.emit(OpKind::EnterLock { loan, lock: lock.clone(), mode, when });
        let open = Open::Lock { loan, lock: lock.clone(), mode };
        self.while_open(open, |builder| builder.suite(suite));
        self.emit(OpKind::ExitLock { loan, lock, mode });
    }

    /// How a lock is taken, by the type of the loan, and the lock itself.
    fn lock_of(&mut self, resource: ExprId) -> Option<(LockMode, Operand)> {
        let mode = match self.plain_ty(resource).builtin()? {
            Builtin::MutexGuard => LockMode::Lock,
            Builtin::ReadLoan => LockMode::Read,
            Builtin::WriteLoan => LockMode::Write,
            Builtin::Permit => LockMode::Acquire,
            _ => return None,
        };
        let Expr::Call(callee, _) = &self.hir.exprs[resource] else { return None };
        let Expr::Member(lock, _) = &self.hir.exprs[*callee] else { return None };
        Some((mode, self.stable_value(*lock)))
    }

    /// The condition of `when`, over the loan.
    fn lock_condition(
        &mut self,
        frame: FrameId,
        condition: ExprId,
        loaned: Ty,
    ) -> (BodyId, Vec<Operand>) {
        let inner = self.child(BodyKind::Closure, Some(frame), None, Ty::bool(), |builder| {
            if builder.draft.params == 0 {
                let unnamed: Local = builder.temp(loaned);
                builder.draft.params = unnamed.0 + 1;
            }
            let holds = builder.value(condition);
            builder.return_value(holds);
        });
        (inner.body, inner.captures)
    }
}
