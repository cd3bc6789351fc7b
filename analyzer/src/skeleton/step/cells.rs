//! Values that tasks share: what atoms hold, and what locks guard.
//!
//! Only values that stay as they are: of what changes itself nothing is known from one look to the next. What a
//! lock guards belongs to whoever has it on loan; if the loan is not put back, nothing is known of it any more.
//!
//! An operation on an atom is a step of its own. A `swap` runs its function between two steps of others: the
//! function only computes, and decisions in it are made before anybody else goes on.

use super::local::Moved;
use super::offers::Offer;
use super::{CALL_DEPTH_MAX, Event, EventKind, Machine, Outcome, Progress, Stop};
use crate::hir::BinaryOp;
use crate::mir::{Const, Local, LockMode, Operand};
use crate::skeleton::graph::{Action, AtomOp, Kind, NodeId, Tag};
use crate::skeleton::state::value::{Known, Value};
use crate::skeleton::state::{Frame, ObjectKind, Reach, State, Then};

/// Larger ints are not told apart, so that a count that rises for ever makes no states for ever.
const HELD_INT_MAX: u64 = 64;

impl Machine<'_> {
    /// An operation on an atom that is not followed; one that is has to wait for its turn.
    pub(super) fn atom_unseen(
        self,
        state: &mut State,
        task: u32,
        next: Option<NodeId>,
        atom: &Operand,
        args: &[Operand],
        dest: Option<Local>,
    ) -> Moved {
        if let Value::Object(atom) = self.operand(state, task, atom)
            && state.objects[atom as usize].reach == Reach::Own
        {
            return Ok(Progress::Waits);
        }
        for arg in self.operands(state, task, args) {
            state.escape(&arg);
        }
        self.go_on_with(state, task, next, dest, Value::Unknown)
    }

    /// What comes of an operation on an atom that holds this.
    pub(super) fn with_atom(
        self,
        state: &State,
        task: u32,
        offer: &Offer,
        (op, args, dest): (AtomOp, &[Value], Option<Local>),
        held: &Value,
    ) -> Outcome {
        let mut after = state.clone();
        let (stored, result) = match (op, args) {
            (AtomOp::Get, _) => (None, held.clone()),
            (AtomOp::Set, [new]) => (Some(new.clone()), Value::Const(Const::Unit)),
            (AtomOp::CompareAndSet, [old, new]) => match is_equal(state, held, old) {
                Some(true) => (Some(new.clone()), Value::bool(true)),
                Some(false) => (None, Value::bool(false)),
                None => (Some(Value::Unknown), Value::Unknown),
            },
            (AtomOp::Swap, [Value::Function(routine, captures)]) => {
                if after.tasks[task as usize].frames.len() >= CALL_DEPTH_MAX {
                    return Err(Stop::Bounded("calls nest too deeply"));
                }
                let args: Vec<Value> =
                    std::iter::once(held).chain(captures.iter()).cloned().collect();
                let mut frame = Frame::new(self.skeleton, *routine, &args);
                frame.then = Then::Swap;
                let of = &mut after.tasks[task as usize];
                of.is_new = false;
                of.frames.push(frame);
                return Ok((after, Vec::new()));
            }
            _ => (Some(Value::Unknown), Value::Unknown),
        };
        let kind = match &stored {
            Some(stored) => EventKind::Stores(as_const(state, stored)),
            None => EventKind::Looks(as_const(state, held)),
        };
        let event = self.taken_up(state, task, offer, kind);
        if let Some(stored) = stored {
            store(&mut after, offer.object, stored);
        }
        self.set(&mut after, task, dest, result);
        self.pass(&mut after, task, Some(offer.next));
        Ok((after, event.into_iter().collect()))
    }

    /// The function of a `swap` has given this.
    pub(super) fn swapped(
        self,
        state: &mut State,
        task: u32,
        value: Value,
        log: &mut Vec<Event>,
    ) -> Moved {
        let Some(node) = self.node(state, task) else { return Ok(Progress::Waits) };
        let Action::Atom { atom, dest, .. } = &node.action else {
            return Err(Stop::Bounded("a call is not where it was"));
        };
        if let Value::Object(atom) = self.operand(state, task, atom) {
            let kind = EventKind::Stores(as_const(state, &value));
            log.extend(self.event(state, task, kind, Some(atom)));
            store(state, atom, value.clone());
        }
        self.go_on_with(state, task, node.next.first().copied(), *dest, value)
    }

    /// `loan` becomes what the lock guards. Whoever only reads leaves it to the others as well.
    pub(super) fn lend(
        self,
        state: &mut State,
        task: u32,
        next: Option<NodeId>,
        lock: &Operand,
        (mode, loan): (LockMode, Local),
    ) -> Moved {
        let lent = match self.lock(state, task, lock).map(|lock| &mut state.objects[lock as usize])
        {
            Some(of) if of.reach == Reach::Own => match &mut of.kind {
                ObjectKind::Lock { guards, .. } if mode == LockMode::Read => guards.clone(),
                ObjectKind::Lock { guards, .. } => std::mem::replace(guards, Value::Unknown),
                _ => Value::Unknown,
            },
            _ => Value::Unknown,
        };
        self.go_on_with(state, task, next, Some(loan), lent)
    }

    /// What the lock guards becomes what was made of the loan.
    pub(super) fn put_back(
        self,
        state: &mut State,
        task: u32,
        next: Option<NodeId>,
        lock: &Operand,
        loan: Local,
    ) -> Moved {
        let value = self.operand(state, task, &Operand::Local(loan));
        if let Some(lock) = self.lock(state, task, lock) {
            store(state, lock, value);
        }
        self.go_on(state, task, next)
    }
}

/// What can be kept of a value that tasks share. Objects in it go out of sight.
pub(super) fn kept(state: &mut State, value: Value) -> Value {
    match &value {
        Value::Const(Const::Int(int)) if int.unsigned_abs() > HELD_INT_MAX => Value::Unknown,
        value if value.is_fixed() => value.clone(),
        value => {
            state.escape(value);
            Value::Unknown
        }
    }
}

/// Makes an atom hold the value, or a lock guard it.
fn store(state: &mut State, object: u32, value: Value) {
    let value = kept(state, value);
    let of = &mut state.objects[object as usize];
    let is_own = of.reach == Reach::Own;
    if let ObjectKind::Atom(held) | ObjectKind::Lock { guards: held, .. } = &mut of.kind {
        *held = if is_own { value } else { Value::Unknown };
    }
}

/// A value as it can be told.
pub(super) fn as_const(state: &State, value: &Value) -> Option<Const> {
    match value.known(&state.facts) {
        Known::Is(of) => Some(of),
        _ => None,
    }
}

fn is_equal(state: &State, one: &Value, other: &Value) -> Option<bool> {
    let equal =
        Value::computed(Tag::Binary(BinaryOp::Equal), vec![one.clone(), other.clone()], Kind::Bool);
    match equal.known(&state.facts) {
        Known::Is(Const::Bool(is)) => Some(is),
        _ => None,
    }
}
