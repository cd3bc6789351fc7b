//! What the rules ask of a body's graph.

use crate::Db;
use crate::hir::{self, Stmt};
use crate::items::{ItemId, NodeIndex, signature};
use crate::mir::{
    self, Access, Block, BlockId, Callee, Intrinsic, Local, MirBody, Op, OpKind, Operand, Rvalue,
    Terminator,
};
use crate::ty::{Builtin, Ty};

/// Whether any body of the item does something that a rule here is about.
pub(super) fn is_of_interest(db: &dyn Db, item: ItemId) -> bool {
    let is_it = |op: &Op| match &op.kind {
        OpKind::Spawn { .. }
        | OpKind::Detach { .. }
        | OpKind::ParallelFor { .. }
        | OpKind::EnterLock { .. } => true,
        OpKind::Call { callee: Callee::Intrinsic(of), .. } => {
            matches!(of, Intrinsic::MutexLock | Intrinsic::ChannelNew) || polls(*of)
        }
        _ => false,
    };
    let bodies = &mir::mir(db, item).bodies;
    let mut blocks = bodies.iter().flat_map(|body| &body.blocks);
    blocks.any(|block| {
        block.ops.iter().any(is_it) || matches!(block.end.kind, Terminator::Select { .. })
    }) || bodies.iter().any(super::polling::may_ask)
}

/// Whether the machine's function looks whether something has happened, and does not wait.
pub(super) fn polls(of: Intrinsic) -> bool {
    matches!(
        of,
        Intrinsic::AtomGet
            | Intrinsic::SignalIsSet
            | Intrinsic::ChannelClosed
            | Intrinsic::ChannelLen
            | Intrinsic::ChannelTryReceive
            | Intrinsic::ChannelTrySend
            | Intrinsic::MutexTryLock
            | Intrinsic::SemaphoreTryAcquire
            | Intrinsic::TaskDone
    )
}

/// The function of the machine's that an op calls, with its arguments and result.
pub(super) fn machine_call(op: &Op) -> Option<(Intrinsic, &[Operand], Local)> {
    match &op.kind {
        OpKind::Call { callee: Callee::Intrinsic(of), args, dest } => Some((*of, args, *dest)),
        _ => None,
    }
}

/// Whether the terminator walks a channel or a view of one.
pub(super) fn walks_channel(body: &MirBody, end: &Terminator) -> bool {
    let Terminator::Next { iterator, .. } = end else { return false };
    let is_channel = |ty: &Ty| ty.is(Builtin::Channel) || ty.is(Builtin::Receiver);
    let walked = body.blocks.iter().flat_map(|block| &block.ops).find_map(|op| match &op.kind {
        OpKind::Assign { dest, value: Rvalue::Iterate(Operand::Local(of)) } => {
            (dest == iterator).then_some(*of)
        }
        _ => None,
    });
    is_channel(&body.local(*iterator).ty)
        || walked.is_some_and(|walked| is_channel(&body.local(walked).ty))
}

/// The blocks that control may come to from these, themselves among them, along the edges that
/// `follows` allows.
pub(super) fn reachable(
    body: &MirBody,
    from: impl IntoIterator<Item = BlockId>,
    follows: &dyn Fn(BlockId, &Block) -> Vec<BlockId>,
) -> Vec<bool> {
    let mut seen = vec![false; body.blocks.len()];
    let mut pending: Vec<BlockId> = from.into_iter().collect();
    while let Some(block) = pending.pop() {
        if !std::mem::replace(&mut seen[block.index()], true) {
            pending.extend(follows(block, &body.blocks[block.index()]));
        }
    }
    seen
}

/// All ways on.
pub(super) fn all_ways(_: BlockId, block: &Block) -> Vec<BlockId> {
    block.end.kind.successors()
}

/// No name has more parts.
const NAME_PARTS_MAX: usize = 4;

/// What the program calls the operand: a name, or the fields that a temporary was read from.
pub(super) fn name_of(db: &dyn Db, body: &MirBody, operand: &Operand) -> Option<String> {
    Some(format!("`{}`", name_within(db, body, operand.local()?, NAME_PARTS_MAX)?))
}

fn name_within(db: &dyn Db, body: &MirBody, local: Local, parts: usize) -> Option<String> {
    if let Some(name) = &body.local(local).name {
        return Some(name.to_string());
    }
    let inner = |of: &Operand| name_within(db, body, of.local()?, parts.checked_sub(1)?);
    body.blocks.iter().flat_map(|block| &block.ops).find_map(|op| {
        let OpKind::Assign { dest, value } = &op.kind else { return None };
        match value {
            _ if *dest != local => None,
            Rvalue::Use(of) | Rvalue::Convert(_, of) | Rvalue::Iterate(of) => inner(of),
            Rvalue::Field(of, field) => {
                let Ty::Adt(item, _) = &body.local(of.local()?).ty else { return None };
                let signature = signature(db, *item);
                let name = &signature.as_struct()?.fields.get(*field as usize)?.name;
                Some(format!("{}.{name}", inner(of)?))
            }
            _ => None,
        }
    })
}

/// What a name stands for all through a body, and the way from it to a part of that.
#[derive(PartialEq, Eq)]
struct Place {
    base: Base,
    way: Vec<Part>,
}

#[derive(PartialEq, Eq)]
enum Base {
    Local(Local),
    Constant(ItemId),
}

#[derive(PartialEq, Eq)]
enum Part {
    Field(u32),
    Element(Operand),
}

/// Whether both were read from one place: each read of a field is a temporary of its own.
pub(super) fn is_one_place(body: &MirBody, one: &Operand, other: &Operand) -> bool {
    place_of(body, one).is_some_and(|one| place_of(body, other) == Some(one))
}

fn place_of(body: &MirBody, operand: &Operand) -> Option<Place> {
    let (mut local, mut way) = (operand.local()?, Vec::new());
    for _ in 0..NAME_PARTS_MAX {
        if body.local(local).name.is_some() {
            break;
        }
        let mut ops = body.blocks.iter().flat_map(|block| &block.ops);
        let read = ops.find_map(|op| match &op.kind {
            OpKind::Assign { dest, value } if *dest == local => Some(value),
            _ => None,
        });
        let (of, part) = match read {
            Some(Rvalue::Constant(item)) => {
                return Some(Place { base: Base::Constant(*item), way });
            }
            Some(Rvalue::Use(of) | Rvalue::Convert(_, of)) => (of, None),
            Some(Rvalue::Field(of, field)) => (of, Some(Part::Field(*field))),
            Some(Rvalue::Index(of, index)) if stays(body, index) => {
                (of, Some(Part::Element(index.clone())))
            }
            _ => break,
        };
        let Some(of) = of.local() else { break };
        local = of;
        way.extend(part);
    }
    stays(body, &Operand::Local(local)).then_some(Place { base: Base::Local(local), way })
}

/// Whether the operand is one value wherever it stands.
fn stays(body: &MirBody, operand: &Operand) -> bool {
    let Some(local) = operand.local() else { return true };
    let ops = body.blocks.iter().flat_map(|block| &block.ops);
    let named = ops.flat_map(|op| op.kind.locals());
    let named = named.chain(body.blocks.iter().flat_map(|block| block.end.kind.locals()));
    let writes = named.filter(|(of, way)| (*of, *way) == (local, Access::Write)).count();
    writes + usize::from(local.0 < body.params + body.captures) <= 1
}

/// A `while` loop of an item.
pub(super) struct While {
    /// Where it stands.
    pub(super) at: NodeIndex,
    /// The nodes of the condition: from the first to before the second.
    pub(super) head: (NodeIndex, NodeIndex),
}

/// All `while` loops of the item, outer ones before those inside.
pub(super) fn whiles(db: &dyn Db, item: ItemId) -> Vec<While> {
    let lowered = hir::lower(db, item);
    let mut found: Vec<While> = lowered
        .body
        .stmts
        .iter()
        .filter_map(|(id, stmt)| {
            let Stmt::While(condition, suite) = stmt else { return None };
            let at = *lowered.source_map.stmts.get(id)?;
            let from = *lowered.source_map.exprs.get(*condition)?;
            let to = *lowered.source_map.stmts.get(*suite.first()?)?;
            Some(While { at, head: (from, to) })
        })
        .collect();
    found.sort_by_key(|of| of.at);
    found
}
