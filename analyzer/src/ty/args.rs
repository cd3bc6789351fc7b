//! Arguments of a generic type, shared.
//!
//! Most types have none, and are copied more often than anything else. Invariant: no arguments are
//! no allocation and no count that threads would pass back and forth.

use std::ops::Deref;
use std::sync::Arc;

use super::Ty;

/// The arguments of a type, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TyArgs(Option<Arc<[Ty]>>);

impl Deref for TyArgs {
    type Target = [Ty];

    fn deref(&self) -> &[Ty] {
        self.0.as_deref().unwrap_or_default()
    }
}

impl From<Vec<Ty>> for TyArgs {
    fn from(args: Vec<Ty>) -> Self {
        Self((!args.is_empty()).then(|| args.into()))
    }
}

impl<const N: usize> From<[Ty; N]> for TyArgs {
    fn from(args: [Ty; N]) -> Self {
        Self((N > 0).then(|| args.into()))
    }
}

impl FromIterator<Ty> for TyArgs {
    fn from_iter<I: IntoIterator<Item = Ty>>(args: I) -> Self {
        args.into_iter().collect::<Vec<_>>().into()
    }
}

impl<'a> IntoIterator for &'a TyArgs {
    type Item = &'a Ty;
    type IntoIter = std::slice::Iter<'a, Ty>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
