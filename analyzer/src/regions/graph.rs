//! A body's graph, as far as values need it: who gives each local its value, which blocks every way
//! to a place passes, and under which conditions the place is reached.

mod order;
mod ways;

use std::collections::{BTreeMap, BTreeSet};

pub(super) use self::ways::{Guard, Way};
use crate::items::ItemId;
use crate::mir::{
    Access, BlockId, BodyId, Callee, Intrinsic, Local, MirBody, OpKind, Operand, Point, Rvalue,
    Terminator,
};

/// Further names of one value that are followed; one beyond counts as a value of its own.
const NAMES_MAX: usize = 64;

/// A body, its order of control and its writes.
pub(super) struct Graph<'v> {
    pub(super) id: BodyId,
    pub(super) body: &'v MirBody,
    /// Where control may go from each block: its successors, and twice where a failure or a timeout in it
    /// goes on, so that nobody takes that for a way through all of it.
    after: Vec<Vec<BlockId>>,
    before: Vec<Vec<BlockId>>,
    /// The block that every way to a block passes last; none for the entry and what nothing reaches.
    dominators: Vec<Option<BlockId>>,
    /// By block, the number of what leads around to it and back.
    circles: Vec<u32>,
    writes: BTreeMap<Local, Vec<Point>>,
}

/// What gives a local its value.
pub(super) enum Definition<'v> {
    Value(&'v Rvalue),
    Call(Intrinsic, &'v [Operand]),
    /// What a function of the program gives.
    Result(ItemId, &'v [Operand]),
    /// The next element of an iterator or channel.
    Next(Local),
    Other,
}

impl<'v> Graph<'v> {
    pub(super) fn new(id: BodyId, body: &'v MirBody) -> Self {
        let after = order::nexts(body);
        let mut before = vec![Vec::new(); body.blocks.len()];
        for (index, nexts) in after.iter().enumerate() {
            for next in nexts {
                before[next.index()].push(BlockId(index as u32));
            }
        }
        let dominators = order::dominators(&after, &before);
        let circles = order::circles(&after, &before);
        Self { id, body, after, before, dominators, circles, writes: writes(id, body) }
    }

    /// The only op that gives the local a value, if it does so before `at` on every way.
    pub(super) fn definition(&self, local: Local, at: Point) -> Option<(Point, Definition<'v>)> {
        let [write] = self.writes.get(&local)?.as_slice() else { return None };
        self.comes_before(*write, at).then(|| (*write, self.defined_at(*write, local)))
    }

    /// The name that the local is only a further name of.
    pub(super) fn first_name(&self, local: Local, at: Point) -> Local {
        let (mut local, mut at) = (local, at);
        for _ in 0..NAMES_MAX {
            match self.definition(local, at) {
                Some((point, Definition::Value(Rvalue::Use(Operand::Local(of))))) => {
                    (local, at) = (*of, point);
                }
                _ => break,
            }
        }
        local
    }

    /// All that gives the local a value.
    pub(super) fn definitions(&self, local: Local) -> Vec<Definition<'v>> {
        let writes = self.writes.get(&local).into_iter().flatten();
        writes.map(|write| self.defined_at(*write, local)).collect()
    }

    /// The ops that give the local a value.
    pub(super) fn writes_of(&self, local: Local) -> &[Point] {
        self.writes.get(&local).map_or(&[], Vec::as_slice)
    }

    /// Whether nothing but its beginning gives the local a value: a parameter or capture.
    pub(super) fn is_given(&self, local: Local) -> bool {
        local.0 < self.body.params + self.body.captures && !self.writes.contains_key(&local)
    }

    /// What gives the local its value in that write of it.
    pub(super) fn defined_at(&self, write: Point, local: Local) -> Definition<'v> {
        let block = &self.body.blocks[write.block.index()];
        match block.ops.get(write.op as usize).map(|op| &op.kind) {
            Some(OpKind::Assign { value, .. }) => Definition::Value(value),
            Some(OpKind::Call { callee: Callee::Intrinsic(of), args, .. }) => {
                Definition::Call(*of, args)
            }
            Some(OpKind::Call { callee: Callee::Item(of), args, .. }) => {
                Definition::Result(*of, args)
            }
            Some(_) => Definition::Other,
            None => match &block.end.kind {
                Terminator::Next { iterator, dest, .. } if *dest == local => {
                    Definition::Next(*iterator)
                }
                _ => Definition::Other,
            },
        }
    }

    fn comes_before(&self, first: Point, second: Point) -> bool {
        if first.block == second.block {
            return first.op < second.op;
        }
        self.all_ways_pass(first.block, second.block)
    }

    /// Whether control comes to the one block from the other alone.
    pub(super) fn leads_only_from(&self, from: BlockId, to: BlockId) -> bool {
        self.before.get(to.index()).is_some_and(|before| *before == [from])
    }

    fn all_ways_pass(&self, block: BlockId, to: BlockId) -> bool {
        let mut at = to;
        while let Some(above) = self.dominators.get(at.index()).copied().flatten() {
            if above == block {
                return true;
            }
            at = above;
        }
        false
    }

    /// Which of its values a local with several has at a place: the write, or the block at whose
    /// beginning it already had it. Two places with the same answer see the same value.
    pub(super) fn version(&self, local: Local, at: Point) -> Point {
        let writes = self.writes.get(&local).map_or(&[][..], Vec::as_slice);
        let mut seen = BTreeSet::new();
        let (mut block, mut end) = (at.block, at.op);
        loop {
            let last = writes.iter().filter(|write| write.block == block && write.op < end).max();
            if let Some(write) = last {
                return *write;
            }
            match self.before.get(block.index()).map(Vec::as_slice) {
                Some([only]) if seen.insert(*only) => (block, end) = (*only, u32::MAX),
                _ => return Point { body: self.id, block, op: u32::MAX },
            }
        }
    }

    fn reaches(&self, from: BlockId, to: BlockId) -> bool {
        let (mut pending, mut seen) = (vec![to], BTreeSet::from([to]));
        while let Some(block) = pending.pop() {
            if block == from {
                return true;
            }
            let before = self.before.get(block.index()).into_iter().flatten();
            pending.extend(before.filter(|block| seen.insert(**block)));
        }
        false
    }

    pub(super) fn op(&self, point: Point) -> Option<&'v OpKind> {
        let block = self.body.blocks.get(point.block.index())?;
        block.ops.get(point.op as usize).map(|op| &op.kind)
    }
}

fn writes(id: BodyId, body: &MirBody) -> BTreeMap<Local, Vec<Point>> {
    let mut writes: BTreeMap<Local, Vec<Point>> = BTreeMap::new();
    for (index, block) in body.blocks.iter().enumerate() {
        let place = |op: usize| Point { body: id, block: BlockId(index as u32), op: op as u32 };
        let mut note = |local: Local, access: Access, op: usize| {
            if access == Access::Write {
                writes.entry(local).or_default().push(place(op));
            }
        };
        for (op, data) in block.ops.iter().enumerate() {
            data.kind.locals().into_iter().for_each(|(local, access)| note(local, access, op));
        }
        let end = block.end.kind.locals();
        end.into_iter().for_each(|(local, access)| note(local, access, block.ops.len()));
    }
    writes
}
