//! How a run ended: what its tasks came to, and main's own result.

use std::sync::Arc;

use crate::failure::{Failure, FailureKind, Fallible};
use crate::machine::Machine;
use crate::outcome::{Outcome, counted};
use crate::program::Program;
use crate::task::TaskResult;
use crate::value::{Printer, Value};

pub(super) enum Ended {
    Well(i32),
    Failed(Arc<Failure>),
    Badly(Outcome),
}

impl Machine {
    /// Main's own result decides an outcome that is well otherwise.
    pub(super) fn judge(&mut self, program: &Program, outcome: Outcome) -> Ended {
        if self.is_interrupted() {
            return Ended::Badly(Outcome::Cancelled);
        }
        if let Some(TaskResult::Failed(failure)) = self.main_result() {
            return Ended::Failed(failure);
        }
        match (outcome, self.detached_failure.clone()) {
            // Who waits for ever besides is named beside it.
            (Outcome::Ok | Outcome::Leak, Some(failure)) => Ended::Failed(failure),
            (Outcome::Ok, None) => self.judge_value(program),
            (outcome, _) => Ended::Badly(outcome),
        }
    }

    fn judge_value(&mut self, program: &Program) -> Ended {
        match self.main_result() {
            Some(TaskResult::Value(Value::Int(status))) => match u8::try_from(status) {
                Ok(status) => Ended::Well(i32::from(status)),
                Err(_) => {
                    let message = format!("main returned {status}, and an exit status is 0 to 255");
                    self.main_failed(FailureKind::Value, message)
                }
            },
            Some(TaskResult::Value(Value::Err(error))) => {
                match self.said(program, error.first().unwrap_or(&Value::Unit)) {
                    Ok(message) => self.main_failed(FailureKind::Error, message),
                    Err(failure) => self.main_failed(failure.kind, failure.message),
                }
            }
            _ => Ended::Well(0),
        }
    }

    /// The text of a value, which takes memory of the run like what the program prints.
    fn said(&mut self, program: &Program, value: &Value) -> Fallible<String> {
        self.memory.begin_turn();
        self.pace.begin_turn(u64::MAX);
        let text = loop {
            let mut failure = match Printer::new(program, &self.heap).text(value) {
                Ok(text) => break Ok(text),
                Err(failure) => failure,
            };
            if !self.wants_room(&mut failure) {
                break Err(failure);
            }
            self.collect();
        };
        self.memory.end_turn();
        self.pace.end_turn();
        text
    }

    fn main_failed(&self, kind: FailureKind, message: String) -> Ended {
        let mut failure = Failure::new(kind, message);
        failure.task = "main".to_owned();
        Ended::Failed(Arc::from(failure))
    }

    /// Out of steps: the place is where a task wanted to go on.
    pub(super) fn gave_up(&self, program: &Program) -> Ended {
        let Some(task) = self.exhausted.filter(|_| self.divergence.is_none()) else {
            return Ended::Badly(Outcome::Failed);
        };
        if self.options.until == Some(self.steps) {
            return Ended::Badly(Outcome::Stopped);
        }
        let message = format!(
            "the run went on past {}: it may never end (--max-steps sets the limit)",
            counted(self.steps, "step")
        );
        let failure = Failure::new(FailureKind::Error, message);
        Ended::Failed(self.located(program, &self.tasks.get(task.0).fiber, task, failure))
    }
}
