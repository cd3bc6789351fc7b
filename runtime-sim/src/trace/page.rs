//! The events as the page of a report reads them: one object of arrays, small for many events.
//!
//! ```text
//! lanes     name…                                     channels  name…
//! tasks     [path, what it runs, begins, ends, how]   fills     [channel, time, values]
//! stretches [lane, task, start, end, found, left]     flows     [kind, lane, time, lane, time]
//! marks     [lane, time, text]                        words     what `found` and `left` count in
//! ```
//!
//! Times are in nanoseconds; a task that has not ended ends at -1.

use std::fmt::Write;

use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxBuildHasher;

use super::{Arrow, Event, Trace, Traced, json_text};
use crate::bounds::REPORT_EVENTS_MAX;

const KINDS: [Arrow; 4] = [Arrow::Message, Arrow::Steal, Arrow::Wake, Arrow::Join];

/// The arrays on their way.
#[derive(Default)]
struct Page {
    lanes: Vec<u32>,
    tasks: IndexMap<String, PageTask, FxBuildHasher>,
    channels: IndexSet<Traced, FxBuildHasher>,
    words: IndexSet<&'static str, FxBuildHasher>,
    stretches: String,
    flows: String,
    marks: String,
    fills: String,
}

/// What is known of a task.
#[derive(Default)]
struct PageTask {
    runs: String,
    begins: u64,
    /// When it ended, and how.
    end: Option<(u64, String)>,
}

impl Trace {
    /// As one object for the page of a report. Of very many events the last ones: how a run ended
    /// matters most.
    pub fn to_page_json(&self) -> String {
        let mut page = Page { lanes: self.lanes(), ..Page::default() };
        page.tasks.insert("main".to_owned(), PageTask::new("main", 0));
        let shown = self.events.len().saturating_sub(REPORT_EVENTS_MAX);
        for event in &self.events[shown..] {
            page.add(event);
        }
        page.finish(self, shown as u64)
    }
}

impl PageTask {
    fn new(runs: &str, begins: u64) -> Self {
        Self { runs: runs.to_owned(), begins, end: None }
    }
}

impl Page {
    fn add(&mut self, event: &Event) {
        let _ = match event {
            Event::Stretch(of) => {
                let task = self.task(&of.task, of.start);
                let found = self.words.insert_full(of.found).0;
                let left = self.words.insert_full(of.left).0;
                let (lane, start, end) = (self.lane(of.lane), of.start, of.end);
                write!(self.stretches, "[{lane},{task},{start},{end},{found},{left}],")
            }
            Event::Flow { arrow, from, to } => {
                let kind = KINDS.iter().position(|kind| kind == arrow).unwrap_or(0);
                let (at, then) = (from.time, to.time);
                let (from, to) = (self.lane(from.lane), self.lane(to.lane));
                write!(self.flows, "[{kind},{from},{at},{to},{then}],")
            }
            Event::Mark { at, text } => {
                let lane = self.lane(at.lane);
                write!(self.marks, "[{lane},{},{}],", at.time, json_text(text))
            }
            Event::Fill { at, channel, length } => {
                let channel = self.channels.insert_full(*channel).0;
                write!(self.fills, "[{channel},{},{length}],", at.time)
            }
            Event::Start { at, task, runs } => {
                self.tasks.insert(task.clone(), PageTask::new(runs, at.time));
                Ok(())
            }
            Event::End { at, task, how } => {
                let index = self.task(task, at.time);
                self.tasks[index].end = Some((at.time, how.clone()));
                Ok(())
            }
        };
    }

    /// The lane's place in the list.
    fn lane(&self, lane: u32) -> usize {
        self.lanes.binary_search(&lane).unwrap_or(0)
    }

    /// The task's number; one that began before what is shown begins where it is first seen.
    fn task(&mut self, path: &str, time: u64) -> usize {
        match self.tasks.get_index_of(path) {
            Some(index) => index,
            None => self.tasks.insert_full(path.to_owned(), PageTask::new("", time)).0,
        }
    }

    fn finish(self, trace: &Trace, left_out_before: u64) -> String {
        let list = |items: &mut dyn Iterator<Item = String>| -> String {
            items.collect::<Vec<_>>().join(",")
        };
        let tasks = list(&mut self.tasks.iter().map(|(path, of)| {
            let (ends, how) = match &of.end {
                Some((ends, how)) => (*ends as i64, how.as_str()),
                None => (-1, ""),
            };
            let (path, runs, how) = (json_text(path), json_text(&of.runs), json_text(how));
            format!("[{path},{runs},{},{ends},{how}]", of.begins)
        }));
        let lanes = list(&mut self.lanes.iter().map(|lane| json_text(&trace.lane_name(*lane))));
        let channels =
            list(&mut self.channels.iter().map(|of| json_text(&trace.channel_name(*of))));
        let words = list(&mut self.words.iter().map(|word| json_text(word)));
        let kinds = list(&mut KINDS.iter().map(|kind| json_text(kind.text())));
        format!(
            "{{\"lanes\":[{lanes}],\"channels\":[{channels}],\"words\":[{words}],\"kinds\":[{kinds}],\
             \"tasks\":[{tasks}],\"stretches\":[{}],\"flows\":[{}],\"marks\":[{}],\"fills\":[{}],\
             \"left_out\":{}}}",
            self.stretches.trim_end_matches(','),
            self.flows.trim_end_matches(','),
            self.marks.trim_end_matches(','),
            self.fills.trim_end_matches(','),
            left_out_before + trace.left_out
        )
    }
}
