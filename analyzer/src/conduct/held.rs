//! Locks that are held while their task waits (L005).
//!
//! A permit of a semaphore is held for as long as the work takes, so it is no lock here. A lock that
//! also guards the closing of a channel, and a flag that says whether it is closed, is held over the sends on purpose.

use super::graph::{is_one_place, machine_call, name_of};
use super::suspends::{end_suspends, op_suspends};
use crate::Db;
use crate::SourceFile;
use crate::diagnostics::{Code, Finding, Part, Site};
use crate::items::{ItemId, NodeIndex, file_items};
use crate::mir::{
    self, BlockId, Callee, Intrinsic, Local, LockMode, MirBody, Op, OpKind, Operand, Terminator,
};
use crate::ty::Ty;

/// The first wait inside each block or stretch that holds a lock.
pub(super) fn across_suspension(db: &dyn Db, item: ItemId) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    for body in &mir::mir(db, item).bodies {
        for (index, block) in body.blocks.iter().enumerate() {
            for (position, op) in block.ops.iter().enumerate() {
                let Some(held) = Held::by(op) else { continue };
                let after = (BlockId(index as u32), position + 1);
                let Some(wait) = held.first_wait(db, item, body, after) else { continue };
                let finding = finding(db, item, body, op, &held, wait);
                if found.iter().all(|known| known.site != finding.site) {
                    found.push(finding);
                }
            }
        }
    }
    found
}

/// A lock that an op takes.
struct Held<'a> {
    lock: &'a Operand,
    is_block: bool,
}

/// An op or block end that waits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Wait {
    at: NodeIndex,
    by_keyword: bool,
}

/// A piece of what runs with a lock held.
#[derive(Clone, Copy)]
enum Within<'a> {
    Op(&'a Op),
    End(&'a mir::Block),
}

impl<'a> Within<'a> {
    fn op(&self) -> Option<&'a Op> {
        match self {
            Self::Op(op) => Some(op),
            Self::End(_) => None,
        }
    }
}

impl<'a> Held<'a> {
    fn by(op: &'a Op) -> Option<Self> {
        match (&op.kind, machine_call(op)) {
            (OpKind::EnterLock { lock, mode, .. }, _) if *mode != LockMode::Acquire => {
                Some(Self { lock, is_block: true })
            }
            (_, Some((Intrinsic::MutexLock, [lock, ..], _))) => {
                Some(Self { lock, is_block: false })
            }
            _ => None,
        }
    }

    fn ends_at(&self, body: &MirBody, op: &Op) -> bool {
        let is_same = |lock: &Operand| lock == self.lock || is_one_place(body, lock, self.lock);
        match (&op.kind, machine_call(op)) {
            (OpKind::ExitLock { lock, .. }, _) => self.is_block && lock == self.lock,
            (_, Some((Intrinsic::MutexUnlock, [lock, ..], _))) => !self.is_block && is_same(lock),
            _ => false,
        }
    }

    /// What runs with the lock held, from behind the op that takes it.
    fn within<'b>(&self, body: &'b MirBody, taken: (BlockId, usize)) -> Vec<Within<'b>> {
        let mut seen = vec![false; body.blocks.len()];
        let mut pending = vec![taken];
        let mut within = Vec::new();
        'blocks: while let Some((block, position)) = pending.pop() {
            let data = &body.blocks[block.index()];
            for op in data.ops.iter().skip(position) {
                if self.ends_at(body, op) {
                    continue 'blocks;
                }
                within.push(Within::Op(op));
            }
            within.push(Within::End(data));
            for next in data.end.kind.successors() {
                if !std::mem::replace(&mut seen[next.index()], true) {
                    pending.push((next, 0));
                }
            }
        }
        within
    }

    /// The first wait in the text that control may come to with the lock held.
    fn first_wait(
        &self,
        db: &dyn Db,
        item: ItemId,
        body: &MirBody,
        taken: (BlockId, usize),
    ) -> Option<Wait> {
        let within = self.within(body, taken);
        let asks = within.iter().any(|within| {
            matches!(within, Within::End(block) if matches!(block.end.kind, Terminator::Branch { .. }))
        });
        let wait = |within: Within<'_>| match within {
            Within::Op(op) => {
                let is_guarded = || asks && is_guarded_send(db, item, body, self.lock, op);
                let waits = op_suspends(db, item, op) && !is_guarded();
                let by_keyword = !matches!(op.kind, OpKind::Call { .. } | OpKind::Join { .. });
                waits.then_some(Wait { at: op.origin, by_keyword })
            }
            Within::End(block) => {
                end_suspends(body, block).then_some(Wait { at: block.end.origin, by_keyword: true })
            }
        };
        within.into_iter().filter_map(wait).min()
    }
}

fn finding(
    db: &dyn Db,
    item: ItemId,
    body: &MirBody,
    taken: &Op,
    held: &Held<'_>,
    wait: Wait,
) -> Finding {
    let name = name_of(db, body, held.lock).unwrap_or_else(|| "this lock".to_owned());
    let part = if wait.by_keyword { Part::Keyword } else { Part::Whole };
    let message =
        format!("this may wait while {name} is held, and whoever wants {name} waits as long");
    let taken_at = Site::whole(item, taken.origin);
    let taken_at = if held.is_block { taken_at.part(Part::Keyword) } else { taken_at };
    let help = match held.is_block {
        true => "take out what is needed, leave the block, and wait then".to_owned(),
        false => format!("take out what is needed, unlock {name}, and wait then"),
    };
    Finding::new(Code::L005, Site::whole(item, wait.at).part(part), message)
        .related(taken_at, format!("{name} is taken here"))
        .help(help)
}

/// What closes a channel under a lock, and says so in what others look at before they send.
#[derive(Clone, Debug, PartialEq, Eq)]
struct GuardedClose {
    lock: Ty,
    /// What goes through the channel.
    element: Ty,
}

/// A send under a lock, where the file closes such a channel under such a lock and changes what tells whether it is
/// closed: behind a condition the lock keeps the close from coming between.
fn is_guarded_send(db: &dyn Db, item: ItemId, body: &MirBody, lock: &Operand, op: &Op) -> bool {
    let Some((Intrinsic::ChannelSend, [channel, ..], _)) = machine_call(op) else { return false };
    let ty = |of: &Operand| of.local().map(|local| &body.local(local).ty);
    let (Some(lock), Some(channel)) = (ty(lock), ty(channel)) else { return false };
    let closes = guarded_closes(db, item.file(db));
    closes.iter().any(|close| close.lock == *lock && close.element == channel.arg(0))
}

#[salsa::tracked(returns(ref))]
fn guarded_closes(db: &dyn Db, file: SourceFile) -> Vec<GuardedClose> {
    let mut found = Vec::new();
    for item in file_items(db, file).ids(db).filter(|item| item.kind(db).has_body()) {
        for body in &mir::mir(db, item).bodies {
            for close in guarded_closes_in(body) {
                if !found.contains(&close) {
                    found.push(close);
                }
            }
        }
    }
    found
}

fn guarded_closes_in(body: &MirBody) -> Vec<GuardedClose> {
    let mut found = Vec::new();
    if !body.blocks.iter().any(|block| block.ops.iter().any(|op| closed_by(op).is_some())) {
        return found;
    }
    for (index, block) in body.blocks.iter().enumerate() {
        for (position, op) in block.ops.iter().enumerate() {
            let Some(held) = Held::by(op) else { continue };
            let within = held.within(body, (BlockId(index as u32), position + 1));
            let within = || within.iter().filter_map(Within::op);
            if !within().any(|inner| tells(inner, op)) {
                continue;
            }
            let Some(lock) = held.lock.local() else { continue };
            found.extend(within().filter_map(closed_by).map(|channel| GuardedClose {
                lock: body.local(lock).ty.clone(),
                element: body.local(channel).ty.arg(0),
            }));
        }
    }
    found
}

/// The channel that an op closes.
fn closed_by(op: &Op) -> Option<Local> {
    match machine_call(op)? {
        (Intrinsic::ChannelClose, [channel, ..], _) => channel.local(),
        _ => None,
    }
}

/// Whether the op changes what tasks may look at before they send: what the lock guards, or an atom.
fn tells(op: &Op, taken: &Op) -> bool {
    let lent = match &taken.kind {
        OpKind::EnterLock { loan, .. } => Some(*loan),
        _ => None,
    };
    match &op.kind {
        OpKind::Assign { dest, .. } => Some(*dest) == lent,
        OpKind::SetField { .. } | OpKind::SetIndex { .. } => true,
        OpKind::Call { callee: Callee::Item(_), args, .. } => {
            args.iter().any(|arg| arg.local().is_some() && arg.local() == lent)
        }
        OpKind::Call { callee: Callee::Intrinsic(of), .. } => matches!(
            of,
            Intrinsic::AtomSet
                | Intrinsic::AtomSwap
                | Intrinsic::AtomCompareAndSet
                | Intrinsic::SignalSet
        ),
        _ => false,
    }
}
