//! `select`: among ready cases the schedule chooses; with none, the task waits in all of them.

use super::{Message, Received, Waiter};
use crate::engine::Doors;
use crate::failure::{FailureKind, Fallible, fail};
use crate::machine::Machine;
use crate::program::{Case, CaseOp};
use crate::schedule::ChoiceKind;
use crate::task::{Fiber, Wait};
use crate::time::Timer;
use crate::value::{SyncId, Value};
use crate::vm::{Flow, Turn};

/// What a case can do now.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Readiness {
    Ready,
    Waits,
    Disabled,
}

impl Machine {
    /// Does a ready case, goes to `else`, or waits.
    pub(crate) fn select(
        &mut self,
        fiber: &mut Fiber,
        turn: &mut Turn,
        doors: &mut Doors<'_>,
        cases: &[Case],
        otherwise: Option<u32>,
    ) -> Fallible<Flow> {
        let (mut ready, mut waits) = (0, 0);
        for case in cases {
            match self.readiness(fiber, case)? {
                Readiness::Ready => ready += 1,
                Readiness::Waits => waits += 1,
                Readiness::Disabled => {}
            }
        }
        if ready > 0 {
            let Some(mut pick) = self.choose_case(fiber, turn, doors, cases, ready)? else {
                return Ok(Flow::Diverged);
            };
            for case in cases {
                if self.readiness(fiber, case)? == Readiness::Ready {
                    if pick == 0 {
                        return self.perform(fiber, turn, case);
                    }
                    pick -= 1;
                }
            }
        }
        if let Some(target) = otherwise {
            return Ok(Flow::Jump(target));
        }
        if waits == 0 {
            return fail(FailureKind::Select, "no case of the select can ever be ready");
        }
        self.wait_in_all(fiber, turn, cases)
    }

    /// Which of the ready cases is taken; a scheduler that looks on is shown which there are.
    fn choose_case(
        &mut self,
        fiber: &Fiber,
        turn: &Turn,
        doors: &mut Doors<'_>,
        cases: &[Case],
        count: usize,
    ) -> Fallible<Option<usize>> {
        if !self.options.in_turns || count < 2 {
            return Ok(self.choose(doors, ChoiceKind::Select, count));
        }
        let mut ready = Vec::with_capacity(count);
        for (position, case) in cases.iter().enumerate() {
            if self.readiness(fiber, case)? == Readiness::Ready {
                ready.push(position as u32);
            }
        }
        let task = self.tasks.get(turn.task.0).path.clone();
        let choose = |_| doors.scheduler.choose_case(&task, &ready);
        Ok(self.choose_by(ChoiceKind::Select, count, choose))
    }

    fn readiness(&mut self, fiber: &Fiber, case: &Case) -> Fallible<Readiness> {
        let is_open = |guard| matches!(self.read(fiber, guard), Value::Bool(true));
        if !case.guard.is_none_or(is_open) {
            return Ok(Readiness::Disabled);
        }
        let ready = |is_ready: bool| if is_ready { Readiness::Ready } else { Readiness::Waits };
        Ok(match case.op {
            CaseOp::Receive { channel, .. } => {
                let id = self.sync_of(fiber, channel)?;
                let channel = self.channel(id)?;
                if channel.is_drained() {
                    Readiness::Disabled
                } else {
                    ready(channel.can_receive())
                }
            }
            // On a closed channel it is ready, and fails.
            CaseOp::Send { channel, .. } => {
                let id = self.sync_of(fiber, channel)?;
                let channel = self.channel(id)?;
                ready(channel.closed || channel.can_send())
            }
            CaseOp::Timeout(length) => {
                ready(matches!(self.read(fiber, length), Value::Duration(..=0)))
            }
            CaseOp::Closed(channel) => {
                let id = self.sync_of(fiber, channel)?;
                ready(self.channel(id)?.is_drained())
            }
            CaseOp::Wait(signal) => {
                let id = self.sync_of(fiber, signal)?;
                ready(self.signal(id)?.is_set)
            }
        })
    }

    fn perform(&mut self, fiber: &mut Fiber, turn: &Turn, case: &Case) -> Fallible<Flow> {
        match case.op {
            CaseOp::Receive { channel, dest } => {
                let id = self.sync_of(fiber, channel)?;
                match self.receive_now(id)? {
                    Received::Value(message, _) => {
                        fiber.give(dest, message.value);
                        Ok(Flow::Jump(case.target))
                    }
                    Received::Empty | Received::Drained => Ok(Flow::Again),
                }
            }
            CaseOp::Send { channel, value } => {
                let id = self.sync_of(fiber, channel)?;
                let message =
                    Message { value: self.read(fiber, value).clone(), stamp: turn.stamp() };
                self.send_now(id, message)?;
                Ok(Flow::Jump(case.target))
            }
            CaseOp::Closed(channel) => {
                let id = self.sync_of(fiber, channel)?;
                if let Some(races) = &mut self.races {
                    races.drained(id, turn.task);
                }
                Ok(Flow::Jump(case.target))
            }
            CaseOp::Wait(signal) => {
                let id = self.sync_of(fiber, signal)?;
                if let Some(races) = &mut self.races {
                    races.observes(id, turn.task);
                }
                Ok(Flow::Jump(case.target))
            }
            CaseOp::Timeout(_) => Ok(Flow::Jump(case.target)),
        }
    }

    fn wait_in_all(&mut self, fiber: &Fiber, turn: &mut Turn, cases: &[Case]) -> Fallible<Flow> {
        let mut waits: Vec<(u32, SyncId)> = Vec::with_capacity(cases.len());
        for (position, case) in cases.iter().enumerate() {
            if self.readiness(fiber, case)? == Readiness::Disabled {
                continue;
            }
            let at = position as u32;
            let waiter = Waiter { task: turn.task, case: Some(at) };
            match case.op {
                CaseOp::Receive { channel, .. } => {
                    let id = self.sync_of(fiber, channel)?;
                    self.channel(id)?.receivers.push_back(waiter);
                    waits.push((at, id));
                }
                CaseOp::Send { channel, value } => {
                    let id = self.sync_of(fiber, channel)?;
                    let message =
                        Message { value: self.read(fiber, value).clone(), stamp: turn.stamp() };
                    self.channel(id)?.senders.push_back((waiter, message));
                    waits.push((at, id));
                }
                CaseOp::Closed(channel) => {
                    let id = self.sync_of(fiber, channel)?;
                    self.channel(id)?.ends.push_back(waiter);
                    waits.push((at, id));
                }
                CaseOp::Wait(signal) => {
                    let id = self.sync_of(fiber, signal)?;
                    self.signal(id)?.waiters.push_back(waiter);
                    waits.push((at, id));
                }
                CaseOp::Timeout(length) => self.set_case_timer(fiber, turn, position, length),
            }
        }
        Ok(turn.waits(Wait::Select(waits.into_boxed_slice())))
    }

    /// Of several timeouts the earliest counts; a task has one timer.
    fn set_case_timer(
        &mut self,
        fiber: &Fiber,
        turn: &Turn,
        position: usize,
        length: crate::program::Slot,
    ) {
        let Value::Duration(length) = *self.read(fiber, length) else { return };
        let deadline = turn.clock.saturating_add(length.unsigned_abs());
        let earlier = self.tasks.get(turn.task.0).timer;
        if earlier.is_some_and(|timer| timer.deadline <= deadline) {
            return;
        }
        if let Some(later) = earlier {
            self.timers.cancel(later);
        }
        let timer = Timer::Case(turn.task, position as u32);
        let key = self.timers.set(deadline, turn.lane, timer);
        self.tasks.get_mut(turn.task.0).timer = Some(key);
    }
}
