//! Calls and returns, and the trace that a failure keeps of them.

use crate::bounds::TRACE_CALLS_MAX;
use crate::machine::Machine;
use crate::program::{Program, Reg};
use crate::sync::parallel::ParallelKind;
use crate::task::{Extra, Fiber, TaskResult, Then};
use crate::value::Value;
use crate::vm::{Flow, Stop, Turn};

impl Fiber {
    pub(crate) fn advance(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.pc += 1;
        }
    }

    pub(crate) fn jump(&mut self, target: u32) {
        if let Some(frame) = self.frames.last_mut() {
            frame.pc = target;
        }
    }

    /// Puts a value into a register of the running frame.
    pub(crate) fn give(&mut self, dest: Reg, value: Value) {
        let base = self.frames.last().map_or(0, |frame| frame.base as usize);
        if let Some(register) = self.stack.get_mut(base + dest.index()) {
            *register = value;
        }
    }

    pub(crate) fn extra(&mut self) -> Option<&mut Extra> {
        self.frames.last_mut().map(|frame| frame.extra())
    }

    /// Drops the running frame; what its result was for.
    pub(crate) fn pop(&mut self) -> Option<Then> {
        let frame = self.frames.pop()?;
        self.stack.truncate(frame.base as usize);
        Some(frame.then)
    }
}

impl Machine {
    /// A frame has given its value, and what waits for it is no plain call.
    pub(super) fn returned(
        &mut self,
        program: &Program,
        fiber: &mut Fiber,
        turn: &mut Turn,
        value: Value,
    ) -> Flow {
        match fiber.pop() {
            Some(Then::Give(dest)) => {
                fiber.give(dest, value);
                Flow::Next
            }
            Some(Then::Defer) => {
                self.tasks.get_mut(turn.task.0).masks -= 1;
                Flow::Reload
            }
            Some(Then::Unwind(raise)) => {
                self.tasks.get_mut(turn.task.0).masks -= 1;
                Flow::Raise(*raise)
            }
            Some(Then::Round) => self.round(program, fiber, turn, Some(value)),
            Some(Then::End | Then::Evaluation) | None => {
                Flow::Stop(Stop::Ends(TaskResult::Value(value)))
            }
        }
    }

    /// The next round of a parallel loop's chunk, after the last one gave `value`.
    pub(super) fn round(
        &mut self,
        program: &Program,
        fiber: &mut Fiber,
        turn: &Turn,
        value: Option<Value>,
    ) -> Flow {
        if let Some(raise) = self.pending_raise(turn.task) {
            return Flow::Raise(raise);
        }
        let Some(chunk) = &mut self.tasks.get_mut(turn.task.0).chunk else {
            return Flow::Stop(Stop::Ends(TaskResult::Value(Value::Unit)));
        };
        if let Some(value) = value {
            chunk.round_gave(value);
        }
        match chunk.next_round() {
            Some(args) => {
                let code = chunk.function.code;
                let (iteration, is_apart) = (chunk.next - 1, chunk.kind != ParallelKind::Reduce);
                if let Some(races) = &mut self.races
                    && is_apart
                {
                    races.round(turn.task, self.tasks.get(turn.task.0).scope, iteration);
                }
                fiber.push(program.code(code), code, args, Then::Round);
                Flow::Reload
            }
            None => Flow::Stop(Stop::Ends(TaskResult::Value(chunk.result()))),
        }
    }
}

/// The calls that are open, innermost first.
pub(super) fn trace(program: &Program, fiber: &Fiber) -> Vec<String> {
    let placed = |frame: &crate::task::Frame| {
        let place = program.place(frame.code, frame.pc)?;
        Some(format!("{} at {place}", program.code(frame.code).name))
    };
    let mut trace: Vec<String> =
        fiber.frames.iter().rev().filter_map(placed).take(TRACE_CALLS_MAX).collect();
    if fiber.frames.len() > TRACE_CALLS_MAX {
        trace.push(format!("{} more calls", fiber.frames.len() - TRACE_CALLS_MAX));
    }
    trace
}
