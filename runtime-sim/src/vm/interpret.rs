//! The hot loop: what a task does by itself.
//!
//! What most time is spent with is done here, in the order of how often it happens; the rest is
//! [`compute`](super::compute)'s. Invariant: an instruction costs the same virtual time wherever it is done, and one
//! that stands for two costs what both would.

use std::sync::Arc;

use weir_analyzer::hir::BinaryOp;

use super::compute::is_visible;
use super::{access, operators};
use crate::bounds::{STACK_CALLS_MAX, STACK_REGISTERS_MAX};
use crate::cost::{CALL_NS, CONTAINER_NS, SIMPLE_NS};
use crate::failure::{Failure, FailureKind, Fallible, fail};
use crate::heap::Object;
use crate::machine::Machine;
use crate::program::{CodeId, Instr, Program, Slot};
use crate::task::{Fiber, Frame, Then};
use crate::value::{Function, Value};
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
        let literals = literals.as_slice();
        // The turn's clock, in a register of the real machine.
        let mut clock = turn.clock;
        // Only what makes objects can give reason to look for unreachable ones.
        let mut has_made = true;
        'frame: loop {
            let Some(frame) = fiber.frames.last() else {
                turn.clock = clock;
                return Leave::Returned(Value::Unit);
            };
            let instrs = program.code(frame.code).instrs.as_slice();
            let base = frame.base as usize;
            let mut pc = frame.pc as usize;
            let mut registers = &mut fiber.stack[base..];

            macro_rules! read {
                ($slot:expr) => {{
                    let slot: Slot = *$slot;
                    match slot.as_register() {
                        Some(register) => &registers[register.index()],
                        None => &literals[slot.as_constant().unwrap_or(0)],
                    }
                }};
            }
            macro_rules! write {
                ($dest:expr, $value:expr) => {{
                    let value = $value;
                    registers[$dest.index()] = value;
                }};
            }
            // The same value as one that may stand in the registers too.
            macro_rules! copy {
                ($dest:expr, $value:expr) => {
                    match $value {
                        Value::Int(value) => {
                            let value = *value;
                            registers[$dest.index()].put_int(value);
                        }
                        Value::Float(value) => {
                            let value = *value;
                            registers[$dest.index()].put_float(value);
                        }
                        Value::Bool(value) => {
                            let value = *value;
                            registers[$dest.index()].put_bool(value);
                        }
                        value => {
                            let value = value.clone();
                            registers[$dest.index()] = value;
                        }
                    }
                };
            }
            macro_rules! save {
                () => {{
                    turn.clock = clock;
                    if let Some(frame) = fiber.frames.last_mut() {
                        frame.pc = pc as u32;
                    }
                }};
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
            macro_rules! collect {
                () => {
                    if has_made {
                        has_made = false;
                        if self.heap.wants_collection(self.tasks.live()) && !turn.is_evaluation {
                            leave!(Leave::Collect)
                        }
                    }
                };
            }
            macro_rules! watch {
                ($instr:expr) => {
                    if WATCHED {
                        save!();
                        self.note_accesses(program, fiber, $instr);
                        registers = &mut fiber.stack[base..];
                    }
                };
            }
            // Done here if it concerns nobody else; else it ends the loop.
            macro_rules! visible {
                ($instr:expr) => {{
                    clock -= SIMPLE_NS;
                    save!();
                    if WATCHED || !self.alone(program, fiber, turn, $instr) {
                        return Leave::Visible;
                    }
                    clock = turn.clock;
                    has_made = true;
                    registers = &mut fiber.stack[base..];
                }};
            }
            // What is not of the expected type is `Lost`: the slow way says so.
            macro_rules! ints {
                ($dest:expr, $left:expr, $right:expr, $op:expr, $put:ident, $checked:expr) => {
                    match (read!($left), read!($right)) {
                        (Value::Int(left), Value::Int(right)) => match $checked(*left, *right) {
                            Some(value) => registers[$dest.index()].$put(value),
                            None => {
                                leave!(Leave::Failed(operators::failed_ints($op, *left, *right)))
                            }
                        },
                        (left, right) => {
                            write!($dest, attempt!(operators::binary(self, $op, left, right)))
                        }
                    }
                };
            }
            macro_rules! floats {
                ($dest:expr, $left:expr, $right:expr, $op:expr, $put:ident, $value:expr) => {
                    match (read!($left), read!($right)) {
                        (Value::Float(left), Value::Float(right)) => {
                            let value = $value(*left, *right);
                            registers[$dest.index()].$put(value)
                        }
                        (left, right) => {
                            write!($dest, attempt!(operators::binary(self, $op, left, right)))
                        }
                    }
                };
            }
            macro_rules! branch_ints {
                ($skip:expr, $left:expr, $right:expr, $otherwise:expr, $op:expr, $holds:expr) => {{
                    let holds = match (read!($left), read!($right)) {
                        (Value::Int(left), Value::Int(right)) => $holds(left, right),
                        (left, right) => {
                            let value = attempt!(operators::binary(self, $op, left, right));
                            matches!(value, Value::Bool(true))
                        }
                    };
                    clock += SIMPLE_NS;
                    pc = if holds { pc + usize::from(*$skip) } else { *$otherwise as usize };
                    continue;
                }};
            }

            loop {
                let Some(instr) = instrs.get(pc) else {
                    leave!(Leave::Failed(Failure::new(
                        FailureKind::Error,
                        "the code ended too early"
                    )))
                };
                // What others can see is charged when it happens: a lane that only looks whether it
                // may go first must not move its clock, or two of them would pass each other by.
                clock += SIMPLE_NS;
                match instr {
                    Instr::Move { dest, value } => copy!(dest, read!(value)),
                    Instr::AddInt { dest, left, right } => {
                        ints!(dest, left, right, BinaryOp::Add, put_int, i64::checked_add)
                    }
                    Instr::SubtractInt { dest, left, right } => {
                        ints!(dest, left, right, BinaryOp::Subtract, put_int, i64::checked_sub)
                    }
                    Instr::MultiplyInt { dest, left, right } => {
                        ints!(dest, left, right, BinaryOp::Multiply, put_int, i64::checked_mul)
                    }
                    Instr::FloorDivideInt { dest, left, right } => {
                        clock += CONTAINER_NS;
                        ints!(
                            dest,
                            left,
                            right,
                            BinaryOp::FloorDivide,
                            put_int,
                            operators::floor_divide
                        )
                    }
                    Instr::ModuloInt { dest, left, right } => {
                        clock += CONTAINER_NS;
                        ints!(dest, left, right, BinaryOp::Modulo, put_int, operators::floor_modulo)
                    }
                    Instr::LessInt { dest, left, right } => {
                        ints!(dest, left, right, BinaryOp::Less, put_bool, |a, b| Some(a < b))
                    }
                    Instr::LessEqualInt { dest, left, right } => {
                        ints!(dest, left, right, BinaryOp::LessEqual, put_bool, |a, b| Some(a <= b))
                    }
                    Instr::EqualInt { dest, left, right } => {
                        ints!(dest, left, right, BinaryOp::Equal, put_bool, |a, b| Some(a == b))
                    }
                    Instr::BranchLessInt { skip, left, right, otherwise } => {
                        branch_ints!(skip, left, right, otherwise, BinaryOp::Less, |a, b| a < b)
                    }
                    Instr::BranchLessEqualInt { skip, left, right, otherwise } => {
                        branch_ints!(skip, left, right, otherwise, BinaryOp::LessEqual, |a, b| a
                            <= b)
                    }
                    Instr::BranchEqualInt { skip, left, right, otherwise } => {
                        branch_ints!(skip, left, right, otherwise, BinaryOp::Equal, |a, b| a == b)
                    }
                    Instr::AddFloat { dest, left, right } => {
                        clock += CONTAINER_NS;
                        floats!(dest, left, right, BinaryOp::Add, put_float, |a, b| a + b)
                    }
                    Instr::SubtractFloat { dest, left, right } => {
                        clock += CONTAINER_NS;
                        floats!(dest, left, right, BinaryOp::Subtract, put_float, |a, b| a - b)
                    }
                    Instr::MultiplyFloat { dest, left, right } => {
                        clock += CONTAINER_NS;
                        floats!(dest, left, right, BinaryOp::Multiply, put_float, |a, b| a * b)
                    }
                    Instr::DivideFloat { dest, left, right } => {
                        clock += CONTAINER_NS;
                        match (read!(left), read!(right)) {
                            (Value::Float(left), Value::Float(right)) if *right != 0.0 => {
                                let value = left / right;
                                registers[dest.index()].put_float(value)
                            }
                            (left, right) => {
                                let divide = BinaryOp::Divide;
                                write!(dest, attempt!(operators::binary(self, divide, left, right)))
                            }
                        }
                    }
                    Instr::EqualStr { dest, left, right } => {
                        clock += CONTAINER_NS;
                        match (read!(left), read!(right)) {
                            (Value::Str(left), Value::Str(right)) => {
                                let value = Arc::ptr_eq(left, right) || left.text == right.text;
                                registers[dest.index()].put_bool(value)
                            }
                            (left, right) => {
                                let equal = BinaryOp::Equal;
                                write!(dest, attempt!(operators::binary(self, equal, left, right)))
                            }
                        }
                    }
                    Instr::LessFloat { dest, left, right } => {
                        clock += CONTAINER_NS;
                        floats!(dest, left, right, BinaryOp::Less, put_bool, |a, b| a < b)
                    }
                    Instr::Branch { condition, then, otherwise } => match read!(condition) {
                        Value::Bool(holds) => {
                            pc = if *holds { *then } else { *otherwise } as usize;
                            continue;
                        }
                        other => {
                            let failure = operators::wanted("bool", other);
                            leave!(Leave::Failed(failure))
                        }
                    },
                    Instr::Walk { iterator, dest, done } => {
                        watch!(instr);
                        let Value::Iterator(iter) = &mut registers[iterator.index()] else {
                            let failure =
                                operators::wanted("a walk", read!(&Slot::register(*iterator)));
                            leave!(Leave::Failed(failure))
                        };
                        if let Some(value) = iter.next_int() {
                            registers[dest.index()].put_int(value);
                        } else if let Some(value) = iter.next_ascii() {
                            write!(dest, value);
                        } else if let Some(value) = attempt!(access::advance(&self.heap, iter)) {
                            write!(dest, value);
                        } else {
                            pc = *done as usize;
                            continue;
                        }
                        clock += SIMPLE_NS;
                    }
                    Instr::GetIndex { dest, base: of, index } => {
                        clock += CONTAINER_NS;
                        watch!(instr);
                        let (of, index) = (read!(of), read!(index));
                        let items = match of {
                            Value::List(items) => Some(&**items),
                            Value::Owned(id) => match self.heap.object(*id) {
                                Object::List(items) => Some(items),
                                _ => None,
                            },
                            _ => None,
                        };
                        let found = match (items, index) {
                            (Some(items), Value::Int(at)) => items.get(*at as usize),
                            _ => None,
                        };
                        match found {
                            Some(value) => copy!(dest, value),
                            None => {
                                write!(dest, attempt!(access::index(self, program, of, index)))
                            }
                        }
                    }
                    Instr::SetIndex { base: of, index, value } => {
                        clock += CONTAINER_NS;
                        watch!(instr);
                        let (of, index) = (&registers[of.index()], read!(index));
                        let place = match (of, index) {
                            (Value::Owned(id), Value::Int(at)) => match self.heap.object_mut(*id) {
                                Object::List(items) => items.get_mut(*at as usize),
                                _ => None,
                            },
                            _ => None,
                        };
                        match place {
                            Some(place) => place.put_copy(read!(value)),
                            None => {
                                let value = read!(value).clone();
                                attempt!(access::set_index(self, of, index, value))
                            }
                        }
                    }
                    Instr::GetField { dest, base: of, field } => {
                        clock += CONTAINER_NS;
                        watch!(instr);
                        let of = read!(of);
                        let fields = match of {
                            Value::Owned(id) => match self.heap.object(*id) {
                                Object::Struct(_, fields) => Some(fields),
                                _ => None,
                            },
                            Value::Struct(of) => Some(&of.fields),
                            Value::Tuple(fields) => Some(&**fields),
                            _ => None,
                        };
                        match fields.and_then(|fields| fields.get(*field as usize)) {
                            Some(value) => copy!(dest, value),
                            None => write!(dest, attempt!(access::field(&self.heap, of, *field))),
                        }
                    }
                    Instr::SetField { base: of, field, value } => {
                        clock += CONTAINER_NS;
                        watch!(instr);
                        let of = &registers[of.index()];
                        let place = match of {
                            Value::Owned(id) => match self.heap.object_mut(*id) {
                                Object::Struct(_, fields) => fields.get_mut(*field as usize),
                                _ => None,
                            },
                            _ => None,
                        };
                        match place {
                            Some(place) => place.put_copy(read!(value)),
                            None => {
                                leave!(Leave::Failed(operators::wanted("a mutable struct", of)))
                            }
                        }
                    }
                    Instr::Jump { target } => {
                        pc = *target as usize;
                        continue;
                    }
                    Instr::JumpBack { target } => {
                        step!();
                        pc = *target as usize;
                        if clock >= turn.slice_end {
                            leave!(Leave::Slice)
                        }
                        collect!();
                        continue;
                    }
                    Instr::Call { dest, code, args } => {
                        step!();
                        clock += CALL_NS;
                        collect!();
                        save!();
                        let args = program.list(*args);
                        let then = Then::Give(*dest);
                        attempt!(call(program, fiber, literals, *code, args, &[], then));
                        continue 'frame;
                    }
                    Instr::CallValue { dest, function, args } => {
                        step!();
                        clock += CALL_NS;
                        let function = match &registers[function.index()] {
                            Value::Function(function) => function.clone(),
                            other => leave!(Leave::Failed(operators::wanted("a function", other))),
                        };
                        save!();
                        let Function { code, captures } = &*function;
                        let args = program.list(*args);
                        let then = Then::Give(*dest);
                        attempt!(call(program, fiber, literals, *code, args, captures, then));
                        continue 'frame;
                    }
                    Instr::Return { value } => {
                        clock += CALL_NS;
                        let [.., caller, Frame { then: Then::Give(dest), .. }] =
                            fiber.frames.as_mut_slice()
                        else {
                            let value = read!(value).clone();
                            leave!(Leave::Returned(value))
                        };
                        caller.pc += 1;
                        let dest = caller.base as usize + dest.index();
                        let (callers, own) = fiber.stack.split_at_mut(base);
                        callers[dest].put_copy(match value.as_register() {
                            Some(register) => &own[register.index()],
                            None => &literals[value.as_constant().unwrap_or(0)],
                        });
                        fiber.leave(base);
                        if clock >= turn.slice_end {
                            turn.clock = clock;
                            return Leave::Slice;
                        }
                        continue 'frame;
                    }
                    Instr::Next { iterator, dest, done } => {
                        watch!(instr);
                        match &mut registers[iterator.index()] {
                            Value::Iterator(iter) => {
                                match attempt!(access::advance(&self.heap, iter)) {
                                    Some(value) => write!(dest, value),
                                    None => {
                                        pc = *done as usize;
                                        continue;
                                    }
                                }
                            }
                            _ => visible!(instr),
                        }
                    }
                    Instr::CallNative { dest, native, args } => {
                        if native.is_visible() {
                            visible!(instr);
                            pc += 1;
                            continue;
                        }
                        clock += CALL_NS;
                        watch!(instr);
                        let args = program.list(*args);
                        if !self.shortcut(native.0, *dest, args, registers, literals) {
                            let args = args.iter().map(|slot| read!(slot).clone()).collect();
                            has_made = true;
                            write!(dest, attempt!(self.native(program, native.0, args)));
                        }
                    }
                    Instr::EnterLock { .. } | Instr::ExitLock { .. } => visible!(instr),
                    simple => {
                        clock += CONTAINER_NS;
                        save!();
                        if WATCHED {
                            self.note_accesses(program, fiber, simple);
                        }
                        has_made = true;
                        let computed = self.compute(program, fiber, simple);
                        registers = &mut fiber.stack[base..];
                        match computed {
                            Ok(Some((dest, value))) => write!(dest, value),
                            Ok(None) if is_visible(simple) => {
                                turn.clock = clock - SIMPLE_NS - CONTAINER_NS;
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
}

/// Puts a frame for the code on top, with its arguments in place.
#[inline]
fn call(
    program: &Program,
    fiber: &mut Fiber,
    literals: &[Value],
    code: CodeId,
    args: &[Slot],
    captures: &[Value],
    then: Then,
) -> Fallible<()> {
    let of = program.code(code);
    let base = fiber.stack.len();
    let end = base + of.registers as usize;
    if fiber.frames.len() >= STACK_CALLS_MAX || end > STACK_REGISTERS_MAX {
        let message = format!(
            "the call stack is {} calls deep: does `{}` call itself without end?",
            fiber.frames.len(),
            of.name
        );
        return fail(FailureKind::Stack, message);
    }
    let caller = fiber.frames.last().map_or(0, |frame| frame.base as usize);
    fiber.stack.resize_with(end, || Value::Unassigned);
    let (callers, own) = fiber.stack.split_at_mut(base);
    let callers = &callers[caller..];
    for (slot, place) in args.iter().zip(&mut *own) {
        let value = match slot.as_register() {
            Some(register) => &callers[register.index()],
            None => &literals[slot.as_constant().unwrap_or(0)],
        };
        place.put_copy(value);
    }
    for (captured, place) in captures.iter().zip(own.iter_mut().skip(args.len())) {
        place.put_copy(captured);
    }
    fiber.frames.push(Frame { code, pc: 0, base: base as u32, then, extra: None });
    Ok(())
}
