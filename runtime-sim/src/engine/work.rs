//! Where tasks wait for a processor, and how a processor finds one: Go's order (proc.go).

use crate::bounds::{GLOBAL_QUEUE_TURNS, RING_TASKS_MAX};
use crate::cost::{STEAL_NS, SWITCH_NS, WAKE_NS, WAKE_STEPS};
use crate::engine::Doors;
use crate::machine::Machine;
use crate::program::Program;
use crate::schedule::ChoiceKind;
use crate::task::State;
use crate::trace::{Arrow, Stamp};
use crate::value::TaskId;

/// How long a thief waits before it takes what another processor's task just made ready.
const PATIENCE_NS: u64 = 3_000;

/// Where a task was found that runs on the rest of the slice of who made it ready.
const NEXT: &str = "next";

impl Machine {
    /// Puts a task where its processor will find it.
    pub(crate) fn make_ready(&mut self, id: TaskId) {
        let task = self.tasks.get_mut(id.0);
        task.state = State::Ready;
        task.ready_at = task.ready_at.max(self.here.time);
        task.woken_by.get_or_insert((Arrow::Wake, self.here));
        if let Some(thread) = task.worker {
            self.lanes.has_changed = true;
            self.lanes.occupy(thread, id, task.ready_at);
            self.lanes.run_on_thread(thread);
            self.renew_slice(thread);
            return;
        }
        let here = self.here.lane as usize;
        // A timer may have been set on a processor that is parked by now.
        if !self.lanes.is_processor(here) || !self.lanes.lanes[here].is_active {
            return self.enqueue_globally(id);
        }
        // What a task makes ready runs next; what was to run next goes to the ring.
        let displaced = match self.lanes.lanes[here].task {
            Some(_) => self.lanes.lanes[here].next.replace(id),
            None => Some(id),
        };
        if let Some(displaced) = displaced {
            self.push_ring(here, displaced);
        }
        self.lanes.wakes_wanted += 1;
    }

    /// A task that kept its processor while it waited goes on there.
    pub(crate) fn go_on_where_it_is(&mut self, id: TaskId) {
        let Some(lane) = self.lanes.lane_of(id) else { return self.make_ready(id) };
        self.lanes.move_on(lane);
        self.start_on(lane, id);
    }

    pub(super) fn enqueue_globally(&mut self, id: TaskId) {
        self.tasks.get_mut(id.0).state = State::Ready;
        self.lanes.global.push_back(id);
        self.lanes.wakes_wanted += 1;
    }

    /// A full ring moves half of itself to the global queue.
    fn push_ring(&mut self, lane: usize, id: TaskId) {
        let ring = &mut self.lanes.lanes[lane].ring;
        if ring.len() >= RING_TASKS_MAX {
            self.lanes.global.extend(ring.drain(..RING_TASKS_MAX / 2));
            self.trace_mark("the ring is full: half of it moves to the global queue");
        }
        self.lanes.lanes[lane].ring.push_back(id);
    }

    /// Wakes an idle processor for what was made ready, unless one is looking for work already.
    pub(crate) fn wake_processors(&mut self, doors: &mut Doors<'_>) {
        if std::mem::take(&mut self.lanes.wakes_wanted) == 0 || self.lanes.wakes_nobody() {
            return;
        }
        let idle = self.lanes.idle().count();
        let Some(pick) = self.choose(doors, ChoiceKind::Wake, idle) else { return };
        let Some(steps) = self.choose(doors, ChoiceKind::Latency, WAKE_STEPS as usize) else {
            return;
        };
        let Some(woken) = self.lanes.idle().nth(pick) else { return };
        self.lanes.has_changed = true;
        let lane = &mut self.lanes.lanes[woken];
        lane.is_active = true;
        lane.is_spinning = true;
        lane.was_patient = false;
        lane.clock = lane.clock.max(self.here.time + WAKE_NS * (steps as u64 + 1));
        let at = Stamp { lane: woken as u32, time: lane.clock };
        if let Some(trace) = &mut self.trace {
            trace.mark(at, || "wakes".to_owned());
        }
    }

    /// A processor without a task looks for one, or parks.
    pub(super) fn find_work(&mut self, program: &Program, doors: &mut Doors<'_>, lane: usize) {
        self.lanes.lanes[lane].turns += 1;
        if self.options.in_turns
            && let Some(id) = self.any_work(program, doors, lane)
        {
            return self.begin(lane, id, "any queue");
        }
        if let Some((id, found)) = self.local_work(lane) {
            return self.begin(lane, id, found);
        }
        let may_spin =
            2 * self.lanes.spinning() <= self.lanes.busy() || self.lanes.lanes[lane].is_spinning;
        if may_spin {
            match self.steal(doors, lane) {
                Search::Found(id) => return self.begin(lane, id, "stolen"),
                Search::Later => return,
                Search::Nothing => {}
            }
        }
        self.trace_mark(if may_spin { "parks" } else { "parks: enough others look for work" });
        let lane = &mut self.lanes.lanes[lane];
        lane.is_active = false;
        lane.is_spinning = false;
    }

    /// Any task that waits for this processor or for one.
    fn any_work(
        &mut self,
        program: &Program,
        doors: &mut Doors<'_>,
        lane: usize,
    ) -> Option<TaskId> {
        let of = &mut self.lanes.lanes[lane];
        let mut ready: Vec<TaskId> = of.next.take().into_iter().collect();
        ready.extend(of.ring.drain(..));
        ready.extend(self.lanes.global.drain(..));
        let pick = if ready.is_empty() { None } else { self.choose_task(program, doors, &ready) };
        let picked = pick.map(|pick| ready.remove(pick));
        self.lanes.global.extend(ready);
        picked
    }

    /// From the global queue now and then, from `next` (on the rest of its slice), from the ring,
    /// from the global queue a fair share; and which of these it was.
    fn local_work(&mut self, lane: usize) -> Option<(TaskId, &'static str)> {
        let of = &mut self.lanes.lanes[lane];
        if of.turns.is_multiple_of(GLOBAL_QUEUE_TURNS)
            && let Some(id) = self.lanes.global.pop_front()
        {
            return Some((id, "global queue, first"));
        }
        if let Some(id) = of.next.take() {
            return Some((id, NEXT));
        }
        if let Some(id) = of.ring.pop_front() {
            return Some((id, "ring"));
        }
        let waiting = self.lanes.global.len();
        let share = (waiting / self.lanes.processors + 1).min(waiting).min(RING_TASKS_MAX / 2);
        let mut taken = self.lanes.global.drain(..share);
        let id = taken.next()?;
        of.ring.extend(taken);
        if share > 1 {
            self.trace_mark_with(|| format!("takes {share} of {waiting} from the global queue"));
        }
        Some((id, "global queue"))
    }

    /// Half of the ring of the first victim that has one, or in the end its `next`.
    fn steal(&mut self, doors: &mut Doors<'_>, lane: usize) -> Search {
        self.lanes.lanes[lane].clock += STEAL_NS;
        let others = (0..self.lanes.processors).filter(|other| *other != lane);
        let (full, nexts): (Vec<usize>, Vec<usize>) = others
            .filter(|other| {
                !self.lanes.lanes[*other].ring.is_empty() || self.lanes.lanes[*other].next.is_some()
            })
            .partition(|other| !self.lanes.lanes[*other].ring.is_empty());
        let victims = if full.is_empty() { &nexts } else { &full };
        if victims.is_empty() {
            return Search::Nothing;
        }
        if full.is_empty() && !self.lanes.lanes[lane].was_patient {
            let lane = &mut self.lanes.lanes[lane];
            lane.was_patient = true;
            lane.is_spinning = true;
            lane.clock += PATIENCE_NS;
            return Search::Later;
        }
        let Some(pick) = self.choose(doors, ChoiceKind::Victim, victims.len()) else {
            return Search::Later;
        };
        let victim = victims[pick];
        let from = &mut self.lanes.lanes[victim];
        let queued = from.ring.len();
        let half = queued.div_ceil(2);
        let mut stolen: Vec<TaskId> = from.ring.drain(..half).collect();
        stolen.extend(from.next.take_if(|_| half == 0));
        let mut stolen = stolen.into_iter();
        let Some(first) = stolen.next() else { return Search::Nothing };
        self.lanes.lanes[lane].ring.extend(stolen);
        self.steals += 1;
        let clock = self.lanes.clock(lane);
        self.here = Stamp { lane: lane as u32, time: clock };
        self.trace_mark_with(|| match half {
            0 => format!("takes the next one of processor {victim}"),
            half => format!("steals {half} of {queued} from processor {victim}"),
        });
        self.trace_flow(Arrow::Steal, Stamp { lane: victim as u32, time: clock });
        Search::Found(first)
    }

    fn begin(&mut self, lane: usize, id: TaskId, found: &'static str) {
        let switch = if self.lanes.has_at_hand(lane, id) { 0 } else { SWITCH_NS };
        let of = &mut self.lanes.lanes[lane];
        let was_spinning = std::mem::take(&mut of.is_spinning);
        of.was_patient = false;
        of.clock = of.clock.max(self.tasks.get(id.0).ready_at) + switch;
        of.since = of.clock;
        of.task = Some(id);
        of.found = found;
        // Of a slice that is used up there is no rest.
        if found != NEXT || of.clock >= of.slice_end {
            self.renew_slice(lane);
        }
        // With a new slice for each turn, it would never hear of it.
        if self.options.in_turns && self.pending_raise(id).is_some() {
            self.lanes.end_slice_now(lane);
        }
        // The last one that looks for work, once it has some, has another one look.
        self.lanes.wakes_wanted += usize::from(was_spinning);
        self.start_on(lane, id);
    }

    /// A task in a `blocking` block has a thread of its own; its processor is free.
    pub(super) fn give_own_thread(&mut self, id: TaskId) {
        let thread = self.lanes.free_thread();
        self.lanes.occupy(thread, id, self.here.time);
        self.lanes.run_on_thread(thread);
        self.tasks.get_mut(id.0).worker = Some(thread);
        self.renew_slice(thread);
        self.start_on(thread, id);
    }

    /// The task needs its own thread no more.
    pub(super) fn give_thread_back(&mut self, id: TaskId) {
        if let Some(thread) = self.tasks.get_mut(id.0).worker.take() {
            self.lanes.release(thread);
        }
    }

    /// A thread of its own is shared with nobody, so its task goes on there; but a slice's end is
    /// where the task hears that it is cancelled.
    pub(super) fn renew_slice(&mut self, lane: usize) {
        let slice = self.options.slice_ns;
        let lane = &mut self.lanes.lanes[lane];
        lane.slice_end = lane.clock.saturating_add(slice);
    }
}

enum Search {
    Found(TaskId),
    /// The processor looks again when its clock has come round.
    Later,
    Nothing,
}
