//! Lengths, ranges, and what walks anything that can be walked.
//!
//! Orders are total here: a NaN comes last, so that `min` is the first of `sorted`.

use std::cmp::Ordering;
use std::rc::Rc;

use weir_analyzer::hir::BinaryOp;
use weir_analyzer::mir::Intrinsic;

use super::Call;
use crate::failure::{Failure, FailureKind as Kind, Fallible, fail};
use crate::heap::{Heap, Object};
use crate::pace::look_at;
use crate::room::{bounded_row, bounded_so_far, one_by_one, row_of};
use crate::sync::Sync;
use crate::value::{Key, Range, Set, Value, sorting_order, try_equal};
use crate::vm::operators::{binary, wanted, was_frozen};

/// So many values are sorted before it is asked whether to go on.
const SORTED_AT_ONCE: usize = 1 << 12;

pub(super) fn call(call: Call<'_>) -> Fallible<Value> {
    use Intrinsic::*;
    match call.intrinsic {
        AssertEq => assert_eq(&call),
        Len => len(&call.machine.heap, call.arg(0)).map(Value::Int),
        Range => range(&call),
        Min | Max => extreme(&call),
        Least | Greatest => extreme_by_key(&call),
        Sum => sum(&call),
        Sorted => sorted(&call),
        SortedBy => sorted_by_keys(&call),
        Reversed => {
            let mut items = call.elements(0)?;
            items.reverse();
            Ok(Value::list(items))
        }
        Enumerate => enumerate(&call),
        Zip => zip(&call),
        Any => Ok(Value::Bool(call.elements(0)?.iter().any(is_true))),
        All => Ok(Value::Bool(call.elements(0)?.iter().all(is_true))),
        Distinct => {
            let items = call.elements(0)?;
            let count = items.len();
            let different: Set = one_by_one(items.into_iter().map(Key)).collect::<Fallible<_>>()?;
            Ok(Value::Bool(different.len() == count))
        }
        _ => call.unknown(),
    }
}

fn is_true(value: &Value) -> bool {
    matches!(value, Value::Bool(true))
}

fn assert_eq(call: &Call<'_>) -> Fallible<Value> {
    let (actual, expected) = (call.arg(0), call.arg(1));
    if try_equal(actual, expected)? {
        return Ok(Value::Unit);
    }
    let (left, right) = (call.literal(actual)?, call.literal(expected)?);
    fail(Kind::Assert, format!("assertion failed: {left} == {right}"))
}

pub(in crate::vm) fn len(heap: &Heap, of: &Value) -> Fallible<i64> {
    let length = match of {
        Value::Str(text) => text.count(),
        Value::Bytes(bytes) => bytes.len(),
        Value::List(items) | Value::Tuple(items) => items.len(),
        Value::Map(map) => map.len(),
        Value::Set(set) => set.len(),
        Value::Range(range) => {
            let too_many =
                || Failure::new(Kind::Overflow, "the range has more ints than an int counts");
            return range.checked_len().ok_or_else(too_many);
        }
        Value::Owned(id) => match heap.object(*id) {
            Object::List(items) => items.len(),
            Object::Flags(flags) => flags.len(),
            Object::Map(map) => map.len(),
            Object::Set(set) => set.len(),
            Object::Frozen(noun) => return Err(was_frozen(noun)),
            Object::Struct(..) => return Err(wanted("something with a length", of)),
        },
        Value::Sync(id) => match heap.sync(*id) {
            Sync::Channel(channel) => channel.buffer.len(),
            _ => return Err(wanted("something with a length", of)),
        },
        other => return Err(wanted("something with a length", other)),
    };
    Ok(length as i64)
}

/// `range(stop)`, `range(start, stop)`, `range(start, stop, step)`
fn range(call: &Call<'_>) -> Fallible<Value> {
    let (start, stop, step) = match call.args.len() {
        1 => (0, call.int(0)?, 1),
        2 => (call.int(0)?, call.int(1)?, 1),
        _ => (call.int(0)?, call.int(1)?, call.int(2)?),
    };
    if step == 0 {
        return fail(Kind::Value, "a range's step must not be 0");
    }
    Ok(Value::Range(Rc::new(Range { start, stop, step })))
}

/// The smallest or largest of the arguments, or of the one argument's elements.
fn extreme(call: &Call<'_>) -> Fallible<Value> {
    let items = match call.args.as_slice() {
        [Value::Range(range)] => {
            range.ends().map_or_else(Vec::new, |(a, b)| vec![Value::Int(a), Value::Int(b)])
        }
        [_] => call.elements(0)?,
        args => args.to_vec(),
    };
    let at = extreme_position(call, &items)?;
    Ok(items[at].clone())
}

/// The element whose key is smallest or largest.
fn extreme_by_key(call: &Call<'_>) -> Fallible<Value> {
    let (items, keys) = (call.elements(0)?, call.elements(1)?);
    let at = extreme_position(call, &keys)?;
    items.get(at).cloned().map_or_else(|| call.unknown(), Ok)
}

/// The position of the first that no other comes before.
fn extreme_position(call: &Call<'_>, items: &[Value]) -> Fallible<usize> {
    let is_max = matches!(call.intrinsic, Intrinsic::Max | Intrinsic::Greatest);
    let better = if is_max { Ordering::Greater } else { Ordering::Less };
    if items.is_empty() {
        let name = if is_max { "max" } else { "min" };
        return fail(Kind::Value, format!("`{name}` of nothing: there are 0 items"));
    }
    let mut best = 0;
    for at in 1..items.len() {
        look_at(1)?;
        if sorting_order(&items[at], &items[best]) == better {
            best = at;
        }
    }
    Ok(best)
}

fn sum(call: &Call<'_>) -> Fallible<Value> {
    let mut total = call.arg(1).clone();
    if let (Value::Range(range), Value::Int(start)) = (call.arg(0), &total) {
        let sum =
            range.sum().and_then(|sum| i64::try_from(sum.checked_add(i128::from(*start))?).ok());
        let too_large = || Failure::new(Kind::Overflow, "the sum is too large for an int");
        return sum.map(Value::Int).ok_or_else(too_large);
    }
    for item in call.elements(0)? {
        look_at(1)?;
        total = binary(call.machine, BinaryOp::Add, &total, &item)?;
    }
    Ok(total)
}

fn sorted(call: &Call<'_>) -> Fallible<Value> {
    let mut items = call.elements(0)?;
    sort(&mut items, call.flag(1)?)?;
    Ok(Value::list(items))
}

fn sorted_by_keys(call: &Call<'_>) -> Fallible<Value> {
    let (items, keys) = (call.elements(0)?, call.elements(1)?);
    arranged(items, keys, call.flag(2)?).map(Value::list)
}

/// Stable, also in descending order. Where it is stopped, all are there in some order.
pub(super) fn sort(items: &mut [Value], reverse: bool) -> Fallible<()> {
    match reverse {
        true => sort_by(items, |left, right| sorting_order(right, left)),
        false => sort_by(items, sorting_order),
    }
}

/// The items in the order of their keys.
pub(super) fn arranged(items: Vec<Value>, keys: Vec<Value>, reverse: bool) -> Fallible<Vec<Value>> {
    let mut pairs: Vec<(Value, Value)> = keys.into_iter().zip(items).collect();
    match reverse {
        true => sort_by(&mut pairs, |(left, _), (right, _)| sorting_order(right, left))?,
        false => sort_by(&mut pairs, |(left, _), (right, _)| sorting_order(left, right))?,
    }
    Ok(pairs.into_iter().map(|(_, item)| item).collect())
}

/// Sorts parts, then parts of twice the length: of a part whose halves are in order, that is to merge them.
fn sort_by<T>(items: &mut [T], order: impl Fn(&T, &T) -> Ordering) -> Fallible<()> {
    let mut length = SORTED_AT_ONCE;
    loop {
        for part in items.chunks_mut(length) {
            look_at(part.len())?;
            part.sort_by(&order);
        }
        if length >= items.len() {
            return Ok(());
        }
        length *= 2;
    }
}

fn enumerate(call: &Call<'_>) -> Fallible<Value> {
    let (items, start) = (call.elements(0)?, call.int(1)?);
    if start.checked_add(items.len() as i64).is_none() {
        return fail(Kind::Overflow, "the positions are too large for an int");
    }
    // The pairs, and the row of them.
    bounded_row(items.len().saturating_mul(4))?;
    let pairs = items.into_iter().zip(start..);
    row_of(pairs.map(|(item, at)| Value::tuple(vec![Value::Int(at), item]))).map(Value::list)
}

fn zip(call: &Call<'_>) -> Fallible<Value> {
    let mut sides = Vec::new();
    for at in 0..call.args.len() {
        sides.push(call.elements(at)?.into_iter());
    }
    let mut rows = Vec::new();
    while let Some(row) = sides.iter_mut().map(Iterator::next).collect::<Option<Vec<Value>>>() {
        rows.push(Value::tuple(row));
        bounded_so_far(rows.len())?;
    }
    Ok(Value::list(rows))
}
