//! Loops that ask again and again without ever waiting (P006).
//!
//! The *idle graph* of a body keeps the blocks that do nothing but ask and compute, and of each
//! question the ways on where nothing has happened yet. A circle in it that asks something is a busy
//! loop. A loop that does work in each round, or changes what it asks about, is none.

use std::collections::BTreeSet;

use super::graph::{machine_call, polls, reachable};
use crate::Db;
use crate::diagnostics::{Code, Finding, Part, Site};
use crate::items::ItemId;
use crate::mir::{
    self, Block, BlockId, Callee, Family, Intrinsic, Local, MirBody, Op, OpKind, Operand, Rvalue,
    Terminator,
};

/// One finding for each circle, at the first question of it.
pub(super) fn busy(db: &dyn Db, item: ItemId) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    for body in &mir::mir(db, item).bodies {
        let mut done = vec![false; body.blocks.len()];
        let asks = |callee: &Callee| asks(db, item, callee);
        for index in 0..body.blocks.len() {
            let block = BlockId(index as u32);
            let circle = idle_circle(body, block, &asks).filter(|_| !done[index]);
            let Some(circle) = circle else { continue };
            circle.iter().for_each(|member| done[member.index()] = true);
            found.extend(question(item, body, &circle, &asks));
        }
    }
    found
}

/// Whether a loop of the body may ask by what functions of the program say.
pub(super) fn may_ask(body: &MirBody) -> bool {
    let calls = |op: &Op| matches!(&op.kind, OpKind::Call { callee: Callee::Item(_), .. });
    let mut blocks = (0..).map(BlockId).zip(&body.blocks);
    blocks.any(|(id, block)| {
        block.ops.iter().any(calls) && idle_circle(body, id, &|_| true).is_some()
    })
}

/// Whether calls of a function only ask.
type Asks<'a> = &'a dyn Fn(&Callee) -> bool;

fn asks(db: &dyn Db, item: ItemId, callee: &Callee) -> bool {
    matches!(callee, Callee::Item(of) if *of != item && only_asks(db, *of))
}

/// Whether a call of the function looks whether something has happened, at once, and does nothing else. What it
/// calls of the program may do anything: so an edit of that asks nothing again here.
#[salsa::tracked(returns(copy))]
pub(super) fn only_asks(db: &dyn Db, item: ItemId) -> bool {
    let Some(body) = mir::mir(db, item).bodies.first() else { return false };
    let asks = |_: &Callee| false;
    let goes_on = |block: &Block| {
        use Terminator::{Branch, Goto, Return};
        matches!(block.end.kind, Return(_) | Goto(_) | Branch { .. })
    };
    let ops = || body.blocks.iter().flat_map(|block| &block.ops);
    let mut blocks = (0..body.blocks.len() as u32).map(BlockId);
    ops().all(|op| is_idle(op, &asks))
        && ops().any(|op| question_of(op, &asks))
        && body.blocks.iter().all(goes_on)
        && blocks.all(|block| idle_circle(body, block, &asks).is_none())
}

/// Whether the op looks whether something has happened.
fn question_of(op: &Op, asks: Asks<'_>) -> bool {
    match &op.kind {
        OpKind::Call { callee: Callee::Intrinsic(of), .. } => polls(*of),
        OpKind::Call { callee, .. } => asks(callee),
        _ => false,
    }
}

/// The blocks of the circle that the block is on, if it is on one.
fn idle_circle(body: &MirBody, block: BlockId, asks: Asks<'_>) -> Option<Vec<BlockId>> {
    let ways = |_: BlockId, block: &Block| idle_ways(body, block, asks);
    let data = &body.blocks[block.index()];
    let after = reachable(body, ways(block, data), &ways);
    if !after[block.index()] {
        return None;
    }
    let comes_back = |member: &BlockId| {
        let data = &body.blocks[member.index()];
        reachable(body, ways(*member, data), &ways)[block.index()]
    };
    let members = (0..body.blocks.len() as u32).map(BlockId);
    Some(members.filter(|member| after[member.index()]).filter(comes_back).collect())
}

fn question(item: ItemId, body: &MirBody, circle: &[BlockId], asks: Asks<'_>) -> Option<Finding> {
    let blocks = circle.iter().map(|block| &body.blocks[block.index()]);
    let questions = blocks.clone().flat_map(|block| &block.ops);
    let questions = questions.filter(|op| question_of(op, asks)).map(|op| (op.origin, false));
    let selects = blocks.filter_map(|block| match &block.end.kind {
        Terminator::Select { .. } => Some((block.end.origin, true)),
        _ => None,
    });
    let (at, is_select) = questions.chain(selects).min()?;
    let site = Site::whole(item, at);
    let (site, message) = match is_select {
        true => (
            site.part(Part::Keyword),
            "this loop comes back to its `select` at once while nothing is ready: it keeps a \
             processor busy with asking"
                .to_owned(),
        ),
        false => (
            site,
            "this loop asks again and again without waiting in between: it keeps a processor busy \
             with asking"
                .to_owned(),
        ),
    };
    Some(Finding::new(Code::P006, site, message).help(
        "wait for what should happen: `receive`, a `select` without `else:`, the `wait()` of a \
         `signal`; or `sleep` between two looks",
    ))
}

/// Where an idle block may go on while nothing has happened; nowhere when it is not idle.
fn idle_ways(body: &MirBody, block: &Block, asks: Asks<'_>) -> Vec<BlockId> {
    if !block.ops.iter().all(|op| is_idle(op, asks)) {
        return Vec::new();
    }
    match &block.end.kind {
        Terminator::Goto(next) => vec![*next],
        Terminator::Branch { condition, then, otherwise } => {
            match condition.local().and_then(|local| happened(body, local, &mut BTreeSet::new())) {
                Some(true) => vec![*otherwise],
                Some(false) => vec![*then],
                None => vec![*then, *otherwise],
            }
        }
        Terminator::Select { otherwise, .. } => otherwise.iter().copied().collect(),
        _ => Vec::new(),
    }
}

/// Whether the op only asks or computes.
fn is_idle(op: &Op, asks: Asks<'_>) -> bool {
    match &op.kind {
        OpKind::Assign { .. } => true,
        OpKind::Call { callee: Callee::Intrinsic(of), .. } => {
            polls(*of)
                || of.family() == Family::Numbers
                || of.family() == Family::Results && of.only_computes()
                || matches!(of, Intrinsic::Now | Intrinsic::InstantElapsed | Intrinsic::Len)
        }
        OpKind::Call { callee, .. } => asks(callee),
        _ => false,
    }
}

/// For what value of a condition something was taken, sent or had: then the loop made progress.
fn happened(body: &MirBody, condition: Local, seen: &mut BTreeSet<Local>) -> Option<bool> {
    if !seen.insert(condition) {
        return None;
    }
    let ops = || body.blocks.iter().flat_map(|block| &block.ops);
    ops().find_map(|op| match &op.kind {
        OpKind::Assign { dest, value: Rvalue::Unary(_, Operand::Local(of)) }
            if *dest == condition && *of != condition =>
        {
            happened(body, *of, seen).map(|value| !value)
        }
        OpKind::Assign { dest, value: Rvalue::Use(Operand::Local(of)) }
            if *dest == condition && *of != condition =>
        {
            happened(body, *of, seen)
        }
        OpKind::Assign { dest, value: Rvalue::IsVariant(Operand::Local(of), variant) }
            if *dest == condition =>
        {
            let is_received = ops().any(|op| is_received(op, *of));
            is_received.then_some(variant.index == 1)
        }
        _ => {
            let (of, _, dest) = machine_call(op)?;
            let takes = matches!(
                of,
                Intrinsic::ChannelTrySend
                    | Intrinsic::MutexTryLock
                    | Intrinsic::SemaphoreTryAcquire
            );
            let looks = matches!(of, Intrinsic::OptionIsSome | Intrinsic::OptionIsNone);
            if dest == condition && takes {
                return Some(true);
            }
            (dest == condition && looks).then_some(of == Intrinsic::OptionIsSome)
        }
    })
}

/// Whether the op gives the local what `try_receive` gave, through copies.
fn is_received(op: &Op, local: Local) -> bool {
    matches!(machine_call(op), Some((Intrinsic::ChannelTryReceive, _, dest)) if dest == local)
        || matches!(&op.kind, OpKind::Assign { dest, value: Rvalue::Use(_) } if *dest == local)
}
