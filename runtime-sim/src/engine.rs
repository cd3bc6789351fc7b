//! Go's G-M-P machine, simulated: tasks on processors on threads, in virtual time.
//!
//! A *lane* is something that runs tasks and has a clock: a processor, or the thread of its own
//! that a task in a `blocking` block has. The lane whose clock is behind goes next, so everything
//! that tasks can see of one another happens in the order of virtual time; between two such
//! things a lane runs ahead as far as it likes.
//!
//! ```text
//!   earliest timer due? fire it : wakes tasks, maybe a processor
//!   else the lane behind        : its task goes on until it waits, ends, is preempted, or
//!                                 could be seen while another lane is behind it
//!        a processor without one: looks for work, in Go's order, or parks
//!   no lane, no timer           : done, or everybody waits for ever
//! ```

mod lanes;
mod quiet;
mod work;

use crate::machine::Machine;
use crate::outcome::Outcome;
use crate::program::Program;
use crate::schedule::Scheduler;
use crate::task::{Fiber, State, Woken};
use crate::time::Timer;
use crate::trace::Stamp;
use crate::value::{TaskId, Value};
use crate::vm::{Stop, Turn};
use crate::world::{Stream, World};

pub(crate) use lanes::Lanes;

/// The two doors of the machine.
pub(crate) struct Doors<'a> {
    pub(crate) scheduler: &'a mut dyn Scheduler,
    pub(crate) world: &'a mut dyn World,
}

impl Machine {
    /// Runs until the outcome is known; none when a replay diverges or the steps are used up.
    pub(crate) fn drive(&mut self, program: &Program, doors: &mut Doors<'_>) -> Option<Outcome> {
        let mut grace_ends = None;
        loop {
            self.say_notices(doors);
            if self.divergence.is_some() || self.is_out_of_steps() {
                return None;
            }
            if self.is_done(self.main) {
                if self.detached == 0 {
                    return Some(Outcome::Ok);
                }
                let end = *grace_ends.get_or_insert_with(|| {
                    self.here.time.saturating_add(self.options.detach_grace_ns)
                });
                if self.next_time().is_none_or(|time| time > end) {
                    return Some(self.end_of_grace(end));
                }
            } else if self.next_time().is_none() {
                return Some(Outcome::Deadlock);
            }
            self.act(program, doors);
        }
    }

    /// When something happens next, if anything ever does.
    fn next_time(&self) -> Option<u64> {
        let lane = self.lanes.earliest();
        lane.into_iter().chain(self.timers.next_deadline()).min()
    }

    pub(crate) fn is_out_of_steps(&self) -> bool {
        self.options.max_steps.is_some_and(|max| self.steps >= max)
    }

    /// One event: a timer, or a turn of a lane.
    fn act(&mut self, program: &Program, doors: &mut Doors<'_>) {
        let lane_time = self.lanes.earliest();
        if let Some(due) = self.timers.next_deadline()
            && lane_time.is_none_or(|time| due <= time)
        {
            self.fire_timer();
            self.wake_processors(doors);
            return;
        }
        let behind = self.lanes.at(lane_time.unwrap_or(0));
        let kind = crate::schedule::ChoiceKind::Processor;
        let Some(pick) = self.choose(doors, kind, behind.len()) else { return };
        let Some(lane) = behind.get(pick).copied() else { return };
        self.here = Stamp { lane: lane as u32, time: self.lanes.clock(lane) };
        match self.lanes.task(lane) {
            Some(task) => self.run_task(program, doors, lane, task),
            None => self.find_work(doors, lane),
        }
        self.wake_processors(doors);
    }

    fn fire_timer(&mut self) {
        let Some((deadline, lane, timer)) = self.timers.pop() else { return };
        self.here = Stamp { lane: lane as u32, time: deadline };
        match timer {
            Timer::Sleep(task) => {
                self.tasks.get_mut(task.0).timer = None;
                self.wake(task, Woken::Done(Value::Unit));
            }
            Timer::Case(task, case) => {
                self.tasks.get_mut(task.0).timer = None;
                self.wake(task, Woken::Case(case, Value::Unit));
            }
            Timer::Scope(scope) => self.scope_times_out(scope),
        }
    }

    /// Lets a lane's task run on, and does with it what it stopped for.
    fn run_task(&mut self, program: &Program, doors: &mut Doors<'_>, lane: usize, id: TaskId) {
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
            is_evaluation: false,
        };
        turn.horizon = self.horizon(lane);
        let stop = self.execute(program, &mut fiber, &mut turn, doors);
        self.lanes.set_clock(lane, turn.clock);
        self.here = turn.stamp();
        self.after_turn(id, fiber, lane, stop);
    }

    fn after_turn(&mut self, id: TaskId, fiber: Fiber, lane: usize, stop: Stop) {
        let task = self.tasks.get_mut(id.0);
        task.fiber = fiber;
        match stop {
            Stop::Horizon | Stop::Diverged => {}
            Stop::Collect => self.collect(),
            Stop::Waits(wait) => {
                task.state = State::Waiting(wait);
                self.leave_lane(lane, id, "waits");
                // It may have become pointless while the task made ready to wait.
                self.interrupt(id);
            }
            Stop::Preempted if task.worker.is_some() => {
                self.steps += 1;
                self.renew_slice(lane);
            }
            Stop::Preempted => {
                self.preemptions += 1;
                self.leave_lane(lane, id, "preempted");
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
                self.tasks.get_mut(id.0).worker = None;
                self.enqueue_globally(id);
            }
            Stop::Ends(result) => {
                self.leave_lane(lane, id, "ends");
                self.end_task(id, result);
            }
        }
    }

    /// Puts a task on a lane.
    pub(super) fn start_on(&mut self, lane: usize, id: TaskId) {
        self.steps += 1;
        let stamp = Stamp { lane: lane as u32, time: self.lanes.clock(lane) };
        self.here = stamp;
        let task = self.tasks.get_mut(id.0);
        task.state = State::Running;
        if let Some((arrow, from)) = task.woken_by.take() {
            self.trace_flow(arrow, from);
        }
    }

    fn leave_lane(&mut self, lane: usize, id: TaskId, why: &'static str) {
        let start = self.lanes.leave(lane);
        if let Some(trace) = &mut self.trace {
            let path = self.tasks.get(id.0).path.to_string();
            trace.stretch(lane as u32, path, start, self.here.time.max(start), why);
        }
    }

    /// How far a lane may run before another lane or a timer is due.
    pub(crate) fn horizon(&self, lane: usize) -> u64 {
        let others = self.lanes.earliest_other(lane);
        others.into_iter().chain(self.timers.next_deadline()).min().unwrap_or(u64::MAX)
    }

    pub(crate) fn say_notices(&mut self, doors: &mut Doors<'_>) {
        if !self.notices.is_empty() {
            doors.world.write(Stream::Stderr, &std::mem::take(&mut self.notices));
        }
    }
}
