//! Where the ways out of a branch meet again: immediate postdominators of a body's blocks.
//!
//! Blocks that only fail are no way out, but for those that are said to be one: a branch into one of the
//! others is decided. Endless loops get an
//! imagined exit at their back edges, so that branches inside them have a meeting point too.

use crate::Db;
use crate::items::ItemId;
use crate::mir::{BlockId, MirBody, Terminator, mir};

/// Postdominance facts of one body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Postdominance {
    meeting: Vec<Option<BlockId>>,
    failing: Vec<bool>,
}

/// Of all bodies of an item: whoever runs it asks for the same.
#[salsa::tracked]
pub(super) fn postdominance(db: &dyn Db, item: ItemId) -> Vec<Postdominance> {
    mir(db, item).bodies.iter().map(|body| Postdominance::of(body, &[])).collect()
}

impl Postdominance {
    /// Computes them for `body`. Of the failures that `ways` says so of, each is a way out.
    pub(super) fn of(body: &MirBody, ways: &[bool]) -> Self {
        let failing = failing_blocks(body, ways);
        let successors = exits_added(body, &failing);
        let exit = successors.len();
        let nearest = nearest_postdominators(&successors);
        let block = |nearest: Option<usize>| nearest.filter(|block| *block != exit);
        let meeting = nearest.into_iter().take(exit);
        let meeting = meeting.map(|nearest| Some(BlockId(block(nearest)? as u32))).collect();
        Self { meeting, failing }
    }

    /// The first block that every way on from `block` comes through.
    pub(super) fn meeting(&self, block: BlockId) -> Option<BlockId> {
        self.meeting[block.index()]
    }

    /// Whether every way on from `block` fails.
    pub(super) fn fails(&self, block: BlockId) -> bool {
        self.failing[block.index()]
    }
}

/// The blocks from which nothing but a failure can be reached.
fn failing_blocks(body: &MirBody, ways: &[bool]) -> Vec<bool> {
    let mut failing = vec![false; body.blocks.len()];
    loop {
        let mut changed = false;
        for (block, data) in body.blocks.iter().enumerate().rev() {
            let fails = match &data.end.kind {
                _ if ways.get(block) == Some(&true) => false,
                Terminator::Fail { .. } | Terminator::Unreachable => true,
                Terminator::Return(_) => false,
                end => end.successors().iter().all(|next| failing[next.index()]),
            };
            changed |= fails != failing[block];
            failing[block] |= fails;
        }
        if !changed {
            return failing;
        }
    }
}

/// Successors without failing blocks; the number of blocks stands for the exit.
fn exits_added(body: &MirBody, failing: &[bool]) -> Vec<Vec<usize>> {
    let exit = body.blocks.len();
    let mut successors: Vec<Vec<usize>> = body
        .blocks
        .iter()
        .map(|block| match &block.end.kind {
            Terminator::Return(_) | Terminator::Fail { .. } | Terminator::Unreachable => vec![exit],
            end => end
                .successors()
                .iter()
                .map(|next| next.index())
                .filter(|next| !failing[*next])
                .collect(),
        })
        .collect();
    let leaves = reaching(&successors, exit);
    for (block, next) in successors.iter_mut().enumerate() {
        let turns_back = next.iter().any(|target| *target <= block);
        if (!leaves[block] && turns_back) || next.is_empty() {
            next.push(exit);
        }
    }
    successors
}

fn reaching(successors: &[Vec<usize>], exit: usize) -> Vec<bool> {
    let mut reaches = vec![false; successors.len() + 1];
    reaches[exit] = true;
    loop {
        let mut changed = false;
        for (block, next) in successors.iter().enumerate().rev() {
            if !reaches[block] && next.iter().any(|target| reaches[*target]) {
                reaches[block] = true;
                changed = true;
            }
        }
        if !changed {
            return reaches;
        }
    }
}

/// For each block, and last for the exit, the nearest block that every way out comes through:
/// Cooper, Harvey and Kennedy, *A Simple, Fast Dominance Algorithm* (2001), on the edges turned
/// around. Blocks with no way out have none.
fn nearest_postdominators(successors: &[Vec<usize>]) -> Vec<Option<usize>> {
    let exit = successors.len();
    let order = from_exit(successors);
    let mut place = vec![usize::MAX; exit + 1];
    order.iter().enumerate().for_each(|(index, block)| place[*block] = index);
    let mut nearest = vec![None; exit + 1];
    nearest[exit] = Some(exit);
    loop {
        let mut changed = false;
        for block in order.iter().skip(1) {
            let known = successors[*block].iter().copied().filter(|next| nearest[*next].is_some());
            let met = known.reduce(|one, other| meeting_point(one, other, &nearest, &place));
            changed |= met != nearest[*block];
            nearest[*block] = met;
        }
        if !changed {
            return nearest;
        }
    }
}

/// The nearest block on the ways out of both.
fn meeting_point(
    mut one: usize,
    mut other: usize,
    nearest: &[Option<usize>],
    place: &[usize],
) -> usize {
    while one != other {
        let further = if place[one] > place[other] { &mut one } else { &mut other };
        // Only blocks with a known way out are asked for.
        let Some(next) = nearest[*further] else { break };
        *further = next;
    }
    one
}

/// The blocks that lead to the exit, each before most of those that lead to it: the reverse of the
/// order in which a walk against the edges is done with them.
fn from_exit(successors: &[Vec<usize>]) -> Vec<usize> {
    let exit = successors.len();
    let mut before = vec![Vec::new(); exit + 1];
    for (block, next) in successors.iter().enumerate() {
        next.iter().for_each(|next| before[*next].push(block));
    }
    let mut seen = vec![false; exit + 1];
    seen[exit] = true;
    let mut order = Vec::new();
    let mut path = vec![(exit, 0)];
    while let Some((block, tried)) = path.last_mut() {
        match before[*block].get(*tried) {
            Some(next) => {
                *tried += 1;
                if !std::mem::replace(&mut seen[*next], true) {
                    path.push((*next, 0));
                }
            }
            None => {
                order.push(*block);
                path.pop();
            }
        }
    }
    order.reverse();
    order
}
