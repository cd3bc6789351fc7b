//! One run, from a program to its report.

use std::sync::Arc;

use crate::bounds::{
    DETACH_GRACE_DEFAULT_NS, MEMORY_MAX_DEFAULT_BYTES, PROCESSORS_DEFAULT, PROCESSORS_MAX,
    PROCESSORS_MIN, SCHEDULE_MAX_DEFAULT_BYTES, SLICE_DEFAULT_NS,
};
use crate::engine::Doors;
use crate::failure::{Failure, FailureKind};
use crate::machine::Machine;
use crate::memory::Memory;
use crate::outcome::{Blocked, Outcome, Standing, Stopped, counted};
use crate::program::{CodeId, Program};
use crate::races::{Race, Use};
use crate::schedule::{Divergence, Replay, Schedule, Scheduler};
use crate::story::Story;
use crate::task::{Raise, TaskResult, Then};
use crate::trace::Trace;
use crate::value::{Printer, Value, duration_text};
use crate::world::World;

/// How a program is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunOptions {
    /// How many simulated processors, from [`PROCESSORS_MIN`] to [`PROCESSORS_MAX`]; other numbers
    /// count as the nearest of these.
    pub procs: usize,
    /// How long a task computes before it is preempted, in virtual nanoseconds.
    pub slice_ns: u64,
    /// Whether each operation that others can see is a turn of its own, any task may have the next one, and a
    /// timer may fire at any time: see `engine`. For one processor.
    pub in_turns: bool,
    /// How long detached tasks may go on after main, in virtual nanoseconds.
    pub detach_grace_ns: u64,
    /// After how many steps the run stops, to be looked at.
    pub until: Option<u64>,
    /// After how many steps the run is given up.
    pub max_steps: Option<u64>,
    /// How much memory it may use, in bytes, where the allocator counts it.
    pub memory_max_bytes: u64,
    /// How much of it the schedule keeps, in bytes of choices and answers.
    pub schedule_max_bytes: u64,
    /// How long the virtual intervals are of which each gets a line on standard error.
    pub schedtrace_ns: Option<u64>,
    /// Whether events are kept for a trace.
    pub trace: bool,
    /// Whether races are looked for. What the program does is the same.
    pub races: bool,
    /// Whether uses of what was given away are kept besides, where races are looked for.
    pub moves: bool,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self {
            procs: PROCESSORS_DEFAULT,
            slice_ns: SLICE_DEFAULT_NS,
            in_turns: false,
            detach_grace_ns: DETACH_GRACE_DEFAULT_NS,
            max_steps: None,
            until: None,
            memory_max_bytes: MEMORY_MAX_DEFAULT_BYTES,
            schedule_max_bytes: SCHEDULE_MAX_DEFAULT_BYTES,
            schedtrace_ns: None,
            trace: false,
            races: false,
            moves: false,
        }
    }
}

impl RunOptions {
    /// The options that a schedule was recorded with.
    pub fn of_schedule(schedule: &Schedule) -> Self {
        Self {
            procs: usize::try_from(schedule.procs).unwrap_or(PROCESSORS_MAX),
            slice_ns: schedule.slice_ns,
            in_turns: schedule.in_turns,
            detach_grace_ns: schedule.detach_grace_ns,
            max_steps: schedule.max_steps,
            memory_max_bytes: schedule.memory_max_bytes,
            // What a run did is the same with the detector and without, but for its outcome.
            races: schedule.exit_code == Outcome::Race.exit_code() as u64,
            ..Self::default()
        }
    }
}

/// What came of a run.
#[derive(Clone, Debug)]
pub struct RunReport {
    /// How it ended.
    pub outcome: Outcome,
    /// The exit status: main's own, the outcome's, or 6 for a replay that diverged.
    pub exit_code: i32,
    /// How many steps the tasks made: rounds of loops, calls, and what others can see.
    pub steps: u64,
    /// The run's own clock at its end.
    pub virtual_time_seconds: f64,
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
    /// What is to be said about a bad outcome, for standard error; empty when all is well.
    pub story: String,
}

/// The exit status of a replay that diverged.
const EXIT_DIVERGED: i32 = 6;

/// Runs a program to its end.
pub fn run(
    program: &Program,
    options: &RunOptions,
    scheduler: &mut dyn Scheduler,
    world: &mut dyn World,
) -> RunReport {
    let procs = options.procs.clamp(PROCESSORS_MIN, PROCESSORS_MAX);
    let options = RunOptions { procs, ..options.clone() };
    let mut machine = Machine::new(program, &options);
    if let Some(recorded) = scheduler.recorded() {
        machine.memory = Memory::recorded(&recorded.memory_ends, &recorded.memory_refusals);
    }
    let mut doors = Doors { scheduler, world };
    let entry = program.entry.unwrap_or(CodeId(0));
    let failed = machine.start_main(program, &mut doors, entry);
    machine.run_on(program, &mut doors, failed)
}

/// Replays a schedule; the options are those that it was recorded with.
pub fn replay(program: &Program, replay: Replay, trace: bool, world: &mut dyn World) -> RunReport {
    let options = RunOptions { trace, ..RunOptions::of_schedule(replay.schedule()) };
    replay_with(program, &options, replay, world)
}

/// Replays a schedule up to a step, and shows where every task stands there.
pub fn replay_until(
    program: &Program,
    replay: Replay,
    step: u64,
    trace: bool,
    world: &mut dyn World,
) -> RunReport {
    let of_schedule = RunOptions::of_schedule(replay.schedule());
    let options = RunOptions { until: Some(step), trace, ..of_schedule };
    replay_with(program, &options, replay, world)
}

fn replay_with(
    program: &Program,
    options: &RunOptions,
    mut replay: Replay,
    world: &mut dyn World,
) -> RunReport {
    let report = run(program, options, &mut replay, world);
    report.compared(replay.schedule())
}

enum Ended {
    Well(i32),
    Failed(Arc<Failure>),
    Badly(Outcome),
}

impl Machine {
    /// Computes the constants and puts main on the first processor; why not, if that fails.
    pub(crate) fn start_main(
        &mut self,
        program: &Program,
        doors: &mut Doors<'_>,
        entry: CodeId,
    ) -> Option<Arc<Failure>> {
        let mut turn = crate::vm::Turn {
            task: self.main,
            lane: 0,
            clock: 0,
            horizon: u64::MAX,
            slice_end: u64::MAX,
            steps_left: u64::MAX,
            is_evaluation: true,
            has_acted: false,
            acted_at: 0,
            begins: false,
            is_undisturbed: false,
            slice_is_over: false,
            wait: None,
            result: None,
        };
        for global in program.order.iter().copied() {
            self.memory.begin_turn();
            let computed = self.global(program, &mut turn, doors, global);
            self.memory.end_turn();
            if let Err(failure) = computed {
                // It may have failed of that.
                self.hear_interrupt(doors);
                let fiber = crate::task::Fiber::default();
                return Some(self.located(program, &fiber, self.main, failure));
            }
        }
        let main = self.main;
        let task = self.tasks.get_mut(main.0);
        task.fiber.enter(program.code(entry), entry, Vec::new());
        self.make_ready(main);
        self.wake_processors(doors);
        None
    }

    /// Goes on from where it stands to the end, or to the step at which it is looked at; `failed` says why main never began.
    pub(crate) fn run_on(
        mut self,
        program: &Program,
        doors: &mut Doors<'_>,
        failed: Option<Arc<Failure>>,
    ) -> RunReport {
        let ended = match failed {
            Some(_) if self.is_interrupted() => Ended::Badly(Outcome::Cancelled),
            Some(failure) => Ended::Failed(failure),
            None => match self.drive(program, doors) {
                Some(outcome) => self.judge(program, outcome),
                None => self.gave_up(program),
            },
        };
        let is_over = !matches!(ended, Ended::Badly(Outcome::Stopped));
        if is_over {
            self.warn_of_unread();
        }
        self.say_notices(doors);
        if is_over
            && self.divergence.is_none()
            && let Err(message) = doors.scheduler.finish()
        {
            self.acting = None;
            self.diverge(message);
        }
        let stdout = doors.world.stdout().to_owned();
        self.report(program, ended, stdout)
    }

    /// Main's own result decides an outcome that is well otherwise.
    fn judge(&mut self, program: &Program, outcome: Outcome) -> Ended {
        if self.is_interrupted() {
            return Ended::Badly(Outcome::Cancelled);
        }
        if let Some(TaskResult::Failed(failure)) = self.main_result() {
            return Ended::Failed(failure);
        }
        match (outcome, self.detached_failure.clone()) {
            (Outcome::Ok, Some(failure)) => Ended::Failed(failure),
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
                let error = error.first().unwrap_or(&Value::Unit);
                match Printer::new(program, &self.heap).text(error) {
                    Ok(message) => self.main_failed(FailureKind::Error, message),
                    Err(failure) => self.main_failed(failure.kind, failure.message),
                }
            }
            _ => Ended::Well(0),
        }
    }

    fn main_failed(&self, kind: FailureKind, message: String) -> Ended {
        let mut failure = Failure::new(kind, message);
        failure.task = "main".to_owned();
        Ended::Failed(Arc::from(failure))
    }

    /// Out of steps: the place is where a task wanted to go on.
    fn gave_up(&self, program: &Program) -> Ended {
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

    fn warn_of_unread(&mut self) {
        self.notices += &self.unread.warnings();
    }

    fn report(mut self, program: &Program, ended: Ended, stdout: String) -> RunReport {
        let (ended, exit_code, failure) = match ended {
            Ended::Well(status) => (Outcome::Ok, status, None),
            Ended::Failed(failure) => (Outcome::Failed, Outcome::Failed.exit_code(), Some(failure)),
            Ended::Badly(outcome) => (outcome, outcome.exit_code(), None),
        };
        let is_partial = !self.stuck.tasks.is_empty();
        let (blocked, blocked_more) = match ended {
            Outcome::Deadlock if is_partial => self.blocked(program, Some(&self.stuck.tasks)),
            Outcome::Deadlock => self.blocked(program, None),
            Outcome::Leak => {
                let leaks = self.grace.as_ref().and_then(|grace| grace.leaks.as_deref());
                self.blocked(program, leaks)
            }
            _ => (Vec::new(), 0),
        };
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
            stopped: &stopped,
        };
        let story = story.text();
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
            virtual_time_seconds: self.here.time as f64 / 1e9,
            tasks: self.started,
            steals: self.steals,
            preemptions: self.preemptions,
            stdout,
            story,
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
}

impl RunReport {
    /// A replay that ended otherwise than what was recorded has diverged.
    pub(crate) fn compared(mut self, recorded: &Schedule) -> Self {
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

    /// What a look at it shows: where its tasks stand, or how it has ended by then.
    pub fn look(&self) -> String {
        if self.outcome == Outcome::Stopped || self.divergence.is_some() {
            return self.story.clone();
        }
        let steps = counted(self.steps, "step");
        let time = duration_text((self.virtual_time_seconds * 1e9).round() as i64);
        format!("ended after {steps}, at {time} of virtual time\n{}", self.story)
    }

    fn diverge(&mut self, divergence: Divergence) {
        self.exit_code = EXIT_DIVERGED;
        self.story = divergence.to_string();
        self.divergence = Some(divergence);
    }
}

#[cfg(test)]
mod tests {
    use weir_analyzer::Database;
    use weir_analyzer::items::file_items;

    use super::*;
    use crate::{Seeded, Simulated, compile};

    #[test]
    fn ended_tasks_with_plain_results_are_reclaimed() {
        let text = "fn same(n: int) -> int:\n    return n\n\nfn main():\n    total = 0\n    \
                    for n in range(30000):\n        concurrent:\n            t = spawn same(n)\n        \
                    total += t\n    print(total)\n";
        let mut db = Database::default();
        let file = db.set_file("main.weir", text);
        let mut items = file_items(&db, file).ids(&db);
        let main = items.find(|item| item.name(&db) == "main").expect("the program has a main");
        let program = compile(&db, main).expect("the program compiles");
        let mut machine = Machine::new(&program, &RunOptions::default());
        let (mut scheduler, mut world) = (Seeded::new(0), Simulated::default());
        let mut doors = Doors { scheduler: &mut scheduler, world: &mut world };
        let entry = program.entry.expect("the program has an entry");
        assert!(machine.start_main(&program, &mut doors, entry).is_none());
        assert_eq!(machine.drive(&program, &mut doors), Some(Outcome::Ok));
        assert_eq!((doors.world.stdout(), machine.started), ("449985000\n", 30_001));
        assert!(machine.tasks.live() < 10_000, "{} tasks are kept", machine.tasks.live());
    }
}
