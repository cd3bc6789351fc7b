//! Between a mutable container and its immutable twin: copies, snapshots, freezing.

use std::rc::Rc;

use weir_analyzer::mir::Intrinsic;

use super::Call;
use crate::bounds::TWIN_DEPTH_MAX;
use crate::failure::Fallible;
use crate::heap::{Heap, Object};
use crate::pace::look_at;
use crate::room::Pieces;
use crate::value::{Map, ObjectId, Value};
use crate::vm::operators::{shown, wanted, was_frozen};

/// A new mutable container of the same elements.
pub(super) fn copy(call: Call<'_>) -> Fallible<Value> {
    let Value::Owned(id) = *call.arg(0) else {
        return Err(wanted("a mutable container", call.arg(0)));
    };
    let object = match call.machine.heap.object(id) {
        Object::Frozen(noun) => return Err(was_frozen(noun)),
        object => {
            look_at(object.len())?;
            object.clone()
        }
    };
    Ok(call.machine.heap.new_object(object))
}

/// `snapshot` and `freeze`.
pub(super) fn immutable(call: Call<'_>) -> Fallible<Value> {
    let of = call.arg(0).clone();
    shown(&call.machine.heap, &of)?;
    match (call.intrinsic, &of) {
        (
            Intrinsic::MutableListFreeze
            | Intrinsic::MutableMapFreeze
            | Intrinsic::MutableSetFreeze,
            Value::Owned(id),
        ) => frozen(&mut call.machine.heap, *id),
        _ => snapshot(&call.machine.heap, &of, 0, &mut Pieces::default()),
    }
}

/// What is frozen is ended under every name, so a flat one gives its contents away.
fn frozen(heap: &mut Heap, id: ObjectId) -> Fallible<Value> {
    let is_owned = |value: &Value| matches!(value, Value::Owned(_));
    let twin = match heap.object_mut(id) {
        Object::List(items) if !items.iter().any(is_owned) => {
            Value::list(std::mem::take(&mut **items))
        }
        Object::Map(map) if !map.values().any(is_owned) => Value::Map(Rc::new(std::mem::take(map))),
        Object::Set(set) => Value::Set(Rc::new(std::mem::take(set))),
        _ => snapshot(heap, &Value::Owned(id), 0, &mut Pieces::default())?,
    };
    end(heap, id, 0);
    Ok(twin)
}

/// Ends the containers that [`snapshot`] gives a twin of.
fn end(heap: &mut Heap, id: ObjectId, depth: usize) {
    if depth >= TWIN_DEPTH_MAX {
        return;
    }
    let noun = match heap.object(id) {
        Object::List(_) | Object::Flags(_) => "mutable list",
        Object::Map(_) => "mutable map",
        Object::Set(_) => "mutable set",
        Object::Struct(..) | Object::Frozen(_) => return,
    };
    let ended = std::mem::replace(heap.object_mut(id), Object::Frozen(noun));
    let parts: Box<dyn Iterator<Item = &Value>> = match &ended {
        Object::List(items) => Box::new(items.iter()),
        Object::Map(map) => Box::new(map.values()),
        _ => return,
    };
    for part in parts {
        if let Value::Owned(part) = part {
            end(heap, *part, depth + 1);
        }
    }
}

/// The immutable twin, of the containers inside too. One that contains itself keeps that part.
fn snapshot(heap: &Heap, of: &Value, depth: usize, made: &mut Pieces) -> Fallible<Value> {
    let Value::Owned(id) = of else { return Ok(of.clone()) };
    if depth >= TWIN_DEPTH_MAX {
        return Ok(of.clone());
    }
    let object = heap.object(*id);
    made.add_row(length(object))?;
    let mut copy = |value: &Value| snapshot(heap, value, depth + 1, made);
    Ok(match object {
        Object::List(items) => Value::list(items.iter().map(copy).collect::<Fallible<_>>()?),
        Object::Flags(flags) => Value::list(flags.values().collect()),
        Object::Map(map) => {
            let entries = map.iter().map(|(key, value)| Ok((key.clone(), copy(value)?)));
            Value::Map(Rc::new(entries.collect::<Fallible<Map>>()?))
        }
        Object::Set(set) => Value::Set(Rc::new(set.clone())),
        Object::Struct(..) | Object::Frozen(_) => of.clone(),
    })
}

/// How many values the twin holds.
fn length(of: &Object) -> usize {
    match of {
        Object::List(items) => items.len(),
        Object::Flags(flags) => flags.len(),
        Object::Map(map) => 2 * map.len(),
        Object::Set(set) => set.len(),
        Object::Struct(..) | Object::Frozen(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_twin_is_not_ended() {
        let mut heap = Heap::default();
        let mut outermost = heap.new_object(Object::list(vec![Value::Int(0)].into()));
        let innermost = outermost.clone();
        for _ in 0..TWIN_DEPTH_MAX {
            outermost = heap.new_object(Object::list(vec![outermost].into()));
        }
        let Value::Owned(id) = outermost else { panic!("a list is owned") };
        let twin = frozen(&mut heap, id).expect("it has room");
        let mut inner = &twin;
        while let Value::List(items) = inner {
            inner = &items[0];
        }
        let place = |value: &Value| match value {
            Value::Owned(id) => *id,
            other => panic!("{other:?} is not owned"),
        };
        assert_eq!(place(inner), place(&innermost));
        assert!(matches!(heap.object(place(inner)), Object::List(_)));
        assert!(matches!(heap.object(id), Object::Frozen(_)));
    }
}
