//! What a machine tells its trace, if it keeps one.

use super::Machine;
use crate::sync::Sync;
use crate::task::TaskResult;
use crate::trace::{Arrow, Stamp};
use crate::value::{SyncId, TaskId};

impl Machine {
    /// The arrow that ends where the task goes on.
    pub(crate) fn trace_woken(&mut self, task: TaskId, arrow: Arrow, from: Stamp) {
        if let Some(task) = self.tasks.find_mut(task.0) {
            task.woken_by = Some((arrow, from));
        }
    }

    pub(crate) fn trace_received(&mut self, from: Stamp) {
        self.trace_flow(Arrow::Message, from);
    }

    /// An arrow that ends here and now.
    pub(crate) fn trace_flow(&mut self, arrow: Arrow, from: Stamp) {
        if let Some(trace) = &mut self.trace {
            trace.flow(arrow, from, self.here);
        }
    }

    pub(crate) fn trace_mark(&mut self, text: &str) {
        self.trace_mark_with(|| text.to_owned());
    }

    /// The text is made only if somebody keeps it.
    pub(crate) fn trace_mark_with(&mut self, text: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            trace.mark(self.here, text);
        }
    }

    pub(crate) fn trace_end(&mut self, task: TaskId, result: &TaskResult) {
        if let Some(trace) = &mut self.trace {
            let how = || match result {
                TaskResult::Value(_) => "ok".to_owned(),
                TaskResult::Failed(failure) => format!("failed: {}", failure.message),
                TaskResult::Cancelled => "cancelled".to_owned(),
            };
            trace.end(self.here, &self.tasks.get(task.0).path, how);
        }
    }

    /// How full the channel is now; one without a buffer never is.
    pub(crate) fn trace_fill(&mut self, id: SyncId) {
        if let (Some(trace), Sync::Channel(channel)) = (&mut self.trace, self.heap.sync(id))
            && channel.capacity > 0
        {
            trace.fill(self.here, id, channel.buffer.len());
        }
    }
}
