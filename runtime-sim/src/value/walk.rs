//! Walks over what has elements.

use std::rc::Rc;

use super::text::{Letters, letters};
use super::{Range, Text, Value};

/// How far a walk over something has come. Lives in one register of one frame.
#[derive(Clone, Debug)]
pub(crate) struct Iter {
    /// Nothing where it is a range: that is in `ints`.
    pub(crate) over: Value,
    /// The next position; for strings, the next byte.
    pub(crate) position: i64,
    /// What is left of a range; of all else, nothing.
    ints: Ints,
    /// What the characters of a string of ASCII are; of all else, nothing.
    letters: Option<Letters>,
}

/// Ints that are still to come.
#[derive(Clone, Copy, Debug)]
struct Ints {
    next: i64,
    step: i64,
    left: i64,
}

impl Iter {
    pub(crate) fn new(over: Value) -> Self {
        let letters = match &over {
            Value::Range(range) => return Self::of_ints(**range),
            Value::Str(text) if text.is_ascii() => Some(letters()),
            _ => None,
        };
        Self { over, position: 0, ints: Ints { next: 0, step: 0, left: 0 }, letters }
    }

    /// A walk over ints alone.
    pub(crate) fn of_ints(range: Range) -> Self {
        let ints = Ints { next: range.start, step: range.step, left: range.len() };
        Self { over: Value::Unit, position: 0, ints, letters: None }
    }

    /// Whether what it walks is a range.
    #[inline]
    pub(crate) fn has_ints_alone(&self) -> bool {
        matches!(self.over, Value::Unit)
    }

    /// The next int of a range, if there is one.
    #[inline]
    pub(crate) fn next_int(&mut self) -> Option<i64> {
        let Ints { next, step, left } = self.ints;
        if left == 0 {
            return None;
        }
        self.ints = Ints { next: next.wrapping_add(step), step, left: left - 1 };
        Some(next)
    }

    /// The next character of a string of ASCII, if there is one.
    #[inline]
    pub(crate) fn next_letter(&mut self) -> Option<&Rc<Text>> {
        let (letters, Value::Str(text)) = (self.letters.as_ref()?, &self.over) else { return None };
        let byte = *text.as_bytes().get(self.position as usize)?;
        self.position += 1;
        letters.get(usize::from(byte))
    }
}
