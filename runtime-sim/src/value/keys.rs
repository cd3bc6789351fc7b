//! Values as keys of maps and elements of sets: found by a hash of what they are made of.
//!
//! A value whose parts are shared is short to hold and may have more parts than anybody can walk; so a hash is made of
//! the first of them. Invariant: equal values hash alike.

use std::hash::{BuildHasher, Hash, Hasher};
use std::rc::Rc;

use indexmap::Equivalent;
use rustc_hash::FxBuildHasher;

use super::{Cells, Value, equal};
use crate::bounds::HASH_PARTS_MAX;

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
            value => hash_parts(value, state),
        }
    }
}

/// Hashes the value and what it is made of, as far as that goes: in the order in which it prints.
fn hash_parts<H: Hasher>(value: &Value, state: &mut H) {
    // Empty, and thus nowhere, until something is in it.
    let mut open: Vec<std::slice::Iter<'_, Value>> = Vec::new();
    let mut next = Some(value);
    let mut left = HASH_PARTS_MAX;
    while let Some(value) = next {
        if let Some(parts) = hash_one(value, state, &mut left) {
            open.push(parts.iter());
        }
        left = left.saturating_sub(1);
        if left == 0 {
            return;
        }
        next = None;
        while let Some(last) = open.last_mut() {
            next = last.next();
            if next.is_some() {
                break;
            }
            open.pop();
        }
    }
}

/// Hashes what the value has in itself, and gives the parts that are still to be hashed.
fn hash_one<'v, H: Hasher>(value: &'v Value, state: &mut H, left: &mut usize) -> Option<&'v Cells> {
    std::mem::discriminant(value).hash(state);
    match value {
        Value::Bool(value) => value.hash(state),
        Value::Int(value) | Value::Duration(value) | Value::Instant(value) => value.hash(state),
        // -0.0 equals 0.0, so they must hash alike.
        Value::Float(value) => (value + 0.0).to_bits().hash(state),
        Value::Str(text) => text.hash_code().hash(state),
        Value::Bytes(bytes) => {
            bytes.len().hash(state);
            let first = bytes.len().min(*left);
            *left -= first;
            bytes[..first].hash(state);
        }
        Value::Range(range) => (range.start, range.stop, range.step).hash(state),
        Value::Struct(of) => of.ty.hash(state),
        Value::Variant(of) => of.variant.hash(state),
        Value::Map(map) => hash_keys(map.len(), map.keys(), state, left),
        Value::Set(set) => hash_keys(set.len(), set.iter(), state, left),
        Value::Owned(id) => id.hash(state),
        Value::Sync(id) => id.hash(state),
        Value::Task(id) => id.hash(state),
        _ => {}
    }
    let parts = value.row()?;
    parts.len().hash(state);
    Some(parts)
}

/// Equal ones may be in different order: what is hashed is a sum, of those that have no parts.
fn hash_keys<'v, H: Hasher>(
    count: usize,
    keys: impl Iterator<Item = &'v Key>,
    state: &mut H,
    left: &mut usize,
) {
    count.hash(state);
    if count > *left {
        return;
    }
    *left -= count;
    let plain = keys.filter(|key| !key.0.holds_values() && !matches!(key.0, Value::Bytes(_)));
    let sum = plain.fold(0_u64, |sum, key| {
        let hash = FxBuildHasher.hash_one(key);
        // Not linear: else sets of the same sum would have the same hash.
        sum.wrapping_add(hash.wrapping_mul(hash | 1))
    });
    sum.hash(state);
}
