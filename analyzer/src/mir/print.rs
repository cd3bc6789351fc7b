//! Mir as text: what `weir debug mir` shows.

use super::Mir;
use crate::Db;

/// The bodies, one op a line.
pub fn print(_db: &dyn Db, mir: &Mir) -> String {
    format!("{mir:#?}\n")
}
