//! Parts of values: fields, indices, slices, membership, walking.

use super::operators::{wanted, was_frozen};
use crate::bounds::LOOK_VALUES;
use crate::failure::{FailureKind, Fallible, fail};
use crate::heap::{Heap, Object};
use crate::machine::Machine;
use crate::pace::look_at;
use crate::program::Program;
use crate::room::{bounded_row, bounded_so_far, counted, through_text};
use crate::value::{Cells, Iter, Key, KeyRef, Printer, Text, Value, try_equal};

pub(super) fn field(heap: &Heap, base: &Value, field: u32) -> Fallible<Value> {
    let at = field as usize;
    let found = match base {
        Value::Struct(of) => of.fields.get(at).cloned(),
        Value::Tuple(items) => items.get(at).cloned(),
        Value::Owned(id) => match heap.object(*id) {
            Object::Struct(_, fields) => fields.get(at).cloned(),
            _ => None,
        },
        Value::Failure(failure) => match at {
            0 => Some(Value::str(failure.message.as_str())),
            1 => Some(Value::str(failure.kind.text())),
            _ => Some(Value::list(
                failure.trace.iter().map(|call| Value::str(call.as_str())).collect(),
            )),
        },
        other => return Err(wanted("a struct", other)),
    };
    found.ok_or_else(|| wanted("a struct with that field", base))
}

pub(super) fn index(
    machine: &Machine,
    program: &Program,
    base: &Value,
    index: &Value,
) -> Fallible<Value> {
    match (base, index) {
        (Value::List(items), Value::Int(at)) => item(items, *at, "list"),
        (Value::Map(map), key) => {
            let found = map.get(&KeyRef(key)).cloned();
            found.map_or_else(|| no_key(machine, program, key), Ok)
        }
        (Value::Str(text), Value::Int(at)) => character(text, *at),
        (Value::Bytes(bytes), Value::Int(at)) => {
            match usize::try_from(*at).ok().and_then(|at| bytes.get(at)) {
                Some(byte) => Ok(Value::Int(i64::from(*byte))),
                None => out_of_range(*at, "bytes", bytes.len(), "bytes"),
            }
        }
        (Value::Range(range), Value::Int(at)) if (0..range.len()).contains(at) => {
            Ok(Value::Int(range.at(*at)))
        }
        (Value::Range(range), Value::Int(at)) => {
            out_of_range(*at, "range", range.len() as usize, "items")
        }
        (Value::Owned(id), key) => match (machine.heap.object(*id), key) {
            (Object::List(items), Value::Int(at)) => item(items, *at, "list"),
            (Object::Flags(flags), Value::Int(at)) => {
                match usize::try_from(*at).ok().and_then(|at| flags.get(at)) {
                    Some(flag) => Ok(Value::Bool(flag)),
                    None => out_of_range(*at, "list", flags.len(), "items"),
                }
            }
            (Object::Map(map), key) => {
                let found = map.get(&KeyRef(key)).cloned();
                found.map_or_else(|| no_key(machine, program, key), Ok)
            }
            (Object::Frozen(noun), _) => Err(was_frozen(noun)),
            _ => Err(wanted("something with elements", base)),
        },
        (Value::Lost | Value::Unassigned, _) => Err(wanted("something with elements", base)),
        (_, index) => Err(wanted("an index", index)),
    }
}

pub(super) fn item(items: &[Value], at: i64, noun: &str) -> Fallible<Value> {
    match usize::try_from(at).ok().and_then(|at| items.get(at)) {
        Some(value) => Ok(value.clone()),
        None => out_of_range(at, noun, items.len(), "items"),
    }
}

pub(super) fn out_of_range<T>(at: i64, noun: &str, length: usize, unit: &str) -> Fallible<T> {
    let unit = if length == 1 { unit.trim_end_matches('s') } else { unit };
    let verb = if noun == "bytes" { "have" } else { "has" };
    fail(
        FailureKind::Index,
        format!("index {at} is out of range: the {noun} {verb} {length} {unit}"),
    )
}

pub(super) fn no_key<T>(machine: &Machine, program: &Program, key: &Value) -> Fallible<T> {
    let key = Printer::new(program, &machine.heap).literal(key)?;
    fail(FailureKind::Key, format!("key {key} is not in the map"))
}

fn character(text: &Text, at: i64) -> Fallible<Value> {
    let found = usize::try_from(at).ok().and_then(|at| match text.is_ascii() {
        true => text.as_bytes().get(at).map(|byte| Value::character(char::from(*byte))),
        false => text.as_str().chars().nth(at).map(Value::character),
    });
    found.map_or_else(|| out_of_range(at, "string", text.count(), "characters"), Ok)
}

pub(super) fn set_index(
    machine: &mut Machine,
    base: &Value,
    index: &Value,
    value: Value,
) -> Fallible<()> {
    let Value::Owned(id) = base else { return Err(wanted("a mutable list or map", base)) };
    machine.heap.make_plain(*id);
    match (machine.heap.object_mut(*id), index) {
        (Object::List(items), Value::Int(at)) => {
            let length = items.len();
            match usize::try_from(*at).ok().and_then(|at| items.get_mut(at)) {
                Some(place) => *place = value,
                None => return out_of_range(*at, "list", length, "items"),
            }
        }
        (Object::Map(map), key) => match map.get_mut(&KeyRef(key)) {
            Some(place) => *place = value,
            None => {
                map.insert(Key(key.clone()), value);
                counted(map.len())?;
            }
        },
        (Object::Frozen(noun), _) => return Err(was_frozen(noun)),
        (_, index) => return Err(wanted("an index", index)),
    }
    Ok(())
}

/// The part of so many elements that the bounds of a slice mean, clamped: its start and its end.
pub(super) fn clamped(bounds: &[Value], length: usize) -> (usize, usize) {
    let place = |bound: Option<&Value>, otherwise: usize| match bound {
        // A literal that counts from the end has become a position from the start, which may
        // be in front of it.
        Some(Value::Int(at)) => length.min(usize::try_from(*at).unwrap_or(0)),
        _ => otherwise,
    };
    let start = place(bounds.first(), 0);
    (start, place(bounds.get(1), length).max(start))
}

/// `base[start:end]`: a copy, of what is mutable a mutable one.
pub(super) fn slice(heap: &mut Heap, base: &Value, bounds: &[Value]) -> Fallible<Value> {
    let clamp = |length: usize| clamped(bounds, length);
    Ok(match base {
        Value::List(items) => {
            let (start, end) = clamp(items.len());
            look_at(end - start)?;
            Value::list(items[start..end].to_vec())
        }
        Value::Str(text) if text.is_ascii() => {
            let (start, end) = clamp(text.as_str().len());
            through_text(end - start)?;
            Value::str(&text.as_str()[start..end])
        }
        Value::Str(text) => {
            through_text(text.as_str().len())?;
            let (start, end) = clamp(text.count());
            Value::str(text.as_str().chars().skip(start).take(end - start).collect::<String>())
        }
        Value::Bytes(bytes) => {
            let (start, end) = clamp(bytes.len());
            through_text(end - start)?;
            Value::Bytes(std::rc::Rc::new(bytes[start..end].to_vec()))
        }
        Value::Range(range) => {
            let (start, end) = clamp(range.len() as usize);
            look_at(end - start)?;
            bounded_row(end - start)?;
            Value::list((start..end).map(|at| Value::Int(range.at(at as i64))).collect())
        }
        Value::Owned(id) => {
            let items: Cells = match heap.object(*id) {
                Object::List(items) => {
                    let (start, end) = clamp(items.len());
                    look_at(end - start)?;
                    bounded_row(end - start)?;
                    items[start..end].to_vec().into()
                }
                Object::Flags(flags) => {
                    let (start, end) = clamp(flags.len());
                    bounded_row(end - start)?;
                    flags.values().take(end).skip(start).collect::<Vec<_>>().into()
                }
                Object::Frozen(noun) => return Err(was_frozen(noun)),
                _ => return Err(wanted("something with elements", base)),
            };
            heap.new_object(Object::list(items))
        }
        other => return Err(wanted("something with elements", other)),
    })
}

/// Whether `value in of`.
pub(super) fn contains(heap: &Heap, of: &Value, value: &Value) -> Fallible<bool> {
    Ok(match (of, value) {
        (Value::List(items), value) => find(items, value)?.is_some(),
        (Value::Map(map), key) => map.contains_key(&KeyRef(key)),
        (Value::Set(set), key) => set.contains(&KeyRef(key)),
        (Value::Str(text), Value::Str(part)) => text.as_str().contains(part.as_str()),
        (Value::Range(range), Value::Int(value)) => range.contains(*value),
        (Value::Bytes(bytes), Value::Int(byte)) => bytes.iter().any(|of| i64::from(*of) == *byte),
        (Value::Owned(id), value) => match heap.object(*id) {
            Object::List(items) => find(items, value)?.is_some(),
            Object::Flags(flags) => {
                matches!(value, Value::Bool(of) if flags.iter().any(|flag| flag == *of))
            }
            Object::Map(map) => map.contains_key(&KeyRef(value)),
            Object::Set(set) => set.contains(&KeyRef(value)),
            Object::Frozen(noun) => return Err(was_frozen(noun)),
            Object::Struct(..) => return Err(wanted("something with elements", of)),
        },
        (of, _) => return Err(wanted("something with elements", of)),
    })
}

/// The position of the first that equals the value.
pub(super) fn find(items: &[Value], value: &Value) -> Fallible<Option<usize>> {
    for (at, item) in items.iter().enumerate() {
        look_at(1)?;
        if try_equal(item, value)? {
            return Ok(Some(at));
        }
    }
    Ok(None)
}

/// The next element of a walk. What grows while it is walked is walked to its new end.
pub(super) fn advance(heap: &Heap, iter: &mut Iter) -> Fallible<Option<Value>> {
    match iter.next_int() {
        Some(value) => Ok(Some(Value::Int(value))),
        None => advance_others(heap, iter),
    }
}

/// The same where no int of a range is left.
#[inline(never)]
pub(super) fn advance_others(heap: &Heap, iter: &mut Iter) -> Fallible<Option<Value>> {
    if iter.has_ints_alone() {
        return Ok(None);
    }
    if let Some(letter) = iter.next_letter() {
        return Ok(Some(Value::Str(letter.clone())));
    }
    let at = iter.position as usize;
    let found = match &iter.over {
        Value::List(items) => items.get(at).cloned(),
        Value::Map(map) => map.get_index(at).map(|(key, _)| key.0.clone()),
        Value::Set(set) => set.get_index(at).map(|key| key.0.clone()),
        Value::Bytes(bytes) => bytes.get(at).map(|byte| Value::Int(i64::from(*byte))),
        Value::Str(text) => match text.as_str()[at..].chars().next() {
            Some(character) => {
                // Positions are bytes here; one is added below.
                iter.position += character.len_utf8() as i64 - 1;
                Some(Value::character(character))
            }
            None => None,
        },
        Value::Owned(id) => match heap.object(*id) {
            Object::List(items) => items.get(at).cloned(),
            Object::Flags(flags) => flags.get(at).map(Value::Bool),
            Object::Map(map) => map.get_index(at).map(|(key, _)| key.0.clone()),
            Object::Set(set) => set.get_index(at).map(|key| key.0.clone()),
            Object::Frozen(noun) => return Err(was_frozen(noun)),
            Object::Struct(..) => return Err(wanted("something to walk", &iter.over)),
        },
        other => return Err(wanted("something to walk", other)),
    };
    iter.position += i64::from(found.is_some());
    Ok(found)
}

/// All elements of what can be walked without waiting.
pub(super) fn elements(heap: &Heap, over: &Value) -> Fallible<Vec<Value>> {
    if let Value::List(items) = over {
        bounded_row(items.len())?;
        let mut copies = Vec::with_capacity(items.len());
        for chunk in items.chunks(LOOK_VALUES) {
            look_at(chunk.len())?;
            copies.extend_from_slice(chunk);
        }
        return Ok(copies);
    }
    if let Value::Range(range) = over {
        bounded_row(range.len() as usize)?;
    }
    let mut iter = match over {
        Value::Iterator(iter) => (**iter).clone(),
        over => Iter::new(over.clone()),
    };
    let mut items = Vec::new();
    while let Some(item) = advance(heap, &mut iter)? {
        bounded_so_far(items.len())?;
        items.push(item);
    }
    Ok(items)
}
