//! Putting values where others stand.
//!
//! To write a tag and bits into their place is two stores; to make a value elsewhere and move it here is more, which
//! the processor waits for. Invariant: what stood in a place is dropped, unless whoever puts bits there knows that it
//! was bits.

use std::rc::Rc;

use super::{Text, Value, apart};

impl Value {
    /// Whether it is only bits, with nothing to drop.
    #[inline(always)]
    fn is_plain(&self) -> bool {
        use Value::*;
        matches!(
            self,
            Unassigned
                | Lost
                | Unit
                | None
                | Bool(_)
                | Int(_)
                | Float(_)
                | Duration(_)
                | Instant(_)
                | Owned(_)
                | Sync(_)
                | Task(_)
                | Scope(_)
        )
    }

    /// Puts one of the characters of a text here, where mostly the one before stands.
    #[inline]
    pub(crate) fn put_letter(&mut self, letter: Rc<Text>) {
        match self {
            Self::Str(before) => *before = letter,
            _ => self.put_str(letter),
        }
    }

    /// Drops what it is, and holds nothing.
    #[inline(always)]
    pub(crate) fn empty(&mut self) {
        match self.is_plain() {
            true => self.set(Self::Unassigned),
            false => self.drop_here(),
        }
    }

    #[inline(never)]
    fn drop_here(&mut self) {
        *self = Self::Unassigned;
    }

    /// Puts bits here, where never anything is to be dropped.
    #[inline(always)]
    pub(crate) fn set(&mut self, bits: Self) {
        std::mem::forget(std::mem::replace(self, bits));
    }

    // One for each kind: the slow case must not ask for the value in one piece.

    #[inline(always)]
    pub(crate) fn put_int(&mut self, value: i64) {
        match self.is_plain() {
            true => self.set(Self::Int(value)),
            false => self.replace_by_int(value),
        }
    }

    #[inline(always)]
    pub(crate) fn put_float(&mut self, value: f64) {
        match self.is_plain() {
            true => self.set(Self::Float(value)),
            false => self.replace_by_float(value),
        }
    }

    #[inline(always)]
    pub(crate) fn put_bool(&mut self, value: bool) {
        match self.is_plain() {
            true => self.set(Self::Bool(value)),
            false => self.replace_by_bool(value),
        }
    }

    #[inline(always)]
    pub(crate) fn put_unit(&mut self) {
        match self.is_plain() {
            true => self.set(Self::Unit),
            false => *self = Self::Unit,
        }
    }

    /// Puts the same value here. A few cases are tried one after the other: to jump by a table costs more.
    #[inline(always)]
    pub(crate) fn put_copy(&mut self, value: &Self) {
        match value {
            Self::Int(value) => self.put_int(apart(value)),
            Self::Float(value) => self.put_float(apart(value)),
            Self::Bool(value) => self.put_bool(apart(value)),
            value => self.replace_by_copy(value),
        }
    }

    /// The same where never anything is to be dropped.
    #[inline(always)]
    pub(crate) fn become_copy(&mut self, value: &Self) {
        match value {
            Self::Int(value) => self.set(Self::Int(apart(value))),
            Self::Float(value) => self.set(Self::Float(apart(value))),
            Self::Bool(value) => self.set(Self::Bool(apart(value))),
            value => self.replace_by_copy(value),
        }
    }

    #[cold]
    #[inline(never)]
    fn replace_by_int(&mut self, value: i64) {
        *self = Self::Int(value);
    }

    #[cold]
    #[inline(never)]
    fn replace_by_float(&mut self, value: f64) {
        *self = Self::Float(value);
    }

    #[cold]
    #[inline(never)]
    fn replace_by_bool(&mut self, value: bool) {
        *self = Self::Bool(value);
    }

    // Strings, which are the most of those that are no bits, are tried before all others.

    #[inline(never)]
    fn replace_by_copy(&mut self, value: &Self) {
        match value {
            Self::Str(text) => self.put_str(text.clone()),
            value => *self = value.clone(),
        }
    }

    /// The same value once more; apart from the few places where most of the time is spent.
    #[inline(never)]
    pub(crate) fn share(&self) -> Self {
        match self {
            Self::Str(text) => Self::Str(text.clone()),
            Self::Int(value) => Self::Int(apart(value)),
            value => value.clone(),
        }
    }

    #[inline(never)]
    pub(crate) fn replace(&mut self, value: Self) {
        match value {
            Self::Str(text) => self.put_str(text),
            value => *self = value,
        }
    }

    #[inline(always)]
    pub(crate) fn put_str(&mut self, text: Rc<Text>) {
        match self.is_plain() {
            true => self.set(Self::Str(text)),
            false => self.replace_by_str(text),
        }
    }

    #[inline(never)]
    fn replace_by_str(&mut self, text: Rc<Text>) {
        *self = Self::Str(text);
    }
}
