//! Branches whose ways do the same.
//!
//! An early `return` inside of a lock gives the lock back, as the way beside it does. Others cannot tell which of the
//! two was taken, so the branch decides nothing, and neither does what it asks. (The ways are *bisimilar*; of those that
//! go round or branch for themselves that is not looked into.)

use super::is_pause;
use super::slice::Slice;
use crate::mir::{BlockId, OpKind, Operand, Terminator};

/// What others see of one way.
#[derive(PartialEq)]
struct Way<'a> {
    ops: Vec<&'a OpKind>,
    /// What it returns, where that matters; none where it comes to where the ways meet.
    returns: Option<Option<&'a Operand>>,
}

impl Slice<'_> {
    /// Whether all ways on from the block's end that do not fail do the same, as far as is known.
    pub(super) fn does_the_same(&self, unit: usize, from: BlockId) -> bool {
        let source = &self.units[unit];
        let ways = source.body.blocks[from.index()].end.kind.successors();
        let mut open = ways.into_iter().filter(|way| !source.ways().fails(*way));
        let Some(first) = open.next().and_then(|way| self.way(unit, from, way)) else {
            return false;
        };
        open.all(|way| self.way(unit, from, way).is_some_and(|way| way == first))
    }

    /// What is seen from a block on, up to where the ways from the branch meet; none where that is no straight way.
    fn way(&self, unit: usize, branch: BlockId, from: BlockId) -> Option<Way<'_>> {
        let source = &self.units[unit];
        let meeting = source.ways().meeting(branch);
        let mut way = Way { ops: Vec::new(), returns: None };
        let mut block = from;
        for _ in 0..source.body.blocks.len() {
            if Some(block) == meeting {
                return Some(way);
            }
            let data = &source.body.blocks[block.index()];
            if self.facts[unit].panics[block.index()] {
                return None;
            }
            let seen = data.ops.iter().filter(|op| self.keeps(unit, op) || is_pause(op));
            way.ops.extend(seen.map(|op| &op.kind));
            block = match &data.end.kind {
                Terminator::Goto(next) => *next,
                Terminator::Return(value) => {
                    let value = Some(value).filter(|_| self.result_matters(unit));
                    return Some(Way { returns: Some(value), ..way });
                }
                _ => return None,
            };
        }
        None
    }
}
