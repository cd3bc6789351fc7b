//! What other tasks or the outside can see: output, time, channels, atoms, tasks, parallel loops.

use weir_analyzer::mir::{Family, Intrinsic};

use super::{Args, arg};
use crate::bounds::TIME_MAX_NS;
use crate::engine::Doors;
use crate::failure::{FailureKind as Kind, Fallible, fail};
use crate::machine::Machine;
use crate::program::{Program, Reg};
use crate::sync::parallel::ParallelKind;
use crate::task::{Fiber, State, TaskResult, Wait};
use crate::time::Timer;
use crate::value::{Printer, TaskId, Value};
use crate::vm::operators::{shown, wanted};
use crate::vm::parallel::open_parallel;
use crate::vm::{Flow, Stop, Turn, access};
use crate::world::Stream;

impl Machine {
    #[expect(clippy::too_many_arguments, reason = "the machine's four parts, and the call")]
    pub(in crate::vm) fn visible_native(
        &mut self,
        program: &Program,
        fiber: &mut Fiber,
        turn: &mut Turn,
        doors: &mut Doors<'_>,
        dest: Reg,
        intrinsic: Intrinsic,
        args: Args,
    ) -> Fallible<Flow> {
        use Intrinsic::*;
        let value = match intrinsic {
            Print | Eprint => {
                let text = self.printed(program, &args)?;
                let stream = if intrinsic == Print { Stream::Stdout } else { Stream::Stderr };
                doors.world.write(stream, &text);
                Value::Unit
            }
            Panic => {
                let message = Printer::new(program, &self.heap).text(arg(&args, 0))?;
                return fail(Kind::Panic, message);
            }
            Now => Value::Instant(instant(turn)),
            InstantElapsed => match arg(&args, 0) {
                Value::Instant(since) => Value::Duration(instant(turn).saturating_sub(*since)),
                other => return Err(wanted("an instant", other)),
            },
            TaskId => Value::str(&*self.tasks.get(turn.task.0).path),
            YieldNow => {
                fiber.give(dest, Value::Unit);
                fiber.advance();
                return Ok(if turn.is_evaluation {
                    Flow::Reload
                } else {
                    Flow::Stop(Stop::Yields)
                });
            }
            RandomBits => match self.draws.next() {
                Ok(bits) => {
                    self.schedule.keep_draw();
                    Value::Int(bits as i64)
                }
                Err(message) => {
                    self.diverge(message);
                    return Ok(Flow::Diverged);
                }
            },
            Sleep => return self.sleep(fiber, turn, dest, arg(&args, 0)),
            TimeTicks => self.new_ticker(turn, arg(&args, 0))?,
            outside if outside.family() == Family::Outside => {
                return self.outside(fiber, turn, doors, dest, outside, &args);
            }
            ParallelMap | ParallelReduce => {
                return self.parallel(fiber, turn, dest, intrinsic, &args);
            }
            TaskJoin | TaskOutcome | TaskCancel | TaskDone | JoinAll => {
                return self.task_method(fiber, turn, dest, intrinsic, &args);
            }
            _ => return self.sync_method(program, fiber, turn, doors, dest, intrinsic, args),
        };
        fiber.give(dest, value);
        Ok(Flow::Next)
    }

    fn printed(&self, program: &Program, args: &[Value]) -> Fallible<String> {
        let mut printer = Printer::new(program, &self.heap);
        let mut text = String::new();
        for (at, value) in args.iter().enumerate() {
            shown(&self.heap, value)?;
            if at > 0 {
                text.push(' ');
            }
            printer.write_text(&mut text, value)?;
        }
        text.push('\n');
        Ok(text)
    }

    fn sleep(
        &mut self,
        fiber: &mut Fiber,
        turn: &mut Turn,
        dest: Reg,
        length: &Value,
    ) -> Fallible<Flow> {
        let Value::Duration(length) = length else { return Err(wanted("a duration", length)) };
        if turn.is_evaluation {
            return fail(Kind::Error, crate::vm::MUST_NOT_WAIT);
        }
        if *length <= 0 {
            fiber.give(dest, Value::Unit);
            fiber.advance();
            return Ok(Flow::Stop(Stop::Yields));
        }
        let due = turn.clock.saturating_add(length.unsigned_abs());
        if due > TIME_MAX_NS {
            let message = "this sleep would last beyond the end of virtual time, which is some \
                           292 years after the start of the run";
            return fail(Kind::Overflow, message);
        }
        let timer = self.timers.set(due, turn.lane, Timer::Sleep(turn.task));
        self.tasks.get_mut(turn.task.0).timer = Some(timer);
        Ok(turn.waits(Wait::Sleep))
    }

    fn parallel(
        &mut self,
        fiber: &mut Fiber,
        turn: &mut Turn,
        dest: Reg,
        intrinsic: Intrinsic,
        args: &[Value],
    ) -> Fallible<Flow> {
        if let Some(scope) = open_parallel(fiber) {
            return self.parallel_ended(fiber, turn, scope, Some(dest));
        }
        let items = access::elements(&self.heap, arg(args, 0))?;
        let (kind, start, function) = match intrinsic {
            Intrinsic::ParallelMap => (ParallelKind::Map, None, arg(args, 1)),
            _ => (ParallelKind::Reduce, Some(arg(args, 1).clone()), arg(args, 2)),
        };
        let Value::Function(function) = function else {
            return Err(wanted("a function", function));
        };
        self.begin_parallel(fiber, turn, kind, function.clone(), items, start)
    }

    /// Main's result, once it has ended.
    pub(crate) fn main_result(&self) -> Option<TaskResult> {
        let main: TaskId = self.main;
        match &self.tasks.get(main.0).state {
            State::Done(result) => Some(result.clone()),
            _ => None,
        }
    }
}

fn instant(turn: &Turn) -> i64 {
    i64::try_from(turn.clock).unwrap_or(i64::MAX)
}
