//! How a program is run.

use crate::bounds::{
    DETACH_GRACE_DEFAULT_NS, MEMORY_MAX_DEFAULT_BYTES, PROCESSORS_DEFAULT, PROCESSORS_MAX,
    SCHEDULE_MAX_DEFAULT_BYTES, SLICE_DEFAULT_NS,
};
use crate::outcome::Outcome;
use crate::schedule::Schedule;

/// How a program is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunOptions {
    /// How many simulated processors, from [`PROCESSORS_MIN`] to [`PROCESSORS_MAX`]; other numbers
    /// count as the nearest of these.
    ///
    /// [`PROCESSORS_MIN`]: crate::PROCESSORS_MIN
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
