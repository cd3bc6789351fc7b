//! Hir as text: what `weir debug hir` shows.

use crate::Db;
use crate::items::ItemId;

/// The item's body.
pub fn print(db: &dyn Db, item: ItemId) -> String {
    format!("{:#?}\n", super::lower(db, item).body)
}
