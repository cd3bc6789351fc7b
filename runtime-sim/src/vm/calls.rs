//! Calls and returns, and the trace that a failure keeps of them.

use crate::bounds::{TRACE_CALLS_INNER_MAX, TRACE_CALLS_OUTER_MAX};
use crate::machine::Machine;
use crate::program::{Place, Program, Reg};
use crate::sync::parallel::ParallelKind;
use crate::task::{Extra, Fiber, Frame, TaskResult, Then};
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
            Some(Then::Defer { .. }) => {
                self.tasks.get_mut(turn.task.0).unmask();
                Flow::Reload
            }
            Some(Then::Unwind { raise, .. }) => {
                self.tasks.get_mut(turn.task.0).unmask();
                Flow::Raise(*raise)
            }
            Some(Then::Round) => self.round(program, fiber, turn, Some(value)),
            Some(Then::End | Then::Evaluation) | None => turn.ends(TaskResult::Value(value)),
        }
    }

    /// The next round of a parallel loop's chunk, after the last one gave `value`.
    pub(super) fn round(
        &mut self,
        program: &Program,
        fiber: &mut Fiber,
        turn: &mut Turn,
        value: Option<Value>,
    ) -> Flow {
        if let Some(raise) = self.pending_raise(turn.task) {
            return Flow::Raise(raise);
        }
        let Some(chunk) = &mut self.tasks.get_mut(turn.task.0).chunk else {
            return turn.ends(TaskResult::Value(Value::Unit));
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
            None if turn.is_ahead() => Flow::Stop(Stop::Horizon),
            None => turn.ends(TaskResult::Value(chunk.result())),
        }
    }
}

/// The calls that are open, innermost first: one that stands in itself over and over is named once,
/// and of many others those at both ends.
pub(super) fn trace(program: &Program, fiber: &Fiber) -> Vec<String> {
    let calls = folded(program, fiber);
    if calls.len() <= TRACE_CALLS_INNER_MAX + TRACE_CALLS_OUTER_MAX {
        return calls.iter().map(|call| call.text(program)).collect();
    }
    let (inner, rest) = calls.split_at(TRACE_CALLS_INNER_MAX);
    let (left_out, outer) = rest.split_at(rest.len() - TRACE_CALLS_OUTER_MAX);
    let left_out: usize = left_out.iter().map(|call| call.times).sum();
    let gap = format!("… and {left_out} more calls");
    let (inner, outer) = (inner.iter(), outer.iter());
    let texts = |call: &OpenCall<'_>| call.text(program);
    inner.map(texts).chain([gap]).chain(outer.map(texts)).collect()
}

/// A call and how often it stands there in a row.
struct OpenCall<'a> {
    frame: &'a Frame,
    at: u32,
    place: &'a Place,
    times: usize,
}

impl OpenCall<'_> {
    fn text(&self, program: &Program) -> String {
        let name = &program.code(self.frame.code).name;
        match self.times {
            1 => format!("{name} at {}", self.place),
            times => format!("{name} at {}, {times} times over", self.place),
        }
    }
}

fn folded<'a>(program: &'a Program, fiber: &'a Fiber) -> Vec<OpenCall<'a>> {
    let mut calls: Vec<OpenCall<'a>> = Vec::new();
    for (frame, at) in fiber.sites() {
        let Some(place) = program.place(frame.code, at) else { continue };
        match calls.last_mut() {
            Some(last) if (last.frame.code, last.at) == (frame.code, at) => last.times += 1,
            _ => calls.push(OpenCall { frame, at, place, times: 1 }),
        }
    }
    calls
}
