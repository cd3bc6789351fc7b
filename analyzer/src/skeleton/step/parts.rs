//! What is known of lists and maps whose elements are not: how many there are, and where each of them comes from.
//!
//! What is the same unchanged value at each look has the same elements at each walk, and so has what is made of it: a
//! list joined to another one has those of both, one that is reversed has the same from the other end.

use std::rc::Rc;

use super::eval::element;
use crate::hir::BinaryOp;
use crate::mir::{Const, Intrinsic};
use crate::skeleton::graph::{Kind, Tag, Which};
use crate::skeleton::state::State;
use crate::skeleton::state::value::{Term, Value};

/// How many elements a value has, as a value.
pub(super) fn length(of: &Value) -> Value {
    let many = || Value::computed(Tag::Len, vec![of.clone()], Kind::Int);
    match of {
        Value::Range(parts) => match &parts[..] {
            [Value::Const(Const::Int(0)), stop, Value::Const(Const::Int(1))] => stop.clone(),
            _ => Value::Unknown,
        },
        Value::Term(term) => length_of_made(term).unwrap_or_else(many),
        _ => many(),
    }
}

fn length_of_made(term: &Term) -> Option<Value> {
    let sum = |a, b| int(Tag::Binary(BinaryOp::Add), a, b);
    Some(match (term.tag(), term.args()) {
        (Tag::Intrinsic(of), [first, ..]) if keeps_count(*of) => length(first),
        (Tag::Intrinsic(Intrinsic::ListAppend), [first, _]) => sum(length(first), Value::int(1)),
        (Tag::Binary(BinaryOp::Add) | Tag::Intrinsic(Intrinsic::ListExtend), [first, second]) => {
            sum(length(first), length(second))
        }
        (Tag::Binary(BinaryOp::Multiply), [of, times]) if times.kind() == Kind::Int => {
            let times = int(Tag::Intrinsic(Intrinsic::Max), times.clone(), Value::int(0));
            int(Tag::Binary(BinaryOp::Multiply), length(of), times)
        }
        (Tag::Intrinsic(Intrinsic::Zip), sides) => {
            let shorter = |a, b| int(Tag::Intrinsic(Intrinsic::Min), a, b);
            sides.iter().map(length).reduce(shorter)?
        }
        (Tag::Map, entries) => Value::int(count_of_keys(entries)?),
        _ => return None,
    })
}

fn int(tag: Tag, a: Value, b: Value) -> Value {
    Value::computed(tag, vec![a, b], Kind::Int)
}

/// The element of a list that is the same at each look, at a position that it has.
pub(super) fn part_at(state: &State, of: &Value, position: i64, kind: Kind) -> Value {
    let here = || element(of, &Value::int(position), kind);
    let Value::Term(term) = of else { return here() };
    part_of_made(state, term, position, kind).unwrap_or_else(here)
}

fn part_of_made(state: &State, term: &Term, position: i64, kind: Kind) -> Option<Value> {
    use Intrinsic::{
        Enumerate, ListAppend, ListExtend, ListReverse, ListSort, MapItems, MapKeys, MapValues,
        Reversed, Sorted, SortedBy, Zip,
    };
    let part = |of: &Value| part_at(state, of, position, Kind::Value);
    let behind = |first: &Value| Some(position - state.int(&length(first))?);
    Some(match (term.tag(), term.args()) {
        (Tag::Intrinsic(Enumerate), [of, Value::Const(Const::Int(start))]) => {
            let position = Value::int(start.saturating_add(position));
            Value::Tuple(Rc::from([position, part(of)]))
        }
        (Tag::Intrinsic(Zip), sides) => Value::Tuple(sides.iter().map(part).collect()),
        (Tag::Binary(BinaryOp::Add) | Tag::Intrinsic(ListExtend), [first, second]) => {
            match behind(first)? {
                behind @ 0.. => part_at(state, second, behind, kind),
                _ => part_at(state, first, position, kind),
            }
        }
        (Tag::Intrinsic(ListAppend), [first, last]) => match behind(first)? {
            0.. => last.clone(),
            _ => part_at(state, first, position, kind),
        },
        (Tag::Binary(BinaryOp::Multiply), [of, _]) => {
            let position = position.checked_rem(state.int(&length(of))?)?;
            part_at(state, of, position, kind)
        }
        (Tag::Intrinsic(Reversed | ListReverse), [of]) => {
            part_at(state, of, -1 - behind(of)?, kind)
        }
        // Of what is sorted it is as good as any that it was so before.
        (Tag::Intrinsic(Sorted | SortedBy | ListSort), [of, ..]) => {
            part_at(state, of, position, kind)
        }
        (Tag::Intrinsic(MapKeys), [of]) => part_at(state, of, position, kind),
        (Tag::Intrinsic(MapItems), [of]) => {
            let key = part(of);
            let held = held_under(of, &key, Kind::Value);
            Value::Tuple(Rc::from([key, held]))
        }
        (Tag::Intrinsic(MapValues), [of]) => held_under(of, &part(of), kind),
        _ => return None,
    })
}

/// What a map holds under a key that it has.
fn held_under(of: &Value, key: &Value, kind: Kind) -> Value {
    super::eval::payload(super::eval::entry(of.clone(), key.clone()), Which::SECOND.index, 0, kind)
}

/// Whether what the function makes has as many elements as its first argument.
fn keeps_count(of: Intrinsic) -> bool {
    use Intrinsic::*;
    matches!(
        of,
        Enumerate
            | Reversed
            | ListReverse
            | Sorted
            | ListSort
            | SortedBy
            | MapKeys
            | MapValues
            | MapItems
    )
}

/// How many entries a map has that is written out, where all its keys are known.
fn count_of_keys(entries: &[Value]) -> Option<i64> {
    let keys: Vec<&Value> = entries.iter().step_by(2).collect();
    let is_new = |(at, key): (usize, &&Value)| !keys[..at].contains(key);
    let all_known = keys.iter().all(|key| matches!(key, Value::Const(_)));
    all_known.then(|| keys.iter().enumerate().filter(|of| is_new(*of)).count() as i64)
}
