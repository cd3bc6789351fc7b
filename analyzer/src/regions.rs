//! Ownership: which owned values reach which, and who may touch them when.

use crate::Db;
use crate::diagnostics::Finding;
use crate::items::ItemId;

/// What is wrong in the item.
#[salsa::tracked]
pub fn check(_db: &dyn Db, _item: ItemId) -> Vec<Finding> {
    Vec::new()
}
