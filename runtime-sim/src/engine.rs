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
//!
//! In turns ([`RunOptions::in_turns`](crate::RunOptions::in_turns)) this is a machine for trying orders instead of one like Go's: a turn ends
//! before the second thing that others can see, or the first if a task begins in it with what nothing
//! can stop, the scheduler chooses among all tasks that are ready,
//! and says whether a timer fires before it is due. It is meant for one processor.

mod grace;
mod lanes;
mod outside;
mod schedtrace;
mod seen;
mod stuck;
mod waiting;
mod work;

use std::ops::ControlFlow;

use crate::machine::Machine;
use crate::memory::size_text;
use crate::outcome::Outcome;
use crate::program::Program;
use crate::schedule::{Schedule, Scheduler};
use crate::task::{Fiber, State, Wait, Woken};
use crate::time::Timer;
use crate::trace::{Stamp, Stretch};
use crate::value::{TaskId, Value};
use crate::vm::{Stop, Turn};
use crate::world::{Stream, World};

pub(crate) use grace::Grace;
pub(crate) use lanes::Lanes;
pub(crate) use outside::Calls;
pub(crate) use stuck::StuckCheck;

/// For so long at a time a task computes while something outside is waited for.
const LOOK_OUTSIDE_NS: u64 = 1_000_000;

/// Of so many choices one lets a timer fire early.
const EARLY_TIMER_ODDS: usize = 4;

/// After so many events of one lane in a row it is looked around as before any other: whether somebody interrupts
/// the run, say.
const EVENTS_IN_A_ROW_MAX: usize = 16;

/// The two doors of the machine.
pub(crate) struct Doors<'a> {
    pub(crate) scheduler: &'a mut dyn Scheduler,
    pub(crate) world: &'a mut dyn World,
}

impl Machine {
    /// Runs until the outcome is known; none when a replay diverges or the steps are used up.
    pub(crate) fn drive(&mut self, program: &Program, doors: &mut Doors<'_>) -> Option<Outcome> {
        loop {
            if let ControlFlow::Break(outcome) = self.advance(program, doors) {
                return outcome;
            }
        }
    }

    /// One event, unless the run has ended: then how, as [`Self::drive`] gives it.
    pub(crate) fn advance(
        &mut self,
        program: &Program,
        doors: &mut Doors<'_>,
    ) -> ControlFlow<Option<Outcome>> {
        self.say_notices(doors);
        self.bound_schedule(doors);
        self.hear_interrupt(doors);
        if self.hear_outside(doors).is_break() {
            return ControlFlow::Continue(());
        }
        if self.divergence.is_some() || self.exhausted.is_some() {
            return ControlFlow::Break(None);
        }
        if let Some(outcome) = self.ended(program, doors) {
            return ControlFlow::Break(Some(outcome));
        }
        self.events += 1;
        self.acting = None;
        self.tell_schedule();
        self.act(program, doors);
        ControlFlow::Continue(())
    }

    /// How the run ended, if it has.
    fn ended(&mut self, program: &Program, doors: &mut Doors<'_>) -> Option<Outcome> {
        if !self.is_done(self.main) {
            return match self.next_time() {
                None => Some(Outcome::Deadlock),
                Some(_) => self.look_for_stuck(program),
            };
        }
        self.end_of_detached(program, doors)
    }

    /// Main is cancelled when somebody interrupts the run, or did at this event when it was recorded.
    pub(crate) fn hear_interrupt(&mut self, doors: &mut Doors<'_>) {
        let comes_now = !self.is_interrupted()
            && match doors.scheduler.recorded() {
                Some(recorded) => recorded.interrupted_at == Some(self.events),
                None => doors.world.is_interrupted(),
            };
        if comes_now {
            self.schedule.interrupted_at = Some(self.events);
            self.pace.hear();
            self.cancel(self.main);
            self.end_grace();
            self.wake_processors(doors);
        }
    }

    /// Nothing more is kept of a schedule that has become too long; its replay ends there.
    fn bound_schedule(&mut self, doors: &mut Doors<'_>) {
        if let Some(recorded) = doors.scheduler.recorded() {
            if recorded.cut_at == Some(self.events) {
                self.diverge(
                    "the recording ends here: the run had become too long to keep more of it",
                );
            }
            return;
        }
        if self.is_schedule_full() && self.schedule.cut_at.is_none() {
            self.schedule.cut_at = Some(self.events);
            self.notices += &format!(
                "note: a replay of this run ends at step {}: no more than {} of choices and of what came from \
                 outside is kept\n",
                self.steps,
                size_text(self.options.schedule_max_bytes)
            );
        }
    }

    fn is_schedule_full(&self) -> bool {
        let kept = self.calls.kept_bytes + self.schedule.choices.kept_bytes();
        kept > self.options.schedule_max_bytes
    }

    pub(crate) fn is_interrupted(&self) -> bool {
        self.schedule.interrupted_at.is_some()
    }

    /// When something happens next, if anything ever does.
    fn next_time(&self) -> Option<u64> {
        let lane = self.lanes.earliest();
        lane.into_iter().chain(self.timers.next_deadline()).min()
    }

    /// How many steps the run may make in all, or until it is looked at.
    pub(crate) fn steps_max(&self) -> u64 {
        let bounds = self.options.max_steps.into_iter().chain(self.options.until);
        bounds.min().unwrap_or(u64::MAX)
    }

    /// One event: a timer, or a turn of a lane.
    fn act(&mut self, program: &Program, doors: &mut Doors<'_>) {
        let lane_time = self.lanes.earliest();
        if let Some(due) = self.timers.next_deadline()
            && (lane_time.is_none_or(|time| due <= time) || self.fires_early(doors))
        {
            if self.options.in_turns {
                self.lanes.reach(due);
            }
            self.fire_timer(doors);
            self.wake_processors(doors);
            return;
        }
        let time = lane_time.unwrap_or(0);
        let kind = crate::schedule::ChoiceKind::Processor;
        let Some(pick) = self.choose(doors, kind, self.lanes.at(time).count()) else { return };
        let Some(lane) = self.lanes.at(time).nth(pick) else { return };
        self.take_turn(program, doors, lane);
        for _ in 1..EVENTS_IN_A_ROW_MAX {
            if !self.goes_on_quietly(doors) || !self.goes_first(lane) {
                return;
            }
            self.events += 1;
            self.acting = None;
            self.take_turn(program, doors, lane);
        }
    }

    /// The lane's task goes on, or the lane looks for one.
    fn take_turn(&mut self, program: &Program, doors: &mut Doors<'_>, lane: usize) {
        let time = self.lanes.clock(lane);
        self.calls.note_seen(time);
        self.here = Stamp { lane: lane as u32, time };
        match self.lanes.task(lane) {
            Some(task) => self.run_task(program, doors, lane, task),
            None => self.find_work(program, doors, lane),
        }
        self.wake_processors(doors);
    }

    /// Whether none of what [`Self::advance`] looks for before an event is there.
    fn goes_on_quietly(&self, doors: &Doors<'_>) -> bool {
        self.notices.is_empty()
            && self.exhausted.is_none()
            && self.schedule.stopped_at.is_none()
            && self.calls.are_quiet()
            && !self.is_done(self.main)
            && !self.is_schedule_full()
            && doors.scheduler.recorded().is_none_or(Schedule::has_no_moments)
    }

    /// Whether the next event would be this lane's without any choice, and nothing is to be looked at before.
    fn goes_first(&self, lane: usize) -> bool {
        let time = self.lanes.clock(lane);
        !self.options.in_turns
            && self.lanes.is_active(lane)
            && self.options.schedtrace_ns.is_none()
            && self.divergence.is_none()
            && self.grace.is_none()
            && !self.is_time_to_look()
            && self.lanes.earliest_other(lane).is_none_or(|other| time < other)
            && self.timers.next_deadline().is_none_or(|due| time < due)
    }

    /// Whether the next timer fires although tasks could go on: as if they computed that long.
    fn fires_early(&mut self, doors: &mut Doors<'_>) -> bool {
        self.options.in_turns
            && self.choose(doors, crate::schedule::ChoiceKind::Timer, EARLY_TIMER_ODDS) == Some(0)
            && self.divergence.is_none()
    }

    fn fire_timer(&mut self, doors: &mut Doors<'_>) {
        let Some((deadline, lane, timer)) = self.timers.pop() else { return };
        self.here = Stamp { lane: lane as u32, time: deadline };
        self.calls.note_seen(deadline);
        self.trace_mark("a timer is due");
        self.tell_time(doors, timer);
        match timer {
            Timer::Sleep(task) => {
                self.acting = Some(task);
                self.tasks.get_mut(task.0).timer = None;
                self.wake(task, Woken::Done(Value::Unit));
            }
            Timer::Case(task, case) => {
                self.acting = Some(task);
                self.tasks.get_mut(task.0).timer = None;
                self.wake(task, Woken::Case(case, Value::Unit));
            }
            Timer::Tick(ticker) => self.tick(ticker),
            Timer::Scope(scope) => self.scope_times_out(scope),
            Timer::Answer(call) => self.answer_call(call),
            Timer::TakeBack(call) => self.take_back(call),
        }
    }

    /// Lets a lane's task run on, and does with it what it stopped for.
    fn run_task(&mut self, program: &Program, doors: &mut Doors<'_>, lane: usize, id: TaskId) {
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

    fn leave_lane(&mut self, lane: usize, id: TaskId, why: &'static str) {
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

    pub(crate) fn say_notices(&mut self, doors: &mut Doors<'_>) {
        if !self.notices.is_empty() {
            doors.world.write(Stream::Stderr, &std::mem::take(&mut self.notices));
        }
    }
}
