//! Detached tasks that never end (D003): a loop that nothing leads out of.
//!
//! A send or receive fails once its channel is closed, and a `select` once all its channels are; so a
//! loop with one of those has a way out. That something in it could fail by chance is none.

use super::graph::{all_ways, machine_call, reachable, walks_channel, whiles};
use crate::Db;
use crate::diagnostics::{Code, Finding, Part, Site};
use crate::items::{ItemId, ItemKind, NodeIndex};
use crate::mir::{self, Block, BlockId, BodyId, Callee, Intrinsic, MirBody, OpKind, Terminator};

/// One finding for each `detach` that starts what never ends.
pub(super) fn detached(db: &dyn Db, item: ItemId) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    let ops = mir::mir(db, item).bodies.iter().flat_map(|body| &body.blocks);
    for op in ops.flat_map(|block| &block.ops) {
        let OpKind::Detach { callee, .. } = &op.kind else { continue };
        let started = match callee {
            Callee::Item(of) if of.kind(db) == ItemKind::Fn => endless_loop(db, *of, BodyId(0)),
            Callee::Body(body) => endless_loop(db, item, *body),
            _ => None,
        };
        let Some((of, at)) = started else { continue };
        let site = Site::whole(of, at).part(Part::Keyword);
        if found.iter().any(|known| known.site == site) {
            continue;
        }
        let message = "this loop has no way out, and the detached task that runs it never ends";
        let detach = Site::whole(item, op.origin).part(Part::Keyword);
        found.push(
            Finding::new(Code::D003, site, message)
                .related(detach, "the task is detached here")
                .help(
                    "give it a way out: a `signal` or a channel whose end it looks for with \
                     `select`; or start it in a `concurrent` block, which cancels it",
                ),
        );
    }
    found
}

/// A `while` loop that the body comes to and does not leave.
fn endless_loop(db: &dyn Db, item: ItemId, body: BodyId) -> Option<(ItemId, NodeIndex)> {
    let data = mir::mir(db, item).bodies.get(body.index())?;
    let own = caught(data).and_then(|first| {
        let inside = reachable(data, [first], &all_ways);
        let nodes = (0..data.blocks.len()).filter(|block| inside[*block]);
        let first = nodes.flat_map(|block| nodes_of(&data.blocks[block])).min()?;
        let whiles = whiles(db, item);
        let around = whiles.iter().rev().find(|of| of.at <= first);
        around.map(|of| (item, of.at))
    });
    own.or_else(|| called_endlessly(db, item, data))
}

/// A function that is called on every way and does not come back.
fn called_endlessly(db: &dyn Db, item: ItemId, body: &MirBody) -> Option<(ItemId, NodeIndex)> {
    let first = body.blocks.first()?;
    first.ops.iter().find_map(|op| match &op.kind {
        OpKind::Call { callee: Callee::Item(of), .. }
            if *of != item && of.kind(db) == ItemKind::Fn =>
        {
            loop_of(db, *of)
        }
        _ => None,
    })
}

#[salsa::tracked(returns(copy), cycle_initial = |_, _, _| None)]
pub(super) fn loop_of(db: &dyn Db, item: ItemId) -> Option<(ItemId, NodeIndex)> {
    endless_loop(db, item, BodyId(0))
}

fn nodes_of(block: &Block) -> Vec<NodeIndex> {
    block.ops.iter().map(|op| op.origin).chain([block.end.origin]).collect()
}

/// The first block that the body comes to from which all ways on come back to it, and none ends or can be made to
/// fail.
fn caught(body: &MirBody) -> Option<BlockId> {
    let leaves = leaves(body);
    if !leaves.contains(&false) {
        return None;
    }
    let reached = reachable(body, [BlockId(0)], &all_ways);
    let comes_back = |block: &BlockId| {
        let next = body.blocks[block.index()].end.kind.successors();
        reachable(body, next, &all_ways)[block.index()]
    };
    let blocks = (0..body.blocks.len() as u32).map(BlockId);
    blocks.filter(|id| reached[id.index()] && !leaves[id.index()]).find(comes_back)
}

/// By block, whether it leads to one that ends or can be made to fail, or is one.
fn leaves(body: &MirBody) -> Vec<bool> {
    let is_end = |block: &Block| {
        let end = &block.end.kind;
        matches!(end, Terminator::Return(_) | Terminator::Fail { .. } | Terminator::Unreachable)
            || can_be_ended(body, block)
    };
    let mut leaves: Vec<bool> = body.blocks.iter().map(is_end).collect();
    loop {
        let mut changed = false;
        for (block, data) in body.blocks.iter().enumerate().rev() {
            let mut leads_on = leaves[block];
            data.end.kind.each_successor(&mut |next| leads_on |= leaves[next.index()]);
            changed |= leads_on != leaves[block];
            leaves[block] = leads_on;
        }
        if !changed {
            return leaves;
        }
    }
}

fn can_be_ended(body: &MirBody, block: &Block) -> bool {
    let by_call = block.ops.iter().any(|op| {
        matches!(
            machine_call(op),
            Some((
                Intrinsic::ChannelSend
                    | Intrinsic::ChannelReceive
                    | Intrinsic::BarrierWait
                    | Intrinsic::TaskJoin
                    | Intrinsic::JoinAll,
                ..
            ))
        ) || matches!(op.kind, OpKind::Join { .. } | OpKind::Call { callee: Callee::Value(_), .. })
    });
    let by_select = match &block.end.kind {
        Terminator::Select { cases, otherwise } => {
            let waits = |case: &mir::SelectCase| matches!(case.op, mir::SelectOp::Timeout(_));
            otherwise.is_none() && !cases.iter().any(waits)
        }
        end => walks_channel(body, end),
    };
    by_call || by_select
}
