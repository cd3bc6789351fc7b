//! Equality and order: structural on values, identity on owned and sync ones.
//!
//! Written with a worklist, so that a long linked structure cannot overflow the machine's stack. A value whose parts
//! are shared is short to hold and may have more parts than anybody can walk: where two have many, those that were
//! compared are kept, and not compared again. Invariant: it takes about as long as there is memory in both, and what
//! is in one place equals itself.

use std::cmp::Ordering;
use std::rc::Rc;
use std::slice;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::numbers::Numbers;
use super::{Key, Map, Set, Value};
use crate::bounds::COMPARED_UNKEPT_MAX;

/// A text of so many bytes is as much to compare as any other part.
const TEXT_BYTES_A_PART: usize = 64;
/// A key that has no more parts than this is compared at once, if they have none.
const FLAT_PARTS_MAX: usize = 8;

/// `==`
pub(crate) fn equal(left: &Value, right: &Value) -> bool {
    if !left.holds_values() {
        return equal_leaves(left, right);
    }
    let mut walk = Walk::default();
    let mut next = Some((left, right));
    while let Some((left, right)) = next {
        if !walk.equal_one(left, right) {
            return false;
        }
        let Ok(pair) = walk.next() else { return false };
        next = pair;
    }
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
    if !left.holds_values() {
        return compare_leaves(left, right, floats);
    }
    let mut walk = Walk::default();
    let mut next = Some((left, right));
    while let Some((left, right)) = next {
        match walk.compare_one(left, right, floats)? {
            Ordering::Equal => {}
            unequal => return Some(unequal),
        }
        match walk.next() {
            Ok(pair) => next = pair,
            Err(unequal) => return Some(unequal),
        }
    }
    Some(Ordering::Equal)
}

/// Two values that are walked side by side.
#[derive(Default)]
struct Walk<'v> {
    /// The rows that both are in, from the outermost to the innermost.
    rows: Vec<(slice::Iter<'v, Value>, slice::Iter<'v, Value>)>,
    /// The values of maps, whose order does not matter.
    pairs: Vec<(&'v Value, &'v Value)>,
    /// How many parts were looked at.
    looked_at: usize,
    alike: Classes,
    numbers: Option<Box<Numbers<'v>>>,
}

impl<'v> Walk<'v> {
    /// The next two, if there are any, or which of two rows is the longer one.
    fn next(&mut self) -> Result<Option<(&'v Value, &'v Value)>, Ordering> {
        if let Some(pair) = self.pairs.pop() {
            return Ok(Some(pair));
        }
        while let Some((left, right)) = self.rows.last_mut() {
            match (left.next(), right.next()) {
                (Some(left), Some(right)) => return Ok(Some((left, right))),
                (None, None) => drop(self.rows.pop()),
                (left, right) => return Err(left.is_some().cmp(&right.is_some())),
            }
        }
        Ok(None)
    }

    fn equal_one(&mut self, left: &'v Value, right: &'v Value) -> bool {
        use Value::{Bytes, Err, List, Map, Ok, Set, Some, Str, Struct, Tuple, Variant};
        match (left, right) {
            (List(left), List(right))
            | (Tuple(left), Tuple(right))
            | (Some(left), Some(right))
            | (Ok(left), Ok(right))
            | (Err(left), Err(right)) => {
                self.knows(left, right) || left.len() == right.len() && self.open(left, right)
            }
            (Struct(left), Struct(right)) => {
                left.ty == right.ty
                    && (self.knows(left, right) || self.open(&left.fields, &right.fields))
            }
            (Variant(left), Variant(right)) => {
                left.variant == right.variant
                    && (self.knows(left, right) || self.open(&left.fields, &right.fields))
            }
            (Map(own), Map(others)) => {
                self.knows(own, others)
                    || own.len() == others.len()
                        && match own.keys().all(is_flat) {
                            true => self.finds_values(own, others),
                            false => self.equal_numbers(left, right),
                        }
            }
            (Set(own), Set(others)) => {
                self.knows(own, others)
                    || own.len() == others.len()
                        && match own.iter().all(is_flat) {
                            true => self.finds_elements(own, others),
                            false => self.equal_numbers(left, right),
                        }
            }
            (Str(left), Str(right)) if self.is_long(left.as_bytes()) => {
                self.knows(left, right) || left.is(right)
            }
            (Bytes(left), Bytes(right)) if self.is_long(left) => {
                self.knows(left, right) || left == right
            }
            (left, right) => equal_leaves(left, right),
        }
    }

    fn compare_one(
        &mut self,
        left: &'v Value,
        right: &'v Value,
        floats: FloatOrder,
    ) -> Option<Ordering> {
        use Value::*;
        let is_known = match (left, right) {
            (List(left), List(right)) | (Tuple(left), Tuple(right)) => {
                self.knows(left, right) || self.open(left, right)
            }
            (Str(left), Str(right)) if self.is_long(left.as_bytes()) => self.knows(left, right),
            (Bytes(left), Bytes(right)) if self.is_long(left) => self.knows(left, right),
            _ => false,
        };
        match is_known {
            true => Option::Some(Ordering::Equal),
            false => compare_leaves(left, right, floats),
        }
    }

    /// Whether both are in one place, or were compared before; if they were not, they are to be now. Whatever turns
    /// out unequal ends the walk, so that everything before is alike.
    #[inline]
    fn knows<T>(&mut self, left: &'v Rc<T>, right: &'v Rc<T>) -> bool {
        Rc::ptr_eq(left, right)
            || self.looked_at > COMPARED_UNKEPT_MAX
                && (Rc::strong_count(left) > 1 || Rc::strong_count(right) > 1)
                && !self.alike.join(Rc::as_ptr(left) as usize, Rc::as_ptr(right) as usize)
    }

    /// The parts come next; nothing speaks against these two so far.
    fn open(&mut self, left: &'v [Value], right: &'v [Value]) -> bool {
        self.looked_at += left.len();
        self.rows.push((left.iter(), right.iter()));
        true
    }

    fn is_long(&mut self, text: &[u8]) -> bool {
        self.looked_at += text.len() / TEXT_BYTES_A_PART;
        text.len() >= TEXT_BYTES_A_PART
    }

    fn finds_elements(&mut self, own: &'v Set, others: &'v Set) -> bool {
        self.looked_at += own.len();
        own.iter().all(|key| others.contains(key))
    }

    /// Whether the same keys are there; their values come next.
    fn finds_values(&mut self, own: &'v Map, others: &'v Map) -> bool {
        self.looked_at += own.len();
        own.iter().all(|(key, value)| {
            let found = others.get(key);
            self.pairs.extend(found.map(|other| (value, other)));
            found.is_some()
        })
    }

    /// Where keys have parts that have parts: to look for them would be to compare while comparing.
    fn equal_numbers(&mut self, left: &'v Value, right: &'v Value) -> bool {
        let numbers = self.numbers.get_or_insert_default();
        numbers.of(left) == numbers.of(right)
    }
}

fn is_flat(key: &Key) -> bool {
    match key.0.row() {
        Some(parts) => parts.len() <= FLAT_PARTS_MAX && !parts.iter().any(Value::holds_values),
        None => !key.0.holds_values(),
    }
}

/// Values that were found to be alike, by where they are.
#[derive(Default)]
struct Classes(FxHashMap<usize, usize>);

impl Classes {
    /// Puts two into one class; whether they were in different ones.
    fn join(&mut self, left: usize, right: usize) -> bool {
        let (left, right) = (self.first(left), self.first(right));
        left != right && self.0.insert(left, right).is_none()
    }

    /// The one that stands for its class; the way there becomes half as long.
    fn first(&mut self, mut of: usize) -> usize {
        while let Some(next) = self.0.get(&of).copied() {
            if let Some(beyond) = self.0.get(&next).copied() {
                self.0.insert(of, beyond);
            }
            of = next;
        }
        of
    }
}

/// The same of two that have no parts.
pub(super) fn equal_leaves(left: &Value, right: &Value) -> bool {
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
        (Failure(left), Failure(right)) => Arc::ptr_eq(left, right),
        (Function(left), Function(right)) => Rc::ptr_eq(left, right),
        (Owned(left), Owned(right)) => left == right,
        (Sync(left), Sync(right)) => left == right,
        (Task(left), Task(right)) => left == right,
        (Scope(left), Scope(right)) => left == right,
        _ => false,
    }
}

fn compare_leaves(left: &Value, right: &Value, floats: FloatOrder) -> Option<Ordering> {
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
        _ => Option::None,
    }
}
