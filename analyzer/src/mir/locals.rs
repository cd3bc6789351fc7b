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

impl OpKind {
    /// The locals it names, reads before writes.
    pub fn locals(&self) -> Vec<(Local, Access)> {
        let mut found = Vec::new();
        self.each_local(&mut |local, access| found.push((local, access)));
        found
    }

    /// Shows each local it names to `visit`, reads before writes.
    pub fn each_local(&self, visit: &mut dyn FnMut(Local, Access)) {
        self.walk(&mut |local, access| visit(*local, access));
    }
}

impl Terminator {
    /// The locals it names, reads before writes.
    pub fn locals(&self) -> Vec<(Local, Access)> {
        let mut found = Vec::new();
        self.each_local(&mut |local, access| found.push((local, access)));
        found
    }

    /// Shows each local it names to `visit`, reads before writes.
    pub fn each_local(&self, visit: &mut dyn FnMut(Local, Access)) {
        self.walk(&mut |local, access| visit(*local, access));
    }
}

impl Block {
    /// Shows each local that the block names to `visit`, which may put another in its place.
    pub(super) fn visit_locals(&mut self, visit: &mut dyn FnMut(&mut Local)) {
        let mut visit = |local: &mut Local, _: Access| visit(local);
        self.ops.iter_mut().for_each(|op| op.kind.walk_mut(&mut visit));
        self.end.kind.walk_mut(&mut visit);
    }
}

/// The walk, once for those who look and once for those who change.
macro_rules! walk {
    ($walk:ident $($mut:ident)?) => {
        impl OpKind {
            fn $walk(&$($mut)? self, visit: &mut dyn FnMut(&$($mut)? Local, Access)) {
                match self {
                    Self::Assign { dest, value } => {
                        value.$walk(visit);
                        visit(dest, Access::Write);
                    }
                    Self::SetField { base, value, .. } => {
                        visit(base, Access::Read);
                        value.$walk(visit);
                    }
                    Self::SetIndex { base, index, value } => {
                        visit(base, Access::Read);
                        index.$walk(visit);
                        value.$walk(visit);
                    }
                    Self::Call { dest, callee, args } => {
                        callee.$walk(args, visit);
                        visit(dest, Access::Write);
                    }
                    Self::Spawn { dest, scope, callee, args } => {
                        if let ScopeRef::Passed(scope) = scope {
                            scope.$walk(visit);
                        }
                        callee.$walk(args, visit);
                        visit(dest, Access::Write);
                    }
                    Self::Detach { callee, args } | Self::Defer { callee, args } => {
                        callee.$walk(args, visit);
                    }
                    Self::Join { dest, task } => {
                        task.$walk(visit);
                        visit(dest, Access::Write);
                    }
                    Self::Settle { dest, task } => {
                        visit(task, Access::Read);
                        visit(dest, Access::Write);
                    }
                    Self::EnterScope { timeout, deadline, limit, handle, .. } => {
                        for operand in [timeout, deadline, limit].into_iter().flatten() {
                            operand.$walk(visit);
                        }
                        if let Some(handle) = handle {
                            visit(handle, Access::Write);
                        }
                    }
                    Self::EnterLock { loan, lock, when, .. } => {
                        lock.$walk(visit);
                        if let Some((_, captures)) = when {
                            for capture in captures {
                            capture.$walk(visit);
                        }
                        }
                        visit(loan, Access::Write);
                    }
                    Self::ExitLock { loan, lock, .. } => {
                        lock.$walk(visit);
                        visit(loan, Access::Read);
                    }
                    Self::EnterTaskLocal { value, .. } => value.$walk(visit),
                    Self::EnterAttempt { failure, .. } => visit(failure, Access::Write),
                    Self::ParallelFor { iterable, captures, .. } => {
                        iterable.$walk(visit);
                        for capture in captures {
                            capture.$walk(visit);
                        }
                    }
                    Self::EndScope(_)
                    | Self::LeaveScope(_)
                    | Self::ExitTaskLocal { .. }
                    | Self::RunDefers
                    | Self::ExitAttempt
                    | Self::EnterBlocking
                    | Self::CheckDistinct(_)
                    | Self::ExitBlocking => {}
                }
            }
        }

        impl Terminator {
            fn $walk(&$($mut)? self, visit: &mut dyn FnMut(&$($mut)? Local, Access)) {
                match self {
                    Self::Branch { condition, .. } => condition.$walk(visit),
                    Self::Next { iterator, dest, .. } => {
                        visit(iterator, Access::Read);
                        visit(dest, Access::Write);
                    }
                    Self::Select { cases, .. } => {
                        for case in cases {
                            if let Some(guard) = &$($mut)? case.guard {
                                guard.$walk(visit);
                            }
                            case.op.$walk(visit);
                        }
                    }
                    Self::Return(value) => value.$walk(visit),
                    Self::Fail { message, .. } => message.$walk(visit),
                    Self::Goto(_) | Self::Unreachable => {}
                }
            }
        }

        impl SelectOp {
            fn $walk(&$($mut)? self, visit: &mut dyn FnMut(&$($mut)? Local, Access)) {
                match self {
                    Self::Receive { channel, dest } => {
                        channel.$walk(visit);
                        visit(dest, Access::Write);
                    }
                    Self::Send { channel, value } => {
                        channel.$walk(visit);
                        value.$walk(visit);
                    }
                    Self::Timeout(operand) | Self::Closed(operand) | Self::Wait(operand) => {
                        operand.$walk(visit);
                    }
                }
            }
        }

        impl Rvalue {
            fn $walk(&$($mut)? self, visit: &mut dyn FnMut(&$($mut)? Local, Access)) {
                match self {
                    Self::Use(operand)
                    | Self::Unary(_, operand)
                    | Self::Field(operand, _)
                    | Self::TupleField(operand, _)
                    | Self::IsVariant(operand, _)
                    | Self::Payload(operand, _, _)
                    | Self::Convert(_, operand)
                    | Self::Iterate(operand) => operand.$walk(visit),
                    Self::Binary(_, left, right) | Self::Index(left, right) => {
                        left.$walk(visit);
                        right.$walk(visit);
                    }
                    Self::Slice(base, start, end) => {
                        base.$walk(visit);
                        for bound in [start, end].into_iter().flatten() {
                            bound.$walk(visit);
                        }
                    }
                    Self::List(parts)
                    | Self::Set(parts)
                    | Self::Tuple(parts)
                    | Self::Struct(_, parts)
                    | Self::Variant(_, parts)
                    | Self::Closure(_, parts) => {
                        for part in parts {
                            part.$walk(visit);
                        }
                    }
                    Self::Map(entries) => {
                        for (key, value) in entries {
                            key.$walk(visit);
                            value.$walk(visit);
                        }
                    }
                    Self::Function(callee) => callee.$walk(&$($mut)? [], visit),
                    Self::Format(pieces) => {
                        for piece in pieces {
                            if let FormatPiece::Value { value, .. } = piece {
                                value.$walk(visit);
                            }
                        }
                    }
                    Self::Constant(_) | Self::TaskLocal(_) => {}
                }
            }
        }

        impl Operand {
            fn $walk(&$($mut)? self, visit: &mut dyn FnMut(&$($mut)? Local, Access)) {
                if let Self::Local(local) = self {
                    visit(local, Access::Read);
                }
            }
        }

        impl Callee {
            fn $walk(
                &$($mut)? self,
                args: &$($mut)? [Operand],
                visit: &mut dyn FnMut(&$($mut)? Local, Access),
            ) {
                if let Self::Value(function) = self {
                    visit(function, Access::Read);
                }
                for arg in args {
                    arg.$walk(visit);
                }
            }
        }
    };
}

walk!(walk);
walk!(walk_mut mut);
