//! Equality, order and hashing: structural on values, identity on owned and sync ones.
//!
//! Written with a worklist, so that a long linked structure cannot overflow the machine's stack.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::rc::Rc;
use std::sync::Arc;

use indexmap::Equivalent;

use super::{Cells, Value};

/// A value as a map's key or a set's element.
#[derive(Clone, Debug)]
pub(crate) struct Key(pub(crate) Value);

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        equal(&self.0, &other.0)
    }
}

impl Eq for Key {}

impl Key {
    /// Whether it is this value, as far as that can be told without looking into either.
    #[inline]
    pub(crate) fn is(&self, value: &Value) -> bool {
        match (&self.0, value) {
            (Value::Str(own), Value::Str(value)) => Rc::ptr_eq(own, value),
            (Value::Int(own), Value::Int(value)) => own == value,
            _ => false,
        }
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        KeyRef(&self.0).hash(state);
    }
}

/// A value that is looked for among keys.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyRef<'a>(pub(crate) &'a Value);

impl Equivalent<Key> for KeyRef<'_> {
    #[inline]
    fn equivalent(&self, key: &Key) -> bool {
        match (self.0, &key.0) {
            (Value::Str(left), Value::Str(right)) => left.is(right),
            (Value::Int(left), Value::Int(right)) => left == right,
            (left, right) => equal(left, right),
        }
    }
}

impl Hash for KeyRef<'_> {
    #[inline(always)]
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self.0 {
            Value::Str(text) => text.hash_code().hash(state),
            Value::Int(value) => value.hash(state),
            value => hash_all(value, state),
        }
    }
}

fn hash_all<H: Hasher>(value: &Value, state: &mut H) {
    // Empty, and thus nowhere, until something is in it.
    let mut rest = Vec::new();
    hash_one(value, state, &mut rest);
    while let Some(value) = rest.pop() {
        hash_one(value, state, &mut rest);
    }
}

fn hash_one<'a, H: Hasher>(value: &'a Value, state: &mut H, rest: &mut Vec<&'a Value>) {
    std::mem::discriminant(value).hash(state);
    match value {
        Value::Bool(value) => value.hash(state),
        Value::Int(value) | Value::Duration(value) | Value::Instant(value) => value.hash(state),
        // -0.0 equals 0.0, so they must hash alike.
        Value::Float(value) => (value + 0.0).to_bits().hash(state),
        Value::Str(text) => text.hash_code().hash(state),
        Value::Bytes(bytes) => bytes.hash(state),
        Value::Range(range) => (range.start, range.stop, range.step).hash(state),
        Value::List(cells)
        | Value::Tuple(cells)
        | Value::Some(cells)
        | Value::Ok(cells)
        | Value::Err(cells) => {
            cells.len().hash(state);
            rest.extend(cells.iter());
        }
        Value::Struct(of) => {
            of.ty.hash(state);
            rest.extend(of.fields.iter());
        }
        Value::Variant(of) => {
            of.variant.hash(state);
            rest.extend(of.fields.iter());
        }
        // Equal ones may be in different order: only the length is sure.
        Value::Map(map) => map.len().hash(state),
        Value::Set(set) => set.len().hash(state),
        Value::Owned(id) => id.hash(state),
        Value::Sync(id) => id.hash(state),
        Value::Task(id) => id.hash(state),
        _ => {}
    }
}

/// `==`
pub(crate) fn equal(left: &Value, right: &Value) -> bool {
    let mut rest = vec![];
    if !equal_one(left, right, &mut rest) {
        return false;
    }
    while let Some((left, right)) = rest.pop() {
        if !equal_one(left, right, &mut rest) {
            return false;
        }
    }
    true
}

fn equal_one<'a>(
    left: &'a Value,
    right: &'a Value,
    rest: &mut Vec<(&'a Value, &'a Value)>,
) -> bool {
    use Value::*;
    match (left, right) {
        (Unit, Unit) | (None, None) => true,
        (Bool(left), Bool(right)) => left == right,
        (Int(left), Int(right))
        | (Duration(left), Duration(right))
        | (Instant(left), Instant(right)) => left == right,
        (Float(left), Float(right)) => left == right,
        (Str(left), Str(right)) => left.is(right),
        (Bytes(left), Bytes(right)) => left == right,
        (Range(left), Range(right)) => left == right,
        (List(left), List(right))
        | (Tuple(left), Tuple(right))
        | (Some(left), Some(right))
        | (Ok(left), Ok(right))
        | (Err(left), Err(right)) => Rc::ptr_eq(left, right) || all_equal(left, right, rest),
        (Struct(left), Struct(right)) => {
            left.ty == right.ty && all_equal(&left.fields, &right.fields, rest)
        }
        (Variant(left), Variant(right)) => {
            left.variant == right.variant && all_equal(&left.fields, &right.fields, rest)
        }
        (Map(left), Map(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, value)| match right.get(key) {
                    Option::Some(other) => {
                        rest.push((value, other));
                        true
                    }
                    Option::None => false,
                })
        }
        (Set(left), Set(right)) => {
            left.len() == right.len() && left.iter().all(|key| right.contains(key))
        }
        (Failure(left), Failure(right)) => Arc::ptr_eq(left, right),
        (Function(left), Function(right)) => Rc::ptr_eq(left, right),
        (Owned(left), Owned(right)) => left == right,
        (Sync(left), Sync(right)) => left == right,
        (Task(left), Task(right)) => left == right,
        (Scope(left), Scope(right)) => left == right,
        _ => false,
    }
}

fn all_equal<'a>(
    left: &'a Cells,
    right: &'a Cells,
    rest: &mut Vec<(&'a Value, &'a Value)>,
) -> bool {
    if left.len() != right.len() {
        return false;
    }
    rest.extend(left.iter().zip(right.iter()));
    true
}

/// `<` and its kin; none when the two cannot be ordered (a NaN).
pub(crate) fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    compare_with(left, right, |left, right| left.partial_cmp(&right))
}

/// An order for sorting, of any two values of one type: NaNs, whatever their sign, come last; what
/// has no order is equal.
pub(crate) fn sorting_order(left: &Value, right: &Value) -> Ordering {
    let floats = |left: f64, right: f64| {
        Some(left.partial_cmp(&right).unwrap_or_else(|| left.is_nan().cmp(&right.is_nan())))
    };
    let is_missing = |value: &Value| matches!(value, Value::Lost | Value::Unassigned);
    compare_with(left, right, floats).unwrap_or_else(|| is_missing(left).cmp(&is_missing(right)))
}

type FloatOrder = fn(f64, f64) -> Option<Ordering>;

fn compare_with(left: &Value, right: &Value, floats: FloatOrder) -> Option<Ordering> {
    // In order, so a stack of pending pairs, the next one on top.
    let mut rest = Vec::new();
    let mut pair = Some((left, right));
    while let Some((left, right)) = pair {
        match compare_one(left, right, floats, &mut rest)? {
            Ordering::Equal => pair = rest.pop(),
            unequal => return Some(unequal),
        }
    }
    Some(Ordering::Equal)
}

fn compare_one<'a>(
    left: &'a Value,
    right: &'a Value,
    floats: FloatOrder,
    rest: &mut Vec<(&'a Value, &'a Value)>,
) -> Option<Ordering> {
    use Value::*;
    match (left, right) {
        (Unit, Unit) => Option::Some(Ordering::Equal),
        (Bool(left), Bool(right)) => Option::Some(left.cmp(right)),
        (Int(left), Int(right))
        | (Duration(left), Duration(right))
        | (Instant(left), Instant(right)) => Option::Some(left.cmp(right)),
        (Float(left), Float(right)) => floats(*left, *right),
        (Str(left), Str(right)) => Option::Some(left.as_str().cmp(right.as_str())),
        (Bytes(left), Bytes(right)) => Option::Some(left.cmp(right)),
        (List(left), List(right)) | (Tuple(left), Tuple(right)) => {
            if left.len() != right.len() {
                // The shared part decides first, then the length.
                let shared = left.len().min(right.len());
                for (left, right) in left.iter().zip(right.iter()).take(shared) {
                    match compare_with(left, right, floats)? {
                        Ordering::Equal => {}
                        unequal => return Option::Some(unequal),
                    }
                }
                return Option::Some(left.len().cmp(&right.len()));
            }
            rest.extend(left.iter().zip(right.iter()).rev());
            Option::Some(Ordering::Equal)
        }
        _ => Option::None,
    }
}
