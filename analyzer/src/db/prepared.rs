//! The items whose calls were walked: what `diagnostics::prepare` need not walk again, for another
//! file that calls them or after an edit of another file.
//!
//! What it is not: a fact that queries may depend on. Invariant: of an item in here, what is known
//! of it and of all that it calls was derived since something last changed that it is made of. Where
//! that fails, a query recurses deeper than it had to, and finds the same.

use std::sync::Arc;

use dashmap::{DashMap, DashSet};

use crate::SourceFile;
use crate::items::ItemId;

/// See the module.
#[derive(Clone, Default)]
pub struct Prepared(Arc<Sets>);

#[derive(Default)]
struct Sets {
    /// Whether what the item leads to stands in files that nobody edits.
    items: DashMap<ItemId, bool>,
    /// The same of all items of a file: it stands for looking each of them up.
    files: DashMap<SourceFile, bool>,
    edited: DashSet<SourceFile>,
}

impl Prepared {
    /// Whether the item's calls were walked.
    pub fn contains(&self, item: ItemId) -> bool {
        self.0.items.contains_key(&item)
    }

    /// The item, which stands in that file, and what it calls were walked.
    pub fn insert(&self, item: ItemId, file: SourceFile, callees: &[ItemId]) {
        let lasts = |callee: &ItemId| {
            *callee == item || self.0.items.get(callee).is_some_and(|lasts| *lasts)
        };
        let lasts = !self.0.edited.contains(&file) && callees.iter().all(lasts);
        self.0.items.insert(item, lasts);
    }

    /// Whether the calls of all items of the file were walked.
    pub fn contains_all_of(&self, file: SourceFile) -> bool {
        self.0.files.contains_key(&file)
    }

    /// These are all of the file's that compute, and were walked.
    pub fn insert_all_of(&self, file: SourceFile, items: &[ItemId]) {
        let lasts = |item: &ItemId| self.0.items.get(item).is_some_and(|lasts| *lasts);
        let lasts = !self.0.edited.contains(&file) && items.iter().all(lasts);
        self.0.files.insert(file, lasts);
    }

    /// A file is edited.
    pub(super) fn edit(&self, file: SourceFile) {
        match self.0.edited.insert(file) {
            true => self.clear(),
            false => {
                self.0.items.retain(|_, lasts| *lasts);
                self.0.files.retain(|_, lasts| *lasts);
            }
        }
    }

    /// Something else changes.
    pub(super) fn clear(&self) {
        self.0.items.clear();
        self.0.files.clear();
    }
}
