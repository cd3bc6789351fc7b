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
    self, BlockId, BodyId, Intrinsic, LockMode, MirBody, Op, OpKind, Operand, Terminator,
};

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
                let waits = op_suspends(db, item, op) && !(asks && is_guarded_send(db, item, op));
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

/// A send under a lock, where the file closes channels under a lock: behind a condition the lock keeps the close
/// from coming between.
fn is_guarded_send(db: &dyn Db, item: ItemId, op: &Op) -> bool {
    matches!(machine_call(op), Some((Intrinsic::ChannelSend, ..)))
        && closes_under_lock(db, item.file(db))
}

#[salsa::tracked(returns(copy))]
fn closes_under_lock(db: &dyn Db, file: SourceFile) -> bool {
    let items = file_items(db, file).ids(db).filter(|item| item.kind(db).has_body());
    let mut bodies = items.flat_map(|item| {
        let count = mir::mir(db, item).bodies.len() as u32;
        (0..count).map(move |body| (item, BodyId(body)))
    });
    bodies.any(|(item, body)| body_closes_under_lock(mir::mir(db, item).body(body)))
}

fn body_closes_under_lock(body: &MirBody) -> bool {
    let is_close = |op: &Op| matches!(machine_call(op), Some((Intrinsic::ChannelClose, ..)));
    let closes = |block: &mir::Block| block.ops.iter().any(is_close);
    if !body.blocks.iter().any(closes) {
        return false;
    }
    let mut locks = body.blocks.iter().enumerate().flat_map(|(index, block)| {
        let ops = block.ops.iter().enumerate();
        ops.filter_map(move |(position, op)| {
            Held::by(op).map(|held| (held, (BlockId(index as u32), position + 1)))
        })
    });
    locks.any(|(held, taken)| {
        let mut within = held.within(body, taken).into_iter();
        within.any(|within| matches!(within, Within::Op(op) if is_close(op)))
    })
}
