//! `defer`: arguments are kept where it stands, and used where the body ends.

use super::{Batch, Step};
use crate::mir::{Callee, OpKind, Operand};
use crate::regions::effects::{Actual, actual, effects};
use crate::regions::events::{Event, TouchKind};
use crate::regions::paths::{Place, Source};

impl Step<'_, '_> {
    pub(super) fn defer(&mut self, callee: &Callee, args: &[Operand]) {
        let function = match callee {
            Callee::Value(local) => Some(Operand::Local(*local)),
            _ => None,
        };
        let kept = self.view.holders.deferred(self.point);
        for (arg, kept) in args.iter().chain(&function).zip(kept) {
            self.touch(arg, TouchKind::Name);
            if let (Some(from), Some(kept)) = (self.view.holders.of(arg), kept) {
                let (from, shared) = (vec![Source::whole(from)], Vec::new());
                self.events.push(Event::Assign { dest: *kept, from, shared, at: self.at });
            }
        }
        self.events.push(Event::Deferred(self.point));
    }

    pub(super) fn run_defers(&mut self) -> Vec<Batch> {
        let mut batches = Vec::new();
        for point in self.state.deferred.iter().rev() {
            let Some(OpKind::Defer { callee, args }) = self.view.op(*point) else { continue };
            self.at = self.view.origin(*point);
            let kept = self.view.holders.deferred(*point);
            let held = |position: usize, operand: &Operand| Actual {
                places: kept
                    .get(position)
                    .copied()
                    .flatten()
                    .map(Place::whole)
                    .into_iter()
                    .collect(),
                ..actual(self.view, self.state, operand)
            };
            let actuals =
                args.iter().enumerate().map(|(position, arg)| held(position, arg)).collect();
            let function = match callee {
                Callee::Value(local) => Some(held(args.len(), &Operand::Local(*local))),
                _ => None,
            };
            let effects = effects(self.view, self.state, callee, actuals, function, self.at);
            self.apply(effects);
            batches.push(std::mem::take(&mut self.events));
        }
        batches
    }
}
