//! The whole state of a run, as one value that can be cloned.
//!
//! What it is not: the program, the scheduler or the world; they are handed to each step.
//! Invariant: a task that is ready stands in exactly one queue or on one lane; one that waits, in
//! the queues that its [`Wait`](crate::task::Wait) names and in no other.

mod collecting;
mod tracing;
mod waking;

use std::rc::Rc;
use std::sync::Arc;

use crate::engine::{Calls, Doors, Grace, Lanes, StuckCheck};
use crate::failure::{Failure, Fallible};
use crate::heap::{Heap, Slab};
use crate::memory::Memory;
use crate::pace::Pace;
use crate::program::{Literal, Program, Slot};
use crate::races::Races;
use crate::run::RunOptions;
use crate::schedule::{Choice, ChoiceKind, Divergence, Draws, Schedule};
use crate::sync::scope::Scopes;
use crate::sync::{Rounds, Unread, sync_id};
use crate::task::{Fiber, Task};
use crate::time::Timers;
use crate::trace::{Stamp, Trace};
use crate::value::{SyncId, TaskId, Text, Value};

/// The state of a run.
#[derive(Clone)]
pub(crate) struct Machine {
    pub(crate) heap: Heap,
    pub(crate) tasks: Slab<Task>,
    pub(crate) scopes: Scopes,
    pub(crate) timers: Timers,
    pub(crate) lanes: Lanes,
    /// The program's constants, as values.
    pub(crate) literals: Rc<Vec<Value>>,
    pub(crate) globals: Vec<Global>,
    pub(crate) main: TaskId,
    /// Where and when it is now.
    pub(crate) here: Stamp,
    pub(crate) schedule: Schedule,
    pub(crate) draws: Draws,
    pub(crate) divergence: Option<Divergence>,
    /// Whose turn this event is, or whose time is over, if it is a task's.
    pub(crate) acting: Option<TaskId>,
    pub(crate) trace: Option<Trace>,
    pub(crate) options: RunOptions,
    /// How many steps were made: rounds of loops, calls, and what others can see.
    pub(crate) steps: u64,
    pub(crate) memory: Memory,
    pub(crate) pace: Pace,
    /// What was asked of the outside and takes its time.
    pub(crate) calls: Calls,
    /// How many events there were: turns of lanes, and timers.
    pub(crate) events: u64,
    pub(crate) stuck: StuckCheck,
    /// When the next line about the processors is due.
    pub(crate) schedtrace_at: u64,
    /// How long detached tasks have, once main has ended before them.
    pub(crate) grace: Option<Grace>,
    /// The task that wanted to go on when no steps were left.
    pub(crate) exhausted: Option<TaskId>,
    pub(crate) steals: u64,
    pub(crate) preemptions: u64,
    /// How many tasks were ever started, main among them.
    pub(crate) started: u64,
    /// How many detached tasks are alive.
    pub(crate) detached: usize,
    pub(crate) detached_failure: Option<Arc<Failure>>,
    /// The first failures that tasks have ended with, and those that were only warned of.
    pub(crate) failures: Vec<Arc<Failure>>,
    /// Failures in supervised scopes that nobody read yet.
    pub(crate) unread: Unread,
    /// Who went through which barriers.
    pub(crate) rounds: Rounds,
    /// How many failures of what was being cancelled were warned of or counted.
    pub(crate) failed_unheard: u64,
    /// What Weir has to say now, for standard error.
    pub(crate) notices: String,
    /// Locks whose queue changed without an unlock.
    pub(crate) rehand: Vec<SyncId>,
    /// Where f-strings are written before their length is known.
    pub(crate) draft: String,
    /// How many evaluations that must not suspend are going on.
    pub(crate) evaluations: usize,
    /// The race detector, if races are looked for.
    pub(crate) races: Option<Box<Races>>,
}

/// A constant or tasklocal.
#[derive(Clone, Debug)]
pub(crate) enum Global {
    Pending,
    Running,
    Ready(Value),
}

impl Machine {
    pub(crate) fn new(program: &Program, options: &RunOptions, seed: u64) -> Self {
        let mut tasks = Slab::default();
        let main = TaskId(tasks.insert(Task::new(Arc::from("main"))));
        Self {
            heap: Heap::default(),
            tasks,
            scopes: Scopes::default(),
            timers: Timers::default(),
            lanes: Lanes::new(options.procs),
            literals: Rc::new(program.literals.iter().map(literal_value).collect()),
            globals: vec![Global::Pending; program.globals.len()],
            main,
            here: Stamp::default(),
            schedule: Schedule {
                program: program.hash(),
                seed,
                procs: options.procs as u64,
                slice_ns: options.slice_ns,
                in_turns: options.in_turns,
                detach_grace_ns: options.detach_grace_ns,
                max_steps: options.max_steps,
                memory_max_bytes: options.memory_max_bytes,
                ..Schedule::default()
            },
            draws: Draws::of(seed),
            divergence: None,
            acting: None,
            trace: options.trace.then(|| Trace::new(options.procs)),
            options: options.clone(),
            steps: 0,
            memory: Memory::measured(options.memory_max_bytes),
            pace: Pace::default(),
            calls: Calls::default(),
            events: 0,
            stuck: StuckCheck::default(),
            schedtrace_at: 0,
            grace: None,
            exhausted: None,
            steals: 0,
            preemptions: 0,
            started: 1,
            detached: 0,
            detached_failure: None,
            failures: Vec::new(),
            unread: Unread::default(),
            rounds: Rounds::default(),
            failed_unheard: 0,
            notices: String::new(),
            rehand: Vec::new(),
            draft: String::new(),
            evaluations: 0,
            races: options.races.then(|| Box::new(Races::new(main, options.moves))),
        }
    }

    /// What a slot of the running frame holds.
    pub(crate) fn read<'a>(&'a self, fiber: &'a Fiber, slot: Slot) -> &'a Value {
        match (slot.as_constant(), slot.as_register()) {
            (Some(constant), _) => &self.literals[constant],
            (None, Some(register)) => {
                let base = fiber.top().map_or(0, |frame| frame.base as usize);
                &fiber.stack[base + register.index()]
            }
            (None, None) => &Value::Unassigned,
        }
    }

    pub(crate) fn sync_of(&self, fiber: &Fiber, slot: Slot) -> Fallible<SyncId> {
        sync_id(self.read(fiber, slot))
    }

    /// Asks the scheduler; none when a replay has diverged.
    pub(crate) fn choose(
        &mut self,
        doors: &mut Doors<'_>,
        kind: ChoiceKind,
        count: usize,
    ) -> Option<usize> {
        self.choose_by(kind, count, |count| doors.scheduler.choose(kind, count))
    }

    /// The same, where the scheduler is shown what it chooses among.
    pub(crate) fn choose_by(
        &mut self,
        kind: ChoiceKind,
        count: usize,
        choose: impl FnOnce(u32) -> Result<u32, String>,
    ) -> Option<usize> {
        if count < 2 {
            return Some(0);
        }
        let count = count as u32;
        match choose(count) {
            Ok(answer) => {
                let answer = answer.min(count - 1);
                self.schedule.keep_choice(Choice { kind, count, answer });
                Some(answer as usize)
            }
            Err(message) => {
                self.diverge(message);
                None
            }
        }
    }
}

fn literal_value(literal: &Literal) -> Value {
    match literal {
        Literal::Unit => Value::Unit,
        Literal::Bool(value) => Value::Bool(*value),
        Literal::Int(value) => Value::Int(*value),
        Literal::Float(bits) => Value::Float(f64::from_bits(*bits)),
        // One character is the same string that walks and indices give, so that to compare them is quick.
        Literal::Str(text) => match *text.as_bytes() {
            [byte] => Value::character(char::from(byte)),
            _ => Value::Str(Text::new(&**text)),
        },
        Literal::Bytes(bytes) => Value::Bytes(Rc::new(bytes.to_vec())),
    }
}
