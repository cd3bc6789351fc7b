//! Of which channels it matters what is sent, of which atoms what they hold, and of which locks what they guard.
//!
//! Which channel a send and a receive meet on is not known here, but their elements have one type; the same holds
//! of atoms and locks. Of types
//! that are not known as a whole (`T` in a generic function) each may be any other.

use super::slice::Slice;
use crate::mir::{Local, Operand};
use crate::skeleton::graph::Kind;
use crate::ty::{Builtin, Ty};

impl Slice<'_> {
    /// Whether it matters what is sent: when some receiver's way depends on it, or when it could
    /// carry a channel away.
    pub(super) fn sends_value(&self, unit: usize, channel: &Operand, value: &Operand) -> bool {
        let sent = self.element(unit, channel);
        self.payloads.iter().any(|wanted| may_be_one(wanted, &sent))
            || self.units[unit].carries_sync(value)
    }

    /// A receiver's way depends on what it gets: whether that is new.
    pub(super) fn want_sent(&mut self, unit: usize, channel: &Operand) -> bool {
        self.want_payload(self.element(unit, channel))
    }

    /// The same of a loop over a channel.
    pub(super) fn want_element(&mut self, unit: usize, element: Local) -> bool {
        self.want_payload(self.units[unit].body.local(element).ty.clone())
    }

    fn want_payload(&mut self, of: Ty) -> bool {
        let is_new = !self.payloads.contains(&of);
        if is_new {
            self.payloads.push(of);
        }
        is_new
    }

    fn element(&self, unit: usize, channel: &Operand) -> Ty {
        let ty = channel.local().map(|local| &self.units[unit].body.local(local).ty);
        match ty {
            Some(Ty::Builtin(Builtin::Channel | Builtin::Sender | Builtin::Receiver, of)) => {
                of.first().cloned().unwrap_or(Ty::Unknown)
            }
            _ => Ty::Unknown,
        }
    }
}

impl Slice<'_> {
    /// A way depends on what a lock guards: whether that is new. Only values that stay as they are are followed.
    pub(super) fn want_guarded(&mut self, unit: usize, loan: Local) -> bool {
        let source = &self.units[unit];
        let ty = &source.body.local(loan).ty;
        let is_new = is_shared_by_value(source.kinds[loan.index()]) && !self.guarded.contains(ty);
        if is_new {
            self.guarded.push(ty.clone());
        }
        is_new
    }

    /// Whether what the local has on loan, or is about to be guarded, may be of a type that matters.
    pub(super) fn lends(&self, unit: usize, loan: Local) -> bool {
        let ty = &self.units[unit].body.local(loan).ty;
        self.guarded.iter().any(|wanted| may_be_one(wanted, ty))
    }

    /// A way depends on what an atom holds: whether that is new.
    pub(super) fn want_atom(&mut self, unit: usize, args: &[Operand]) -> bool {
        let Some(held) = self.held(unit, args.first()) else { return false };
        let is_new = is_shared_by_value(Kind::of(self.db, &held)) && !self.atoms.contains(&held);
        if is_new {
            self.atoms.push(held);
        }
        is_new
    }

    /// Whether the first argument is an atom of which it matters what it holds.
    pub(super) fn follows_atom(&self, unit: usize, args: &[Operand]) -> bool {
        let held = self.held(unit, args.first());
        held.is_some_and(|held| self.atoms.iter().any(|wanted| may_be_one(wanted, &held)))
    }

    fn held(&self, unit: usize, atom: Option<&Operand>) -> Option<Ty> {
        match &self.units[unit].body.local(atom?.local()?).ty {
            Ty::Builtin(Builtin::Atom, of) => of.first().cloned(),
            _ => None,
        }
    }
}

/// Whether tasks that share such values cannot change them but by putting others in their place.
pub(super) fn is_shared_by_value(kind: Kind) -> bool {
    matches!(kind, Kind::Int | Kind::Bool | Kind::Value)
}

/// Whether values of one type may be of the other.
pub(super) fn may_be_one(one: &Ty, other: &Ty) -> bool {
    one == other || is_open(one) || is_open(other)
}

fn is_open(ty: &Ty) -> bool {
    matches!(ty, Ty::Unknown | Ty::Never | Ty::Fn(_) | Ty::Param(_) | Ty::Var(_))
        || ty.args().iter().any(is_open)
}
