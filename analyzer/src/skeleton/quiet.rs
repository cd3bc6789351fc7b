//! Functions that meet nobody: neither they nor what they run can be seen by other tasks.
//!
//! Most functions of a program compute. What they call need not be looked into to know their
//! protocol, so an edit of one leaves its callers' skeletons alone.

use super::slice::Unit;
use crate::Db;
use crate::items::{ItemId, ItemKind};
use crate::mir::{BodyId, Callee, mir};

/// Whether nothing that the item comes to run can be seen by other tasks. Of functions that call
/// one another none is seen if none does anything else that is.
#[salsa::tracked(returns(copy), cycle_initial = |_, _, _| true)]
pub(crate) fn is_quiet(db: &dyn Db, item: ItemId) -> bool {
    let runs_effect = |callee: &Callee| match callee {
        Callee::Item(callee) => callee.kind(db) == ItemKind::Fn && !is_quiet(db, *callee),
        Callee::Default(of, _) => *of != item && !is_quiet(db, *of),
        // Of the item's own bodies each is asked by itself.
        Callee::Body(_) | Callee::Intrinsic(_) | Callee::Value(_) => false,
    };
    let bodies = (0..).map(BodyId).zip(&mir(db, item).bodies);
    let mut units = bodies.map(|(id, body)| Unit::new(db, item, id, body));
    !units.any(|unit| unit.has_effect(db, &runs_effect))
}
