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

mod deeds;
mod grace;
mod lanes;
mod outside;
mod schedtrace;
mod seen;
mod stuck;
mod turns;
mod waiting;
mod work;

use std::ops::ControlFlow;

use crate::machine::Machine;
use crate::memory::size_text;
use crate::outcome::Outcome;
use crate::program::Program;
use crate::schedule::{Schedule, Scheduler};
use crate::task::Woken;
use crate::time::Timer;
use crate::trace::Stamp;
use crate::value::Value;
use crate::world::{Stream, World};

pub(crate) use grace::Grace;
pub(crate) use lanes::Lanes;
pub(crate) use outside::Calls;
pub(crate) use stuck::StuckCheck;

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

    pub(crate) fn say_notices(&mut self, doors: &mut Doors<'_>) {
        if !self.notices.is_empty() {
            doors.world.write(Stream::Stderr, &std::mem::take(&mut self.notices));
        }
    }
}
