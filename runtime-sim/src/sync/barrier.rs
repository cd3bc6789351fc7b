//! Barriers: tasks wait until all parties are there, again and again.
//!
//! A *party* is a task that waits there now, or one that went through in the latest round. One that fails, or is
//! cancelled, breaks the barrier for good, since the others may wait for it: those that wait and those that come fail.
//! One that returns does not: another task may come in its place.
//!
//! Invariant: of each barrier that a task has been at, [`Rounds`] knows the last round that it went through, as long as both
//! live; so a barrier itself need not know its parties.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::Sync;
use crate::failure::{Failure, FailureKind, Fallible, fail};
use crate::heap::Marks;
use crate::machine::Machine;
use crate::task::{TaskResult, Woken};
use crate::value::{SyncId, TaskId, Value};

/// A barrier.
#[derive(Clone, Debug)]
pub(crate) struct Barrier {
    pub(crate) parties: usize,
    pub(crate) waiting: VecDeque<TaskId>,
    /// How many rounds are over.
    rounds: u64,
    /// What broke it.
    broken: Option<Arc<str>>,
}

/// The last round that each task went through at each barrier.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rounds(BTreeMap<(TaskId, SyncId), u64>);

impl Barrier {
    pub(crate) fn new(parties: i64) -> Fallible<Self> {
        match usize::try_from(parties) {
            Ok(parties) if parties > 0 => {
                Ok(Self { parties, waiting: VecDeque::new(), rounds: 0, broken: None })
            }
            _ => fail(FailureKind::Value, format!("a barrier has at least 1 party, not {parties}")),
        }
    }
}

impl Rounds {
    /// The barriers that the task has been at, and the last round of each that it went through.
    pub(crate) fn of(&self, task: TaskId) -> impl Iterator<Item = (SyncId, u64)> + '_ {
        let all = (task, SyncId(0))..=(task, SyncId(u32::MAX));
        self.0.range(all).map(|((_, barrier), round)| (*barrier, *round))
    }

    /// The task is over: what it went through is known a last time.
    fn ended(&mut self, task: TaskId) -> Vec<(SyncId, u64)> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let rounds: Vec<(SyncId, u64)> = self.of(task).collect();
        rounds.iter().for_each(|(barrier, _)| {
            self.0.remove(&(task, *barrier));
        });
        rounds
    }

    /// What nothing reaches goes, and its id may name another one.
    pub(crate) fn sweep(&mut self, marks: &Marks) {
        self.0.retain(|(_, barrier), _| marks.has_sync(*barrier));
    }
}

impl Machine {
    pub(crate) fn barrier(&mut self, id: SyncId) -> Fallible<&mut Barrier> {
        match self.heap.sync_mut(id) {
            Sync::Barrier(barrier) => Ok(barrier),
            other => {
                fail(FailureKind::Error, format!("a barrier was needed, not a {}", other.noun()))
            }
        }
    }

    /// Whether the task was the last one, and all go on.
    pub(crate) fn arrive(&mut self, id: SyncId, task: TaskId) -> Fallible<bool> {
        let barrier = self.barrier(id)?;
        if let Some(by) = barrier.broken.clone() {
            if let Some(races) = &mut self.races {
                races.observes(id, task);
            }
            return fail(FailureKind::Error, format!("the barrier is broken: {by}"));
        }
        if barrier.waiting.len() + 1 < barrier.parties {
            barrier.waiting.push_back(task);
            return Ok(false);
        }
        barrier.rounds += 1;
        let round = barrier.rounds;
        let waiting = std::mem::take(&mut barrier.waiting);
        let parties = || waiting.iter().copied().chain([task]);
        self.rounds.0.extend(parties().map(|party| ((party, id), round)));
        if let Some(races) = &mut self.races {
            races.met(&parties().collect::<Vec<_>>());
        }
        waiting.into_iter().for_each(|task| self.wake(task, Woken::Done(Value::Unit)));
        Ok(true)
    }

    /// Whether the task has gone through the latest round of that barrier, which was this one.
    pub(crate) fn is_latest(&self, (id, round): (SyncId, u64)) -> bool {
        matches!(self.heap.sync(id), Sync::Barrier(barrier) if barrier.rounds == round)
    }

    /// A task is over: the barriers that it is a party of break, unless it has returned.
    pub(crate) fn party_ended(&mut self, task: TaskId, result: &TaskResult) {
        for at in self.rounds.ended(task) {
            let why = match result {
                TaskResult::Value(_) => continue,
                TaskResult::Failed(failure) => failed(failure),
                TaskResult::Cancelled => "was cancelled".to_owned(),
            };
            if self.is_latest(at) {
                self.break_barrier(at.0, task, &why);
            }
        }
    }

    /// Those that wait look again, and fail of it; whoever is to stop anyway does that.
    pub(crate) fn break_barrier(&mut self, id: SyncId, task: TaskId, why: &str) {
        let path = self.tasks.get(task.0).path.clone();
        let Sync::Barrier(barrier) = self.heap.sync_mut(id) else { return };
        barrier.broken.get_or_insert_with(|| format!("its party {path} {why}").into());
        let waiting = std::mem::take(&mut barrier.waiting);
        if let Some(races) = &mut self.races {
            races.broke(id, task);
        }
        for task in waiting {
            self.wake(task, Woken::Retry);
        }
    }
}

/// Where a party failed. Not of what: that may be a barrier again, and so on.
fn failed(failure: &Failure) -> String {
    match &failure.place {
        Some(place) => format!("failed at {place}"),
        None => "failed".to_owned(),
    }
}
