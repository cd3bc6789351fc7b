//! Documentation: what modules declare, as Markdown for a terminal or a wiki, as HTML for a browser.

mod html;
mod markdown;

pub(crate) use html::html_pages;
pub(crate) use markdown::markdown;

use weir_analyzer::docs::{Entry, EntryKind, ModuleDocs, Piece};

/// The kinds of declarations, in the order in which a page has them.
const KINDS: [EntryKind; 3] = [EntryKind::Type, EntryKind::Value, EntryKind::Function];

/// The declarations of one kind.
fn of_kind(docs: &ModuleDocs, kind: EntryKind) -> impl Iterator<Item = &Entry> {
    docs.entries.iter().filter(move |entry| entry.kind == kind)
}

/// A signature as plain text.
fn plain(signature: &[Piece]) -> String {
    signature.iter().map(Piece::text).collect()
}

/// A kind as a heading.
fn heading(kind: EntryKind) -> String {
    let plural = kind.plural();
    let mut characters = plural.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}
