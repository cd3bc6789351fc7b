//! What a task offers where it stands: the operations that others can see.
//!
//! An [`Offer`] is one thing that a waiting task would do. What comes of it is not said here ([`super::meet`]).

use super::Machine;
use super::eval::operand;
use crate::mir::{Const, Local, LockMode, Operand};
use crate::skeleton::graph::{Action, AtomOp, Hold, NodeId, SelectOffer, SyncOp};
use crate::skeleton::state::value::{Known, Value};
use crate::skeleton::state::{ObjectKind, Reach, State};

/// What a task would do to an object.
#[derive(Clone, Debug)]
pub(in crate::skeleton) struct Offer {
    pub(in crate::skeleton) object: u32,
    pub(in crate::skeleton) kind: OfferKind,
    /// Where it goes on afterwards.
    pub(super) next: NodeId,
    /// Which case of a `select` it is.
    pub(super) case: Option<u32>,
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
        let value = |of: &Option<Operand>| {
            of.as_ref().map_or(Value::Unknown, |of| self.seen(operand(frame, of)))
        };
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
            Action::Take(lock, ..) | Action::TakeWhen(lock, ..) | Action::TryTake(lock, ..) => {
                let kind = match &node.action {
                    Action::TryTake(_, mode, dest) => OfferKind::TryTake(*mode, *dest),
                    Action::Take(_, mode, how) => OfferKind::Take(*mode, *how),
                    Action::TakeWhen(_, mode, _) => OfferKind::TakeWhen(*mode),
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
            let guard = guard.as_ref().map(|of| self.operand(state, task, of).known(&state.facts));
            let guard_known = match guard {
                Some(Known::Is(Const::Bool(false))) => return true,
                Some(Known::Is(_)) | None => true,
                Some(_) => false,
            };
            let seen = match self.operand(state, task, of) {
                Value::Object(object) => is_judged(state, object),
                _ => false,
            };
            guard_known && seen
        })
    }
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
