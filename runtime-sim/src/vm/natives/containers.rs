//! Lists, maps and sets, immutable and owned: constructors and methods.

use std::sync::Arc;

use weir_analyzer::mir::Intrinsic;

use super::{Args, arg, int_arg, wanted};
use crate::failure::{FailureKind as Kind, Fallible, fail};
use crate::heap::{Heap, Object};
use crate::machine::Machine;
use crate::program::Program;
use crate::sync::{Atom, Barrier, Channel, Mutex, Rwlock, Semaphore, Signal, Sync};
use crate::value::{Cells, Key, Map, ObjectId, Range, Set, Value, equal, sorting_order};
use crate::vm::access;
use crate::vm::operators::bounded;

pub(super) fn len(heap: &Heap, of: &Value) -> Fallible<i64> {
    let length = match of {
        Value::Str(text) => text.chars(),
        Value::Bytes(bytes) => bytes.len(),
        Value::List(items) | Value::Tuple(items) => items.len(),
        Value::Map(map) => map.len(),
        Value::Set(set) => set.len(),
        Value::Range(range) => return Ok(range.len()),
        Value::Owned(id) => match heap.object(*id) {
            Object::List(items) => items.len(),
            Object::Map(map) => map.len(),
            Object::Set(set) => set.len(),
            Object::Struct(..) => return Err(wanted("something with a length", of)),
        },
        Value::Sync(id) => match heap.sync(*id) {
            Sync::Channel(channel) => channel.buffer.len(),
            _ => return Err(wanted("something with a length", of)),
        },
        other => return Err(wanted("something with a length", other)),
    };
    Ok(length as i64)
}

/// `range(stop)`, `range(start, stop)`, `range(start, stop, step)`; the prelude fills a missing
/// stop with `0`, and one int alone is the stop.
pub(super) fn range(args: &[Value]) -> Fallible<Value> {
    let (start, stop, step) = match args.len() {
        1 => (0, int_arg(args, 0)?, 1),
        2 => (int_arg(args, 0)?, int_arg(args, 1)?, 1),
        _ => (int_arg(args, 0)?, int_arg(args, 1)?, int_arg(args, 2)?),
    };
    if step == 0 {
        return fail(Kind::Value, "a range's step must not be 0");
    }
    Ok(Value::Range(Arc::new(Range { start, stop, step })))
}

/// Stable; NaNs come last, and what cannot be ordered stays where it is.
pub(super) fn sort(items: &mut [Value]) {
    items.sort_by(sorting_order);
}

/// Constructors of containers and sync objects.
pub(super) fn construct(
    machine: &mut Machine,
    intrinsic: Intrinsic,
    args: Args,
) -> Fallible<Value> {
    use Intrinsic::*;
    let items = |machine: &Machine| match args.first() {
        Some(items) => access::elements(&machine.heap, items),
        None => Ok(Vec::new()),
    };
    let sync = match intrinsic {
        ListNew => return Ok(Value::list(items(machine)?)),
        SetNew => {
            let set: Set = items(machine)?.into_iter().map(Key).collect();
            return Ok(Value::Set(Arc::new(set)));
        }
        MutableListNew => {
            let items = Cells::from(items(machine)?);
            return Ok(machine.heap.new_object(Object::List(items)));
        }
        MutableMapNew => {
            let map = match args.first() {
                Some(Value::Map(map)) => (**map).clone(),
                _ => Map::default(),
            };
            return Ok(machine.heap.new_object(Object::Map(map)));
        }
        MutableSetNew => {
            let set = items(machine)?.into_iter().map(Key).collect();
            return Ok(machine.heap.new_object(Object::Set(set)));
        }
        ChannelNew => {
            Sync::Channel(Channel::new(args.first().map_or(Ok(0), |_| int_arg(&args, 0))?)?)
        }
        AtomNew => Sync::Atom(Atom { value: arg(&args, 0).clone() }),
        MutexNew => Sync::Mutex(Mutex::new(arg(&args, 0).clone())),
        RwlockNew => Sync::Rwlock(Rwlock::new(arg(&args, 0).clone())),
        SemaphoreNew => Sync::Semaphore(Semaphore::new(int_arg(&args, 0)?)?),
        BarrierNew => Sync::Barrier(Barrier::new(int_arg(&args, 0)?)?),
        SignalNew => Sync::Signal(Signal::default()),
        _ => {
            let message = format!("`{}` is not there yet", intrinsic.name());
            return fail(Kind::Error, message);
        }
    };
    Ok(machine.heap.new_sync(sync))
}

/// Methods of containers.
pub(super) fn method(
    machine: &mut Machine,
    program: &Program,
    intrinsic: Intrinsic,
    args: Args,
) -> Fallible<Value> {
    match arg(&args, 0) {
        Value::Owned(id) => owned(machine, program, intrinsic, *id, &args),
        of => immutable(machine, intrinsic, of, &args),
    }
}

fn immutable(
    machine: &Machine,
    intrinsic: Intrinsic,
    of: &Value,
    args: &[Value],
) -> Fallible<Value> {
    use Intrinsic::*;
    let other = arg(args, 1);
    Ok(match (intrinsic, of) {
        (ListContains | MapContains | SetContains, of) => {
            Value::Bool(access::contains(&machine.heap, of, other)?)
        }
        (ListAppend, Value::List(items)) => {
            bounded(items.len() + 1)?;
            Value::list(items.iter().cloned().chain([other.clone()]).collect())
        }
        (ListExtend, Value::List(items)) => {
            let more = access::elements(&machine.heap, other)?;
            bounded(items.len() + more.len())?;
            Value::list(items.iter().cloned().chain(more).collect())
        }
        (ListIndex, Value::List(items)) => match items.iter().position(|item| equal(item, other)) {
            Some(at) => Value::Int(at as i64),
            None => return fail(Kind::Value, "the item is not in the list"),
        },
        (ListReverse, Value::List(items)) => Value::list(items.iter().rev().cloned().collect()),
        (ListSort, Value::List(items)) => {
            let mut items = items.to_vec();
            sort(&mut items);
            Value::list(items)
        }
        (MapGet, Value::Map(map)) => get(map, args),
        (MapKeys, Value::Map(map)) => keys(map),
        (MapValues, Value::Map(map)) => values(map),
        (MapItems, Value::Map(map)) => entries(map),
        (_, of) => return Err(wanted(&format!("what `{}` belongs to", intrinsic.name()), of)),
    })
}

fn owned(
    machine: &mut Machine,
    program: &Program,
    intrinsic: Intrinsic,
    id: ObjectId,
    args: &[Value],
) -> Fallible<Value> {
    use Intrinsic::*;
    let other = arg(args, 1);
    if intrinsic == MutableListExtend {
        let more = access::elements(&machine.heap, other)?;
        if let Object::List(items) = machine.heap.object_mut(id) {
            bounded(items.len() + more.len())?;
            items.extend(more);
        }
        return Ok(Value::Unit);
    }
    if matches!(intrinsic, MutableListContains | MutableMapContains | MutableSetContains) {
        return Ok(Value::Bool(access::contains(&machine.heap, &Value::Owned(id), other)?));
    }
    if matches!(
        intrinsic,
        MutableListSnapshot
            | MutableMapSnapshot
            | MutableSetSnapshot
            | MutableListFreeze
            | MutableMapFreeze
            | MutableSetFreeze
    ) {
        return Ok(snapshot(&machine.heap, &Value::Owned(id), 0));
    }
    let missing = intrinsic == MutableMapRemove
        && matches!(machine.heap.object(id), Object::Map(map) if !map.contains_key(&Key(other.clone())));
    if missing {
        return access::no_key(machine, program, other);
    }
    match machine.heap.object_mut(id) {
        Object::List(items) => list_method(intrinsic, items, args),
        Object::Map(map) => map_method(intrinsic, map, args),
        Object::Set(set) => set_method(intrinsic, set, other),
        Object::Struct(..) => Err(wanted("a container", arg(args, 0))),
    }
}

fn list_method(intrinsic: Intrinsic, items: &mut Cells, args: &[Value]) -> Fallible<Value> {
    use Intrinsic::*;
    let length = items.len();
    Ok(match intrinsic {
        MutableListAppend => {
            bounded(length + 1)?;
            items.push(arg(args, 1).clone());
            Value::Unit
        }
        MutableListInsert => {
            let at = int_arg(args, 1)?;
            bounded(length + 1)?;
            match usize::try_from(at) {
                Ok(at) if at <= length => items.insert(at, arg(args, 2).clone()),
                _ => return access::out_of_range(at, "list", length, "items"),
            }
            Value::Unit
        }
        MutableListPop => match items.pop() {
            Some(item) => item,
            None => return fail(Kind::Index, "pop of an empty list"),
        },
        MutableListRemove => {
            let at = int_arg(args, 1)?;
            match usize::try_from(at) {
                Ok(at) if at < length => items.remove(at),
                _ => return access::out_of_range(at, "list", length, "items"),
            }
        }
        MutableListClear => {
            items.clear();
            Value::Unit
        }
        // A comprehension's own list: what it gathered becomes the result.
        ListCollect => Value::list(std::mem::take(&mut **items)),
        _ => return Err(wanted("a mutable list's method", arg(args, 0))),
    })
}

/// `get(key)` gives an option; `get(key, otherwise)` the value itself.
fn get(map: &Map, args: &[Value]) -> Value {
    let found = map.get(&Key(arg(args, 1).clone())).cloned();
    match args.get(2) {
        Some(otherwise) => found.unwrap_or_else(|| otherwise.clone()),
        None => Value::option(found),
    }
}

fn map_method(intrinsic: Intrinsic, map: &mut Map, args: &[Value]) -> Fallible<Value> {
    use Intrinsic::*;
    let other = arg(args, 1);
    Ok(match intrinsic {
        MutableMapGet => get(map, args),
        MutableMapKeys => keys(map),
        MutableMapValues => values(map),
        MutableMapItems => entries(map),
        // In order, which costs a walk: the order of insertion is a promise.
        MutableMapRemove => map.shift_remove(&Key(other.clone())).unwrap_or(Value::Unit),
        MutableMapClear => {
            map.clear();
            Value::Unit
        }
        _ => return Err(wanted("a mutable map's method", other)),
    })
}

fn set_method(intrinsic: Intrinsic, set: &mut Set, other: &Value) -> Fallible<Value> {
    use Intrinsic::*;
    match intrinsic {
        MutableSetAdd => {
            set.insert(Key(other.clone()));
            bounded(set.len())?;
        }
        MutableSetDiscard => drop(set.shift_remove(&Key(other.clone()))),
        _ => return Err(wanted("a mutable set's method", other)),
    }
    Ok(Value::Unit)
}

fn keys(map: &Map) -> Value {
    Value::list(map.keys().map(|key| key.0.clone()).collect())
}

fn values(map: &Map) -> Value {
    Value::list(map.values().cloned().collect())
}

fn entries(map: &Map) -> Value {
    let pairs = map.iter().map(|(key, value)| Value::tuple(vec![key.0.clone(), value.clone()]));
    Value::list(pairs.collect())
}

/// The immutable twin, of the containers inside too. One that contains itself keeps that part.
fn snapshot(heap: &Heap, of: &Value, depth: usize) -> Value {
    let Value::Owned(id) = of else { return of.clone() };
    if depth >= crate::bounds::PRINT_DEPTH_MAX {
        return of.clone();
    }
    let copy = |value: &Value| snapshot(heap, value, depth + 1);
    match heap.object(*id) {
        Object::List(items) => Value::list(items.iter().map(copy).collect()),
        Object::Map(map) => {
            let map: Map = map.iter().map(|(key, value)| (key.clone(), copy(value))).collect();
            Value::Map(Arc::new(map))
        }
        Object::Set(set) => Value::Set(Arc::new(set.clone())),
        Object::Struct(..) => of.clone(),
    }
}
