//! Going on after a wait: what woke the task finishes the instruction that it waited in.

use crate::machine::Machine;
use crate::program::{CaseOp, Instr, Plan, Program};
use crate::task::{Fiber, Open, Raise, TaskResult, Woken};
use crate::value::Value;
use crate::vm::{Flow, Turn};

impl Machine {
    /// What a task does first in its turn.
    pub(super) fn resume(&mut self, program: &Program, fiber: &mut Fiber, turn: &mut Turn) -> Flow {
        let task = self.tasks.get_mut(turn.task.0);
        let woken = task.woken.take();
        if !task.was_started {
            task.was_started = true;
            turn.begins = true;
            if task.cancelled {
                return turn.ends(TaskResult::Cancelled);
            }
        }
        if let Some(raise) = fiber.raising.take() {
            return Flow::Raise(raise);
        }
        if fiber.frames.is_empty() {
            return self.round(program, fiber, turn, None);
        }
        match woken {
            None => Flow::Reload,
            Some(Woken::Retry) => Flow::Again,
            Some(Woken::Done(value)) => {
                self.got(program, fiber, turn, None);
                self.finish_wait(program, fiber, value)
            }
            Some(Woken::Case(case, value)) => {
                self.got(program, fiber, turn, Some(case));
                take_case(program, fiber, case, value)
            }
            Some(Woken::Drained) => self.drained(program, fiber, turn),
            Some(Woken::Interrupted) => match self.pending_raise(turn.task) {
                Some(raise) => Flow::Raise(raise),
                None => Flow::Again,
            },
            Some(Woken::Failed(failure)) => {
                Flow::Raise(Raise::Failure(self.located(program, fiber, turn.task, failure)))
            }
        }
    }

    /// The instruction has what it waited for.
    fn finish_wait(&mut self, program: &Program, fiber: &mut Fiber, value: Value) -> Flow {
        match instr(program, fiber) {
            Some(Instr::CallNative { dest, native, .. }) => {
                let value = match native.0 {
                    weir_analyzer::mir::Intrinsic::ChannelNext => Value::some(value),
                    _ => value,
                };
                fiber.give(*dest, value);
            }
            Some(Instr::Next { dest, .. } | Instr::Join { dest, .. }) => fiber.give(*dest, value),
            Some(Instr::EnterLock { plan }) => {
                if let Plan::Lock { loan, lock, mode, .. } = program.plan(*plan) {
                    let lock = self.sync_of(fiber, *lock);
                    fiber.give(*loan, value);
                    if let (Ok(lock), Some(extra)) = (lock, fiber.extra()) {
                        extra.open.push(Open::Lock { loan: *loan, lock, mode: *mode });
                    }
                }
            }
            _ => {}
        }
        Flow::Next
    }

    /// The channel was closed while the task waited for a value.
    fn drained(&mut self, program: &Program, fiber: &mut Fiber, turn: &Turn) -> Flow {
        match instr(program, fiber) {
            Some(Instr::Next { done, .. }) => Flow::Jump(*done),
            Some(Instr::CallNative { dest, native, .. })
                if native.0 == weir_analyzer::mir::Intrinsic::ChannelNext =>
            {
                fiber.give(*dest, Value::None);
                Flow::Next
            }
            _ => {
                let failure = super::visible::receive_failure();
                Flow::Raise(Raise::Failure(self.located(program, fiber, turn.task, failure)))
            }
        }
    }
}

fn take_case(program: &Program, fiber: &mut Fiber, case: u32, value: Value) -> Flow {
    let Some(Instr::Select { plan }) = instr(program, fiber) else { return Flow::Again };
    let Plan::Select { cases, .. } = program.plan(*plan) else { return Flow::Again };
    let Some(case) = cases.get(case as usize) else { return Flow::Again };
    if let CaseOp::Receive { dest, .. } = case.op {
        fiber.give(dest, value);
    }
    Flow::Jump(case.target)
}

/// The instruction that the task is at.
pub(super) fn instr<'p>(program: &'p Program, fiber: &Fiber) -> Option<&'p Instr> {
    let frame = fiber.top()?;
    program.code(frame.code).instrs.get(frame.pc as usize)
}
