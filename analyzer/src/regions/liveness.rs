//! Which holders some later op of the body may still name. What none can is forgotten: else every
//! temporary of a long body would stay joined with what it was read from.
//!
//! **Invariant.** What the place where an `attempt` or a timeout goes on may name is live in the whole
//! body, as control may come there from anywhere.

use super::domain::Holder;
use super::holders::{Held, Holders};
use crate::mir::{Access, BlockId, Local, LocalSet, MirBody, OpKind, Point};

/// What is live where.
pub(super) struct Liveness {
    at_entry: Vec<LocalSet>,
    at_end: Vec<LocalSet>,
    /// What the places may name where failures and timeouts go on.
    everywhere: LocalSet,
    /// By block: what is named for the last time, at which op.
    last: Vec<Vec<(u32, Holder)>>,
}

impl Liveness {
    pub(super) fn new(body: &MirBody, holders: &Holders) -> Self {
        let mut live = Self {
            at_entry: vec![LocalSet::default(); body.blocks.len()],
            at_end: vec![LocalSet::default(); body.blocks.len()],
            everywhere: LocalSet::default(),
            last: Vec::new(),
        };
        live.spread(body, holders);
        let mut everywhere = LocalSet::default();
        for block in handlers(body) {
            live.at_entry.get(block.index()).into_iter().for_each(|set| everywhere.add_all(set));
        }
        for set in live.at_entry.iter_mut().chain(&mut live.at_end) {
            set.add_all(&everywhere);
        }
        live.everywhere = everywhere;
        live.last =
            (0..body.blocks.len()).map(|block| live.last_in(body, holders, block)).collect();
        live
    }

    /// Backwards to a fixpoint: what is live at a block's end is what is where it leads.
    fn spread(&mut self, body: &MirBody, holders: &Holders) {
        let mut before = vec![Vec::new(); body.blocks.len()];
        for (index, block) in body.blocks.iter().enumerate() {
            for next in block.end.kind.successors() {
                before[next.index()].push(index);
            }
        }
        let mut pending: Vec<usize> = (0..body.blocks.len()).collect();
        let mut waits = vec![true; body.blocks.len()];
        while let Some(block) = pending.pop() {
            waits[block] = false;
            let mut live = LocalSet::default();
            for next in body.blocks[block].end.kind.successors() {
                live.add_all(&self.at_entry[next.index()]);
            }
            self.at_end[block].clone_from(&live);
            let count = body.blocks[block].ops.len();
            self.back_over(body, holders, block, 0..count, &mut live, &mut |_, _| {});
            if live != self.at_entry[block] {
                self.at_entry[block] = live;
                for above in before[block].iter().copied().filter(|above| !waits[*above]) {
                    pending.push(above);
                }
                before[block].iter().for_each(|above| waits[*above] = true);
            }
        }
    }

    fn last_in(&self, body: &MirBody, holders: &Holders, block: usize) -> Vec<(u32, Holder)> {
        let mut last = Vec::new();
        let mut live = self.at_end[block].clone();
        let count = body.blocks[block].ops.len();
        self.back_over(body, holders, block, 0..count, &mut live, &mut |op, local| {
            last.extend(holders.local(local).map(|holder| (op, holder)));
        });
        last.reverse();
        last
    }

    /// Whether a holder may still be named at a block's entry.
    pub(super) fn at_entry(&self, block: BlockId, holder: Holder, holders: &Holders) -> bool {
        match holders.held(holder) {
            Held::Local(local) => self.at_entry[block.index()].contains(local),
            Held::Entry(_) | Held::Exposed | Held::Deferred => true,
            Held::Made => false,
        }
    }

    /// What the op names for the last time.
    pub(super) fn last_named(&self, point: Point) -> impl Iterator<Item = Holder> {
        let of_block = self.last.get(point.block.index()).map_or(&[][..], Vec::as_slice);
        let first = of_block.partition_point(|(op, _)| *op < point.op);
        let of_op = of_block[first..].iter().take_while(move |(op, _)| *op == point.op);
        of_op.map(|(_, holder)| *holder)
    }

    /// What may be named after the op.
    pub(super) fn after(&self, body: &MirBody, holders: &Holders, point: Point) -> Vec<Holder> {
        let block = point.block.index();
        let mut live = self.at_end[block].clone();
        let later = point.op as usize + 1..body.blocks[block].ops.len();
        self.back_over(body, holders, block, later, &mut live, &mut |_, _| {});
        let is_live = |held| match held {
            Held::Local(local) => live.contains(local),
            Held::Entry(_) | Held::Exposed | Held::Deferred => true,
            Held::Made => false,
        };
        holders.all().filter(|(_, held)| is_live(*held)).map(|(holder, _)| holder).collect()
    }

    /// From what is live after some ops to what is live before them; `dies` gets what each op names last.
    fn back_over(
        &self,
        body: &MirBody,
        holders: &Holders,
        block: usize,
        ops: std::ops::Range<usize>,
        live: &mut LocalSet,
        dies: &mut dyn FnMut(u32, Local),
    ) {
        let data = &body.blocks[block];
        let held = |named: Vec<(Local, Access)>| {
            let held = named.into_iter().filter(|(local, _)| holders.local(*local).is_some());
            held.collect::<Vec<_>>()
        };
        // What a terminator gives a value has it on one of the ways only.
        let mut reads = held(data.end.kind.locals());
        reads.retain(|(_, access)| *access == Access::Read);
        self.over(&reads, live, &mut |_| {});
        for (index, op) in data.ops.iter().enumerate().take(ops.end).skip(ops.start).rev() {
            self.over(&held(op.kind.locals()), live, &mut |local| dies(index as u32, local));
        }
    }

    fn over(&self, named: &[(Local, Access)], live: &mut LocalSet, dies: &mut dyn FnMut(Local)) {
        for (index, (local, _)) in named.iter().enumerate() {
            let again = named[..index].iter().any(|(before, _)| before == local);
            if !again && !live.contains(*local) {
                dies(*local);
            }
        }
        let of = |wanted: Access| named.iter().filter(move |(_, access)| *access == wanted);
        let written = of(Access::Write).filter(|(local, _)| !self.everywhere.contains(*local));
        written.for_each(|(local, _)| live.remove(*local));
        of(Access::Read).for_each(|(local, _)| live.insert(*local));
    }
}

/// Where failures and timeouts go on.
pub(super) fn handlers(body: &MirBody) -> impl Iterator<Item = BlockId> {
    let ops = body.blocks.iter().flat_map(|block| &block.ops);
    let attempts = ops.filter_map(|op| match &op.kind {
        OpKind::EnterAttempt { handler, .. } => Some(*handler),
        _ => None,
    });
    attempts.chain(body.scopes.iter().filter_map(|scope| scope.on_timeout))
}
