//! Bodies that run in place: under a lock, for each element of a parallel loop.

use super::Step;
use crate::mir::{BodyId, Callee, Local, LockMode, Operand, Rvalue};
use crate::regions::effects::{Actual, actual, captures_after_params, effects};
use crate::regions::events::{Event, TouchKind};
use crate::regions::paths::Step as Inwards;

impl Step<'_, '_> {
    pub(super) fn enter_lock(
        &mut self,
        loan: Local,
        mode: LockMode,
        when: &Option<(BodyId, Vec<Operand>)>,
    ) {
        let holder = match mode {
            LockMode::Acquire => None,
            _ => self.view.holders.local(loan),
        };
        let around = match holder {
            Some(_) => {
                let (view, point) = (self.view, self.point);
                view.liveness().after(view.body, &view.holders, point)
            }
            None => Vec::new(),
        };
        let (point, at) = (self.point, self.at);
        self.events.push(Event::OpenLoan { loan: point, local: loan, holder, around, at });
        self.track(loan, &Rvalue::Use(Operand::unit()));
        if let Some((body, captures)) = when {
            self.condition(loan, *body, captures);
        }
    }

    /// A condition gets what the lock lends, and may do with it what the block may. It is asked whenever
    /// something changes.
    fn condition(&mut self, loan: Local, body: BodyId, captures: &[Operand]) {
        let lent = actual(self.view, self.state, &Operand::Local(loan));
        let actuals = captures_after_params(self.view, self.state, body, vec![lent], captures);
        let run = Callee::Body(body);
        let mut effects =
            effects(self.view, self.state, &run, actuals, None, (self.at, self.made()));
        effects.again.clone_from(&effects.stores);
        let before = std::mem::take(&mut self.events);
        self.apply(&effects);
        let judged_under_it = std::mem::replace(&mut self.events, before);
        self.afterwards.extend(judged_under_it);
    }

    pub(super) fn parallel_for(&mut self, body: BodyId, iterable: &Operand, captures: &[Operand]) {
        self.touch(iterable, TouchKind::Read);
        let walked = actual(self.view, self.state, iterable);
        let elements = walked.places.iter().map(|place| place.below(Inwards::Item)).collect();
        let element = Actual { places: elements, ty: None, ..walked };
        let actuals = captures_after_params(self.view, self.state, body, vec![element], captures);
        let run = Callee::Body(body);
        let mut effects =
            effects(self.view, self.state, &run, actuals, None, (self.at, self.made()));
        effects.again.clone_from(&effects.stores);
        self.apply(&effects);
    }
}
