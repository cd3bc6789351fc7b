//! Unary and binary operators.

use std::cmp::Ordering;
use std::rc::Rc;

use weir_analyzer::hir::{BinaryOp, UnaryOp};

use super::access;
use crate::failure::{Failure, FailureKind, Fallible, fail};
use crate::heap::Heap;
use crate::machine::Machine;
use crate::pace::{look_at, paced};
use crate::room::{bounded, bounded_row, bounded_so_far, counted};
use crate::value::{Set, Value, try_compare, try_equal};

/// The failure of an operation on ints whose result does not fit.
pub(super) fn overflow(op: BinaryOp, left: i64, right: i64) -> Box<Failure> {
    let message = format!("{left} {} {right} is too large for an int", op.text());
    Failure::new(FailureKind::Overflow, message)
}

/// The failure of an operand of the wrong kind; the types forbid it but for cancelled results.
pub(super) fn wanted(what: &str, found: &Value) -> Box<Failure> {
    match found {
        Value::Lost => {
            Failure::new(FailureKind::Cancelled, "the task was cancelled, so it has no result")
        }
        Value::Unassigned => {
            Failure::new(FailureKind::Error, "a name was read before it was assigned")
        }
        found => {
            Failure::new(FailureKind::Error, format!("{what} was needed, not {}", found.noun()))
        }
    }
}

/// The failure of a use of a container that was frozen; only a program with findings has one.
pub(super) fn was_frozen(noun: &str) -> Box<Failure> {
    let message = format!("the {noun} was frozen: only what `freeze()` gave is left of it");
    Failure::new(FailureKind::Value, message)
}

/// Fails where a value has nothing left to be shown.
pub(super) fn shown(heap: &Heap, value: &Value) -> Fallible<()> {
    match value {
        Value::Lost => super::lost(),
        value => heap.frozen_noun(value).map_or(Ok(()), |noun| Err(was_frozen(noun))),
    }
}

pub(super) fn unary(op: UnaryOp, value: &Value) -> Fallible<Value> {
    Ok(match (op, value) {
        (UnaryOp::Negate, Value::Int(value)) => match value.checked_neg() {
            Some(value) => Value::Int(value),
            None => {
                return fail(FailureKind::Overflow, format!("-({value}) is too large for an int"));
            }
        },
        (UnaryOp::Negate, Value::Float(value)) => Value::Float(-value),
        (UnaryOp::Negate, Value::Duration(value)) => Value::Duration(value.saturating_neg()),
        (UnaryOp::Plus, value @ (Value::Int(_) | Value::Float(_) | Value::Duration(_))) => {
            value.clone()
        }
        (UnaryOp::BitNot, Value::Int(value)) => Value::Int(!value),
        (UnaryOp::Not, Value::Bool(value)) => Value::Bool(!value),
        (UnaryOp::Not, other) => return Err(wanted("a bool", other)),
        (_, other) => return Err(wanted("a number", other)),
    })
}

pub(super) fn binary(
    machine: &Machine,
    op: BinaryOp,
    left: &Value,
    right: &Value,
) -> Fallible<Value> {
    use BinaryOp::*;
    for operand in [left, right] {
        if matches!(operand, Value::Lost | Value::Unassigned) {
            return Err(wanted("a value", operand));
        }
    }
    match op {
        Equal => Ok(Value::Bool(try_equal(left, right)?)),
        NotEqual => Ok(Value::Bool(!try_equal(left, right)?)),
        Less => Ok(Value::Bool(try_compare(left, right)? == Some(Ordering::Less))),
        Greater => Ok(Value::Bool(try_compare(left, right)? == Some(Ordering::Greater))),
        LessEqual => Ok(Value::Bool(try_compare(left, right)?.is_some_and(Ordering::is_le))),
        GreaterEqual => Ok(Value::Bool(try_compare(left, right)?.is_some_and(Ordering::is_ge))),
        In => Ok(Value::Bool(access::contains(&machine.heap, right, left)?)),
        NotIn => Ok(Value::Bool(!access::contains(&machine.heap, right, left)?)),
        _ => arithmetic(op, left, right),
    }
}

fn arithmetic(op: BinaryOp, left: &Value, right: &Value) -> Fallible<Value> {
    use Value::{Bytes, Duration, Float, Instant, Int, List, Map, Set, Str, Tuple};
    match (left, right) {
        (Int(left), Int(right)) => ints(op, *left, *right),
        (Float(left), Float(right)) => floats(op, *left, *right),
        (Int(left), Float(right)) => floats(op, *left as f64, *right),
        (Float(left), Int(right)) => floats(op, *left, *right as f64),
        (Duration(_) | Instant(_), _) | (_, Duration(_)) => times(op, left, right),
        (Str(left), Str(right)) if op == BinaryOp::Add => {
            bounded(left.as_str().len() + right.as_str().len())?;
            Ok(Value::str([left.as_str(), right.as_str()].concat()))
        }
        (Str(text), Int(times)) | (Int(times), Str(text)) if op == BinaryOp::Multiply => {
            repeat(text.as_str(), *times)
        }
        (Bytes(left), Bytes(right)) if op == BinaryOp::Add => {
            bounded(left.len() + right.len())?;
            Ok(Bytes(Rc::new([&left[..], &right[..]].concat())))
        }
        (Bytes(bytes), Int(times)) | (Int(times), Bytes(bytes)) if op == BinaryOp::Multiply => {
            let times = usize::try_from(*times).unwrap_or(0);
            bounded(bytes.len().saturating_mul(times))?;
            Ok(Bytes(Rc::new(bytes.repeat(times))))
        }
        (List(left), List(right)) if op == BinaryOp::Add => {
            bounded_row(left.len() + right.len())?;
            look_at(left.len() + right.len())?;
            Ok(Value::list(left.iter().chain(right.iter()).cloned().collect()))
        }
        (List(items), Int(times)) | (Int(times), List(items)) if op == BinaryOp::Multiply => {
            let times = usize::try_from(*times).unwrap_or(0);
            bounded_row(items.len().saturating_mul(times))?;
            look_at(items.len().saturating_mul(times))?;
            Ok(Value::list(repeated(items, times)))
        }
        (Tuple(left), Tuple(right)) if op == BinaryOp::Add => {
            bounded_row(left.len() + right.len())?;
            Ok(Value::tuple(left.iter().chain(right.iter()).cloned().collect()))
        }
        (Set(left), Set(right)) => sets(op, left, right),
        (Map(left), Map(right)) if op == BinaryOp::BitOr => {
            bounded_row(left.len() + right.len())?;
            let mut map = (**left).clone();
            for entry in paced(right.iter()) {
                let (key, value) = entry?;
                map.insert(key.clone(), value.clone());
            }
            Ok(Map(Rc::new(map)))
        }
        (left, _) => Err(wanted(&format!("something that `{}` takes", op.text()), left)),
    }
}

fn ints(op: BinaryOp, left: i64, right: i64) -> Fallible<Value> {
    use BinaryOp::*;
    if matches!(op, Divide | FloorDivide | Modulo) && right == 0 {
        return fail(FailureKind::Division, format!("division by zero: {left} {} 0", op.text()));
    }
    let value = match op {
        Add => left.checked_add(right),
        Subtract => left.checked_sub(right),
        Multiply => left.checked_mul(right),
        Divide => return Ok(Value::Float(left as f64 / right as f64)),
        FloorDivide => floor_divide(left, right),
        Modulo => floor_modulo(left, right),
        Power => return power(left, right),
        BitAnd => Some(left & right),
        BitOr => Some(left | right),
        BitXor => Some(left ^ right),
        ShiftLeft | ShiftRight if right < 0 => {
            return fail(
                FailureKind::Value,
                format!("a shift by {right}: it must not be negative"),
            );
        }
        ShiftLeft => shift_left(left, right),
        ShiftRight => Some(left >> right.min(63)),
        _ => return fail(FailureKind::Error, "not an operator on ints"),
    };
    value.map(Value::Int).ok_or_else(|| overflow(op, left, right))
}

/// None for a division by zero, and for the one quotient that is too large.
#[inline]
pub(super) fn floor_divide(left: i64, right: i64) -> Option<i64> {
    let quotient = left.checked_div(right)?;
    let is_inexact = left != quotient.wrapping_mul(right);
    Some(quotient - i64::from(is_inexact && (left < 0) != (right < 0)))
}

/// The items, so many times over.
fn repeated(items: &[Value], times: usize) -> Vec<Value> {
    if let [item] = items {
        return vec![item.clone(); times];
    }
    let mut all = Vec::with_capacity(items.len() * times);
    (0..times).for_each(|_| all.extend_from_slice(items));
    all
}

/// None for a division by zero.
#[inline]
pub(super) fn floor_modulo(left: i64, right: i64) -> Option<i64> {
    let remainder = match right {
        0 => return None,
        -1 => 0,
        right => left % right,
    };
    let is_off = remainder != 0 && (remainder < 0) != (right < 0);
    Some(if is_off { remainder + right } else { remainder })
}

fn shift_left(left: i64, right: i64) -> Option<i64> {
    if left == 0 {
        return Some(0);
    }
    let shifted = u32::try_from(right).ok().filter(|right| *right < 64)?;
    let value = left.wrapping_shl(shifted);
    (value >> shifted == left).then_some(value)
}

fn power(left: i64, right: i64) -> Fallible<Value> {
    let Ok(exponent) = u64::try_from(right) else {
        let message =
            format!("{left} ** {right}: an int has no negative power; write {left}.0 ** {right}");
        return fail(FailureKind::Value, message);
    };
    let value = match (left, u32::try_from(exponent)) {
        (0 | 1, _) => Some(if exponent == 0 { 1 } else { left }),
        (-1, _) => Some(if exponent.is_multiple_of(2) { 1 } else { -1 }),
        (_, Ok(exponent)) => left.checked_pow(exponent),
        (_, Err(_)) => None,
    };
    value.map(Value::Int).ok_or_else(|| overflow(BinaryOp::Power, left, right))
}

fn floats(op: BinaryOp, left: f64, right: f64) -> Fallible<Value> {
    use BinaryOp::*;
    let divides = matches!(op, Divide | FloorDivide | Modulo) && right == 0.0;
    if divides || op == Power && left == 0.0 && right < 0.0 {
        let right = crate::value::float_text(right);
        let left = crate::value::float_text(left);
        return fail(
            FailureKind::Division,
            format!("division by zero: {left} {} {right}", op.text()),
        );
    }
    Ok(Value::Float(match op {
        Add => left + right,
        Subtract => left - right,
        Multiply => left * right,
        Divide => left / right,
        FloorDivide => floor_quotient(left, right),
        Modulo => floor_remainder(left, right),
        Power => left.powf(right),
        _ => return fail(FailureKind::Error, "not an operator on floats"),
    }))
}

/// What is left of a floored division: exact, with the divisor's sign.
fn floor_remainder(left: f64, right: f64) -> f64 {
    let rest = left % right;
    if rest == 0.0 {
        return rest.copysign(right);
    }
    if (rest < 0.0) != (right < 0.0) { rest + right } else { rest }
}

/// The floor of the exact quotient, which the nearest float to it may have passed: 7.5 // -0.3 is
/// -26.0, though 7.5 / -0.3 is -25.0.
fn floor_quotient(left: f64, right: f64) -> f64 {
    let rest = left % right;
    let whole = (left - rest) / right;
    let floor = if rest != 0.0 && (rest < 0.0) != (right < 0.0) { whole - 1.0 } else { whole };
    // An int but for rounding, which may have taken the quotient half a step up, but not more.
    let down = floor.floor();
    let floor = if floor - down > 0.5 { down + 1.0 } else { down };
    if floor == 0.0 { 0f64.copysign(left / right) } else { floor }
}

fn times(op: BinaryOp, left: &Value, right: &Value) -> Fallible<Value> {
    use BinaryOp::*;
    use Value::{Duration, Float, Instant, Int};
    let value = match (op, left, right) {
        (Add, Duration(left), Duration(right)) => left.checked_add(*right).map(Duration),
        (Subtract, Duration(left), Duration(right)) => left.checked_sub(*right).map(Duration),
        (Multiply, Duration(length), Int(times)) | (Multiply, Int(times), Duration(length)) => {
            length.checked_mul(*times).map(Duration)
        }
        (FloorDivide | Divide | Modulo, Duration(_), Int(0) | Duration(0)) => {
            return fail(
                FailureKind::Division,
                format!("division by zero: a duration {} 0", op.text()),
            );
        }
        (FloorDivide, Duration(length), Int(by)) => floor_divide(*length, *by).map(Duration),
        (Divide, Duration(left), Duration(right)) => Some(Float(*left as f64 / *right as f64)),
        (FloorDivide, Duration(left), Duration(right)) => floor_divide(*left, *right).map(Int),
        (Modulo, Duration(left), Duration(right)) => floor_modulo(*left, *right).map(Duration),
        (Multiply, Duration(length), Float(times)) | (Multiply, Float(times), Duration(length)) => {
            Some(Duration((*length as f64 * times) as i64))
        }
        (Subtract, Instant(left), Instant(right)) => left.checked_sub(*right).map(Duration),
        (Add, Instant(at), Duration(length)) | (Add, Duration(length), Instant(at)) => {
            at.checked_add(*length).map(Instant)
        }
        (Subtract, Instant(at), Duration(length)) => at.checked_sub(*length).map(Instant),
        _ => return Err(wanted(&format!("something that `{}` takes", op.text()), right)),
    };
    value.ok_or_else(|| Failure::new(FailureKind::Overflow, "the time is too large"))
}

/// `|`, `&`, `-` and `^`
pub(super) fn sets(op: BinaryOp, left: &Set, right: &Set) -> Fallible<Value> {
    let mut set = match op {
        BinaryOp::BitOr => left.clone(),
        _ => Set::default(),
    };
    let both = left.iter().map(|key| (key, right)).chain(right.iter().map(|key| (key, left)));
    let (first, last) = match op {
        BinaryOp::BitOr => (left.len(), usize::MAX),
        BinaryOp::BitXor => (0, usize::MAX),
        BinaryOp::BitAnd | BinaryOp::Subtract => (0, left.len()),
        _ => return fail(FailureKind::Error, "not an operator on sets"),
    };
    for entry in paced(both.take(last).skip(first)) {
        let (key, others) = entry?;
        if op == BinaryOp::BitOr || others.contains(key) == (op == BinaryOp::BitAnd) {
            set.insert(key.clone());
            bounded_so_far(set.len())?;
        }
    }
    counted(set.len())?;
    Ok(Value::Set(Rc::new(set)))
}

pub(super) fn repeat(text: &str, times: i64) -> Fallible<Value> {
    let times = usize::try_from(times).unwrap_or(0);
    bounded(text.len().saturating_mul(times))?;
    Ok(Value::str(text.repeat(times)))
}
