//! The ways to a place, and what was decided and written on each.

use std::collections::BTreeSet;

use super::Graph;
use crate::mir::{BlockId, Local, Point, Terminator};

/// Ways to one place that are kept apart; of a place with more, the conditions count as unknown.
const WAYS_MAX: usize = 16;

/// One way to a place: its blocks as far as they are known, and the branches on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::regions) struct Way {
    pub(in crate::regions) blocks: Vec<BlockId>,
    pub(in crate::regions) guards: Vec<Guard>,
}

/// A branch on a way, and which side of it the way takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::regions) struct Guard {
    pub(in crate::regions) branch: Point,
    pub(in crate::regions) condition: Local,
    pub(in crate::regions) holds: bool,
    /// The blocks of the way up to the branch's own.
    pub(in crate::regions) trail: Vec<BlockId>,
}

impl Graph<'_> {
    /// The ways to a block: one of them was taken. A way's loops are left out; what was decided in an
    /// earlier round of one was decided about other values.
    pub(in crate::regions) fn ways(&self, to: BlockId) -> Vec<Way> {
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
    /// write it again, or a failure or a timeout may have led on before it was written.
    pub(in crate::regions) fn written_on_the_way(
        &self,
        local: Local,
        guard: &Guard,
    ) -> Option<Point> {
        let writes = self.writes.get(&local)?;
        let Guard { branch, trail, .. } = guard;
        let mut last = None;
        for (position, block) in trail.iter().enumerate().rev() {
            if trail.get(position + 1).is_some_and(|next| !self.is_passed(*block, *next)) {
                return None;
            }
            let of_block = writes.iter().filter(|write| write.block == *block);
            last = of_block.filter(|write| *block != branch.block || write.op < branch.op).max();
            if last.is_some() {
                break;
            }
        }
        let last = *last?;
        self.stays(local, last, trail).then_some(last)
    }

    /// Whether no loop that a way leaves out gives the local another value after that write on it. Each run
    /// goes the way of the blocks as it came by each for the last time, with turns of loops from some of
    /// them back to them, which come by none of those before.
    fn stays(&self, local: Local, write: Point, way: &[BlockId]) -> bool {
        let circle = |block: BlockId| self.circles[block.index()];
        let is_in_turn = |(position, block): (usize, &BlockId)| {
            let around = |other: &&Point| circle(other.block) == circle(*block);
            let mut others = self.writes_of(local).iter().filter(around);
            let passed = &way[..position];
            others.any(|other| {
                self.reaches_without(*block, other.block, passed)
                    && self.reaches_without(other.block, *block, passed)
            })
        };
        let from_write = way.iter().enumerate().skip_while(|(_, block)| **block != write.block);
        !from_write.skip(1).any(is_in_turn)
    }

    /// Whether control can go from the one block to the other without passing one of those.
    pub(in crate::regions) fn reaches_without(
        &self,
        from: BlockId,
        to: BlockId,
        without: &[BlockId],
    ) -> bool {
        let (mut pending, mut seen) = (vec![from], BTreeSet::from([from]));
        while let Some(block) = pending.pop() {
            for next in self.after[block.index()].iter().copied() {
                // What lies between two blocks of one circle is part of it.
                let is_aside = self.circles[from.index()] == self.circles[to.index()]
                    && self.circles[next.index()] != self.circles[to.index()];
                if is_aside || without.contains(&next) {
                    continue;
                }
                if next == to {
                    return true;
                }
                if seen.insert(next) {
                    pending.push(next);
                }
            }
        }
        false
    }

    /// Whether who goes from the one block to the other has passed all of the one.
    fn is_passed(&self, block: BlockId, next: BlockId) -> bool {
        let before = self.before.get(next.index()).into_iter().flatten();
        before.filter(|before| **before == block).count() == 1
    }

    /// The last write of the local on a way; none where the way does not tell, since it is not whole, a failure
    /// or timeout somewhere inside a part of it leads on, or a loop that it leaves out writes again.
    pub(in crate::regions) fn last_write(&self, local: Local, way: &Way) -> Option<Point> {
        let writes = self.writes.get(&local)?;
        if !way.blocks.windows(2).all(|step| self.is_passed(step[0], step[1])) {
            return None;
        }
        let (_, passed) = way.blocks.split_last()?;
        let on_block = |block: &BlockId| writes.iter().filter(|write| write.block == *block).max();
        let last = passed.iter().rev().find_map(on_block).copied();
        last.filter(|last| self.stays(local, *last, &way.blocks))
    }
}
