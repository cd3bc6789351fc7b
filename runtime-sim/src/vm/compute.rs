//! Instructions that make one value, or change one place, and go on to the next.
//!
//! [`interpret`](super::interpret) does the plain case of some of them itself, and what is not plain is done here:
//! the failures, and values of other types. Invariant: nothing here jumps, waits or can be seen by other tasks.

use std::rc::Rc;

use weir_analyzer::hir::BinaryOp;

use super::{access, operators};
use crate::failure::{FailureKind, Fallible, fail};
use crate::heap::Object;
use crate::machine::{Global, Machine};
use crate::program::{Instr, ListId, Plan, Program, Reg, Slot, VariantTest};
use crate::task::Fiber;
use crate::value::{Cells, Function, Iter, Key, Map, Set, StructValue, Value, VariantValue};

impl Machine {
    /// What an instruction gives that makes a value and neither jumps nor waits; none for all others.
    #[inline(never)]
    pub(super) fn compute(
        &mut self,
        program: &Program,
        fiber: &mut Fiber,
        instr: &Instr,
    ) -> Fallible<Option<(Reg, Value)>> {
        let read = |slot: &Slot| self.read(fiber, *slot);
        let row = |list: &ListId| -> Vec<Value> {
            program.list(*list).iter().map(|slot| self.read(fiber, *slot).clone()).collect()
        };
        if let Some((op, dest, left, right)) = operator(instr) {
            let small;
            let right = match right {
                Right::Slot(right) => read(&right),
                Right::Small(right) => {
                    small = Value::Int(i64::from(right));
                    &small
                }
            };
            return Ok(Some((dest, operators::binary(self, op, read(&left), right)?)));
        }
        Ok(Some(match instr {
            Instr::GetField { dest, base, field } | Instr::GetFloat { dest, base, field } => {
                (*dest, access::field(&self.heap, read(&Slot::register(*base)), *field)?)
            }
            Instr::SetField { base, .. } => {
                return Err(operators::wanted("a mutable struct", read(&Slot::register(*base))));
            }
            Instr::Branch { condition, .. } => {
                return Err(operators::wanted("bool", read(condition)));
            }
            Instr::Walk { iterator, .. } => {
                return Err(operators::wanted("a walk", read(&Slot::register(*iterator))));
            }
            Instr::Binary { op, dest, left, right } => {
                (*dest, operators::binary(self, *op, read(left), read(right))?)
            }
            Instr::Unary { op, dest, value } => (*dest, operators::unary(*op, read(value))?),
            Instr::Slice { dest, base, bounds } => {
                let bounds = row(bounds);
                let base = read(base).clone();
                (*dest, access::slice(&mut self.heap, &base, &bounds)?)
            }
            Instr::IsVariant { dest, value, variant } => {
                (*dest, Value::Bool(is_variant(read(value), *variant)?))
            }
            Instr::Payload { dest, value, position } => (*dest, payload(read(value), *position)?),
            Instr::MakeList { dest, items } => (*dest, Value::list(row(items))),
            Instr::MakeTuple { dest, items } => (*dest, Value::tuple(row(items))),
            Instr::MakeMap { dest, entries } => {
                let mut flat = row(entries).into_iter();
                let mut map = Map::default();
                while let (Some(key), Some(value)) = (flat.next(), flat.next()) {
                    map.insert(Key(key), value);
                }
                (*dest, Value::Map(Rc::new(map)))
            }
            Instr::MakeSet { dest, items } => {
                let set: Set = row(items).into_iter().map(Key).collect();
                (*dest, Value::Set(Rc::new(set)))
            }
            Instr::MakeStruct { dest, ty, fields } => {
                let fields = Cells::from(row(fields));
                let value = match program.ty(*ty).mutable {
                    true => self.heap.new_object(Object::Struct(*ty, fields)),
                    false => Value::Struct(Rc::new(StructValue { ty: *ty, fields })),
                };
                (*dest, value)
            }
            Instr::MakeVariant { dest, variant, fields } => {
                (*dest, make_variant(*variant, row(fields)))
            }
            Instr::MakeFunction { dest, code, captures } => {
                let captures = Cells::from(row(captures));
                (*dest, Value::Function(Rc::new(Function { code: *code, captures })))
            }
            Instr::Format { dest, plan } => match program.plan(*plan) {
                Plan::Format(pieces) => (*dest, self.format(program, fiber, pieces)?),
                _ => return Ok(None),
            },
            Instr::IntToFloat { dest, value } => match read(value) {
                Value::Int(value) => (*dest, Value::Float(*value as f64)),
                other => (*dest, other.clone()),
            },
            Instr::Iterate { dest, value } => (*dest, iterate(read(value))?),
            Instr::Constant { dest, global } => match &self.globals[global.index()] {
                Global::Ready(value) => (*dest, value.clone()),
                _ => return Ok(None),
            },
            Instr::CheckDistinct { plan } => {
                if let Plan::Distinct(places) = program.plan(*plan) {
                    let roots: Vec<Value> =
                        places.iter().map(|place| read(&place.root).clone()).collect();
                    super::distinct::check(program, &self.heap, places, &roots)?;
                }
                return Ok(None);
            }
            Instr::Unreachable => {
                return fail(FailureKind::Error, "code that never runs was reached");
            }
            _ => return Ok(None),
        }))
    }
}

/// What an operator's right side is.
enum Right {
    Slot(Slot),
    Small(i32),
}

/// The operator of an instruction that is one for a type. A branch on it has no register of its own; its
/// operands are of the type, unless they are lost, so that it fails here.
fn operator(instr: &Instr) -> Option<(BinaryOp, Reg, Slot, Right)> {
    const NOWHERE: Reg = Reg::NOWHERE;
    use BinaryOp::{Add, Divide, Equal, FloorDivide, Less, LessEqual, Modulo, Multiply, Subtract};
    let register =
        |(left, right): (Reg, Reg)| (Slot::register(left), Right::Slot(Slot::register(right)));
    let small = |(left, right): (Reg, i32)| (Slot::register(left), Right::Small(right));
    let of = |op, dest, (left, right)| (op, dest, left, right);
    Some(match *instr {
        Instr::AddInts { dest, left, right } | Instr::AddFloats { dest, left, right } => {
            of(Add, dest, register((left, right)))
        }
        Instr::SubtractInts { dest, left, right } | Instr::SubtractFloats { dest, left, right } => {
            of(Subtract, dest, register((left, right)))
        }
        Instr::MultiplyInts { dest, left, right } | Instr::MultiplyFloats { dest, left, right } => {
            of(Multiply, dest, register((left, right)))
        }
        Instr::BranchLessInts { left, right, .. } => of(Less, NOWHERE, register((left, right))),
        Instr::BranchLessEqualInts { left, right, .. } => {
            of(LessEqual, NOWHERE, register((left, right)))
        }
        Instr::AddInt { dest, left, right } | Instr::AddFloat { dest, left, right } => {
            (Add, dest, left, Right::Slot(right))
        }
        Instr::SubtractInt { dest, left, right } | Instr::SubtractFloat { dest, left, right } => {
            (Subtract, dest, left, Right::Slot(right))
        }
        Instr::MultiplyInt { dest, left, right } | Instr::MultiplyFloat { dest, left, right } => {
            (Multiply, dest, left, Right::Slot(right))
        }
        Instr::FloorDivideInt { dest, left, right } => {
            (FloorDivide, dest, left, Right::Slot(right))
        }
        Instr::ModuloInt { dest, left, right } => (Modulo, dest, left, Right::Slot(right)),
        Instr::DivideFloat { dest, left, right } => (Divide, dest, left, Right::Slot(right)),
        Instr::LessInt { dest, left, right } | Instr::LessFloat { dest, left, right } => {
            (Less, dest, left, Right::Slot(right))
        }
        Instr::LessEqualInt { dest, left, right } => (LessEqual, dest, left, Right::Slot(right)),
        Instr::EqualInt { dest, left, right } | Instr::EqualStr { dest, left, right } => {
            (Equal, dest, left, Right::Slot(right))
        }
        Instr::AddSmall { dest, left, right } => of(Add, dest, small((left, right))),
        Instr::SubtractSmall { dest, left, right } => of(Subtract, dest, small((left, right))),
        Instr::BranchLessInt { left, right, .. } => (Less, NOWHERE, left, Right::Slot(right)),
        Instr::BranchLessEqualInt { left, right, .. } => {
            (LessEqual, NOWHERE, left, Right::Slot(right))
        }
        Instr::BranchEqualInt { left, right, .. } | Instr::BranchEqualStr { left, right, .. } => {
            (Equal, NOWHERE, left, Right::Slot(right))
        }
        Instr::BranchLessSmall { left, right, .. } => of(Less, NOWHERE, small((left, right))),
        Instr::BranchEqualSmall { left, right, .. } => of(Equal, NOWHERE, small((left, right))),
        _ => return None,
    })
}

/// Whether the instruction, which computes nothing, is one for [`Machine::visible`].
pub(super) fn is_visible(instr: &Instr) -> bool {
    !matches!(instr, Instr::CheckDistinct { .. })
}

fn is_variant(value: &Value, variant: VariantTest) -> Fallible<bool> {
    Ok(match value {
        Value::None => variant == VariantTest::NONE,
        Value::Some(_) => variant == VariantTest::SOME,
        Value::Ok(_) => variant == VariantTest::OK,
        Value::Err(_) => variant == VariantTest::ERR,
        Value::Variant(of) => variant.declared() == Some(of.variant),
        other => return Err(operators::wanted("an enum value", other)),
    })
}

fn payload(value: &Value, position: u32) -> Fallible<Value> {
    let fields = match value {
        Value::Some(of) | Value::Ok(of) | Value::Err(of) => of,
        Value::Variant(of) => &of.fields,
        other => return Err(operators::wanted("an enum value", other)),
    };
    match fields.get(position as usize) {
        Some(value) => Ok(value.clone()),
        None => fail(FailureKind::Error, "the variant holds nothing at that position"),
    }
}

fn make_variant(variant: VariantTest, mut fields: Vec<Value>) -> Value {
    match variant.declared() {
        Some(variant) => {
            Value::Variant(Rc::new(VariantValue { variant, fields: Cells::from(fields) }))
        }
        None => {
            let value = fields.pop().unwrap_or(Value::Unit);
            match variant {
                VariantTest::SOME => Value::some(value),
                VariantTest::OK => Value::ok(value),
                VariantTest::ERR => Value::err(value),
                _ => Value::None,
            }
        }
    }
}

fn iterate(value: &Value) -> Fallible<Value> {
    Ok(match value {
        // A channel is walked by receiving from it.
        Value::Sync(_) | Value::Iterator(_) => value.clone(),
        Value::Lost => return crate::vm::lost(),
        over => Value::Iterator(Box::new(Iter::new(over.clone()))),
    })
}
