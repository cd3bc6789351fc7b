//! Chrome's trace event format, which Perfetto reads too: a thread per lane, arrows as flows, the
//! fill of channels as counters.

use std::fmt::Write;

use super::{Arrow, Event, Trace, json_text};

impl Trace {
    /// As JSON that Chrome's tracing page and Perfetto open.
    pub fn to_json(&self) -> String {
        let mut out = String::from("{\"displayTimeUnit\": \"ns\", \"traceEvents\": [\n");
        for lane in self.lanes() {
            let name = self.lane_name(lane);
            let _ = writeln!(
                out,
                "{{\"ph\": \"M\", \"pid\": 1, \"tid\": {lane}, \"name\": \"thread_name\", \
                 \"args\": {{\"name\": \"{name}\"}}}},"
            );
        }
        for (id, event) in self.events.iter().enumerate() {
            self.write(&mut out, event, id);
        }
        out.push_str("{\"ph\": \"M\", \"pid\": 1, \"name\": \"process_name\", \"args\": {\"name\": \"weir\"}}\n]}\n");
        out
    }

    fn write(&self, out: &mut String, event: &Event, id: usize) {
        let mut instant = |lane: u32, time: u64, text: &str, category: &str| {
            let _ = writeln!(
                out,
                "{{\"ph\": \"i\", \"s\": \"t\", \"pid\": 1, \"tid\": {lane}, \"ts\": {}, \"name\": {}, \
                 \"cat\": \"{category}\"}},",
                microseconds(time),
                json_text(text)
            );
        };
        match event {
            Event::Mark { at, text } => instant(at.lane, at.time, text, "mark"),
            Event::Start { at, task, .. } => {
                instant(at.lane, at.time, &format!("{task} begins"), "task");
            }
            Event::End { at, task, .. } => {
                instant(at.lane, at.time, &format!("{task} ends"), "task");
            }
            Event::Stretch(of) => {
                let _ = writeln!(
                    out,
                    "{{\"ph\": \"X\", \"pid\": 1, \"tid\": {}, \"ts\": {}, \"dur\": {}, \"name\": {}, \
                     \"cat\": \"task\", \"args\": {{\"found\": \"{}\", \"left\": \"{}\"}}}},",
                    of.lane,
                    microseconds(of.start),
                    microseconds(of.end - of.start),
                    json_text(&of.task),
                    of.found,
                    of.left
                );
            }
            Event::Flow { arrow, from, to } => {
                // A thief looks for work where no task runs, so that no slice is around the arrow's end.
                let binding = match arrow {
                    Arrow::Steal => "",
                    _ => "\"bp\": \"e\", ",
                };
                let _ = writeln!(
                    out,
                    "{{\"ph\": \"s\", \"id\": {id}, \"pid\": 1, \"tid\": {}, \"ts\": {}, \"name\": \"{name}\", \
                     \"cat\": \"{name}\"}},\n{{\"ph\": \"f\", {binding}\"id\": {id}, \"pid\": 1, \"tid\": {}, \
                     \"ts\": {}, \"name\": \"{name}\", \"cat\": \"{name}\"}},",
                    from.lane,
                    microseconds(from.time),
                    to.lane,
                    microseconds(to.time),
                    name = arrow.text()
                );
            }
            Event::Fill { at, channel, length } => {
                let _ = writeln!(
                    out,
                    "{{\"ph\": \"C\", \"pid\": 1, \"tid\": {}, \"ts\": {}, \"name\": {}, \"cat\": \"channel\", \
                     \"args\": {{\"values\": {length}}}}},",
                    at.lane,
                    microseconds(at.time),
                    json_text(&format!(
                        "{} #{}",
                        self.channel_name(*channel),
                        self.channel_number(*channel)
                    ))
                );
            }
        }
    }
}

/// The format counts in microseconds; written from integers, so that no float can differ.
fn microseconds(nanoseconds: u64) -> String {
    format!("{}.{:03}", nanoseconds / 1000, nanoseconds % 1000)
}
