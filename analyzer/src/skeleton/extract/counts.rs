//! Which constants of the program an unknown count may have been made to fit.
//!
//! A size in bytes, a price or a wait is no count, and to try it as one makes states by the dozen. A constant
//! is tried if it may reach what counts (a range, a buffer, permits, parties, the limit of a scope), is
//! computed or compared with what does or with a length, or is the length of a list in the text.
//!
//! Where values flow is told without direction or order: an assignment makes one *place* of its two sides.
//! A list is one place with its elements, all function values are one, and a field is the same in all values
//! of its type. So a constant too many may be tried, and none too few.

use rustc_hash::FxHashMap;

use super::slice::Slice;
use super::unit::only_looks;
use crate::hir::BinaryOp;
use crate::items::ItemId;
use crate::mir::{
    Block, Callee, Const, Intrinsic, Local, Op, OpKind, Operand, Rvalue, SelectOp, Terminator,
};
use crate::ty::{Builtin, Ty};

/// Larger constants are no counts to try.
const COUNT_MAX: i64 = 64;
/// Smaller ones are tried anyway.
const COUNT_MIN: i64 = 4;

/// Where a value may be.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    /// In what counts.
    Count,
    /// In a function value.
    Functions,
    Local(usize, Local),
    Result(usize),
    Field(ItemId, u32),
}

/// Which places values flow between.
#[derive(Default)]
struct Flow {
    numbers: FxHashMap<Place, usize>,
    /// Towards the number that stands for all places that are one.
    parents: Vec<usize>,
    constants: Vec<(usize, i64)>,
}

impl Slice<'_> {
    /// The ints from 4 on that a count may have been made to fit.
    pub(super) fn counts(&self) -> Vec<i64> {
        let mut flow = Flow::default();
        for (unit, of) in self.units.iter().enumerate() {
            for block in &of.body.blocks {
                block.ops.iter().for_each(|op| self.flow_of_op(&mut flow, unit, op));
                self.flow_of_end(&mut flow, unit, block);
            }
        }
        flow.counts()
    }

    fn flow_of_op(&self, flow: &mut Flow, unit: usize, op: &Op) {
        let local = |local: Local| Place::Local(unit, local);
        match &op.kind {
            OpKind::Assign { dest, value } => self.flow_of_value(flow, unit, *dest, value),
            OpKind::SetField { base, field, value } => {
                let place = self.field(unit, *base, *field).unwrap_or(local(*base));
                self.join(flow, unit, place, [value]);
            }
            OpKind::SetIndex { base, value, .. } => {
                self.join(flow, unit, local(*base), [value]);
            }
            OpKind::Call { dest, callee, args } | OpKind::Spawn { dest, callee, args, .. } => {
                self.flow_of_call(flow, unit, Some(*dest), callee, args);
            }
            OpKind::Detach { callee, args } | OpKind::Defer { callee, args } => {
                self.flow_of_call(flow, unit, None, callee, args);
            }
            OpKind::Join { dest, task } => self.join(flow, unit, local(*dest), [task]),
            OpKind::Settle { dest, task } => flow.unite(local(*dest), local(*task)),
            OpKind::EnterScope { limit, .. } => self.join(flow, unit, Place::Count, limit),
            OpKind::EnterLock { loan, lock, .. } => self.join(flow, unit, local(*loan), [lock]),
            _ => {}
        }
    }

    fn flow_of_value(&self, flow: &mut Flow, unit: usize, dest: Local, value: &Rvalue) {
        let place = Place::Local(unit, dest);
        match value {
            Rvalue::Struct(item, parts) => {
                for (position, part) in (0..).zip(parts) {
                    self.join(flow, unit, Place::Field(*item, position), [part]);
                }
            }
            Rvalue::Field(Operand::Local(of), position) => {
                let field = self.field(unit, *of, *position);
                self.join(flow, unit, field.unwrap_or(place), [&Operand::Local(dest)]);
            }
            Rvalue::Binary(BinaryOp::Equal | BinaryOp::NotEqual, ..)
            | Rvalue::Binary(BinaryOp::Less | BinaryOp::LessEqual, ..)
            | Rvalue::Binary(BinaryOp::Greater | BinaryOp::GreaterEqual, ..) => {
                self.join(flow, unit, place, value.operands());
            }
            Rvalue::Closure(body, captures) => {
                let Some(made) = self.unit_of(unit, &Callee::Body(*body)) else { return };
                self.flow_of_function(flow, made);
                let inputs = (self.units[made].body.params..).map(Local);
                for (capture, held) in inputs.zip(captures) {
                    self.join(flow, unit, Place::Local(made, capture), [held]);
                }
            }
            Rvalue::Function(callee) => {
                let made = self.unit_of(unit, callee);
                made.into_iter().for_each(|made| self.flow_of_function(flow, made));
            }
            Rvalue::Index(of, _) | Rvalue::Slice(of, ..) => self.join(flow, unit, place, [of]),
            Rvalue::IsVariant(..) | Rvalue::Format(_) => {}
            _ => {
                if let Rvalue::List(parts) = value {
                    flow.constant(Place::Count, parts.len() as i64);
                }
                if self.may_hold_ints(unit, dest) {
                    self.join(flow, unit, place, value.operands());
                }
            }
        }
    }

    /// What is given to a function value, any of them may get.
    fn flow_of_function(&self, flow: &mut Flow, made: usize) {
        for param in (0..self.units[made].body.params).map(Local) {
            flow.unite(Place::Local(made, param), Place::Functions);
        }
        flow.unite(Place::Result(made), Place::Functions);
    }

    fn flow_of_call(
        &self,
        flow: &mut Flow,
        unit: usize,
        dest: Option<Local>,
        callee: &Callee,
        args: &[Operand],
    ) {
        use Intrinsic::*;
        let result = dest.map(Operand::Local);
        match callee {
            Callee::Intrinsic(Range) => {
                self.join(flow, unit, Place::Count, args.iter().chain(&result));
            }
            Callee::Intrinsic(ChannelNew | SemaphoreNew | BarrierNew) => {
                self.join(flow, unit, Place::Count, args);
            }
            Callee::Intrinsic(Len | ChannelLen | ChannelCapacity) => {
                self.join(flow, unit, Place::Count, &result);
            }
            Callee::Intrinsic(of) if only_looks(*of) => {}
            Callee::Intrinsic(_) => {
                let held =
                    args.iter().filter_map(Operand::local).find(|of| self.may_hold_ints(unit, *of));
                let Some(place) = held.or(dest) else { return };
                self.join(flow, unit, Place::Local(unit, place), args.iter().chain(&result));
            }
            Callee::Value(_) => {
                self.join(flow, unit, Place::Functions, args.iter().chain(&result));
            }
            _ => {
                let Some(target) = self.unit_of(unit, callee) else { return };
                for (param, arg) in (0..).map(Local).zip(args) {
                    self.join(flow, unit, Place::Local(target, param), [arg]);
                }
                self.join(flow, unit, Place::Result(target), &result);
            }
        }
    }

    fn flow_of_end(&self, flow: &mut Flow, unit: usize, block: &Block) {
        let local = |local: Local| Place::Local(unit, local);
        match &block.end.kind {
            Terminator::Next { iterator, dest, .. } => {
                self.join(flow, unit, local(*iterator), [&Operand::Local(*dest)]);
            }
            Terminator::Select { cases, .. } => {
                for case in cases {
                    match &case.op {
                        SelectOp::Receive { channel, dest } => {
                            self.join(flow, unit, local(*dest), [channel]);
                        }
                        SelectOp::Send { channel: Operand::Local(channel), value } => {
                            self.join(flow, unit, local(*channel), [value]);
                        }
                        _ => {}
                    }
                }
            }
            Terminator::Return(value) => self.join(flow, unit, Place::Result(unit), [value]),
            _ => {}
        }
    }

    /// Values flow between the place and each of the operands, unless none of theirs is an int.
    fn join<'o>(
        &self,
        flow: &mut Flow,
        unit: usize,
        place: Place,
        operands: impl IntoIterator<Item = &'o Operand>,
    ) {
        for operand in operands {
            match operand {
                Operand::Const(Const::Int(value)) => flow.constant(place, *value),
                Operand::Const(_) => {}
                Operand::Local(local) if self.is_function(unit, *local) => {
                    flow.unite(place, Place::Functions);
                }
                Operand::Local(local) if self.may_hold_ints(unit, *local) => {
                    flow.unite(place, Place::Local(unit, *local));
                }
                Operand::Local(_) => {}
            }
        }
    }

    fn is_function(&self, unit: usize, local: Local) -> bool {
        matches!(self.units[unit].body.local(local).ty, Ty::Fn(_))
    }

    fn may_hold_ints(&self, unit: usize, local: Local) -> bool {
        use Builtin::*;
        !matches!(
            self.units[unit].body.local(local).ty,
            Ty::Builtin(Unit | Bool | Float | Str | Bytes | Duration | Instant, _)
        )
    }

    /// The field of a local that holds a struct.
    fn field(&self, unit: usize, of: Local, position: u32) -> Option<Place> {
        match &self.units[unit].body.local(of).ty {
            Ty::Adt(item, _) => Some(Place::Field(*item, position)),
            _ => None,
        }
    }
}

impl Flow {
    fn number(&mut self, place: Place) -> usize {
        let next = self.parents.len();
        let number = *self.numbers.entry(place).or_insert(next);
        if number == next {
            self.parents.push(next);
        }
        self.root(number)
    }

    fn root(&mut self, mut number: usize) -> usize {
        while self.parents[number] != number {
            self.parents[number] = self.parents[self.parents[number]];
            number = self.parents[number];
        }
        number
    }

    fn unite(&mut self, one: Place, other: Place) {
        let (one, other) = (self.number(one), self.number(other));
        self.parents[one] = other;
    }

    fn constant(&mut self, place: Place, value: i64) {
        if (COUNT_MIN..=COUNT_MAX).contains(&value) {
            let number = self.number(place);
            self.constants.push((number, value));
        }
    }

    fn counts(mut self) -> Vec<i64> {
        let count = self.number(Place::Count);
        let constants = std::mem::take(&mut self.constants);
        let counts = constants.into_iter().filter(|(number, _)| self.root(*number) == count);
        let mut found: Vec<i64> = counts.map(|(_, value)| value).collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}
