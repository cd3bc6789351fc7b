//! Values: what a register holds.
//!
//! Immutable values live behind `Rc`s and are shared, for a machine stays on one thread; owned and sync
//! objects live in the machine's [`Heap`](crate::heap::Heap) and are named by id, so that a machine's state
//! is one value that can be cloned. Invariant: 16 bytes, and dropping one never recurses deeply.

mod apart;
mod cells;
mod compare;
mod format;
mod print;

use std::cell::Cell;
use std::hash::BuildHasher;
use std::rc::Rc;
use std::sync::Arc;

use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxBuildHasher;

use crate::failure::Failure;
use crate::memory::uncounted;
use crate::program::{CodeId, TypeId, VariantId};

pub(crate) use apart::apart;
pub(crate) use cells::Cells;
pub(crate) use compare::{Key, KeyRef, compare, equal, sorting_order};
pub(crate) use format::format_value;
pub(crate) use print::{Printer, duration_text, float_text, quoted};

/// What a register holds. Those that are only bits come first, so that one comparison tells them apart.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// Not assigned on this path.
    Unassigned,
    /// The result of a task that was cancelled; reading it fails.
    Lost,
    Unit,
    Bool(bool),
    Int(i64),
    Float(f64),
    /// In nanoseconds.
    Duration(i64),
    /// In nanoseconds since the run began.
    Instant(i64),
    None,
    /// A mutable list, map, set or struct.
    Owned(ObjectId),
    /// A channel, atom, lock, semaphore, barrier or signal.
    Sync(SyncId),
    Task(TaskId),
    Scope(ScopeRef),
    Str(Rc<Text>),
    Bytes(Rc<Vec<u8>>),
    Range(Rc<Range>),
    List(Rc<Cells>),
    Map(Rc<Map>),
    Set(Rc<Set>),
    Tuple(Rc<Cells>),
    Struct(Rc<StructValue>),
    Variant(Rc<VariantValue>),
    Some(Rc<Cells>),
    Ok(Rc<Cells>),
    Err(Rc<Cells>),
    Failure(Arc<Failure>),
    Function(Rc<Function>),
    Iterator(Box<Iter>),
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(crate) struct $name(pub(crate) u32);
    )*};
}

ids! {
    /// An owned object of the heap.
    ObjectId
    /// A sync object of the heap.
    SyncId
    /// A task of the machine.
    TaskId
}

/// A scope of the machine. The generation tells a scope from a later one in the same place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ScopeRef {
    pub(crate) index: u32,
    pub(crate) generation: u32,
}

/// An immutable map, in insertion order.
pub(crate) type Map = IndexMap<Key, Value, FxBuildHasher>;
/// An immutable set, in insertion order.
pub(crate) type Set = IndexSet<Key, FxBuildHasher>;

/// A string; knows whether its characters are its bytes, so that indexing can be O(1).
#[derive(Debug)]
pub(crate) struct Text {
    pub(crate) text: Box<str>,
    pub(crate) ascii: bool,
    /// The hash, once somebody has asked for it; until then 0. Words are counted more often than made.
    hash: Cell<u32>,
}

/// The ints of a `range(…)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) start: i64,
    pub(crate) stop: i64,
    pub(crate) step: i64,
}

/// An immutable struct.
#[derive(Clone, Debug)]
pub(crate) struct StructValue {
    pub(crate) ty: TypeId,
    pub(crate) fields: Cells,
}

/// A value of an enum of the program.
#[derive(Clone, Debug)]
pub(crate) struct VariantValue {
    pub(crate) variant: VariantId,
    pub(crate) fields: Cells,
}

/// A function value.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    pub(crate) code: CodeId,
    pub(crate) captures: Cells,
}

/// How far a walk over something has come. Lives in one register of one frame.
#[derive(Clone, Debug)]
pub(crate) struct Iter {
    /// Nothing where it is a range: that is in `ints`.
    pub(crate) over: Value,
    /// The next position; for strings, the next byte.
    pub(crate) position: i64,
    /// What is left of a range; of all else, nothing.
    ints: Ints,
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
        match over {
            Value::Range(range) => Self::of_ints(*range),
            over => Self { over, position: 0, ints: Ints { next: 0, step: 0, left: 0 } },
        }
    }

    /// A walk over ints alone.
    pub(crate) fn of_ints(range: Range) -> Self {
        let ints = Ints { next: range.start, step: range.step, left: range.len() };
        Self { over: Value::Unit, position: 0, ints }
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
    pub(crate) fn next_ascii(&mut self) -> Option<u8> {
        let Value::Str(text) = &self.over else { return None };
        if !text.ascii {
            return None;
        }
        let byte = *text.text.as_bytes().get(self.position as usize)?;
        self.position += 1;
        Some(byte)
    }
}

/// The string of one character of ASCII; each is made once.
#[inline]
fn ascii(character: usize) -> Option<Rc<Text>> {
    thread_local! {
        static ASCII: Vec<Rc<Text>> = uncounted(|| {
            (0..128u8).map(|of| Text::new(char::from(of).to_string())).collect()
        });
    }
    ASCII.with(|ascii| ascii.get(character).cloned())
}

impl Text {
    pub(crate) fn new(text: impl Into<Box<str>>) -> Rc<Self> {
        let text = text.into();
        let ascii = text.is_ascii();
        Rc::new(Self { text, ascii, hash: Cell::new(0) })
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
        let wide = FxBuildHasher.hash_one(&*self.text);
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
        // Most texts differ in their length or their first byte: nothing is called for those.
        let (left, right) = (self.text.as_bytes(), other.text.as_bytes());
        left.len() == right.len() && left.first() == right.first() && left == right
    }

    pub(crate) fn chars(&self) -> usize {
        if self.ascii { self.text.len() } else { self.text.chars().count() }
    }
}

impl Range {
    pub(crate) fn len(&self) -> i64 {
        self.checked_len().unwrap_or(i64::MAX)
    }

    /// None where there are more than an int counts.
    pub(crate) fn checked_len(&self) -> Option<i64> {
        i64::try_from(self.count()).ok()
    }

    fn count(&self) -> i128 {
        let (span, step) = match self.step {
            step if step > 0 => (i128::from(self.stop) - i128::from(self.start), i128::from(step)),
            step => (i128::from(self.start) - i128::from(self.stop), -i128::from(step)),
        };
        if span <= 0 { 0 } else { (span - 1) / step + 1 }
    }

    /// The first and the last element, unless there is none.
    pub(crate) fn ends(&self) -> Option<(i64, i64)> {
        let last = self.count() - 1;
        let at = i128::from(self.start) + i128::from(self.step) * last;
        (last >= 0).then_some((self.start, i64::try_from(at).ok()?))
    }

    /// The sum of the elements; none where it is beyond all ints.
    pub(crate) fn sum(&self) -> Option<i128> {
        let Some((first, last)) = self.ends() else { return Some(0) };
        Some(self.count().checked_mul(i128::from(first) + i128::from(last))? / 2)
    }

    /// The element at a position within the length.
    pub(crate) fn at(&self, position: i64) -> i64 {
        self.start.wrapping_add(self.step.wrapping_mul(position))
    }

    pub(crate) fn contains(&self, value: i64) -> bool {
        let (value, start, stop) =
            (i128::from(value), i128::from(self.start), i128::from(self.stop));
        let inside = if self.step > 0 {
            start <= value && value < stop
        } else {
            stop < value && value <= start
        };
        inside && (value - start) % i128::from(self.step) == 0
    }
}

impl Value {
    pub(crate) fn str(text: impl Into<Box<str>>) -> Self {
        Self::Str(Text::new(text))
    }

    /// A string of one character.
    #[inline]
    pub(crate) fn character(character: char) -> Self {
        match ascii(character as usize) {
            Some(text) => Self::Str(text),
            None => Self::str(character.to_string()),
        }
    }

    /// Puts the string of one character of ASCII here.
    #[inline]
    pub(crate) fn put_character(&mut self, byte: u8) {
        let Some(text) = ascii(usize::from(byte)) else { return };
        match self {
            // So it is where the characters of a text are put one after the other.
            Self::Str(before) => *before = text,
            _ => self.put_str(text),
        }
    }

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

    // To write a tag and bits into their place is two stores; to make a value elsewhere and move it here is
    // more, which the processor waits for.

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

    pub(crate) fn list(items: Vec<Value>) -> Self {
        Self::List(Rc::new(Cells::from(items)))
    }

    pub(crate) fn tuple(items: Vec<Value>) -> Self {
        Self::Tuple(Rc::new(Cells::from(items)))
    }

    pub(crate) fn some(value: Value) -> Self {
        Self::Some(Rc::new(Cells::one(value)))
    }

    pub(crate) fn option(value: Option<Value>) -> Self {
        value.map_or(Self::None, Self::some)
    }

    pub(crate) fn ok(value: Value) -> Self {
        Self::Ok(Rc::new(Cells::one(value)))
    }

    pub(crate) fn err(value: Value) -> Self {
        Self::Err(Rc::new(Cells::one(value)))
    }

    /// What people call such a value.
    pub(crate) fn noun(&self) -> &'static str {
        match self {
            Self::Unassigned => "a name without a value",
            Self::Lost => "the result of a cancelled task",
            Self::Unit => "()",
            Self::Bool(_) => "a bool",
            Self::Int(_) => "an int",
            Self::Float(_) => "a float",
            Self::Duration(_) => "a duration",
            Self::Instant(_) => "an instant",
            Self::Str(_) => "a str",
            Self::Bytes(_) => "bytes",
            Self::Range(_) => "a range",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
            Self::Set(_) => "a set",
            Self::Tuple(_) => "a tuple",
            Self::Struct(_) => "a struct",
            Self::Variant(_) => "an enum value",
            Self::None | Self::Some(_) => "an Option",
            Self::Ok(_) | Self::Err(_) => "a Result",
            Self::Failure(_) => "a Failure",
            Self::Function(_) => "a function",
            Self::Iterator(_) => "an iterator",
            Self::Owned(_) => "a mutable value",
            Self::Sync(_) => "a sync object",
            Self::Task(_) => "a task",
            Self::Scope(_) => "a scope",
        }
    }

    /// Whether dropping or walking it touches other values.
    pub(crate) fn holds_values(&self) -> bool {
        use Value::*;
        matches!(
            self,
            List(_)
                | Map(_)
                | Set(_)
                | Tuple(_)
                | Struct(_)
                | Variant(_)
                | Some(_)
                | Ok(_)
                | Err(_)
                | Function(_)
                | Iterator(_)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_sixteen_bytes() {
        assert_eq!(std::mem::size_of::<Value>(), 16);
    }

    #[test]
    fn a_long_chain_is_dropped_without_recursion() {
        let mut chain = Value::None;
        for _ in 0..1_000_000 {
            chain = Value::some(chain);
        }
        drop(chain);
    }

    #[test]
    fn a_range_counts_its_elements_in_both_directions() {
        assert_eq!(Range { start: 0, stop: 10, step: 3 }.len(), 4);
        assert_eq!(Range { start: 10, stop: 0, step: -5 }.len(), 2);
        assert_eq!(Range { start: 3, stop: 3, step: 1 }.len(), 0);
        assert!(Range { start: 10, stop: 0, step: -5 }.contains(5));
    }
}
