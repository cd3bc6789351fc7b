//! Operations that others can see: the steps that come of what tasks offer.
//!
//! A send and a receive on a channel without room are one step of two tasks, and so is a meeting at a barrier one of
//! all that meet; all others are a step of one.

use super::barrier::meeters;
use super::cells::as_const;
use super::handing::may_be_served;
use super::locks::can_take;
use super::offers::{AtEnd, Offer, OfferKind};
use super::{Event, EventKind, Machine, Outcome, Step, StepKind};
use crate::mir::Local;
use crate::skeleton::graph::{Action, Hold};
use crate::skeleton::misuse::MisuseKind;
use crate::skeleton::state::value::Value;
use crate::skeleton::state::{ObjectKind, State};

impl Machine<'_> {
    /// The steps that the task takes by itself or together with a receiver.
    pub(in crate::skeleton) fn meetings(
        self,
        state: &State,
        task: u32,
        all: &[Vec<Offer>],
    ) -> Vec<Step> {
        let offers = &all[task as usize];
        let mut steps = Vec::new();
        if self.fails_here(state, task) {
            let outcomes = vec![self.failed(state, task, None)];
            return vec![Step { task, kind: StepKind::Happens, outcomes }];
        }
        steps.extend(self.passing(state, task));
        let mut ready = Readiness::No;
        for offer in offers {
            let (outcomes, now) = self.outcomes(state, task, offer, all);
            ready = ready.max(now);
            steps.extend(outcomes.into_iter().map(|outcome| Step {
                task,
                kind: StepKind::Happens,
                outcomes: vec![outcome],
            }));
        }
        if let Some(Action::Select { cases, has_else }) =
            self.node(state, task).map(|node| &node.action)
        {
            let all_in_sight = self.sees_all_cases(state, task);
            let is_timed = self.timeout_case(state, task).is_some();
            if *has_else && ready != Readiness::Yes {
                steps.extend(self.take_else(state, task, cases.len()));
            } else if all_in_sight && !*has_else && !is_timed && is_never_ready(state, offers) {
                let mut state = state.clone();
                let outcome = self.misused(&mut state, task, MisuseKind::NeverReady, None);
                let outcome = outcome.map(|_| (state, Vec::new()));
                steps.push(Step { task, kind: StepKind::Happens, outcomes: vec![outcome] });
            }
        }
        steps
    }

    fn take_else(self, state: &State, task: u32, cases: usize) -> Option<Step> {
        let next = *self.node(state, task)?.next.get(cases)?;
        let event = self.event(state, task, EventKind::FindsNone, None);
        let event = event.map(|event| Event { case: Some(cases as u32), ..event });
        let mut state = state.clone();
        self.pass(&mut state, task, Some(next));
        let outcome = Ok((state, event.into_iter().collect()));
        Some(Step { task, kind: StepKind::Happens, outcomes: vec![outcome] })
    }

    /// What comes of an offer, and whether it is ready whatever the others do.
    fn outcomes(
        self,
        state: &State,
        task: u32,
        offer: &Offer,
        all: &[Vec<Offer>],
    ) -> (Vec<Outcome>, Readiness) {
        let go = |kind: EventKind, change: &dyn Fn(&mut State)| -> Outcome {
            self.after(state, task, offer, kind, change)
        };
        let fails = |kind: MisuseKind| -> Outcome {
            let mut state = state.clone();
            state.tasks[task as usize].is_new = false;
            self.misused(&mut state, task, kind, Some(offer.object))?;
            Ok((state, Vec::new()))
        };
        let object = &state.objects[offer.object as usize];
        match (&offer.kind, &object.kind) {
            (
                OfferKind::Send(_) | OfferKind::TrySend(..),
                ObjectKind::Channel { closed: true, .. },
            ) => (vec![fails(MisuseKind::SendAfterClose)], Readiness::Yes),
            (OfferKind::Send(value), ObjectKind::Channel { capacity, queue, .. }) => {
                if (queue.len() as i64) < *capacity {
                    let outcome = go(EventKind::Sends, &|state| push(state, offer.object, value));
                    return (vec![outcome], Readiness::Yes);
                }
                let outcomes = self.rendezvous(state, task, offer, value, all);
                let ready = if outcomes.is_empty() { Readiness::No } else { Readiness::Maybe };
                (outcomes, ready)
            }
            (OfferKind::TrySend(value, dest), ObjectKind::Channel { capacity, queue, .. }) => {
                let room = (queue.len() as i64) < *capacity;
                let mut outcomes = self.rendezvous(state, task, offer, value, all);
                let kind = if room { EventKind::Sends } else { EventKind::Misses };
                outcomes.push(go(kind, &|state| {
                    if room {
                        push(state, offer.object, value);
                    }
                    self.set(state, task, *dest, Value::bool(room));
                }));
                (outcomes, Readiness::Yes)
            }
            (OfferKind::Receive { .. }, ObjectKind::Channel { queue, .. }) if !queue.is_empty() => {
                let value = queue[0].clone();
                let outcome = go(EventKind::Receives, &|state| {
                    pop(state, offer.object);
                    self.receive(state, task, offer, value.clone());
                });
                (vec![outcome], Readiness::Yes)
            }
            (
                OfferKind::Receive { dest, end, .. },
                ObjectKind::Channel { closed: true, closer, .. },
            ) => match end {
                AtEnd::Fails if *closer == Some(task) => {
                    (vec![fails(MisuseKind::ReceiveAfterEnd)], Readiness::Yes)
                }
                AtEnd::Fails => {
                    (vec![self.failed(state, task, Some(offer.object))], Readiness::Yes)
                }
                AtEnd::IsDisabled => (Vec::new(), Readiness::No),
                AtEnd::GoesOn(end) => {
                    let outcome = go(EventKind::FindsEnd, &|state| {
                        self.set(state, task, *dest, Value::none());
                        if let Some(frame) = state.tasks[task as usize].frames.last_mut() {
                            frame.node = *end;
                        }
                    });
                    (vec![outcome], Readiness::Yes)
                }
            },
            // The sender's step, if there is one.
            (OfferKind::Receive { .. }, _) => (Vec::new(), may_be_served(task, offer, all)),
            (OfferKind::TryReceive(dest), ObjectKind::Channel { queue, .. }) => {
                let front = queue.first().cloned();
                let result = front.clone().map_or_else(Value::none, Value::some);
                let kind = if front.is_some() { EventKind::Receives } else { EventKind::Misses };
                let outcome = go(kind, &|state| {
                    if front.is_some() {
                        pop(state, offer.object);
                    }
                    self.set(state, task, *dest, result.clone());
                });
                (vec![outcome], Readiness::Yes)
            }
            (OfferKind::Close, ObjectKind::Channel { closed: true, .. }) => {
                (vec![fails(MisuseKind::CloseTwice)], Readiness::Yes)
            }
            (OfferKind::Close, _) => (
                vec![go(EventKind::Closes, &|state| {
                    if let ObjectKind::Channel { closed, closer, .. } =
                        &mut state.objects[offer.object as usize].kind
                    {
                        (*closed, *closer) = (true, Some(task));
                    }
                })],
                Readiness::Yes,
            ),
            (OfferKind::IsClosed(dest), ObjectKind::Channel { closed, .. }) => {
                (vec![self.look(state, task, offer, *dest, Value::bool(*closed))], Readiness::Yes)
            }
            (OfferKind::Length(dest), ObjectKind::Channel { queue, .. }) => {
                let length = Value::int(queue.len() as i64);
                (vec![self.look(state, task, offer, *dest, length)], Readiness::Yes)
            }
            (OfferKind::IsSet(dest), ObjectKind::Signal { set }) => {
                (vec![self.look(state, task, offer, *dest, Value::bool(*set))], Readiness::Yes)
            }
            (OfferKind::Set, _) => {
                let set = go(EventKind::Sets, &|state| {
                    state.objects[offer.object as usize].kind = ObjectKind::Signal { set: true };
                });
                (vec![set], Readiness::Yes)
            }
            (OfferKind::Wait, ObjectKind::Signal { set: true }) => {
                (vec![go(EventKind::Receives, &|_| {})], Readiness::Yes)
            }
            (OfferKind::Atom(op, args, dest), ObjectKind::Atom(held)) => {
                (vec![self.with_atom(state, task, offer, (*op, args, *dest), held)], Readiness::Yes)
            }
            (OfferKind::Meet, ObjectKind::Barrier { parties, broken: false, .. }) => {
                (self.gather(state, task, offer, *parties, all), Readiness::No)
            }
            (OfferKind::Closed, _) if is_drained(state, offer.object) => {
                (vec![go(EventKind::FindsEnd, &|_| {})], Readiness::Yes)
            }
            (OfferKind::Take(mode, how), _) => self.take(state, task, offer, (*mode, *how)),
            (OfferKind::TakeWhen(mode), _)
                if self.eager
                    && can_take(state, task, offer.object, *mode)
                    && self.condition(state, task) != Some(false) =>
            {
                self.take(state, task, offer, (*mode, Hold::Block))
            }
            (OfferKind::TryTake(mode, dest), _) => {
                (vec![self.try_take(state, task, offer, (*mode, *dest))], Readiness::Yes)
            }
            _ => (Vec::new(), Readiness::No),
        }
    }

    /// Whether the offer is taken up by a partner's step: a sender's, or that of the first at a barrier.
    pub(in crate::skeleton) fn is_met(
        self,
        state: &State,
        task: u32,
        offer: &Offer,
        all: &[Vec<Offer>],
    ) -> bool {
        match (&offer.kind, &state.objects[offer.object as usize].kind) {
            (OfferKind::Receive { .. } | OfferKind::TryReceive(_), _) => {
                may_be_served(task, offer, all) != Readiness::No
            }
            (OfferKind::Meet, ObjectKind::Barrier { parties, broken: false, .. }) => {
                meeters(offer, all).len() as i64 >= *parties
            }
            _ => false,
        }
    }

    fn look(
        self,
        state: &State,
        task: u32,
        offer: &Offer,
        dest: Option<Local>,
        value: Value,
    ) -> Outcome {
        let kind = EventKind::Looks(as_const(state, &value));
        let event = self.taken_up(state, task, offer, kind);
        let mut state = state.clone();
        self.set(&mut state, task, dest, value);
        self.pass(&mut state, task, Some(offer.next));
        Ok((state, event.into_iter().collect()))
    }

    fn after(
        self,
        state: &State,
        task: u32,
        offer: &Offer,
        kind: EventKind,
        change: &dyn Fn(&mut State),
    ) -> Outcome {
        let event = self.taken_up(state, task, offer, kind);
        let mut state = state.clone();
        self.pass(&mut state, task, Some(offer.next));
        change(&mut state);
        Ok((state, event.into_iter().collect()))
    }

    /// What happens when the offer is taken.
    pub(super) fn taken_up(
        self,
        state: &State,
        task: u32,
        offer: &Offer,
        kind: EventKind,
    ) -> Option<Event> {
        let event = self.event(state, task, kind, Some(offer.object))?;
        Some(Event { case: offer.case, ..event })
    }
}

/// Whether a case is ready now. A partner may stand there already, or come later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Readiness {
    No,
    Maybe,
    Yes,
}

/// Whether a case of a `select` is ready whatever the others do.
pub(super) fn is_ready_alone(state: &State, offer: &Offer) -> bool {
    match (&offer.kind, &state.objects[offer.object as usize].kind) {
        (OfferKind::Send(_), ObjectKind::Channel { capacity, queue, closed, .. }) => {
            *closed || (queue.len() as i64) < *capacity
        }
        (OfferKind::Receive { .. }, ObjectKind::Channel { queue, .. }) => !queue.is_empty(),
        (OfferKind::Closed, _) => is_drained(state, offer.object),
        (OfferKind::Wait, ObjectKind::Signal { set }) => *set,
        _ => false,
    }
}

/// Whether all cases are receives from channels that are closed and drained.
fn is_never_ready(state: &State, offers: &[Offer]) -> bool {
    offers.iter().all(|offer| {
        matches!(offer.kind, OfferKind::Receive { end: AtEnd::IsDisabled, .. })
            && is_drained(state, offer.object)
    })
}

fn push(state: &mut State, channel: u32, value: &Value) {
    if let ObjectKind::Channel { queue, .. } = &mut state.objects[channel as usize].kind {
        queue.push(value.clone());
    }
}

fn pop(state: &mut State, channel: u32) {
    if let ObjectKind::Channel { queue, .. } = &mut state.objects[channel as usize].kind
        && !queue.is_empty()
    {
        queue.remove(0);
    }
}

fn is_drained(state: &State, channel: u32) -> bool {
    match &state.objects[channel as usize].kind {
        ObjectKind::Channel { queue, closed, .. } => *closed && queue.is_empty(),
        _ => false,
    }
}
