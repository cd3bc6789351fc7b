//! A lane's task goes on for a turn, and what becomes of it then.

use super::Doors;
use crate::machine::Machine;
use crate::program::Program;
use crate::task::{Fiber, State, Wait};
use crate::trace::{Stamp, Stretch};
use crate::value::TaskId;
use crate::vm::{Stop, Turn};

/// For so long at a time a task computes while something outside is waited for.
const LOOK_OUTSIDE_NS: u64 = 1_000_000;

impl Machine {
    /// Lets a lane's task run on, and does with it what it stopped for.
    pub(super) fn run_task(
        &mut self,
        program: &Program,
        doors: &mut Doors<'_>,
        lane: usize,
        id: TaskId,
    ) {
        self.acting = Some(id);
        let task = self.tasks.get_mut(id.0);
        let mut fiber = std::mem::take(&mut task.fiber);
        if let Some(races) = &mut self.races {
            races.run(id);
        }
        let mut turn = Turn {
            task: id,
            lane,
            clock: self.lanes.clock(lane),
            horizon: 0,
            slice_end: self.lanes.slice_end(lane),
            steps_left: self.steps_max() - self.steps,
            has_acted: false,
            acted_at: 0,
            is_evaluation: false,
            begins: false,
            is_undisturbed: false,
            slice_is_over: self.lanes.take_slice_end(lane),
            wait: None,
            result: None,
        };
        if self.calls.misses_answers() {
            turn.slice_end = turn.slice_end.min(turn.clock.saturating_add(LOOK_OUTSIDE_NS));
        }
        self.look_around(&mut turn);
        self.memory.begin_turn();
        self.pace.begin_turn(turn.steps_left);
        let mut stop = self.execute(program, &mut fiber, &mut turn, doors);
        if matches!(stop, Stop::Preempted) && turn.clock < self.lanes.slice_end(lane) {
            // It is looked outside whether something came, and no more.
            stop = Stop::Horizon;
        }
        self.memory.end_turn();
        turn.steps_left = turn.steps_left.saturating_sub(self.pace.end_turn());
        self.count_steps(&turn);
        self.calls.note_seen(turn.acted_at);
        self.lanes.set_clock(lane, turn.clock);
        self.here = turn.stamp();
        if matches!(stop, Stop::Ends) {
            doors.scheduler.hears_end(&self.tasks.get(id.0).path);
        }
        self.after_turn(id, fiber, turn, stop);
    }

    fn after_turn(&mut self, id: TaskId, fiber: Fiber, turn: Turn, stop: Stop) {
        let Turn { lane, wait, result, .. } = turn;
        let task = self.tasks.get_mut(id.0);
        task.fiber = fiber;
        match stop {
            Stop::Horizon | Stop::Diverged => {}
            Stop::Exhausted => self.exhausted = Some(id),
            Stop::Collect => self.collect(),
            Stop::Waits => {
                let Some(wait) = wait else { return };
                self.stuck.is_due |= !matches!(wait, Wait::Sleep);
                let blocking = match wait {
                    Wait::Outside(call) if self.calls.blocks_thread(call) => Some(call),
                    _ => None,
                };
                task.state = State::Waiting(wait);
                match blocking {
                    Some(call) => self.block_lane(lane, id, call),
                    None => self.leave_lane(lane, id, "waits"),
                }
                // It may have become pointless while the task made ready to wait.
                self.interrupt(id);
            }
            Stop::Preempted if task.worker.is_some() => self.renew_slice(lane),
            Stop::Preempted => {
                self.preemptions += 1;
                self.leave_lane(lane, id, "preempted");
                self.enqueue_globally(id);
            }
            // On a thread of its own it goes on.
            Stop::TurnEnds if task.worker.is_some() => {}
            Stop::TurnEnds => {
                self.leave_lane(lane, id, "has acted");
                self.lanes.keep_at_hand(lane, id);
                self.enqueue_globally(id);
            }
            Stop::Yields => {
                self.leave_lane(lane, id, "yields");
                self.enqueue_globally(id);
            }
            Stop::EntersBlocking => {
                self.leave_lane(lane, id, "blocks");
                self.give_own_thread(id);
            }
            Stop::LeavesBlocking => {
                self.leave_lane(lane, id, "returns");
                self.give_thread_back(id);
                self.enqueue_globally(id);
            }
            Stop::Ends => {
                let Some(result) = result else { return };
                self.leave_lane(lane, id, "ends");
                self.stuck.is_due = true;
                self.give_thread_back(id);
                self.end_task(id, result);
            }
        }
    }

    /// Puts a task on a lane.
    pub(super) fn start_on(&mut self, lane: usize, id: TaskId) {
        let stamp = Stamp { lane: lane as u32, time: self.lanes.clock(lane) };
        self.here = stamp;
        let task = self.tasks.get_mut(id.0);
        task.state = State::Running;
        if let Some((arrow, from)) = task.woken_by.take() {
            self.trace_flow(arrow, from);
        }
    }

    pub(super) fn leave_lane(&mut self, lane: usize, id: TaskId, why: &'static str) {
        let (start, found) = self.lanes.leave(lane);
        let end = self.here.time.max(start);
        let task = self.tasks.get_mut(id.0);
        task.ready_at = end;
        if let Some(trace) = &mut self.trace {
            let (lane, task) = (lane as u32, task.path.clone());
            trace.stretch(Stretch { lane, task, start, end, found, left: why });
        }
    }

    /// How far the turn's lane may run before another lane or a timer is due.
    pub(crate) fn look_around(&mut self, turn: &mut Turn) {
        (self.lanes.has_changed, self.timers.has_changed) = (false, false);
        let others = self.lanes.earliest_other(turn.lane);
        turn.horizon =
            others.into_iter().chain(self.timers.next_deadline()).min().unwrap_or(u64::MAX);
    }

    /// The same, if that may have changed since.
    pub(crate) fn look_around_again(&mut self, turn: &mut Turn) {
        if self.lanes.has_changed || self.timers.has_changed {
            self.look_around(turn);
        }
    }
}
