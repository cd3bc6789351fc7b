//! `defer`: arguments are kept where it stands, and used where the body ends.
//!
//! In a loop each round keeps its own. They run last first, so what the last round kept is used
//! before what earlier ones did: any two rounds are these two on some path.

use super::{Batch, Step};
use crate::mir::{BlockId, Callee, MirBody, OpKind, Operand, Point};
use crate::regions::domain::{Holder, Rounds};
use crate::regions::effects::{Actual, actual, effects};
use crate::regions::events::{Event, TouchKind};
use crate::regions::links::Source;
use crate::regions::paths::Place;

impl Step<'_, '_> {
    pub(super) fn defer(&mut self, callee: &Callee, args: &[Operand]) {
        let view = self.view;
        let Some(kept) = view.holders.deferred(self.point) else { return };
        let again = self.state.deferred.contains_key(&self.point);
        for (last, earlier) in kept.last.iter().zip(&kept.earlier) {
            if let (Some(last), Some(earlier), true) = (last, earlier, again) {
                let from = vec![Source::whole(*last), Source::whole(*earlier)];
                let (dest, shared) = (*earlier, Vec::new());
                self.events.push(Event::Assign { dest, from, shared, at: self.at });
            }
        }
        for (arg, last) in args.iter().chain(&function(callee)).zip(&kept.last) {
            self.touch(arg, TouchKind::Name);
            if let (Some(from), Some(last)) = (view.holders.of(arg), last) {
                let (from, shared) = (vec![Source::whole(from)], Vec::new());
                self.events.push(Event::Assign { dest: *last, from, shared, at: self.at });
            }
        }
        let operands = args.iter().chain(&function(callee)).cloned().collect::<Vec<_>>();
        let functions = operands.iter().enumerate().filter_map(|(position, operand)| {
            Some((position, self.state.targets.get(&operand.local()?)?.clone()))
        });
        let functions = functions.collect();
        self.events.push(Event::Deferred { point: self.point, functions });
    }

    pub(super) fn run_defers(&mut self) -> Vec<Batch> {
        let mut batches = Vec::new();
        let (view, deferred) = (self.view, self.state.deferred.clone());
        let passed: Vec<(Point, Rounds)> =
            deferred.iter().rev().map(|(point, rounds)| (*point, *rounds)).collect();
        let is_repeated = |rounds: &Rounds| *rounds == Rounds::Several;
        let together = |one: &(Point, Rounds), next: &(Point, Rounds)| {
            let repeated = is_repeated(&one.1) && is_repeated(&next.1);
            repeated && are_in_one_loop(view.body, one.0.block, next.0.block)
        };
        for of_loop in passed.chunk_by(together) {
            for (point, _) in of_loop {
                let kept = view.holders.deferred(*point).map_or(&[][..], |kept| &kept.last);
                batches.extend(self.run_defer(*point, kept).into_iter().flatten());
            }
            for (point, _) in of_loop.iter().filter(|(_, rounds)| is_repeated(rounds)) {
                let kept = view.holders.deferred(*point).map_or(&[][..], |kept| &kept.earlier);
                batches.extend(self.run_defer(*point, kept).into_iter().flatten());
            }
        }
        batches
    }

    fn run_defer(&mut self, point: Point, kept: &[Option<Holder>]) -> Option<[Batch; 3]> {
        let Some(OpKind::Defer { callee, args }) = self.view.op(point) else { return None };
        self.at = self.view.origin(point);
        let held = |position: usize, operand: &Operand| {
            let holder = kept.get(position).copied().flatten();
            let places = holder.map(Place::whole).into_iter().collect();
            let targets = self.state.kept.get(&(point, position)).cloned().unwrap_or_default();
            Actual { places, targets, ..actual(self.view, self.state, operand) }
        };
        let actuals = args.iter().enumerate().map(|(position, arg)| held(position, arg)).collect();
        let function = function(callee).map(|function| held(args.len(), &function));
        let run = (self.at, self.view.holders.made(point));
        let effects = effects(self.view, self.state, callee, actuals, function, run);
        self.apply(&effects);
        self.forget_made(point);
        Some(self.batches())
    }
}

/// The function value that is called, if one is.
fn function(callee: &Callee) -> Option<Operand> {
    match callee {
        Callee::Value(local) => Some(Operand::Local(*local)),
        _ => None,
    }
}

/// Whether some way leads back from behind both blocks to before them.
fn are_in_one_loop(body: &MirBody, one: BlockId, other: BlockId) -> bool {
    let (first, last) = (one.min(other), one.max(other));
    body.blocks[last.index()..]
        .iter()
        .any(|block| block.end.kind.successors().into_iter().any(|to| to <= first))
}
