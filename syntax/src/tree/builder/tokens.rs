//! Which token of the tree a text is.
//!
//! What it is not: the tokens; it knows their numbers. Invariant: the number that is found is that of a
//! token of the same kind and text. To compare with the token itself would be a walk to some corner of
//! the memory for each token of the file, so a place holds the whole of a short text.

use std::hash::Hasher;

use rustc_hash::FxHasher;

use super::Handle;
use crate::kind::SyntaxKind;

/// How many places the table has at most.
const PLACES_MAX: usize = 1 << 14;

/// A text has a place for so many tokens.
const TOKENS_PER_PLACE: usize = 8;

/// Up to so many bytes a text is wholly within its place.
const HELD_BYTES_MAX: usize = 16;

/// Longer texts are not looked for: they are comments, and seldom said twice.
const TEXT_BYTES_MAX: usize = 64;

/// A token as the table knows it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct TokenPlace {
    /// The first bytes of the text, or the hash of all, when it is long.
    head: u64,
    /// The last bytes, which overlap the first when it is short.
    tail: u64,
    kind: SyntaxKind,
    len: u16,
}

impl TokenPlace {
    /// Nobody's: no token is of this kind.
    const EMPTY: Self = Self { head: 0, tail: 0, kind: SyntaxKind::Eof, len: 0 };

    #[inline]
    pub(super) fn of(kind: SyntaxKind, text: &str) -> Self {
        let bytes = text.as_bytes();
        let (head, tail) = match bytes.len() {
            0 => (0, 0),
            len @ 1..4 => (three(bytes[0], bytes[len / 2], bytes[len - 1]), 0),
            4..8 => (four(bytes.first_chunk()), four(bytes.last_chunk())),
            8..=HELD_BYTES_MAX => (eight(bytes.first_chunk()), eight(bytes.last_chunk())),
            _ => (hash(bytes), eight(bytes.last_chunk())),
        };
        let len = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
        Self { head, tail, kind, len }
    }

    /// Whether the text is known whole.
    fn is_held(&self) -> bool {
        usize::from(self.len) <= HELD_BYTES_MAX
    }

    fn hash(&self) -> usize {
        const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
        let kind_and_len = u64::from(self.kind as u16) << 16 | u64::from(self.len);
        let mixed = (self.head ^ kind_and_len.rotate_right(16)).wrapping_mul(FACTOR) ^ self.tail;
        (mixed.wrapping_mul(FACTOR) >> 32) as usize
    }
}

fn three(first: u8, middle: u8, last: u8) -> u64 {
    u64::from(u32::from_le_bytes([first, middle, last, 0]))
}

fn four(bytes: Option<&[u8; 4]>) -> u64 {
    bytes.map_or(0, |bytes| u64::from(u32::from_le_bytes(*bytes)))
}

fn eight(bytes: Option<&[u8; 8]>) -> u64 {
    bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

fn hash(bytes: &[u8]) -> u64 {
    if bytes.len() > TEXT_BYTES_MAX {
        return 0;
    }
    let mut hasher = FxHasher::default();
    hasher.write(bytes);
    hasher.finish()
}

/// The tokens that were met, as far as it remembers.
pub(super) struct TokenTable {
    places: Vec<(TokenPlace, Handle)>,
    /// The last token of each kind: most kinds have one text.
    last_of_kind: Vec<(TokenPlace, Handle)>,
}

impl TokenTable {
    /// A table for a text of about so many tokens.
    pub(super) fn new(tokens: usize) -> Self {
        let places = (tokens / TOKENS_PER_PLACE).next_power_of_two().clamp(16, PLACES_MAX);
        let empty = (TokenPlace::EMPTY, super::OWN);
        Self { places: vec![empty; places], last_of_kind: vec![empty; SyntaxKind::ALL.len()] }
    }

    /// The token of this kind and text. `is_text_of` says whether a text is that of a token.
    #[inline]
    pub(super) fn find(
        &self,
        token: &TokenPlace,
        is_text_of: impl FnOnce(Handle) -> bool,
    ) -> Option<Handle> {
        let (found, handle) = *self.place(token)?;
        (found == *token && (token.is_held() || is_text_of(handle))).then_some(handle)
    }

    /// Remembers a token.
    pub(super) fn insert(&mut self, token: &TokenPlace, handle: Handle) {
        if usize::from(token.len) > TEXT_BYTES_MAX {
            return;
        }
        let (table, index) = if has_one_text(token.kind) {
            (&mut self.last_of_kind, token.kind as usize)
        } else {
            let index = token.hash() & (self.places.len() - 1);
            (&mut self.places, index)
        };
        if let Some(place) = table.get_mut(index) {
            *place = (*token, handle);
        }
    }

    #[inline]
    fn place(&self, token: &TokenPlace) -> Option<&(TokenPlace, Handle)> {
        if has_one_text(token.kind) {
            self.last_of_kind.get(token.kind as usize)
        } else {
            self.places.get(token.hash() & (self.places.len() - 1))
        }
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.places.fill((TokenPlace::EMPTY, super::OWN));
        self.last_of_kind.fill((TokenPlace::EMPTY, super::OWN));
    }
}

/// Whether all tokens of a kind have the same text, or nearly all.
fn has_one_text(kind: SyntaxKind) -> bool {
    kind >= SyntaxKind::LeftParen || kind == SyntaxKind::LineEnd
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text that differs in any one byte is another token.
    #[test]
    fn a_short_text_is_held_whole() {
        for len in 0..=HELD_BYTES_MAX {
            let text = "a".repeat(len);
            let place = TokenPlace::of(SyntaxKind::Ident, &text);
            assert!(place.is_held());
            assert!(place != TokenPlace::of(SyntaxKind::Ident, &"a".repeat(len + 1)));
            for at in 0..len {
                let mut other = text.clone();
                other.replace_range(at..=at, "b");
                assert!(place != TokenPlace::of(SyntaxKind::Ident, &other), "{other}");
            }
        }
    }

    /// What a table cannot hold it asks its user about.
    #[test]
    fn a_long_text_is_compared() {
        let mut table = TokenTable::new(100);
        let place = TokenPlace::of(SyntaxKind::Comment, "# seventeen bytes");
        table.insert(&place, Handle(3));
        assert!(table.find(&place, |handle| handle == Handle(3)) == Some(Handle(3)));
        assert!(table.find(&place, |_| false).is_none());
        table.clear();
        assert!(table.find(&place, |_| true).is_none());
    }
}
