//! Functions on lists: what they make of the elements, where these are known.
//!
//! Where they are not, but the list is the same unchanged value at each look, so is what is made of it, and
//! it has as many elements as the list says ([`length`]).

use std::rc::Rc;

use super::eval::element;
use super::local::Moved;
use super::{Machine, Stop};
use crate::hir::BinaryOp;
use crate::mir::{Const, Intrinsic, Local, Operand, ParamUse};
use crate::skeleton::graph::{Kind, NodeId, Tag};
use crate::skeleton::state::value::Value;
use crate::skeleton::state::{Made, Object, ObjectKind, Reach, State};

impl Machine<'_> {
    /// `dest = of(args)`
    pub(super) fn arrange(
        self,
        state: &mut State,
        task: u32,
        next: Option<NodeId>,
        (dest, of): (Local, Intrinsic),
        args: &[Operand],
    ) -> Moved {
        let args = self.operands(state, task, args);
        let kind = self.kind_of(state, task, dest);
        let made = match args.first() {
            Some(Value::Object(list)) if changes(of) => self.change(state, *list, of, &args)?,
            _ => self.made_of(state, task, of, &args),
        };
        let value = made.unwrap_or_else(|| {
            args.iter().for_each(|arg| state.escape(arg));
            Value::computed(Tag::Intrinsic(of), args, kind)
        });
        self.go_on_with(state, task, next, Some(dest), value)
    }

    /// What a function makes that changes nothing; none where the elements are not known.
    fn made_of(self, state: &mut State, task: u32, of: Intrinsic, args: &[Value]) -> Option<Value> {
        use Intrinsic::*;
        let first = args.first()?;
        match of {
            MutableListNew | MutableListCopy => {
                let elements = state.elements(first)?.to_vec();
                self.new_list(state, task, elements)
            }
            ListCollect => Some(Value::List(state.elements(first)?)),
            MutableListFreeze | MutableListSnapshot => Some(state.frozen(first)),
            ListNew => match state.elements(first) {
                Some(elements) => Some(Value::List(elements)),
                None if is_walked_as_it_is(first) => Some(first.clone()),
                None => None,
            },
            Enumerate => {
                let start = state.int(args.get(1)?)?;
                let elements = state.elements(first)?;
                Some(Value::List((start..).zip(elements.iter()).map(pair).collect()))
            }
            Zip => zipped(state, args),
            Reversed | ListReverse => reversed(state, first),
            Sorted | ListSort => sorted(state, first, first, args.get(1)?),
            SortedBy => sorted(state, first, args.get(1)?, args.get(2)?),
            ListAppend => Some(joined(&state.elements(first)?, &[args.get(1)?.clone()])),
            ListExtend => Some(joined(&state.elements(first)?, &state.elements(args.get(1)?)?)),
            _ => None,
        }
    }

    /// What a function does that changes a list; none where it goes out of sight.
    fn change(
        self,
        state: &mut State,
        list: u32,
        of: Intrinsic,
        args: &[Value],
    ) -> Result<Option<Value>, Stop> {
        use Intrinsic::*;
        let Some(elements) = state.listed(list) else { return Ok(None) };
        let mut elements = elements.to_vec();
        let mut result = Value::Const(Const::Unit);
        match (of, args) {
            (MutableListAppend, [_, item]) => elements.push(item.clone()),
            (MutableListExtend, [_, items]) => match state.elements(items) {
                Some(items) => elements.extend(items.iter().cloned()),
                None => return Ok(None),
            },
            (MutableListInsert, [_, index, item]) => match state.int(index).map(usize::try_from) {
                Some(Ok(index)) if index <= elements.len() => elements.insert(index, item.clone()),
                _ => return Ok(None),
            },
            (MutableListPop, [_]) => result = elements.pop().ok_or(Stop::Failed)?,
            (MutableListPop, [_, index]) => match state.int(index).map(usize::try_from) {
                Some(Ok(index)) if index < elements.len() => result = elements.remove(index),
                _ => return Ok(None),
            },
            (MutableListClear, _) => elements.clear(),
            (MutableListReverse, _) => elements.reverse(),
            _ => return Ok(None),
        }
        state.relist(list, elements);
        Ok(Some(result))
    }

    fn new_list(self, state: &mut State, task: u32, elements: Vec<Value>) -> Option<Value> {
        let frame = state.tasks[task as usize].frames.last()?;
        let made = Made::At(frame.routine, frame.node);
        let list = state.objects.len() as u32;
        let kind = ObjectKind::List(elements);
        state.objects.push(Object { made, reach: Reach::Own, kind }.into());
        Some(Value::Object(list))
    }

    /// `list[index] = value`
    pub(super) fn put(
        self,
        state: &mut State,
        task: u32,
        next: Option<NodeId>,
        [list, index, value]: [&Operand; 3],
    ) -> Moved {
        let [list, index, value] = [list, index, value].map(|of| self.operand(state, task, of));
        let index = state.int(&index).map(usize::try_from);
        let elements = match list {
            Value::Object(list) => state.listed(list).map(|elements| (list, elements.to_vec())),
            _ => None,
        };
        match (elements, index) {
            (Some((list, mut elements)), Some(Ok(index))) => {
                *elements.get_mut(index).ok_or(Stop::Failed)? = value;
                state.relist(list, elements);
            }
            _ => {
                state.escape(&list);
                state.escape(&value);
            }
        }
        self.go_on(state, task, next)
    }
}

/// How many elements a value has, as a value.
pub(super) fn length(of: &Value) -> Value {
    let many = |args: Vec<Value>| Value::computed(Tag::Len, args, Kind::Int);
    match of {
        Value::Range(parts) => match &parts[..] {
            [Value::Const(Const::Int(0)), stop, Value::Const(Const::Int(1))] => stop.clone(),
            _ => Value::Unknown,
        },
        Value::Term(term) => match (term.tag(), term.args()) {
            (Tag::Intrinsic(of), [first, ..]) if keeps_count(*of) => length(first),
            (Tag::Intrinsic(Intrinsic::ListAppend), [first, _]) => {
                let one_more = vec![length(first), Value::int(1)];
                Value::computed(Tag::Binary(BinaryOp::Add), one_more, Kind::Int)
            }
            (Tag::Intrinsic(Intrinsic::Zip), sides) => {
                let lengths = sides.iter().map(length);
                let shorter =
                    |a, b| Value::computed(Tag::Intrinsic(Intrinsic::Min), vec![a, b], Kind::Int);
                lengths.reduce(shorter).unwrap_or(Value::Unknown)
            }
            (Tag::Map, entries) => {
                count_of_keys(entries).map_or_else(|| many(vec![of.clone()]), Value::int)
            }
            _ => many(vec![of.clone()]),
        },
        _ => many(vec![of.clone()]),
    }
}

/// The element of a list that is the same at each look, at a position that it has.
pub(super) fn part_at(of: &Value, position: i64, kind: Kind) -> Value {
    let Value::Term(term) = of else { return element(of, &Value::int(position), kind) };
    let part = |of: &Value| part_at(of, position, Kind::Value);
    match (term.tag(), term.args()) {
        (Tag::Intrinsic(Intrinsic::Enumerate), [of, Value::Const(Const::Int(start))]) => {
            let position = Value::int(start.saturating_add(position));
            Value::Tuple(Rc::from([position, part(of)]))
        }
        (Tag::Intrinsic(Intrinsic::Zip), sides) => Value::Tuple(sides.iter().map(part).collect()),
        _ => element(of, &Value::int(position), kind),
    }
}

/// Whether what the function makes has as many elements as its first argument.
fn keeps_count(of: Intrinsic) -> bool {
    use Intrinsic::*;
    matches!(of, Enumerate | Reversed | ListReverse | Sorted | ListSort | SortedBy)
}

/// Whether the function changes its first argument.
fn changes(of: Intrinsic) -> bool {
    of.effect().param(0) == ParamUse::Change
}

/// Whether a list of it is walked as it is.
fn is_walked_as_it_is(of: &Value) -> bool {
    matches!(of, Value::Symbol(..) | Value::Term(_) | Value::Range(_))
}

fn pair((position, element): (i64, &Value)) -> Value {
    Value::Tuple(Rc::from([Value::int(position), element.clone()]))
}

fn joined(elements: &[Value], more: &[Value]) -> Value {
    Value::List(elements.iter().chain(more).cloned().collect())
}

fn zipped(state: &State, sides: &[Value]) -> Option<Value> {
    let sides: Vec<Rc<[Value]>> =
        sides.iter().map(|side| state.elements(side)).collect::<Option<_>>()?;
    let count = sides.iter().map(|side| side.len()).min()?;
    let row = |at: usize| Value::Tuple(sides.iter().map(|side| side[at].clone()).collect());
    Some(Value::List((0..count).map(row).collect()))
}

fn reversed(state: &State, of: &Value) -> Option<Value> {
    let elements = state.elements(of)?;
    Some(Value::List(elements.iter().rev().cloned().collect()))
}

/// The elements by keys that are known ints.
fn sorted(state: &State, of: &Value, keys: &Value, descending: &Value) -> Option<Value> {
    let (elements, keys) = (state.elements(of)?, state.elements(keys)?);
    let keys: Vec<i64> = keys.iter().map(|key| state.int(key)).collect::<Option<_>>()?;
    let mut order: Vec<(i64, &Value)> = keys.into_iter().zip(elements.iter()).collect();
    match descending {
        Value::Const(Const::Bool(false)) => order.sort_by_key(|(key, _)| *key),
        Value::Const(Const::Bool(true)) => order.sort_by_key(|(key, _)| std::cmp::Reverse(*key)),
        _ => return None,
    }
    Some(Value::List(order.into_iter().map(|(_, element)| element.clone()).collect()))
}

/// How many entries a map has that is written out, where all its keys are known.
fn count_of_keys(entries: &[Value]) -> Option<i64> {
    let keys: Vec<&Value> = entries.iter().step_by(2).collect();
    let is_new = |(at, key): (usize, &&Value)| !keys[..at].contains(key);
    let all_known = keys.iter().all(|key| matches!(key, Value::Const(_)));
    all_known.then(|| keys.iter().enumerate().filter(|of| is_new(*of)).count() as i64)
}
