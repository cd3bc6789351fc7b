//! Functions that meet nobody: neither they nor what they run can be seen by other tasks.
//!
//! Most functions of a program compute. What they call need not be looked into to know their
//! protocol, so an edit of one leaves its callers' skeletons alone.

use super::unit::Unit;
use crate::Db;
use crate::items::{ItemId, ItemKind};
use crate::mir::{BodyId, Callee, mir};
use crate::regions::{circle, head_of};

/// Whether nothing that the item comes to run can be seen by other tasks.
pub(crate) fn is_quiet(db: &dyn Db, item: ItemId) -> bool {
    is_circle_quiet(db, head_of(db, item))
}

/// The same of all functions that lead to one another, by their first: none is seen if none does
/// anything else that is.
#[salsa::tracked(returns(copy), cycle_initial = |_, _, _| true)]
fn is_circle_quiet(db: &dyn Db, head: ItemId) -> bool {
    let members = circle(db, head);
    let is_seen = |of: ItemId| !members.contains(&of) && !is_quiet(db, of);
    let runs_effect = |callee: &Callee| match callee {
        Callee::Item(callee) => callee.kind(db) == ItemKind::Fn && is_seen(*callee),
        Callee::Default(of, _) => is_seen(*of),
        // Of the items' own bodies each is asked by itself.
        Callee::Body(_) | Callee::Intrinsic(_) | Callee::Value(_) => false,
    };
    members.iter().all(|item| {
        let bodies = (0..).map(BodyId).zip(&mir(db, *item).bodies);
        let mut units = bodies.map(|(id, body)| Unit::new(db, *item, id, body));
        !units.any(|unit| unit.has_effect(&[], &runs_effect))
    })
}
