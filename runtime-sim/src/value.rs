//! Values: what a register holds.
//!
//! Immutable values live behind `Rc`s and are shared, for a machine stays on one thread; owned and sync
//! objects live in the machine's [`Heap`](crate::heap::Heap) and are named by id, so that a machine's state
//! is one value that can be cloned. Invariant: 16 bytes, and dropping one never recurses deeply.

mod apart;
mod cells;
mod compare;
mod format;
mod keys;
mod literals;
mod numbers;
mod places;
mod print;
mod range;
mod text;
mod walk;

use std::rc::Rc;
use std::sync::Arc;

use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxBuildHasher;

use crate::failure::Failure;
use crate::program::{CodeId, TypeId, VariantId};

pub(crate) use apart::apart;
pub(crate) use cells::Cells;
pub(crate) use compare::{equal, sorting_order, try_compare, try_equal};
pub(crate) use format::format_value;
pub(crate) use keys::{Key, KeyRef};
pub(crate) use literals::{duration_text, float_text, quoted};
pub(crate) use print::Printer;
pub(crate) use range::Range;
use text::letter;
pub(crate) use text::{Text, push_int};
pub(crate) use walk::Iter;

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

impl Value {
    pub(crate) fn str(text: impl AsRef<str> + Into<Box<str>>) -> Self {
        Self::Str(Text::new(text))
    }

    /// A string of one character.
    #[inline]
    pub(crate) fn character(character: char) -> Self {
        match letter(character) {
            Some(text) => Self::Str(text),
            None => Self::str(&*character.encode_utf8(&mut [0; 4])),
        }
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

    /// The parts of one that has them in a row.
    pub(crate) fn row(&self) -> Option<&Cells> {
        Some(match self {
            Self::List(cells)
            | Self::Tuple(cells)
            | Self::Some(cells)
            | Self::Ok(cells)
            | Self::Err(cells) => cells,
            Self::Struct(of) => &of.fields,
            Self::Variant(of) => &of.fields,
            _ => return None,
        })
    }

    /// Where the parts are that it may share with others, if it is an immutable one that has any.
    pub(crate) fn address(&self) -> Option<usize> {
        Some(match self {
            Self::List(cells)
            | Self::Tuple(cells)
            | Self::Some(cells)
            | Self::Ok(cells)
            | Self::Err(cells) => Rc::as_ptr(cells) as usize,
            Self::Struct(of) => Rc::as_ptr(of) as usize,
            Self::Variant(of) => Rc::as_ptr(of) as usize,
            Self::Function(of) => Rc::as_ptr(of) as usize,
            Self::Map(map) => Rc::as_ptr(map) as usize,
            Self::Set(set) => Rc::as_ptr(set) as usize,
            _ => return None,
        })
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
