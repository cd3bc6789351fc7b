//! Which `panic`s are ways that a task may take.
//!
//! A failure that nothing outlives ends all that could wait for what the task leaves undone, so a branch into
//! one is decided. Where an `attempt`, a supervised scope, a detached task or a deferred wait outlives it, a
//! `panic` behind a condition is a way like any other. An `assert` is not: it says what holds.
//!
//! A `panic` in a loop in which nothing else can be seen is no way either: for its sake it would have to be
//! guessed how often the loop goes round.

use super::slice::Unit;
use crate::mir::{Callee, FailKind, Intrinsic, MirBody, Op, OpKind, Terminator};

/// Whether a failure of a task may leave others behind.
pub(super) fn are_survived(units: &[Unit<'_>]) -> bool {
    let outlives = |unit: &Unit<'_>| {
        let ops = unit.body.blocks.iter().flat_map(|block| &block.ops);
        unit.body.scopes.iter().any(|scope| scope.supervised)
            || ops.into_iter().any(|op| match &op.kind {
                OpKind::EnterAttempt { .. } | OpKind::Detach { .. } => true,
                OpKind::Defer { callee, .. } => may_wait(callee),
                _ => false,
            })
    };
    units.iter().any(outlives)
}

fn may_wait(callee: &Callee) -> bool {
    !matches!(
        callee,
        Callee::Intrinsic(
            Intrinsic::ChannelClose
                | Intrinsic::SignalSet
                | Intrinsic::MutexUnlock
                | Intrinsic::SemaphoreRelease
                | Intrinsic::TaskCancel
                | Intrinsic::Print
        )
    )
}

/// The blocks of a unit that end in a `panic` that is a way; none if there are none.
pub(super) fn ways_to_panic(
    unit: &Unit<'_>,
    is_visible: &dyn Fn(&Op) -> bool,
) -> Option<Vec<bool>> {
    let blocks = &unit.body.blocks;
    let is_panic = |block: usize| {
        matches!(blocks[block].end.kind, Terminator::Fail { kind: FailKind::Panic, .. })
    };
    let fails = |block: usize| unit.ways.fails(crate::mir::BlockId(block as u32));
    let mut found = vec![false; blocks.len()];
    for (block, data) in blocks.iter().enumerate() {
        if fails(block) && block != 0 || is_in_quiet_loop(unit, block, is_visible) {
            continue;
        }
        let ways = data.end.kind.successors().into_iter().map(|way| way.index());
        for panics in reached(unit.body, ways.filter(|way| fails(*way))) {
            found[panics] |= is_panic(panics);
        }
    }
    found[0] |= is_panic(0);
    found.contains(&true).then_some(found)
}

/// Whether the block lies in a loop in which nothing can be seen.
fn is_in_quiet_loop(unit: &Unit<'_>, block: usize, is_visible: &dyn Fn(&Op) -> bool) -> bool {
    let after = |block: usize| {
        let next = unit.body.blocks[block].end.kind.successors();
        next.into_iter().map(|next| next.index())
    };
    let comes_back = |from: &usize| reached(unit.body, after(*from)).contains(&block);
    let round: Vec<usize> =
        reached(unit.body, after(block)).into_iter().filter(comes_back).collect();
    let is_seen = |member: &usize| {
        let data = &unit.body.blocks[*member];
        unit.is_visible_end(&data.end.kind) || data.ops.iter().any(is_visible)
    };
    !round.is_empty() && !round.iter().any(is_seen)
}

/// The blocks that these lead to, themselves among them.
fn reached(body: &MirBody, from: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut seen = vec![false; body.blocks.len()];
    let mut pending: Vec<usize> = from.collect();
    let mut found = Vec::new();
    while let Some(block) = pending.pop() {
        if !std::mem::replace(&mut seen[block], true) {
            found.push(block);
            pending
                .extend(body.blocks[block].end.kind.successors().iter().map(|next| next.index()));
        }
    }
    found
}
