//! Branches whose ways do the same.
//!
//! An early `return` from within a lock gives the lock back, as the way beside it does; a request is answered once,
//! however often it was tried before. Others cannot tell which way was taken, so such a branch decides nothing, and
//! neither does what it asks. Two places are alike if what is seen next is the same at both, and they are alike behind
//! it (*bisimilar*: Park, Concurrency and Automata on Infinite Sequences, 1981; that a loop ends that nobody sees is
//! taken for granted, as everywhere in the slice).
//!
//! Not here: values. What a way sends counts only where somebody asks what it is.

use std::collections::BTreeSet;

use super::is_pause;
use super::slice::Slice;
use crate::mir::{BlockId, Callee, Const, Intrinsic, Local, Op, OpKind, Operand, Terminator};

/// Of no more pairs of places is it asked whether they are alike.
const PAIRS_MAX: usize = 100;

/// A place: before an op of a block, or before its end.
type Place = (BlockId, usize);

/// What is seen next from somewhere, on any way.
#[derive(Default)]
struct Next {
    places: Vec<Place>,
    /// Whether a way waits for the clock before.
    pauses: bool,
}

impl Slice<'_> {
    /// Whether all ways on from a branch do the same, as far as is known.
    pub(super) fn does_the_same(&self, unit: usize, branch: BlockId) -> bool {
        let Terminator::Branch { .. } = self.end(unit, branch) else { return false };
        let end = self.units[unit].body.blocks[branch.index()].ops.len();
        let mut assumed = BTreeSet::new();
        self.next_seen(unit, &[(branch, end)])
            .is_some_and(|next| self.are_alike(unit, &next, &mut assumed))
    }

    /// The way from such a branch that comes to what is seen by the fewest blocks.
    pub(super) fn shortest_way(&self, unit: usize, branch: BlockId) -> Option<BlockId> {
        let ways = self.end(unit, branch).successors().into_iter();
        let open = ways.filter(|way| !self.units[unit].ways().fails(*way));
        open.min_by_key(|way| self.distance(unit, *way))
    }

    /// How many blocks lie before what is seen next.
    fn distance(&self, unit: usize, from: BlockId) -> usize {
        let mut seen = vec![from];
        let mut next = 0;
        while next < seen.len() {
            let block = seen[next];
            match self.ways_unseen(unit, block) {
                Some(ways) if self.first_seen(unit, (block, 0)).is_none() => {
                    let new: Vec<BlockId> =
                        ways.into_iter().filter(|way| !seen.contains(way)).collect();
                    seen.extend(new);
                }
                _ => return next,
            }
            next += 1;
        }
        usize::MAX
    }

    /// Whether all of these places are alike.
    fn are_alike(&self, unit: usize, of: &Next, assumed: &mut BTreeSet<(Place, Place)>) -> bool {
        let Some((first, others)) = of.places.split_first() else { return false };
        // Who is stopped where it pauses would be stopped there as well.
        (!of.pauses || self.is_suspension(unit, *first))
            && others.iter().all(|other| self.is_alike(unit, *first, *other, assumed))
    }

    fn is_alike(
        &self,
        unit: usize,
        one: Place,
        other: Place,
        assumed: &mut BTreeSet<(Place, Place)>,
    ) -> bool {
        if one == other || assumed.contains(&(one, other)) {
            return true;
        }
        if assumed.len() >= PAIRS_MAX || !self.looks_alike(unit, one, other) {
            return false;
        }
        assumed.insert((one, other));
        let behind = |(block, at): Place| self.behind(unit, (block, at));
        let (one, other) = (behind(one), behind(other));
        one.len() == other.len()
            && one.into_iter().zip(other).all(|(one, other)| {
                let next = self.next_seen(unit, &[one, other]);
                one == other || next.is_some_and(|next| self.are_alike(unit, &next, assumed))
            })
    }

    /// Where it goes on behind what is seen at a place.
    fn behind(&self, unit: usize, (block, at): Place) -> Vec<Place> {
        match self.op(unit, (block, at)) {
            Some(_) => vec![(block, at + 1)],
            None => self.end(unit, block).successors().into_iter().map(|next| (next, 0)).collect(),
        }
    }

    /// Whether the same is seen at both places.
    fn looks_alike(&self, unit: usize, one: Place, other: Place) -> bool {
        match (self.op(unit, one), self.op(unit, other)) {
            (Some(one), Some(other)) => self.seen_of(unit, one) == self.seen_of(unit, other),
            (None, None) => match (self.end(unit, one.0), self.end(unit, other.0)) {
                (Terminator::Return(one), Terminator::Return(other)) => {
                    one == other || !self.result_matters(unit)
                }
                (
                    Terminator::Next { iterator: one, dest: into_one, .. },
                    Terminator::Next { iterator: other, dest: into_other, .. },
                ) => {
                    let wants = |dest: &Local| self.is_relevant(unit, *dest);
                    one == other
                        && (into_one == into_other || !wants(into_one) && !wants(into_other))
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// The op without what others do not see of it.
    fn seen_of(&self, unit: usize, op: &Op) -> OpKind {
        let mut kind = op.kind.clone();
        if let OpKind::Call { dest, callee, args } = &mut kind {
            if !self.is_relevant(unit, *dest) {
                *dest = Local(0);
            }
            if let (
                Callee::Intrinsic(Intrinsic::ChannelSend | Intrinsic::ChannelTrySend),
                [to, value],
            ) = (&*callee, args.as_mut_slice())
                && !self.sends_value(unit, to, value)
            {
                *value = Operand::Const(Const::Unit);
            }
        }
        kind
    }

    /// What is seen next from these places on; none where others may see what is not looked into.
    fn next_seen(&self, unit: usize, from: &[Place]) -> Option<Next> {
        let mut next = Next::default();
        let mut seen = BTreeSet::new();
        let mut pending = from.to_vec();
        while let Some((block, at)) = pending.pop() {
            if !seen.insert((block, at)) {
                continue;
            }
            let ops = &self.units[unit].body.blocks[block.index()].ops;
            let place = self.first_seen(unit, (block, at));
            let passed = &ops[at..place.map_or(ops.len(), |(_, at)| at)];
            if passed.iter().any(is_edge_of_attempt) {
                return None;
            }
            next.pauses |= passed.iter().any(is_pause);
            match place {
                Some(place) => next.places.push(place),
                None => {
                    pending.extend(self.ways_unseen(unit, block)?.into_iter().map(|way| (way, 0)));
                }
            }
        }
        next.places.sort_unstable();
        next.places.dedup();
        Some(next)
    }

    /// The first place in the block that is seen, if any is.
    fn first_seen(&self, unit: usize, (block, from): Place) -> Option<Place> {
        let data = &self.units[unit].body.blocks[block.index()];
        let op = (from..data.ops.len()).find(|at| self.keeps(unit, &data.ops[*at]));
        let end = || {
            let is_seen = matches!(data.end.kind, Terminator::Return(_))
                || self.units[unit].is_visible_end(&data.end.kind);
            is_seen.then_some(data.ops.len())
        };
        Some((block, op.or_else(end)?))
    }

    /// Where a block goes on whose end nobody sees; none where that is not known.
    fn ways_unseen(&self, unit: usize, block: BlockId) -> Option<Vec<BlockId>> {
        let ways = self.units[unit].ways();
        if self.facts[unit].panics[block.index()] {
            return None;
        }
        let open = |end: &Terminator| {
            let all = end.successors().into_iter();
            all.filter(|way| !ways.fails(*way)).collect::<Vec<BlockId>>()
        };
        match self.end(unit, block) {
            end @ (Terminator::Goto(_) | Terminator::Branch { .. }) => Some(open(end)),
            Terminator::Next { .. } if !self.something_between(unit, block) => {
                Some(vec![ways.meeting(block)?])
            }
            _ => None,
        }
    }

    fn is_suspension(&self, unit: usize, place: Place) -> bool {
        let Some(op) = self.op(unit, place) else {
            return !matches!(self.end(unit, place.0), Terminator::Return(_));
        };
        match &op.kind {
            OpKind::Call { callee: Callee::Intrinsic(of), .. } => of.effect().suspends,
            kind => matches!(kind, OpKind::EnterLock { .. } | OpKind::EndScope(_)),
        }
    }

    fn op(&self, unit: usize, (block, at): Place) -> Option<&Op> {
        self.units[unit].body.blocks[block.index()].ops.get(at)
    }

    fn end(&self, unit: usize, block: BlockId) -> &Terminator {
        &self.units[unit].body.blocks[block.index()].end.kind
    }
}

/// Whether a failure goes elsewhere from there on.
fn is_edge_of_attempt(op: &Op) -> bool {
    matches!(op.kind, OpKind::EnterAttempt { .. } | OpKind::ExitAttempt)
}
