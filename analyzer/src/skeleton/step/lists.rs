//! Functions on lists: what they make of the elements, where these are known.
//!
//! Of those whose elements are not known, see [`super::parts`].

use std::rc::Rc;

use super::local::Moved;
use super::{Machine, Stop};
use crate::mir::{Const, Intrinsic, Local, Operand, ParamUse};
use crate::skeleton::graph::{NodeId, Tag};
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

/// The elements by keys that are known ints or texts.
fn sorted(state: &State, of: &Value, keys: &Value, descending: &Value) -> Option<Value> {
    let (elements, keys) = (state.elements(of)?, state.elements(keys)?);
    let ints: Option<Vec<i64>> = keys.iter().map(|key| state.int(key)).collect();
    let text = |key: &Value| match key {
        Value::Const(Const::Str(text)) => Some(text.clone()),
        _ => None,
    };
    let descending = match descending {
        Value::Const(Const::Bool(descending)) => *descending,
        _ => return None,
    };
    match ints {
        Some(ints) => Some(arranged(&elements, ints, descending)),
        None => {
            let texts: Option<Vec<_>> = keys.iter().map(text).collect();
            Some(arranged(&elements, texts?, descending))
        }
    }
}

fn arranged<K: Ord>(elements: &[Value], keys: Vec<K>, descending: bool) -> Value {
    let mut order: Vec<(K, &Value)> = keys.into_iter().zip(elements).collect();
    match descending {
        false => order.sort_by(|(one, _), (other, _)| one.cmp(other)),
        true => order.sort_by(|(one, _), (other, _)| other.cmp(one)),
    }
    Value::List(order.into_iter().map(|(_, element)| element.clone()).collect())
}
