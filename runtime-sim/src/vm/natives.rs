//! The functions and methods that the machine provides: those that compute here, by the types
//! they belong to; those that other tasks or the outside can see in [`visible`].

mod containers;
mod convert;
mod text;
mod visible;

use weir_analyzer::mir::Intrinsic;

use super::operators::wanted;
use crate::failure::{FailureKind as Kind, Fallible, fail};
use crate::machine::Machine;
use crate::program::{Piece, Program};
use crate::task::Fiber;
use crate::value::{Printer, Value, compare, equal, format_value};

/// The arguments of one call.
pub(super) type Args = Vec<Value>;

impl Machine {
    /// Calls an intrinsic that nobody else can see.
    pub(super) fn native(
        &mut self,
        program: &Program,
        intrinsic: Intrinsic,
        args: Args,
    ) -> Fallible<Value> {
        let name = intrinsic.name();
        match name.split_once('.').map_or("", |(owner, _)| owner) {
            "str" => text::call(self, intrinsic, args),
            "int" | "float" | "duration" => convert::duration(intrinsic, &args),
            "Option" | "Result" | "Failure" => self.part_of_result(program, intrinsic, &args),
            "" => self.free_function(program, intrinsic, args),
            _ => containers::method(self, program, intrinsic, args),
        }
    }

    fn free_function(
        &mut self,
        program: &Program,
        intrinsic: Intrinsic,
        args: Args,
    ) -> Fallible<Value> {
        use Intrinsic::*;
        let first = arg(&args, 0);
        match intrinsic {
            Len => containers::len(&self.heap, first).map(Value::Int),
            Range => containers::range(&args),
            Min | Max => self.extreme(intrinsic == Max, args),
            Abs => match first {
                Value::Int(value) => match value.checked_abs() {
                    Some(value) => Ok(Value::Int(value)),
                    None => fail(Kind::Overflow, format!("abs({value}) is too large for an int")),
                },
                Value::Float(value) => Ok(Value::Float(value.abs())),
                Value::Duration(value) => Ok(Value::Duration(value.saturating_abs())),
                other => Err(wanted("a number", other)),
            },
            Sum => self.sum(first),
            Sorted => {
                let mut items = super::access::elements(&self.heap, first)?;
                containers::sort(&mut items);
                Ok(Value::list(items))
            }
            Enumerate => {
                let items = super::access::elements(&self.heap, first)?;
                let pairs = items.into_iter().zip(0..);
                Ok(Value::list(
                    pairs.map(|(item, at)| Value::tuple(vec![Value::Int(at), item])).collect(),
                ))
            }
            AssertEq => match equal(first, arg(&args, 1)) {
                true => Ok(Value::Unit),
                false => {
                    let mut printer = Printer::new(program, &self.heap);
                    let (left, right) = (printer.literal(first), printer.literal(arg(&args, 1)));
                    fail(Kind::Assert, format!("assertion failed: {left} == {right}"))
                }
            },
            ToStr => match first {
                Value::Lost => crate::vm::lost(),
                value => Ok(Value::str(Printer::new(program, &self.heap).text(value))),
            },
            ToInt => convert::to_int(first),
            ToFloat => convert::to_float(first),
            _ => containers::construct(self, intrinsic, args),
        }
    }

    /// The smallest or largest of the arguments, or of the one argument's elements; the first wins.
    fn extreme(&mut self, is_max: bool, args: Args) -> Fallible<Value> {
        let items = match args.as_slice() {
            [only] => super::access::elements(&self.heap, only)?,
            _ => args,
        };
        let mut items = items.into_iter();
        let Some(mut best) = items.next() else {
            let name = if is_max { "max" } else { "min" };
            return fail(Kind::Value, format!("`{name}` of nothing: the list has 0 items"));
        };
        for item in items {
            let order = compare(&item, &best);
            let is_better =
                order.is_some_and(|order| if is_max { order.is_gt() } else { order.is_lt() });
            if is_better {
                best = item;
            }
        }
        Ok(best)
    }

    fn sum(&mut self, items: &Value) -> Fallible<Value> {
        use weir_analyzer::hir::BinaryOp::Add;
        let items = super::access::elements(&self.heap, items)?;
        let mut items = items.into_iter();
        let Some(mut total) = items.next() else { return Ok(Value::Int(0)) };
        for item in items {
            total = super::operators::binary(self, Add, &total, &item)?;
        }
        Ok(total)
    }

    fn part_of_result(
        &mut self,
        program: &Program,
        intrinsic: Intrinsic,
        args: &[Value],
    ) -> Fallible<Value> {
        use Intrinsic::*;
        let of = arg(args, 0);
        let held = match of {
            Value::Some(held) | Value::Ok(held) => held.first(),
            _ => None,
        };
        Ok(match intrinsic {
            OptionIsSome | ResultIsOk => Value::Bool(held.is_some()),
            OptionIsNone | ResultIsErr => Value::Bool(held.is_none()),
            OptionUnwrapOr | ResultUnwrapOr => held.unwrap_or(arg(args, 1)).clone(),
            OptionUnwrap | ResultUnwrap => match (held, of) {
                (Some(held), _) => held.clone(),
                (None, Value::Lost) => return crate::vm::lost(),
                (None, of) => {
                    let of = Printer::new(program, &self.heap).literal(of);
                    return fail(Kind::Unwrap, format!("unwrap of {of}"));
                }
            },
            FailureMessage => super::access::field(&self.heap, of, 0)?,
            FailureKind => super::access::field(&self.heap, of, 1)?,
            FailureTrace => super::access::field(&self.heap, of, 2)?,
            _ => return Err(wanted("an Option or a Result", of)),
        })
    }

    /// An f-string.
    pub(super) fn format(
        &self,
        program: &Program,
        fiber: &Fiber,
        pieces: &[Piece],
    ) -> Fallible<Value> {
        let mut out = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Value { value, literal, format } => {
                    let value = self.read(fiber, *value);
                    if matches!(value, Value::Lost) {
                        return crate::vm::lost();
                    }
                    let mut printer = Printer::new(program, &self.heap);
                    let text = if *literal { printer.literal(value) } else { printer.text(value) };
                    out.push_str(&match format {
                        Some(format) => format_value(value, text, format)?,
                        None => text,
                    });
                }
            }
            super::operators::bounded(out.len())?;
        }
        Ok(Value::str(out))
    }
}

/// An argument; a missing one is `()`.
pub(super) fn arg(args: &[Value], at: usize) -> &Value {
    args.get(at).unwrap_or(&Value::Unit)
}

pub(super) fn int_arg(args: &[Value], at: usize) -> Fallible<i64> {
    match arg(args, at) {
        Value::Int(value) => Ok(*value),
        other => Err(wanted("an int", other)),
    }
}
