//! From terminators to actions: where a block goes on.

use super::Extractor;
use crate::mir::{BlockId, SelectOp, Terminator};
use crate::skeleton::graph::{Action, SelectOffer};

impl Extractor<'_, '_> {
    /// What a terminator does, and where it goes; no action where it only goes on.
    pub(super) fn end(
        &self,
        unit: usize,
        id: BlockId,
        end: &Terminator,
    ) -> (Option<Action>, Vec<BlockId>) {
        let source = &self.slice.units[unit];
        match end {
            Terminator::Goto(next) => (None, vec![*next]),
            Terminator::Branch { condition, .. } if self.slice.decides(unit, id) => {
                (Some(Action::Branch(condition.clone())), end.successors())
            }
            Terminator::Next { iterator, dest, .. }
                if source.is_channel(*iterator) || self.slice.decides(unit, id) =>
            {
                let dest = self.wanted(unit, *dest);
                (Some(Action::Each { iterator: *iterator, dest }), end.successors())
            }
            Terminator::Branch { .. } | Terminator::Next { .. } => self.skip(unit, id, end),
            Terminator::Select { cases, otherwise } => {
                let cases: Vec<_> = cases
                    .iter()
                    .map(|case| (self.offer(unit, &case.op), case.guard.clone()))
                    .collect();
                let has_else = otherwise.is_some();
                (Some(Action::Select { cases, has_else }), end.successors())
            }
            Terminator::Return(value) => {
                let value = self.slice.result_matters(unit).then(|| value.clone());
                (Some(Action::Return(value)), Vec::new())
            }
            Terminator::Fail { .. } => (Some(Action::Fail), Vec::new()),
            Terminator::Unreachable => (Some(Action::Return(None)), Vec::new()),
        }
    }

    /// A branch that decides nothing: on to where its ways meet, or the one way that does not fail, or any of those
    /// that do the same.
    pub(super) fn skip(
        &self,
        unit: usize,
        id: BlockId,
        end: &Terminator,
    ) -> (Option<Action>, Vec<BlockId>) {
        let ways = self.slice.units[unit].ways();
        let open: Vec<BlockId> =
            end.successors().into_iter().filter(|way| !ways.fails(*way)).collect();
        match (open.as_slice(), ways.meeting(id)) {
            ([], _) => (Some(Action::Fail), Vec::new()),
            ([only], _) => (self.assumption(unit, end, *only), vec![*only]),
            (open, _) if self.slice.something_between(unit, id) => {
                let way = self.slice.shortest_way(unit, id).or_else(|| open.first().copied());
                (None, way.into_iter().collect())
            }
            (_, Some(meeting)) => (None, vec![meeting]),
            (_, None) => (Some(Action::Return(None)), Vec::new()),
        }
    }

    /// What must hold for the way that does not fail, where it is about what decides something.
    pub(super) fn assumption(&self, unit: usize, end: &Terminator, way: BlockId) -> Option<Action> {
        let Terminator::Branch { condition, then, otherwise } = end else { return None };
        let matters = self.slice.is_relevant(unit, condition.local()?);
        let holds = way == *then;
        let other = if holds { otherwise } else { then };
        let or_fails = !self.is_never(unit, *other);
        matters.then(|| Action::Assume { condition: condition.clone(), holds, or_fails })
    }

    /// Whether control never comes there, for a `match` has a case for all there is.
    fn is_never(&self, unit: usize, block: BlockId) -> bool {
        let block = &self.slice.units[unit].body.blocks[block.index()];
        block.ops.is_empty() && block.end.kind == Terminator::Unreachable
    }

    pub(super) fn offer(&self, unit: usize, op: &SelectOp) -> SelectOffer {
        match op {
            SelectOp::Receive { channel, dest } => {
                SelectOffer::Receive(channel.clone(), self.wanted(unit, *dest))
            }
            SelectOp::Send { channel, value } => {
                SelectOffer::Send(channel.clone(), self.sent(unit, channel, value))
            }
            SelectOp::Timeout(_) => SelectOffer::Timeout,
            SelectOp::Closed(object) => SelectOffer::Closed(object.clone()),
            SelectOp::Wait(object) => SelectOffer::Wait(object.clone()),
        }
    }
}
