//! Processors and the threads of blocking tasks: their clocks, queues and states.

use std::collections::{BTreeSet, VecDeque};

use crate::bounds::THREADS_MAX;
use crate::value::TaskId;

/// All lanes, processors first; and the queue that they share.
#[derive(Clone, Debug)]
pub(crate) struct Lanes {
    pub(super) lanes: Vec<Lane>,
    pub(super) processors: usize,
    /// The threads whose task can run, by their clocks; processors are few enough to look at each.
    running: BTreeSet<(u64, usize)>,
    /// The threads that no task has.
    free: BTreeSet<usize>,
    pub(super) global: VecDeque<TaskId>,
    /// How many tasks were made ready since an idle processor was last looked for.
    pub(super) wakes_wanted: usize,
    /// Whether a lane was set going since a horizon was last computed.
    pub(super) has_changed: bool,
}

/// A processor, or the thread of a blocking task.
#[derive(Clone, Debug, Default)]
pub(super) struct Lane {
    pub(super) clock: u64,
    /// Neither parked nor, for a thread, without a task that can run.
    pub(super) is_active: bool,
    pub(super) is_spinning: bool,
    pub(super) task: Option<TaskId>,
    /// What its running task made ready; runs next, on the rest of the slice.
    pub(super) next: Option<TaskId>,
    pub(super) ring: VecDeque<TaskId>,
    pub(super) turns: u64,
    pub(super) slice_end: u64,
    /// Its task is to be preempted, once no other lane is behind.
    slice_is_over: bool,
    /// The task whose turn ended here last, and which is as it left it.
    at_hand: Option<TaskId>,
    /// When its task came onto it, and from where.
    pub(super) since: u64,
    pub(super) found: &'static str,
    /// A task's own thread, also while that waits.
    pub(super) is_held: bool,
    /// It has waited before it takes what another one's task made ready.
    pub(super) was_patient: bool,
}

impl Lanes {
    pub(crate) fn new(processors: usize) -> Self {
        Self {
            lanes: vec![Lane::default(); processors],
            processors,
            running: BTreeSet::new(),
            free: BTreeSet::new(),
            global: VecDeque::new(),
            wakes_wanted: 0,
            has_changed: false,
        }
    }

    pub(crate) fn earliest(&self) -> Option<u64> {
        let processors = self.lanes[..self.processors].iter().filter(|lane| lane.is_active);
        let thread = self.running.first().map(|(clock, _)| *clock);
        processors.map(|lane| lane.clock).chain(thread).min()
    }

    pub(super) fn earliest_other(&self, than: usize) -> Option<u64> {
        let processors = self.lanes[..self.processors].iter().enumerate();
        let others = processors.filter(|(at, lane)| *at != than && lane.is_active);
        let thread = match self.running.is_empty() {
            true => None,
            false => self.running.iter().find(|(_, at)| *at != than).map(|(clock, _)| *clock),
        };
        others.map(|(_, lane)| lane.clock).chain(thread).min()
    }

    /// The active lanes whose clock shows this time.
    pub(super) fn at(&self, time: u64) -> impl Iterator<Item = usize> {
        let shows = move |(_, lane): &(usize, &Lane)| lane.is_active && lane.clock == time;
        let processors = self.lanes[..self.processors].iter().enumerate();
        let threads = self.running.range((time, 0)..=(time, usize::MAX));
        processors.filter(shows).map(|(at, _)| at).chain(threads.map(|(_, at)| *at))
    }

    /// Whether its task goes on, or it looks for one.
    pub(super) fn is_active(&self, lane: usize) -> bool {
        self.lanes[lane].is_active
    }

    pub(super) fn clock(&self, lane: usize) -> u64 {
        self.lanes[lane].clock
    }

    pub(super) fn set_clock(&mut self, lane: usize, clock: u64) {
        self.change(lane, |lane| lane.clock = clock);
    }

    /// No clock shows an earlier time any more.
    pub(super) fn reach(&mut self, time: u64) {
        for lane in 0..self.lanes.len() {
            self.change(lane, |lane| lane.clock = lane.clock.max(time));
        }
    }

    pub(super) fn slice_end(&self, lane: usize) -> u64 {
        self.lanes[lane].slice_end
    }

    /// Its task is to hear at once what it hears at the end of a slice.
    pub(super) fn end_slice_now(&mut self, lane: usize) {
        let lane = &mut self.lanes[lane];
        lane.slice_end = lane.clock;
    }

    /// Its task has computed until then: if that is the end of its slice, it is preempted once others have come there.
    pub(crate) fn note_slice_end(&mut self, lane: usize, until: u64) {
        let lane = &mut self.lanes[lane];
        lane.slice_is_over = until >= lane.slice_end;
    }

    /// Its task is preempted, or hears that it is to stop, before it goes on.
    pub(crate) fn end_slice(&mut self, lane: usize) {
        self.lanes[lane].slice_is_over = true;
    }

    /// The task may go on here as if it had never left.
    pub(super) fn keep_at_hand(&mut self, lane: usize, task: TaskId) {
        self.lanes[lane].at_hand = Some(task);
    }

    /// Whether the task that comes next is the one whose turn ended last.
    pub(super) fn has_at_hand(&mut self, lane: usize, task: TaskId) -> bool {
        self.lanes[lane].at_hand.take() == Some(task)
    }

    /// Whether its task is to be preempted now.
    pub(super) fn take_slice_end(&mut self, lane: usize) -> bool {
        std::mem::take(&mut self.lanes[lane].slice_is_over)
    }

    pub(super) fn task(&self, lane: usize) -> Option<TaskId> {
        self.lanes[lane].task
    }

    /// Its task leaves it; a thread without a task is idle. Gives since when it was there,
    /// and where it was found.
    pub(super) fn leave(&mut self, lane: usize) -> (u64, &'static str) {
        let is_processor = lane < self.processors;
        self.change(lane, |lane| {
            lane.is_active = is_processor;
            lane.task = None;
        });
        (self.lanes[lane].since, self.lanes[lane].found)
    }

    /// The processor that a task is on.
    pub(super) fn lane_of(&self, task: TaskId) -> Option<usize> {
        self.lanes[..self.processors].iter().position(|lane| lane.task == Some(task))
    }

    /// Its task waits and keeps it.
    pub(super) fn stand_still(&mut self, lane: usize) {
        self.lanes[lane].is_active = false;
    }

    /// The task that waited goes on.
    pub(super) fn move_on(&mut self, lane: usize) {
        self.lanes[lane].is_active = true;
        self.has_changed = true;
    }

    pub(super) fn is_processor(&self, lane: usize) -> bool {
        lane < self.processors
    }

    pub(super) fn spinning(&self) -> usize {
        self.lanes[..self.processors].iter().filter(|lane| lane.is_spinning).count()
    }

    pub(super) fn busy(&self) -> usize {
        self.lanes[..self.processors].iter().filter(|lane| lane.task.is_some()).count()
    }

    pub(super) fn idle(&self) -> impl Iterator<Item = usize> {
        let processors = self.lanes[..self.processors].iter().enumerate();
        processors.filter(|(_, lane)| !lane.is_active && lane.task.is_none()).map(|(at, _)| at)
    }

    /// A thread for a blocking task: one that nobody has, or a new one.
    pub(super) fn free_thread(&mut self) -> usize {
        self.free.first().copied().unwrap_or_else(|| {
            self.lanes.push(Lane::default());
            self.lanes.len() - 1
        })
    }

    /// Whether as many tasks have threads of their own as may.
    pub(crate) fn has_no_thread_left(&self) -> bool {
        self.lanes.len() - self.processors - self.free.len() >= THREADS_MAX
    }

    /// Changes a lane, and where it stands among the threads.
    fn change(&mut self, at: usize, change: impl FnOnce(&mut Lane)) {
        let lane = &mut self.lanes[at];
        if at < self.processors {
            return change(lane);
        }
        if lane.is_active {
            self.running.remove(&(lane.clock, at));
        }
        change(lane);
        if lane.is_active {
            self.running.insert((lane.clock, at));
        }
        match lane.task.is_none() && !lane.is_active && !lane.is_held {
            true => self.free.insert(at),
            false => self.free.remove(&at),
        };
    }

    /// The task that a thread has runs on it.
    pub(super) fn run_on_thread(&mut self, thread: usize) {
        self.change(thread, |lane| {
            lane.is_active = true;
            lane.is_held = true;
        });
    }

    /// A task comes onto a thread. Whether it runs there is another matter.
    pub(super) fn occupy(&mut self, thread: usize, task: TaskId, now: u64) {
        self.change(thread, |lane| {
            lane.clock = lane.clock.max(now);
            lane.since = lane.clock;
            lane.found = "own thread";
            lane.task = Some(task);
        });
    }

    /// No task's own thread any more.
    pub(super) fn release(&mut self, thread: usize) {
        self.change(thread, |lane| lane.is_held = false);
    }

    /// Whether a processor looks for work already, or none is left that could.
    pub(crate) fn wakes_nobody(&self) -> bool {
        self.idle().next().is_none() || self.spinning() > 0
    }

    /// What was made ready is found without anybody being woken for it.
    pub(crate) fn want_no_wake(&mut self) {
        self.wakes_wanted = 0;
    }

    pub(crate) fn wants_wake(&self) -> bool {
        self.wakes_wanted > 0
    }
}
