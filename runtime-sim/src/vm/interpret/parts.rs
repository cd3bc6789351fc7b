//! Elements and fields of what has most of them, where they stay.
//!
//! What it is not: all that can be indexed; see [`access`](super::super::access). Invariant: nothing here fails, and
//! what is not there, or not of these kinds, is none.

use crate::heap::{Heap, Object};
use crate::value::Value;

#[inline(always)]
pub(super) fn item<'a>(heap: &'a Heap, of: &'a Value, index: &Value) -> Option<&'a Value> {
    let items = match of {
        Value::List(items) => items,
        Value::Owned(id) => match heap.object(*id) {
            Object::List(items) => items,
            _ => return None,
        },
        _ => return None,
    };
    match index {
        Value::Int(at) => items.get(*at as usize),
        _ => None,
    }
}

#[inline(always)]
pub(super) fn item_place<'a>(
    heap: &'a mut Heap,
    of: &Value,
    index: &Value,
) -> Option<&'a mut Value> {
    match (of, index) {
        (Value::Owned(id), Value::Int(at)) => match heap.object_mut(*id) {
            Object::List(items) => items.get_mut(*at as usize),
            _ => None,
        },
        _ => None,
    }
}

#[inline(always)]
pub(super) fn field<'a>(heap: &'a Heap, of: &'a Value, field: u32) -> Option<&'a Value> {
    let fields = match of {
        Value::Owned(id) => match heap.object(*id) {
            Object::Struct(_, fields) => fields,
            _ => return None,
        },
        Value::Struct(of) => &of.fields,
        Value::Tuple(fields) => fields,
        _ => return None,
    };
    fields.get(field as usize)
}

#[inline(always)]
pub(super) fn field_place<'a>(heap: &'a mut Heap, of: &Value, field: u32) -> Option<&'a mut Value> {
    match of {
        Value::Owned(id) => match heap.object_mut(*id) {
            Object::Struct(_, fields) => fields.get_mut(field as usize),
            _ => None,
        },
        _ => None,
    }
}
