//! The registers of the running frame, beside the program's constants.
//!
//! What it is not: what instructions mean. Invariant: they are all that the running body has, so that a sound
//! program names no other.

use std::rc::Rc;

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
    fn floats(&self, (left, right): (Slot, Slot)) -> Option<(f64, f64)> {
        match (self.read(left), self.read(right)) {
            (Value::Float(left), Value::Float(right)) => Some((*left, *right)),
            _ => None,
        }
    }

    /// Bits, into a register that never holds more.
    #[inline(always)]
    fn set(&mut self, dest: Reg, bits: Value) -> bool {
        self.place(dest).set(bits);
        true
    }

    // What follows says whether it is done: whether the operands are of the type, and have a result.

    #[inline(always)]
    pub(super) fn compute(
        &mut self,
        dest: Reg,
        (left, right): (Slot, Slot),
        of: impl FnOnce(i64, i64) -> Option<i64>,
    ) -> bool {
        let value = self.ints(left, right).and_then(|(left, right)| of(left, right));
        value.is_some_and(|value| self.set(dest, Value::Int(value)))
    }

    #[inline(always)]
    pub(super) fn compute_small(
        &mut self,
        dest: Reg,
        (left, right): (Slot, i32),
        of: impl FnOnce(i64, i64) -> Option<i64>,
    ) -> bool {
        let value = self.int_and(left, right).and_then(|(left, right)| of(left, right));
        value.is_some_and(|value| self.set(dest, Value::Int(value)))
    }

    #[inline(always)]
    pub(super) fn compare(
        &mut self,
        dest: Reg,
        (left, right): (Slot, Slot),
        holds: impl FnOnce(&i64, &i64) -> bool,
    ) -> bool {
        let ints = self.ints(left, right);
        ints.is_some_and(|(left, right)| self.set(dest, Value::Bool(holds(&left, &right))))
    }

    #[inline(always)]
    pub(super) fn compute_float(
        &mut self,
        dest: Reg,
        operands: (Slot, Slot),
        of: impl FnOnce(f64, f64) -> f64,
    ) -> bool {
        let floats = self.floats(operands);
        floats.is_some_and(|(left, right)| self.set(dest, Value::Float(of(left, right))))
    }

    #[inline(always)]
    pub(super) fn divide(&mut self, dest: Reg, operands: (Slot, Slot)) -> bool {
        let floats = self.floats(operands).filter(|(_, right)| *right != 0.0);
        floats.is_some_and(|(left, right)| self.set(dest, Value::Float(left / right)))
    }

    #[inline(always)]
    pub(super) fn less_float(&mut self, dest: Reg, operands: (Slot, Slot)) -> bool {
        let floats = self.floats(operands);
        floats.is_some_and(|(left, right)| self.set(dest, Value::Bool(left < right)))
    }

    #[inline(always)]
    pub(super) fn equal_strs(&mut self, dest: Reg, (left, right): (Slot, Slot)) -> bool {
        match (self.read(left), self.read(right)) {
            (Value::Str(left), Value::Str(right)) => {
                let is_equal = Rc::ptr_eq(left, right) || left.text == right.text;
                self.set(dest, Value::Bool(is_equal))
            }
            _ => false,
        }
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
