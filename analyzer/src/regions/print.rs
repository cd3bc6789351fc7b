//! The analysis as text: what `weir debug regions` shows.
//!
//! ```text
//! fn main() -> ():
//!   …
//!     spawn scope0 main/task1(data)  # {data}
//!     end scope0                     # {data: with main/1, which changes it}
//!   summary
//!     xs: changed, returned
//! ```
//!
//! Braces hold what may be one region, after them what has become of it before the op.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::compare::fate;
use super::domain::{Fact, Holder, Keep, Mode, State};
use super::flow::{self, Observer};
use super::report::task_path;
use super::summarize::Summary;
use super::view::View;
use super::{domain::Event, summaries};
use crate::Db;
use crate::items::ItemId;
use crate::mir::{BodyId, Mir, Point, mir, print_with_notes};

/// Regions and their owners at each op, and what each body does with what it is passed.
pub fn print(db: &dyn Db, item: ItemId) -> String {
    let mir = mir(db, item);
    let summaries = summaries(db, item);
    let notes = notes(db, mir, summaries);
    let note = |point: Point| notes.get(&point).cloned().unwrap_or_default();
    let mut text = print_with_notes(db, mir, &note);
    for (body, summary) in mir.bodies.iter().zip(summaries) {
        let lines = summary_lines(summary);
        if !lines.is_empty() {
            let _ = write!(text, "\nsummary {}:\n{lines}", body.name);
        }
    }
    text
}

fn notes(db: &dyn Db, mir: &Mir, summaries: &[Summary]) -> BTreeMap<Point, String> {
    let mut notes = BTreeMap::new();
    for body in (0..mir.bodies.len() as u32).map(BodyId) {
        let view = View::new(db, mir, body, summaries);
        let locals = view.holders.locals();
        let named = locals.filter(|(local, _)| view.body.local(*local).name.is_some());
        let named = named.map(|(local, holder)| (holder, view.name(local))).collect();
        flow::observe(&view, &mut Noter { view: &view, named, notes: &mut notes });
    }
    notes
}

struct Noter<'a, 'v> {
    view: &'a View<'v>,
    named: Vec<(Holder, String)>,
    notes: &'a mut BTreeMap<Point, String>,
}

impl Observer for Noter<'_, '_> {
    fn event(&mut self, _before: &State, _event: &Event) {}

    fn point(&mut self, point: Point, before: &State) {
        self.notes.insert(point, self.regions(before));
    }
}

impl Noter<'_, '_> {
    /// The named holders that share a region or have met a fate, those alike together.
    fn regions(&self, state: &State) -> String {
        let mut regions = Vec::new();
        for (holder, name) in &self.named {
            let cell = state.cell(*holder);
            let others = self.named.iter().filter(|(other, _)| cell.joined.contains(other));
            let mut names: Vec<&str> = others.map(|(_, name)| name.as_str()).collect();
            let fates = self.fates(state, *holder);
            if names.is_empty() && fates.is_empty() {
                continue;
            }
            names.push(name);
            names.sort_unstable();
            let region = match fates.is_empty() {
                true => format!("{{{}}}", names.join(" ")),
                false => format!("{{{}: {}}}", names.join(" "), fates.join(", ")),
            };
            if !regions.contains(&region) {
                regions.push(region);
            }
        }
        regions.join(" ")
    }

    fn fates(&self, state: &State, holder: Holder) -> Vec<String> {
        state.facts(holder).iter().filter_map(|fact| self.fate(fact)).collect()
    }

    fn fate(&self, known: &Fact) -> Option<String> {
        Some(match known {
            Fact::Given { keep, .. } => fate(*keep).to_owned(),
            Fact::Taken(taken) => {
                let verb = match taken.mode {
                    Mode::Read => "reads",
                    Mode::Change => "changes",
                };
                format!("with {}, which {verb} it", task_path(self.view, Some(taken.task)))
            }
            Fact::Lent { .. } => "lent by a lock".to_owned(),
            Fact::Escaped { .. } => "kept from a lock".to_owned(),
            Fact::Outside { .. } => return None,
        })
    }
}

fn summary_lines(summary: &Summary) -> String {
    let mut text = String::new();
    for param in &summary.params {
        let mut words = Vec::new();
        if param.read.is_some() {
            words.push("read");
        }
        if param.changed.is_some() {
            words.push("changed");
        }
        if let Some((_, keep)) = param.kept {
            words.push(kept(keep));
        }
        if param.returned {
            words.push("returned");
        }
        if !words.is_empty() {
            let _ = writeln!(text, "  {}: {}", param.name, words.join(", "));
        }
    }
    let name = |position: &u32| summary.param(*position).map_or("?", |param| &param.name);
    for (from, into) in summary.stores.keys() {
        let _ = writeln!(text, "  {} is put into {}", name(from), name(into));
    }
    for ((scope, position), passed) in &summary.passed {
        let verb = if passed.mode == Mode::Change { "change" } else { "read" };
        let _ = writeln!(text, "  tasks in {} {verb} {}", name(scope), name(position));
    }
    for call in &summary.calls {
        let _ = writeln!(text, "  {} is called", name(&call.function));
    }
    for (one, other) in summary.apart.keys() {
        let _ = writeln!(text, "  {} and {} must be apart", name(one), name(other));
    }
    text
}

fn kept(keep: Keep) -> &'static str {
    match keep {
        Keep::Sent => "sent",
        Keep::Detached => "handed to a detached task",
        Keep::Frozen => "frozen",
        Keep::Guarded => "put into a lock",
        Keep::Stored => "stored in what a lock guards",
        Keep::Moved => "moved",
    }
}
