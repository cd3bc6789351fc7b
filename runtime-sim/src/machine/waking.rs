//! How a task's wait ends: somebody serves it, its time has come, or it is to stop.
//!
//! Invariant: whoever no longer waits stands in no queue, but for the one from which it was taken already.

use super::Machine;
use crate::sync::{Sync, Waiter, leave};
use crate::task::{Raise, State, Wait, Woken};
use crate::value::TaskId;

impl Machine {
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
}
