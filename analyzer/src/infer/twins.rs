//! `snapshot()` and `freeze()`: they make the immutable twin of a container, all the way down, which
//! no signature could say.
//!
//! **Invariant.** The twin holds the twins of what the container holds. Where that is not known yet and
//! turns out to be mutable, a finding asks for the type.

use super::context::Context;
use crate::diagnostics::Code;
use crate::hir::ExprId;
use crate::ty::{Builtin, Ty};

/// A twin of a container of which it is not known what it holds.
pub(super) struct EarlyTwin {
    call: ExprId,
    container: Ty,
    twin: Ty,
}

impl Context<'_> {
    /// What the method gives, if it makes the twin of its receiver.
    pub(super) fn twin(&mut self, call: ExprId, method: &str, receiver: &Ty) -> Option<Ty> {
        use Builtin::{MutableList, MutableMap, MutableSet};
        let has_twin = matches!(receiver.builtin(), Some(MutableList | MutableMap | MutableSet));
        if !has_twin || !matches!(method, "snapshot" | "freeze") {
            return None;
        }
        let container = self.table.resolve(receiver);
        let twin = container.immutable_twin();
        if container.has_variables() {
            self.early_twins.push(EarlyTwin { call, container, twin: twin.clone() });
        }
        Some(twin)
    }

    /// Asks for types where a twin was made too early to know what it holds.
    pub(super) fn early_twins(&mut self) {
        for EarlyTwin { call, container, twin } in std::mem::take(&mut self.early_twins) {
            if self.table.resolve(&container).immutable_twin() == self.table.resolve(&twin) {
                continue;
            }
            let message = "what is in this container is told too late, behind its immutable twin";
            let help = "write its type where it is made, as in `mutable_list[T]()`";
            self.mistake(Code::T005, self.at(call), message.to_owned(), help);
        }
    }
}
