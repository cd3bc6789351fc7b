//! The immutable twin of a type: what `snapshot()` and `freeze()` make of its values.

use super::{Builtin, Ty};

impl Ty {
    /// The immutable twin, of the mutable containers inside mutable containers too. What is no mutable
    /// container has none and stays as it is, with all that it holds.
    #[must_use]
    pub fn immutable_twin(&self) -> Self {
        match self {
            Ty::Builtin(Builtin::MutableList, parts) => {
                Ty::of(Builtin::List, parts[0].immutable_twin())
            }
            Ty::Builtin(Builtin::MutableMap, parts) => {
                Ty::of2(Builtin::Map, parts[0].clone(), parts[1].immutable_twin())
            }
            Ty::Builtin(Builtin::MutableSet, parts) => Ty::of(Builtin::Set, parts[0].clone()),
            other => other.clone(),
        }
    }
}
