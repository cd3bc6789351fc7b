//! Locks that guard a value, used as if they guarded none: they lend it to a `with` block and are
//! neither taken nor given back by a call alone.
//!
//! **Invariant.** Said once in a body: whoever takes a lock by `lock()` gives it back by `unlock()`,
//! which is the same mistake.

use super::context::Context;
use crate::diagnostics::Code;
use crate::hir::ExprId;
use crate::ty::{Builtin, Ty};

impl Context<'_> {
    /// `m.lock()` where no `with` holds what it lends.
    pub(super) fn lent_to_nobody(&mut self, id: ExprId, name: &str) {
        if !std::mem::replace(&mut self.told_of_loans, true) {
            let message =
                format!("what `{name}` lends is held by a `with` block, and there is none here");
            let help = format!("write `with ….{name}() as x:`, which gives it back at its end");
            self.mistake(Code::T004, self.at(id), message, &help);
        }
    }

    /// A method of a prelude type that is only for some of the type's arguments.
    pub(super) fn not_for_this(&mut self, id: ExprId, name: &str, wanted: &Ty, found: &Ty) {
        if found.is(Builtin::Mutex) {
            return self.bare_use_of_guard(id, name);
        }
        let (wanted, found) = (self.show(wanted), self.show(found));
        let message = format!("`{name}` is for `{wanted}`, but this is `{found}`");
        self.mistake(Code::T004, self.at(id), message, "");
    }

    /// `m.unlock()` and `m.try_lock()` of a mutex that guards a value.
    fn bare_use_of_guard(&mut self, id: ExprId, name: &str) {
        if !std::mem::replace(&mut self.told_of_loans, true) {
            let message =
                format!("`{name}` is for a mutex that guards nothing, and this one guards a value");
            let help = "write `with m.lock() as x:`, which takes the lock and gives it back";
            self.mistake(Code::T004, self.at(id), message, help);
        }
    }
}
