//! Which functions are looked into for what they compute, though other tasks see nothing of them.
//!
//! A predicate of a few lines is asked what its conditions ask: so it agrees with those who ask the same
//! without it. What goes round or calls itself is not looked into; it is the same of the same arguments.

use super::slice::Slice;
use super::unit::Unit;
use crate::mir::{Callee, MirBody, Op, OpKind};
use crate::skeleton::graph::Kind;

/// Of functions with more blocks nothing is looked into.
const BLOCKS_MAX: usize = 24;
/// Of functions with more ops in one block neither: a long formula is nothing to ask with.
const OPS_MAX: usize = 8;
/// Of functions that call others neither, where these nest deeper.
const HEIGHT_MAX: usize = 3;

impl Slice<'_> {
    /// Finds the functions that are looked into.
    pub(super) fn find_computing(&mut self) {
        for unit in 0..self.units.len() {
            self.facts[unit].computes = self.is_low(unit, HEIGHT_MAX);
        }
    }

    /// Whether all that it runs is plain, and calls nest no deeper than that.
    fn is_low(&self, unit: usize, height: usize) -> bool {
        let of = &self.units[unit];
        let runs_low = |callee: &Callee| match self.unit_of(unit, callee) {
            Some(callee) => height > 1 && self.is_low(callee, height - 1),
            None => matches!(callee, Callee::Intrinsic(_)),
        };
        !self.has_effect(unit)
            && is_plain(of)
            && goes_forward(of.body)
            && of.body.blocks.iter().all(|block| {
                block.ops.len() <= OPS_MAX && block.ops.iter().all(|op| computes(op, &runs_low))
            })
    }
}

fn computes(op: &Op, runs_low: &dyn Fn(&Callee) -> bool) -> bool {
    match &op.kind {
        OpKind::Assign { .. } => true,
        OpKind::Call { callee, .. } => runs_low(callee),
        _ => false,
    }
}

/// Whether it is small, and is given and gives nothing that changes.
fn is_plain(unit: &Unit<'_>) -> bool {
    let holds_plain = |kind: &Kind| matches!(kind, Kind::Int | Kind::Bool | Kind::Value);
    unit.body.blocks.len() <= BLOCKS_MAX && unit.kinds.iter().all(holds_plain)
}

/// Whether no block comes again: what is left when those are taken away, again and again, that nobody leads to.
fn goes_forward(body: &MirBody) -> bool {
    let mut left: Vec<usize> = (0..body.blocks.len()).collect();
    loop {
        let count = left.len();
        let leads_to = |to: usize, left: &[usize]| {
            let next = left.iter().flat_map(|from| body.blocks[*from].end.kind.successors());
            next.into_iter().any(|next| next.index() == to)
        };
        let kept = left.iter().copied().filter(|block| leads_to(*block, &left)).collect();
        left = kept;
        if left.is_empty() || left.len() == count {
            return left.is_empty();
        }
    }
}
