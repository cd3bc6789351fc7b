//! Of which channels it matters what is sent.
//!
//! Which channel a send and a receive meet on is not known here, but their elements have one type. Of types
//! that are not known as a whole (`T` in a generic function) each may be any other.

use super::slice::Slice;
use crate::mir::{Local, Operand};
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

fn may_be_one(one: &Ty, other: &Ty) -> bool {
    one == other || is_open(one) || is_open(other)
}

fn is_open(ty: &Ty) -> bool {
    matches!(ty, Ty::Unknown | Ty::Never | Ty::Fn(_) | Ty::Param(_) | Ty::Var(_))
        || ty.args().iter().any(is_open)
}
