//! What computations on known values come to.
//!
//! Only what is simple is computed; the others are terms. What would fail, or not fit an int, is not known here.

mod texts;

use crate::hir::{BinaryOp, UnaryOp};
use crate::mir::{Const, Intrinsic};
use crate::skeleton::graph::Tag;
use crate::skeleton::state::value::Value;

pub(super) use texts::{character_at, parts_of};

/// The result, when the arguments are known and the computation is simple.
pub(super) fn compute(tag: &Tag, args: &[Value]) -> Option<Const> {
    match (tag, args) {
        (Tag::Unary(op), [Value::Const(a)]) => compute_unary(*op, a),
        (Tag::Binary(op), [Value::Const(a), Value::Const(b)]) => compute_binary(*op, a, b),
        (Tag::ToFloat, [Value::Const(Const::Int(a))]) => Some(float(*a as f64)),
        (Tag::Len, [Value::List(parts)]) => Some(Const::Int(parts.len() as i64)),
        (Tag::Len, [Value::Const(Const::Bytes(bytes))]) => Some(Const::Int(bytes.len() as i64)),
        (Tag::Len, [Value::Const(Const::Str(text))]) => {
            Some(Const::Int(text.chars().count() as i64))
        }
        (Tag::IsVariant(which), [Value::Variant(is, _)]) => {
            Some(Const::Bool(which.index == is.index))
        }
        (Tag::Intrinsic(of), args) => compute_call(*of, args),
        _ => None,
    }
}

fn compute_call(of: Intrinsic, args: &[Value]) -> Option<Const> {
    match (of, args) {
        (Intrinsic::Min, args) => ints(args)?.into_iter().min().map(Const::Int),
        (Intrinsic::Max, args) => ints(args)?.into_iter().max().map(Const::Int),
        (Intrinsic::Sum, [Value::List(parts), Value::Const(Const::Int(start))]) => {
            ints(parts)?.into_iter().try_fold(*start, i64::checked_add).map(Const::Int)
        }
        (Intrinsic::Abs, [Value::Const(Const::Int(a))]) => a.checked_abs().map(Const::Int),
        (Intrinsic::Abs, [Value::Const(Const::Float(a))]) => Some(float(f64::from_bits(*a).abs())),
        (Intrinsic::ToInt, [Value::Const(Const::Int(a))]) => Some(Const::Int(*a)),
        (of, [Value::Const(Const::Str(text)), rest @ ..]) => texts::compute(of, text, rest),
        (Intrinsic::ToStr, [Value::Const(of)]) => texts::written(of),
        _ => None,
    }
}

/// The arguments of `min` or `max`, or the elements of the only one.
fn ints(args: &[Value]) -> Option<Vec<i64>> {
    let parts = match args {
        [Value::List(parts)] => parts,
        args => args,
    };
    let int = |part: &Value| match part {
        Value::Const(Const::Int(value)) => Some(*value),
        _ => None,
    };
    parts.iter().map(int).collect()
}

fn float(value: f64) -> Const {
    Const::Float(value.to_bits())
}

fn compute_unary(op: UnaryOp, a: &Const) -> Option<Const> {
    match (op, a) {
        (UnaryOp::Negate, Const::Int(a)) => a.checked_neg().map(Const::Int),
        (UnaryOp::Plus, Const::Int(a)) => Some(Const::Int(*a)),
        (UnaryOp::BitNot, Const::Int(a)) => Some(Const::Int(!a)),
        (UnaryOp::Negate, Const::Float(a)) => Some(float(-f64::from_bits(*a))),
        (UnaryOp::Not, Const::Bool(a)) => Some(Const::Bool(!a)),
        _ => None,
    }
}

fn compute_binary(op: BinaryOp, a: &Const, b: &Const) -> Option<Const> {
    match (op, a, b) {
        (op, Const::Float(a), Const::Float(b)) => {
            compute_float(op, f64::from_bits(*a), f64::from_bits(*b))
        }
        (BinaryOp::Equal, a, b) => Some(Const::Bool(a == b)),
        (BinaryOp::NotEqual, a, b) => Some(Const::Bool(a != b)),
        (op, Const::Int(a), Const::Int(b)) => compute_int(op, *a, *b),
        (op, Const::Str(a), Const::Str(b)) => texts::compute_binary(op, a, b),
        _ => None,
    }
}

fn compute_float(op: BinaryOp, a: f64, b: f64) -> Option<Const> {
    Some(match op {
        BinaryOp::Equal => Const::Bool(a == b),
        BinaryOp::NotEqual => Const::Bool(a != b),
        BinaryOp::Less => Const::Bool(a < b),
        BinaryOp::LessEqual => Const::Bool(a <= b),
        BinaryOp::Greater => Const::Bool(a > b),
        BinaryOp::GreaterEqual => Const::Bool(a >= b),
        BinaryOp::Add => float(a + b),
        BinaryOp::Subtract => float(a - b),
        BinaryOp::Multiply => float(a * b),
        BinaryOp::Divide if b != 0.0 => float(a / b),
        _ => return None,
    })
}

fn compute_int(op: BinaryOp, a: i64, b: i64) -> Option<Const> {
    let floor = || {
        let quotient = a.checked_div(b)?;
        let inexact = a.checked_rem(b)? != 0 && ((a < 0) != (b < 0));
        Some(quotient - i64::from(inexact))
    };
    let by = || u32::try_from(b).ok().filter(|by| *by < i64::BITS);
    let result = match op {
        BinaryOp::Less => return Some(Const::Bool(a < b)),
        BinaryOp::LessEqual => return Some(Const::Bool(a <= b)),
        BinaryOp::Greater => return Some(Const::Bool(a > b)),
        BinaryOp::GreaterEqual => return Some(Const::Bool(a >= b)),
        BinaryOp::Add => a.checked_add(b),
        BinaryOp::Subtract => a.checked_sub(b),
        BinaryOp::Multiply => a.checked_mul(b),
        BinaryOp::FloorDivide => floor(),
        BinaryOp::Modulo => floor().and_then(|quotient| a.checked_sub(quotient.checked_mul(b)?)),
        BinaryOp::Power => a.checked_pow(u32::try_from(b).ok()?),
        BinaryOp::BitAnd => Some(a & b),
        BinaryOp::BitOr => Some(a | b),
        BinaryOp::BitXor => Some(a ^ b),
        BinaryOp::ShiftLeft => {
            by().map(|by| a << by).filter(|left| by().is_some_and(|by| left >> by == a))
        }
        BinaryOp::ShiftRight => by().map(|by| a >> by),
        _ => None,
    };
    result.map(Const::Int)
}
