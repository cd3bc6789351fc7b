//! An instruction that fails: what it says and where, and whether it is to be tried again.
//!
//! Invariant: what wanted room that was not there, or was stopped before its end, has done nothing.

use std::sync::Arc;

use super::{access, calls, natives, results};
use crate::failure::{Failure, FailureKind, Fallible, fail};
use crate::machine::Machine;
use crate::memory::size_text;
use crate::pace::Stopped;
use crate::program::{Instr, Program, Slot};
use crate::task::{Fiber, Raise};
use crate::value::{TaskId, Value};
use crate::vm::{Flow, Stop, Turn};

impl Machine {
    /// A failure gets its place and becomes a reason to unwind.
    pub(super) fn or_raise(
        &mut self,
        program: &Program,
        fiber: &Fiber,
        turn: &Turn,
        flow: Fallible<Flow>,
    ) -> Flow {
        match flow {
            Ok(flow) => flow,
            Err(mut failure) => {
                self.count_steps(turn);
                if let Some(stopped) = self.pace.stopped().filter(|_| !turn.is_evaluation) {
                    return self.stopped(turn, stopped);
                }
                if self.wants_room(&mut failure) && !turn.is_evaluation {
                    // The same instruction again, once there may be room.
                    return Flow::Stop(Stop::Collect);
                }
                let failure = self.as_written(program, fiber).unwrap_or(failure);
                Flow::Raise(Raise::Failure(self.located(program, fiber, turn.task, failure)))
            }
        }
    }

    /// Looks whether what nothing reaches is in the way; if it is not, the task fails. One that is to stop does that.
    pub(super) fn over_memory(&mut self, program: &Program, fiber: &Fiber, turn: &Turn) -> Flow {
        self.count_steps(turn);
        let raise = self.pending_raise(turn.task);
        if self.memory.ends(self.steps, raise.is_some()) {
            return Flow::Stop(Stop::Collect);
        }
        if let Some(raise) = raise {
            return Flow::Raise(raise);
        }
        let message = self.memory_message();
        self.or_raise(program, fiber, turn, fail(FailureKind::Memory, message))
    }

    /// A step was stopped before it was done. Whom nobody cancels now makes it again.
    fn stopped(&mut self, turn: &Turn, stopped: Stopped) -> Flow {
        match stopped {
            Stopped::Exhausted => Flow::Stop(Stop::Exhausted),
            Stopped::Interrupted => {
                self.schedule.stopped_at = Some(self.pace.hear());
                self.lanes.end_slice(turn.lane);
                Flow::Stop(Stop::Horizon)
            }
        }
    }

    /// Whether there was no room for what failed, and it is worth to drop what nothing reaches and try again. A
    /// failure for want of room says how much there is.
    pub(crate) fn wants_room(&mut self, failure: &mut Failure) -> bool {
        let refusal = match failure.kind {
            // What a refused step looked at counts as steps too, and it is made again from its beginning.
            FailureKind::Memory => {
                self.memory.refusal(self.steps.saturating_sub(self.pace.looks()))
            }
            _ => None,
        };
        if refusal.is_some() {
            failure.message = self.memory_message();
        }
        refusal == Some(true)
    }

    pub(super) fn memory_message(&self) -> String {
        format!(
            "the run uses more than {} of memory (--max-memory sets the limit)",
            size_text(self.options.memory_max_bytes)
        )
    }

    /// The failure of an index that counts from the end, at the instruction that has failed: it names the index that was
    /// written, and not the position that it comes to.
    fn as_written(&self, program: &Program, fiber: &Fiber) -> Option<Box<Failure>> {
        let frame = fiber.top()?;
        let place = program.place_index(frame.code, frame.pc)?;
        let (base, at) = match results::instr(program, fiber)? {
            _ if !program.from_end.contains(&place) => return None,
            Instr::GetIndex { base, index, .. } => (*base, *index),
            Instr::SetIndex { base, index, .. } => (Slot::register(*base), *index),
            _ => return None,
        };
        let base = self.read(fiber, base);
        let Value::Int(at) = self.read(fiber, at) else { return None };
        let written = at - natives::length(&self.heap, base).ok()?;
        access::index(self, program, base, &Value::Int(written)).err()
    }

    /// The failure with its task, its place and the calls around it.
    pub(crate) fn located(
        &self,
        program: &Program,
        fiber: &Fiber,
        task: TaskId,
        mut failure: Box<Failure>,
    ) -> Arc<Failure> {
        if failure.task.is_empty() {
            failure.task = self.tasks.get(task.0).path.to_string();
            let mut sites = fiber.sites();
            let place = sites.find_map(|(frame, at)| program.place(frame.code, at));
            let begun = || program.places.get(self.tasks.get(task.0).begun_at as usize);
            failure.place = place.or_else(begun).cloned();
            failure.trace = calls::trace(program, fiber);
        }
        Arc::from(failure)
    }
}
