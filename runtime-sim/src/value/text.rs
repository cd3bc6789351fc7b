//! Strings as values hold them.
//!
//! Most strings of a program are short, and to get memory twice for each, for the string and for its bytes, was half
//! of what it takes to make one: so short ones have their bytes in themselves. Invariant: a text never changes.
#![expect(unsafe_code, reason = "the bytes of a short text are those of a `str`")]

use std::cell::Cell;
use std::hash::BuildHasher;
use std::rc::Rc;

use rustc_hash::FxBuildHasher;

use crate::memory::uncounted;

/// How many bytes a text can have in itself: no more than fit beside what it has anyway.
const SHORT_BYTES_MAX: usize = 22;

/// A string; knows whether its characters are its bytes, so that indexing can be O(1).
#[derive(Debug)]
pub(crate) struct Text {
    body: Body,
    is_ascii: bool,
    /// The hash, once somebody has asked for it; until then 0. Words are counted more often than made.
    hash: Cell<u32>,
}

#[derive(Debug)]
enum Body {
    /// The first `length` of these bytes, which are those of a `str`; the others are 0. A text that can be short is.
    Short {
        length: u8,
        bytes: [u8; SHORT_BYTES_MAX],
    },
    Long(Box<str>),
}

/// The strings of one character of ASCII; each is made once.
pub(crate) type Letters = Rc<[Rc<Text>; 128]>;

thread_local! {
    static LETTERS: Letters = uncounted(|| {
        Rc::new(std::array::from_fn(|of| Text::new(char::from(of as u8).encode_utf8(&mut [0]))))
    });
}

/// The strings of one character of ASCII.
pub(crate) fn letters() -> Letters {
    LETTERS.with(Rc::clone)
}

/// The string of one character, if it is ASCII.
pub(crate) fn letter(of: char) -> Option<Rc<Text>> {
    LETTERS.with(|letters| letters.get(of as usize).cloned())
}

impl Text {
    pub(crate) fn new(text: impl AsRef<str> + Into<Box<str>>) -> Rc<Self> {
        let is_ascii = text.as_ref().is_ascii();
        let body = Body::short(text.as_ref()).unwrap_or_else(|| Body::Long(text.into()));
        Rc::new(Self { body, is_ascii, hash: Cell::new(0) })
    }

    #[inline]
    pub(crate) fn as_str(&self) -> &str {
        match &self.body {
            Body::Short { .. } => {
                // SAFETY: they were copied from a `str`, all of them.
                unsafe { std::str::from_utf8_unchecked(self.as_bytes()) }
            }
            Body::Long(text) => text,
        }
    }

    #[inline]
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match &self.body {
            Body::Short { length, bytes } => {
                debug_assert!(usize::from(*length) <= SHORT_BYTES_MAX);
                // SAFETY: no more are counted than there are.
                unsafe { bytes.get_unchecked(..usize::from(*length)) }
            }
            Body::Long(text) => text.as_bytes(),
        }
    }

    /// Whether each byte is a character.
    #[inline]
    pub(crate) fn is_ascii(&self) -> bool {
        self.is_ascii
    }

    /// How many characters it has.
    pub(crate) fn count(&self) -> usize {
        if self.is_ascii { self.as_bytes().len() } else { self.as_str().chars().count() }
    }

    /// A hash of the text, never 0.
    #[inline]
    pub(crate) fn hash_code(&self) -> u32 {
        match self.hash.get() {
            0 => self.compute_hash(),
            known => known,
        }
    }

    #[inline(never)]
    fn compute_hash(&self) -> u32 {
        let wide = FxBuildHasher.hash_one(self.as_str());
        let hash = ((wide >> 32) as u32 ^ wide as u32).max(1);
        self.hash.set(hash);
        hash
    }

    /// Whether it is the same text.
    #[inline(always)]
    pub(crate) fn is(&self, other: &Self) -> bool {
        if std::ptr::eq(self, other) {
            return true;
        }
        match (&self.body, &other.body) {
            // Most texts differ in their length or their first byte; and all bytes are compared at once, those of no
            // meaning too, so that nothing is called.
            (Body::Short { length, bytes }, Body::Short { length: others, bytes: with }) => {
                length == others && bytes[0] == with[0] && bytes == with
            }
            (Body::Long(text), Body::Long(with)) => text == with,
            _ => false,
        }
    }
}

impl Body {
    fn short(text: &str) -> Option<Self> {
        let mut bytes = [0; SHORT_BYTES_MAX];
        bytes.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        Some(Self::Short { length: text.len() as u8, bytes })
    }
}

/// Writes an int in digits, without the machinery of formatting.
pub(crate) fn push_int(out: &mut String, value: i64) {
    const DIGITS_MAX: usize = 20;
    let mut digits = [0; DIGITS_MAX];
    let mut at = DIGITS_MAX;
    let mut rest = value.unsigned_abs();
    while at == DIGITS_MAX || rest > 0 {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    if value < 0 {
        out.push('-');
    }
    // SAFETY: digits are ASCII.
    out.push_str(unsafe { std::str::from_utf8_unchecked(&digits[at..]) });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_the_same_wherever_its_bytes_are() {
        for length in [0, 1, SHORT_BYTES_MAX - 1, SHORT_BYTES_MAX, SHORT_BYTES_MAX + 1, 100] {
            let of = "a".repeat(length);
            let text = Text::new(of.as_str());
            assert_eq!((text.as_str(), text.count(), text.is_ascii()), (&*of, length, true));
            assert!(text.is(&Text::new(of)));
            let wide = Text::new("ä".repeat(length));
            assert_eq!((wide.count(), wide.is_ascii()), (length, length == 0));
        }
    }

    #[test]
    fn an_int_is_written_in_all_its_digits() {
        for value in [0, 1, -1, 9, 10, 99, 100, i64::MAX, i64::MIN] {
            let mut out = String::new();
            push_int(&mut out, value);
            assert_eq!(out, value.to_string());
        }
    }
}
