//! Registers, constants and instructions, by number and without a look at bounds.
//!
//! Invariant: a program is [sound](crate::program::Program::is_sound) before it runs, so that what an instruction
//! names is there, and `registers` are all that the body of the running frame has. Both are looked at once, when
//! the program is made and when a frame is entered, instead of at each instruction.
#![expect(unsafe_code, reason = "a sound program names nothing that is not there")]

use crate::program::{Instr, Reg, Slot};
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

#[inline(always)]
pub(super) fn instr(instrs: &[Instr], pc: usize) -> &Instr {
    debug_assert!(pc < instrs.len());
    // SAFETY: the frame was entered at one of them, and the program is sound: none of them leads elsewhere.
    unsafe { instrs.get_unchecked(pc) }
}
