//! Questions that ask the same are one term, so that they have one answer.
//!
//! `a > b` is `b < a`, `!=` is `not ==`, `x in [1, 2]` is `x == 1` or `x == 2`, and equality of what is made of parts
//! is that of its parts: `kind == Kind.End` asks which variant it is, as `match` does. Floats are taken to be
//! numbers: that what is not less may be no number at all is not thought of.

use super::compute::{character_at, parts_of};
use super::{LIST_LEN_MAX, Value};
use crate::hir::{BinaryOp, UnaryOp};
use crate::mir::{Const, Intrinsic};
use crate::skeleton::graph::{Kind, Tag, Which};

/// The form that all have that ask the same; none if it is the term itself.
pub(super) fn simplified(tag: &Tag, args: &[Value]) -> Option<Value> {
    match (tag, args) {
        (Tag::Binary(op), [a, b]) => asked(*op, a, b),
        (Tag::Unary(UnaryOp::Not), [Value::Term(of)]) if of.tag == Tag::Unary(UnaryOp::Not) => {
            of.args.first().cloned()
        }
        (Tag::IsVariant(which), [of]) => variant(of, *which),
        (Tag::Element, [Value::Const(Const::Str(text)), Value::Const(Const::Int(at))]) => {
            character_at(text, *at).map(Value::Const)
        }
        (Tag::Intrinsic(of), args) => called(*of, args),
        _ => None,
    }
}

fn called(of: Intrinsic, args: &[Value]) -> Option<Value> {
    use Intrinsic::*;
    match (of, args) {
        (Any, [Value::List(parts)]) => Some(any_of(parts.iter().cloned())),
        (All, [Value::List(parts)]) => Some(all_of(parts.iter().cloned())),
        (OptionIsSome | ResultIsErr, [of]) => Some(is_variant(of, Which::SECOND)),
        (OptionIsNone | ResultIsOk, [of]) => Some(not(is_variant(of, Which::SECOND))),
        (OptionUnwrapOr, [Value::Variant(_, parts), other]) => {
            Some(parts.first().unwrap_or(other).clone())
        }
        (ResultUnwrapOr, [Value::Variant(which, parts), other]) => {
            Some(parts.first().filter(|_| which.index == 0).unwrap_or(other).clone())
        }
        (StrSplit, [Value::Const(Const::Str(text)), rest @ ..]) => {
            Some(Value::List(parts_of(text, rest)?.into_iter().map(Value::Const).collect()))
        }
        (of, [Value::Const(Const::Int(count))]) => {
            let nanoseconds = Value::int(count.checked_mul(nanoseconds_in(of)?)?);
            Some(Value::computed(Tag::Intrinsic(IntNanoseconds), vec![nanoseconds], Kind::Value))
        }
        _ => None,
    }
}

/// How long a unit of time is; of nanoseconds themselves it is not asked.
fn nanoseconds_in(of: Intrinsic) -> Option<i64> {
    use Intrinsic::*;
    Some(match of {
        IntMicroseconds => 1_000,
        IntMilliseconds => 1_000_000,
        IntSeconds => 1_000_000_000,
        IntMinutes => 60_000_000_000,
        IntHours => 3_600_000_000_000,
        _ => return None,
    })
}

fn asked(op: BinaryOp, a: &Value, b: &Value) -> Option<Value> {
    let less = |a: &Value, b: &Value| binary(BinaryOp::Less, a, b, Kind::Bool);
    let are_ints = a.kind() == Kind::Int && b.kind() == Kind::Int;
    if let (Some(a), Some(b)) = (nanoseconds(a), nanoseconds(b)) {
        return is_comparison(op).then(|| binary(op, a, b, Kind::Bool));
    }
    match op {
        BinaryOp::NotEqual => Some(not(equal(a, b))),
        BinaryOp::Equal => equal_parts(a, b),
        BinaryOp::Less if *a == Value::Const(Const::Str("".into())) => Some(not(is_empty(b))),
        BinaryOp::Greater if !are_ints => Some(less(b, a)),
        BinaryOp::LessEqual if !are_ints => Some(not(less(b, a))),
        BinaryOp::GreaterEqual if !are_ints => Some(not(less(a, b))),
        BinaryOp::In => held(a, b),
        BinaryOp::NotIn => Some(not(binary(BinaryOp::In, a, b, Kind::Bool))),
        BinaryOp::Add => match (a, b) {
            (Value::List(a), Value::List(b)) if a.len() + b.len() <= LIST_LEN_MAX => {
                Some(Value::List(a.iter().chain(&**b).cloned().collect()))
            }
            _ => None,
        },
        BinaryOp::Multiply => match (a, b) {
            (Value::List(of), Value::Const(Const::Int(times))) => repeated(of, *times),
            (Value::Const(Const::Int(times)), Value::List(of)) => repeated(of, *times),
            (Value::Symbol(..) | Value::Term(_), Value::List(_)) if a.kind() == Kind::Int => {
                Some(binary(op, b, a, Kind::Value))
            }
            _ => None,
        },
        _ => None,
    }
}

fn repeated(of: &[Value], times: i64) -> Option<Value> {
    let times = usize::try_from(times).unwrap_or(0);
    let fits = of.len().checked_mul(times).is_some_and(|count| count <= LIST_LEN_MAX);
    fits.then(|| Value::List(std::iter::repeat_n(of, times).flatten().cloned().collect()))
}

fn is_comparison(op: BinaryOp) -> bool {
    use BinaryOp::*;
    matches!(op, Equal | NotEqual | Less | LessEqual | Greater | GreaterEqual)
}

fn nanoseconds(of: &Value) -> Option<&Value> {
    match of {
        Value::Term(term) if term.tag == Tag::Intrinsic(Intrinsic::IntNanoseconds) => {
            term.args.first()
        }
        _ => None,
    }
}

/// Whether it is among what is held; none where that is not known.
fn held(of: &Value, by: &Value) -> Option<Value> {
    let among = |parts: &mut dyn Iterator<Item = &Value>| any_of(parts.map(|part| equal(of, part)));
    match by {
        Value::List(parts) => Some(among(&mut parts.iter())),
        Value::Term(term) if term.tag == Tag::Intrinsic(Intrinsic::MapKeys) => {
            let under = vec![term.args.first()?.clone(), of.clone()];
            let entry = Value::computed(Tag::Intrinsic(Intrinsic::MapGet), under, Kind::Value);
            Some(is_variant(&entry, Which::SECOND))
        }
        Value::Term(term) if term.tag == Tag::Set => Some(among(&mut term.args.iter())),
        Value::Term(term) if term.tag == Tag::Map => Some(among(&mut term.args.iter().step_by(2))),
        Value::Range(parts) => match &parts[..] {
            [start, stop, Value::Const(Const::Int(1))] => {
                let from = binary(BinaryOp::GreaterEqual, of, start, Kind::Bool);
                Some(all_of([from, binary(BinaryOp::Less, of, stop, Kind::Bool)]))
            }
            _ => None,
        },
        _ => None,
    }
}

/// Whether the two are one.
pub(super) fn equal(a: &Value, b: &Value) -> Value {
    binary(BinaryOp::Equal, a, b, Kind::Bool)
}

/// The same by their parts, where they have some.
fn equal_parts(a: &Value, b: &Value) -> Option<Value> {
    let pairwise = |a: &[Value], b: &[Value]| all_of(a.iter().zip(b).map(|(a, b)| equal(a, b)));
    match (a, b) {
        (Value::Object(a), Value::Object(b)) | (Value::Task(a), Value::Task(b)) => {
            Some(Value::bool(a == b))
        }
        (Value::List(a), Value::List(b)) if a.len() != b.len() => Some(Value::bool(false)),
        (Value::Variant(a, _), Value::Variant(b, _)) if a.index != b.index => {
            Some(Value::bool(false))
        }
        (Value::List(a), Value::List(b))
        | (Value::Tuple(a), Value::Tuple(b))
        | (Value::Variant(_, a), Value::Variant(_, b)) => Some(pairwise(a, b)),
        (Value::Const(_), Value::Const(_)) => None,
        (Value::Const(Const::Bool(true)), of) | (of, Value::Const(Const::Bool(true))) => {
            Some(of.clone())
        }
        (Value::Const(Const::Bool(false)), of) | (of, Value::Const(Const::Bool(false))) => {
            Some(not(of.clone()))
        }
        (a, b) if a == b && a.is_fixed() => Some(Value::bool(true)),
        (Value::Const(_), of) => Some(equal(of, a)),
        (of, Value::Const(Const::Str(text))) if text.is_empty() => Some(is_empty(of)),
        (a, b) => equal_to_whole(a, b).or_else(|| equal_to_whole(b, a)),
    }
}

fn is_empty(of: &Value) -> Value {
    let length = Value::computed(Tag::Len, vec![of.clone()], Kind::Int);
    equal(&length, &Value::int(0))
}

/// Whether what is not known is that which is made of parts.
fn equal_to_whole(of: &Value, whole: &Value) -> Option<Value> {
    if !matches!(of, Value::Symbol(..) | Value::Term(_)) {
        return None;
    }
    let part =
        |tag: Tag, like: &Value| equal(&Value::computed(tag, vec![of.clone()], like.kind()), like);
    match whole {
        Value::Tuple(parts) => {
            let fields = (0..).zip(&**parts).map(|(at, like)| part(Tag::Field(at), like));
            Some(all_of(fields))
        }
        Value::Variant(which, parts) => {
            let held = (0..).zip(&**parts);
            let held = held.map(|(at, like)| part(Tag::Payload(which.index, at), like));
            Some(all_of(std::iter::once(is_variant(of, *which)).chain(held)))
        }
        Value::List(parts) if parts.is_empty() => Some(is_empty(of)),
        Value::Term(term) if matches!(term.tag, Tag::Map | Tag::Set) && term.args.is_empty() => {
            Some(is_empty(of))
        }
        _ => None,
    }
}

/// Whether it is that variant.
pub(super) fn is_variant(of: &Value, which: Which) -> Value {
    Value::computed(Tag::IsVariant(which), vec![of.clone()], Kind::Bool)
}

/// What is one of two is the second or not.
fn variant(of: &Value, which: Which) -> Option<Value> {
    match which {
        Which { count: 1, .. } => Some(Value::bool(true)),
        Which { index: 0, count: 2 } if !matches!(of, Value::Variant(..)) => {
            Some(not(is_variant(of, Which::SECOND)))
        }
        Which { index: 1, count: 2 } => is_found(of),
        _ => None,
    }
}

/// Whether a map that is written out has a key that is not known.
fn is_found(of: &Value) -> Option<Value> {
    let Value::Term(get) = of else { return None };
    match (&get.tag, &get.args[..]) {
        (Tag::Intrinsic(Intrinsic::MapGet), [map @ Value::Term(_), key]) => held(key, map),
        _ => None,
    }
}

fn binary(op: BinaryOp, a: &Value, b: &Value, kind: Kind) -> Value {
    Value::computed(Tag::Binary(op), vec![a.clone(), b.clone()], kind)
}

/// Whether it is not so.
pub(super) fn not(of: Value) -> Value {
    Value::computed(Tag::Unary(UnaryOp::Not), vec![of], Kind::Bool)
}

/// Whether all of them hold.
fn all_of(parts: impl IntoIterator<Item = Value>) -> Value {
    connected(Tag::AllOf, false, parts)
}

/// Whether any of them holds.
fn any_of(parts: impl IntoIterator<Item = Value>) -> Value {
    connected(Tag::AnyOf, true, parts)
}

/// A part that decides does so whatever the others are.
fn connected(tag: Tag, deciding: bool, parts: impl IntoIterator<Item = Value>) -> Value {
    let mut open: Vec<Value> = Vec::new();
    for part in parts {
        match part {
            Value::Const(Const::Bool(is)) if is == deciding => return Value::bool(deciding),
            Value::Const(Const::Bool(_)) => {}
            part if open.contains(&part) => {}
            part => open.push(part),
        }
    }
    match open.len() {
        0 => Value::bool(!deciding),
        1 => open.swap_remove(0),
        _ => Value::computed(tag, open, Kind::Bool),
    }
}
