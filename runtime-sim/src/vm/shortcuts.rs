//! Natives that are called all the time, done without a row of arguments.
//!
//! What it is not: another meaning. Invariant: what is not the plain case of a type is left to
//! [`natives`](super::natives), which gives the same value for what is done here.

use weir_analyzer::mir::Intrinsic;

use crate::bounds::VALUE_ITEMS_MAX;
use crate::heap::Object;
use crate::machine::Machine;
use crate::program::Slot;
use crate::value::{KeyRef, Value};

impl Machine {
    /// The result of a plain call.
    #[inline]
    pub(super) fn shortcut(
        &mut self,
        intrinsic: Intrinsic,
        args: &[Slot],
        registers: &[Value],
        literals: &[Value],
    ) -> Option<Value> {
        let read = |slot: Slot| match slot.as_register() {
            Some(register) => &registers[register.index()],
            None => &literals[slot.as_constant().unwrap_or(0)],
        };
        match (intrinsic, args) {
            (Intrinsic::Len, [of]) => self.quick_len(read(*of)),
            (Intrinsic::MathSqrt, [of]) => match read(*of) {
                Value::Float(value) if *value >= 0.0 => Some(Value::Float(value.sqrt())),
                _ => None,
            },
            (Intrinsic::MutableListAppend, [list, value]) => {
                let Value::Owned(id) = read(*list) else { return None };
                let Object::List(items) = self.heap.object_mut(*id) else { return None };
                (items.len() < VALUE_ITEMS_MAX).then(|| {
                    items.push(read(*value).copied());
                    Value::Unit
                })
            }
            (Intrinsic::MapGet, [map, key, otherwise]) => {
                let found = self.quick_get(read(*map), read(*key))?;
                Some(found.unwrap_or_else(|| read(*otherwise)).copied())
            }
            _ => None,
        }
    }

    fn quick_len(&self, of: &Value) -> Option<Value> {
        let length = match of {
            Value::List(items) => items.len(),
            Value::Str(text) if text.ascii => text.text.len(),
            Value::Owned(id) => match self.heap.object(*id) {
                Object::List(items) => items.len(),
                _ => return None,
            },
            _ => return None,
        };
        Some(Value::Int(length as i64))
    }

    /// What a map has for a key; none when it is no map.
    fn quick_get(&self, map: &Value, key: &Value) -> Option<Option<&Value>> {
        let map = match map {
            Value::Owned(id) => match self.heap.object(*id) {
                Object::Map(map) => map,
                _ => return None,
            },
            _ => return None,
        };
        Some(map.get(&KeyRef(key)))
    }
}
