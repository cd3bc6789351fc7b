//! The hot loop: what a task does by itself.
//!
//! The plain case of what most time is spent with is done here; what is not plain, and the rest, is
//! [`compute`](super::compute)'s. Invariant: an instruction costs the same virtual time wherever it is done, and one
//! that stands for two costs what both would.
//!
//! What changes with each instruction, where the frame is and the clock, is to stay in registers of the real machine.
//! So what is rare is called, not written out here, and every instruction is named: then nothing is looked at before
//! the jump to what it does.

mod aside;
mod frames;
mod parts;
mod registers;
mod unchecked;

use weir_analyzer::mir::Intrinsic;

use super::alone::{Alone, sync_at};
use super::compute::is_visible;
use super::{access, operators};
use crate::cost::{CALL_NS, CONTAINER_NS, SIMPLE_NS, VISIBLE_NS};
use crate::failure::{Failure, FailureKind};
use crate::machine::Machine;
use crate::program::{Instr, Plan, Program, Slot};
use crate::task::Fiber;
use crate::value::{Value, apart};
use crate::vm::Turn;
pub(super) use aside::Leave;
use aside::{Aside, Look, NOW};
pub(super) use registers::Registers;
use unchecked::{At, arguments, called, running, window};
pub(super) use unchecked::{place, pop_lock, push_lock};

impl Machine {
    /// Computes until something else is to be done. The frame's `pc` is right whenever it ends.
    /// What is `WATCHED` tells the race detector of each access. It is not to become part of its caller, whose own
    /// variables would want registers too.
    #[inline(never)]
    pub(super) fn interpret<const WATCHED: bool>(
        &mut self,
        program: &Program,
        fiber: &mut Fiber,
        turn: &mut Turn,
    ) -> Leave {
        let literals = self.literals.clone();
        let literals = literals.as_slice();
        let mut clock = turn.clock;
        // When to look whether the slice is over; at once where something was made, since then there may be
        // too much of it, or reason to look for what nothing reaches.
        let mut look_at = NOW;
        'frame: loop {
            let Some(frame) = fiber.frames.last() else {
                turn.clock = clock;
                return Leave::Returned(Value::Unit);
            };
            let mut code = program.code(frame.code);
            let Some(mut at) = At::of(code, frame.pc) else {
                turn.clock = clock;
                let message = "the code ended too early";
                return Leave::Failed(Failure::new(FailureKind::Error, message));
            };
            // Where its code begins, at hand for its jumps.
            let mut first = At::there(code, 0);
            let mut registers =
                Registers { own: frames::own(&mut fiber.stack, &fiber.frames, code), literals };

            macro_rules! save_place {
                () => {
                    running(&mut fiber.frames).pc = at.pc(first);
                };
            }
            macro_rules! save {
                () => {{
                    turn.clock = clock;
                    save_place!();
                }};
            }
            macro_rules! reload {
                () => {
                    registers = Registers {
                        own: frames::own(&mut fiber.stack, &fiber.frames, code),
                        literals,
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
            macro_rules! next {
                () => {{
                    at = at.on(1);
                    continue;
                }};
            }
            // A value that may stand in the registers too.
            macro_rules! copy {
                ($dest:expr, $value:expr) => {
                    match $value {
                        Value::Int(value) => {
                            let value = apart(value);
                            registers.place(*$dest).put_int(value)
                        }
                        Value::Float(value) => {
                            let value = apart(value);
                            registers.place(*$dest).put_float(value)
                        }
                        Value::Bool(value) => {
                            let value = apart(value);
                            registers.place(*$dest).put_bool(value)
                        }
                        value => {
                            let value = value.share();
                            registers.place(*$dest).replace(value)
                        }
                    }
                };
            }
            // Whatever goes on without end takes a step again and again: if nothing is to be looked at, here.
            macro_rules! step_quietly {
                ($until:expr) => {
                    if $until && turn.steps_left > 0 {
                        turn.steps_left -= 1;
                        true
                    } else {
                        false
                    }
                };
            }
            // And here if something may be. `then` is what the instruction does with the step.
            macro_rules! step {
                ($may_preempt:expr, $then:expr) => {
                    match self.look(turn, clock, $may_preempt) {
                        Look::Until(time) => {
                            look_at = time;
                            $then;
                        }
                        Look::Before(leave) => leave!(leave),
                        Look::After(leave) => {
                            $then;
                            leave!(leave)
                        }
                    }
                };
            }
            // A call is no place where a task is preempted.
            macro_rules! step_to_call {
                () => {{
                    if step_quietly!(look_at != NOW) {
                        clock += CALL_NS;
                    } else {
                        step!(false, clock += CALL_NS);
                    }
                }};
            }
            // What others can see is done here if it concerns nobody else, and is over at a time; else it ends the loop.
            macro_rules! alone {
                (|$time:ident| $done:expr) => {{
                    let before = clock - SIMPLE_NS;
                    let $time = before + VISIBLE_NS;
                    let may_act = turn.acts_alone(before)
                        && (look_at != NOW || self.has_room(turn))
                        && (!WATCHED || {
                            save_place!();
                            self.tell_spot(program, running(&mut fiber.frames))
                        });
                    let came = if may_act { $done } else { Alone::No };
                    if came != Alone::No {
                        clock = $time;
                        turn.acted(clock);
                        if came == Alone::Waits {
                            leave!(Leave::Waits);
                        }
                        if self.memory.is_close() {
                            look_at = NOW;
                        }
                        next!()
                    }
                    Aside::Visible
                }};
            }
            macro_rules! note {
                ($instr:expr) => {{
                    save!();
                    self.note_accesses(program, fiber, $instr);
                }};
            }
            macro_rules! watch {
                ($instr:expr) => {
                    if WATCHED {
                        note!($instr);
                        reload!();
                    }
                };
            }
            // What has no result, and what is not of the expected type, is left to the slow way, which says so.
            macro_rules! plain {
                ($is_done:expr) => {
                    if $is_done { next!() } else { Aside::Compute }
                };
            }
            macro_rules! branch {
                ($left:expr, $right:expr, $skip:expr, $otherwise:expr, $holds:expr) => {
                    if let Some((left, right)) = registers.both::<i64>((*$left, *$right)) {
                        clock += SIMPLE_NS;
                        at = match $holds(&left, &right) {
                            true => at.on(usize::from(*$skip)),
                            false => at.jump(first, *$otherwise),
                        };
                        continue;
                    } else {
                        Aside::Compute
                    }
                };
            }

            loop {
                let instr = at.instr();
                // What others can see is charged when it happens: a lane that only looks whether it
                // may go first must not move its clock, or two of them would pass each other by.
                clock += SIMPLE_NS;
                let aside = match instr {
                    Instr::Move { dest, value } => {
                        registers.copy(*dest, *value);
                        next!()
                    }
                    Instr::AddInt { dest, left, right } => {
                        plain!(registers.compute(*dest, (*left, *right), i64::checked_add))
                    }
                    Instr::AddInts { dest, left, right } => {
                        plain!(registers.compute(*dest, (*left, *right), i64::checked_add))
                    }
                    Instr::SubtractInts { dest, left, right } => {
                        plain!(registers.compute(*dest, (*left, *right), i64::checked_sub))
                    }
                    Instr::MultiplyInts { dest, left, right } => {
                        plain!(registers.compute(*dest, (*left, *right), i64::checked_mul))
                    }
                    Instr::AddSmall { dest, left, right } => {
                        plain!(registers.compute(*dest, (*left, *right), i64::checked_add))
                    }
                    Instr::SubtractSmall { dest, left, right } => {
                        plain!(registers.compute(*dest, (*left, *right), i64::checked_sub))
                    }
                    Instr::SubtractInt { dest, left, right } => {
                        plain!(registers.compute(*dest, (*left, *right), i64::checked_sub))
                    }
                    Instr::MultiplyInt { dest, left, right } => {
                        plain!(registers.compute(*dest, (*left, *right), i64::checked_mul))
                    }
                    Instr::FloorDivideInt { dest, left, right } => {
                        clock += CONTAINER_NS;
                        plain!(registers.compute(*dest, (*left, *right), operators::floor_divide))
                    }
                    Instr::ModuloInt { dest, left, right } => {
                        clock += CONTAINER_NS;
                        plain!(registers.compute(*dest, (*left, *right), operators::floor_modulo))
                    }
                    Instr::LessInt { dest, left, right } => {
                        plain!(registers.compare(*dest, (*left, *right), i64::lt))
                    }
                    Instr::LessEqualInt { dest, left, right } => {
                        plain!(registers.compare(*dest, (*left, *right), i64::le))
                    }
                    Instr::EqualInt { dest, left, right } => {
                        plain!(registers.compare(*dest, (*left, *right), i64::eq))
                    }
                    Instr::BranchLessSmall { skip, left, right, otherwise } => {
                        branch!(left, right, skip, otherwise, i64::lt)
                    }
                    Instr::BranchEqualSmall { skip, left, right, otherwise } => {
                        branch!(left, right, skip, otherwise, i64::eq)
                    }
                    Instr::BranchLessInt { skip, left, right, otherwise } => {
                        branch!(left, right, skip, otherwise, i64::lt)
                    }
                    Instr::BranchLessInts { skip, left, right, otherwise } => {
                        branch!(left, right, skip, otherwise, i64::lt)
                    }
                    Instr::BranchLessEqualInts { skip, left, right, otherwise } => {
                        branch!(left, right, skip, otherwise, i64::le)
                    }
                    Instr::BranchLessEqualInt { skip, left, right, otherwise } => {
                        branch!(left, right, skip, otherwise, i64::le)
                    }
                    Instr::BranchEqualInt { skip, left, right, otherwise } => {
                        branch!(left, right, skip, otherwise, i64::eq)
                    }
                    Instr::AddFloats { dest, left, right } => {
                        clock += CONTAINER_NS;
                        plain!(registers.compute_float(*dest, (*left, *right), |a, b| a + b))
                    }
                    Instr::SubtractFloats { dest, left, right } => {
                        clock += CONTAINER_NS;
                        plain!(registers.compute_float(*dest, (*left, *right), |a, b| a - b))
                    }
                    Instr::MultiplyFloats { dest, left, right } => {
                        clock += CONTAINER_NS;
                        plain!(registers.compute_float(*dest, (*left, *right), |a, b| a * b))
                    }
                    Instr::AddFloat { dest, left, right } => {
                        clock += CONTAINER_NS;
                        plain!(registers.compute_float(*dest, (*left, *right), |a, b| a + b))
                    }
                    Instr::SubtractFloat { dest, left, right } => {
                        clock += CONTAINER_NS;
                        plain!(registers.compute_float(*dest, (*left, *right), |a, b| a - b))
                    }
                    Instr::MultiplyFloat { dest, left, right } => {
                        clock += CONTAINER_NS;
                        plain!(registers.compute_float(*dest, (*left, *right), |a, b| a * b))
                    }
                    Instr::LessFloat { dest, left, right } => {
                        clock += CONTAINER_NS;
                        plain!(registers.less_float(*dest, (*left, *right)))
                    }
                    Instr::DivideFloat { dest, left, right } => {
                        clock += CONTAINER_NS;
                        plain!(registers.divide(*dest, (*left, *right)))
                    }
                    Instr::EqualStr { dest, left, right } => {
                        clock += CONTAINER_NS;
                        plain!(registers.equal_strs(*dest, (*left, *right)))
                    }
                    Instr::BranchEqualStr { skip, left, right, otherwise } => {
                        clock += CONTAINER_NS;
                        if let Some(holds) = registers.are_equal_strs((*left, *right)) {
                            clock += SIMPLE_NS;
                            at = match holds {
                                true => at.on(usize::from(*skip)),
                                false => at.jump(first, *otherwise),
                            };
                            continue;
                        }
                        Aside::Compute
                    }
                    Instr::Branch { condition, then, otherwise } => {
                        if let Value::Bool(holds) = registers.read(*condition) {
                            at = at.jump(first, if *holds { *then } else { *otherwise });
                            continue;
                        }
                        Aside::Compute
                    }
                    Instr::Walk { iterator, dest, done } => {
                        watch!(instr);
                        if let Value::Iterator(iter) = registers.place(*iterator) {
                            if let Some(value) = iter.next_int() {
                                registers.place(*dest).put_int(value);
                            } else if iter.has_ints_alone() {
                                at = at.jump(first, *done);
                                continue;
                            } else if let Some(value) =
                                attempt!(access::advance_others(&self.heap, iter))
                            {
                                registers.place(*dest).replace(value);
                            } else {
                                at = at.jump(first, *done);
                                continue;
                            }
                            clock += SIMPLE_NS;
                            next!()
                        }
                        Aside::Compute
                    }
                    Instr::WalkAgain { iterator, dest, target } => {
                        if step_quietly!(clock < look_at) {
                            at = at.jump(first, *target);
                        } else {
                            step!(true, at = at.jump(first, *target));
                        }
                        // Whatever is no int of a range and no character is left to the walk itself.
                        if let Value::Iterator(iter) = registers.place(*iterator)
                            && let Some(value) = iter.next_int()
                        {
                            registers.place(*dest).put_int(value);
                            clock += 2 * SIMPLE_NS;
                            next!()
                        }
                        if parts::next_character(registers.own, *iterator, *dest) {
                            clock += 2 * SIMPLE_NS;
                            next!()
                        }
                        continue;
                    }
                    Instr::GetIndex { dest, base: of, index } => {
                        clock += CONTAINER_NS;
                        watch!(instr);
                        let (of, index) = (registers.read(*of), registers.read(*index));
                        if let Some(value) = parts::item(&self.heap, of, index) {
                            if let Value::Str(text) = value {
                                let text = text.clone();
                                registers.place(*dest).put_str(text);
                                next!()
                            }
                            copy!(dest, value);
                            next!()
                        }
                        if let Some(flag) = parts::flag(&self.heap, of, index) {
                            registers.place(*dest).put_bool(flag);
                            next!()
                        }
                        look_at = NOW;
                        let value = attempt!(access::index(self, program, of, index));
                        registers.place(*dest).replace(value);
                        next!()
                    }
                    Instr::SetIndex { base: of, index, value } => {
                        clock += CONTAINER_NS;
                        watch!(instr);
                        let (of, index) = (registers.at(*of), registers.read(*index));
                        if parts::put_item(&mut self.heap, of, index, registers.read(*value)) {
                            next!()
                        }
                        if self.replace_entry(of, index, registers.read(*value)) {
                            next!()
                        }
                        look_at = NOW;
                        let value = registers.read(*value).share();
                        attempt!(access::set_index(self, of, index, value));
                        next!()
                    }
                    Instr::GetField { dest, base: of, field } => {
                        clock += CONTAINER_NS;
                        watch!(instr);
                        if let Some(value) = parts::field(&self.heap, registers.at(*of), *field) {
                            copy!(dest, value);
                            next!()
                        }
                        Aside::Compute
                    }
                    Instr::GetFloat { dest, base: of, field } => {
                        clock += CONTAINER_NS;
                        watch!(instr);
                        let of = registers.at(*of);
                        if let Some(Value::Float(value)) = parts::own_field(&self.heap, of, *field)
                        {
                            let value = Value::Float(apart(value));
                            registers.place(*dest).set(value);
                            next!()
                        }
                        Aside::Compute
                    }
                    Instr::SetField { base: of, field, value } => {
                        clock += CONTAINER_NS;
                        watch!(instr);
                        let of = registers.at(*of);
                        if let Some(place) = parts::field_place(&mut self.heap, of, *field) {
                            place.put_copy(registers.read(*value));
                            next!()
                        }
                        Aside::Compute
                    }
                    Instr::Jump { target } => {
                        at = at.jump(first, *target);
                        continue;
                    }
                    Instr::JumpBack { target } => {
                        if step_quietly!(clock < look_at) {
                            at = at.jump(first, *target);
                        } else {
                            step!(true, at = at.jump(first, *target));
                        }
                        continue;
                    }
                    Instr::Call { dest, code: callee, args } => {
                        step_to_call!();
                        let of = called(program, *callee);
                        let callee = (of, *callee, arguments(program, *args));
                        let from = (code, at.pc(first));
                        let (base, grows) =
                            attempt!(frames::call(fiber, literals, from, callee, *dest));
                        if grows {
                            look_at = NOW;
                        }
                        code = of;
                        first = At::there(of, 0);
                        at = first;
                        registers = Registers { own: window(&mut fiber.stack, base, of), literals };
                        continue;
                    }
                    Instr::CallValue { dest, function, args } => {
                        step_to_call!();
                        let function = registers.at(*function).share();
                        let callee = (&function, program.list(*args));
                        let from = (code, at.pc(first));
                        let called =
                            frames::call_value(program, fiber, literals, from, callee, *dest);
                        if attempt!(called) {
                            look_at = NOW;
                        }
                        continue 'frame;
                    }
                    Instr::Return { value } => {
                        clock += CALL_NS;
                        let given = frames::give_back(fiber, literals, code, *value);
                        let Some((caller, pc, base)) = given else {
                            reload!();
                            let value = registers.read(*value).clone();
                            leave!(Leave::Returned(value))
                        };
                        code = called(program, caller);
                        first = At::there(code, 0);
                        at = at.jump(first, pc);
                        if clock >= turn.slice_end {
                            leave!(Leave::Slice);
                        }
                        registers =
                            Registers { own: window(&mut fiber.stack, base, code), literals };
                        continue;
                    }
                    Instr::Next { iterator, dest, done } => {
                        watch!(instr);
                        if let Value::Iterator(iter) = registers.place(*iterator) {
                            match attempt!(access::advance(&self.heap, iter)) {
                                Some(value) => registers.place(*dest).replace(value),
                                None => {
                                    at = at.jump(first, *done);
                                    continue;
                                }
                            }
                            next!()
                        }
                        alone!(|time| {
                            let from = (*dest, Slot::register(*iterator));
                            self.receive_alone::<WATCHED>(registers.lend(), from, turn, time)
                        })
                    }
                    Instr::Thaw { dest, list } => {
                        clock += CALL_NS;
                        watch!(instr);
                        look_at = NOW;
                        let value = attempt!(self.thaw(program, registers.place(*list)));
                        registers.place(*dest).replace(value);
                        next!()
                    }
                    Instr::IterateRange { dest, args } => {
                        clock += CALL_NS;
                        look_at = NOW;
                        let args = arguments(program, *args);
                        attempt!(self.iterate_range(program, registers.lend(), *dest, args));
                        clock += SIMPLE_NS + CONTAINER_NS;
                        next!()
                    }
                    Instr::SquareRoot { dest, value } => {
                        clock += CALL_NS;
                        match registers.read(*value) {
                            Value::Float(value) if *value >= 0.0 => {
                                let root = value.sqrt();
                                registers.place(*dest).put_float(root);
                            }
                            other => {
                                look_at = NOW;
                                let args = vec![other.clone()];
                                let root = self.native(program, Intrinsic::MathSqrt, args);
                                registers.place(*dest).replace(attempt!(root));
                            }
                        }
                        next!()
                    }
                    Instr::Repeat { dest, list, times } => {
                        clock += CONTAINER_NS;
                        look_at = NOW;
                        let (list, times) = (registers.read(*list), registers.read(*times));
                        let value = attempt!(self.repeat(program, list, times));
                        registers.place(*dest).replace(value);
                        clock += SIMPLE_NS + CALL_NS;
                        next!()
                    }
                    Instr::CallNative { dest, native, args } => {
                        if !native.is_visible() {
                            clock += CALL_NS;
                            watch!(instr);
                            let call = (*dest, *native, program.list(*args));
                            if attempt!(self.call_native(program, registers.lend(), call)) {
                                look_at = NOW;
                                if let Value::Sync(id) = *registers.place(*dest) {
                                    save_place!();
                                    self.note_made(running(&mut fiber.frames), *native, id);
                                }
                            }
                            next!()
                        }
                        alone!(|time| match (native.0, arguments(program, *args)) {
                            (Intrinsic::ChannelReceive, [channel]) => {
                                let from = (*dest, *channel);
                                self.receive_alone::<WATCHED>(registers.lend(), from, turn, time)
                            }
                            (native, args) => {
                                let call = (*dest, native, args);
                                self.native_alone::<WATCHED>(registers.lend(), call, turn, time)
                            }
                        })
                    }
                    Instr::EnterLock { plan } => match program.plan(*plan) {
                        Plan::Lock { loan, lock, mode, when: None } => {
                            alone!(|_time| match sync_at(&registers, *lock) {
                                Some(id) => {
                                    let (frame, own) =
                                        (running(&mut fiber.frames), &mut *registers.own);
                                    let taken = (*loan, id, *mode);
                                    let came =
                                        self.lock_alone::<WATCHED>(frame, own, turn.task, taken);
                                    if WATCHED && came == Alone::Done {
                                        self.name_lock(program, frame, id, *lock);
                                    }
                                    came
                                }
                                None => Alone::No,
                            })
                        }
                        _ => Aside::Visible,
                    },
                    Instr::ExitLock { loan, lock, mode } => {
                        alone!(|_time| match sync_at(&registers, *lock) {
                            Some(id) => {
                                let (frame, own) =
                                    (running(&mut fiber.frames), &mut *registers.own);
                                let given = (*loan, id, *mode);
                                self.unlock_alone::<WATCHED>(frame, own, turn.task, given)
                            }
                            None => Alone::No,
                        })
                    }
                    Instr::Binary { .. }
                    | Instr::Unary { .. }
                    | Instr::Slice { .. }
                    | Instr::IsVariant { .. }
                    | Instr::Payload { .. }
                    | Instr::MakeList { .. }
                    | Instr::MakeMap { .. }
                    | Instr::MakeSet { .. }
                    | Instr::MakeTuple { .. }
                    | Instr::MakeStruct { .. }
                    | Instr::MakeVariant { .. }
                    | Instr::MakeFunction { .. }
                    | Instr::Format { .. }
                    | Instr::IntToFloat { .. }
                    | Instr::Constant { .. }
                    | Instr::Iterate { .. }
                    | Instr::CheckDistinct { .. }
                    | Instr::Unreachable => {
                        clock += CONTAINER_NS;
                        if WATCHED {
                            note!(instr);
                        }
                        Aside::Compute
                    }
                    Instr::TaskLocal { .. }
                    | Instr::Fail { .. }
                    | Instr::Spawn { .. }
                    | Instr::Detach { .. }
                    | Instr::Join { .. }
                    | Instr::Settle { .. }
                    | Instr::EnterScope { .. }
                    | Instr::EndScope { .. }
                    | Instr::LeaveScope { .. }
                    | Instr::EnterTaskLocal { .. }
                    | Instr::ExitTaskLocal { .. }
                    | Instr::Defer { .. }
                    | Instr::RunDefers
                    | Instr::EnterAttempt { .. }
                    | Instr::ExitAttempt
                    | Instr::ParallelFor { .. }
                    | Instr::EnterBlocking
                    | Instr::ExitBlocking
                    | Instr::Select { .. } => Aside::Visible,
                };
                if let Aside::Compute = aside {
                    look_at = NOW;
                    let computed = self.compute(program, fiber, instr);
                    reload!();
                    match computed {
                        Ok(Some((dest, value))) => {
                            registers.place(dest).replace(value);
                            next!()
                        }
                        Ok(None) if is_visible(instr) => clock -= CONTAINER_NS,
                        Ok(None) => next!(),
                        Err(failure) => leave!(Leave::Failed(failure)),
                    }
                }
                // If the compiler knew that this undoes what was added, it would keep the time before in a register of
                // its own, throughout.
                clock -= std::hint::black_box(SIMPLE_NS);
                leave!(Leave::Visible);
            }
        }
    }
}
