//! Where the ways out of a branch meet again: immediate postdominators of a body's blocks.
//!
//! Blocks that only fail are no way out: a branch into one is decided. Endless loops get an
//! imagined exit at their back edges, so that branches inside them have a meeting point too.

use crate::mir::{BlockId, MirBody, Terminator};

/// Postdominance facts of one body.
#[derive(Debug)]
pub(super) struct Postdominance {
    meeting: Vec<Option<BlockId>>,
    failing: Vec<bool>,
}

impl Postdominance {
    /// Computes them for `body`.
    pub(super) fn of(body: &MirBody) -> Self {
        let failing = failing_blocks(body);
        let successors = exits_added(body, &failing);
        let sets = postdominators(&successors);
        let meeting = (0..body.blocks.len()).map(|block| nearest(block, &sets)).collect();
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
fn failing_blocks(body: &MirBody) -> Vec<bool> {
    let mut failing = vec![false; body.blocks.len()];
    loop {
        let mut changed = false;
        for (block, data) in body.blocks.iter().enumerate().rev() {
            let fails = match &data.end.kind {
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

/// For each block the blocks that every way out comes through, itself among them.
fn postdominators(successors: &[Vec<usize>]) -> Vec<Vec<bool>> {
    let exit = successors.len();
    let mut sets = vec![vec![true; exit + 1]; exit + 1];
    sets[exit] = (0..=exit).map(|block| block == exit).collect();
    loop {
        let mut changed = false;
        for block in (0..exit).rev() {
            let mut set = vec![true; exit + 1];
            for next in &successors[block] {
                set.iter_mut().zip(&sets[*next]).for_each(|(mine, theirs)| *mine &= theirs);
            }
            set[block] = true;
            changed |= set != sets[block];
            sets[block] = set;
        }
        if !changed {
            return sets;
        }
    }
}

/// The nearest is the one that all the others postdominate.
fn nearest(block: usize, sets: &[Vec<bool>]) -> Option<BlockId> {
    let exit = sets.len() - 1;
    let strict = |of: usize| (0..=exit).filter(move |other| *other != of && sets[of][*other]);
    let count = strict(block).count();
    let found = strict(block).find(|candidate| strict(*candidate).count() + 1 == count)?;
    (found != exit).then_some(BlockId(found as u32))
}
