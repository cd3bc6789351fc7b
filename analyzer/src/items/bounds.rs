//! What type arguments have to be, and whether they are (T007).
//!
//! A written type leaves an [`Obligation`] for each argument that has a bound. It is checked after
//! all signatures are known, for whether a type may be shared is asked of the types it holds, which
//! may hold it in turn.

use super::{Bound, ItemId, NodeIndex, lowered_signature, signature};
use crate::Db;
use crate::diagnostics::{Code, Finding, Site};
use crate::ty::{Builtin, Ownership, Ty, display, ownership};

/// A type that has to meet a bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obligation {
    /// The type.
    pub ty: Ty,
    /// What it has to be.
    pub bound: Bound,
    /// Where it was written or inferred.
    pub node: NodeIndex,
    /// What asks for it: "`atom`".
    pub what: String,
}

/// The types in an item's signature that do not meet the bounds of their places.
pub fn check_bounds(db: &dyn Db, item: ItemId) -> Vec<Finding> {
    let obligations = lowered_signature(db, item).obligations.iter();
    obligations.filter_map(|obligation| unmet(db, item, obligation)).collect()
}

/// The finding about an obligation that is not met.
pub fn unmet(db: &dyn Db, item: ItemId, of: &Obligation) -> Option<Finding> {
    let (met, needs) = match of.bound {
        Bound::Shareable => {
            (ownership(db, &of.ty) != Ownership::Owned, "a type that tasks may share")
        }
        Bound::Ordered => (is_ordered(db, &of.ty), "a type with an order"),
    };
    if met {
        return None;
    }
    let message = format!("{} needs {needs}, and `{}` is none", of.what, display(db, &of.ty));
    let help = match (&of.ty, of.bound) {
        (Ty::Param(param), Bound::Shareable) => format!("declare it `{}: shareable`", param.name),
        (Ty::Param(param), Bound::Ordered) => format!("declare it `{}: ordered`", param.name),
        (_, Bound::Shareable) => "use an immutable value, or guard it with `mutex(…)`".to_owned(),
        (_, Bound::Ordered) => {
            "int, float, str, duration, instant, and lists and tuples of these have one".to_owned()
        }
    };
    Some(Finding::new(Code::T007, Site::whole(item, of.node), message).help(help))
}

/// Whether `<` is defined on the type.
pub fn is_ordered(db: &dyn Db, ty: &Ty) -> bool {
    use Builtin::*;
    match ty {
        Ty::Unknown | Ty::Never | Ty::Var(_) => true,
        Ty::Builtin(Int | Float | Str | Bytes | Duration | Instant | Bool, _) => true,
        Ty::Builtin(List, args) | Ty::Tuple(args) => args.iter().all(|arg| is_ordered(db, arg)),
        Ty::Param(param) => signature(db, param.owner).bound(param) == Some(Bound::Ordered),
        _ => false,
    }
}
