//! The events of a run, for people and for tests: who ran where and when, what went to whom.
//!
//! A lane per processor (and one per thread of a `blocking` block). The order is the machine's, the
//! numbers are virtual: same run, same bytes. [`chrome`] writes them for Perfetto, [`page`] for the
//! page that `--report` makes. Invariant: there are at most [`TRACE_EVENTS_MAX`] of them; what comes
//! later is left out, and it is said. None of it counts as memory of the run: that does the same, traced or not.

mod chrome;
mod deeds;
mod page;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::bounds::TRACE_EVENTS_MAX;
use crate::heap::Marks;
use crate::memory::uncounted;
use crate::value::SyncId;

pub(crate) use deeds::{Deed, DeedAct, DeedWords, Deeds, How};

/// Where and when something happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) lane: u32,
    pub(crate) time: u64,
}

/// What an arrow is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrow {
    Message,
    Steal,
    Wake,
    Join,
}

impl Arrow {
    fn text(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Steal => "steal",
            Self::Wake => "wake",
            Self::Join => "join",
        }
    }
}

#[derive(Clone, Debug)]
enum Event {
    /// A task had a lane for a while.
    Stretch(Stretch),
    Flow {
        arrow: Arrow,
        from: Stamp,
        to: Stamp,
    },
    Mark {
        at: Stamp,
        text: String,
    },
    /// A task came into being; what it runs.
    Start {
        at: Stamp,
        task: String,
        runs: String,
    },
    /// A task is over, and how.
    End {
        at: Stamp,
        task: String,
        how: String,
    },
    /// So many values are in a channel's buffer now.
    Fill {
        at: Stamp,
        channel: Traced,
        length: usize,
    },
}

/// A channel as the trace numbers them: no two have one number, though one takes the other's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Traced(u32);

#[derive(Clone, Debug)]
struct TracedChannel {
    id: SyncId,
    /// How many had its id before it.
    before: u32,
    /// What people call it.
    name: Option<String>,
}

/// A task's time on a lane.
#[derive(Clone, Debug)]
pub(crate) struct Stretch {
    pub(crate) lane: u32,
    pub(crate) task: Arc<str>,
    pub(crate) start: u64,
    pub(crate) end: u64,
    /// Where the processor found it.
    pub(crate) found: &'static str,
    /// Why it left.
    pub(crate) left: &'static str,
}

/// The events of a run.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    events: Vec<Event>,
    processors: usize,
    channels: Vec<TracedChannel>,
    /// Who had an id last, and whether it still has it.
    owners: BTreeMap<SyncId, (Traced, bool)>,
    left_out: u64,
    pub(crate) deeds: Deeds,
}

impl Trace {
    pub(crate) fn new(processors: usize) -> Self {
        Self { processors, ..Self::default() }
    }

    fn push(&mut self, event: impl FnOnce() -> Event) {
        match self.events.len() < TRACE_EVENTS_MAX {
            true => uncounted(|| self.events.push(event())),
            false => self.left_out += 1,
        }
    }

    pub(crate) fn stretch(&mut self, stretch: Stretch) {
        self.push(|| Event::Stretch(stretch));
    }

    pub(crate) fn flow(&mut self, arrow: Arrow, from: Stamp, to: Stamp) {
        self.push(|| Event::Flow { arrow, from, to });
    }

    pub(crate) fn mark(&mut self, at: Stamp, text: impl FnOnce() -> String) {
        self.push(|| Event::Mark { at, text: text() });
    }

    pub(crate) fn start(&mut self, at: Stamp, task: &str, runs: &str) {
        self.push(|| Event::Start { at, task: task.to_owned(), runs: runs.to_owned() });
    }

    pub(crate) fn end(&mut self, at: Stamp, task: &str, how: impl FnOnce() -> String) {
        self.push(|| Event::End { at, task: task.to_owned(), how: how() });
    }

    pub(crate) fn fill(&mut self, at: Stamp, channel: SyncId, length: usize) {
        let channel = self.traced(channel);
        self.push(|| Event::Fill { at, channel, length });
    }

    pub(crate) fn name(&mut self, channel: SyncId, name: &str) {
        let Traced(at) = self.traced(channel);
        uncounted(|| self.channels[at as usize].name.get_or_insert_with(|| name.to_owned()));
    }

    fn traced(&mut self, id: SyncId) -> Traced {
        let before = match self.owners.get(&id) {
            Some((traced, true)) => return *traced,
            Some((Traced(last), false)) => self.channels[*last as usize].before + 1,
            None => 0,
        };
        let traced = Traced(self.channels.len() as u32);
        uncounted(|| {
            self.channels.push(TracedChannel { id, before, name: None });
            self.owners.insert(id, (traced, true));
        });
        traced
    }

    /// What nothing reaches is gone: its id may be another one's from now on.
    pub(crate) fn sweep(&mut self, marks: &Marks) {
        self.owners.iter_mut().for_each(|(id, (_, has_it))| *has_it &= marks.has_sync(*id));
        self.deeds.sweep(marks);
    }

    /// How many events are left out because there were too many.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// The lanes: the processors, and the threads that were used.
    fn lanes(&self) -> Vec<u32> {
        let stretches = self.events.iter().filter_map(|event| match event {
            Event::Stretch(stretch) => Some(stretch.lane),
            _ => None,
        });
        let mut lanes: Vec<u32> = (0..self.processors as u32).collect();
        lanes.extend(stretches.filter(|lane| *lane as usize >= self.processors));
        lanes.sort_unstable();
        lanes.dedup();
        lanes
    }

    fn lane_name(&self, lane: u32) -> String {
        match (lane as usize).checked_sub(self.processors) {
            None => format!("processor {lane}"),
            Some(thread) => format!("blocking thread {thread}"),
        }
    }

    fn channel_name(&self, channel: Traced) -> String {
        let name = self.channels[channel.0 as usize].name.clone();
        name.unwrap_or_else(|| format!("channel {}", self.channel_number(channel)))
    }

    /// Its id; where others had that before, with how many.
    fn channel_number(&self, channel: Traced) -> String {
        match &self.channels[channel.0 as usize] {
            TracedChannel { id, before: 0, .. } => id.0.to_string(),
            TracedChannel { id, before, .. } => format!("{}.{before}", id.0),
        }
    }
}

fn json_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
