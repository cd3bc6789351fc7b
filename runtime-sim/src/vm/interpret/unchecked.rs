//! Registers, constants and instructions, by number and without a look at bounds.
//!
//! Invariant: a program is [sound](crate::program::Program::is_sound) before it runs, so that what an instruction
//! names is there, and `registers` are all that the body of the running frame has. Both are looked at once, when
//! the program is made and when a frame is entered, instead of at each instruction.
#![expect(unsafe_code, reason = "a sound program names nothing that is not there")]

use std::marker::PhantomData;

use weir_analyzer::mir::LockMode;

use crate::program::{Code, CodeId, Instr, ListId, Program, Reg, Slot};
use crate::task::{Frame, Open, Then};
use crate::value::{SyncId, Value};

#[inline(always)]
pub(super) fn register(registers: &[Value], at: Reg) -> &Value {
    debug_assert!(at.index() < registers.len());
    // SAFETY: the program is sound, so its body has this register.
    unsafe { &*registers.as_ptr().byte_add(at.offset()) }
}

#[inline(always)]
pub(in crate::vm) fn place(registers: &mut [Value], at: Reg) -> &mut Value {
    debug_assert!(at.index() < registers.len());
    // SAFETY: the program is sound, so its body has this register.
    unsafe { &mut *registers.as_mut_ptr().byte_add(at.offset()) }
}

#[inline(always)]
pub(super) fn operand<'a>(registers: &'a [Value], literals: &'a [Value], slot: Slot) -> &'a Value {
    let first = if slot.is_constant() { literals } else { registers };
    debug_assert!(slot.offset() < size_of_val(first));
    // SAFETY: the program is sound, so its body has this register, or it this constant, and the machine's constants
    // are the program's.
    unsafe { &*first.as_ptr().byte_add(slot.offset()) }
}

/// A body that an instruction or a frame names.
#[inline(always)]
pub(super) fn called(program: &Program, code: CodeId) -> &Code {
    debug_assert!(code.index() < program.codes.len());
    // SAFETY: the program is sound, and frames run bodies of it.
    unsafe { program.codes.get_unchecked(code.index()) }
}

/// What a call passes.
#[inline(always)]
pub(super) fn arguments(program: &Program, list: ListId) -> &[Slot] {
    debug_assert!(list.index() < program.lists.len());
    // SAFETY: the program is sound.
    unsafe { program.lists.get_unchecked(list.index()) }
}

/// The registers of the running frame, which begin at `base`.
#[inline(always)]
pub(super) fn window<'s>(stack: &'s mut [Value], base: usize, code: &Code) -> &'s mut [Value] {
    let count = code.registers as usize;
    debug_assert!(base + count <= stack.len());
    // SAFETY: the stack had room for them when the frame was put there, and keeps what its frames have.
    unsafe { std::slice::from_raw_parts_mut(stack.as_mut_ptr().add(base), count) }
}

/// The registers of two frames, one on top of the other: from `base` to `middle`, and from there to `end`.
#[inline(always)]
pub(super) fn two_windows(
    stack: &mut [Value],
    (base, middle): (usize, usize),
    end: usize,
) -> (&mut [Value], &mut [Value]) {
    debug_assert!(base <= middle && middle <= end && end <= stack.len());
    let first = stack.as_mut_ptr();
    // SAFETY: they do not overlap, and the stack has room for both.
    unsafe {
        (
            std::slice::from_raw_parts_mut(first.add(base), middle - base),
            std::slice::from_raw_parts_mut(first.add(middle), end - middle),
        )
    }
}

/// The frame that runs.
#[inline(always)]
pub(super) fn running(frames: &mut [Frame]) -> &mut Frame {
    debug_assert!(!frames.is_empty());
    // SAFETY: the hot loop is left when no frame is.
    unsafe { frames.get_unchecked_mut(frames.len().wrapping_sub(1)) }
}

/// One frame more, whose result goes to `dest`, where there is room. Written where it stays, part by part: what
/// is made elsewhere and moved there in large pieces has to be waited for.
#[inline(always)]
pub(super) fn push(frames: &mut Vec<Frame>, code: CodeId, base: u32, dest: Reg) {
    let length = frames.len();
    debug_assert!(length < frames.capacity());
    // These are all the parts that it has.
    const _: fn(Frame) = |Frame { code: _, pc: _, base: _, then: _, extra: _ }| {};
    // SAFETY: the caller made room for one more, and all of it is written before it counts.
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

/// One frame less, of which nothing is to be dropped.
#[inline(always)]
pub(super) fn pop(frames: &mut Vec<Frame>) {
    debug_assert!(matches!(frames.last(), Some(Frame { then: Then::Give(_), extra: None, .. })));
    let length = frames.len().saturating_sub(1);
    // SAFETY: there are that many; what is left out holds nothing.
    unsafe { frames.set_len(length) };
}

/// One lock more that a frame has open, written where it stays.
#[inline(always)]
pub(in crate::vm) fn push_lock(open: &mut Vec<Open>, (loan, lock, mode): (Reg, SyncId, LockMode)) {
    let length = open.len();
    if length == open.capacity() {
        open.reserve(1);
    }
    if let Some(place) = open.spare_capacity_mut().first_mut() {
        place.write(Open::Lock { loan, lock, mode });
        // SAFETY: it was just written.
        unsafe { open.set_len(length + 1) };
    }
}

/// The lock that was opened last is open no more. Says whether it was this one.
#[inline(always)]
pub(in crate::vm) fn pop_lock(open: &mut Vec<Open>, id: SyncId) -> bool {
    let is_last = matches!(open.last(), Some(Open::Lock { lock, .. }) if *lock == id);
    if is_last {
        // SAFETY: there is that one, and nothing in it is to be dropped.
        unsafe { open.set_len(open.len() - 1) };
    }
    is_last
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

    /// The same where a sound program is known to have it.
    #[inline(always)]
    pub(super) fn there(code: &'p Code, pc: u32) -> Self {
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

    /// Where an instruction of the body, which begins at `first`, jumps to.
    #[inline(always)]
    pub(super) fn jump(self, first: Self, target: u32) -> Self {
        first.on(target as usize)
    }

    /// Its number in the body, which begins at `first`.
    #[inline(always)]
    pub(super) fn pc(self, first: Self) -> u32 {
        ((self.instr as usize - first.instr as usize) / size_of::<Instr>()) as u32
    }
}
