//! Natives that are called all the time, done without a row of arguments.
//!
//! What it is not: another meaning. Invariant: what is not the plain case of a type is left to
//! [`natives`](super::natives), which gives the same value for what is done here.

use weir_analyzer::mir::Intrinsic;

use crate::bounds::VALUE_ITEMS_MAX;
use crate::heap::Object;
use crate::machine::Machine;
use crate::program::{Reg, Slot};
use crate::value::{KeyRef, Value};

impl Machine {
    /// Does a plain call; says whether it was one.
    #[inline]
    pub(super) fn shortcut(
        &mut self,
        intrinsic: Intrinsic,
        dest: Reg,
        args: &[Slot],
        registers: &mut [Value],
        literals: &[Value],
    ) -> bool {
        let read = |slot: Slot| match slot.as_register() {
            Some(register) => &registers[register.index()],
            None => &literals[slot.as_constant().unwrap_or(0)],
        };
        match (intrinsic, args) {
            (Intrinsic::Len, [of]) => {
                let Some(length) = self.quick_len(read(*of)) else { return false };
                registers[dest.index()].put_int(length as i64);
            }
            (Intrinsic::MathSqrt, [of]) => {
                let Value::Float(value) = read(*of) else { return false };
                if *value < 0.0 {
                    return false;
                }
                let root = value.sqrt();
                registers[dest.index()].put_float(root);
            }
            (Intrinsic::MutableListAppend, [list, value]) => {
                let Value::Owned(id) = read(*list) else { return false };
                let Object::List(items) = self.heap.object_mut(*id) else { return false };
                if items.len() >= VALUE_ITEMS_MAX {
                    return false;
                }
                items.push(read(*value).clone());
                registers[dest.index()] = Value::Unit;
            }
            (Intrinsic::MapGet, [map, key, otherwise]) => {
                let Value::Owned(id) = read(*map) else { return false };
                let Object::Map(map) = self.heap.object(*id) else { return false };
                match map.get(&KeyRef(read(*key))) {
                    Some(found) => registers[dest.index()].put_copy(found),
                    None => {
                        let otherwise = read(*otherwise).clone();
                        registers[dest.index()] = otherwise;
                    }
                }
            }
            _ => return false,
        }
        true
    }

    fn quick_len(&self, of: &Value) -> Option<usize> {
        match of {
            Value::List(items) => Some(items.len()),
            Value::Str(text) if text.ascii => Some(text.text.len()),
            Value::Owned(id) => match self.heap.object(*id) {
                Object::List(items) => Some(items.len()),
                _ => None,
            },
            _ => None,
        }
    }
}
