//! Which operations may keep a task waiting for others, for the clock or for the world.
//!
//! Taking a lock is none of them here: what comes of locks inside locks is a matter of their order. With a condition it
//! is: that waits until somebody makes it hold.

use super::graph::walks_channel;
use crate::Db;
use crate::items::{ItemId, ItemKind};
use crate::mir::{self, Block, BodyId, Callee, Intrinsic, MirBody, Op, OpKind, Terminator};

/// Whether a call of the function may wait.
#[salsa::tracked(returns(copy), cycle_initial = |_, _, _| false)]
pub(super) fn suspends(db: &dyn Db, item: ItemId) -> bool {
    item.kind(db) == ItemKind::Fn && body_suspends(db, item, BodyId(0))
}

fn body_suspends(db: &dyn Db, item: ItemId, body: BodyId) -> bool {
    let Some(body) = mir::mir(db, item).bodies.get(body.index()) else { return false };
    body.blocks.iter().any(|block| {
        block.ops.iter().any(|op| op_suspends(db, item, op)) || end_suspends(body, block)
    })
}

/// Whether the op may wait.
pub(super) fn op_suspends(db: &dyn Db, item: ItemId, op: &Op) -> bool {
    match &op.kind {
        OpKind::Call { callee, .. } => callee_suspends(db, item, callee),
        OpKind::Join { .. }
        | OpKind::EnterLock { when: Some(_), .. }
        | OpKind::EndScope(_)
        | OpKind::LeaveScope(_)
        | OpKind::EnterBlocking => true,
        _ => false,
    }
}

fn callee_suspends(db: &dyn Db, item: ItemId, callee: &Callee) -> bool {
    match callee {
        Callee::Intrinsic(of) => machine_suspends(*of),
        Callee::Item(of) if *of != item => suspends(db, *of),
        Callee::Body(body) => body_suspends(db, item, *body),
        Callee::Item(_) | Callee::Value(_) | Callee::Default(..) => false,
    }
}

fn machine_suspends(of: Intrinsic) -> bool {
    let is_lock = matches!(
        of,
        Intrinsic::MutexLock
            | Intrinsic::RwlockRead
            | Intrinsic::RwlockWrite
            | Intrinsic::SemaphoreAcquire
            | Intrinsic::YieldNow
    );
    let effect = of.effect();
    !is_lock && (effect.suspends || effect.blocks)
}

/// Whether the block's end may wait.
pub(super) fn end_suspends(body: &MirBody, block: &Block) -> bool {
    match &block.end.kind {
        Terminator::Select { otherwise, .. } => otherwise.is_none(),
        end => walks_channel(body, end),
    }
}
