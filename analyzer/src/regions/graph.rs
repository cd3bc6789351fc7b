//! A body's graph, as far as values need it: who gives each local its value, which blocks every way
//! to a place passes, and under which conditions the place is reached.

use std::collections::{BTreeMap, BTreeSet};

use crate::items::ItemId;
use crate::mir::{
    Access, Block, BlockId, BodyId, Callee, Intrinsic, Local, MirBody, OpKind, Operand, Point,
    Rvalue, Terminator,
};

/// Ways to one place that are kept apart; of a place with more, the conditions count as unknown.
const WAYS_MAX: usize = 16;

/// Further names of one value that are followed; one beyond counts as a value of its own.
const NAMES_MAX: usize = 64;

/// A body, its order of control and its writes.
pub(super) struct Graph<'v> {
    pub(super) id: BodyId,
    pub(super) body: &'v MirBody,
    /// Where control may go from each block: its successors, and where a failure or a timeout inside
    /// what it opens goes on.
    after: Vec<Vec<BlockId>>,
    before: Vec<Vec<BlockId>>,
    /// The block that every way to a block passes last; none for the entry and what nothing reaches.
    dominators: Vec<Option<BlockId>>,
    writes: BTreeMap<Local, Vec<Point>>,
}

/// One way to a place: its blocks as far as they are known, and the branches on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Way {
    pub(super) blocks: Vec<BlockId>,
    pub(super) guards: Vec<Guard>,
}

/// A branch on a way, and which side of it the way takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Guard {
    pub(super) branch: Point,
    pub(super) condition: Local,
    pub(super) holds: bool,
    /// The blocks of the way up to the branch's own.
    pub(super) trail: Vec<BlockId>,
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
        let after: Vec<Vec<BlockId>> = body.blocks.iter().map(|block| nexts(body, block)).collect();
        let mut before = vec![Vec::new(); body.blocks.len()];
        for (index, nexts) in after.iter().enumerate() {
            for next in nexts {
                before[next.index()].push(BlockId(index as u32));
            }
        }
        let dominators = dominators(&after, &before);
        Self { id, body, after, before, dominators, writes: writes(id, body) }
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

    /// Whether control may come to the block again from itself.
    pub(super) fn is_in_a_loop(&self, block: BlockId) -> bool {
        self.after[block.index()].iter().any(|next| self.reaches(*next, block))
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

    /// The ways to a block: one of them was taken. A way's loops are left out; what was decided in an
    /// earlier round of one was decided about other values.
    pub(super) fn ways(&self, to: BlockId) -> Vec<Way> {
        let Some(above) = self.dominators.get(to.index()).copied().flatten() else {
            return vec![Way { blocks: vec![to], guards: Vec::new() }];
        };
        let first = self.ways(above);
        let mut trails = Vec::new();
        let complete = self.trails(above, &mut vec![above], to, &mut trails);
        if !complete || first.len() * trails.len() > WAYS_MAX {
            // What was decided before still holds; how control came from there is lost.
            return first.into_iter().map(|way| Way { blocks: vec![to], ..way }).collect();
        }
        let joined = first.iter().flat_map(|start| {
            trails.iter().map(|trail| {
                let mut blocks = start.blocks.clone();
                blocks.extend(trail.iter().skip(1));
                let mut guards = start.guards.clone();
                guards.extend(self.guards(&blocks, start.blocks.len() - 1));
                Way { blocks, guards }
            })
        });
        joined.collect()
    }

    /// All ways between the two that pass no block twice; false if there are too many.
    fn trails(
        &self,
        from: BlockId,
        trail: &mut Vec<BlockId>,
        to: BlockId,
        found: &mut Vec<Vec<BlockId>>,
    ) -> bool {
        for next in self.after[from.index()].iter().copied() {
            if next == to {
                found.push(trail.iter().copied().chain([to]).collect());
                if found.len() > WAYS_MAX {
                    return false;
                }
            } else if !trail.contains(&next) && self.reaches(next, to) {
                if trail.len() > WAYS_MAX {
                    return false;
                }
                trail.push(next);
                let complete = self.trails(next, trail, to, found);
                trail.pop();
                if !complete {
                    return false;
                }
            }
        }
        true
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

    /// The guards on the steps of a way from that position on.
    fn guards(&self, blocks: &[BlockId], from: usize) -> Vec<Guard> {
        let steps = blocks.windows(2).enumerate().skip(from);
        steps
            .filter_map(|(position, step)| {
                let block = &self.body.blocks[step[0].index()];
                let Terminator::Branch { condition, then, otherwise } = &block.end.kind else {
                    return None;
                };
                let branch = Point { body: self.id, block: step[0], op: block.ops.len() as u32 };
                let decides = then != otherwise && (*then == step[1] || *otherwise == step[1]);
                decides.then_some(Guard {
                    branch,
                    condition: condition.local()?,
                    holds: *then == step[1],
                    trail: blocks[..=position].to_vec(),
                })
            })
            .collect()
    }

    /// The last write of the local on the way to a guard; none if a loop that the way leaves out may
    /// write it again.
    pub(super) fn written_on_the_way(&self, local: Local, guard: &Guard) -> Option<Point> {
        let writes = self.writes.get(&local)?;
        let on_the_way = guard.trail.iter().rev().find_map(|block| {
            writes.iter().filter(|write| write.block == *block && **write < guard.branch).max()
        });
        let last = *on_the_way?;
        let end = guard.branch.block;
        let again = writes.iter().any(|write| {
            write.block != last.block
                && self.reaches_without(last.block, write.block, end)
                && (write.block == end || self.reaches_without(write.block, end, last.block))
        });
        (!again).then_some(last)
    }

    /// Whether control can go from the one block to the other without passing the third between.
    pub(super) fn reaches_without(&self, from: BlockId, to: BlockId, without: BlockId) -> bool {
        let (mut pending, mut seen) = (vec![from], BTreeSet::from([from]));
        while let Some(block) = pending.pop() {
            for next in self.after[block.index()].iter().copied() {
                if next == to {
                    return true;
                }
                if next != without && seen.insert(next) {
                    pending.push(next);
                }
            }
        }
        false
    }

    /// The last write of the local on a way; none where the way does not tell, since it is not whole or a failure
    /// or timeout somewhere inside a part of it leads on.
    pub(super) fn last_write(&self, local: Local, way: &Way) -> Option<Point> {
        let writes = self.writes.get(&local)?;
        let is_one = |step: &[BlockId]| {
            let before = self.before.get(step[1].index()).into_iter().flatten();
            before.filter(|block| **block == step[0]).count() == 1
        };
        if !way.blocks.windows(2).all(is_one) {
            return None;
        }
        let (_, passed) = way.blocks.split_last()?;
        let on_block = |block: &BlockId| writes.iter().filter(|write| write.block == *block).max();
        passed.iter().rev().find_map(on_block).copied()
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

/// By block, the one that every way to it passes last (Cooper, Harvey and Kennedy, 2001).
fn dominators(after: &[Vec<BlockId>], before: &[Vec<BlockId>]) -> Vec<Option<BlockId>> {
    let order = reverse_postorder(after);
    let rank: BTreeMap<BlockId, usize> = order.iter().copied().zip(0..).collect();
    let mut above: Vec<Option<BlockId>> = vec![None; after.len()];
    let meet = |above: &[Option<BlockId>], mut a: BlockId, mut b: BlockId| {
        while a != b {
            let later = if rank[&a] > rank[&b] { &mut a } else { &mut b };
            match above[later.index()] {
                Some(next) => *later = next,
                None => return BlockId(0),
            }
        }
        a
    };
    loop {
        let mut changed = false;
        for block in order.iter().skip(1) {
            let known = before[block.index()]
                .iter()
                .filter(|of| rank.contains_key(of) && (of.0 == 0 || above[of.index()].is_some()));
            let new = known.copied().reduce(|a, b| meet(&above, a, b));
            if above[block.index()] != new {
                above[block.index()] = new;
                changed = true;
            }
        }
        if !changed {
            return above;
        }
    }
}

fn reverse_postorder(after: &[Vec<BlockId>]) -> Vec<BlockId> {
    let (mut order, mut seen) = (Vec::new(), BTreeSet::from([BlockId(0)]));
    let mut pending = vec![(BlockId(0), after.first().cloned().unwrap_or_default())];
    while let Some((block, nexts)) = pending.last_mut() {
        match nexts.pop() {
            Some(next) if seen.insert(next) => pending.push((next, after[next.index()].clone())),
            Some(_) => {}
            None => {
                order.push(*block);
                pending.pop();
            }
        }
    }
    order.reverse();
    order
}

/// Failures and timeouts go on from anywhere inside what was opened: named twice, so that nobody
/// takes the way there for a single one.
fn nexts(body: &MirBody, block: &Block) -> Vec<BlockId> {
    let mut nexts = block.end.kind.successors();
    for op in &block.ops {
        let elsewhere = match &op.kind {
            OpKind::EnterAttempt { handler, .. } => Some(*handler),
            OpKind::EnterScope { scope, .. } => {
                body.scopes.get(scope.index()).and_then(|scope| scope.on_timeout)
            }
            _ => None,
        };
        nexts.extend(elsewhere.into_iter().flat_map(|block| [block, block]));
    }
    nexts.retain(|next| next.index() < body.blocks.len());
    nexts
}
