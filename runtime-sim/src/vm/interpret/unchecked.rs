//! Registers, constants and instructions, by number and without a look at bounds.
//!
//! Invariant: a program is [sound](crate::program::Program::is_sound) before it runs, so that what an instruction
//! names is there, and `registers` are all that the body of the running frame has. Both are looked at once, when
//! the program is made and when a frame is entered, instead of at each instruction.
#![expect(unsafe_code, reason = "a sound program names nothing that is not there")]

use std::marker::PhantomData;

use crate::program::{Code, CodeId, Instr, Reg, Slot};
use crate::task::{Frame, Then};
use crate::value::Value;

#[inline(always)]
pub(super) fn register(registers: &[Value], at: Reg) -> &Value {
    debug_assert!(at.index() < registers.len());
    // SAFETY: the program is sound, so its body has this register.
    unsafe { registers.get_unchecked(at.index()) }
}

#[inline(always)]
pub(super) fn place(registers: &mut [Value], at: Reg) -> &mut Value {
    debug_assert!(at.index() < registers.len());
    // SAFETY: the program is sound, so its body has this register.
    unsafe { registers.get_unchecked_mut(at.index()) }
}

#[inline(always)]
pub(super) fn operand<'a>(registers: &'a [Value], literals: &'a [Value], slot: Slot) -> &'a Value {
    match slot.as_register() {
        Some(at) => register(registers, at),
        None => constant(literals, slot.as_constant().unwrap_or(0)),
    }
}

fn constant(literals: &[Value], at: usize) -> &Value {
    debug_assert!(at < literals.len());
    // SAFETY: the program is sound, so it has this constant, and the machine's are the program's.
    unsafe { literals.get_unchecked(at) }
}

/// One frame more, whose result goes to `dest`. Written where it stays, part by part: what is made elsewhere and
/// moved there in large pieces has to be waited for.
#[inline(always)]
pub(super) fn push(frames: &mut Vec<Frame>, code: CodeId, base: u32, dest: Reg) {
    let length = frames.len();
    if length == frames.capacity() {
        make_room(frames);
    }
    // These are all the parts that it has.
    const _: fn(Frame) = |Frame { code: _, pc: _, base: _, then: _, extra: _ }| {};
    // SAFETY: there is room for one more, and all of it is written before it counts.
    unsafe {
        let frame = frames.as_mut_ptr().add(length);
        (&raw mut (*frame).code).write(code);
        (&raw mut (*frame).pc).write(0);
        (&raw mut (*frame).base).write(base);
        (&raw mut (*frame).then).write(Then::Give(dest));
        (&raw mut (*frame).extra).write(None);
        frames.set_len(length + 1);
    }
}

#[cold]
#[inline(never)]
fn make_room(frames: &mut Vec<Frame>) {
    frames.reserve(1);
}

/// Where a frame is in its body: at an instruction of it. One address, so that it stays in a register of
/// the real machine.
#[derive(Clone, Copy)]
pub(super) struct At<'p> {
    instr: *const Instr,
    body: PhantomData<&'p Code>,
}

impl<'p> At<'p> {
    /// At this instruction of the body, if it has it.
    #[inline(always)]
    pub(super) fn of(code: &'p Code, pc: u32) -> Option<Self> {
        let is_there = (pc as usize) < code.instrs.len();
        is_there.then(|| Self::there(code, pc))
    }

    #[inline(always)]
    fn there(code: &'p Code, pc: u32) -> Self {
        debug_assert!((pc as usize) < code.instrs.len());
        // SAFETY: the body has this instruction: it was looked at, or the program is sound and jumps there.
        let instr = unsafe { code.instrs.as_ptr().add(pc as usize) };
        Self { instr, body: PhantomData }
    }

    #[inline(always)]
    pub(super) fn instr(self) -> &'p Instr {
        // SAFETY: it is one of the body, which outlives this.
        unsafe { &*self.instr }
    }

    /// So many instructions on, where the program is sound if it goes there.
    #[inline(always)]
    pub(super) fn on(self, by: usize) -> Self {
        // SAFETY: the program is sound: no body ends with an instruction that goes on, and a branch skips to
        // one of its body.
        Self { instr: unsafe { self.instr.add(by) }, ..self }
    }

    /// Where an instruction of the body, which is `code`, jumps to.
    #[inline(always)]
    pub(super) fn jump(self, code: &'p Code, target: u32) -> Self {
        debug_assert!(code.instrs.as_ptr_range().contains(&self.instr));
        Self::there(code, target)
    }

    /// Its number in the body, which is `code`.
    #[inline(always)]
    pub(super) fn pc(self, code: &'p Code) -> u32 {
        ((self.instr as usize - code.instrs.as_ptr() as usize) / size_of::<Instr>()) as u32
    }
}
