//! Processors and the threads of blocking tasks: their clocks, queues and states.

use std::collections::VecDeque;

use crate::value::TaskId;

/// All lanes, processors first; and the queue that they share.
#[derive(Clone, Debug)]
pub(crate) struct Lanes {
    pub(super) lanes: Vec<Lane>,
    pub(super) processors: usize,
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
            global: VecDeque::new(),
            wakes_wanted: 0,
            has_changed: false,
        }
    }

    pub(crate) fn earliest(&self) -> Option<u64> {
        self.lanes.iter().filter(|lane| lane.is_active).map(|lane| lane.clock).min()
    }

    pub(super) fn earliest_other(&self, than: usize) -> Option<u64> {
        let others =
            self.lanes.iter().enumerate().filter(|(at, lane)| *at != than && lane.is_active);
        others.map(|(_, lane)| lane.clock).min()
    }

    /// The active lanes whose clock shows this time.
    pub(super) fn at(&self, time: u64) -> impl Iterator<Item = usize> {
        let shows = move |(_, lane): &(usize, &Lane)| lane.is_active && lane.clock == time;
        self.lanes.iter().enumerate().filter(shows).map(|(at, _)| at)
    }

    pub(super) fn clock(&self, lane: usize) -> u64 {
        self.lanes[lane].clock
    }

    pub(super) fn set_clock(&mut self, lane: usize, clock: u64) {
        self.lanes[lane].clock = clock;
    }

    /// No clock shows an earlier time any more.
    pub(super) fn reach(&mut self, time: u64) {
        self.lanes.iter_mut().for_each(|lane| lane.clock = lane.clock.max(time));
    }

    pub(super) fn slice_end(&self, lane: usize) -> u64 {
        self.lanes[lane].slice_end
    }

    pub(super) fn task(&self, lane: usize) -> Option<TaskId> {
        self.lanes[lane].task
    }

    /// Its task leaves it; a thread without a task is idle. Gives since when it was there,
    /// and where it was found.
    pub(super) fn leave(&mut self, lane: usize) -> (u64, &'static str) {
        let is_processor = lane < self.processors;
        let lane = &mut self.lanes[lane];
        lane.is_active = is_processor;
        lane.task = None;
        (lane.since, lane.found)
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
        self.lanes.iter().filter(|lane| lane.is_spinning).count()
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
        let is_free = |lane: &usize| {
            let lane = &self.lanes[*lane];
            lane.task.is_none() && !lane.is_active && !lane.is_held
        };
        let mut threads = self.processors..self.lanes.len();
        threads.find(is_free).unwrap_or_else(|| {
            self.lanes.push(Lane::default());
            self.lanes.len() - 1
        })
    }

    /// A task comes onto a thread. Whether it runs there is another matter.
    pub(super) fn occupy(&mut self, thread: usize, task: TaskId, now: u64) {
        let lane = &mut self.lanes[thread];
        lane.clock = lane.clock.max(now);
        lane.since = lane.clock;
        lane.found = "own thread";
        lane.task = Some(task);
    }

    /// No task's own thread any more.
    pub(super) fn release(&mut self, thread: usize) {
        self.lanes[thread].is_held = false;
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
