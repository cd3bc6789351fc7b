//! The registers of the running frame, beside the program's constants.
//!
//! What it is not: what instructions mean. Invariant: they are all that the running body has, so that a sound
//! program names no other.

use super::unchecked::{operand, place, register};
use crate::program::{Reg, Slot};
use crate::value::{Range, Value, apart};

/// What the instructions of the running frame read and write.
pub(in crate::vm) struct Registers<'a> {
    pub(in crate::vm) own: &'a mut [Value],
    pub(in crate::vm) literals: &'a [Value],
}

/// What an instruction names that gives a number of a type: a register, a register or constant, an int that stands
/// there itself.
pub(super) trait Operand<T> {
    /// The number, if it is of the type.
    fn of(self, registers: &Registers<'_>) -> Option<T>;
}

impl Operand<i64> for Reg {
    #[inline(always)]
    fn of(self, registers: &Registers<'_>) -> Option<i64> {
        as_int(registers.at(self))
    }
}

impl Operand<i64> for Slot {
    #[inline(always)]
    fn of(self, registers: &Registers<'_>) -> Option<i64> {
        as_int(registers.read(self))
    }
}

impl Operand<i64> for i32 {
    #[inline(always)]
    fn of(self, _registers: &Registers<'_>) -> Option<i64> {
        Some(i64::from(self))
    }
}

impl Operand<f64> for Reg {
    #[inline(always)]
    fn of(self, registers: &Registers<'_>) -> Option<f64> {
        as_float(registers.at(self))
    }
}

impl Operand<f64> for Slot {
    #[inline(always)]
    fn of(self, registers: &Registers<'_>) -> Option<f64> {
        as_float(registers.read(self))
    }
}

#[inline(always)]
fn as_int(value: &Value) -> Option<i64> {
    match value {
        Value::Int(value) => Some(*value),
        _ => None,
    }
}

#[inline(always)]
fn as_float(value: &Value) -> Option<f64> {
    match value {
        Value::Float(value) => Some(*value),
        _ => None,
    }
}

impl Registers<'_> {
    #[inline(always)]
    pub(in crate::vm) fn read(&self, slot: Slot) -> &Value {
        operand(self.own, self.literals, slot)
    }

    #[inline(always)]
    pub(in crate::vm) fn at(&self, register_: Reg) -> &Value {
        register(self.own, register_)
    }

    #[inline(always)]
    pub(in crate::vm) fn place(&mut self, at: Reg) -> &mut Value {
        place(self.own, at)
    }

    /// Both, if they are of the type.
    #[inline(always)]
    pub(super) fn both<T>(
        &self,
        (left, right): (impl Operand<T>, impl Operand<T>),
    ) -> Option<(T, T)> {
        Some((left.of(self)?, right.of(self)?))
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
        operands: (impl Operand<i64>, impl Operand<i64>),
        of: impl FnOnce(i64, i64) -> Option<i64>,
    ) -> bool {
        let value = self.both(operands).and_then(|(left, right)| of(left, right));
        value.is_some_and(|value| self.set(dest, Value::Int(value)))
    }

    #[inline(always)]
    pub(super) fn compare(
        &mut self,
        dest: Reg,
        operands: (Slot, Slot),
        holds: impl FnOnce(&i64, &i64) -> bool,
    ) -> bool {
        let ints = self.both(operands);
        ints.is_some_and(|(left, right)| self.set(dest, Value::Bool(holds(&left, &right))))
    }

    #[inline(always)]
    pub(super) fn compute_float(
        &mut self,
        dest: Reg,
        operands: (impl Operand<f64>, impl Operand<f64>),
        of: impl FnOnce(f64, f64) -> f64,
    ) -> bool {
        let floats = self.both(operands);
        floats.is_some_and(|(left, right)| self.set(dest, Value::Float(of(left, right))))
    }

    #[inline(always)]
    pub(super) fn divide(&mut self, dest: Reg, operands: (Slot, Slot)) -> bool {
        let floats = self.both::<f64>(operands).filter(|(_, right)| *right != 0.0);
        floats.is_some_and(|(left, right)| self.set(dest, Value::Float(left / right)))
    }

    #[inline(always)]
    pub(super) fn less_float(&mut self, dest: Reg, operands: (Slot, Slot)) -> bool {
        let floats = self.both::<f64>(operands);
        floats.is_some_and(|(left, right)| self.set(dest, Value::Bool(left < right)))
    }

    #[inline(always)]
    pub(super) fn equal_strs(&mut self, dest: Reg, operands: (Slot, Slot)) -> bool {
        let is_equal = self.are_equal_strs(operands);
        is_equal.is_some_and(|is_equal| self.set(dest, Value::Bool(is_equal)))
    }

    /// Whether two strings are equal, if they are strings.
    #[inline(always)]
    pub(super) fn are_equal_strs(&self, (left, right): (Slot, Slot)) -> Option<bool> {
        match (self.read(left), self.read(right)) {
            (Value::Str(left), Value::Str(right)) => Some(left.is(right)),
            _ => None,
        }
    }

    /// A range of these, if they are ints.
    pub(super) fn range(&self, args: &[Slot]) -> Option<Range> {
        let int = |slot: Slot| as_int(self.read(slot));
        let (start, stop, step) = match *args {
            [stop] => (0, int(stop)?, 1),
            [start, stop] => (int(start)?, int(stop)?, 1),
            [start, stop, step] => (int(start)?, int(stop)?, int(step)?),
            _ => return None,
        };
        Some(Range { start, stop, step })
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
            value => {
                // By address: who is called with the registers themselves has them put into memory.
                let value = value.share();
                self.place(dest).replace(value);
            }
        }
    }

    /// What they are made of, for who is called: it does not have to be in memory for that.
    #[inline(always)]
    pub(super) fn lend(&mut self) -> (&mut [Value], &[Value]) {
        (self.own, self.literals)
    }
}
