//! Operations that others can see: what a task offers, and the steps that come of it.
//!
//! An [`Offer`] is one thing that a waiting task would do. A send and a receive on a channel
//! without room are one step of two tasks; all others are a step of one.

use super::cells::as_const;
use super::eval::operand;
use super::locks::can_take;
use super::{Event, EventKind, Machine, Outcome, Step, Stop};
use crate::mir::{Const, Local, LockMode, Operand};
use crate::skeleton::graph::{Action, AtomOp, Hold, NodeId, SelectOffer, SyncOp};
use crate::skeleton::misuse::MisuseKind;
use crate::skeleton::state::value::{Known, Value};
use crate::skeleton::state::{ObjectKind, Reach, State};

/// No state follows more ways in which tasks may have come to a barrier first.
const ROUNDS_MAX: usize = 64;

/// What a task would do to an object.
#[derive(Clone, Debug)]
pub(in crate::skeleton) struct Offer {
    pub(in crate::skeleton) object: u32,
    pub(in crate::skeleton) kind: OfferKind,
    /// Where it goes on afterwards.
    pub(super) next: NodeId,
    /// Which case of a `select` it is.
    case: Option<u32>,
}

/// How a task would use an object.
#[derive(Clone, Debug)]
pub(in crate::skeleton) enum OfferKind {
    Send(Value),
    Receive {
        dest: Option<Local>,
        /// Whether the result is an `Option`.
        wrapped: bool,
        end: AtEnd,
    },
    TrySend(Value, Option<Local>),
    TryReceive(Option<Local>),
    Close,
    IsClosed(Option<Local>),
    Length(Option<Local>),
    Set,
    IsSet(Option<Local>),
    Wait,
    Meet,
    /// An operation on an atom, with its arguments.
    Atom(AtomOp, Vec<Value>, Option<Local>),
    /// `case closed ch`
    Closed,
    Take(LockMode, Hold),
    /// A take whose condition is not known: its step is [`Machine::woken`].
    TakeWhen(LockMode),
    TryTake(LockMode, Option<Local>),
}

/// What a receive does on a channel that is closed and drained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::skeleton) enum AtEnd {
    /// Fails.
    Fails,
    /// Goes on there, with nothing.
    GoesOn(NodeId),
    /// Is not ready.
    IsDisabled,
}

impl Machine<'_> {
    /// What the task offers where it stands. Objects that went out of sight are left out.
    pub(in crate::skeleton) fn offers(self, state: &State, task: u32) -> Vec<Offer> {
        let Some(node) = self.node(state, task) else { return Vec::new() };
        let Some(frame) = state.tasks[task as usize].frames.last() else { return Vec::new() };
        let object = |of: &Operand| match operand(frame, of) {
            Value::Object(object) if is_judged(state, object) => Some(object),
            _ => None,
        };
        let value =
            |of: &Option<Operand>| of.as_ref().map_or(Value::Unknown, |of| operand(frame, of));
        let way = |index: usize| node.next.get(index).copied().unwrap_or(frame.node);
        match &node.action {
            Action::Sync { op, object: of, value: sent, dest } => {
                let kind = offered(*op, value(sent), *dest, way(0));
                let only = |object| Offer { object, kind, next: way(0), case: None };
                object(of).map(only).into_iter().collect()
            }
            Action::Atom { op, atom, args, dest } => {
                let args = args.iter().map(|arg| operand(frame, arg)).collect();
                let kind = OfferKind::Atom(*op, args, *dest);
                let of = object(atom);
                of.map(|object| Offer { object, kind, next: way(0), case: None })
                    .into_iter()
                    .collect()
            }
            Action::Each { iterator, dest } => {
                let end = AtEnd::GoesOn(way(1));
                let kind = OfferKind::Receive { dest: *dest, wrapped: false, end };
                let of = object(&Operand::Local(*iterator));
                of.map(|object| Offer { object, kind, next: way(0), case: None })
                    .into_iter()
                    .collect()
            }
            Action::Take(lock, ..) | Action::TakeWhen(lock, _) | Action::TryTake(lock, ..) => {
                let kind = match &node.action {
                    Action::TryTake(_, mode, dest) => OfferKind::TryTake(*mode, *dest),
                    Action::Take(_, mode, how) => OfferKind::Take(*mode, *how),
                    Action::TakeWhen(_, mode) => OfferKind::TakeWhen(*mode),
                    _ => return Vec::new(),
                };
                let of = object(lock);
                of.map(|object| Offer { object, kind, next: way(0), case: None })
                    .into_iter()
                    .collect()
            }
            Action::Select { cases, .. } => cases
                .iter()
                .enumerate()
                .filter(|(_, (_, guard))| {
                    guard.as_ref().is_none_or(|guard| holds(state, &operand(frame, guard)))
                })
                .filter_map(|(index, (offer, _))| {
                    let (of, kind) = match offer {
                        SelectOffer::Receive(of, dest) => {
                            let end = AtEnd::IsDisabled;
                            (of, OfferKind::Receive { dest: *dest, wrapped: false, end })
                        }
                        SelectOffer::Send(of, sent) => (of, OfferKind::Send(value(sent))),
                        SelectOffer::Closed(of) => (of, OfferKind::Closed),
                        SelectOffer::Wait(of) => (of, OfferKind::Wait),
                        SelectOffer::Timeout => return None,
                    };
                    let case = Some(index as u32);
                    object(of).map(|object| Offer { object, kind, next: way(index), case })
                })
                .collect(),
            _ => Vec::new(),
        }
    }

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
            return vec![Step { task, guessed: false, outcomes }];
        }
        steps.extend(self.passing(state, task));
        let mut ready = Readiness::No;
        for offer in offers {
            let (outcomes, now) = self.outcomes(state, task, offer, all);
            ready = ready.max(now);
            steps.extend(outcomes.into_iter().map(|outcome| Step {
                task,
                guessed: false,
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
                steps.push(Step { task, guessed: false, outcomes: vec![outcome] });
            }
        }
        steps
    }

    /// Whether every case's object is one that the check follows.
    pub(in crate::skeleton) fn sees_all_cases(self, state: &State, task: u32) -> bool {
        let Some(Action::Select { cases, .. }) = self.node(state, task).map(|node| &node.action)
        else {
            return true;
        };
        cases.iter().all(|(offer, guard)| {
            let of = match offer {
                SelectOffer::Receive(of, _)
                | SelectOffer::Send(of, _)
                | SelectOffer::Closed(of)
                | SelectOffer::Wait(of) => of,
                SelectOffer::Timeout => return true,
            };
            let guard_known = guard.as_ref().is_none_or(|guard| {
                matches!(self.operand(state, task, guard).known(&state.facts), Known::Is(_))
            });
            let seen = match self.operand(state, task, of) {
                Value::Object(object) => is_judged(state, object),
                _ => false,
            };
            guard_known && seen
        })
    }

    fn take_else(self, state: &State, task: u32, cases: usize) -> Option<Step> {
        let next = *self.node(state, task)?.next.get(cases)?;
        let event = self.event(state, task, EventKind::FindsNone, None);
        let event = event.map(|event| Event { case: Some(cases as u32), ..event });
        let mut state = state.clone();
        self.pass(&mut state, task, Some(next));
        let outcome = Ok((state, event.into_iter().collect()));
        Some(Step { task, guessed: false, outcomes: vec![outcome] })
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
            (OfferKind::Meet, ObjectKind::Barrier { parties, broken: false }) => {
                (self.gather(state, task, offer, *parties, all), Readiness::No)
            }
            (OfferKind::Closed, _) if is_drained(state, offer.object) => {
                (vec![go(EventKind::FindsEnd, &|_| {})], Readiness::Yes)
            }
            (OfferKind::Take(mode, how), _) => self.take(state, task, offer, (*mode, *how)),
            (OfferKind::TakeWhen(mode), _)
                if self.eager && can_take(state, task, offer.object, *mode) =>
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
            (OfferKind::Meet, ObjectKind::Barrier { parties, broken: false }) => {
                meeters(offer, all).len() as i64 >= *parties
            }
            _ => false,
        }
    }

    /// Lets tasks at a barrier go on together, once enough of them are there. Where there are more, any
    /// of them may have come first. The first of those that go on takes the step for all.
    fn gather(
        self,
        state: &State,
        task: u32,
        offer: &Offer,
        parties: i64,
        all: &[Vec<Offer>],
    ) -> Vec<Outcome> {
        let there = meeters(offer, all).into_iter().filter(|(member, _)| *member > task);
        let Some(others) = usize::try_from(parties).ok().and_then(|all| all.checked_sub(1)) else {
            return Vec::new();
        };
        let Some(rounds) = chosen(&there.collect::<Vec<_>>(), others) else {
            return vec![Err(Stop::Bounded("many more tasks wait at a barrier than it is for"))];
        };
        let round = |others: Vec<(u32, NodeId)>| {
            let (mut events, mut after) = (Vec::new(), state.clone());
            for (member, next) in std::iter::once((task, offer.next)).chain(others) {
                events.extend(self.event(state, member, EventKind::Meets, Some(offer.object)));
                self.pass(&mut after, member, Some(next));
            }
            Ok((after, events))
        };
        rounds.into_iter().map(round).collect()
    }

    /// Hands a value to each task that would receive it, on a channel without a buffer.
    fn rendezvous(
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

    fn receive(self, state: &mut State, task: u32, offer: &Offer, value: Value) {
        match &offer.kind {
            OfferKind::Receive { dest, wrapped: false, .. } => self.set(state, task, *dest, value),
            OfferKind::Receive { dest, .. } | OfferKind::TryReceive(dest) => {
                self.set(state, task, *dest, Value::some(value));
            }
            _ => {}
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

/// All ways to choose so many; none if there are too many ways.
fn chosen<T: Copy>(from: &[T], count: usize) -> Option<Vec<Vec<T>>> {
    let mut found = vec![Vec::new()];
    for (position, one) in from.iter().enumerate() {
        let left = from.len() - position - 1;
        let with = found.iter().filter(|chosen| chosen.len() < count).map(|chosen| {
            let mut chosen: Vec<T> = chosen.clone();
            chosen.push(*one);
            chosen
        });
        let with: Vec<Vec<T>> = with.collect();
        found.extend(with);
        found.retain(|chosen| chosen.len() + left >= count);
        if found.len() > ROUNDS_MAX {
            return None;
        }
    }
    found.retain(|chosen| chosen.len() == count);
    Some(found)
}

/// Who stands at the barrier, and where they go on.
fn meeters(offer: &Offer, all: &[Vec<Offer>]) -> Vec<(u32, NodeId)> {
    let meets = |offers: &Vec<Offer>| {
        let is_it = |of: &&Offer| of.object == offer.object && matches!(of.kind, OfferKind::Meet);
        offers.iter().find(is_it).map(|of| of.next)
    };
    (0..).zip(all).filter_map(|(task, offers)| Some((task, meets(offers)?))).collect()
}

/// Whether a sender stands ready for a receive that has no step of its own.
fn may_be_served(task: u32, offer: &Offer, all: &[Vec<Offer>]) -> Readiness {
    let serves = |theirs: &Offer| {
        theirs.object == offer.object
            && matches!(theirs.kind, OfferKind::Send(_) | OfferKind::TrySend(..))
    };
    let mut others = (0..).zip(all).filter(|(other, _)| *other != task);
    let served = others.any(|(_, offers)| offers.iter().any(serves));
    if served { Readiness::Maybe } else { Readiness::No }
}

fn offered(op: SyncOp, value: Value, dest: Option<Local>, next: NodeId) -> OfferKind {
    let receive = |wrapped: bool, end: AtEnd| OfferKind::Receive { dest, wrapped, end };
    match op {
        SyncOp::Send => OfferKind::Send(value),
        SyncOp::Receive => receive(false, AtEnd::Fails),
        SyncOp::Next => receive(true, AtEnd::GoesOn(next)),
        SyncOp::TrySend => OfferKind::TrySend(value, dest),
        SyncOp::TryReceive => OfferKind::TryReceive(dest),
        SyncOp::Close => OfferKind::Close,
        SyncOp::IsClosed => OfferKind::IsClosed(dest),
        SyncOp::Length => OfferKind::Length(dest),
        SyncOp::Set => OfferKind::Set,
        SyncOp::IsSet => OfferKind::IsSet(dest),
        SyncOp::Wait => OfferKind::Wait,
        SyncOp::Meet => OfferKind::Meet,
    }
}

/// Whether all cases are receives from channels that are closed and drained.
fn is_never_ready(state: &State, offers: &[Offer]) -> bool {
    !offers.is_empty()
        && offers.iter().all(|offer| {
            matches!(offer.kind, OfferKind::Receive { end: AtEnd::IsDisabled, .. })
                && is_drained(state, offer.object)
        })
}

/// Whether waits for the object are understood. Others may reach a channel from outside at any time;
/// a lock from there they give back.
fn is_judged(state: &State, object: u32) -> bool {
    let object = &state.objects[object as usize];
    match object.reach {
        Reach::Own => true,
        Reach::Outside => matches!(object.kind, ObjectKind::Lock { .. }),
        Reach::Escaped => false,
    }
}

fn holds(state: &State, guard: &Value) -> bool {
    matches!(guard.known(&state.facts), Known::Is(Const::Bool(true)))
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
