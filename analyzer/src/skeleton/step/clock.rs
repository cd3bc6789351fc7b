//! What time does: any of the pending timers may be the next to strike.

use super::eval::operand;
use super::{Event, EventKind, Machine, Outcome, Step, StepKind, meet, scopes};
use crate::mir::{Const, Operand};
use crate::skeleton::graph::{Action, NodeId, SelectOffer};
use crate::skeleton::state::State;
use crate::skeleton::state::value::Known;

impl Machine<'_> {
    /// Time passes while others compute, so any of the pending timeouts may be the next to happen.
    pub(super) fn timers(self, state: &State) -> Vec<Step> {
        let mut steps = Vec::new();
        for task in 0..state.tasks.len() as u32 {
            let outcomes = self.select_timeout(state, task).into_iter();
            let outcomes = outcomes.chain(self.scope_timeouts(state, task));
            let outcomes = outcomes.chain(self.tick(state, task));
            steps.extend(outcomes.map(|outcome| Step {
                task,
                kind: StepKind::Happens,
                outcomes: vec![outcome],
            }));
        }
        steps
    }

    /// Whether time may end the wait of the task: a ticker's, its own `select`'s, or that of a scope
    /// around it, of which a deferred call knows only its own.
    pub(in crate::skeleton) fn is_timed(self, state: &State, task: u32) -> bool {
        if self.timeout_case(state, task).is_some() || self.is_ticker(state, task) {
            return true;
        }
        let of = &state.tasks[task as usize];
        if of.scopes_in_reach().any(|(_, open)| open.is_timed()) {
            return true;
        }
        let mut around = of.parent.filter(|_| !of.is_masked());
        while let Some((owner, position)) = around {
            let of = &state.tasks[owner as usize];
            if of.scopes.iter().take(position as usize + 1).any(|open| open.is_timed()) {
                return true;
            }
            around = of.parent;
        }
        false
    }

    /// Where the `select` that the task stands at goes on when its time is up.
    pub(in crate::skeleton) fn timeout_case(self, state: &State, task: u32) -> Option<NodeId> {
        let node = self.node(state, task)?;
        let Action::Select { cases, .. } = &node.action else { return None };
        let frame = state.tasks[task as usize].frames.last()?;
        let is_open = |guard: &Option<Operand>| {
            let guard = guard.as_ref().map(|guard| operand(frame, guard).known(&state.facts));
            !matches!(guard, Some(Known::Is(Const::Bool(false))))
        };
        let is_it = |(offer, guard): &(SelectOffer, Option<Operand>)| {
            *offer == SelectOffer::Timeout && is_open(guard)
        };
        node.next.get(cases.iter().position(is_it)?).copied()
    }

    /// The timeout case of a `select`, unless another case is ready: that one it takes at once, and
    /// whoever serves one meanwhile ends the wait before the clock does.
    fn select_timeout(self, state: &State, task: u32) -> Option<Outcome> {
        let next = self.timeout_case(state, task)?;
        if self.offers(state, task).iter().any(|offer| meet::is_ready_alone(state, offer)) {
            return None;
        }
        let event = self.event(state, task, EventKind::TimesOut, None);
        let mut ways = self.node(state, task)?.next.iter();
        let case = ways.position(|way| *way == next).map(|case| case as u32);
        let event = event.map(|event| Event { case, ..event });
        let mut state = state.clone();
        self.pass(&mut state, task, Some(next));
        Some(Ok((state, event.into_iter().collect())))
    }

    fn scope_timeouts(self, state: &State, task: u32) -> Vec<Outcome> {
        let scopes = &state.tasks[task as usize].scopes;
        let timed = (0..).zip(scopes).filter(|(_, open)| open.is_timed());
        timed
            .map(|(position, _)| {
                let event = self.event(state, task, EventKind::TimesOut, None);
                let mut state = state.clone();
                let of = &mut state.tasks[task as usize];
                of.is_new = false;
                of.scopes[position as usize].timed_out = true;
                let children = state.children(task, Some(position));
                scopes::cancel_all(&mut state, &children);
                Ok((state, event.into_iter().collect()))
            })
            .collect()
    }
}
