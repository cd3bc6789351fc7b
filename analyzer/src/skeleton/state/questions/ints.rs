//! Ints that code may come to compute with.

use rustc_hash::FxHashSet;

use crate::mir::{Const, Operand};
use crate::skeleton::state::value::{LIST_LEN_MAX, Value};

/// Ints that may come up.
#[derive(Default)]
pub(super) struct Ints {
    pub(super) any: bool,
    pub(super) some: FxHashSet<i64>,
}

impl Ints {
    pub(super) fn add(&mut self, int: i64) {
        self.some.insert(int);
    }

    pub(super) fn has(&self, int: i64) -> bool {
        self.any || self.some.contains(&int)
    }

    /// The ints of a range that its arguments make.
    pub(super) fn add_range_of(&mut self, args: &[Operand]) {
        let value = |arg: &Operand| match arg {
            Operand::Const(value) => Value::Const(value.clone()),
            Operand::Local(_) => Value::Unknown,
        };
        match args {
            [stop] => self.add_range(&[Value::int(0), value(stop), Value::int(1)], 0),
            [start, stop] => self.add_range(&[value(start), value(stop), Value::int(1)], 0),
            [start, stop, step] => self.add_range(&[value(start), value(stop), value(step)], 0),
            _ => self.any = true,
        }
    }

    /// The ints of a range that are not taken.
    pub(super) fn add_range(&mut self, parts: &[Value; 3], taken: u32) {
        let int = |part: &Value| match part {
            Value::Const(Const::Int(int)) => Some(*int),
            _ => None,
        };
        let [Some(start), Some(stop), Some(step)] = parts.each_ref().map(int) else {
            self.any = true;
            return;
        };
        let mut at =
            step.checked_mul(i64::from(taken)).and_then(|offset| start.checked_add(offset));
        for _ in 0..LIST_LEN_MAX {
            match at {
                Some(int) if (step > 0 && int < stop) || (step < 0 && int > stop) => self.add(int),
                _ => return,
            }
            at = at.and_then(|int| int.checked_add(step));
        }
        self.any = true;
    }
}
