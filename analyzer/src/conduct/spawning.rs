//! Spawns without a bound (P002): a loop without an end that starts a task in each round, in a scope
//! from outside it and without `limit`, or detached.
//!
//! What waits for something in each round is bounded by that: a channel's next value, a permit, a
//! result.

use super::graph::{While, machine_call, polls, reachable, walks_channel, whiles};
use crate::Db;
use crate::diagnostics::{Code, Edit, EditKind, Finding, Fix, Part, Site};
use crate::items::ItemId;
use crate::mir::{
    self, Block, BlockId, Callee, Intrinsic, LockMode, MirBody, Op, OpKind, Operand, Rvalue,
    ScopeId, ScopeRef, Terminator,
};

/// How many tasks at once are proposed where nothing says how many are meant.
const LIMIT: u32 = 8;

/// The spawns of the item's bodies that nothing bounds.
pub(super) fn unbounded(db: &dyn Db, item: ItemId) -> Vec<Finding> {
    let mut found = Vec::new();
    let loops = whiles(db, item);
    for body in &mir::mir(db, item).bodies {
        for (index, block) in body.blocks.iter().enumerate() {
            for op in &block.ops {
                let scope = match &op.kind {
                    OpKind::Spawn { scope: ScopeRef::Own(scope), .. } => Some(*scope),
                    OpKind::Detach { .. } => None,
                    _ => continue,
                };
                let at = BlockId(index as u32);
                let is_in_loop = loops.iter().any(|of| of.at < op.origin);
                let is_bounded = !is_in_loop || scope.is_some_and(|scope| is_limited(body, scope));
                if !is_bounded && comes_back(body, at, scope, &loops) {
                    found.push(finding(item, body, op, scope));
                }
            }
        }
    }
    found
}

fn finding(item: ItemId, body: &MirBody, spawn: &Op, scope: Option<ScopeId>) -> Finding {
    let message = "this loop has no end and starts a task in each round: nothing bounds how many \
                   run at once";
    let finding =
        Finding::new(Code::P002, Site::whole(item, spawn.origin).part(Part::Keyword), message);
    let Some(scope) = scope else {
        return finding.help(
            "take a permit of a `semaphore` before `detach`, and give it back at the end of the task",
        );
    };
    let scope = Site::whole(item, body.scopes[scope.index()].origin).part(Part::Keyword);
    let limit = EditKind::After(format!(" limit({LIMIT})"));
    let mend = Fix {
        title: format!("Let the next `spawn` wait while {LIMIT} tasks run"),
        safe: false,
        edits: vec![Edit { site: scope, kind: limit }],
    };
    finding
        .related(scope, "the tasks gather in this scope")
        .help("write `concurrent limit(n):`, so that the next `spawn` waits while n tasks run")
        .fix(mend)
}

fn is_limited(body: &MirBody, scope: ScopeId) -> bool {
    let enters = |op: &Op| match &op.kind {
        OpKind::EnterScope { scope: entered, limit, .. } => *entered == scope && limit.is_some(),
        _ => false,
    };
    body.blocks.iter().any(|block| block.ops.iter().any(enters))
}

/// Whether control can come from the spawn back to it, in the same scope and without a bound. From
/// inside a loop over a list, one can come back to its head only as often as the list is long: so the
/// head leads on from there by its end alone.
fn comes_back(body: &MirBody, spawn: BlockId, scope: Option<ScopeId>, loops: &[While]) -> bool {
    let mut seen = vec![[false; 2]; body.blocks.len()];
    let mut pending = vec![(spawn, false)];
    while let Some((block, from_inside)) = pending.pop() {
        let data = &body.blocks[block.index()];
        let leaves = data.ops.iter().any(
            |op| matches!(&op.kind, OpKind::EndScope(of) | OpKind::LeaveScope(of) if Some(*of) == scope),
        );
        if leaves || is_bounding(body, data, loops) {
            continue;
        }
        let next = match &data.end.kind {
            Terminator::Next { done, .. } if from_inside => vec![*done],
            end => end.successors(),
        };
        for next in next {
            if next == spawn {
                return true;
            }
            let from_inside = is_inside(body, block, next);
            if !std::mem::replace(&mut seen[next.index()][usize::from(from_inside)], true) {
                pending.push((next, from_inside));
            }
        }
    }
    false
}

/// Whether a block lies in the loop over a list whose head is `head`.
fn is_inside(body: &MirBody, block: BlockId, head: BlockId) -> bool {
    let Terminator::Next { body: first, .. } = &body.blocks[head.index()].end.kind else {
        return false;
    };
    let follows = |id: BlockId, block: &Block| {
        if id == head { Vec::new() } else { block.end.kind.successors() }
    };
    block != head && reachable(body, [*first], &follows)[block.index()]
}

fn is_bounding(body: &MirBody, block: &Block, loops: &[While]) -> bool {
    block.ops.iter().any(waits_for_others) || is_bounding_end(body, block, loops)
}

fn waits_for_others(op: &Op) -> bool {
    match &op.kind {
        OpKind::Join { .. } => true,
        OpKind::EnterLock { mode, .. } => *mode == LockMode::Acquire,
        OpKind::Call { callee: Callee::Intrinsic(of), .. } => matches!(
            of,
            Intrinsic::ChannelReceive
                | Intrinsic::ChannelNext
                | Intrinsic::ChannelTryReceive
                | Intrinsic::SemaphoreAcquire
                | Intrinsic::SemaphoreTryAcquire
                | Intrinsic::TaskJoin
                | Intrinsic::TaskOutcome
                | Intrinsic::JoinAll
                | Intrinsic::BarrierWait
                | Intrinsic::SignalWait
        ),
        _ => false,
    }
}

fn is_bounding_end(body: &MirBody, block: &Block, loops: &[While]) -> bool {
    match &block.end.kind {
        Terminator::Next { iterator, .. } => {
            walks_channel(body, &block.end.kind) && !is_clock(body, &Operand::Local(*iterator))
        }
        Terminator::Select { cases, .. } => cases.iter().any(|case| match &case.op {
            mir::SelectOp::Receive { channel, .. } => !is_clock(body, channel),
            _ => false,
        }),
        Terminator::Branch { condition, .. } => {
            let is_head = |of: &While| (of.head.0..of.head.1).contains(&block.end.origin);
            loops.iter().any(is_head) && !asks_only(body, condition)
        }
        _ => false,
    }
}

/// Whether the operand is what `time.ticks` gave.
fn is_clock(body: &MirBody, operand: &Operand) -> bool {
    let Some(local) = operand.local() else { return false };
    body.blocks.iter().flat_map(|block| &block.ops).any(|op| match &op.kind {
        OpKind::Call { dest, callee: Callee::Intrinsic(Intrinsic::TimeTicks), .. } => {
            *dest == local
        }
        OpKind::Assign {
            dest,
            value:
                Rvalue::Use(of @ Operand::Local(from)) | Rvalue::Iterate(of @ Operand::Local(from)),
        } => *dest == local && *from != local && is_clock(body, of),
        _ => false,
    })
}

/// Whether a condition is true for good, or asks others whether to go on.
fn asks_only(body: &MirBody, condition: &Operand) -> bool {
    let Some(local) = condition.local() else { return true };
    body.blocks.iter().flat_map(|block| &block.ops).any(|op| match &op.kind {
        OpKind::Assign { dest, value: Rvalue::Unary(_, of) | Rvalue::Use(of) } => {
            *dest == local && of.local() != Some(local) && asks_only(body, of)
        }
        _ => machine_call(op).is_some_and(|(of, _, dest)| dest == local && polls(of)),
    })
}
