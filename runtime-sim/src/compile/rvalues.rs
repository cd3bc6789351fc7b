//! How values come about: one instruction each, typed where the types pay.

use std::sync::Arc;

use weir_analyzer::hir::BinaryOp;
use weir_analyzer::mir::{Callee, Conversion, EnumRef, FormatPiece, Local, Operand, Rvalue};
use weir_analyzer::ty::{Builtin, Ty};

use super::body::BodyCompiler;
use crate::program::{Instr, Piece, Plan, Reg};

impl BodyCompiler<'_, '_> {
    pub(super) fn assign(&mut self, local: Local, value: &Rvalue) {
        let instr = self.rvalue(local, value);
        self.emit(instr);
    }

    fn rvalue(&mut self, local: Local, value: &Rvalue) -> Instr {
        let dest = self.reg(local);
        match value {
            Rvalue::Use(value) => Instr::Move { dest, value: self.slot(value) },
            Rvalue::Unary(op, value) => Instr::Unary { op: *op, dest, value: self.slot(value) },
            Rvalue::Binary(op, left, right) => self.binary(dest, *op, left, right),
            Rvalue::Field(base, field) | Rvalue::TupleField(base, field) => {
                match self.slot(base).as_register() {
                    Some(of) if self.is_float_of_mutable(local, base) => {
                        Instr::GetFloat { dest, base: of, field: *field }
                    }
                    Some(base) => Instr::GetField { dest, base, field: *field },
                    None => Instr::Unreachable,
                }
            }
            Rvalue::Index(base, index) => {
                Instr::GetIndex { dest, base: self.slot(base), index: self.index(index) }
            }
            Rvalue::Slice(base, start, end) => {
                let unit = Operand::unit();
                let bounds = [start, end].map(|bound| bound.clone().unwrap_or(unit.clone()));
                Instr::Slice { dest, base: self.slot(base), bounds: self.slots(&bounds) }
            }
            Rvalue::IsVariant(value, variant) => Instr::IsVariant {
                dest,
                value: self.slot(value),
                variant: self.compiler.variant(variant),
            },
            Rvalue::Payload(value, variant, position) => {
                // A prelude enum holds one value, whatever the position.
                let position = match variant.owner {
                    EnumRef::Item(_) => *position,
                    EnumRef::Option | EnumRef::Result => 0,
                };
                Instr::Payload { dest, value: self.slot(value), position }
            }
            Rvalue::List(items) => Instr::MakeList { dest, items: self.slots(items) },
            Rvalue::Map(entries) => {
                let flat: Vec<Operand> =
                    entries.iter().flat_map(|(key, value)| [key.clone(), value.clone()]).collect();
                Instr::MakeMap { dest, entries: self.slots(&flat) }
            }
            Rvalue::Set(items) => Instr::MakeSet { dest, items: self.slots(items) },
            Rvalue::Tuple(items) => Instr::MakeTuple { dest, items: self.slots(items) },
            Rvalue::Struct(item, fields) => {
                Instr::MakeStruct { dest, ty: self.compiler.ty(*item), fields: self.slots(fields) }
            }
            Rvalue::Variant(variant, fields) => Instr::MakeVariant {
                dest,
                variant: self.compiler.variant(variant),
                fields: self.slots(fields),
            },
            Rvalue::Closure(body, captures) => Instr::MakeFunction {
                dest,
                code: self.compiler.body(self.item, *body),
                captures: self.slots(captures),
            },
            Rvalue::Function(callee) => self.function(local, callee),
            Rvalue::Format(pieces) => self.format(dest, pieces),
            Rvalue::Convert(Conversion::IntToFloat, value) => {
                Instr::IntToFloat { dest, value: self.slot(value) }
            }
            Rvalue::Convert(_, value) => Instr::Move { dest, value: self.slot(value) },
            Rvalue::Constant(item) => Instr::Constant { dest, global: self.compiler.global(*item) },
            Rvalue::TaskLocal(item) => {
                Instr::TaskLocal { dest, global: self.compiler.global(*item) }
            }
            Rvalue::Iterate(value) => match self.ranged(dest, value) {
                Some(walk) => walk,
                None => Instr::Iterate { dest, value: self.slot(value) },
            },
        }
    }

    /// Whether it is a float, and what it comes from a mutable struct.
    fn is_float_of_mutable(&self, local: Local, base: &Operand) -> bool {
        let base = base.local().map(|base| &self.body.local(base).ty);
        self.body.local(local).ty.is(Builtin::Float)
            && matches!(base, Some(Ty::Adt(of, _)) if self.compiler.is_mutable_struct(*of))
    }

    fn binary(&mut self, dest: Reg, op: BinaryOp, left: &Operand, right: &Operand) -> Instr {
        let ints = self.is(left, Builtin::Int) && self.is(right, Builtin::Int);
        let floats = self.is(left, Builtin::Float) && self.is(right, Builtin::Float);
        let strs = self.is(left, Builtin::Str) && self.is(right, Builtin::Str);
        let repeats = op == BinaryOp::Multiply && self.is(left, Builtin::List);
        self.repeats = repeats.then_some(dest);
        let (left, right) = (self.slot(left), self.slot(right));
        let registers = left.as_register().zip(right.as_register());
        let small = left.as_register().zip(self.small(right));
        if let Some((left, right)) = small.filter(|_| ints) {
            match op {
                BinaryOp::Add => return Instr::AddSmall { dest, left, right },
                BinaryOp::Subtract => return Instr::SubtractSmall { dest, left, right },
                _ => {}
            }
        }
        if let Some(instr) = registers.and_then(|of| of_registers(op, (ints, floats), dest, of)) {
            return instr;
        }
        match op {
            BinaryOp::Equal if strs => Instr::EqualStr { dest, left, right },
            BinaryOp::FloorDivide if ints => Instr::FloorDivideInt { dest, left, right },
            BinaryOp::Modulo if ints => Instr::ModuloInt { dest, left, right },
            BinaryOp::Add if floats => Instr::AddFloat { dest, left, right },
            BinaryOp::Subtract if floats => Instr::SubtractFloat { dest, left, right },
            BinaryOp::Multiply if floats => Instr::MultiplyFloat { dest, left, right },
            BinaryOp::Divide if floats => Instr::DivideFloat { dest, left, right },
            BinaryOp::Less if floats => Instr::LessFloat { dest, left, right },
            BinaryOp::Greater if floats => Instr::LessFloat { dest, left: right, right: left },
            BinaryOp::Add if ints => Instr::AddInt { dest, left, right },
            BinaryOp::Subtract if ints => Instr::SubtractInt { dest, left, right },
            BinaryOp::Multiply if ints => Instr::MultiplyInt { dest, left, right },
            BinaryOp::Less if ints => Instr::LessInt { dest, left, right },
            BinaryOp::LessEqual if ints => Instr::LessEqualInt { dest, left, right },
            // Neither side computes here, so their order is free.
            BinaryOp::Greater if ints => Instr::LessInt { dest, left: right, right: left },
            BinaryOp::GreaterEqual if ints => {
                Instr::LessEqualInt { dest, left: right, right: left }
            }
            BinaryOp::Equal if ints => Instr::EqualInt { dest, left, right },
            op => Instr::Binary { op, dest, left, right },
        }
    }

    fn function(&mut self, local: Local, callee: &Callee) -> Instr {
        let dest = self.reg(local);
        if let Callee::Value(function) = callee {
            let value = self.slot(&Operand::Local(*function));
            return Instr::Move { dest, value };
        }
        let params = self.arity(local).unwrap_or(match callee {
            Callee::Intrinsic(intrinsic) => intrinsic.effect().params.len(),
            _ => 0,
        });
        match self.code(callee, params) {
            Some(code) => Instr::MakeFunction { dest, code, captures: self.slots(&[]) },
            None => Instr::Unreachable,
        }
    }

    fn arity(&self, local: Local) -> Option<usize> {
        match &self.body.local(local).ty {
            Ty::Fn(function) => Some(function.params.len()),
            _ => None,
        }
    }

    fn format(&mut self, dest: Reg, pieces: &[FormatPiece]) -> Instr {
        let pieces = pieces
            .iter()
            .map(|piece| match piece {
                FormatPiece::Text(text) => Piece::Text(Arc::from(text.as_str())),
                FormatPiece::Value { value, literal, format } => Piece::Value {
                    value: self.slot(value),
                    literal: *literal,
                    format: format.as_ref().map(|format| Arc::from(format.as_str())),
                },
            })
            .collect();
        Instr::Format { dest, plan: self.compiler.plan(Plan::Format(pieces)) }
    }
}

/// What is done all the time with two of a type, if none of both is a constant.
fn of_registers(
    op: BinaryOp,
    (ints, floats): (bool, bool),
    dest: Reg,
    (left, right): (Reg, Reg),
) -> Option<Instr> {
    Some(match op {
        BinaryOp::Add if ints => Instr::AddInts { dest, left, right },
        BinaryOp::Subtract if ints => Instr::SubtractInts { dest, left, right },
        BinaryOp::Multiply if ints => Instr::MultiplyInts { dest, left, right },
        BinaryOp::Add if floats => Instr::AddFloats { dest, left, right },
        BinaryOp::Subtract if floats => Instr::SubtractFloats { dest, left, right },
        BinaryOp::Multiply if floats => Instr::MultiplyFloats { dest, left, right },
        _ => return None,
    })
}
