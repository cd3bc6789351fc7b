//! What came of a run, put together once it has ended or was stopped.

use std::sync::Arc;

use super::verdict::Ended;
use crate::failure::{Failure, FailureKind};
use crate::machine::Machine;
use crate::outcome::{Blocked, Outcome, Standing, Stopped, counted, moment};
use crate::program::Program;
use crate::races::{Race, Use};
use crate::schedule::{Divergence, Schedule};
use crate::story::Story;
use crate::task::{Raise, Then};
use crate::trace::Trace;

/// What came of a run.
#[derive(Clone, Debug)]
pub struct RunReport {
    /// How it ended.
    pub outcome: Outcome,
    /// The exit status: main's own, the outcome's, or 6 for a replay that diverged.
    pub exit_code: i32,
    /// How many steps the tasks made: rounds of loops, calls, and what others can see.
    pub steps: u64,
    /// The run's own clock at its end, in nanoseconds.
    pub virtual_time_ns: u64,
    /// How many tasks were started, main among them.
    pub tasks: u64,
    /// How often a processor took tasks from another.
    pub steals: u64,
    /// How often a task had used up its slice.
    pub preemptions: u64,
    /// What the program printed, if the world keeps it.
    pub stdout: String,
    /// Why it failed.
    pub failure: Option<Arc<Failure>>,
    /// The failures that tasks ended with, those on whose way out tasks still were, and those of deferred
    /// calls that were only warned of: the first of them, whoever looked at them.
    pub failures: Vec<Arc<Failure>>,
    /// Who waited for what, when it ended in a deadlock or a leak.
    pub blocked: Vec<Blocked>,
    /// How many more did.
    pub blocked_more: usize,
    /// The races that were found, if they were looked for.
    pub races: Vec<Race>,
    /// Where every task stands, when the run was stopped to be looked at.
    pub standing: Vec<Standing>,
    /// Uses of what was given away, if they were looked for: no part of the outcome.
    pub moved: Vec<Use>,
    /// Every choice that was made.
    pub schedule: Schedule,
    /// The events, if they were asked for.
    pub trace: Option<Trace>,
    /// Where a replay left its schedule.
    pub divergence: Option<Divergence>,
    /// What those whom a bad outcome concerns did last, where a trace was asked for; a line for each.
    pub came_about: String,
    /// What is to be said about a bad outcome, for standard error; empty when all is well.
    pub story: String,
}

/// The exit status of a replay that diverged.
const EXIT_DIVERGED: i32 = 6;

impl Machine {
    pub(super) fn report(mut self, program: &Program, ended: Ended, stdout: String) -> RunReport {
        let (ended, exit_code, failure) = match ended {
            Ended::Well(status) => (Outcome::Ok, status, None),
            Ended::Failed(failure) => (Outcome::Failed, Outcome::Failed.exit_code(), Some(failure)),
            Ended::Badly(outcome) => (outcome, outcome.exit_code(), None),
        };
        let is_partial = !self.stuck.tasks.is_empty();
        let (blocked, blocked_more) = match ended {
            Outcome::Deadlock if is_partial => self.blocked(program, Some(&self.stuck.tasks)),
            Outcome::Deadlock => self.blocked(program, None),
            Outcome::Leak | Outcome::Failed => {
                let leaks = self.grace.as_ref().and_then(|grace| grace.leaks.as_deref());
                self.blocked(program, Some(leaks.unwrap_or_default()))
            }
            _ => (Vec::new(), 0),
        };
        let is_crosswise =
            blocked.is_empty() && matches!(ended, Outcome::Failed | Outcome::Cancelled);
        let blocked =
            if is_crosswise { std::mem::take(&mut self.stuck.crosswise) } else { blocked };
        let failures = self.all_failures();
        let standing = match ended {
            Outcome::Stopped => self.standing(program),
            _ => Vec::new(),
        };
        let stopped = Stopped { steps: self.steps, time_ns: self.here.time, standing };
        let races = self.races.as_mut().map(|races| races.take_found()).unwrap_or_default();
        let story = Story {
            ended,
            races: &races,
            failure: failure.as_deref(),
            blocked: &blocked,
            blocked_more,
            is_partial,
            is_crosswise,
            stopped: &stopped,
        };
        let story = story.text();
        let concerned = blocked.iter().map(|blocked| blocked.task.as_str());
        let concerned = concerned.chain(failure.iter().map(|failure| failure.task.as_str()));
        let concerned = concerned.chain(races.iter().flat_map(Race::tasks));
        let came_about = self.came_about(program, &concerned.collect::<Vec<_>>());
        let moved = self.races.as_mut().map(|races| races.take_uses(program)).unwrap_or_default();
        // Whatever else went wrong may have come of it.
        let (outcome, exit_code) = match races.is_empty() || ended == Outcome::Stopped {
            true => (ended, exit_code),
            false => (Outcome::Race, Outcome::Race.exit_code()),
        };
        let divergence = self.located_divergence(program);
        let ends = self.memory.into_ends();
        (self.schedule.memory_ends, self.schedule.memory_refusals) = ends;
        self.schedule.steps = self.steps;
        self.schedule.exit_code = exit_code as u64;
        let mut report = RunReport {
            outcome,
            exit_code,
            steps: self.steps,
            virtual_time_ns: self.here.time,
            tasks: self.started,
            steals: self.steals,
            preemptions: self.preemptions,
            stdout,
            story,
            came_about,
            standing: stopped.standing,
            failure,
            failures,
            blocked,
            blocked_more,
            races,
            moved,
            schedule: self.schedule,
            trace: self.trace,
            divergence: None,
        };
        if let Some(divergence) = divergence {
            report.diverge(divergence);
        }
        report
    }

    /// The failures that tasks ended with, and those for which some still unwind.
    fn all_failures(&self) -> Vec<Arc<Failure>> {
        let unwinding = self.tasks.iter().flat_map(|(_, task)| {
            let inner = task.fiber.frames.iter().filter_map(|frame| match &frame.then {
                Then::Unwind { raise, .. } => Some(&**raise),
                _ => None,
            });
            inner.chain(&task.fiber.raising)
        });
        let unwinding = unwinding.filter_map(|raise| match raise {
            Raise::Failure(failure) => Some(failure.clone()),
            Raise::Cancel | Raise::Interrupt(_) => None,
        });
        self.failures.iter().cloned().chain(unwinding).collect()
    }

    /// Where the replay diverged, with the task whose turn it was.
    fn located_divergence(&mut self, program: &Program) -> Option<Divergence> {
        let divergence = self.divergence.take()?;
        let Some((id, task)) = self.acting.and_then(|id| Some((id, self.tasks.find(id.0)?))) else {
            return Some(divergence);
        };
        let here = Failure::new(FailureKind::Error, "");
        let here = self.located(program, &task.fiber, id, here);
        Some(Divergence {
            task: Some(here.task.clone()),
            place: here.place.clone(),
            trace: here.trace.clone(),
            ..divergence
        })
    }
}

impl RunReport {
    /// A replay that ended otherwise than what was recorded has diverged.
    pub(crate) fn compared(mut self, recorded: &Schedule) -> Self {
        if self.outcome == Outcome::Cancelled
            && let Ok(exit_code) = i32::try_from(recorded.exit_code)
            && recorded.interrupted_at.is_some()
        {
            // By what, is not the run's to decide.
            self.cancelled_with(exit_code);
        }
        let differs =
            self.schedule.steps != recorded.steps || self.schedule.exit_code != recorded.exit_code;
        if differs && self.divergence.is_none() && self.outcome != Outcome::Stopped {
            let step = self.steps.min(recorded.steps);
            let message = format!(
                "the recorded run took {} and ended with status {}, this one {} and {}",
                counted(recorded.steps, "step"),
                recorded.exit_code,
                self.schedule.steps,
                self.schedule.exit_code
            );
            self.diverge(Divergence::new(step, message));
        }
        self
    }

    /// The run's own clock at its end.
    pub fn virtual_time_seconds(&self) -> f64 {
        self.virtual_time_ns as f64 / 1e9
    }

    /// What a look at it shows: where its tasks stand, or how it has ended by then.
    pub fn look(&self) -> String {
        if self.outcome == Outcome::Stopped || self.divergence.is_some() {
            return self.story.clone();
        }
        format!("ended after {}\n{}", moment(self.steps, self.virtual_time_ns), self.story)
    }

    /// The run was cancelled by what ends a process with this status.
    pub fn cancelled_with(&mut self, exit_code: i32) {
        self.exit_code = exit_code;
        self.schedule.exit_code = exit_code as u64;
    }

    fn diverge(&mut self, divergence: Divergence) {
        self.exit_code = EXIT_DIVERGED;
        self.story = divergence.to_string();
        self.divergence = Some(divergence);
    }
}
