//! What orders threads: each way in which one can know that something of another came before.
//!
//! Not here: accesses. The machine tells of each event when it happens, in the order of the run.
//! Whoever waits does nothing meanwhile, so a waiting thread's clock is that of the moment it began.

use std::collections::VecDeque;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use weir_analyzer::mir::LockMode;

use super::clock::Clock;
use super::held::Hold;
use super::shadow::Spot;
use super::threads::Life;
use super::{Races, Thread};
use crate::value::{ScopeRef, SyncId, TaskId};

/// How many releases of one semaphore are told apart.
const RELEASES_MAX: usize = 4_096;

/// What was left at objects that synchronise, for those who come later.
#[derive(Clone, Debug, Default)]
pub(super) struct Left {
    channels: FxHashMap<SyncId, ChannelClocks>,
    semaphores: FxHashMap<SyncId, SemaphoreClocks>,
    /// Locks, atoms and signals.
    others: FxHashMap<SyncId, LockClocks>,
    /// What the ended children of each open scope knew.
    scopes: FxHashMap<ScopeRef, Clock>,
}

#[derive(Clone, Debug, Default)]
struct ChannelClocks {
    /// The sends whose values are in the buffer.
    buffered: VecDeque<Clock>,
    /// The receives whose places in the buffer nobody has used again.
    freed: VecDeque<Clock>,
    /// How many more sends find a place that was never used.
    unused: usize,
    closed: Option<Clock>,
    /// A clock that nobody needs any more, whose room the next one has.
    spare: Option<Clock>,
}

#[derive(Clone, Debug, Default)]
struct SemaphoreClocks {
    /// The releases whose permits nobody has taken again.
    released: VecDeque<Clock>,
    /// How many permits nobody has had yet.
    unused: i64,
}

#[derive(Clone, Debug)]
struct LockClocks {
    /// The last exclusive owner; for atoms, who changed it; for signals, all who set it.
    changed: Clock,
    /// Those who read since.
    read: Clock,
}

impl Default for LockClocks {
    fn default() -> Self {
        Self { changed: Clock::nobody(), read: Clock::nobody() }
    }
}

impl Left {
    pub(super) fn retain(&mut self, is_alive: impl Fn(SyncId) -> bool) {
        self.channels.retain(|id, _| is_alive(*id));
        self.semaphores.retain(|id, _| is_alive(*id));
        self.others.retain(|id, _| is_alive(*id));
    }
}

/// Tasks and scopes.
impl Races {
    /// A task starts another.
    pub(crate) fn started(&mut self, parent: TaskId, child: TaskId, path: Arc<str>) {
        let origin = self.thread(parent).clock.release();
        let life = Life { task: path, iteration: None, started: self.here };
        let clock = Clock::forked(&origin, self.slots.begin(&origin, life));
        let at = child.0 as usize;
        if at >= self.threads.len() {
            self.threads.resize_with(at + 1, Thread::idle);
        }
        self.started += 1;
        let serial = self.started;
        let parent = self.thread(parent).serial;
        if let Some(moves) = &mut self.moves {
            moves.started(serial, parent);
        }
        self.threads[at] = Thread { origin, serial, ..Thread::new(clock) };
    }

    /// A task that runs a share of a parallel loop begins a round: a thread of its own, which knows
    /// what was known at the loop's start and nothing of the other rounds.
    pub(crate) fn round(&mut self, task: TaskId, scope: Option<ScopeRef>, iteration: usize) {
        let last = self.thread(task).clock.clone();
        let Some(mut life) = self.slots.life(last.now).cloned() else { return };
        self.slots.end(last.now);
        self.leave_in_scope(scope, last);
        life.iteration = Some(iteration);
        let origin = self.thread(task).origin.clone();
        let now = self.slots.begin(&origin, life);
        self.thread(task).clock = Clock::forked(&origin, now);
    }

    /// A task has ended.
    pub(crate) fn ended(&mut self, task: TaskId, scope: Option<ScopeRef>) {
        let Thread { clock: last, serial, .. } = self.thread(task).clone();
        // What a detached task has or has not when it ends, nobody gets back.
        if let (Some(moves), Some(_)) = (&mut self.moves, scope) {
            moves.ended(serial);
        }
        self.slots.end(last.now);
        self.leave_in_scope(scope, last);
    }

    fn leave_in_scope(&mut self, scope: Option<ScopeRef>, clock: Clock) {
        if let Some(scope) = scope {
            self.left.scopes.entry(scope).or_insert_with(Clock::nobody).take_in(&clock);
        }
    }

    /// All children of the scope have ended, and its owner goes on.
    pub(crate) fn scope_ended(&mut self, scope: ScopeRef, owner: TaskId) {
        if let Some(children) = self.left.scopes.remove(&scope) {
            self.thread(owner).clock.take_in(&children);
        }
    }

    /// A task has the result of an ended one, or has seen that it ended.
    pub(crate) fn joined(&mut self, joiner: TaskId, task: TaskId) {
        let ended = self.thread(task).clock.clone();
        self.thread(joiner).clock.take_in(&ended);
    }
}

/// Channels.
impl Races {
    /// A value goes from one task to another that waits for it, past the buffer.
    pub(crate) fn handed(&mut self, id: SyncId, capacity: usize, from: TaskId, to: TaskId) {
        if capacity > 0 {
            let sent = self.thread(from).clock.release();
            let (channel, threads) = self.channel(id, capacity);
            channel.reuse_place(&mut threads[from.0 as usize].clock);
            threads[to.0 as usize].clock.take_in(&sent);
            return channel.free_place(&mut threads[to.0 as usize].clock);
        }
        let (sent, received) = (self.thread(from).clock.release(), self.thread(to).clock.release());
        self.thread(to).clock.take_in(&sent);
        self.thread(from).clock.take_in(&received);
    }

    /// A value goes into the buffer.
    pub(crate) fn buffered(&mut self, id: SyncId, capacity: usize, from: TaskId) {
        let (channel, threads) = self.channel(id, capacity);
        let clock = &mut threads[from.0 as usize].clock;
        let sent = channel.released(clock);
        channel.buffered.push_back(sent);
        channel.reuse_place(clock);
    }

    /// A value comes out of the buffer.
    pub(crate) fn unbuffered(&mut self, id: SyncId, capacity: usize, to: TaskId) {
        let (channel, threads) = self.channel(id, capacity);
        let clock = &mut threads[to.0 as usize].clock;
        if let Some(sent) = channel.buffered.pop_front() {
            clock.take_in(&sent);
            channel.spare = Some(sent);
        }
        channel.free_place(clock);
    }

    pub(crate) fn closed(&mut self, id: SyncId, capacity: usize) {
        let closed = self.thread(self.current).clock.release();
        self.channel(id, capacity).0.closed = Some(closed);
    }

    /// A task has seen that a channel is closed and drained.
    pub(crate) fn drained(&mut self, id: SyncId, by: TaskId) {
        let closed = self.left.channels.get(&id).and_then(|channel| channel.closed.clone());
        if let Some(closed) = closed {
            self.thread(by).clock.take_in(&closed);
        }
    }

    fn channel(&mut self, id: SyncId, capacity: usize) -> (&mut ChannelClocks, &mut [Thread]) {
        let fresh = || ChannelClocks { unused: capacity, ..ChannelClocks::default() };
        (self.left.channels.entry(id).or_insert_with(fresh), &mut self.threads)
    }
}

impl ChannelClocks {
    /// What a thread knows now, for those who come later.
    fn released(&mut self, clock: &mut Clock) -> Clock {
        let mut known = self.spare.take().unwrap_or_else(Clock::nobody);
        clock.release_to(&mut known);
        known
    }

    /// The k-th receive comes before the (k + capacity)-th send.
    fn free_place(&mut self, clock: &mut Clock) {
        let received = self.released(clock);
        self.freed.push_back(received);
    }

    fn reuse_place(&mut self, clock: &mut Clock) {
        if self.unused > 0 {
            self.unused -= 1;
        } else if let Some(received) = self.freed.pop_front() {
            clock.take_in(&received);
            self.spare = Some(received);
        }
    }
}

/// Locks.
impl Races {
    pub(crate) fn locked(&mut self, id: SyncId, mode: LockMode, task: TaskId) {
        self.enter_lock(id, mode, task);
        let thread = &mut self.threads[task.0 as usize];
        thread.held = self.held.with(thread.held, Hold { lock: id, reads: mode == LockMode::Read });
    }

    pub(crate) fn unlocked(&mut self, id: SyncId, mode: LockMode, task: TaskId) {
        self.leave_lock(id, mode, task);
        let thread = &mut self.threads[task.0 as usize];
        thread.held =
            self.held.without(thread.held, Hold { lock: id, reads: mode == LockMode::Read });
    }

    /// A waiting task looks at what a lock guards, by way of whoever evaluates its condition: as if
    /// it had the lock for that while.
    pub(crate) fn enter_lock(&mut self, id: SyncId, mode: LockMode, task: TaskId) {
        let Some(LockClocks { changed, read }) = self.left.others.get(&id) else { return };
        let clock = &mut self.threads[task.0 as usize].clock;
        clock.take_in(changed);
        if mode != LockMode::Read {
            clock.take_in(read);
        }
    }

    pub(crate) fn leave_lock(&mut self, id: SyncId, mode: LockMode, task: TaskId) {
        let clock = &mut self.threads[task.0 as usize].clock;
        let lock = self.left.others.entry(id).or_default();
        match mode {
            LockMode::Read => lock.read.take_in(&clock.release()),
            _ => {
                clock.release_to(&mut lock.changed);
                lock.read.forget();
            }
        }
    }

    /// A permit is taken; `free` were free before.
    pub(crate) fn acquired(&mut self, id: SyncId, free: i64, task: TaskId) {
        let semaphore = self.semaphore(id, free);
        if semaphore.unused > 0 {
            semaphore.unused -= 1;
        } else if let Some(released) = semaphore.released.pop_front() {
            self.thread(task).clock.take_in(&released);
        }
    }

    /// A permit is given back; `free` were free before.
    pub(crate) fn released(&mut self, id: SyncId, free: i64) {
        let released = self.thread(self.current).clock.release();
        let semaphore = self.semaphore(id, free);
        if semaphore.released.len() < RELEASES_MAX {
            semaphore.released.push_back(released);
        } else if let Some(last) = semaphore.released.back_mut() {
            last.take_in(&released);
        }
    }

    fn semaphore(&mut self, id: SyncId, free: i64) -> &mut SemaphoreClocks {
        let fresh = || SemaphoreClocks { released: VecDeque::new(), unused: free };
        self.left.semaphores.entry(id).or_insert_with(fresh)
    }
}

/// Atoms, signals, barriers.
impl Races {
    /// The running task reads an atom, or goes on because a signal is set.
    pub(crate) fn observes(&mut self, id: SyncId, task: TaskId) {
        if let Some(left) = self.left.others.get(&id) {
            self.threads[task.0 as usize].clock.take_in(&left.changed);
        }
    }

    /// The running task writes an atom, after all who wrote it before.
    pub(crate) fn writes_atom(&mut self, id: SyncId) {
        self.observes(id, self.current);
        self.sets_signal(id);
    }

    /// The running task sets a signal, which others may have set before.
    pub(crate) fn sets_signal(&mut self, id: SyncId) {
        self.broke(id, self.current);
    }

    /// A party has broken a barrier: whoever hears of that knows what the party knew.
    pub(crate) fn broke(&mut self, id: SyncId, party: TaskId) {
        let released = self.thread(party).clock.release();
        self.left.others.entry(id).or_default().changed.take_in(&released);
    }

    /// All parties of a barrier have arrived and go on.
    pub(crate) fn met(&mut self, parties: &[TaskId]) {
        let mut all = Clock::nobody();
        for task in parties {
            all.take_in(&self.thread(*task).clock.release());
        }
        for task in parties {
            self.thread(*task).clock.take_in(&all);
        }
    }
}

/// The running task, and where it is.
impl Races {
    /// Who runs.
    pub(crate) fn current(&self) -> TaskId {
        self.current
    }

    /// From now on this task does what is done; who did before.
    pub(crate) fn run(&mut self, task: TaskId) -> TaskId {
        std::mem::replace(&mut self.current, task)
    }

    /// The running task is about to do something that others can see, there.
    pub(crate) fn at(&mut self, spot: Spot) {
        self.here = spot;
    }
}
