//! Loops that only ask an atom, until it says what they wait for.
//!
//! That a loop ends some time is taken for granted elsewhere, but this one only another task can end: whoever goes
//! round in it waits. So others see it, though nothing in it is seen, and what the atom holds decides how it goes on.
//!
//! Not here: loops that ask a signal, a channel or a lock, for these questions are seen anyway.

use super::unit::is_of_atom;
use crate::mir::{
    BlockId, Callee, Const, Intrinsic, Local, LocalSet, MirBody, Op, OpKind, Operand, Rvalue,
    Terminator,
};

/// Conditions that nest deeper are taken to ask no atom.
const DEPTH_MAX: u32 = 8;

/// The blocks that end such a loop, by the locals that name atoms.
pub(super) fn polls(
    body: &MirBody,
    atoms: &LocalSet,
    fails: &dyn Fn(BlockId) -> bool,
) -> Vec<bool> {
    let may_ask = body.blocks.iter().flat_map(|block| &block.ops).any(|op| asks(op, atoms));
    let is_poll = |block: usize| may_ask && is_poll(body, BlockId(block as u32), atoms, fails);
    (0..body.blocks.len()).map(is_poll).collect()
}

fn is_poll(
    body: &MirBody,
    end: BlockId,
    atoms: &LocalSet,
    fails: &dyn Fn(BlockId) -> bool,
) -> bool {
    let Terminator::Branch { condition: Operand::Local(condition), .. } = &end_of(body, end) else {
        return false;
    };
    if !says_an_atom(body, *condition, atoms, DEPTH_MAX) {
        return false;
    }
    let round = round_of(body, end);
    let leaves = |from: &BlockId| {
        let ways = end_of(body, *from).successors();
        ways.iter().any(|way| !round.contains(way) && !fails(*way))
    };
    let is_way_out = round.contains(&end) && leaves(&end);
    let is_only_way_out = is_way_out && round.iter().all(|block| *block == end || !leaves(block));
    let ops = || round.iter().flat_map(|block| &body.blocks[block.index()].ops);
    is_only_way_out && !ops().any(may_change)
}

/// The blocks that come again together with one: those that it leads to, and that lead to it.
fn round_of(body: &MirBody, of: BlockId) -> Vec<BlockId> {
    let ways = |from: BlockId| end_of(body, from).successors();
    let mut leads_to = vec![Vec::new(); body.blocks.len()];
    for from in (0..body.blocks.len() as u32).map(BlockId) {
        ways(from).into_iter().for_each(|to| leads_to[to.index()].push(from));
    }
    let after = reached(body.blocks.len(), of, &ways);
    let before = reached(body.blocks.len(), of, &|to: BlockId| leads_to[to.index()].clone());
    let blocks = (0..body.blocks.len() as u32).map(BlockId);
    blocks.filter(|block| after[block.index()] && before[block.index()]).collect()
}

/// By block, whether one comes there from another, in one step or more.
fn reached(count: usize, from: BlockId, ways: &dyn Fn(BlockId) -> Vec<BlockId>) -> Vec<bool> {
    let mut reached = vec![false; count];
    let mut pending = ways(from);
    while let Some(block) = pending.pop() {
        if !std::mem::replace(&mut reached[block.index()], true) {
            pending.extend(ways(block));
        }
    }
    reached
}

fn end_of(body: &MirBody, block: BlockId) -> &Terminator {
    &body.blocks[block.index()].end.kind
}

fn asks(op: &Op, atoms: &LocalSet) -> bool {
    match &op.kind {
        OpKind::Call { callee: Callee::Intrinsic(Intrinsic::AtomGet), args, .. } => {
            args.first().and_then(Operand::local).is_some_and(|atom| atoms.contains(atom))
        }
        _ => false,
    }
}

/// Whether the op may change an atom, by itself or by what it calls: a function may have one that it was not passed.
fn may_change(op: &Op) -> bool {
    match &op.kind {
        OpKind::Call { callee: Callee::Intrinsic(Intrinsic::AtomGet), .. } => false,
        OpKind::Call { callee: Callee::Intrinsic(of), .. } => is_of_atom(*of),
        OpKind::Call { .. } => true,
        _ => false,
    }
}

/// Whether the value follows from what atoms hold, and from what stays as it is.
fn says_an_atom(body: &MirBody, local: Local, atoms: &LocalSet, depth: u32) -> bool {
    let Some(Some(only)) = made(body, local) else { return false };
    match &only.kind {
        OpKind::Assign { value, .. } if depth > 0 => match value {
            Rvalue::Use(_) | Rvalue::Unary(..) | Rvalue::Binary(..) => {
                let says: Vec<Option<bool>> = value
                    .operands()
                    .iter()
                    .map(|part| match part {
                        Operand::Local(of) if says_an_atom(body, *of, atoms, depth - 1) => {
                            Some(true)
                        }
                        Operand::Local(of) => arrives(body, *of).then_some(false),
                        Operand::Const(of) => (!matches!(of, Const::Unit)).then_some(false),
                    })
                    .collect();
                says.contains(&Some(true)) && !says.contains(&None)
            }
            _ => false,
        },
        _ => asks(only, atoms),
    }
}

/// Whether the local is a parameter or a capture that nothing assigns.
fn arrives(body: &MirBody, local: Local) -> bool {
    local.0 < body.params + body.captures && made(body, local).is_none()
}

/// What gives the local its value: none for what arrives, and inside `None` where there are several.
fn made(body: &MirBody, local: Local) -> Option<Option<&Op>> {
    let ops = body.blocks.iter().flat_map(|block| &block.ops);
    let mut made = ops.filter(|op| match &op.kind {
        OpKind::Assign { dest, .. } | OpKind::Call { dest, .. } => *dest == local,
        _ => false,
    });
    let only = made.next()?;
    Some(made.next().is_none().then_some(only))
}
