//! What an instruction does to its task and to others, told from the instruction alone.

use weir_analyzer::mir::Family;

use super::scopes::open_scope;
use crate::program::Instr;
use crate::task::{Fiber, Raise};

/// Whether the instruction is a suspension point, where a task may be stopped: who is cancelled starts nothing new.
pub(super) fn suspends(instr: &Instr) -> bool {
    match instr {
        Instr::CallNative { native, .. } => native.0.effect().suspends,
        Instr::Next { .. }
        | Instr::Join { .. }
        | Instr::EndScope { .. }
        | Instr::EnterLock { .. }
        | Instr::ParallelFor { .. }
        | Instr::Select { .. }
        | Instr::Spawn { .. }
        | Instr::Detach { .. } => true,
        _ => false,
    }
}

/// Whether the instruction does something to what tasks share, and no cancellation strikes there: then it
/// makes a difference whether its task has begun.
pub(super) fn acts_at_once(instr: &Instr) -> bool {
    match instr {
        Instr::CallNative { native, .. } => native.0.family() == Family::Sync && !suspends(instr),
        _ => false,
    }
}

/// Whether the raise only says what the end of its own scope handles itself.
pub(super) fn waits_for_same_scope(fiber: &Fiber, instr: &Instr, raise: &Raise) -> bool {
    match (instr, raise) {
        (Instr::EndScope { scope }, Raise::Interrupt(of)) => open_scope(fiber, *scope) == Some(*of),
        _ => false,
    }
}
