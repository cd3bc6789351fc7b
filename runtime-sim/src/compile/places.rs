//! Where instructions stand: their files, lines and columns.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use weir_analyzer::items::{ItemId, NodeIndex, located_items};
use weir_analyzer::{Db, FileKind, SourceFile};

use crate::program::Place;

/// The index of no place.
pub(super) const NO_PLACE: u32 = u32::MAX;

/// All places of a program, each once.
pub(super) struct Places<'db> {
    db: &'db dyn Db,
    known: FxHashMap<(ItemId, NodeIndex), u32>,
    places: Vec<Place>,
    /// Those of indices that count from the end.
    from_end: FxHashSet<u32>,
    /// The start of every node of an item, in preorder.
    starts: FxHashMap<ItemId, Vec<usize>>,
    files: FxHashMap<SourceFile, Lines>,
}

struct Lines {
    path: Arc<str>,
    text: Arc<str>,
    starts: Vec<usize>,
}

impl<'db> Places<'db> {
    pub(super) fn new(db: &'db dyn Db) -> Self {
        Self {
            db,
            known: FxHashMap::default(),
            places: Vec::new(),
            from_end: FxHashSet::default(),
            starts: FxHashMap::default(),
            files: FxHashMap::default(),
        }
    }

    /// The place's index; [`NO_PLACE`] in a signature file, where the caller's place tells more.
    pub(super) fn index(&mut self, item: ItemId, node: NodeIndex) -> u32 {
        if item.file(self.db).kind(self.db) == FileKind::Signatures {
            return NO_PLACE;
        }
        if let Some(index) = self.known.get(&(item, node)) {
            return *index;
        }
        let index = self.places.len() as u32;
        let place = self.resolve(item, node);
        self.places.push(place);
        self.known.insert((item, node), index);
        index
    }

    pub(super) fn place(&self, index: u32) -> Option<&Place> {
        self.places.get(index as usize)
    }

    /// An index at this place counts from the end.
    pub(super) fn note_from_end(&mut self, index: u32) {
        self.from_end.insert(index);
    }

    /// All of them, and those of indices that count from the end.
    pub(super) fn finish(self) -> (Vec<Place>, FxHashSet<u32>) {
        (self.places, self.from_end)
    }

    fn resolve(&mut self, item: ItemId, node: NodeIndex) -> Place {
        let (db, file) = (self.db, item.file(self.db));
        if !self.starts.contains_key(&item) {
            for (item, syntax) in located_items(db, file) {
                let starts = syntax.descendants().map(|node| {
                    let mut tokens =
                        node.descendants_with_tokens().filter_map(|it| it.into_token());
                    let first = tokens.find(|token| !token.kind().is_trivia());
                    first.map_or(node.text_range(), |token| token.text_range()).start().into()
                });
                self.starts.insert(item, starts.collect());
            }
        }
        let starts = self.starts.get(&item);
        let offset = starts.and_then(|starts| starts.get(node.0 as usize)).copied().unwrap_or(0);
        self.files.entry(file).or_insert_with(|| Lines::new(db, file)).place(offset)
    }
}

impl Lines {
    fn new(db: &dyn Db, file: SourceFile) -> Self {
        let text = file.text(db).clone();
        let after = text.match_indices('\n').map(|(at, _)| at + 1);
        let starts = std::iter::once(0).chain(after).collect();
        Self { path: file.path(db).clone(), text, starts }
    }

    fn place(&self, offset: usize) -> Place {
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let before = self.text.get(start..offset).unwrap_or("");
        let column = before.trim_start_matches('\u{feff}').chars().count() + 1;
        Place { path: self.path.clone(), line: line as u32, column: column as u32 }
    }
}
