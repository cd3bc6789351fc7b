//! Between a mutable container and its immutable twin: copies, snapshots, freezing.

use std::rc::Rc;

use weir_analyzer::mir::Intrinsic;

use super::Call;
use crate::bounds::PRINT_DEPTH_MAX;
use crate::failure::Fallible;
use crate::heap::{Heap, Object};
use crate::value::{Map, Value};
use crate::vm::operators::wanted;

/// A new mutable container of the same elements.
pub(super) fn copy(call: Call<'_>) -> Fallible<Value> {
    let Value::Owned(id) = *call.arg(0) else {
        return Err(wanted("a mutable container", call.arg(0)));
    };
    let object = call.machine.heap.object(id).clone();
    Ok(call.machine.heap.new_object(object))
}

/// `snapshot` and `freeze`. What is frozen is ended under every name, so a flat one gives its
/// contents away.
pub(super) fn immutable(call: Call<'_>) -> Fallible<Value> {
    let of = call.arg(0).clone();
    let freezes = matches!(
        call.intrinsic,
        Intrinsic::MutableListFreeze | Intrinsic::MutableMapFreeze | Intrinsic::MutableSetFreeze
    );
    if let (true, Value::Owned(id)) = (freezes, &of) {
        let is_owned = |value: &Value| matches!(value, Value::Owned(_));
        match call.machine.heap.object_mut(*id) {
            Object::List(items) if !items.iter().any(is_owned) => {
                return Ok(Value::list(std::mem::take(&mut **items)));
            }
            Object::Map(map) if !map.values().any(is_owned) => {
                return Ok(Value::Map(Rc::new(std::mem::take(map))));
            }
            Object::Set(set) => return Ok(Value::Set(Rc::new(std::mem::take(set)))),
            _ => {}
        }
    }
    Ok(snapshot(&call.machine.heap, &of, 0))
}

/// The immutable twin, of the containers inside too. One that contains itself keeps that part.
fn snapshot(heap: &Heap, of: &Value, depth: usize) -> Value {
    let Value::Owned(id) = of else { return of.clone() };
    if depth >= PRINT_DEPTH_MAX {
        return of.clone();
    }
    let copy = |value: &Value| snapshot(heap, value, depth + 1);
    match heap.object(*id) {
        Object::List(items) => Value::list(items.iter().map(copy).collect()),
        Object::Flags(flags) => Value::list(flags.values().collect()),
        Object::Map(map) => {
            let map: Map = map.iter().map(|(key, value)| (key.clone(), copy(value))).collect();
            Value::Map(Rc::new(map))
        }
        Object::Set(set) => Value::Set(Rc::new(set.clone())),
        Object::Struct(..) => of.clone(),
    }
}
