//! Frames on the stack: put there by a call, taken down by a return.
//!
//! Registers that only hold bits are left as they are: they are written before they are read. Invariant: above
//! the running frame the stack holds nothing but bits of no meaning.

use crate::bounds::{STACK_CALLS_MAX, STACK_REGISTERS_MAX};
use crate::failure::{FailureKind, Fallible, fail};
use crate::program::{Code, CodeId, Program, Reg, Slot};
use crate::task::{Extra, Fiber, Frame, Then};
use crate::value::Value;

use super::unchecked::{operand, place, pop, push, running, two_windows, window};

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

/// Puts a frame for the code on top of the running one, which is at `from`, with its arguments in place. Says
/// where its registers begin, and whether the stack has grown for it.
#[inline(always)]
pub(super) fn call(
    fiber: &mut Fiber,
    literals: &[Value],
    (caller, from): (&Code, u32),
    (of, code, args): (&Code, CodeId, &[Slot]),
    dest: Reg,
) -> Fallible<(usize, bool)> {
    let frame = running(&mut fiber.frames);
    frame.pc = from;
    let base = frame.base as usize;
    let end = base + caller.registers as usize;
    let callee_end = end + of.registers as usize;
    let depth = fiber.frames.len();
    let is_tall = callee_end > fiber.stack.len();
    if is_tall || depth >= STACK_CALLS_MAX || depth == fiber.frames.capacity() {
        grow(fiber, &of.name, callee_end)?;
    }
    let (callers, own) = two_windows(&mut fiber.stack, (base, end), callee_end);
    for (slot, place) in args.iter().zip(&mut *own) {
        place.become_copy(operand(callers, literals, *slot));
    }
    if let Some(rest) = own.get_mut(args.len()..of.kept as usize) {
        rest.iter_mut().for_each(Value::empty);
    }
    push(&mut fiber.frames, code, end as u32, dest);
    Ok((end, is_tall))
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
    if end > fiber.stack.len() {
        fiber.stack.resize_with(end, || Value::Unassigned);
    }
    fiber.frames.reserve(1);
    Ok(())
}

/// The same for a function value, whose captures follow its arguments.
#[inline(never)]
pub(super) fn call_value(
    program: &Program,
    fiber: &mut Fiber,
    literals: &[Value],
    caller: (&Code, u32),
    (function, args): (&Value, &[Slot]),
    dest: Reg,
) -> Fallible<bool> {
    let Value::Function(function) = function else {
        return Err(crate::vm::operators::wanted("a function", function));
    };
    let callee = (program.code(function.code), function.code, args);
    let (base, grows) = call(fiber, literals, caller, callee, dest)?;
    let own = window(&mut fiber.stack, base, callee.0).iter_mut();
    for (captured, place) in function.captures.iter().zip(own.skip(args.len())) {
        place.put_copy(captured);
    }
    Ok(grows)
}

/// Takes down the running frame and lets go of what its registers hold, when its caller waits for its result in a
/// register: gives that the result. Says where the caller is, and where its registers begin.
#[inline(always)]
pub(super) fn give_back(
    fiber: &mut Fiber,
    literals: &[Value],
    code: &Code,
    value: Slot,
) -> Option<(CodeId, u32, usize)> {
    let [.., caller, Frame { base, then: Then::Give(dest), extra, .. }] =
        fiber.frames.as_mut_slice()
    else {
        return None;
    };
    let (base, callers_base) = (*base as usize, caller.base as usize);
    if extra.is_some() {
        close(extra);
    }
    let after = (caller.code, caller.pc + 1, callers_base);
    let end = base + code.registers as usize;
    let (callers, own) = two_windows(&mut fiber.stack, (callers_base, base), end);
    place(callers, *dest).put_copy(operand(own, literals, value));
    if let Some(kept) = own.get_mut(..code.kept as usize) {
        kept.iter_mut().for_each(Value::empty);
    }
    pop(&mut fiber.frames);
    Some(after)
}

#[cold]
#[inline(never)]
fn close(extra: &mut Option<Box<Extra>>) {
    *extra = None;
}
