//! `--schedtrace`: how the processors stand, a line per virtual interval in which something happens.
//!
//! ```text
//! sched 10ms: procs=4 idle=2 spinning=1 threads=0 tasks=12 waiting=7 global=0 [0 3 0 1]
//! ```
//!
//! As Go writes it with `GODEBUG=schedtrace`: last come the lengths of the processors' own queues, with
//! what stands in `next`.

use crate::machine::Machine;
use crate::task::State;
use crate::value::duration_text;

impl Machine {
    /// Says how it stands, if an interval has ended since the last line.
    pub(super) fn tell_schedule(&mut self) {
        let Some(interval) = self.options.schedtrace_ns else { return };
        let Some(now) = self.next_time().filter(|now| *now >= self.schedtrace_at) else { return };
        let interval = interval.max(1);
        let end = now - now % interval;
        self.schedtrace_at = end.saturating_add(interval);
        let line = self.schedule_line(end);
        self.notices += &line;
    }

    fn schedule_line(&self, time: u64) -> String {
        let lanes = &self.lanes;
        let (processors, threads) = lanes.lanes.split_at(lanes.processors);
        let queues =
            processors.iter().map(|lane| lane.ring.len() + usize::from(lane.next.is_some()));
        let queues: Vec<String> = queues.map(|length| length.to_string()).collect();
        let (mut tasks, mut waiting) = (0, 0);
        for (_, task) in self.tasks.iter().filter(|(_, task)| !task.is_done()) {
            tasks += 1;
            waiting += usize::from(matches!(task.state, State::Waiting(_)));
        }
        format!(
            "sched {}: procs={} idle={} spinning={} threads={} tasks={tasks} waiting={waiting} global={} [{}]\n",
            duration_text(i64::try_from(time).unwrap_or(i64::MAX)),
            processors.len(),
            lanes.idle().count(),
            lanes.spinning(),
            threads.iter().filter(|thread| thread.task.is_some()).count(),
            lanes.global.len(),
            queues.join(" ")
        )
    }
}
