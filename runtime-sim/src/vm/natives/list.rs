//! Lists: the immutable one gives new lists, its mutable twin is changed in place.

use std::borrow::Cow;

use weir_analyzer::mir::Intrinsic;

use super::walks::{arranged, sort};
use super::{Call, twins};
use crate::failure::{FailureKind as Kind, Fallible, fail};
use crate::heap::{Heap, Object};
use crate::pace::{look_at, paced};
use crate::room::{bounded_row, counted};
use crate::value::{Cells, Value, try_equal};
use crate::vm::access;
use crate::vm::operators::{wanted, was_frozen};

pub(super) fn call(mut call: Call<'_>) -> Fallible<Value> {
    use Intrinsic::*;
    match call.intrinsic {
        ListNew => Ok(Value::list(call.elements(0)?)),
        MutableListNew => {
            let items = Cells::from(call.elements(0)?);
            Ok(call.machine.heap.new_object(Object::list(items)))
        }
        ListIndex => position(&call).map(|at| Value::Int(at as i64)),
        ListCount => {
            let items = items(&call.machine.heap, call.arg(0))?;
            let mut count = 0;
            for item in paced(items.iter()) {
                count += i64::from(try_equal(item?, call.arg(1))?);
            }
            Ok(Value::Int(count))
        }
        ListCollect => Ok(Value::list(std::mem::take(&mut **changed(&mut call)?))),
        MutableListCopy => twins::copy(call),
        MutableListSnapshot | MutableListFreeze => twins::immutable(call),
        MutableListAppend | MutableListExtend | MutableListInsert | MutableListPop
        | MutableListRemove | MutableListClear | MutableListSort | MutableListArrange
        | MutableListReverse => change(call),
        _ => new_list(&call),
    }
}

fn items<'h>(heap: &'h Heap, of: &'h Value) -> Fallible<Cow<'h, [Value]>> {
    match of {
        Value::List(items) => Ok(Cow::Borrowed(items)),
        Value::Owned(id) => match heap.object(*id) {
            Object::List(items) => Ok(Cow::Borrowed(items)),
            Object::Flags(flags) => Ok(Cow::Owned(flags.values().collect())),
            Object::Frozen(noun) => Err(was_frozen(noun)),
            _ => Err(wanted("a list", of)),
        },
        other => Err(wanted("a list", other)),
    }
}

fn changed<'c>(call: &'c mut Call<'_>) -> Fallible<&'c mut Cells> {
    let Value::Owned(id) = *call.arg(0) else { return Err(wanted("a mutable list", call.arg(0))) };
    call.machine.heap.make_plain(id);
    match call.machine.heap.object_mut(id) {
        Object::List(items) => Ok(items),
        Object::Frozen(noun) => Err(was_frozen(noun)),
        _ => fail(Kind::Error, "a mutable list was needed"),
    }
}

/// The position of the first element equal to the argument.
fn position(call: &Call<'_>) -> Fallible<usize> {
    let (items, wanted) = (items(&call.machine.heap, call.arg(0))?, call.arg(1));
    match access::find(&items, wanted)? {
        Some(at) => Ok(at),
        None => {
            let item = call.literal(wanted)?;
            fail(Kind::Value, format!("{item} is not in the list"))
        }
    }
}

/// Where to put something: before an element, or behind the last.
fn gap(at: i64, length: usize) -> Fallible<usize> {
    match usize::try_from(at) {
        Ok(at) if at <= length => Ok(at),
        _ => access::out_of_range(at, "list", length, "items"),
    }
}

fn new_list(call: &Call<'_>) -> Fallible<Value> {
    use Intrinsic::*;
    let items = items(&call.machine.heap, call.arg(0))?;
    look_at(items.len())?;
    let mut items = items.into_owned();
    match call.intrinsic {
        ListAppend => items.push(call.arg(1).clone()),
        ListExtend => items.extend(call.elements(1)?),
        ListInsert => items.insert(gap(call.int(1)?, items.len())?, call.arg(2).clone()),
        ListRemove => drop(items.remove(position(call)?)),
        ListReverse => items.reverse(),
        ListSort => sort(&mut items, call.flag(1)?)?,
        _ => return call.unknown(),
    }
    counted(items.len())?;
    Ok(Value::list(items))
}

fn change(mut call: Call<'_>) -> Fallible<Value> {
    use Intrinsic::*;
    let intrinsic = call.intrinsic;
    let length = changed(&mut call)?.len();
    let given = call.arg(1).clone();
    match intrinsic {
        MutableListAppend => {
            counted(length + 1)?;
            changed(&mut call)?.push(given);
        }
        MutableListExtend => {
            let more = call.elements(1)?;
            bounded_row(length + more.len())?;
            changed(&mut call)?.extend(more);
        }
        MutableListInsert => {
            counted(length + 1)?;
            let (at, item) = (gap(call.int(1)?, length)?, call.arg(2).clone());
            changed(&mut call)?.insert(at, item);
        }
        MutableListPop => return pop(call, length),
        MutableListRemove => {
            let at = position(&call)?;
            changed(&mut call)?.remove(at);
        }
        MutableListClear => changed(&mut call)?.clear(),
        MutableListSort => {
            let reverse = call.flag(1)?;
            sort(changed(&mut call)?, reverse)?;
        }
        MutableListArrange => {
            let (keys, reverse) = (call.elements(1)?, call.flag(2)?);
            if keys.len() != length {
                return fail(Kind::Value, "the list was changed while its keys were computed");
            }
            let arranged = arranged(call.elements(0)?, keys, reverse)?;
            **changed(&mut call)? = arranged;
        }
        _ => changed(&mut call)?.reverse(),
    }
    Ok(Value::Unit)
}

fn pop(mut call: Call<'_>, length: usize) -> Fallible<Value> {
    let at = match call.args.get(1) {
        Some(_) => match call.int(1)? {
            at if usize::try_from(at).is_ok_and(|at| at < length) => at as usize,
            at => return access::out_of_range(at, "list", length, "items"),
        },
        None if length == 0 => return fail(Kind::Index, "pop of an empty list"),
        None => length - 1,
    };
    Ok(changed(&mut call)?.remove(at))
}
