//! The hot loop: what a task does by itself.
//!
//! The plain case of what most time is spent with is done here; what is not plain, and the rest, is
//! [`compute`](super::compute)'s. Invariant: an instruction costs the same virtual time wherever it is done, and one
//! that stands for two costs what both would.

mod frames;
mod unchecked;

use std::sync::Arc;

use super::compute::is_visible;
use super::{access, operators};
use crate::cost::{CALL_NS, CONTAINER_NS, SIMPLE_NS};
use crate::failure::{Failure, FailureKind};
use crate::heap::Object;
use crate::machine::Machine;
use crate::program::{Instr, Program};
use crate::task::{Fiber, Frame, Then};
use crate::value::Value;
use crate::vm::Turn;
use unchecked::{instr, operand, place, register};

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

/// A time before all others: look at once.
const NOW: u64 = 0;

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
        // The turn's, in registers of the real machine.
        let (mut clock, mut steps) = (turn.clock, turn.steps_left);
        // When to look whether the slice is over; at once where something was made, since then there may be
        // too much of it, or reason to look for what nothing reaches.
        let mut look_at = NOW;
        'frame: loop {
            let Some(frame) = fiber.frames.last() else {
                (turn.clock, turn.steps_left) = (clock, steps);
                return Leave::Returned(Value::Unit);
            };
            let code = program.code(frame.code);
            let instrs = code.instrs.as_slice();
            let base = frame.base as usize;
            let end = base + code.registers as usize;
            let mut pc = frame.pc as usize;
            let mut registers = &mut fiber.stack[base..end];

            macro_rules! read {
                ($slot:expr) => {
                    operand(registers, literals, *$slot)
                };
            }
            // Bits, into a register that never holds more.
            macro_rules! set {
                ($dest:expr, $value:expr) => {{
                    let value = $value;
                    place(registers, *$dest).set(value);
                }};
            }
            macro_rules! write {
                ($dest:expr, $value:expr) => {{
                    let value = $value;
                    place(registers, *$dest).replace(value);
                }};
            }
            // The same value as one that may stand in the registers too.
            macro_rules! copy {
                ($dest:expr, $value:expr) => {
                    match $value {
                        Value::Int(value) => {
                            let value = *value;
                            place(registers, *$dest).put_int(value)
                        }
                        Value::Float(value) => {
                            let value = *value;
                            place(registers, *$dest).put_float(value)
                        }
                        Value::Bool(value) => {
                            let value = *value;
                            place(registers, *$dest).put_bool(value)
                        }
                        value => write!($dest, value.share()),
                    }
                };
            }
            macro_rules! save {
                () => {{
                    (turn.clock, turn.steps_left) = (clock, steps);
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
            macro_rules! next {
                () => {{
                    pc += 1;
                    continue;
                }};
            }
            // Whatever goes on without end comes by one of the next two again and again: here, if nothing is to be
            // looked at.
            macro_rules! step_quietly {
                () => {
                    if clock < look_at && steps > 0 {
                        steps -= 1;
                        true
                    } else {
                        false
                    }
                };
            }
            // And here if something may be. What is between the step and the look around is the instruction's.
            macro_rules! step {
                ($between:expr) => {{
                    turn.steps_left = steps;
                    if self.is_over_memory(turn) {
                        leave!(Leave::Memory)
                    }
                    if steps == 0 {
                        leave!(Leave::Exhausted)
                    }
                    steps -= 1;
                    $between;
                    if self.heap.wants_collection(self.tasks.live()) && !turn.is_evaluation {
                        leave!(Leave::Collect)
                    }
                    look_at = if self.memory.is_close() { NOW } else { turn.slice_end };
                }};
            }
            macro_rules! watch {
                ($instr:expr) => {
                    if WATCHED {
                        save!();
                        self.note_accesses(program, fiber, $instr);
                        registers = &mut fiber.stack[base..end];
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
                    (clock, steps) = (turn.clock, turn.steps_left);
                    if self.memory.is_close() {
                        look_at = NOW;
                    }
                    registers = &mut fiber.stack[base..end];
                    next!()
                }};
            }
            // What has no result, and what is not of the expected type, is left to the slow way, which says so.
            macro_rules! ints {
                ($dest:expr, $left:expr, $right:expr, $of:ident, $checked:expr) => {
                    if let (Value::Int(left), Value::Int(right)) = (read!($left), read!($right))
                        && let Some(value) = $checked(*left, *right)
                    {
                        set!($dest, Value::$of(value));
                        next!()
                    }
                };
            }
            macro_rules! small {
                ($dest:expr, $left:expr, $right:expr, $checked:expr) => {
                    if let Value::Int(left) = read!($left)
                        && let Some(value) = $checked(*left, i64::from(*$right))
                    {
                        set!($dest, Value::Int(value));
                        next!()
                    }
                };
            }
            macro_rules! floats {
                ($dest:expr, $left:expr, $right:expr, $of:ident, $value:expr) => {{
                    clock += CONTAINER_NS;
                    if let (Value::Float(left), Value::Float(right)) = (read!($left), read!($right))
                    {
                        set!($dest, Value::$of($value(*left, *right)));
                        next!()
                    }
                }};
            }
            macro_rules! branch {
                ($skip:expr, $otherwise:expr, $holds:expr) => {{
                    clock += SIMPLE_NS;
                    pc = if $holds { pc + usize::from(*$skip) } else { *$otherwise as usize };
                    continue;
                }};
            }
            // The walk's next round, or what comes after the last one.
            macro_rules! walk {
                ($walk:expr) => {
                    if let Instr::Walk { iterator, dest, done } = $walk {
                        watch!($walk);
                        if let Value::Iterator(iter) = place(registers, *iterator) {
                            if let Some(value) = iter.next_int() {
                                place(registers, *dest).put_int(value);
                            } else if let Some(value) =
                                attempt!(access::advance_others(&self.heap, iter))
                            {
                                write!(dest, value);
                            } else {
                                pc = *done as usize;
                                continue;
                            }
                            clock += SIMPLE_NS;
                            next!()
                        }
                    }
                };
            }

            if pc >= instrs.len() {
                let message = "the code ended too early";
                leave!(Leave::Failed(Failure::new(FailureKind::Error, message)))
            }
            loop {
                let instr = instr(instrs, pc);
                // What others can see is charged when it happens: a lane that only looks whether it
                // may go first must not move its clock, or two of them would pass each other by.
                clock += SIMPLE_NS;
                match instr {
                    Instr::Move { dest, value } => {
                        copy!(dest, read!(value));
                        next!()
                    }
                    Instr::AddInt { dest, left, right } => {
                        ints!(dest, left, right, Int, i64::checked_add)
                    }
                    Instr::AddSmall { dest, left, right } => {
                        small!(dest, left, right, i64::checked_add)
                    }
                    Instr::SubtractSmall { dest, left, right } => {
                        small!(dest, left, right, i64::checked_sub)
                    }
                    Instr::SubtractInt { dest, left, right } => {
                        ints!(dest, left, right, Int, i64::checked_sub)
                    }
                    Instr::MultiplyInt { dest, left, right } => {
                        ints!(dest, left, right, Int, i64::checked_mul)
                    }
                    Instr::FloorDivideInt { dest, left, right } => {
                        clock += CONTAINER_NS;
                        ints!(dest, left, right, Int, operators::floor_divide)
                    }
                    Instr::ModuloInt { dest, left, right } => {
                        clock += CONTAINER_NS;
                        ints!(dest, left, right, Int, operators::floor_modulo)
                    }
                    Instr::LessInt { dest, left, right } => {
                        ints!(dest, left, right, Bool, |a, b| Some(a < b))
                    }
                    Instr::LessEqualInt { dest, left, right } => {
                        ints!(dest, left, right, Bool, |a, b| Some(a <= b))
                    }
                    Instr::EqualInt { dest, left, right } => {
                        ints!(dest, left, right, Bool, |a, b| Some(a == b))
                    }
                    Instr::BranchLessSmall { skip, left, right, otherwise } => {
                        if let Value::Int(left) = read!(left) {
                            branch!(skip, otherwise, *left < i64::from(*right))
                        }
                    }
                    Instr::BranchEqualSmall { skip, left, right, otherwise } => {
                        if let Value::Int(left) = read!(left) {
                            branch!(skip, otherwise, *left == i64::from(*right))
                        }
                    }
                    Instr::BranchLessInt { skip, left, right, otherwise } => {
                        if let (Value::Int(left), Value::Int(right)) = (read!(left), read!(right)) {
                            branch!(skip, otherwise, left < right)
                        }
                    }
                    Instr::BranchLessEqualInt { skip, left, right, otherwise } => {
                        if let (Value::Int(left), Value::Int(right)) = (read!(left), read!(right)) {
                            branch!(skip, otherwise, left <= right)
                        }
                    }
                    Instr::BranchEqualInt { skip, left, right, otherwise } => {
                        if let (Value::Int(left), Value::Int(right)) = (read!(left), read!(right)) {
                            branch!(skip, otherwise, left == right)
                        }
                    }
                    Instr::AddFloat { dest, left, right } => {
                        floats!(dest, left, right, Float, |a, b| a + b)
                    }
                    Instr::SubtractFloat { dest, left, right } => {
                        floats!(dest, left, right, Float, |a, b| a - b)
                    }
                    Instr::MultiplyFloat { dest, left, right } => {
                        floats!(dest, left, right, Float, |a, b| a * b)
                    }
                    Instr::LessFloat { dest, left, right } => {
                        floats!(dest, left, right, Bool, |a, b| a < b)
                    }
                    Instr::DivideFloat { dest, left, right } => {
                        clock += CONTAINER_NS;
                        if let (Value::Float(left), Value::Float(right)) =
                            (read!(left), read!(right))
                            && *right != 0.0
                        {
                            set!(dest, Value::Float(left / right));
                            next!()
                        }
                    }
                    Instr::EqualStr { dest, left, right } => {
                        clock += CONTAINER_NS;
                        if let (Value::Str(left), Value::Str(right)) = (read!(left), read!(right)) {
                            let value = Arc::ptr_eq(left, right) || left.text == right.text;
                            set!(dest, Value::Bool(value));
                            next!()
                        }
                    }
                    Instr::Branch { condition, then, otherwise } => {
                        if let Value::Bool(holds) = read!(condition) {
                            pc = if *holds { *then } else { *otherwise } as usize;
                            continue;
                        }
                    }
                    Instr::Walk { .. } => walk!(instr),
                    Instr::WalkAgain { target } => {
                        if step_quietly!() {
                            pc = *target as usize;
                        } else {
                            step!({
                                pc = *target as usize;
                                if clock >= turn.slice_end {
                                    leave!(Leave::Slice)
                                }
                            });
                        }
                        clock += SIMPLE_NS;
                        walk!(unchecked::instr(instrs, pc));
                        // The walk itself says what is wrong with it.
                        clock -= SIMPLE_NS;
                        continue;
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
                        if let (Some(items), Value::Int(at)) = (items, index)
                            && let Some(value) = items.get(*at as usize)
                        {
                            copy!(dest, value);
                            next!()
                        }
                        look_at = NOW;
                        write!(dest, attempt!(access::index(self, program, of, index)));
                        next!()
                    }
                    Instr::SetIndex { base: of, index, value } => {
                        clock += CONTAINER_NS;
                        watch!(instr);
                        let (of, index) = (register(registers, *of), read!(index));
                        if let (Value::Owned(id), Value::Int(at)) = (of, index)
                            && let Object::List(items) = self.heap.object_mut(*id)
                            && let Some(place) = items.get_mut(*at as usize)
                        {
                            place.put_copy(read!(value));
                            next!()
                        }
                        look_at = NOW;
                        let value = read!(value).share();
                        attempt!(access::set_index(self, of, index, value));
                        next!()
                    }
                    Instr::GetField { dest, base: of, field } => {
                        clock += CONTAINER_NS;
                        watch!(instr);
                        let fields = match read!(of) {
                            Value::Owned(id) => match self.heap.object(*id) {
                                Object::Struct(_, fields) => Some(fields),
                                _ => None,
                            },
                            Value::Struct(of) => Some(&of.fields),
                            Value::Tuple(fields) => Some(&**fields),
                            _ => None,
                        };
                        if let Some(fields) = fields
                            && let Some(value) = fields.get(*field as usize)
                        {
                            copy!(dest, value);
                            next!()
                        }
                    }
                    Instr::SetField { base: of, field, value } => {
                        clock += CONTAINER_NS;
                        watch!(instr);
                        if let Value::Owned(id) = register(registers, *of)
                            && let Object::Struct(_, fields) = self.heap.object_mut(*id)
                            && let Some(place) = fields.get_mut(*field as usize)
                        {
                            place.put_copy(read!(value));
                            next!()
                        }
                    }
                    Instr::Jump { target } => {
                        pc = *target as usize;
                        continue;
                    }
                    Instr::JumpBack { target } => {
                        if step_quietly!() {
                            pc = *target as usize;
                            continue;
                        }
                        step!({
                            pc = *target as usize;
                            if clock >= turn.slice_end {
                                leave!(Leave::Slice)
                            }
                        });
                        continue;
                    }
                    Instr::Call { dest, code, args } => {
                        // It is no place where a task is preempted.
                        if look_at != NOW && steps > 0 {
                            steps -= 1;
                            clock += CALL_NS;
                        } else {
                            step!(clock += CALL_NS);
                        }
                        if let Some(frame) = fiber.frames.last_mut() {
                            frame.pc = pc as u32;
                        }
                        let callee = (*code, program.list(*args));
                        let then = Then::Give(*dest);
                        let called =
                            frames::call(program, fiber, literals, (base, end), callee, then);
                        if attempt!(called) {
                            look_at = NOW;
                        }
                        continue 'frame;
                    }
                    Instr::CallValue { dest, function, args } => {
                        step!(clock += CALL_NS);
                        save!();
                        let function = register(registers, *function).share();
                        let callee = (&function, program.list(*args));
                        let then = Then::Give(*dest);
                        let called =
                            frames::call_value(program, fiber, literals, (base, end), callee, then);
                        if attempt!(called) {
                            look_at = NOW;
                        }
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
                        callers[dest].put_copy(operand(own, literals, *value));
                        frames::leave(fiber, base, code.kept as usize);
                        if clock >= turn.slice_end {
                            (turn.clock, turn.steps_left) = (clock, steps);
                            return Leave::Slice;
                        }
                        continue 'frame;
                    }
                    Instr::Next { iterator, dest, done } => {
                        watch!(instr);
                        match place(registers, *iterator) {
                            Value::Iterator(iter) => {
                                match attempt!(access::advance(&self.heap, iter)) {
                                    Some(value) => write!(dest, value),
                                    None => {
                                        pc = *done as usize;
                                        continue;
                                    }
                                }
                                next!()
                            }
                            _ => visible!(instr),
                        }
                    }
                    Instr::CallNative { dest, native, args } => {
                        if native.is_visible() {
                            visible!(instr);
                        }
                        clock += CALL_NS;
                        watch!(instr);
                        let args = program.list(*args);
                        if !self.shortcut(native.0, *dest, args, registers, literals) {
                            let args = args.iter().map(|slot| read!(slot).clone()).collect();
                            write!(dest, attempt!(self.native(program, native.0, args)));
                        }
                        look_at = NOW;
                        next!()
                    }
                    Instr::EnterLock { .. } | Instr::ExitLock { .. } => visible!(instr),
                    _ => {
                        clock += CONTAINER_NS;
                        if WATCHED {
                            save!();
                            self.note_accesses(program, fiber, instr);
                        }
                    }
                }
                // The slow way.
                look_at = NOW;
                let computed = self.compute(program, fiber, instr);
                registers = &mut fiber.stack[base..end];
                match computed {
                    Ok(Some((dest, value))) => write!(&dest, value),
                    Ok(None) if is_visible(instr) => {
                        clock -= SIMPLE_NS + CONTAINER_NS;
                        leave!(Leave::Visible)
                    }
                    Ok(None) => {}
                    Err(failure) => leave!(Leave::Failed(failure)),
                }
                pc += 1;
            }
        }
    }
}
