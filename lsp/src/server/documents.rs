//! The documents that findings are published for, and the texts of open ones as the editor sees
//! them.
//!
//! Those are the open documents, and the manifests of their packages, open or not.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use lsp_types as lsp;
use weir_analyzer::{Database, SourceFile};
use weir_syntax::{ColumnUnit, LineIndex};

use crate::convert::{offset, path_of, uri_of};

/// A document.
#[derive(Clone, Debug)]
pub(super) struct Document {
    /// Its address, exactly as the editor writes it.
    pub(super) uri: lsp::Uri,
    /// Its version; none if it is not open.
    pub(super) version: Option<i32>,
    /// Its file in the database.
    pub(super) file: SourceFile,
    /// Whether it was changed since the pool was last asked to check it.
    pub(super) is_unchecked: bool,
    /// The check that the pool was last asked for; none since it was opened.
    pub(super) last_check: Option<CheckId>,
}

/// Which check it was. No two of a session are equal, as versions are when a document is closed
/// and opened again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct CheckId(u64);

impl Document {
    /// Whether what that check found is still true: nothing was written since, and no other check
    /// was asked for.
    pub(super) fn is_current(&self, check: CheckId) -> bool {
        self.last_check == Some(check) && !self.is_unchecked
    }
}

/// All documents, by their paths in the database.
#[derive(Clone, Debug, Default)]
pub(super) struct Documents {
    by_path: BTreeMap<String, Document>,
    latest_check: CheckId,
}

impl Documents {
    /// Adds a document, or replaces it.
    pub(super) fn insert(&mut self, document: Document) {
        self.by_path.insert(path_of(&document.uri), document);
    }

    /// The document at an address.
    pub(super) fn get(&self, uri: &lsp::Uri) -> Option<&Document> {
        self.by_path.get(&path_of(uri))
    }

    /// The document at an address, to change.
    pub(super) fn get_mut(&mut self, uri: &lsp::Uri) -> Option<&mut Document> {
        self.by_path.get_mut(&path_of(uri))
    }

    /// Forgets a document.
    pub(super) fn remove(&mut self, uri: &lsp::Uri) {
        self.by_path.remove(&path_of(uri));
    }

    /// The documents that are to be checked; from here on they count as checked.
    pub(super) fn take_unchecked(&mut self) -> Vec<(Document, CheckId)> {
        let unchecked = self.by_path.values_mut().filter(|document| document.is_unchecked);
        let take = |document: &mut Document| {
            self.latest_check.0 += 1;
            document.is_unchecked = false;
            document.last_check = Some(self.latest_check);
            (document.clone(), self.latest_check)
        };
        unchecked.map(take).collect()
    }

    /// After an edit, every document may have other findings: one may use what another declares.
    pub(super) fn uncheck_all(&mut self) {
        self.by_path.values_mut().for_each(|document| document.is_unchecked = true);
    }

    /// The address of a file, as the editor writes it if it has it open.
    pub(super) fn uri_of(&self, db: &Database, file: SourceFile) -> Option<lsp::Uri> {
        let document = self.by_path.values().find(|document| document.file == file);
        document.map(|document| document.uri.clone()).or_else(|| uri_of(file.path(db)))
    }

    /// The paths of open documents.
    pub(super) fn open_paths(&self) -> BTreeSet<PathBuf> {
        let open = self.by_path.iter().filter(|(_, document)| document.version.is_some());
        open.map(|(path, _)| PathBuf::from(path)).collect()
    }

    /// Takes in which manifests there are; gives the addresses of those that are gone.
    pub(super) fn set_manifests(
        &mut self,
        db: &Database,
        manifests: &BTreeSet<PathBuf>,
    ) -> Vec<lsp::Uri> {
        let mut gone = Vec::new();
        self.by_path.retain(|path, document| {
            let stays = document.version.is_some() || manifests.contains(Path::new(path));
            gone.extend((!stays).then(|| document.uri.clone()));
            stays
        });
        for path in manifests.iter().map(|path| path.to_string_lossy().into_owned()) {
            if let (Some(file), Some(uri)) = (db.file(&path), uri_of(&path)) {
                let document =
                    Document { uri, version: None, file, is_unchecked: true, last_check: None };
                self.by_path.entry(path).or_insert(document);
            }
        }
        gone
    }
}

/// The text after edits, which apply one after the other.
pub(super) fn edited(
    mut text: String,
    edits: Vec<lsp::TextDocumentContentChangeEvent>,
    unit: ColumnUnit,
) -> String {
    for edit in edits {
        match edit.range {
            None => text = edit.text,
            Some(range) => {
                let lines = LineIndex::new(&text);
                let at = |position| usize::from(offset(&lines, position, unit));
                let (start, end) = (at(range.start), at(range.end));
                text.replace_range(start..end.max(start), &edit.text);
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(from: (u32, u32), to: (u32, u32), text: &str) -> lsp::TextDocumentContentChangeEvent {
        let position = |(line, character)| lsp::Position::new(line, character);
        let range = Some(lsp::Range::new(position(from), position(to)));
        lsp::TextDocumentContentChangeEvent { range, range_length: None, text: text.to_owned() }
    }

    #[test]
    fn edits_apply_one_after_the_other() {
        let edits =
            vec![edit((0, 1), (1, 0), ""), edit((0, 1), (0, 2), "𝄞"), edit((0, 3), (0, 3), "!")];
        assert_eq!(edited("ab\ncd".to_owned(), edits, ColumnUnit::Utf16), "a𝄞!d");
    }

    #[test]
    fn an_edit_without_a_range_is_the_whole_text() {
        let mut whole = edit((0, 0), (0, 0), "new");
        whole.range = None;
        assert_eq!(edited("old".to_owned(), vec![whole], ColumnUnit::Utf8), "new");
    }

    #[test]
    fn a_range_off_the_text_is_cut_to_it() {
        let edits = vec![edit((7, 0), (9, 9), "\nend"), edit((0, 2), (0, 1), "x")];
        assert_eq!(edited("ab".to_owned(), edits, ColumnUnit::Utf8), "abx\nend");
    }
}
