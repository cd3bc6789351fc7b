//! The items whose calls were walked: what `diagnostics::prepare` need not walk again, for another
//! file that calls them or after an edit of another file.
//!
//! What it is not: a fact that queries may depend on. Invariant: of an item in here, what is known
//! of it and of all that it calls was derived since something last changed that it is made of. Where
//! that fails, a query recurses deeper than it had to, and finds the same.

use std::sync::Arc;

use dashmap::DashSet;
use rustc_hash::FxBuildHasher;

use crate::SourceFile;
use crate::items::ItemId;

/// See the module.
#[derive(Clone, Default)]
pub struct Prepared(Arc<Sets>);

#[derive(Default)]
struct Sets {
    /// Where all that the item leads to stands in files that nobody edits.
    lasting: Known,
    /// The others: an edit forgets them.
    passing: Known,
    edited: DashSet<SourceFile, FxBuildHasher>,
}

#[derive(Default)]
struct Known {
    items: DashSet<ItemId, FxBuildHasher>,
    /// All of whose items are known: it stands for looking each of them up.
    files: DashSet<SourceFile, FxBuildHasher>,
}

impl Prepared {
    /// Whether the item's calls were walked.
    pub fn contains(&self, item: ItemId) -> bool {
        self.0.lasting.items.contains(&item) || self.0.passing.items.contains(&item)
    }

    /// The item, which stands in that file, and what it calls were walked.
    pub fn insert(&self, item: ItemId, file: SourceFile, callees: &[ItemId]) {
        let lasts = |callee: &ItemId| *callee == item || self.0.lasting.items.contains(callee);
        let lasts = !self.0.edited.contains(&file) && callees.iter().all(lasts);
        self.0.of(lasts).items.insert(item);
    }

    /// Whether the calls of all items of the file were walked.
    pub fn contains_all_of(&self, file: SourceFile) -> bool {
        self.0.lasting.files.contains(&file) || self.0.passing.files.contains(&file)
    }

    /// These are all of the file's that compute, and were walked.
    pub fn insert_all_of(&self, file: SourceFile, items: &[ItemId]) {
        let lasts = |item: &ItemId| self.0.lasting.items.contains(item);
        let lasts = !self.0.edited.contains(&file) && items.iter().all(lasts);
        self.0.of(lasts).files.insert(file);
    }

    /// A file is edited.
    pub(super) fn edit(&self, file: SourceFile) {
        match self.0.edited.insert(file) {
            true => self.clear(),
            false => self.0.passing.clear(),
        }
    }

    /// Something else changes.
    pub(super) fn clear(&self) {
        self.0.lasting.clear();
        self.0.passing.clear();
    }
}

impl Sets {
    fn of(&self, lasts: bool) -> &Known {
        if lasts { &self.lasting } else { &self.passing }
    }
}

impl Known {
    fn clear(&self) {
        self.items.clear();
        self.files.clear();
    }
}
