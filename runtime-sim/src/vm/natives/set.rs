//! Sets: the immutable one gives new sets, its mutable twin is changed in place.

use std::rc::Rc;

use weir_analyzer::hir::BinaryOp;
use weir_analyzer::mir::Intrinsic;

use super::{Call, twins};
use crate::failure::{FailureKind as Kind, Fallible, fail};
use crate::heap::{Heap, Object};
use crate::pace::{look_at, paced};
use crate::room::{counted, one_by_one};
use crate::value::{Key, Set, Value};
use crate::vm::operators::{sets, wanted, was_frozen};

pub(super) fn call(call: Call<'_>) -> Fallible<Value> {
    use Intrinsic::*;
    match call.intrinsic {
        SetNew => given(&call, 0).map(|set| Value::Set(Rc::new(set))),
        MutableSetNew => {
            let set = given(&call, 0)?;
            Ok(call.machine.heap.new_object(Object::Set(set)))
        }
        SetIssubset | SetIssuperset | SetIsdisjoint => relation(&call),
        MutableSetCopy => twins::copy(call),
        MutableSetSnapshot | MutableSetFreeze => twins::immutable(call),
        MutableSetAdd | MutableSetUpdate | MutableSetRemove | MutableSetDiscard | MutableSetPop
        | MutableSetClear => change(call),
        _ => new_set(&call),
    }
}

fn set<'h>(heap: &'h Heap, of: &'h Value) -> Fallible<&'h Set> {
    match of {
        Value::Set(set) => Ok(set),
        Value::Owned(id) => match heap.object(*id) {
            Object::Set(set) => Ok(set),
            Object::Frozen(noun) => Err(was_frozen(noun)),
            _ => Err(wanted("a set", of)),
        },
        other => Err(wanted("a set", other)),
    }
}

fn changed<'c>(call: &'c mut Call<'_>) -> Fallible<&'c mut Set> {
    let Value::Owned(id) = *call.arg(0) else { return Err(wanted("a mutable set", call.arg(0))) };
    match call.machine.heap.object_mut(id) {
        Object::Set(set) => Ok(set),
        Object::Frozen(noun) => Err(was_frozen(noun)),
        _ => fail(Kind::Error, "a mutable set was needed"),
    }
}

/// The elements of an argument, as a set.
fn given(call: &Call<'_>, at: usize) -> Fallible<Set> {
    one_by_one(call.elements(at)?.into_iter().map(Key)).collect()
}

fn relation(call: &Call<'_>) -> Fallible<Value> {
    let (own, other) = (set(&call.machine.heap, call.arg(0))?, given(call, 1)?);
    let (some, all, is_in) = match call.intrinsic {
        Intrinsic::SetIssubset => (own, &other, true),
        Intrinsic::SetIssuperset => (&other, own, true),
        _ => (own, &other, false),
    };
    for key in paced(some.iter()) {
        if all.contains(key?) != is_in {
            return Ok(Value::Bool(false));
        }
    }
    Ok(Value::Bool(true))
}

fn new_set(call: &Call<'_>) -> Fallible<Value> {
    use Intrinsic::*;
    let own = set(&call.machine.heap, call.arg(0))?;
    let op = match call.intrinsic {
        SetUpdate | SetUnion => BinaryOp::BitOr,
        SetIntersection => BinaryOp::BitAnd,
        SetDifference => BinaryOp::Subtract,
        SetSymmetricDifference => BinaryOp::BitXor,
        _ => {
            look_at(own.len())?;
            return changed_copy(call, own.clone());
        }
    };
    sets(op, own, &given(call, 1)?)
}

/// With one element more or less.
fn changed_copy(call: &Call<'_>, mut copy: Set) -> Fallible<Value> {
    let item = Key(call.arg(1).clone());
    match call.intrinsic {
        Intrinsic::SetAdd => drop(copy.insert(item)),
        Intrinsic::SetRemove if !copy.contains(&item) => return absent(call),
        Intrinsic::SetRemove | Intrinsic::SetDiscard => drop(copy.shift_remove(&item)),
        _ => return call.unknown(),
    }
    counted(copy.len())?;
    Ok(Value::Set(Rc::new(copy)))
}

fn absent(call: &Call<'_>) -> Fallible<Value> {
    let item = call.literal(call.arg(1))?;
    fail(Kind::Key, format!("{item} is not in the set"))
}

fn change(mut call: Call<'_>) -> Fallible<Value> {
    use Intrinsic::*;
    let item = Key(call.arg(1).clone());
    match call.intrinsic {
        MutableSetAdd => {
            let set = changed(&mut call)?;
            set.insert(item);
            counted(set.len())?;
        }
        MutableSetUpdate => {
            let more = given(&call, 1)?;
            let set = changed(&mut call)?;
            set.extend(more);
            counted(set.len())?;
        }
        MutableSetRemove | MutableSetDiscard => {
            let was_there = changed(&mut call)?.shift_remove(&item);
            if !was_there && call.intrinsic == MutableSetRemove {
                return absent(&call);
            }
        }
        MutableSetPop => {
            return match changed(&mut call)?.pop() {
                Some(last) => Ok(last.0),
                None => fail(Kind::Key, "pop of an empty set"),
            };
        }
        _ => changed(&mut call)?.clear(),
    }
    Ok(Value::Unit)
}
