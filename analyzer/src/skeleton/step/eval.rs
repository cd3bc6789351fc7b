//! What an rvalue or opaque computation puts into a register.

use std::rc::Rc;

use super::parts::length;
use crate::hir::{BinaryOp, UnaryOp};
use crate::mir::{
    BodyId, Callee, Const, EnumRef, FormatPiece, Intrinsic, Local, Operand, Rvalue, VariantRef,
};
use crate::skeleton::graph::{Form, Kind, Skeleton, Tag, Which};
use crate::skeleton::state::value::{LIST_LEN_MAX, Value};
use crate::skeleton::state::{Frame, State};

/// The value of an operand.
pub(super) fn operand(frame: &Frame, of: &Operand) -> Value {
    match of {
        Operand::Local(local) => frame.registers[local.index()].clone(),
        Operand::Const(value) => Value::Const(value.clone()),
    }
}

/// The value of an rvalue. Objects that go into what is not followed escape.
pub(super) fn rvalue(
    skeleton: &Skeleton,
    state: &mut State,
    task: u32,
    dest: Local,
    value: &Rvalue,
) -> Value {
    let Some(frame) = state.tasks[task as usize].frames.last() else { return Value::Unknown };
    let kind = skeleton.routine(frame.routine).local(dest).kind;
    let get = |of: &Operand| operand(frame, of);
    let form = |of: &Operand| {
        let of = of.local().map(|of| skeleton.routine(frame.routine).local(of).form);
        of.unwrap_or(Form::Other)
    };
    let all = |parts: &[Operand]| -> Rc<[Value]> { parts.iter().map(&get).collect() };
    match value {
        _ if let Some(place) = skeleton.constant(value) => {
            state.tasks[task as usize].constants.0[place].clone()
        }
        Rvalue::Use(of) | Rvalue::Convert(crate::mir::Conversion::ToSender, of) => get(of),
        Rvalue::Convert(crate::mir::Conversion::ToReceiver, of) => get(of),
        Rvalue::Convert(crate::mir::Conversion::IntToFloat, of) => {
            Value::computed(Tag::ToFloat, vec![get(of)], kind)
        }
        Rvalue::TaskLocal(_) => Value::Unknown,
        Rvalue::Unary(op, of) => Value::computed(Tag::Unary(*op), vec![get(of)], kind),
        Rvalue::Binary(op @ (BinaryOp::In | BinaryOp::NotIn), key, of) if form(of) == Form::Map => {
            let found = is_second(entry(get(of), get(key)));
            if *op == BinaryOp::In { found } else { not(found) }
        }
        Rvalue::Binary(op, a, b) => Value::computed(Tag::Binary(*op), vec![get(a), get(b)], kind),
        Rvalue::Field(of, index) | Rvalue::TupleField(of, index) => field(get(of), *index, kind),
        Rvalue::Index(of, key) if form(of) == Form::Map => {
            payload(entry(get(of), get(key)), Which::SECOND.index, 0, kind)
        }
        Rvalue::Index(of, index) => {
            let (of, at) = (get(of), get(index));
            match (state.elements(&of), state.int(&at)) {
                (Some(parts), Some(at)) => element(&Value::List(parts), &Value::int(at), kind),
                _ => element(&of, &at, kind),
            }
        }
        Rvalue::Slice(of, start, end) => {
            let of = get(of);
            let bound =
                |bound: &Option<Operand>| bound.as_ref().map(|bound| state.int(&get(bound)));
            slice(state, &of, bound(start), bound(end))
                .unwrap_or_else(|| Value::computed(Tag::Slice, vec![of, Value::Unknown], kind))
        }
        Rvalue::IsVariant(of, variant) => {
            let tag = Tag::IsVariant(which(variant, form(of)));
            Value::computed(tag, vec![get(of)], Kind::Bool)
        }
        Rvalue::Payload(of, variant, index) => payload(get(of), variant.index, *index, kind),
        Rvalue::List(parts) if parts.len() <= LIST_LEN_MAX => Value::List(all(parts)),
        Rvalue::Tuple(parts) => Value::Tuple(all(parts)),
        Rvalue::Struct(..) if kind == Kind::Owned => escaping(state, task, value),
        Rvalue::Struct(_, parts) => Value::Tuple(all(parts)),
        Rvalue::Variant(variant, parts) => {
            let form = skeleton.routine(frame.routine).local(dest).form;
            Value::Variant(which(variant, form), all(parts))
        }
        Rvalue::Iterate(of) => match get(of) {
            Value::Object(object) if !state.is_list(object) => Value::Object(object),
            of => Value::Iterator(Rc::new(of), 0),
        },
        Rvalue::Closure(body, captures) => {
            let item = skeleton.routine(frame.routine).item;
            match skeleton.routine_of(item, *body) {
                Some(routine) => Value::Function(routine, all(captures)),
                None => escaping(state, task, value),
            }
        }
        Rvalue::Function(Callee::Item(item)) => match skeleton.routine_of(*item, BodyId(0)) {
            Some(routine) => Value::Function(routine, Rc::from([])),
            None => Value::Unknown,
        },
        Rvalue::Map(_) => composed(state, task, Tag::Map, value, kind),
        Rvalue::Set(_) => composed(state, task, Tag::Set, value, kind),
        Rvalue::Format(pieces) => formatted(pieces, &get)
            .unwrap_or_else(|| composed(state, task, format_tag(pieces), value, kind)),
        Rvalue::List(_) | Rvalue::Constant(_) | Rvalue::Function(_) => escaping(state, task, value),
    }
}

/// The value of a computation that is not looked into.
pub(super) fn opaque(tag: &Tag, args: Vec<Value>, kind: Kind) -> Value {
    match (tag, args.as_slice()) {
        (Tag::Intrinsic(Intrinsic::Range), _) => range(&args),
        (Tag::Payload(variant, index), [of]) => payload(of.clone(), *variant, *index, kind),
        (Tag::Len, [of]) => length(of),
        (Tag::Intrinsic(Intrinsic::MapGet), [of, key, rest @ ..]) => {
            match (looked_up(of, key), rest) {
                (Some(found), []) => found.map_or_else(Value::none, Value::some),
                (Some(found), [otherwise]) => found.unwrap_or_else(|| otherwise.clone()),
                _ => Value::computed(tag.clone(), args, kind),
            }
        }
        _ => Value::computed(tag.clone(), args, kind),
    }
}

/// A new value of which it is not known what it may be.
pub(super) fn chance(value: Value) -> Value {
    let kind = value.kind();
    Value::computed(Tag::Chance, vec![value], kind)
}

/// `range(stop)` or `range(start, stop, step)`
fn range(args: &[Value]) -> Value {
    let parts = match args {
        [stop] => [Value::int(0), stop.clone(), Value::int(1)],
        [start, stop] => [start.clone(), stop.clone(), Value::int(1)],
        [start, stop, step] => [start.clone(), stop.clone(), step.clone()],
        _ => return Value::Unknown,
    };
    Value::Range(Rc::new(parts))
}

/// A part of a list whose elements and bounds are known; bounds beyond its ends are moved there.
fn slice(
    state: &State,
    of: &Value,
    start: Option<Option<i64>>,
    end: Option<Option<i64>>,
) -> Option<Value> {
    let elements = state.elements(of)?;
    let count = elements.len() as i64;
    let place = |bound: i64| {
        let from_start = if bound < 0 { bound + count } else { bound };
        from_start.clamp(0, count) as usize
    };
    let start = start.map_or(Some(0), |bound| bound.map(place))?;
    let end = end.map_or(Some(elements.len()), |bound| bound.map(place))?;
    Some(Value::List(elements.get(start..end).unwrap_or_default().into()))
}

fn field(of: Value, index: u32, kind: Kind) -> Value {
    match &of {
        Value::Tuple(parts) => part(parts, index, kind),
        _ => Value::computed(Tag::Field(index), vec![of], kind),
    }
}

fn part(parts: &[Value], index: u32, kind: Kind) -> Value {
    parts.get(index as usize).map_or(Value::Unknown, |part| part.clone().of_kind(kind))
}

/// An element of a list.
pub(super) fn element(of: &Value, index: &Value, kind: Kind) -> Value {
    match (of, index) {
        (Value::List(parts), Value::Const(Const::Int(index))) => {
            let from_end = if *index < 0 { parts.len() as i64 + index } else { *index };
            let found = usize::try_from(from_end).ok().and_then(|index| parts.get(index));
            found.cloned().unwrap_or(Value::Unknown)
        }
        _ => Value::computed(Tag::Element, vec![of.clone(), index.clone()], kind),
    }
}

/// The text around the values of a format, and how each is written.
fn format_tag(pieces: &[FormatPiece]) -> Tag {
    let piece = |piece: &FormatPiece| match piece {
        FormatPiece::Text(text) => format!("{text:?}"),
        FormatPiece::Value { value: _, literal, format } => format!("{literal}{format:?}"),
    };
    Tag::Format(pieces.iter().map(piece).collect())
}

/// The text itself, where all in it is known and written plainly.
fn formatted(pieces: &[FormatPiece], get: &dyn Fn(&Operand) -> Value) -> Option<Value> {
    let piece = |piece: &FormatPiece| match piece {
        FormatPiece::Text(text) => Some(Value::Const(Const::Str(text.clone()))),
        FormatPiece::Value { value, literal: false, format: None } => {
            let text = Tag::Intrinsic(Intrinsic::ToStr);
            Some(Value::computed(text, vec![get(value)], Kind::Value))
        }
        FormatPiece::Value { .. } => None,
    };
    let join = |a, b| Value::computed(Tag::Binary(BinaryOp::Add), vec![a, b], Kind::Value);
    let pieces: Vec<Value> = pieces.iter().map(piece).collect::<Option<_>>()?;
    let all_known = pieces.iter().all(|piece| matches!(piece, Value::Const(_)));
    pieces.into_iter().reduce(join).filter(|text| all_known && matches!(text, Value::Const(_)))
}

/// What a map holds under a key, where the map is written out and all its keys are known.
fn looked_up(of: &Value, key: &Value) -> Option<Option<Value>> {
    let Value::Term(map) = of else { return None };
    let entries = map.args().chunks_exact(2);
    let is_known = |key: &Value| matches!(key, Value::Const(_));
    let all_known = *map.tag() == Tag::Map && entries.clone().all(|entry| is_known(&entry[0]));
    let found = || entries.rev().find(|entry| entry[0] == *key).map(|entry| entry[1].clone());
    (all_known && is_known(key)).then(found)
}

pub(super) fn payload(of: Value, variant: u32, index: u32, kind: Kind) -> Value {
    match &of {
        Value::Variant(is, parts) if is.index == variant => part(parts, index, kind),
        Value::Variant(..) => Value::Unknown,
        _ => Value::computed(Tag::Payload(variant, index), vec![of], kind),
    }
}

/// What a map holds under a key: `Some` of it, or `None`.
pub(super) fn entry(of: Value, key: Value) -> Value {
    opaque(&Tag::Intrinsic(Intrinsic::MapGet), vec![of, key], Kind::Value)
}

fn which(variant: &VariantRef, of: Form) -> Which {
    let count = match variant.owner {
        EnumRef::Option | EnumRef::Result => 2,
        _ => of.variants(),
    };
    Which { index: variant.index, count }
}

/// Whether it is a `Some` or an `Err`.
fn is_second(of: Value) -> Value {
    Value::computed(Tag::IsVariant(Which::SECOND), vec![of], Kind::Bool)
}

fn not(of: Value) -> Value {
    Value::computed(Tag::Unary(UnaryOp::Not), vec![of], Kind::Bool)
}

/// What is made of values that stay as they are is the same wherever it is made of the same.
fn composed(state: &mut State, task: u32, tag: Tag, value: &Rvalue, kind: Kind) -> Value {
    let Some(frame) = state.tasks[task as usize].frames.last() else { return Value::Unknown };
    let parts = value.operands().into_iter().map(|of| operand(frame, of)).collect();
    match Value::computed(tag, parts, kind) {
        Value::Unknown => escaping(state, task, value),
        made => made,
    }
}

/// Nothing is known of the value, and what it is made of is out of sight.
fn escaping(state: &mut State, task: u32, value: &Rvalue) -> Value {
    let Some(frame) = state.tasks[task as usize].frames.last() else { return Value::Unknown };
    let parts: Vec<Value> = value.operands().into_iter().map(|of| operand(frame, of)).collect();
    parts.iter().for_each(|part| state.escape(part));
    Value::Unknown
}
