//! Runs Weir programs: one virtual machine in a simulated many-processor world.
//!
//! [`compile`] turns Mir into a [`Program`], plain data that knows nothing of the database.
//! [`run`] executes it on Go's G-M-P machine, simulated on one thread with virtual time. Whatever
//! the program does not decide is asked through two doors: the [`Scheduler`] (who runs, which
//! case, whom to steal from) and the [`World`] (output). So a run is a function of the program,
//! the schedule and the world's answers, and replay is a scheduler that reads its answers.
//!
//! ```text
//! Mir ─compile▶ Program ─run▶ Machine ─┬▶ Outcome, RunReport
//!                  Scheduler ◀─choices─┤▶ Schedule
//!                      World ◀─output──┘▶ Trace
//! ```
//!
//! Never here: LSP, the terminal, clocks, threads, files or random state; the outside comes in
//! through the world alone.

mod bounds;
mod claim;
mod compile;
mod cost;
mod engine;
mod failure;
mod heap;
mod history;
mod machine;
mod memory;
mod outcome;
mod pace;
mod program;
mod races;
mod room;
mod run;
mod schedule;
mod story;
mod sync;
mod task;
mod time;
mod trace;
mod value;
mod vm;
mod world;

pub use bounds::{
    DETACH_GRACE_DEFAULT_NS, MEMORY_MAX_DEFAULT_BYTES, PROCESSORS_DEFAULT, PROCESSORS_MAX,
    PROCESSORS_MIN, SLICE_DEFAULT_NS,
};
pub use claim::{Budget, Claim, GUIDED_DEFAULT, Shown, Trial, put_to_the_test};
pub use compile::{CompileError, compile};
pub use failure::{Beside, Failure, FailureKind};
pub use history::History;
pub use memory::{Counting, uncounted};
pub use outcome::{Blocked, Outcome, Standing};
pub use program::{Place, Program};
pub use races::{Race, RaceAccess, Use};
pub use run::{RunOptions, RunReport, replay, replay_until, run};
pub use schedule::{
    Choice, ChoiceKind, Deed, Divergence, Guide, Headlong, Punctual, Ready, Replay, Schedule,
    ScheduleError, Scheduler, Seeded, Waypoint,
};
pub use trace::Trace;
pub use world::{Answer, CallId, Fetch, Heard, Question, Simulated, Stream, World};
