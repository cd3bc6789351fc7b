//! Replay: a scheduler that gives the answers of a recorded run.

use super::choices::Cursor;
use super::{Choice, ChoiceKind, Schedule, ScheduleError, Scheduler};
use crate::program::Program;

/// Answers as a schedule says.
#[derive(Clone, Debug)]
pub struct Replay {
    schedule: Schedule,
    cursor: Cursor,
}

impl Replay {
    /// A replay of a schedule of this program; another program's is refused.
    pub fn new(schedule: Schedule, program: &Program) -> Result<Self, ScheduleError> {
        if schedule.program != program.hash() {
            return Err(ScheduleError::OtherProgram);
        }
        Ok(Self::allow_changed(schedule))
    }

    /// A replay whatever the program: it diverges where the program asks something else.
    pub fn allow_changed(schedule: Schedule) -> Self {
        Self { schedule, cursor: Cursor::default() }
    }

    /// What is replayed.
    pub fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    fn next(&mut self) -> Option<Choice> {
        self.cursor.next(&self.schedule.choices)
    }
}

impl Scheduler for Replay {
    fn seed(&self) -> u64 {
        self.schedule.seed
    }

    fn choose(&mut self, kind: ChoiceKind, count: u32) -> Result<u32, String> {
        match self.next() {
            Some(choice) if choice.kind == kind && choice.count == count => Ok(choice.answer),
            Some(choice) => Err(format!(
                "the run asks {} of {count}, the schedule answers {} of {}",
                kind.text(),
                choice.kind.text(),
                choice.count
            )),
            None => Err(format!("the run asks {}, the schedule has ended", kind.text())),
        }
    }

    fn recorded(&self) -> Option<&Schedule> {
        Some(&self.schedule)
    }

    fn finish(&mut self) -> Result<(), String> {
        match self.cursor.peek(&self.schedule.choices) {
            None => Ok(()),
            Some(choice) => {
                Err(format!("the run has ended, the schedule goes on with {}", choice.kind.text()))
            }
        }
    }
}
