//! Atoms: one value, replaced as a whole.

use super::Sync;
use crate::failure::{FailureKind, Fallible, fail};
use crate::machine::Machine;
use crate::value::{SyncId, Value};

/// An atom.
#[derive(Clone, Debug)]
pub(crate) struct Atom {
    pub(crate) value: Value,
}

impl Machine {
    pub(crate) fn atom(&mut self, id: SyncId) -> Fallible<&mut Atom> {
        match self.heap.sync_mut(id) {
            Sync::Atom(atom) => Ok(atom),
            other => {
                fail(FailureKind::Error, format!("an atom was needed, not a {}", other.noun()))
            }
        }
    }
}
