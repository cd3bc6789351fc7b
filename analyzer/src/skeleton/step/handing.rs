//! Values from hand to hand: a send and a receive on a channel without room are one step of two tasks.

use super::meet::Readiness;
use super::offers::{Offer, OfferKind};
use super::{Event, EventKind, Machine, Outcome};
use crate::skeleton::state::value::Value;
use crate::skeleton::state::{ObjectKind, State};

impl Machine<'_> {
    /// Hands a value to each task that would receive it, on a channel without a buffer.
    pub(super) fn rendezvous(
        self,
        state: &State,
        task: u32,
        offer: &Offer,
        value: &Value,
        all: &[Vec<Offer>],
    ) -> Vec<Outcome> {
        if matches!(
            state.objects[offer.object as usize].kind,
            ObjectKind::Channel { capacity: 1.., .. }
        ) {
            return Vec::new();
        }
        let mut outcomes = Vec::new();
        for other in (0..state.tasks.len() as u32).filter(|other| *other != task) {
            for theirs in &all[other as usize] {
                let takes = match theirs.kind {
                    OfferKind::Receive { .. } => true,
                    OfferKind::TryReceive(_) => matches!(offer.kind, OfferKind::Send(_)),
                    _ => false,
                };
                if theirs.object == offer.object && takes {
                    outcomes.push(self.hand_over(state, (task, offer), (other, theirs), value));
                }
            }
        }
        outcomes
    }

    fn hand_over(
        self,
        state: &State,
        (sender, offer): (u32, &Offer),
        (receiver, theirs): (u32, &Offer),
        value: &Value,
    ) -> Outcome {
        let mut events: Vec<Event> = Vec::new();
        events.extend(self.taken_up(state, sender, offer, EventKind::Sends));
        events.extend(self.taken_up(state, receiver, theirs, EventKind::Receives));
        let mut state = state.clone();
        if let OfferKind::TrySend(_, dest) = &offer.kind {
            self.set(&mut state, sender, *dest, Value::bool(true));
        }
        self.pass(&mut state, sender, Some(offer.next));
        self.receive(&mut state, receiver, theirs, value.clone());
        self.pass(&mut state, receiver, Some(theirs.next));
        Ok((state, events))
    }

    pub(super) fn receive(self, state: &mut State, task: u32, offer: &Offer, value: Value) {
        match &offer.kind {
            OfferKind::Receive { dest, wrapped: false, .. } => self.set(state, task, *dest, value),
            OfferKind::Receive { dest, .. } | OfferKind::TryReceive(dest) => {
                self.set(state, task, *dest, Value::some(value));
            }
            _ => {}
        }
    }
}

/// Whether a sender stands ready for a receive that has no step of its own.
pub(super) fn may_be_served(task: u32, offer: &Offer, all: &[Vec<Offer>]) -> Readiness {
    let serves = |theirs: &Offer| {
        theirs.object == offer.object
            && matches!(theirs.kind, OfferKind::Send(_) | OfferKind::TrySend(..))
    };
    let mut others = (0..).zip(all).filter(|(other, _)| *other != task);
    let served = others.any(|(_, offers)| offers.iter().any(serves));
    if served { Readiness::Maybe } else { Readiness::No }
}
