//! Elements and fields of what has most of them, where they stay.
//!
//! What it is not: all that can be indexed; see [`access`](super::super::access). Invariant: nothing here fails, and
//! what is not there, or not of these kinds, is none.

use super::unchecked::place;
use crate::heap::{Heap, Object};
use crate::program::Reg;
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

/// An element of a list of bools.
#[inline(always)]
pub(super) fn flag(heap: &Heap, of: &Value, index: &Value) -> Option<bool> {
    match (of, index) {
        (Value::Owned(id), Value::Int(at)) => match heap.object(*id) {
            Object::Flags(flags) => flags.get(*at as usize),
            _ => None,
        },
        _ => None,
    }
}

/// Puts an element into a list, in place of another. Says whether it is done.
#[inline(always)]
pub(super) fn put_item(heap: &mut Heap, of: &Value, index: &Value, value: &Value) -> bool {
    let (Value::Owned(id), Value::Int(at)) = (of, index) else { return false };
    match heap.object_mut(*id) {
        Object::List(items) => match items.get_mut(*at as usize) {
            Some(place) => {
                place.put_copy(value);
                true
            }
            None => false,
        },
        Object::Flags(flags) => match (flags.get_mut(*at as usize), value) {
            (Some(place), Value::Bool(flag)) => {
                *place = *flag;
                true
            }
            _ => false,
        },
        _ => false,
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

/// A field of a mutable struct.
#[inline(always)]
pub(super) fn own_field<'a>(heap: &'a Heap, of: &Value, field: u32) -> Option<&'a Value> {
    let Value::Owned(id) = of else { return None };
    match heap.object(*id) {
        Object::Struct(_, fields) => fields.get(field as usize),
        _ => None,
    }
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

/// Puts the next character of a text of ASCII into a register, if it is that what is walked. Says whether it is done.
#[inline(never)]
pub(super) fn next_character(own: &mut [Value], iterator: Reg, dest: Reg) -> bool {
    let Value::Iterator(iter) = place(own, iterator) else { return false };
    let Some(letter) = iter.next_letter().cloned() else { return false };
    place(own, dest).put_letter(letter);
    true
}
