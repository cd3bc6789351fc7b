//! Calls of the world outside that take their time: who waits for which, and when its answer comes.
//!
//! Such a call suspends its task and nobody else. What would block a thread in the operating system,
//! such as reading a file, blocks one here too. In a `blocking` block that is the task's own; elsewhere it
//! is the processor's, which stands still with it until the monitor, at the end of the slice, takes it back
//! for others.
//!
//! ```text
//!   begin ─▶ the world works at it ─▶ heard of, at an event ─▶ a timer at its time ─▶ the task goes on
//! ```
//!
//! An answer comes as long after its call as it took. So while one is missing the run's clock does not
//! get ahead of the world's, whether it would leap to a timer or somebody computes: what is next comes only
//! when every call has had that long. Invariant: when each answer was heard of is in the schedule, by
//! event; a replay waits for nothing.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use weir_analyzer::mir::Intrinsic;

use crate::engine::Doors;
use crate::machine::Machine;
use crate::schedule::Divergence;
use crate::task::Woken;
use crate::time::{Timer, TimerKey};
use crate::value::TaskId;
use crate::vm::undoing;
use crate::world::{Answer, CallId, Heard, Question};

/// The calls that somebody waits for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Calls {
    open: BTreeMap<CallId, Call>,
    /// How many of them have no answer yet.
    unanswered: usize,
    /// What the world need not go on with.
    abandoned: Vec<CallId>,
    /// What undoes answers whose tasks were cancelled before they had them.
    undoing: Vec<Question>,
    /// How many things were asked.
    pub(crate) asked: u64,
    /// How many bytes of answers the schedule keeps.
    pub(crate) kept_bytes: u64,
    /// When the latest thing happened that somebody could see: no answer comes before it.
    seen_ns: u64,
}

#[derive(Clone, Debug)]
struct Call {
    task: TaskId,
    intrinsic: Intrinsic,
    /// The lane that it blocks: a thread, or at first a processor.
    blocks: Option<Blocked>,
    /// What came, until its time has come.
    answer: Option<Answer>,
}

#[derive(Clone, Copy, Debug)]
struct Blocked {
    lane: usize,
    /// When the monitor takes it back, if it is a processor.
    until: Option<TimerKey>,
}

impl Calls {
    pub(crate) fn add(&mut self, id: CallId, task: TaskId, intrinsic: Intrinsic) {
        self.open.insert(id, Call { task, intrinsic, blocks: None, answer: None });
        self.unanswered += 1;
    }

    /// What the program called, without the mark of what is private.
    pub(crate) fn name(&self, id: CallId) -> String {
        self.open.get(&id).map_or(String::new(), |call| call.intrinsic.public_name())
    }

    /// Whether one has no answer yet.
    pub(super) fn misses_answers(&self) -> bool {
        self.unanswered > 0
    }

    /// Whether nothing is missing, and nothing is to be said to the world.
    pub(super) fn are_quiet(&self) -> bool {
        self.unanswered == 0 && self.abandoned.is_empty() && self.undoing.is_empty()
    }

    /// Something happens at this time that somebody can see.
    pub(super) fn note_seen(&mut self, time_ns: u64) {
        self.seen_ns = self.seen_ns.max(time_ns);
    }

    pub(super) fn blocks_thread(&self, id: CallId) -> bool {
        self.open.get(&id).is_some_and(|call| call.intrinsic.effect().blocks)
    }
}

impl Machine {
    /// Takes in what the outside has answered; breaks when the next event has to wait for it.
    pub(super) fn hear_outside(&mut self, doors: &mut Doors<'_>) -> ControlFlow<()> {
        let is_replay = doors.scheduler.recorded().is_some();
        for call in std::mem::take(&mut self.calls.abandoned) {
            if !is_replay {
                doors.world.abandon(call);
            }
        }
        for question in std::mem::take(&mut self.calls.undoing) {
            if !is_replay {
                doors.world.ask(&question);
            }
        }
        if self.calls.unanswered == 0 || self.is_done(self.main) && self.detached == 0 {
            return ControlFlow::Continue(());
        }
        if is_replay {
            self.hear_recorded(doors);
            return ControlFlow::Continue(());
        }
        match doors.world.hear(self.patience()) {
            Heard::Answer { call, at_ns, answer } => self.hear_answer(call, at_ns, answer),
            Heard::Nothing => {}
            Heard::NotYet => return ControlFlow::Break(()),
        }
        ControlFlow::Continue(())
    }

    /// Until when the outside is waited for: until something else is next.
    fn patience(&mut self) -> Option<u64> {
        let grace = if self.is_done(self.main) { Some(self.grace_end()) } else { None };
        self.next_time().into_iter().chain(grace).min()
    }

    /// What was heard at this event when it was recorded.
    fn hear_recorded(&mut self, doors: &mut Doors<'_>) {
        let heard = self.schedule.arrivals.len();
        let recorded = doors.scheduler.recorded().and_then(|of| of.arrivals.get(heard));
        match recorded.filter(|arrival| arrival.event == self.events) {
            Some(arrival) => {
                let (call, time_ns) = (CallId(arrival.call), arrival.time_ns);
                match Answer::from_bytes(&arrival.answer) {
                    Some(answer) if self.is_unanswered(call) => {
                        self.hear_answer(call, time_ns, answer);
                    }
                    _ => self.diverge("the schedule holds an answer that nobody waits for"),
                }
            }
            None if self.next_time().is_none() && !self.is_done(self.main) => {
                self.diverge("the run asks the outside, the schedule holds no answer");
            }
            None => {}
        }
    }

    fn is_unanswered(&self, call: CallId) -> bool {
        self.calls.open.get(&call).is_some_and(|call| call.answer.is_none())
    }

    /// The task goes on at the answer's time, or where that has passed, at the latest that was seen.
    fn hear_answer(&mut self, id: CallId, at_ns: u64, answer: Answer) {
        // That a processor has computed further holds nothing up: nobody has seen that.
        let time_ns = at_ns.max(self.calls.seen_ns);
        let Some(call) = self.calls.open.get_mut(&id) else { return };
        self.calls.kept_bytes += self.schedule.keep_arrival(id, self.events, time_ns, &answer);
        call.answer = Some(answer);
        self.calls.unanswered -= 1;
        let lane = call.blocks.map_or(self.here.lane as usize, |of| of.lane);
        let task = call.task;
        let timer = self.timers.set(time_ns, lane, Timer::Answer(id));
        self.tasks.get_mut(task.0).timer = Some(timer);
    }

    /// The answer's time has come.
    pub(super) fn answer_call(&mut self, id: CallId) {
        let Some(call) = self.calls.open.get_mut(&id) else { return };
        let (task, intrinsic) = (call.task, call.intrinsic);
        let Some(answer) = &mut call.answer else { return };
        let answer = std::mem::replace(answer, Answer::Done);
        self.tasks.get_mut(task.0).timer = None;
        let woken = match self.answered(intrinsic, &[], answer) {
            Ok(Some(value)) => Woken::Done(value),
            Ok(None) => return,
            Err(failure) => Woken::Failed(failure),
        };
        self.wake(task, woken);
    }

    /// Nobody waits for the call any more. Whether the task still has its processor.
    pub(crate) fn end_call(&mut self, task: TaskId, id: CallId) -> bool {
        let Some(call) = self.calls.open.remove(&id) else { return false };
        match &call.answer {
            Some(answer) => self.calls.undoing.extend(undoing(call.intrinsic, answer)),
            None => {
                self.calls.unanswered -= 1;
                self.calls.abandoned.push(id);
            }
        }
        let Some(Blocked { lane, until }) = call.blocks else { return false };
        self.lanes.set_clock(lane, self.lanes.clock(lane).max(self.here.time));
        let Some(until) = until else {
            self.leave_lane(lane, task, "returns");
            return false;
        };
        self.timers.cancel(until);
        true
    }

    /// The task blocks the lane that it is on.
    pub(super) fn block_lane(&mut self, lane: usize, id: TaskId, call: CallId) {
        if let Some(thread) = self.tasks.get(id.0).worker {
            self.leave_lane(lane, id, "blocks");
            self.block_thread(thread, id, call);
        } else if self.options.in_turns {
            self.hand_off(lane, id, call);
        } else {
            let end = self.lanes.slice_end(lane).max(self.here.time);
            let until = Some(self.timers.set(end, lane, Timer::TakeBack(call)));
            self.lanes.stand_still(lane);
            self.note_blocked(call, Blocked { lane, until });
        }
    }

    /// The slice is over: the processor is for others, and the task's thread waits without one.
    pub(super) fn take_back(&mut self, id: CallId) {
        let Some(call) = self.calls.open.get(&id) else { return };
        let (task, Some(Blocked { lane, .. })) = (call.task, call.blocks) else { return };
        self.lanes.set_clock(lane, self.lanes.clock(lane).max(self.here.time));
        self.trace_mark("the monitor takes the processor back");
        self.lanes.has_changed = true;
        self.hand_off(lane, task, id);
    }

    fn hand_off(&mut self, lane: usize, id: TaskId, call: CallId) {
        self.leave_lane(lane, id, "blocks");
        let thread = self.lanes.free_thread();
        self.block_thread(thread, id, call);
    }

    fn block_thread(&mut self, thread: usize, id: TaskId, call: CallId) {
        self.lanes.occupy(thread, id, self.here.time);
        self.note_blocked(call, Blocked { lane: thread, until: None });
    }

    fn note_blocked(&mut self, call: CallId, blocked: Blocked) {
        if let Some(call) = self.calls.open.get_mut(&call) {
            call.blocks = Some(blocked);
        }
    }

    pub(crate) fn diverge(&mut self, message: impl Into<String>) {
        self.divergence.get_or_insert_with(|| Divergence::new(self.steps, message));
    }
}
