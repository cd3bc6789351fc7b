//! A body that the root may come to run, and what of it others can see.

use super::lists::gathered;
use super::payloads::is_shared_by_value;
use super::polls::polls;
use super::postdominance::{Postdominance, postdominance};
use crate::Db;
use crate::items::ItemId;
use crate::mir::{
    BodyId, Callee, Intrinsic, Local, LocalSet, MirBody, Op, OpKind, Operand, Rvalue, Terminator,
};
use crate::skeleton::graph::Kind;
use crate::ty::{Builtin, Ty};

/// A body that the root may come to run.
pub(super) struct Unit<'db> {
    db: &'db dyn Db,
    pub(super) item: ItemId,
    pub(super) id: BodyId,
    pub(super) body: &'db MirBody,
    /// Where its ways meet, if that is not what it is for everybody who runs it.
    own_ways: Option<Postdominance>,
    pub(super) kinds: Vec<Kind>,
    /// The locals in which comprehensions gather their elements.
    pub(super) gathered: LocalSet,
    /// The mutable lists that nobody changes.
    pub(super) unchanged: LocalSet,
    /// The locals that name atoms of what stays as it is.
    atoms: LocalSet,
    /// The blocks that end a loop which only asks an atom.
    pub(super) polls: Vec<bool>,
}

/// Whether what a callee runs can be seen by other tasks.
pub(super) type RunsEffect<'a> = &'a dyn Fn(&Callee) -> bool;

impl<'db> Unit<'db> {
    pub(super) fn new(db: &'db dyn Db, item: ItemId, id: BodyId, body: &'db MirBody) -> Self {
        let kinds = body.locals.iter().map(|local| Kind::of(db, &local.ty)).collect();
        let atoms = plain_atoms(db, body);
        let ways = || &postdominance(db, item)[id.index()];
        let polls = polls(body, &atoms, &|block| ways().fails(block));
        Self {
            db,
            item,
            id,
            body,
            own_ways: None,
            kinds,
            gathered: gathered(body),
            unchanged: LocalSet::default(),
            atoms,
            polls,
        }
    }

    /// Where its ways meet.
    pub(super) fn ways(&self) -> &Postdominance {
        let of_all = || &postdominance(self.db, self.item)[self.id.index()];
        self.own_ways.as_ref().unwrap_or_else(of_all)
    }

    /// The same from now on, with these failures as ways out.
    pub(super) fn fail_visibly(&mut self, failures: &[bool]) {
        self.own_ways = Some(Postdominance::of(self.body, failures));
    }

    /// Whether the elements of a mutable list are followed.
    pub(super) fn follows(&self, list: Local) -> bool {
        self.kinds[list.index()] == Kind::List
            || self.gathered.contains(list)
            || self.unchanged.contains(list)
    }

    /// Whether nothing is ever known of the operand.
    pub(super) fn is_unknown(&self, operand: &Operand) -> bool {
        let is_it = |local: Local| self.kinds[local.index()] == Kind::Owned && !self.follows(local);
        operand.local().is_some_and(is_it)
    }

    /// Whether running it can be seen by other tasks.
    pub(super) fn has_effect(&self, plain: &[Ty], runs_effect: RunsEffect<'_>) -> bool {
        let inputs = (self.body.params + self.body.captures) as usize;
        self.kinds.iter().take(inputs).any(|kind| kind.holds_objects())
            || Kind::of(self.db, &self.body.ret).holds_objects()
            || self.polls.contains(&true)
            || self.body.blocks.iter().any(|block| {
                let is_seen =
                    |op: &Op| !self.is_lock_of(op, plain) && self.is_visible(op, runs_effect);
                block.ops.iter().any(is_seen) || self.is_visible_end(&block.end.kind)
            })
    }

    /// Whether other tasks can see the op, or it makes what they can see.
    pub(super) fn is_visible(&self, op: &Op, runs_effect: RunsEffect<'_>) -> bool {
        let carries = |operand: &Operand| self.carries(operand);
        match &op.kind {
            OpKind::Assign { .. }
            | OpKind::ExitTaskLocal { .. }
            | OpKind::EnterAttempt { .. }
            | OpKind::ExitAttempt
            | OpKind::EnterBlocking
            | OpKind::CheckDistinct(_)
            | OpKind::ExitBlocking => false,
            OpKind::SetField { value, .. }
            | OpKind::SetIndex { value, .. }
            | OpKind::EnterTaskLocal { value, .. } => carries(value),
            OpKind::Call { callee, args, .. } | OpKind::Defer { callee, args } => {
                self.runs_visibly(callee, args, runs_effect)
            }
            OpKind::ParallelFor { body, captures, .. } => {
                captures.iter().any(carries) || runs_effect(&Callee::Body(*body))
            }
            _ => true,
        }
    }

    /// Whether the op takes or gives back a lock of one of the types.
    pub(super) fn is_lock_of(&self, op: &Op, types: &[Ty]) -> bool {
        let (OpKind::EnterLock { lock, .. } | OpKind::ExitLock { lock, .. }) = &op.kind else {
            return false;
        };
        let ty = lock.local().map(|local| &self.body.local(local).ty);
        ty.is_some_and(|ty| types.contains(ty))
    }

    fn runs_visibly(&self, callee: &Callee, args: &[Operand], runs_effect: RunsEffect<'_>) -> bool {
        match callee {
            // What an atom holds is followed where it decides something. Else only what a `swap` runs is seen.
            Callee::Intrinsic(of) if is_of_atom(*of) && self.names_plain_atom(args) => {
                *of == Intrinsic::AtomSwap && self.may_be_seen(args.get(1), runs_effect)
            }
            Callee::Intrinsic(intrinsic) => {
                is_synchronising(*intrinsic)
                    || (!only_looks(*intrinsic) && args.iter().any(|arg| self.carries_sync(arg)))
            }
            Callee::Value(_) => true,
            _ => runs_effect(callee),
        }
    }

    fn names_plain_atom(&self, args: &[Operand]) -> bool {
        let atom = args.first().and_then(Operand::local);
        atom.is_some_and(|atom| self.atoms.contains(atom))
    }

    /// Whether others may see what a function value does: not if the body makes it, of what they do not see.
    fn may_be_seen(&self, function: Option<&Operand>, runs_effect: RunsEffect<'_>) -> bool {
        let Some(function) = function.and_then(Operand::local) else { return true };
        let ops = self.body.blocks.iter().flat_map(|block| &block.ops);
        let mut made = ops.filter_map(|op| match &op.kind {
            OpKind::Assign { dest, value } if *dest == function => Some(match value {
                Rvalue::Closure(body, _) => runs_effect(&Callee::Body(*body)),
                Rvalue::Function(callee) => runs_effect(callee),
                _ => true,
            }),
            OpKind::Call { dest, .. } | OpKind::Join { dest, .. } if *dest == function => {
                Some(true)
            }
            _ => None,
        });
        made.next().unwrap_or(true) || made.any(|is_seen| is_seen)
    }

    /// Whether the operand may carry objects.
    pub(super) fn carries(&self, operand: &Operand) -> bool {
        operand.local().is_some_and(|local| self.kinds[local.index()].carries_objects())
    }

    pub(super) fn carries_sync(&self, operand: &Operand) -> bool {
        operand.local().is_some_and(|local| self.kinds[local.index()].holds_objects())
    }

    /// Whether other tasks can see what a block ends with.
    pub(super) fn is_visible_end(&self, end: &Terminator) -> bool {
        match end {
            Terminator::Next { iterator, .. } => self.is_channel(*iterator),
            Terminator::Select { .. } => true,
            _ => false,
        }
    }

    /// Whether walking the local walks a channel.
    pub(super) fn is_channel(&self, iterator: Local) -> bool {
        let is_channel = |ty: &Ty| ty.is(Builtin::Channel) || ty.is(Builtin::Receiver);
        let of_channel = |op: &Op| match &op.kind {
            OpKind::Assign { dest, value: Rvalue::Iterate(Operand::Local(of)) } => {
                *dest == iterator && is_channel(&self.body.local(*of).ty)
            }
            _ => false,
        };
        is_channel(&self.body.local(iterator).ty)
            || self.body.blocks.iter().flat_map(|block| &block.ops).any(of_channel)
    }
}

fn plain_atoms(db: &dyn Db, body: &MirBody) -> LocalSet {
    let mut found = LocalSet::default();
    for (local, data) in (0..).map(Local).zip(&body.locals) {
        if data.ty.is(Builtin::Atom) && is_shared_by_value(Kind::of(db, &data.ty.arg(0))) {
            found.insert(local);
        }
    }
    found
}

/// Whether the machine's function is an operation on an atom.
pub(super) fn is_of_atom(intrinsic: Intrinsic) -> bool {
    use Intrinsic::*;
    matches!(intrinsic, AtomGet | AtomSet | AtomSwap | AtomCompareAndSet)
}

/// Whether the machine's function synchronises tasks or makes what synchronises them.
fn is_synchronising(intrinsic: Intrinsic) -> bool {
    use Intrinsic::*;
    matches!(
        intrinsic,
        ChannelNew
            | ChannelSend
            | ChannelReceive
            | ChannelNext
            | ChannelTrySend
            | ChannelTryReceive
            | ChannelClose
            | ChannelClosed
            | ChannelLen
            | ChannelCapacity
            | MutexNew
            | RwlockNew
            | SemaphoreNew
            | BarrierNew
            | BarrierWait
            | SignalNew
            | SignalSet
            | SignalIsSet
            | SignalWait
            | MutexLock
            | RwlockRead
            | RwlockWrite
            | MutexTryLock
            | MutexUnlock
            | SemaphoreAcquire
            | SemaphoreTryAcquire
            | SemaphoreRelease
            | JoinAll
            | TaskJoin
            | TaskOutcome
            | TaskCancel
            | TaskDone
    )
}

/// Whether the machine's function looks at its arguments and keeps none of them.
pub(in crate::skeleton) fn only_looks(intrinsic: Intrinsic) -> bool {
    use Intrinsic::*;
    matches!(
        intrinsic,
        Print
            | Eprint
            | Len
            | ToStr
            | AssertEq
            | AtomGet
            | Sleep
            | OptionIsSome
            | OptionIsNone
            | ResultIsOk
            | ResultIsErr
    )
}

/// Whether what the machine's function gives is one of its arguments, or a part of one, and nothing else comes to
/// have these.
pub(in crate::skeleton) fn picks(intrinsic: Intrinsic) -> bool {
    matches!(intrinsic, Intrinsic::OptionUnwrapOr | Intrinsic::ResultUnwrapOr)
}
