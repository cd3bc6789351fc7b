//! The functions and methods that the machine provides: those that compute here, a file for each
//! family; those that other tasks or the outside can see in [`visible`].
//!
//! What calls a function of the program, such as `sorted` with a `key`, is none of them: its body
//! is Weir, in the prelude.

mod bytes;
mod list;
mod map;
mod math;
mod numbers;
mod outside;
mod results;
mod set;
mod sync;
mod sync_new;
mod tasks;
mod text;
mod twins;
mod visible;
mod walks;

pub(crate) use outside::undoing;
pub(super) use walks::len as length;

use weir_analyzer::mir::{Family, Intrinsic};

use super::operators::{shown, wanted};
use crate::bounds::DRAFT_BYTES_MAX;
use crate::failure::{FailureKind as Kind, Fallible, fail};
use crate::machine::Machine;
use crate::program::{Native, Piece, Program};
use crate::room::bounded;
use crate::task::Fiber;
use crate::value::{Printer, Value, format_value, push_int};

/// The arguments of one call.
pub(super) type Args = Vec<Value>;

/// A call of an intrinsic that nobody else can see.
struct Call<'a> {
    machine: &'a mut Machine,
    program: &'a Program,
    intrinsic: Intrinsic,
    args: Args,
}

impl Machine {
    /// Calls an intrinsic that nobody else can see.
    pub(super) fn native(
        &mut self,
        program: &Program,
        intrinsic: Intrinsic,
        args: Args,
    ) -> Fallible<Value> {
        let call = Call { machine: self, program, intrinsic, args };
        match intrinsic.family() {
            Family::Walks => walks::call(call),
            Family::Numbers => numbers::call(&call),
            Family::Str => text::call(&call),
            Family::Bytes => bytes::call(&call),
            Family::List => list::call(call),
            Family::Map => map::call(call),
            Family::Math => math::call(&call),
            Family::Set => set::call(call),
            Family::Results => results::call(&call),
            Family::SyncNew => sync_new::call(call),
            Family::Output
            | Family::Run
            | Family::Parallel
            | Family::Tasks
            | Family::Sync
            | Family::Outside => call.unknown(),
        }
    }

    /// An f-string. It is written where the one before was, and gets memory once its length is known.
    pub(super) fn format(
        &mut self,
        program: &Program,
        fiber: &Fiber,
        pieces: &[Piece],
    ) -> Fallible<Value> {
        let mut out = std::mem::take(&mut self.draft);
        out.clear();
        self.write_pieces(&mut out, program, fiber, pieces)?;
        if out.len() > DRAFT_BYTES_MAX {
            return Ok(Value::str(out));
        }
        let text = Value::str(out.as_str());
        self.draft = out;
        Ok(text)
    }

    fn write_pieces(
        &self,
        out: &mut String,
        program: &Program,
        fiber: &Fiber,
        pieces: &[Piece],
    ) -> Fallible<()> {
        for piece in pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Value { value, literal, format } => {
                    let mut printer = Printer::new(program, &self.heap);
                    shown(&self.heap, self.read(fiber, *value))?;
                    match (self.read(fiber, *value), format) {
                        (Value::Int(value), None) => push_int(out, *value),
                        (value, None) if *literal => printer.write(out, value)?,
                        (value, None) => printer.write_text(out, value)?,
                        (value, Some(format)) => {
                            let mut text = String::new();
                            match literal {
                                true => printer.write(&mut text, value)?,
                                false => printer.write_text(&mut text, value)?,
                            }
                            out.push_str(&format_value(value, text, format)?);
                        }
                    }
                }
            }
            bounded(out.len())?;
        }
        Ok(())
    }
}

impl Call<'_> {
    fn arg(&self, at: usize) -> &Value {
        arg(&self.args, at)
    }

    fn int(&self, at: usize) -> Fallible<i64> {
        int_arg(&self.args, at)
    }

    fn flag(&self, at: usize) -> Fallible<bool> {
        match self.arg(at) {
            Value::Bool(value) => Ok(*value),
            other => Err(wanted("a bool", other)),
        }
    }

    /// All elements of an argument that can be walked; none when it was left out.
    fn elements(&self, at: usize) -> Fallible<Vec<Value>> {
        match self.args.get(at) {
            Some(over) => super::access::elements(&self.machine.heap, over),
            None => Ok(Vec::new()),
        }
    }

    /// The value as the expression that makes it.
    fn literal(&self, value: &Value) -> Fallible<String> {
        Printer::new(self.program, &self.machine.heap).literal(value)
    }

    /// What the types rule out.
    fn unknown(&self) -> Fallible<Value> {
        let message = format!("`{}` cannot be called like this", self.intrinsic.name());
        fail(Kind::Error, message)
    }
}

impl Native {
    /// Whether other tasks or the outside can see it.
    pub(super) fn is_visible(self) -> bool {
        use Family::*;
        matches!(self.0.family(), Output | Run | Parallel | Tasks | Sync | Outside)
    }
}

/// An argument; a missing one is `()`.
fn arg(args: &[Value], at: usize) -> &Value {
    args.get(at).unwrap_or(&Value::Unit)
}

fn int_arg(args: &[Value], at: usize) -> Fallible<i64> {
    match arg(args, at) {
        Value::Int(value) => Ok(*value),
        other => Err(wanted("an int", other)),
    }
}
