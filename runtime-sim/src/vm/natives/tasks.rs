//! What is asked of tasks: their results, and to stop.

use weir_analyzer::mir::Intrinsic;

use super::arg;
use crate::failure::Fallible;
use crate::machine::Machine;
use crate::program::Reg;
use crate::task::{Fiber, Joining, Open, Wait};
use crate::value::Value;
use crate::vm::operators::wanted;
use crate::vm::visible::pop_open;
use crate::vm::{Flow, Turn, access};

impl Machine {
    pub(super) fn task_method(
        &mut self,
        fiber: &mut Fiber,
        turn: &mut Turn,
        dest: Reg,
        intrinsic: Intrinsic,
        args: &[Value],
    ) -> Fallible<Flow> {
        if intrinsic == Intrinsic::JoinAll {
            return self.join_all(fiber, turn, dest, arg(args, 0));
        }
        let Value::Task(task) = *arg(args, 0) else {
            return self.settled_method(fiber, dest, intrinsic, arg(args, 0));
        };
        let value = match intrinsic {
            Intrinsic::TaskJoin => match self.join(task, turn.task)? {
                Some(value) => value,
                None => return Ok(turn.waits(Wait::Join(task))),
            },
            Intrinsic::TaskOutcome => match self.task_outcome(task, turn.task) {
                Some(value) => value,
                None => return Ok(turn.waits(Wait::Join(task))),
            },
            Intrinsic::TaskCancel => {
                self.cancel(task);
                Value::Unit
            }
            _ => {
                let is_done = self.is_done(task);
                if let (true, Some(races)) = (is_done, &mut self.races) {
                    races.joined(turn.task, task);
                }
                Value::Bool(is_done)
            }
        };
        fiber.give(dest, value);
        Ok(Flow::Next)
    }

    /// A method of a name whose task was settled into its result.
    fn settled_method(
        &mut self,
        fiber: &mut Fiber,
        dest: Reg,
        intrinsic: Intrinsic,
        of: &Value,
    ) -> Fallible<Flow> {
        let value = match (intrinsic, of) {
            (Intrinsic::TaskCancel, _) => Value::Unit,
            (Intrinsic::TaskDone, _) => Value::Bool(true),
            (_, Value::Lost | Value::Unassigned) => return Err(wanted("a task", of)),
            (Intrinsic::TaskOutcome, of) => Value::ok(of.clone()),
            (_, of) => of.clone(),
        };
        fiber.give(dest, value);
        Ok(Flow::Next)
    }

    /// Joins one after the other; one that has to wait keeps how far it has come.
    fn join_all(
        &mut self,
        fiber: &mut Fiber,
        turn: &mut Turn,
        dest: Reg,
        tasks: &Value,
    ) -> Fallible<Flow> {
        let mut joining = match pop_open(fiber, |open| matches!(open, Open::Joining(_))) {
            Some(Open::Joining(joining)) => joining,
            _ => {
                let rest = access::elements(&self.heap, tasks)?.into_iter();
                Box::new(Joining { rest, results: Vec::new() })
            }
        };
        while let Some(task) = joining.rest.as_slice().first() {
            let Value::Task(task) = *task else { return Err(wanted("a task", task)) };
            let Some(value) = self.join(task, turn.task)? else {
                if let Some(extra) = fiber.extra() {
                    extra.open.push(Open::Joining(joining));
                }
                return Ok(turn.waits(Wait::Join(task)));
            };
            joining.results.push(value);
            joining.rest.next();
        }
        fiber.give(dest, Value::list(joining.results));
        Ok(Flow::Next)
    }
}
