//! Values as keys of maps and elements of sets: found by a hash of what they are made of.
//!
//! A value whose parts are shared is short to hold and may have more parts than anybody can walk; so a hash is made of
//! the first of them. Invariant: equal values hash alike.

use std::hash::{Hash, Hasher};
use std::rc::Rc;

use indexmap::Equivalent;
use rustc_hash::FxHasher;

use super::{Cells, Value, equal};
use crate::bounds::{HASH_DEPTH_MAX, HASH_PARTS_MAX};
use crate::pace::looked_at;

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
            value => {
                let mut left = HASH_PARTS_MAX;
                hash_parts(value, state, &mut left, 0);
                looked_at(HASH_PARTS_MAX - left);
            }
        }
    }
}

/// Hashes the value and what it is made of, as far as that goes: in the order in which it prints.
fn hash_parts<H: Hasher>(value: &Value, state: &mut H, left: &mut usize, depth: usize) {
    // Empty, and thus nowhere, until something is in it.
    let mut open: Vec<std::slice::Iter<'_, Value>> = Vec::new();
    let mut next = Some(value).filter(|_| *left > 0);
    while let Some(value) = next {
        if let Some(parts) = hash_one(value, state, left, depth) {
            open.push(parts.iter());
        }
        *left = left.saturating_sub(1);
        if *left == 0 {
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
fn hash_one<'v, H: Hasher>(
    value: &'v Value,
    state: &mut H,
    left: &mut usize,
    depth: usize,
) -> Option<&'v Cells> {
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
        Value::Map(map) => {
            hash_entries(
                map.iter().map(|(key, value)| [Some(&key.0), Some(value)]),
                state,
                left,
                depth,
            );
        }
        Value::Set(set) => {
            hash_entries(set.iter().map(|key| [Some(&key.0), None]), state, left, depth)
        }
        Value::Owned(id) => id.hash(state),
        Value::Sync(id) => id.hash(state),
        Value::Task(id) => id.hash(state),
        _ => {}
    }
    let parts = value.row()?;
    parts.len().hash(state);
    Some(parts)
}

/// Equal ones may be in different order: what is hashed is a sum, and each entry has the same share of what is left.
fn hash_entries<'v, H: Hasher>(
    entries: impl ExactSizeIterator<Item = [Option<&'v Value>; 2]>,
    state: &mut H,
    left: &mut usize,
    depth: usize,
) {
    entries.len().hash(state);
    let share = left.checked_div(entries.len()).unwrap_or(0);
    if share == 0 || depth == HASH_DEPTH_MAX {
        return;
    }
    let (mut sum, mut used) = (0_u64, 0);
    for entry in entries {
        let (mut hasher, mut unused) = (FxHasher::default(), share);
        for part in entry.into_iter().flatten() {
            hash_parts(part, &mut hasher, &mut unused, depth + 1);
        }
        used += share - unused;
        let hash = hasher.finish();
        // Not linear: else maps and sets of the same sum would have the same hash.
        sum = sum.wrapping_add(hash.wrapping_mul(hash | 1));
    }
    *left -= used;
    sum.hash(state);
}

#[cfg(test)]
mod tests {
    use std::hash::BuildHasher;

    use rustc_hash::{FxBuildHasher, FxHashSet};

    use super::super::{Map, Set};
    use super::*;

    fn hash(value: &Value) -> u64 {
        FxBuildHasher.hash_one(KeyRef(value))
    }

    fn set(elements: impl IntoIterator<Item = Value>) -> Value {
        Value::Set(Rc::new(elements.into_iter().map(Key).collect::<Set>()))
    }

    fn map(entries: impl IntoIterator<Item = (i64, Value)>) -> Value {
        let entries = entries.into_iter().map(|(key, value)| (Key(Value::Int(key)), value));
        Value::Map(Rc::new(entries.collect::<Map>()))
    }

    #[test]
    fn maps_and_sets_that_differ_somewhere_within_hash_differently() {
        let pair = |n| Value::tuple(vec![Value::Int(n), Value::Int(n)]);
        let makes: [&dyn Fn(i64) -> Value; 6] = [
            &|n| map([(1, Value::Int(n))]),
            &|n| map([(1, pair(n)), (2, pair(0))]),
            &|n| set([pair(n)]),
            &|n| set([set([Value::Int(n)]), set([])]),
            &|n| map([(1, map([(2, Value::Int(n))]))]),
            &|n| Value::list(vec![set([pair(1)]), Value::Int(n)]),
        ];
        for make in makes {
            let hashes: FxHashSet<u64> = (0..1_000).map(|n| hash(&make(n))).collect();
            assert_eq!(hashes.len(), 1_000, "{:?}", make(0));
        }
    }

    #[test]
    fn equal_ones_hash_alike_in_whatever_order_they_were_made() {
        // Too many parts for all of them to count.
        let long = |n| (n, Value::list((0..300).map(Value::Int).collect()));
        let inner = |n: i64| (n, set([Value::Int(n), map([(n, Value::Unit)])]));
        for make in [&long as &dyn Fn(i64) -> (i64, Value), &inner] {
            let (there, back) = (map((0..400).map(make)), map((0..400).rev().map(make)));
            assert!(equal(&there, &back));
            assert_eq!(hash(&there), hash(&back));
            let pair = |first: &Value| Value::list(vec![first.clone(), Value::Int(7)]);
            assert_eq!(hash(&pair(&there)), hash(&pair(&back)));
        }
    }

    #[test]
    fn sets_within_sets_are_hashed_however_deep_they_are() {
        let around = |inner| set([Value::tuple(vec![inner])]);
        let deep = (0..10_000).fold(set([]), |inner, _| around(inner));
        let other = (0..10_000).fold(set([Value::Int(1)]), |inner, _| around(inner));
        assert_eq!(hash(&deep), hash(&other));
    }
}
