//! The whole state of a run, as one value that can be cloned.
//!
//! What it is not: the program, the scheduler or the world; they are handed to each step.
//! Invariant: a task that is ready stands in exactly one queue or on one lane; one that waits, in
//! the queues that its [`Wait`] names and in no other.

use std::rc::Rc;
use std::sync::Arc;

use crate::engine::{Calls, Doors, Grace, Lanes, StuckCheck};
use crate::failure::{Failure, Fallible};
use crate::heap::{Heap, Marks, Slab};
use crate::memory::Memory;
use crate::program::{Literal, Program, Slot};
use crate::races::Races;
use crate::run::RunOptions;
use crate::schedule::{Choice, ChoiceKind, Divergence, Schedule};
use crate::sync::scope::Scopes;
use crate::sync::{Sync, Unread, Waiter, leave, sync_id};
use crate::task::{Fiber, Open, Raise, State, Task, TaskResult, Wait, Woken};
use crate::time::Timers;
use crate::trace::{Arrow, Stamp, Trace};
use crate::value::{ScopeRef, SyncId, TaskId, Text, Value};

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
    pub(crate) divergence: Option<Divergence>,
    /// Whose turn this event is, or whose time is over, if it is a task's.
    pub(crate) acting: Option<TaskId>,
    pub(crate) trace: Option<Trace>,
    pub(crate) options: RunOptions,
    /// How many steps were made: rounds of loops, calls, and what others can see.
    pub(crate) steps: u64,
    pub(crate) memory: Memory,
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
    pub(crate) fn new(program: &Program, options: &RunOptions) -> Self {
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
                procs: options.procs as u64,
                slice_ns: options.slice_ns,
                in_turns: options.in_turns,
                detach_grace_ns: options.detach_grace_ns,
                max_steps: options.max_steps,
                memory_max_bytes: options.memory_max_bytes,
                ..Schedule::default()
            },
            divergence: None,
            acting: None,
            trace: options.trace.then(|| Trace::new(options.procs)),
            options: options.clone(),
            steps: 0,
            memory: Memory::measured(options.memory_max_bytes),
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

    /// Ends a task's wait.
    pub(crate) fn wake(&mut self, id: TaskId, woken: Woken) {
        let Some(task) = self.tasks.find_mut(id.0) else { return };
        if !matches!(task.state, State::Waiting(_)) {
            return;
        }
        let State::Waiting(wait) = std::mem::replace(&mut task.state, State::Ready) else { return };
        // Who is served was taken out of the queue before, by one case of a select.
        let served = match (&wait, &woken) {
            (_, Woken::Interrupted) => None,
            (Wait::Select(_), Woken::Case(case, _)) => Some(*case),
            (Wait::Select(_), _) => None,
            _ => Some(0),
        };
        let stands_in_queues = served.is_none() || matches!(wait, Wait::Select(_));
        task.woken = Some(woken);
        if let Some(timer) = task.timer.take() {
            self.timers.cancel(timer);
        }
        if stands_in_queues {
            self.leave_queues(id, &wait, served);
        }
        match wait {
            Wait::Outside(call) if self.end_call(id, call) => self.go_on_where_it_is(id),
            _ => self.make_ready(id),
        }
    }

    /// Takes the task out of every queue that the wait names, but for the case of a select by which it
    /// was taken out already.
    pub(crate) fn leave_queues(&mut self, id: TaskId, wait: &Wait, served: Option<u32>) {
        match wait {
            Wait::Receive(sync) => {
                if let Sync::Channel(channel) = self.heap.sync_mut(*sync) {
                    channel.forget_receiver(id);
                }
            }
            Wait::Send(sync) => {
                if let Sync::Channel(channel) = self.heap.sync_mut(*sync) {
                    channel.forget_sender(id);
                }
            }
            Wait::Barrier(sync) | Wait::Signal(sync) => self.heap.sync_mut(*sync).forget(id),
            Wait::Lock(sync, _) => {
                self.heap.sync_mut(*sync).forget(id);
                self.rehand.push(*sync);
            }
            Wait::Select(cases) => {
                for (case, sync) in cases.iter().filter(|(case, _)| Some(*case) != served) {
                    let waiter = Waiter { task: id, case: Some(*case) };
                    self.heap.sync_mut(*sync).forget_case(waiter);
                }
            }
            Wait::Join(task) => {
                if let Some(task) = self.tasks.find_mut(task.0) {
                    leave(&mut task.joiners, |joiner| *joiner == id);
                }
            }
            Wait::Spawn(scope) => {
                if let Some(scope) = self.scopes.get_mut(*scope) {
                    leave(&mut scope.spawners, |spawner| *spawner == id);
                }
            }
            Wait::ScopeEnd(_) | Wait::Outside(_) | Wait::Sleep => {}
        }
    }

    /// Why the task is to stop at its next suspension point, if it is.
    pub(crate) fn pending_raise(&self, id: TaskId) -> Option<Raise> {
        let task = self.tasks.find(id.0)?;
        let masked = task.masks.last();
        if task.cancelled && masked.is_none() {
            return Some(Raise::Cancel);
        }
        let outside = masked.map_or(0, |open| *open as usize);
        let interrupted = task.open_scopes.iter().skip(outside).find(|scope| {
            self.scopes.get(**scope).is_some_and(|scope| scope.interrupts_body() && !scope.leaving)
        })?;
        // A body that waits at its scope's end only waits.
        match &task.state {
            State::Waiting(Wait::ScopeEnd(scope)) if scope == interrupted => None,
            _ => Some(Raise::Interrupt(*interrupted)),
        }
    }

    /// Drops every object and ended task that nothing reaches. The running fibers are in place.
    pub(crate) fn collect(&mut self) {
        let mut marks = Marks::default();
        for (id, task) in self.tasks.iter() {
            if !task.is_done() {
                marks.add(&Value::Task(TaskId(id)));
            }
        }
        for global in &self.globals {
            if let Global::Ready(value) = global {
                marks.add(value);
            }
        }
        marks.add(&Value::Task(self.main));
        self.timers.tickers().for_each(|ticker| marks.add(&Value::Sync(ticker)));
        loop {
            let reached = marks.walk(&self.heap);
            if reached.is_empty() {
                break;
            }
            for id in reached {
                if let Some(task) = self.tasks.find(id.0) {
                    self.mark_task(&mut marks, task);
                }
            }
        }
        self.unread.sweep(&marks);
        self.tasks.retain(|id| marks.has_task(TaskId(id)));
        self.heap.sweep(&marks, self.tasks.live());
        if let Some(races) = &mut self.races {
            races.sweep(&marks);
        }
        if let Some(trace) = &mut self.trace {
            trace.sweep(&marks);
        }
    }

    /// What a task reaches.
    pub(crate) fn mark_task(&self, marks: &mut Marks, task: &Task) {
        marks.add_all(&task.fiber.stack);
        for extra in task.fiber.frames.iter().filter_map(|frame| frame.extra.as_ref()) {
            marks.add_all(extra.defers.iter().flat_map(|deferred| &deferred.args));
            for open in &extra.open {
                match open {
                    Open::TaskLocal { before: Some(locals) } => {
                        marks.add_all(locals.iter().map(|(_, value)| value));
                    }
                    Open::Parallel { scope } => self.mark_parallel(marks, *scope),
                    Open::Joining(joining) => {
                        marks.add_all(joining.rest.as_slice());
                        marks.add_all(&joining.results);
                    }
                    _ => {}
                }
            }
        }
        if let Some(locals) = &task.locals {
            marks.add_all(locals.iter().map(|(_, value)| value));
        }
        if let Some(Woken::Done(value) | Woken::Case(_, value)) = &task.woken {
            marks.add(value);
        }
        if let Some(chunk) = &task.chunk {
            marks.add_all(chunk.items.iter());
            marks.add_all(&chunk.results);
            marks.add_all(chunk.function.captures.iter());
        }
        if let State::Done(TaskResult::Value(value)) = &task.state {
            marks.add(value);
        }
    }

    /// What a parallel loop keeps for the task that waits for it.
    fn mark_parallel(&self, marks: &mut Marks, of: ScopeRef) {
        if let Some(parallel) = self.scopes.get(of).and_then(|scope| scope.parallel.as_ref()) {
            marks.add_all(parallel.results.iter().flatten());
            marks.add_all(&parallel.start);
            marks.add_all(parallel.function.captures.iter());
        }
    }

    /// The arrow that ends where the task goes on.
    pub(crate) fn trace_woken(&mut self, task: TaskId, arrow: Arrow, from: Stamp) {
        if let Some(task) = self.tasks.find_mut(task.0) {
            task.woken_by = Some((arrow, from));
        }
    }

    pub(crate) fn trace_received(&mut self, from: Stamp) {
        self.trace_flow(Arrow::Message, from);
    }

    /// An arrow that ends here and now.
    pub(crate) fn trace_flow(&mut self, arrow: Arrow, from: Stamp) {
        if let Some(trace) = &mut self.trace {
            trace.flow(arrow, from, self.here);
        }
    }

    pub(crate) fn trace_mark(&mut self, text: &str) {
        self.trace_mark_with(|| text.to_owned());
    }

    /// The text is made only if somebody keeps it.
    pub(crate) fn trace_mark_with(&mut self, text: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            trace.mark(self.here, text);
        }
    }

    pub(crate) fn trace_end(&mut self, task: TaskId, result: &TaskResult) {
        if let Some(trace) = &mut self.trace {
            let how = || match result {
                TaskResult::Value(_) => "ok".to_owned(),
                TaskResult::Failed(failure) => format!("failed: {}", failure.message),
                TaskResult::Cancelled => "cancelled".to_owned(),
            };
            trace.end(self.here, &self.tasks.get(task.0).path, how);
        }
    }

    /// How full the channel is now; one without a buffer never is.
    pub(crate) fn trace_fill(&mut self, id: SyncId) {
        if let (Some(trace), Sync::Channel(channel)) = (&mut self.trace, self.heap.sync(id))
            && channel.capacity > 0
        {
            trace.fill(self.here, id, channel.buffer.len());
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
