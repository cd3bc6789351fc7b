//! The registers of the running frame, beside the program's constants.
//!
//! What it is not: what instructions mean. Invariant: they are all that the running body has, so that a sound
//! program names no other.

use super::unchecked::{operand, place, register};
use crate::program::{Reg, Slot};
use crate::value::{Value, apart};

/// What the instructions of the running frame read and write.
pub(in crate::vm) struct Registers<'a> {
    pub(in crate::vm) own: &'a mut [Value],
    pub(in crate::vm) literals: &'a [Value],
}

impl Registers<'_> {
    #[inline(always)]
    pub(in crate::vm) fn read(&self, slot: Slot) -> &Value {
        operand(self.own, self.literals, slot)
    }

    #[inline(always)]
    pub(super) fn at(&self, register_: Reg) -> &Value {
        register(self.own, register_)
    }

    #[inline(always)]
    pub(in crate::vm) fn place(&mut self, at: Reg) -> &mut Value {
        place(self.own, at)
    }

    /// Both, if they are ints.
    #[inline(always)]
    pub(super) fn ints(&self, left: Slot, right: Slot) -> Option<(i64, i64)> {
        match (self.read(left), self.read(right)) {
            (Value::Int(left), Value::Int(right)) => Some((*left, *right)),
            _ => None,
        }
    }

    /// One and an int that stands in the instruction.
    #[inline(always)]
    pub(super) fn int_and(&self, left: Slot, right: i32) -> Option<(i64, i64)> {
        match self.read(left) {
            Value::Int(left) => Some((*left, i64::from(right))),
            _ => None,
        }
    }

    /// Both, if they are floats.
    #[inline(always)]
    pub(super) fn floats(&self, left: Slot, right: Slot) -> Option<(f64, f64)> {
        match (self.read(left), self.read(right)) {
            (Value::Float(left), Value::Float(right)) => Some((*left, *right)),
            _ => None,
        }
    }

    /// Bits, into a register that never holds more.
    #[inline(always)]
    pub(super) fn set(&mut self, dest: Reg, bits: Value) {
        self.place(dest).set(bits);
    }

    /// The same value in one more register.
    #[inline(always)]
    pub(super) fn copy(&mut self, dest: Reg, value: Slot) {
        match self.read(value) {
            Value::Int(value) => {
                let value = apart(value);
                self.place(dest).put_int(value);
            }
            Value::Float(value) => {
                let value = apart(value);
                self.place(dest).put_float(value);
            }
            Value::Bool(value) => {
                let value = apart(value);
                self.place(dest).put_bool(value);
            }
            _ => self.share(dest, value),
        }
    }

    #[inline(never)]
    fn share(&mut self, dest: Reg, value: Slot) {
        let value = self.read(value).share();
        self.place(dest).replace(value);
    }

    /// What they are made of, for who is called: it does not have to be in memory for that.
    #[inline(always)]
    pub(super) fn lend(&mut self) -> (&mut [Value], &[Value]) {
        (self.own, self.literals)
    }
}
