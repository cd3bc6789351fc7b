//! The analysis as text: what `weir debug regions` shows.

use crate::Db;
use crate::items::ItemId;

/// Regions and their owners at each op, and the summary.
pub fn print(_db: &dyn Db, _item: ItemId) -> String {
    String::new()
}
