//! Locks that only guard: nothing that other tasks can see happens while one of them is held.
//!
//! Such a lock keeps nobody waiting for long and is part of no circle, so the skeleton leaves it out.
//! Which lock an op means is told by its type: if all blocks on locks of that type only guard, and
//! none is taken without a block, all locks of the type do.

use super::unit::Unit;
use crate::mir::{BlockId, Callee, Intrinsic, Op, OpKind, Operand};
use crate::ty::Ty;

/// The types of locks that only guard, by what others can see.
pub(super) fn plain_locks(units: &[Unit<'_>], is_seen: &dyn Fn(usize, &Op) -> bool) -> Vec<Ty> {
    let mut plain: Vec<Ty> = Vec::new();
    let mut others: Vec<Ty> = Vec::new();
    for (index, unit) in units.iter().enumerate() {
        let is_seen = |op: &Op| is_seen(index, op);
        for (block, data) in unit.body.blocks.iter().enumerate() {
            for (position, op) in data.ops.iter().enumerate() {
                let (lock, only_guards) = match &op.kind {
                    OpKind::EnterLock { lock, when, .. } => {
                        let start = (BlockId(block as u32), position + 1);
                        (lock, when.is_none() && only_guards(unit, lock, start, &is_seen))
                    }
                    OpKind::Call { callee: Callee::Intrinsic(of), args, .. }
                    | OpKind::Spawn { callee: Callee::Intrinsic(of), args, .. }
                    | OpKind::Detach { callee: Callee::Intrinsic(of), args }
                    | OpKind::Defer { callee: Callee::Intrinsic(of), args }
                        if is_bare(*of) =>
                    {
                        let Some(lock) = args.first() else { continue };
                        (lock, false)
                    }
                    _ => continue,
                };
                let Some(local) = lock.local() else { continue };
                let list = if only_guards { &mut plain } else { &mut others };
                list.push(unit.body.local(local).ty.clone());
            }
        }
    }
    plain.retain(|ty| !others.contains(ty));
    plain
}

fn is_bare(of: Intrinsic) -> bool {
    matches!(
        of,
        Intrinsic::MutexLock
            | Intrinsic::MutexTryLock
            | Intrinsic::MutexUnlock
            | Intrinsic::SemaphoreAcquire
            | Intrinsic::SemaphoreTryAcquire
            | Intrinsic::SemaphoreRelease
    )
}

/// Whether nothing that others can see stands between a lock's op and the end of its block.
fn only_guards(
    unit: &Unit<'_>,
    lock: &Operand,
    start: (BlockId, usize),
    is_seen: &dyn Fn(&Op) -> bool,
) -> bool {
    let mut seen = vec![false; unit.body.blocks.len()];
    let mut pending = vec![start];
    'blocks: while let Some((block, position)) = pending.pop() {
        let data = &unit.body.blocks[block.index()];
        for op in data.ops.iter().skip(position) {
            if matches!(&op.kind, OpKind::ExitLock { lock: given, .. } if given == lock) {
                continue 'blocks;
            }
            if is_seen(op) {
                return false;
            }
        }
        if unit.is_visible_end(&data.end.kind) {
            return false;
        }
        for next in data.end.kind.successors() {
            if !std::mem::replace(&mut seen[next.index()], true) {
                pending.push((next, 0));
            }
        }
    }
    true
}
