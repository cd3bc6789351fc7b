//! The failures in supervised scopes that nobody has read.
//!
//! Invariant: as long as somebody has a task's handle its failure is kept, since it may still be read. Of those that
//! nobody can read any more the first [`UNREAD_MAX`] are kept for the report, and the others are counted.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::bounds::UNREAD_MAX;
use crate::failure::Failure;
use crate::heap::Marks;
use crate::value::TaskId;

#[derive(Clone, Debug, Default)]
pub(crate) struct Unread {
    readable: BTreeMap<TaskId, Arc<Failure>>,
    lost: Vec<Arc<Failure>>,
    lost_more: u64,
}

impl Unread {
    pub(crate) fn note(&mut self, task: TaskId, failure: Arc<Failure>) {
        self.readable.insert(task, failure);
    }

    pub(crate) fn was_read(&mut self, task: TaskId) {
        self.readable.remove(&task);
    }

    /// The tasks that nothing reaches go, and their ids may name others.
    pub(crate) fn sweep(&mut self, marks: &Marks) {
        let Self { readable, lost, lost_more } = self;
        readable.retain(|task, failure| {
            let is_readable = marks.has_task(*task);
            match is_readable {
                true => {}
                false if lost.len() < UNREAD_MAX => lost.push(failure.clone()),
                false => *lost_more += 1,
            }
            is_readable
        });
    }

    /// What is to be said of them at the end of the run.
    pub(crate) fn warnings(&self) -> String {
        const WHAT: &str = "warning: nobody looked at the failure of a supervised task";
        let all = self.lost.iter().chain(self.readable.values());
        let mut text: String = all
            .take(UNREAD_MAX)
            .map(|failure| format!("{WHAT}: {} (task {})\n", failure.message, failure.task))
            .collect();
        let count = (self.lost.len() + self.readable.len()) as u64 + self.lost_more;
        if let more @ 1.. = count.saturating_sub(UNREAD_MAX as u64) {
            text += &format!("{WHAT}, … and at those of {more} more\n");
        }
        text
    }
}
