//! Protocols: what synchronisation sees of a program, explored within bounds.

use crate::Db;
use crate::diagnostics::Finding;
use crate::items::ItemId;

/// What is wrong in the item.
#[salsa::tracked]
pub fn check(_db: &dyn Db, _item: ItemId) -> Vec<Finding> {
    Vec::new()
}
