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
        if let Some((body, captures)) = when {
            let actuals = captures_after_params(self.view, self.state, *body, Vec::new(), captures);
            let run = Callee::Body(*body);
            let effects = effects(self.view, self.state, &run, actuals, None, self.at);
            self.apply(&effects);
        }
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
    }

    pub(super) fn parallel_for(&mut self, body: BodyId, iterable: &Operand, captures: &[Operand]) {
        self.touch(iterable, TouchKind::Read);
        let walked = actual(self.view, self.state, iterable);
        let elements = walked.places.iter().map(|place| place.below(Inwards::Item)).collect();
        let element = Actual { places: elements, ty: None, ..walked };
        let actuals = captures_after_params(self.view, self.state, body, vec![element], captures);
        let run = Callee::Body(body);
        let effects = effects(self.view, self.state, &run, actuals, None, self.at);
        self.apply(&effects);
    }
}
