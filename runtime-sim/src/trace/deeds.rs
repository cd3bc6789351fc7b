//! What tasks did last to the things that they share.
//!
//! Kept beside a trace, for the story of how a run came to its end. What it is not: the trace's events, which tell of
//! processors and time. Invariant: there are at most [`DEEDS_MAX`], the last ones, and none of it counts as memory of the run.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::bounds::DEEDS_MAX;
use crate::heap::{Marks, Site};
use crate::memory::uncounted;
use crate::program::Slot;
use crate::value::SyncId;

/// Something that a task did to a thing that others may use.
#[derive(Clone, Debug)]
pub(crate) struct Deed {
    pub(crate) time: u64,
    /// The task, by its path.
    pub(crate) task: Arc<str>,
    pub(crate) how: How,
    pub(crate) act: DeedAct,
    /// The thing, as long as it is there.
    pub(crate) thing: Option<SyncId>,
    /// The instruction, for the name of the thing.
    pub(crate) site: Site,
    /// Where that is written, among the program's places.
    pub(crate) place: Option<u32>,
}

/// How far the task came with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// It did it at once.
    Did,
    /// It began to wait for it.
    Waits,
    /// It had waited, and did it.
    Got,
}

/// A deed in words, and what holds the thing: `takes`, `m`, ` for reading`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeedAct {
    pub(crate) words: DeedWords,
    pub(crate) slot: Option<Slot>,
    pub(crate) after: &'static str,
}

/// The same deed, as far as the task came with it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeedWords {
    pub(crate) did: &'static str,
    pub(crate) waits: &'static str,
    pub(crate) got: &'static str,
}

/// The last deeds of a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Deeds(VecDeque<Deed>);

impl Deeds {
    pub(crate) fn keep(&mut self, deed: Deed) {
        if self.0.len() == DEEDS_MAX {
            self.0.pop_front();
        }
        uncounted(|| self.0.push_back(deed));
    }

    /// From the last one back.
    pub(crate) fn backwards(&self) -> impl Iterator<Item = &Deed> {
        self.0.iter().rev()
    }

    /// What nothing reaches is gone: its id may be another one's from now on.
    pub(super) fn sweep(&mut self, marks: &Marks) {
        for deed in &mut self.0 {
            deed.thing = deed.thing.filter(|id| marks.has_sync(*id));
        }
    }
}
