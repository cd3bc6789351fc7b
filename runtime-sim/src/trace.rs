//! The events of a run, for people: Chrome's trace format, which Perfetto reads too.
//!
//! A lane per processor (and one per thread of a `blocking` block); arrows for messages, steals,
//! wakes and joins. The order is the machine's, the numbers are virtual: same run, same bytes.

use std::fmt::Write;

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
    /// A task had a lane for a while; why it left it.
    Stretch {
        lane: u32,
        task: String,
        start: u64,
        end: u64,
        left: &'static str,
    },
    Flow {
        arrow: Arrow,
        from: Stamp,
        to: Stamp,
    },
    Mark {
        at: Stamp,
        text: String,
    },
}

/// The events of a run.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    events: Vec<Event>,
    processors: usize,
}

impl Trace {
    pub(crate) fn new(processors: usize) -> Self {
        Self { events: Vec::new(), processors }
    }

    pub(crate) fn stretch(
        &mut self,
        lane: u32,
        task: String,
        start: u64,
        end: u64,
        left: &'static str,
    ) {
        self.events.push(Event::Stretch { lane, task, start, end, left });
    }

    pub(crate) fn flow(&mut self, arrow: Arrow, from: Stamp, to: Stamp) {
        self.events.push(Event::Flow { arrow, from, to });
    }

    pub(crate) fn mark(&mut self, at: Stamp, text: impl Into<String>) {
        self.events.push(Event::Mark { at, text: text.into() });
    }

    /// As JSON that Chrome's tracing page and Perfetto open.
    pub fn to_json(&self) -> String {
        let mut out = String::from("{\"displayTimeUnit\": \"ns\", \"traceEvents\": [\n");
        let mut lanes: Vec<u32> = (0..self.processors as u32).collect();
        lanes.extend(
            self.events
                .iter()
                .filter_map(Event::lane)
                .filter(|lane| *lane as usize >= self.processors),
        );
        lanes.sort_unstable();
        lanes.dedup();
        for lane in lanes {
            let is_processor = (lane as usize) < self.processors;
            let name = if is_processor { "processor" } else { "blocking thread" };
            let number = if is_processor { lane as usize } else { lane as usize - self.processors };
            let _ = writeln!(
                out,
                "{{\"ph\": \"M\", \"pid\": 1, \"tid\": {lane}, \"name\": \"thread_name\", \
                 \"args\": {{\"name\": \"{name} {number}\"}}}},"
            );
        }
        for (id, event) in self.events.iter().enumerate() {
            event.write(&mut out, id);
        }
        out.push_str("{\"ph\": \"M\", \"pid\": 1, \"name\": \"process_name\", \"args\": {\"name\": \"weir\"}}\n]}\n");
        out
    }
}

impl Event {
    fn lane(&self) -> Option<u32> {
        match self {
            Self::Stretch { lane, .. } => Some(*lane),
            _ => None,
        }
    }

    fn write(&self, out: &mut String, id: usize) {
        let _ = match self {
            Self::Stretch { lane, task, start, end, left } => writeln!(
                out,
                "{{\"ph\": \"X\", \"pid\": 1, \"tid\": {lane}, \"ts\": {}, \"dur\": {}, \"name\": {}, \
                 \"cat\": \"task\", \"args\": {{\"left\": \"{left}\"}}}},",
                microseconds(*start),
                microseconds(end - start),
                json_text(task)
            ),
            Self::Flow { arrow, from, to } => writeln!(
                out,
                "{{\"ph\": \"s\", \"id\": {id}, \"pid\": 1, \"tid\": {}, \"ts\": {}, \"name\": \"{name}\", \
                 \"cat\": \"{name}\"}},\n{{\"ph\": \"f\", \"bp\": \"e\", \"id\": {id}, \"pid\": 1, \"tid\": {}, \
                 \"ts\": {}, \"name\": \"{name}\", \"cat\": \"{name}\"}},",
                from.lane,
                microseconds(from.time),
                to.lane,
                microseconds(to.time),
                name = arrow.text()
            ),
            Self::Mark { at, text } => writeln!(
                out,
                "{{\"ph\": \"i\", \"s\": \"t\", \"pid\": 1, \"tid\": {}, \"ts\": {}, \"name\": {}, \
                 \"cat\": \"mark\"}},",
                at.lane,
                microseconds(at.time),
                json_text(text)
            ),
        };
    }
}

/// The format counts in microseconds; written from integers, so that no float can differ.
fn microseconds(nanoseconds: u64) -> String {
    format!("{}.{:03}", nanoseconds / 1000, nanoseconds % 1000)
}

fn json_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
