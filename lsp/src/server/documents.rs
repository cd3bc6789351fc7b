//! The documents that the editor has open, and their texts as it sees them.

use std::collections::BTreeMap;

use lsp_types as lsp;
use weir_analyzer::SourceFile;
use weir_syntax::{ColumnUnit, LineIndex};

use crate::convert::{offset, path_of};

/// An open document.
#[derive(Clone, Debug)]
pub(super) struct Document {
    /// Its address, exactly as the editor writes it.
    pub(super) uri: lsp::Uri,
    /// Its version.
    pub(super) version: i32,
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

/// All open documents, by their paths in the database.
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

    /// The address of a file, if it is open.
    pub(super) fn uri_of(&self, file: SourceFile) -> Option<lsp::Uri> {
        let document = self.by_path.values().find(|document| document.file == file);
        document.map(|document| document.uri.clone())
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
