//! Natives that are called all the time, done without a row of arguments.
//!
//! What it is not: another meaning. Invariant: what is not the plain case of a type is left to
//! [`natives`](super::natives), which gives the same value for what is done here.

use weir_analyzer::mir::Intrinsic;

use super::interpret::Registers;
use crate::bounds::VALUE_ITEMS_MAX;
use crate::heap::Object;
use crate::machine::Machine;
use crate::program::{Reg, Slot};
use crate::value::Value;

/// What came of trying.
pub(super) enum Shortcut {
    /// It was no plain call.
    None,
    /// It is done, and nothing takes more memory than before.
    Done,
    /// It is done.
    Made,
}

impl Machine {
    /// Does a plain call.
    #[inline]
    pub(super) fn shortcut(
        &mut self,
        intrinsic: Intrinsic,
        dest: Reg,
        args: &[Slot],
        registers: &mut Registers<'_>,
    ) -> Shortcut {
        match (intrinsic, args) {
            (Intrinsic::Len, [of]) => {
                let Some(length) = self.quick_len(registers.read(*of)) else {
                    return Shortcut::None;
                };
                registers.place(dest).put_int(length as i64);
                Shortcut::Done
            }
            (Intrinsic::MathSqrt, [of]) => match registers.read(*of) {
                Value::Float(value) if *value >= 0.0 => {
                    let root = value.sqrt();
                    registers.place(dest).put_float(root);
                    Shortcut::Done
                }
                _ => Shortcut::None,
            },
            (Intrinsic::MutableListAppend, [list, value]) => {
                let Value::Owned(id) = registers.read(*list) else { return Shortcut::None };
                let object = self.heap.object_mut(*id);
                if object.elements().is_none_or(|count| count >= VALUE_ITEMS_MAX) {
                    return Shortcut::None;
                }
                match (object, registers.read(*value)) {
                    (Object::List(items), value) => items.push(value.clone()),
                    (Object::Flags(flags), Value::Bool(flag)) => flags.push(*flag),
                    _ => return Shortcut::None,
                }
                *registers.place(dest) = Value::Unit;
                Shortcut::Made
            }
            (Intrinsic::MapGet, [map, key, otherwise]) => {
                let Value::Owned(id) = registers.read(*map) else { return Shortcut::None };
                if !matches!(self.heap.object(*id), Object::Map(_)) {
                    return Shortcut::None;
                }
                match self.heap.entry(*id, registers.read(*key)) {
                    Some(found) => registers.place(dest).put_copy(found),
                    None => {
                        let otherwise = registers.read(*otherwise).clone();
                        *registers.place(dest) = otherwise;
                    }
                }
                Shortcut::Done
            }
            _ => Shortcut::None,
        }
    }

    fn quick_len(&self, of: &Value) -> Option<usize> {
        match of {
            Value::List(items) => Some(items.len()),
            Value::Str(text) if text.is_ascii() => Some(text.as_bytes().len()),
            Value::Owned(id) => self.heap.object(*id).elements(),
            _ => None,
        }
    }
}
