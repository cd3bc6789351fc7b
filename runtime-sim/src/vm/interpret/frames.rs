//! Frames on the stack: put there by a call, taken down by a return.
//!
//! Registers that only hold bits are left as they are: they are written before they are read. Invariant: above
//! the running frame the stack holds nothing but bits of no meaning.

use crate::bounds::{STACK_CALLS_MAX, STACK_REGISTERS_MAX};
use crate::failure::{FailureKind, Fallible, fail};
use crate::program::{Code, CodeId, Program, Reg, Slot};
use crate::task::{Fiber, Frame};
use crate::value::Value;

use super::unchecked::{operand, push};

/// The registers of the running frame, whose body is `code`.
#[inline(always)]
pub(super) fn own<'s>(stack: &'s mut [Value], frames: &[Frame], code: &Code) -> &'s mut [Value] {
    let (base, end) = bounds(frames, code);
    &mut stack[base..end]
}

/// Where they are on the stack.
#[inline(always)]
fn bounds(frames: &[Frame], code: &Code) -> (usize, usize) {
    let base = frames.last().map_or(0, |frame| frame.base as usize);
    (base, base + code.registers as usize)
}

/// Puts a frame for the code on top of the running one, with its arguments in place. Says whether the stack
/// has grown for it.
#[inline(always)]
pub(super) fn call(
    fiber: &mut Fiber,
    literals: &[Value],
    caller: &Code,
    (of, code, args): (&Code, CodeId, &[Slot]),
    dest: Reg,
) -> Fallible<bool> {
    let (base, end) = bounds(&fiber.frames, caller);
    let callee_end = end + of.registers as usize;
    let grows = fiber.frames.len() >= STACK_CALLS_MAX || callee_end > fiber.stack.len();
    if grows {
        grow(fiber, &of.name, callee_end)?;
    }
    let (callers, own) = fiber.stack.split_at_mut(end);
    let (callers, kept) = (&callers[base..], &mut own[..of.registers as usize]);
    for (slot, place) in args.iter().zip(&mut *kept) {
        place.become_copy(operand(callers, literals, *slot));
    }
    if let Some(rest) = kept.get_mut(args.len()..of.kept as usize) {
        rest.iter_mut().for_each(Value::empty);
    }
    push(&mut fiber.frames, code, end as u32, dest);
    Ok(grows)
}

/// Makes room for a frame, if the stack may be as deep as that.
#[cold]
#[inline(never)]
fn grow(fiber: &mut Fiber, name: &str, end: usize) -> Fallible<()> {
    if fiber.frames.len() >= STACK_CALLS_MAX || end > STACK_REGISTERS_MAX {
        let message = format!(
            "the call stack is {} calls deep: does `{name}` call itself without end?",
            fiber.frames.len(),
        );
        return fail(FailureKind::Stack, message);
    }
    fiber.stack.resize_with(end, || Value::Unassigned);
    Ok(())
}

/// The same for a function value, whose captures follow its arguments.
#[inline(never)]
pub(super) fn call_value(
    program: &Program,
    fiber: &mut Fiber,
    literals: &[Value],
    caller: &Code,
    (function, args): (&Value, &[Slot]),
    dest: Reg,
) -> Fallible<bool> {
    let Value::Function(function) = function else {
        return Err(crate::vm::operators::wanted("a function", function));
    };
    let callee = (program.code(function.code), function.code, args);
    let grows = call(fiber, literals, caller, callee, dest)?;
    let own = own(&mut fiber.stack, &fiber.frames, callee.0).iter_mut().skip(args.len());
    for (captured, place) in function.captures.iter().zip(own) {
        place.put_copy(captured);
    }
    Ok(grows)
}

/// Takes down the running frame, whose result its caller has, and lets go of what its registers hold.
#[inline(always)]
pub(super) fn leave(fiber: &mut Fiber, base: usize, kept: usize) {
    if let Some(Frame { extra: Some(extra), .. }) = fiber.frames.pop() {
        drop(extra);
    }
    fiber.stack[base..base + kept].iter_mut().for_each(Value::empty);
}
