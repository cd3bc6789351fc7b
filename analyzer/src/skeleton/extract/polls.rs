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
    let round = round_of(body, end);
    let leaves = |from: &BlockId| {
        let ways = end_of(body, *from).successors();
        ways.iter().any(|way| !round.contains(way) && !fails(*way))
    };
    let is_way_out = round.contains(&end) && leaves(&end);
    let is_only_way_out = is_way_out && round.iter().all(|block| *block == end || !leaves(block));
    let ops = || round.iter().flat_map(|block| &body.blocks[block.index()].ops);
    is_only_way_out
        && !ops().any(|op| may_change(op, atoms))
        && says_an_atom(body, *condition, atoms, DEPTH_MAX)
}

/// The blocks that come again together with one.
fn round_of(body: &MirBody, of: BlockId) -> Vec<BlockId> {
    let after = |from: BlockId| {
        let mut found: Vec<BlockId> = end_of(body, from).successors();
        let mut next = 0;
        while next < found.len() {
            for way in end_of(body, found[next]).successors() {
                if !found.contains(&way) {
                    found.push(way);
                }
            }
            next += 1;
        }
        found
    };
    let mut round = after(of);
    round.retain(|block| after(*block).contains(&of));
    round
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

/// Whether the op may change an atom, by itself or by what it calls.
fn may_change(op: &Op, atoms: &LocalSet) -> bool {
    match &op.kind {
        OpKind::Call { callee: Callee::Intrinsic(Intrinsic::AtomGet), .. } => false,
        OpKind::Call { callee: Callee::Intrinsic(of), .. } if is_of_atom(*of) => true,
        OpKind::Call { callee, args, .. } => {
            let is_atom = |arg: &Operand| arg.local().is_some_and(|arg| atoms.contains(arg));
            !matches!(callee, Callee::Intrinsic(_)) && args.iter().any(is_atom)
        }
        _ => false,
    }
}

/// Whether the value follows from what atoms hold, and from what stays as it is.
fn says_an_atom(body: &MirBody, local: Local, atoms: &LocalSet, depth: u32) -> bool {
    let ops = body.blocks.iter().flat_map(|block| &block.ops);
    let mut made = ops.filter(|op| match &op.kind {
        OpKind::Assign { dest, .. } | OpKind::Call { dest, .. } => *dest == local,
        _ => false,
    });
    let (Some(only), None) = (made.next(), made.next()) else { return false };
    match &only.kind {
        OpKind::Assign { value, .. } if depth > 0 => match value {
            Rvalue::Use(_) | Rvalue::Unary(..) | Rvalue::Binary(..) => {
                let parts = value.operands();
                let says = |part: &Operand| match part {
                    Operand::Local(of) => says_an_atom(body, *of, atoms, depth - 1),
                    Operand::Const(_) => false,
                };
                let stays = |part: &Operand| match part {
                    Operand::Local(of) => of.0 < body.params || says(part),
                    Operand::Const(of) => !matches!(of, Const::Unit),
                };
                parts.iter().any(|part| says(part)) && parts.iter().all(|part| stays(part))
            }
            _ => false,
        },
        _ => asks(only, atoms),
    }
}
