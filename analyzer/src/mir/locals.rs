//! Which locals an op or terminator reads and writes: one walk for all who ask.

use super::{
    Block, Callee, FormatPiece, Local, OpKind, Operand, Rvalue, ScopeRef, SelectOp, Terminator,
};

/// What an op does with a local that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Access {
    /// It reads it; changes of what the local holds read the local.
    Read,
    /// It puts a value into it.
    Write,
}

type Visit<'a> = &'a mut dyn FnMut(&mut Local, Access);

impl OpKind {
    /// The locals it names, reads before writes.
    pub fn locals(&self) -> Vec<(Local, Access)> {
        let mut found = Vec::new();
        self.clone().visit(&mut |local, access| found.push((*local, access)));
        found
    }

    fn visit(&mut self, visit: Visit<'_>) {
        match self {
            Self::Assign { dest, value } => {
                value.visit(visit);
                visit(dest, Access::Write);
            }
            Self::SetField { base, value, .. } => {
                visit(base, Access::Read);
                value.visit(visit);
            }
            Self::SetIndex { base, index, value } => {
                visit(base, Access::Read);
                index.visit(visit);
                value.visit(visit);
            }
            Self::Call { dest, callee, args } => {
                visit_call(callee, args, visit);
                visit(dest, Access::Write);
            }
            Self::Spawn { dest, scope, callee, args } => {
                if let ScopeRef::Passed(scope) = scope {
                    scope.visit(visit);
                }
                visit_call(callee, args, visit);
                visit(dest, Access::Write);
            }
            Self::Detach { callee, args } | Self::Defer { callee, args } => {
                visit_call(callee, args, visit);
            }
            Self::Join { dest, task } => {
                task.visit(visit);
                visit(dest, Access::Write);
            }
            Self::Settle { dest, task } => {
                visit(task, Access::Read);
                visit(dest, Access::Write);
            }
            Self::EnterScope { timeout, deadline, limit, handle, .. } => {
                for operand in [timeout, deadline, limit].into_iter().flatten() {
                    operand.visit(visit);
                }
                if let Some(handle) = handle {
                    visit(handle, Access::Write);
                }
            }
            Self::EnterLock { loan, lock, when, .. } => {
                lock.visit(visit);
                if let Some((_, captures)) = when {
                    visit_all(captures, visit);
                }
                visit(loan, Access::Write);
            }
            Self::ExitLock { loan, lock, .. } => {
                lock.visit(visit);
                visit(loan, Access::Read);
            }
            Self::EnterTaskLocal { value, .. } => value.visit(visit),
            Self::EnterAttempt { failure, .. } => visit(failure, Access::Write),
            Self::ParallelFor { iterable, captures, .. } => {
                iterable.visit(visit);
                visit_all(captures, visit);
            }
            Self::EndScope(_)
            | Self::LeaveScope(_)
            | Self::ExitTaskLocal { .. }
            | Self::RunDefers
            | Self::ExitAttempt
            | Self::EnterBlocking
            | Self::ExitBlocking => {}
        }
    }
}

impl Terminator {
    /// The locals it names, reads before writes.
    pub fn locals(&self) -> Vec<(Local, Access)> {
        let mut found = Vec::new();
        self.clone().visit(&mut |local, access| found.push((*local, access)));
        found
    }

    fn visit(&mut self, visit: Visit<'_>) {
        match self {
            Self::Branch { condition, .. } => condition.visit(visit),
            Self::Next { iterator, dest, .. } => {
                visit(iterator, Access::Read);
                visit(dest, Access::Write);
            }
            Self::Select { cases, .. } => {
                for case in cases.iter_mut() {
                    case.guard.iter_mut().for_each(|guard| guard.visit(visit));
                    case.op.visit(visit);
                }
            }
            Self::Return(value) => value.visit(visit),
            Self::Fail { message, .. } => message.visit(visit),
            Self::Goto(_) | Self::Unreachable => {}
        }
    }
}

impl Block {
    /// Shows each local that the block names to `visit`, which may put another in its place.
    pub(super) fn visit_locals(&mut self, visit: &mut dyn FnMut(&mut Local)) {
        let mut visit = |local: &mut Local, _: Access| visit(local);
        self.ops.iter_mut().for_each(|op| op.kind.visit(&mut visit));
        self.end.kind.visit(&mut visit);
    }
}

impl SelectOp {
    fn visit(&mut self, visit: Visit<'_>) {
        match self {
            Self::Receive { channel, dest } => {
                channel.visit(visit);
                visit(dest, Access::Write);
            }
            Self::Send { channel, value } => {
                channel.visit(visit);
                value.visit(visit);
            }
            Self::Timeout(operand) | Self::Closed(operand) | Self::Wait(operand) => {
                operand.visit(visit);
            }
        }
    }
}

impl Rvalue {
    fn visit(&mut self, visit: Visit<'_>) {
        match self {
            Self::Use(operand)
            | Self::Unary(_, operand)
            | Self::Field(operand, _)
            | Self::TupleField(operand, _)
            | Self::IsVariant(operand, _)
            | Self::Payload(operand, _, _)
            | Self::Convert(_, operand)
            | Self::Iterate(operand) => operand.visit(visit),
            Self::Binary(_, left, right) | Self::Index(left, right) => {
                left.visit(visit);
                right.visit(visit);
            }
            Self::Slice(base, start, end) => {
                base.visit(visit);
                for bound in [start, end].into_iter().flatten() {
                    bound.visit(visit);
                }
            }
            Self::List(parts)
            | Self::Set(parts)
            | Self::Tuple(parts)
            | Self::Struct(_, parts)
            | Self::Variant(_, parts)
            | Self::Closure(_, parts) => visit_all(parts, visit),
            Self::Map(entries) => {
                for (key, value) in entries {
                    key.visit(visit);
                    value.visit(visit);
                }
            }
            Self::Function(callee) => visit_call(callee, &mut [], visit),
            Self::Format(pieces) => {
                for piece in pieces {
                    if let FormatPiece::Value { value, .. } = piece {
                        value.visit(visit);
                    }
                }
            }
            Self::Constant(_) | Self::TaskLocal(_) => {}
        }
    }
}

impl Operand {
    fn visit(&mut self, visit: Visit<'_>) {
        if let Self::Local(local) = self {
            visit(local, Access::Read);
        }
    }
}

fn visit_all(operands: &mut [Operand], visit: Visit<'_>) {
    operands.iter_mut().for_each(|operand| operand.visit(visit));
}

fn visit_call(callee: &mut Callee, args: &mut [Operand], visit: Visit<'_>) {
    if let Callee::Value(function) = callee {
        visit(function, Access::Read);
    }
    visit_all(args, visit);
}
