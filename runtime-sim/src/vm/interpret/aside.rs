//! What is aside of the hot loop: why it ends, and what it does now and then, which is a step at which something
//! may be to look at, entries of maps, natives.

use std::rc::Rc;

use weir_analyzer::hir::BinaryOp;
use weir_analyzer::mir::{Family, Intrinsic};

use super::registers::Registers;
use crate::failure::{Failure, Fallible};
use crate::heap::{Flags, Object, Site};
use crate::machine::Machine;
use crate::program::{Native, Program, Reg, Slot};
use crate::room::bounded;
use crate::task::Frame;
use crate::value::{Iter, SyncId, Value};
use crate::vm::Turn;
use crate::vm::operators::{binary, wanted};
use crate::vm::shortcuts::Shortcut;

/// Why the hot loop ends.
pub(in crate::vm) enum Leave {
    /// The next instruction is one that others can see.
    Visible,
    /// The task has begun to wait, for what is in the turn.
    Waits,
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

/// What is not done in the loop itself.
pub(super) enum Aside {
    /// What is not plain, or rare, and makes a value.
    Compute,
    /// What others can see.
    Visible,
}

/// A time before all others: look at once.
pub(super) const NOW: u64 = 0;

/// What came of looking around at a step.
pub(super) enum Look {
    /// Nothing more is to be looked at until then.
    Until(u64),
    /// The loop ends before the step, or after it.
    Before(Leave),
    After(Leave),
}

impl Machine {
    /// One step, which gets to `clock`; at some places a task may be preempted.
    #[inline(never)]
    pub(super) fn look(&mut self, turn: &mut Turn, clock: u64, may_preempt: bool) -> Look {
        if self.is_over_memory(turn) {
            return Look::Before(Leave::Memory);
        }
        if turn.steps_left == 0 {
            return Look::Before(Leave::Exhausted);
        }
        turn.steps_left -= 1;
        if may_preempt && clock >= turn.slice_end {
            return Look::After(Leave::Slice);
        }
        if self.heap.wants_collection(self.tasks.live()) && !turn.is_evaluation {
            return Look::After(Leave::Collect);
        }
        Look::Until(if self.memory.is_close() { NOW } else { turn.slice_end })
    }

    /// Whether no more memory is used than may be. Where nothing was made since that was looked at, it need not be asked.
    #[inline(never)]
    pub(super) fn has_room(&mut self, turn: &Turn) -> bool {
        !self.is_over_memory(turn)
    }

    /// A mutable list of the elements of what nothing reads again: its own row, if nobody else has it.
    #[inline(never)]
    pub(super) fn thaw(&mut self, program: &Program, of: &mut Value) -> Fallible<Value> {
        if let Value::List(items) = of
            && let Some(items) = Rc::get_mut(items)
        {
            let items = std::mem::take(items);
            return Ok(self.heap.new_object(Object::list(items)));
        }
        self.native(program, Intrinsic::MutableListNew, vec![of.share()])
    }

    /// A mutable list of what a list has, so many times over. One of bools is never there as a list of values.
    #[inline(never)]
    pub(super) fn repeat(
        &mut self,
        program: &Program,
        list: &Value,
        times: &Value,
    ) -> Fallible<Value> {
        if let (Value::List(items), Value::Int(times)) = (list, times)
            && let [Value::Bool(flag)] = items[..]
        {
            let times = usize::try_from(*times).unwrap_or(0);
            bounded(times)?;
            return Ok(self.heap.new_object(Object::Flags(Flags::repeated(flag, times))));
        }
        let mut repeated = binary(self, BinaryOp::Multiply, list, times)?;
        self.thaw(program, &mut repeated)
    }

    /// Puts another value at a key that a map has; says whether it was one.
    #[inline(never)]
    pub(super) fn replace_entry(&mut self, map: &Value, key: &Value, value: &Value) -> bool {
        let Value::Owned(id) = map else { return false };
        match self.heap.entry_mut(*id, key) {
            Some(place) => {
                place.put_copy(value);
                true
            }
            None => false,
        }
    }

    /// Puts a walk over a range into a register; where one stood before, in its place.
    #[inline(never)]
    pub(super) fn iterate_range(
        &mut self,
        program: &Program,
        (own, literals): (&mut [Value], &[Value]),
        dest: Reg,
        args: &[Slot],
    ) -> Fallible<()> {
        let mut registers = Registers { own, literals };
        let range = registers.range(args);
        let range = match range.filter(|range| range.step != 0) {
            Some(range) => range,
            None => {
                let args = args.iter().map(|slot| registers.read(*slot).clone()).collect();
                match self.native(program, Intrinsic::Range, args)? {
                    Value::Range(range) => *range,
                    other => return Err(wanted("a range", &other)),
                }
            }
        };
        match registers.place(dest) {
            Value::Iterator(iter) => **iter = Iter::of_ints(range),
            place => *place = Value::Iterator(Box::new(Iter::of_ints(range))),
        }
        Ok(())
    }

    /// Where a sync object was made is known from then on, so that a deadlock can say it.
    #[inline(never)]
    pub(super) fn note_made(&mut self, frame: &Frame, native: Native, id: SyncId) {
        if native.0.family() == Family::SyncNew {
            self.heap.note_made(id, Site { code: frame.code, pc: frame.pc });
        }
    }

    /// Calls a native that nobody else can see. Says whether it may have made something.
    #[inline(never)]
    pub(super) fn call_native(
        &mut self,
        program: &Program,
        (own, literals): (&mut [Value], &[Value]),
        (dest, native, args): (Reg, Native, &[Slot]),
    ) -> Fallible<bool> {
        let mut registers = Registers { own, literals };
        match self.shortcut(native.0, dest, args, &mut registers) {
            Shortcut::Done => Ok(false),
            Shortcut::Made => Ok(true),
            Shortcut::None => {
                let args = args.iter().map(|slot| registers.read(*slot).clone()).collect();
                *registers.place(dest) = self.native(program, native.0, args)?;
                Ok(true)
            }
        }
    }
}
