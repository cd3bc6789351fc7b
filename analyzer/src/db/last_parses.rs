//! The last parse of each file, so that the next one reads only what was edited.
//!
//! What it is not: a fact that queries may depend on. Invariant: a parse that began with the last
//! one equals a parse from nothing, tree and findings; so nobody can tell which it was.

use std::sync::Arc;

use dashmap::DashMap;
use weir_syntax::{Parse, TextEdit, TextRange, TextSize};

use crate::SourceFile;

/// What each file was parsed to last, beside the text it was parsed from. The trees are those that
/// the items of the files hold on to anyway.
#[derive(Clone, Default)]
pub(super) struct LastParses(Arc<DashMap<SourceFile, (Arc<str>, Parse)>>);

impl LastParses {
    /// The parse of the file's text; `afresh` parses what was never parsed before.
    pub(super) fn parse(
        &self,
        file: SourceFile,
        text: &Arc<str>,
        afresh: impl FnOnce() -> Parse,
    ) -> Parse {
        // The entry is given back before parsing: whoever waits for it waits for a look-up.
        let last = self.0.get(&file).map(|entry| entry.clone());
        let parse = match last {
            Some((old, parse)) => parse.reparse(&difference(&old, text), text),
            None => afresh(),
        };
        self.0.insert(file, (Arc::clone(text), parse.clone()));
        parse
    }

    /// Forgets a file.
    pub(super) fn remove(&self, file: SourceFile) {
        self.0.remove(&file);
    }
}

/// The smallest single edit that makes the one text of the other.
fn difference(old: &str, new: &str) -> TextEdit {
    let shorter = old.len().min(new.len());
    let mut start = common_prefix(old.as_bytes(), new.as_bytes());
    while !old.is_char_boundary(start) || !new.is_char_boundary(start) {
        start -= 1;
    }
    let room = shorter - start;
    let mut kept = common_suffix(old.as_bytes(), new.as_bytes()).min(room);
    while !old.is_char_boundary(old.len() - kept) || !new.is_char_boundary(new.len() - kept) {
        kept -= 1;
    }
    // What is longer than offsets can say is refused by the parser, not here.
    let offset = |at: usize| TextSize::new(u32::try_from(at).unwrap_or(u32::MAX));
    TextEdit {
        range: TextRange::new(offset(start), offset(old.len() - kept)),
        insert: new[start..new.len() - kept].to_owned(),
    }
}

/// Texts are compared by so many bytes at once, which is much faster than one by one.
const CHUNK_BYTES: usize = 64;

fn common_prefix(one: &[u8], other: &[u8]) -> usize {
    let chunks = one.chunks_exact(CHUNK_BYTES).zip(other.chunks_exact(CHUNK_BYTES));
    let start = chunks.take_while(|(one, other)| one == other).count() * CHUNK_BYTES;
    let rest = one[start..].iter().zip(&other[start..]);
    start + rest.take_while(|(one, other)| one == other).count()
}

fn common_suffix(one: &[u8], other: &[u8]) -> usize {
    let chunks = one.rchunks_exact(CHUNK_BYTES).zip(other.rchunks_exact(CHUNK_BYTES));
    let end = chunks.take_while(|(one, other)| one == other).count() * CHUNK_BYTES;
    let (one, other) = (&one[..one.len() - end], &other[..other.len() - end]);
    let rest = one.iter().rev().zip(other.iter().rev());
    end + rest.take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(old: &str, new: &str) -> (u32, u32, String) {
        let TextEdit { range, insert } = difference(old, new);
        (range.start().into(), range.end().into(), insert)
    }

    #[test]
    fn an_edit_is_what_stands_between_equal_ends() {
        assert_eq!(edit("a = 1\n", "a = 12\n"), (5, 5, "2".to_owned()));
        assert_eq!(edit("a = 12\n", "a = 1\n"), (5, 6, String::new()));
        assert_eq!(edit("", "a"), (0, 0, "a".to_owned()));
        assert_eq!(edit("same", "same"), (4, 4, String::new()));
    }

    #[test]
    fn what_can_be_seen_twice_is_counted_once() {
        assert_eq!(edit("aa", "aaa"), (2, 2, "a".to_owned()));
        assert_eq!(edit("abab", "ab"), (2, 4, String::new()));
    }

    #[test]
    fn an_edit_never_splits_a_character() {
        assert_eq!(edit("ä", "ö"), (0, 2, "ö".to_owned()));
        assert_eq!(edit("xäy", "xöy"), (1, 3, "ö".to_owned()));
        // The last bytes of these are equal, the characters are not.
        assert_eq!(edit("\u{e4}", "\u{124}"), (0, 2, "\u{124}".to_owned()));
    }

    #[test]
    fn long_texts_are_compared_in_chunks_and_to_the_byte() {
        let old = "x".repeat(3 * CHUNK_BYTES + 7);
        for at in 0..old.len() {
            let new = format!("{}y{}", &old[..at], &old[at..]);
            assert_eq!(edit(&old, &new), (at as u32, at as u32, "y".to_owned()));
        }
    }
}
