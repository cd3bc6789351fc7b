//! The hot loop: what a task does by itself.

use std::sync::Arc;

use super::{access, operators};
use crate::bounds::{STACK_CALLS_MAX, STACK_REGISTERS_MAX};
use crate::cost::{CALL_NS, CONTAINER_NS, SIMPLE_NS};
use crate::failure::{Failure, FailureKind, Fallible, fail};
use crate::heap::Object;
use crate::machine::{Global, Machine};
use crate::program::{CodeId, Instr, ListId, Plan, Program, Reg, Slot, VariantTest};
use crate::task::{Fiber, Then};
use crate::value::{Cells, Function, Iter, Key, Map, Set, StructValue, Value, VariantValue};
use crate::vm::Turn;

/// Why the hot loop ends.
pub(super) enum Leave {
    /// The next instruction is one that others can see.
    Visible,
    Failed(Box<Failure>),
    /// The slice is used up, at a place where a task may be preempted.
    Slice,
    Collect,
    /// The run has no steps left.
    Exhausted,
    /// The run uses more memory than it may.
    Memory,
    /// The frame on top gives this, and what waits for it is no plain call.
    Returned(Value),
}

impl Machine {
    /// Computes until something else is to be done. The frame's `pc` is right whenever it ends.
    /// What is `WATCHED` tells the race detector of each access.
    pub(super) fn interpret<const WATCHED: bool>(
        &mut self,
        program: &Program,
        fiber: &mut Fiber,
        turn: &mut Turn,
    ) -> Leave {
        let literals = self.literals.clone();
        'frame: loop {
            let Some(frame) = fiber.frames.last() else { return Leave::Returned(Value::Unit) };
            let code = program.code(frame.code);
            let base = frame.base as usize;
            let mut pc = frame.pc as usize;

            macro_rules! read {
                ($slot:expr) => {{
                    let slot: Slot = *$slot;
                    match slot.as_register() {
                        Some(register) => &fiber.stack[base + register.index()],
                        None => &literals[slot.as_constant().unwrap_or(0)],
                    }
                }};
            }
            macro_rules! write {
                ($dest:expr, $value:expr) => {{
                    let value = $value;
                    fiber.stack[base + $dest.index()] = value;
                }};
            }
            macro_rules! save {
                () => {
                    if let Some(frame) = fiber.frames.last_mut() {
                        frame.pc = pc as u32;
                    }
                };
            }
            macro_rules! leave {
                ($leave:expr) => {{
                    save!();
                    return $leave;
                }};
            }
            macro_rules! attempt {
                ($result:expr) => {
                    match $result {
                        Ok(value) => value,
                        Err(failure) => leave!(Leave::Failed(failure)),
                    }
                };
            }
            // Whatever goes on without end comes by here again and again.
            macro_rules! step {
                () => {
                    if self.is_over_memory(turn) {
                        leave!(Leave::Memory)
                    }
                    match turn.steps_left.checked_sub(1) {
                        Some(left) => turn.steps_left = left,
                        None => leave!(Leave::Exhausted),
                    }
                };
            }
            macro_rules! ints {
                ($dest:expr, $left:expr, $right:expr, $op:expr, $checked:expr) => {{
                    let value = match (read!($left), read!($right)) {
                        (Value::Int(left), Value::Int(right)) => match $checked(*left, *right) {
                            Some(value) => value,
                            None => leave!(Leave::Failed(operators::overflow($op, *left, *right))),
                        },
                        (left, right) => attempt!(operators::binary(self, $op, left, right)),
                    };
                    write!($dest, value);
                }};
            }

            loop {
                let Some(instr) = code.instrs.get(pc) else {
                    leave!(Leave::Failed(Failure::new(
                        FailureKind::Error,
                        "the code ended too early"
                    )))
                };
                // What others can see is charged when it happens: a lane that only looks whether it
                // may go first must not move its clock, or two of them would pass each other by.
                let before = turn.clock;
                turn.clock += SIMPLE_NS;
                match instr {
                    Instr::Move { dest, value } => write!(dest, read!(value).clone()),
                    Instr::AddInt { dest, left, right } => {
                        use weir_analyzer::hir::BinaryOp::Add;
                        ints!(dest, left, right, Add, |a: i64, b: i64| a
                            .checked_add(b)
                            .map(Value::Int))
                    }
                    Instr::SubtractInt { dest, left, right } => {
                        use weir_analyzer::hir::BinaryOp::Subtract;
                        ints!(dest, left, right, Subtract, |a: i64, b: i64| a
                            .checked_sub(b)
                            .map(Value::Int))
                    }
                    Instr::MultiplyInt { dest, left, right } => {
                        use weir_analyzer::hir::BinaryOp::Multiply;
                        ints!(dest, left, right, Multiply, |a: i64, b: i64| a
                            .checked_mul(b)
                            .map(Value::Int))
                    }
                    Instr::LessInt { dest, left, right } => {
                        use weir_analyzer::hir::BinaryOp::Less;
                        ints!(dest, left, right, Less, |a, b| Some(Value::Bool(a < b)))
                    }
                    Instr::LessEqualInt { dest, left, right } => {
                        use weir_analyzer::hir::BinaryOp::LessEqual;
                        ints!(dest, left, right, LessEqual, |a, b| Some(Value::Bool(a <= b)))
                    }
                    Instr::EqualInt { dest, left, right } => {
                        use weir_analyzer::hir::BinaryOp::Equal;
                        ints!(dest, left, right, Equal, |a, b| Some(Value::Bool(a == b)))
                    }
                    Instr::Branch { condition, then, otherwise } => match read!(condition) {
                        Value::Bool(true) => {
                            pc = *then as usize;
                            continue;
                        }
                        Value::Bool(false) => {
                            pc = *otherwise as usize;
                            continue;
                        }
                        other => {
                            let failure = operators::wanted("bool", other);
                            leave!(Leave::Failed(failure))
                        }
                    },
                    Instr::Jump { target } => {
                        pc = *target as usize;
                        continue;
                    }
                    Instr::JumpBack { target } => {
                        step!();
                        pc = *target as usize;
                        if turn.clock >= turn.slice_end {
                            leave!(Leave::Slice)
                        }
                        if self.heap.wants_collection(self.tasks.live()) && !turn.is_evaluation {
                            leave!(Leave::Collect)
                        }
                        continue;
                    }
                    Instr::Call { dest, code, args } => {
                        step!();
                        turn.clock += CALL_NS;
                        if self.heap.wants_collection(self.tasks.live()) && !turn.is_evaluation {
                            leave!(Leave::Collect)
                        }
                        save!();
                        attempt!(call(
                            program,
                            fiber,
                            &literals,
                            *code,
                            *args,
                            &[],
                            Then::Give(*dest)
                        ));
                        continue 'frame;
                    }
                    Instr::CallValue { dest, function, args } => {
                        step!();
                        turn.clock += CALL_NS;
                        save!();
                        let function = match read!(&Slot::register(*function)) {
                            Value::Function(function) => function.clone(),
                            other => leave!(Leave::Failed(operators::wanted("a function", other))),
                        };
                        let Function { code, captures } = &*function;
                        attempt!(call(
                            program,
                            fiber,
                            &literals,
                            *code,
                            *args,
                            captures,
                            Then::Give(*dest)
                        ));
                        continue 'frame;
                    }
                    Instr::Return { value } => {
                        turn.clock += CALL_NS;
                        let value = read!(value).clone();
                        let Some(Then::Give(dest)) = fiber.frames.last().map(|frame| &frame.then)
                        else {
                            leave!(Leave::Returned(value))
                        };
                        let dest = *dest;
                        fiber.frames.pop();
                        fiber.stack.truncate(base);
                        fiber.give(dest, value);
                        fiber.advance();
                        if turn.clock >= turn.slice_end {
                            return Leave::Slice;
                        }
                        continue 'frame;
                    }
                    Instr::Next { iterator, dest, done } => {
                        if WATCHED {
                            save!();
                            self.note_accesses(program, fiber, instr);
                        }
                        match &mut fiber.stack[base + iterator.index()] {
                            Value::Iterator(iter) => {
                                match attempt!(access::advance(&self.heap, iter)) {
                                    Some(value) => write!(dest, value),
                                    None => {
                                        pc = *done as usize;
                                        continue;
                                    }
                                }
                            }
                            _ => {
                                turn.clock = before;
                                save!();
                                if WATCHED || !self.alone(program, fiber, turn, instr) {
                                    return Leave::Visible;
                                }
                            }
                        }
                    }
                    Instr::CallNative { dest, native, args } => {
                        if native.is_visible() {
                            turn.clock = before;
                            save!();
                            if WATCHED || !self.alone(program, fiber, turn, instr) {
                                return Leave::Visible;
                            }
                            pc += 1;
                            continue;
                        }
                        turn.clock += CALL_NS;
                        if WATCHED {
                            save!();
                            self.note_accesses(program, fiber, instr);
                        }
                        let args =
                            program.list(*args).iter().map(|slot| read!(slot).clone()).collect();
                        let value = attempt!(self.native(program, native.0, args));
                        write!(dest, value);
                    }
                    Instr::EnterLock { .. } | Instr::ExitLock { .. } => {
                        turn.clock = before;
                        save!();
                        if WATCHED || !self.alone(program, fiber, turn, instr) {
                            return Leave::Visible;
                        }
                    }
                    simple => {
                        turn.clock += CONTAINER_NS;
                        save!();
                        if WATCHED {
                            self.note_accesses(program, fiber, simple);
                        }
                        match self.compute(program, fiber, simple) {
                            Ok(Some((dest, value))) => write!(dest, value),
                            Ok(None) if is_visible(simple) => {
                                turn.clock = before;
                                return Leave::Visible;
                            }
                            Ok(None) => {}
                            Err(failure) => return Leave::Failed(failure),
                        }
                    }
                }
                pc += 1;
            }
        }
    }

    /// The instructions that make a value and neither jump nor wait; none for all others.
    fn compute(
        &mut self,
        program: &Program,
        fiber: &mut Fiber,
        instr: &Instr,
    ) -> Fallible<Option<(Reg, Value)>> {
        let read = |slot: &Slot| self.read(fiber, *slot);
        let row = |list: &ListId| -> Vec<Value> {
            program.list(*list).iter().map(|slot| self.read(fiber, *slot).clone()).collect()
        };
        Ok(Some(match instr {
            Instr::Binary { op, dest, left, right } => {
                (*dest, operators::binary(self, *op, read(left), read(right))?)
            }
            Instr::Unary { op, dest, value } => (*dest, operators::unary(*op, read(value))?),
            Instr::GetField { dest, base, field } => {
                (*dest, access::field(&self.heap, read(base), *field)?)
            }
            Instr::GetIndex { dest, base, index } => {
                (*dest, access::index(self, program, read(base), read(index))?)
            }
            Instr::Slice { dest, base, bounds } => {
                let bounds = row(bounds);
                (*dest, access::slice(&self.heap, read(base), &bounds)?)
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
                (*dest, Value::Map(Arc::new(map)))
            }
            Instr::MakeSet { dest, items } => {
                let set: Set = row(items).into_iter().map(Key).collect();
                (*dest, Value::Set(Arc::new(set)))
            }
            Instr::MakeStruct { dest, ty, fields } => {
                let fields = Cells::from(row(fields));
                let value = match program.ty(*ty).mutable {
                    true => self.heap.new_object(Object::Struct(*ty, fields)),
                    false => Value::Struct(Arc::new(StructValue { ty: *ty, fields })),
                };
                (*dest, value)
            }
            Instr::MakeVariant { dest, variant, fields } => {
                (*dest, make_variant(*variant, row(fields)))
            }
            Instr::MakeFunction { dest, code, captures } => {
                let captures = Cells::from(row(captures));
                (*dest, Value::Function(Arc::new(Function { code: *code, captures })))
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
            Instr::SetField { base, field, value } => {
                let (base, value) = (read(&Slot::register(*base)).clone(), read(value).clone());
                access::set_field(&mut self.heap, &base, *field, value)?;
                return Ok(None);
            }
            Instr::SetIndex { base, index, value } => {
                let base = read(&Slot::register(*base)).clone();
                let (index, value) = (read(index).clone(), read(value).clone());
                access::set_index(self, &base, index, value)?;
                return Ok(None);
            }
            Instr::CheckDistinct { plan } => {
                if let Plan::Distinct(places) = program.plan(*plan) {
                    let roots: Vec<Value> =
                        places.iter().map(|place| read(&place.root).clone()).collect();
                    super::distinct::check(&self.heap, places, &roots)?;
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

/// Whether the instruction, which computes nothing, is one for [`Machine::visible`].
fn is_visible(instr: &Instr) -> bool {
    !matches!(instr, Instr::SetField { .. } | Instr::SetIndex { .. } | Instr::CheckDistinct { .. })
}

fn call(
    program: &Program,
    fiber: &mut Fiber,
    literals: &[Value],
    code: CodeId,
    args: ListId,
    captures: &[Value],
    then: Then,
) -> Fallible<()> {
    let of = program.code(code);
    let base = fiber.stack.len();
    if fiber.frames.len() >= STACK_CALLS_MAX || base + of.registers as usize > STACK_REGISTERS_MAX {
        let message = format!(
            "the call stack is {} calls deep: does `{}` call itself without end?",
            fiber.frames.len(),
            of.name
        );
        return fail(FailureKind::Stack, message);
    }
    let caller = fiber.frames.last().map_or(0, |frame| frame.base as usize);
    for slot in program.list(args) {
        let value = match slot.as_register() {
            Some(register) => fiber.stack[caller + register.index()].clone(),
            None => literals[slot.as_constant().unwrap_or(0)].clone(),
        };
        fiber.stack.push(value);
    }
    fiber.stack.extend_from_slice(captures);
    fiber.stack.resize(base + of.registers as usize, Value::Unassigned);
    fiber.frames.push(crate::task::Frame { code, pc: 0, base: base as u32, then, extra: None });
    Ok(())
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
            Value::Variant(Arc::new(VariantValue { variant, fields: Cells::from(fields) }))
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
        over => Value::Iterator(Box::new(Iter { over: over.clone(), position: 0 })),
    })
}
