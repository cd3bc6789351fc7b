//! Which `panic`s are ways that a task may take.
//!
//! A failure that nothing outlives ends all that could wait for what the task leaves undone, so a branch into
//! one is decided. Where an `attempt`, a supervised scope, a detached task or a deferred wait outlives it, a
//! `panic` behind a condition is a way like any other. An `assert` is not: it says what holds.
//!
//! A `panic` in a loop in which nothing else can be seen is no way either: for its sake it would have to be
//! guessed how often the loop goes round.

use super::unit::Unit;
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
    let fails = |block: usize| unit.ways().fails(crate::mir::BlockId(block as u32));
    let mut found = vec![false; blocks.len()];
    if !(0..blocks.len()).any(is_panic) {
        return None;
    }
    for (block, data) in blocks.iter().enumerate() {
        let ways = data.end.kind.successors().into_iter().map(|way| way.index());
        let ways: Vec<usize> = ways.filter(|way| fails(*way)).collect();
        if ways.is_empty()
            || fails(block) && block != 0
            || is_in_quiet_loop(unit, block, is_visible)
        {
            continue;
        }
        for panics in reached(unit.body, ways.into_iter()) {
            found[panics] |= is_panic(panics);
        }
    }
    found[0] |= is_panic(0);
    found.contains(&true).then_some(found)
}

/// Whether the block lies in a loop in which nothing can be seen.
fn is_in_quiet_loop(unit: &Unit<'_>, block: usize, is_visible: &dyn Fn(&Op) -> bool) -> bool {
    let after = unit.body.blocks[block].end.kind.successors().into_iter().map(|next| next.index());
    let leads_back = leading(unit.body, block);
    let mut round = reached(unit.body, after);
    round.retain(|member| leads_back[*member]);
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

/// Which blocks lead to that one.
fn leading(body: &MirBody, to: usize) -> Vec<bool> {
    let mut before = vec![Vec::new(); body.blocks.len()];
    for (block, data) in body.blocks.iter().enumerate() {
        data.end.kind.successors().iter().for_each(|next| before[next.index()].push(block));
    }
    let mut found = vec![false; body.blocks.len()];
    let mut pending = vec![to];
    while let Some(block) = pending.pop() {
        for one in &before[block] {
            if !std::mem::replace(&mut found[*one], true) {
                pending.push(*one);
            }
        }
    }
    found
}
