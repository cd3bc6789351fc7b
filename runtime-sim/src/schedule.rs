//! Schedules: every choice of a run, in order.
//!
//! The machine asks a [`Scheduler`] whatever the program does not decide, and writes down each
//! answer. Replay is a scheduler that reads them back. Invariant: same program, same schedule,
//! same run, byte for byte.

mod choices;
mod draws;
mod encode;
mod guide;
mod headlong;
mod line;
mod punctual;
mod replay;
mod scheduler;
mod seeded;

use choices::Choices;
pub(crate) use draws::Draws;
pub(crate) use encode::{push_number, take_number};
pub use guide::{Guide, Waypoint};
pub use headlong::Headlong;
pub use punctual::Punctual;
pub use replay::Replay;
pub use scheduler::{Deed, Ready, Scheduler};
pub use seeded::Seeded;

use std::fmt;

use crate::memory::uncounted;
use crate::program::Place;
use crate::world::{Answer, CallId};

/// What a choice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChoiceKind {
    /// Which of the processors with the same clock goes first.
    Processor,
    /// Which ready case of a `select` is taken.
    Select,
    /// Which processor's queue is looked at first for work to steal.
    Victim,
    /// Which idle processor is woken.
    Wake,
    /// How long its thread takes to wake up.
    Latency,
    /// Which of the tasks that could go on does, where any may.
    Task,
    /// Whether the next timer fires although tasks could go on, where it may.
    Timer,
}

impl ChoiceKind {
    const ALL: [Self; 7] = [
        Self::Processor,
        Self::Select,
        Self::Victim,
        Self::Wake,
        Self::Latency,
        Self::Task,
        Self::Timer,
    ];

    fn number(self) -> u64 {
        self as u64
    }

    fn from_number(number: u64) -> Option<Self> {
        Self::ALL.get(usize::try_from(number).ok()?).copied()
    }

    /// In a few words, for reports.
    pub fn text(self) -> &'static str {
        match self {
            Self::Processor => "which processor goes first",
            Self::Select => "which case of a select is taken",
            Self::Victim => "whom to steal from",
            Self::Wake => "which processor is woken",
            Self::Latency => "how long a processor takes to wake",
            Self::Task => "which task goes on",
            Self::Timer => "whether a timer fires",
        }
    }
}

/// A question and its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What it was about.
    pub kind: ChoiceKind,
    /// How many alternatives there were, at least 2.
    pub count: u32,
    /// Which one was taken, from 0.
    pub answer: u32,
}

/// A replay that cannot go on: the run asks something else than the schedule answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Divergence {
    /// The first step that differs.
    pub step: u64,
    /// What differs.
    pub message: String,
    /// The task whose turn it was or whose time was over, by its path, if it was one's.
    pub task: Option<String>,
    /// Where that was.
    pub place: Option<Place>,
    /// The calls it was in, innermost first.
    pub trace: Vec<String>,
}

impl Divergence {
    pub(crate) fn new(step: u64, message: impl Into<String>) -> Self {
        Self { step, message: message.into(), task: None, place: None, trace: Vec::new() }
    }
}

impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "replay diverged at step {}: {}", self.step, self.message)?;
        match (&self.task, &self.place) {
            (Some(task), Some(place)) => writeln!(f, "  task {task} at {place}")?,
            (Some(task), None) => writeln!(f, "  task {task}")?,
            (None, _) => {}
        }
        self.trace.iter().try_for_each(|call| writeln!(f, "  in {call}"))
    }
}

/// Every choice of a run, and what is needed to run it again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    /// The hash of the program that ran.
    pub program: u64,
    /// From what the numbers follow that it got by chance.
    pub seed: u64,
    /// How many those were.
    pub draws: u64,
    /// How many processors it had.
    pub procs: u64,
    /// How long a slice was, in virtual nanoseconds.
    pub slice_ns: u64,
    /// Whether each operation that others can see was a turn of its own.
    pub in_turns: bool,
    /// How long detached tasks had after main, in virtual nanoseconds.
    pub detach_grace_ns: u64,
    /// How many steps it could have, if that was bounded.
    pub max_steps: Option<u64>,
    /// How much memory it could use, in bytes.
    pub memory_max_bytes: u64,
    /// How many steps it took.
    pub steps: u64,
    /// How it ended, by its exit status.
    pub exit_code: u64,
    pub(crate) choices: Choices,
    /// What the world answered, in the order in which it was asked; nothing where the answer took
    /// its time.
    pub(crate) answers: Vec<Vec<u8>>,
    /// The answers that took their time, in the order in which they came.
    pub(crate) arrivals: Vec<Arrival>,
    /// After how many steps each time more memory was used than the run may use.
    pub(crate) memory_ends: Vec<u64>,
    /// Which times there was no room for something large, of those that it was asked for.
    pub(crate) memory_refusals: Vec<u64>,
    /// After how many events somebody interrupted it.
    pub(crate) interrupted_at: Option<u64>,
    /// At which of its looks a long step was stopped by that.
    pub(crate) stopped_at: Option<u64>,
    /// After how many events it had become too long, and nothing more was kept.
    pub(crate) cut_at: Option<u64>,
}

/// An answer of the world that took its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Arrival {
    /// What it answers.
    pub(crate) call: u64,
    /// After how many events it was heard of.
    pub(crate) event: u64,
    /// When it came, by the run's clock.
    pub(crate) time_ns: u64,
    pub(crate) answer: Vec<u8>,
}

/// Why a file is no schedule of this program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScheduleError {
    /// It does not begin like a schedule.
    Foreign,
    /// A later or an earlier version of Weir wrote it.
    OtherFormat(u64),
    /// It ends too early, was changed, or says what cannot be.
    Corrupt,
    /// It was recorded from another program.
    OtherProgram,
}

impl std::fmt::Display for ScheduleError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Foreign => f.write_str(
                "this is no Weir schedule: one is written by `weir run --record FILE`, or printed as a \
                 line that begins with `weir-schedule:`",
            ),
            Self::OtherFormat(version) => write!(
                f,
                "the schedule has format {version}, and this Weir reads format {}: use the Weir that wrote it",
                encode::VERSION
            ),
            Self::Corrupt => f.write_str(
                "the schedule is damaged: its checksum does not match, so a part is missing or changed",
            ),
            Self::OtherProgram => f.write_str(
                "the schedule was recorded from another version of this program, and would not mean the \
                 same here: record it again",
            ),
        }
    }
}

impl std::error::Error for ScheduleError {}

impl Schedule {
    /// Whether nothing is bound to happen at a certain event.
    pub(crate) fn has_no_moments(&self) -> bool {
        self.interrupted_at.is_none() && self.cut_at.is_none()
    }

    /// How many choices there are, the numbers by chance among them.
    pub fn choices(&self) -> u64 {
        self.choices.len() + self.draws
    }

    /// Whether the run asked anything of the outside.
    pub fn asks_outside(&self) -> bool {
        !self.answers.is_empty()
    }

    /// Whether it goes on to the run's end.
    pub fn is_whole(&self) -> bool {
        self.cut_at.is_none()
    }

    #[inline]
    pub(crate) fn keep_choice(&mut self, choice: Choice) {
        if self.cut_at.is_none() {
            self.choices.push(choice);
        }
    }

    /// Keeps that a number was drawn.
    pub(crate) fn keep_draw(&mut self) {
        self.draws += u64::from(self.cut_at.is_none());
    }

    /// Keeps an answer; none for one that takes its time. Gives how many bytes that takes.
    pub(crate) fn keep_answer(&mut self, answer: Option<&Answer>) -> u64 {
        if self.cut_at.is_some() {
            return 0;
        }
        uncounted(|| {
            let bytes = answer.map(Answer::to_bytes).unwrap_or_default();
            let length = bytes.len() as u64;
            self.answers.push(bytes);
            length
        })
    }

    /// Keeps an answer that took its time. Gives how many bytes that takes.
    pub(crate) fn keep_arrival(
        &mut self,
        call: CallId,
        event: u64,
        time_ns: u64,
        answer: &Answer,
    ) -> u64 {
        if self.cut_at.is_some() {
            return 0;
        }
        uncounted(|| {
            let answer = answer.to_bytes();
            let length = answer.len() as u64;
            self.arrivals.push(Arrival { call: call.0, event, time_ns, answer });
            length
        })
    }
}
