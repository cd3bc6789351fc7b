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
use crate::failure::Fallible;
use crate::pace::{look_at, looked_at};

/// A text of so many bytes is as much to compare as any other part.
const TEXT_BYTES_A_PART: usize = 64;
/// After so many parts it is said that they were looked at.
const PARTS_AT_ONCE: usize = 1 << 10;
/// A key that has no more parts than this is compared at once, if they have none.
const FLAT_PARTS_MAX: usize = 8;

/// Says how many parts more were looked at; fails when the step is to be stopped.
pub(super) type Look = fn(usize) -> Fallible<()>;

/// Whether two are equal, where that cannot be stopped.
pub(crate) fn equal(left: &Value, right: &Value) -> bool {
    let look = |parts| {
        looked_at(parts);
        Ok(())
    };
    equal_looking(left, right, look).unwrap_or(false)
}

/// `==`
#[inline]
pub(crate) fn try_equal(left: &Value, right: &Value) -> Fallible<bool> {
    equal_looking(left, right, look_at)
}

#[inline]
fn equal_looking(left: &Value, right: &Value, look: Look) -> Fallible<bool> {
    match left.holds_values() {
        true => equal_parts(left, right, look),
        false => Ok(equal_leaves(left, right)),
    }
}

fn equal_parts(left: &Value, right: &Value, look: Look) -> Fallible<bool> {
    let mut walk = Walk::new(look);
    let mut next = Some((left, right));
    while let Some((left, right)) = next {
        walk.go_on()?;
        if !walk.equal_one(left, right)? {
            return Ok(false);
        }
        let Ok(pair) = walk.next() else { return Ok(false) };
        next = pair;
    }
    Ok(true)
}

/// `<` and its kin; none when the two cannot be ordered (a NaN).
pub(crate) fn try_compare(left: &Value, right: &Value) -> Fallible<Option<Ordering>> {
    compare_with(left, right, |left, right| left.partial_cmp(&right), look_at)
}

/// An order for sorting, of any two values of one type: NaNs, whatever their sign, come last; what
/// has no order is equal.
pub(crate) fn sorting_order(left: &Value, right: &Value) -> Ordering {
    let floats = |left: f64, right: f64| {
        Some(left.partial_cmp(&right).unwrap_or_else(|| left.is_nan().cmp(&right.is_nan())))
    };
    let is_missing = |value: &Value| matches!(value, Value::Lost | Value::Unassigned);
    let order = compare_with(left, right, floats, |_| Ok(())).ok().flatten();
    order.unwrap_or_else(|| is_missing(left).cmp(&is_missing(right)))
}

type FloatOrder = fn(f64, f64) -> Option<Ordering>;

fn compare_with(
    left: &Value,
    right: &Value,
    floats: FloatOrder,
    look: Look,
) -> Fallible<Option<Ordering>> {
    if !left.holds_values() {
        return Ok(compare_leaves(left, right, floats));
    }
    let mut walk = Walk::new(look);
    let mut next = Some((left, right));
    while let Some((left, right)) = next {
        walk.go_on()?;
        match walk.compare_one(left, right, floats) {
            Some(Ordering::Equal) => {}
            unequal => return Ok(unequal),
        }
        match walk.next() {
            Ok(pair) => next = pair,
            Err(unequal) => return Ok(Some(unequal)),
        }
    }
    Ok(Some(Ordering::Equal))
}

/// Two values that are walked side by side.
struct Walk<'v> {
    look: Look,
    steps: usize,
    /// What both are in, from the outermost to the innermost.
    sides: Vec<Sides<'v>>,
    /// How many parts were looked at.
    looked_at: usize,
    alike: Classes,
    numbers: Option<Box<Numbers<'v>>>,
}

/// Two that are walked at once.
enum Sides<'v> {
    Rows(slice::Iter<'v, Value>, slice::Iter<'v, Value>),
    /// Those of one set are looked for in the other.
    Elements(indexmap::set::Iter<'v, Key>, &'v Set),
    /// The keys of one map are looked for in the other, and their values are compared.
    Entries(indexmap::map::Iter<'v, Key, Value>, &'v Map),
}

/// The next two, none at the end, or which of them is the longer one.
type Next<'v> = Result<Option<(&'v Value, &'v Value)>, Ordering>;

impl<'v> Sides<'v> {
    fn next(&mut self) -> Next<'v> {
        match self {
            Self::Rows(left, right) => match (left.next(), right.next()) {
                (Some(left), Some(right)) => Ok(Some((left, right))),
                (None, None) => Ok(None),
                (left, right) => Err(left.is_some().cmp(&right.is_some())),
            },
            Self::Elements(own, others) => match own.next() {
                Some(key) if others.contains(key) => Ok(Some((&Value::Unit, &Value::Unit))),
                Some(_) => Err(Ordering::Greater),
                None => Ok(None),
            },
            Self::Entries(own, others) => {
                match own.next().map(|(key, value)| (others.get(key), value)) {
                    Some((Some(other), value)) => Ok(Some((value, other))),
                    Some((None, _)) => Err(Ordering::Greater),
                    None => Ok(None),
                }
            }
        }
    }
}

impl<'v> Walk<'v> {
    fn new(look: Look) -> Self {
        Self {
            look,
            steps: 0,
            sides: Vec::new(),
            looked_at: 0,
            alike: Classes::default(),
            numbers: None,
        }
    }

    /// One part more.
    #[inline]
    fn go_on(&mut self) -> Fallible<()> {
        self.steps += 1;
        match self.steps.is_multiple_of(PARTS_AT_ONCE) {
            true => (self.look)(PARTS_AT_ONCE),
            false => Ok(()),
        }
    }

    fn next(&mut self) -> Next<'v> {
        while let Some(sides) = self.sides.last_mut() {
            match sides.next()? {
                None => drop(self.sides.pop()),
                pair => return Ok(pair),
            }
        }
        Ok(None)
    }

    fn equal_one(&mut self, left: &'v Value, right: &'v Value) -> Fallible<bool> {
        use Value::{Bytes, Err, List, Map, Set, Some, Str, Struct, Tuple, Variant};
        Ok(match (left, right) {
            (List(left), List(right))
            | (Tuple(left), Tuple(right))
            | (Some(left), Some(right))
            | (Value::Ok(left), Value::Ok(right))
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
                            true => self.walk(own.len(), Sides::Entries(own.iter(), others)),
                            false => self.equal_numbers(left, right)?,
                        }
            }
            (Set(own), Set(others)) => {
                self.knows(own, others)
                    || own.len() == others.len()
                        && match own.iter().all(is_flat) {
                            true => self.walk(own.len(), Sides::Elements(own.iter(), others)),
                            false => self.equal_numbers(left, right)?,
                        }
            }
            (Str(left), Str(right)) if self.is_long(left.as_bytes()) => {
                self.knows(left, right) || left.is(right)
            }
            (Bytes(left), Bytes(right)) if self.is_long(left) => {
                self.knows(left, right) || left == right
            }
            (left, right) => equal_leaves(left, right),
        })
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
        self.walk(left.len(), Sides::Rows(left.iter(), right.iter()))
    }

    fn walk(&mut self, parts: usize, sides: Sides<'v>) -> bool {
        self.looked_at += parts;
        self.sides.push(sides);
        true
    }

    fn is_long(&mut self, text: &[u8]) -> bool {
        self.looked_at += text.len() / TEXT_BYTES_A_PART;
        text.len() >= TEXT_BYTES_A_PART
    }

    /// Where keys have parts that have parts: to look for them would be to compare while comparing.
    fn equal_numbers(&mut self, left: &'v Value, right: &'v Value) -> Fallible<bool> {
        let numbers = self.numbers.get_or_insert_default();
        Ok(numbers.of(left, self.look)? == numbers.of(right, self.look)?)
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
