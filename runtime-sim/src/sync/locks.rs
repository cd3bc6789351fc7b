//! Taking and giving back a lock, with and without a condition.
//!
//! Locks are handed to the first waiter that can have them; the conditions of `when` are checked
//! by whoever unlocks, in the order of the queue.

use weir_analyzer::mir::LockMode;

use super::Sync;
use crate::engine::Doors;
use crate::failure::{FailureKind, Fallible, fail};
use crate::machine::Machine;
use crate::program::{CodeId, Program};
use crate::task::Woken;
use crate::value::{SyncId, TaskId, Value};
use crate::vm::Turn;

/// A task that waits for a lock.
#[derive(Clone, Debug)]
pub(crate) struct LockWaiter {
    pub(crate) task: TaskId,
    pub(crate) mode: LockMode,
    pub(crate) when: Option<When>,
}

/// The condition of `with … when`.
#[derive(Clone, Debug)]
pub(crate) struct When {
    pub(crate) code: CodeId,
    pub(crate) captures: Vec<Value>,
}

impl LockWaiter {
    pub(crate) fn values(&self, visit: &mut dyn FnMut(&Value)) {
        self.when.iter().flat_map(|when| &when.captures).for_each(visit);
    }
}

impl Machine {
    /// Takes the lock for the waiter if it can be had now, and gives the loan.
    pub(crate) fn lock_now(
        &mut self,
        program: &Program,
        turn: &mut Turn,
        doors: &mut Doors<'_>,
        id: SyncId,
        waiter: &LockWaiter,
    ) -> Fallible<Option<Value>> {
        if !self.is_free(id, waiter.mode, true)? {
            return Ok(None);
        }
        let value = self.guarded(id);
        if !self.condition_holds(program, turn, doors, id, waiter, &value)? {
            return Ok(None);
        }
        self.grant(id, waiter)?;
        Ok(Some(value))
    }

    pub(crate) fn enqueue_lock(&mut self, id: SyncId, waiter: LockWaiter) {
        match self.heap.sync_mut(id) {
            Sync::Mutex(mutex) => mutex.waiters.push_back(waiter),
            Sync::Rwlock(lock) => lock.waiters.push_back(waiter),
            Sync::Semaphore(semaphore) => semaphore.waiters.push_back(waiter.task),
            _ => {}
        }
    }

    /// Gives a lock back, with what is guarded from now on, and hands it to who waits.
    pub(crate) fn unlock(
        &mut self,
        program: &Program,
        turn: &mut Turn,
        doors: &mut Doors<'_>,
        id: SyncId,
        mode: LockMode,
        loan: Value,
    ) -> Fallible<()> {
        let task = turn.task;
        let lent = loan.clone();
        match self.heap.sync_mut(id) {
            Sync::Mutex(mutex) if mutex.holder == Some(task) => {
                mutex.holder = None;
                mutex.value = loan;
            }
            Sync::Rwlock(lock) if mode == LockMode::Write && lock.writer == Some(task) => {
                lock.writer = None;
                lock.value = loan;
            }
            Sync::Rwlock(lock) if mode == LockMode::Read => {
                if let Some(reader) = lock.readers.iter().position(|reader| *reader == task) {
                    lock.readers.swap_remove(reader);
                }
            }
            Sync::Semaphore(_) => return self.release_permit(id),
            _ => return fail(FailureKind::Lock, "unlock of a lock that the task does not hold"),
        }
        if let Some(races) = &mut self.races {
            races.unlocked(id, mode, task);
            races.given_back(&self.heap, &lent, mode, task);
        }
        self.hand_on(program, turn, doors, id);
        Ok(())
    }

    /// Grants the lock to every waiter that can have it now, in order.
    pub(crate) fn hand_on(
        &mut self,
        program: &Program,
        turn: &mut Turn,
        doors: &mut Doors<'_>,
        id: SyncId,
    ) {
        let mut at = 0;
        while let Some(waiter) = self.lock_waiter(id, at) {
            match self.is_free(id, waiter.mode, false) {
                Ok(true) => {}
                // A writer that waits holds back the readers behind it.
                _ => return,
            }
            let value = self.guarded(id);
            match self.condition_holds(program, turn, doors, id, &waiter, &value) {
                Ok(false) => at += 1,
                Ok(true) => {
                    self.remove_lock_waiter(id, at);
                    match self.grant(id, &waiter) {
                        Ok(()) => self.wake(waiter.task, Woken::Done(value)),
                        Err(failure) => self.wake(waiter.task, Woken::Failed(failure)),
                    }
                }
                Err(failure) => {
                    self.remove_lock_waiter(id, at);
                    self.wake(waiter.task, Woken::Failed(failure));
                }
            }
        }
    }

    fn lock_waiter(&self, id: SyncId, at: usize) -> Option<LockWaiter> {
        match self.heap.sync(id) {
            Sync::Mutex(mutex) => mutex.waiters.get(at).cloned(),
            Sync::Rwlock(lock) => lock.waiters.get(at).cloned(),
            _ => None,
        }
    }

    fn remove_lock_waiter(&mut self, id: SyncId, at: usize) {
        match self.heap.sync_mut(id) {
            Sync::Mutex(mutex) => drop(mutex.waiters.remove(at)),
            Sync::Rwlock(lock) => drop(lock.waiters.remove(at)),
            _ => {}
        }
    }

    /// Whether it can be had, by somebody new or (`queued` otherwise) by the first in the queue.
    fn is_free(&mut self, id: SyncId, mode: LockMode, is_new: bool) -> Fallible<bool> {
        // One with a condition that does not hold is passed by those behind it.
        Ok(match self.heap.sync_mut(id) {
            Sync::Mutex(mutex) => {
                let passed = mutex.waiters.iter().all(|waiter| waiter.when.is_some());
                mutex.holder.is_none() && (!is_new || passed)
            }
            Sync::Rwlock(lock) if mode == LockMode::Read => {
                let passed = lock.waiters.iter().all(|waiter| waiter.when.is_some());
                lock.writer.is_none() && (!is_new || passed)
            }
            Sync::Rwlock(lock) => {
                let passed = lock.waiters.iter().all(|waiter| waiter.when.is_some());
                lock.writer.is_none() && lock.readers.is_empty() && (!is_new || passed)
            }
            Sync::Semaphore(semaphore) => semaphore.free > 0 && semaphore.waiters.is_empty(),
            other => {
                return fail(FailureKind::Error, format!("a {} cannot be locked", other.noun()));
            }
        })
    }

    fn guarded(&self, id: SyncId) -> Value {
        match self.heap.sync(id) {
            Sync::Mutex(mutex) => mutex.value.clone(),
            Sync::Rwlock(lock) => lock.value.clone(),
            _ => Value::Unit,
        }
    }

    fn grant(&mut self, id: SyncId, waiter: &LockWaiter) -> Fallible<()> {
        match self.heap.sync_mut(id) {
            Sync::Mutex(mutex) => mutex.holder = Some(waiter.task),
            Sync::Rwlock(lock) if waiter.mode == LockMode::Read => lock.readers.push(waiter.task),
            Sync::Rwlock(lock) => lock.writer = Some(waiter.task),
            Sync::Semaphore(_) => return self.acquire_permit(id, waiter.task).map(drop),
            _ => {}
        }
        let lent = self.guarded(id);
        if let Some(races) = &mut self.races {
            races.locked(id, waiter.mode, waiter.task);
            races.lent(&self.heap, &lent, waiter.mode, waiter.task);
        }
        Ok(())
    }

    fn condition_holds(
        &mut self,
        program: &Program,
        turn: &mut Turn,
        doors: &mut Doors<'_>,
        id: SyncId,
        waiter: &LockWaiter,
        value: &Value,
    ) -> Fallible<bool> {
        let Some(when) = &waiter.when else { return Ok(true) };
        let mut args = vec![value.clone()];
        args.extend(when.captures.iter().cloned());
        let runs = self.races.as_mut().map(|races| {
            races.enter_lock(id, waiter.mode, waiter.task);
            races.lent(&self.heap, value, waiter.mode, waiter.task);
            races.run(waiter.task)
        });
        let holds = self.evaluate(program, turn, doors, when.code, args);
        if let (Some(runs), Some(races)) = (runs, &mut self.races) {
            races.run(runs);
            races.leave_lock(id, waiter.mode, waiter.task);
            races.given_back(&self.heap, value, waiter.mode, waiter.task);
        }
        Ok(matches!(holds?, Value::Bool(true)))
    }
}
