//! Maps: the immutable one gives new maps, its mutable twin is changed in place.
//!
//! What is taken out leaves the others in their order, which costs a walk: the order is a promise.

use std::rc::Rc;

use weir_analyzer::mir::Intrinsic;

use super::{Call, twins};
use crate::failure::{FailureKind as Kind, Fallible, fail};
use crate::heap::{Heap, Object};
use crate::pace::{look_at, paced};
use crate::room::{counted, row_of};
use crate::value::{Key, Map, Value};
use crate::vm::access;
use crate::vm::operators::{wanted, was_frozen};

pub(super) fn call(call: Call<'_>) -> Fallible<Value> {
    use Intrinsic::*;
    match call.intrinsic {
        MapNew => entries_of(&call, 0).map(|map| Value::Map(Rc::new(map))),
        MutableMapNew => {
            let map = entries_of(&call, 0)?;
            Ok(call.machine.heap.new_object(Object::Map(map)))
        }
        MapGet => {
            let found = map(&call.machine.heap, call.arg(0))?.get(&key(&call)).cloned();
            Ok(match call.args.get(2) {
                Some(otherwise) => found.unwrap_or_else(|| otherwise.clone()),
                None => Value::option(found),
            })
        }
        MapKeys => {
            let map = map(&call.machine.heap, call.arg(0))?;
            row_of(map.keys().map(|key| key.0.clone())).map(Value::list)
        }
        MapValues => {
            let map = map(&call.machine.heap, call.arg(0))?;
            row_of(map.values().cloned()).map(Value::list)
        }
        MapItems => {
            let map = map(&call.machine.heap, call.arg(0))?;
            row_of(map.iter().map(pair)).map(Value::list)
        }
        MutableMapCopy => twins::copy(call),
        MutableMapSnapshot | MutableMapFreeze => twins::immutable(call),
        MapUpdate | MapRemove | MapDiscard => new_map(&call),
        _ => change(call),
    }
}

fn map<'h>(heap: &'h Heap, of: &'h Value) -> Fallible<&'h Map> {
    match of {
        Value::Map(map) => Ok(map),
        Value::Owned(id) => match heap.object(*id) {
            Object::Map(map) => Ok(map),
            Object::Frozen(noun) => Err(was_frozen(noun)),
            _ => Err(wanted("a map", of)),
        },
        other => Err(wanted("a map", other)),
    }
}

fn changed<'c>(call: &'c mut Call<'_>) -> Fallible<&'c mut Map> {
    let Value::Owned(id) = *call.arg(0) else { return Err(wanted("a mutable map", call.arg(0))) };
    match call.machine.heap.object_mut(id) {
        Object::Map(map) => Ok(map),
        Object::Frozen(noun) => Err(was_frozen(noun)),
        _ => fail(Kind::Error, "a mutable map was needed"),
    }
}

fn key(call: &Call<'_>) -> Key {
    Key(call.arg(1).clone())
}

fn pair((key, value): (&Key, &Value)) -> Value {
    Value::tuple(vec![key.0.clone(), value.clone()])
}

/// The entries of an argument: a map's own, or those that its pairs make.
fn entries_of(call: &Call<'_>, at: usize) -> Fallible<Map> {
    if let Some(of @ (Value::Map(_) | Value::Owned(_))) = call.args.get(at)
        && let Ok(map) = map(&call.machine.heap, of)
    {
        return copied(map);
    }
    let mut entries = Map::default();
    for item in paced(call.elements(at)?.into_iter()) {
        let item = item?;
        let Value::Tuple(parts) = &item else { return Err(wanted("a pair", &item)) };
        let [key, value] = parts.as_slice() else { return Err(wanted("a pair", &item)) };
        entries.insert(Key(key.clone()), value.clone());
    }
    Ok(entries)
}

fn copied(map: &Map) -> Fallible<Map> {
    look_at(map.len())?;
    Ok(map.clone())
}

fn new_map(call: &Call<'_>) -> Fallible<Value> {
    let mut entries = copied(map(&call.machine.heap, call.arg(0))?)?;
    match call.intrinsic {
        Intrinsic::MapUpdate => {
            entries.extend(entries_of(call, 1)?);
            counted(entries.len())?;
        }
        of => {
            let taken = entries.shift_remove(&key(call));
            if taken.is_none() && of == Intrinsic::MapRemove {
                return access::no_key(call.machine, call.program, call.arg(1));
            }
        }
    }
    Ok(Value::Map(Rc::new(entries)))
}

fn change(mut call: Call<'_>) -> Fallible<Value> {
    use Intrinsic::*;
    let key = key(&call);
    Ok(match call.intrinsic {
        MutableMapSetdefault => {
            let otherwise = call.arg(2).clone();
            let map = changed(&mut call)?;
            let value = map.entry(key).or_insert(otherwise).clone();
            counted(map.len())?;
            value
        }
        MutableMapUpdate => {
            let more = entries_of(&call, 1)?;
            let map = changed(&mut call)?;
            map.extend(more);
            counted(map.len())?;
            Value::Unit
        }
        MutableMapPop | MutableMapRemove | MutableMapDiscard => return take_out(call, &key),
        MutableMapPopitem => match changed(&mut call)?.pop() {
            Some((key, value)) => Value::tuple(vec![key.0, value]),
            None => return fail(Kind::Key, "popitem of an empty map"),
        },
        MutableMapClear => {
            changed(&mut call)?.clear();
            Value::Unit
        }
        _ => return call.unknown(),
    })
}

fn take_out(mut call: Call<'_>, key: &Key) -> Fallible<Value> {
    let taken = changed(&mut call)?.shift_remove(key);
    match (call.intrinsic, taken, call.args.get(2)) {
        (Intrinsic::MutableMapDiscard, ..) => Ok(Value::Unit),
        (Intrinsic::MutableMapRemove, Some(_), _) => Ok(Value::Unit),
        (_, Some(value), _) => Ok(value),
        (_, None, Some(otherwise)) => Ok(otherwise.clone()),
        (_, None, None) => access::no_key(call.machine, call.program, &key.0),
    }
}
