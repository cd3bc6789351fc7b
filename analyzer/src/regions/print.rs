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

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::circle_of;
use super::circles::Circle;
use super::domain::{Fact, Hold, Holder, Keep, Mode};
use super::events::Event;
use super::flow::{self, Observer};
use super::holders::Holders;
use super::links::Kind;
use super::paths::{Path, Reach, Step};
use super::report::{fate, task_path};
use super::state::State;
use super::summary::{Later, Stored, Summary};
use super::view::View;
use crate::Db;
use crate::items::{ItemId, signature};
use crate::mir::{BodyId, Mir, MirBody, Point, mir, print_with_notes};
use crate::ty::Ty;

/// Regions and their owners at each op, and what each body does with what it is passed.
pub fn print(db: &dyn Db, item: ItemId) -> String {
    let mir = mir(db, item);
    let Some(circle) = circle_of(db, item) else { return String::new() };
    let bodies = (0..).map(BodyId).zip(&mir.bodies);
    let is_type = item.kind(db).is_type();
    if bodies.into_iter().all(|(id, body)| Holders::new(id, body).is_empty()) {
        // Of a type these are the defaults of its fields, which says nothing of its values.
        return match is_type {
            true => String::new(),
            false => format!("{}: holds nothing that can change\n", mir.body(BodyId(0)).name),
        };
    }
    let notes = notes(db, mir, circle);
    let note = |point: Point| notes.get(&point).cloned().unwrap_or_default();
    let mut text = print_with_notes(db, mir, &note);
    for (body, summary) in mir.bodies.iter().zip(circle.bodies(item)) {
        let lines = summary_lines(db, body, summary);
        if !lines.is_empty() {
            let _ = write!(text, "\nsummary {}:\n{lines}", body.name);
        }
    }
    text
}

fn notes(db: &dyn Db, mir: &Mir, circle: &Circle) -> BTreeMap<Point, String> {
    let mut notes = BTreeMap::new();
    for body in (0..mir.bodies.len() as u32).map(BodyId) {
        let view = View::new(db, mir, body, circle);
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
    /// What named holders share, and what has become of them, those alike together.
    fn regions(&self, state: &State) -> String {
        let mut shared = BTreeSet::new();
        for (holder, name) in &self.named {
            for (other, links) in &state.cell(*holder).links {
                let Some((_, their_name)) = self.named.iter().find(|(of, _)| of == other) else {
                    continue;
                };
                for link in links {
                    let one = self.place(*holder, name, &link.mine);
                    let other = self.place(*other, their_name, &link.theirs);
                    let pair = (one.clone().min(other.clone()), one.max(other));
                    shared.insert((pair, link.kind == Kind::Loose));
                }
            }
        }
        let mut regions: Vec<String> = shared
            .into_iter()
            .map(|((one, other), loose)| {
                format!("{{{one} {} {other}}}", if loose { "~" } else { "=" })
            })
            .collect();
        for (holder, name) in &self.named {
            for (reach, fact) in &state.cell(*holder).facts {
                if let Some(fate) = self.fate(fact) {
                    let region = format!("{{{}: {fate}}}", self.place(*holder, name, &reach.path));
                    if !regions.contains(&region) {
                        regions.push(region);
                    }
                }
            }
        }
        regions.join(" ")
    }

    fn place(&self, holder: Holder, name: &str, path: &Path) -> String {
        let local = self.view.holders.local_of(holder);
        let ty = local.map_or(Ty::Unknown, |local| self.view.ty(local).clone());
        format!("{name}{}", inside(self.view.db, ty, path))
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
            Fact::Lent { hold: Hold::Out, .. } | Fact::Escaped { hold: Hold::Out, .. } => {
                "taken out of what a lock guards".to_owned()
            }
            Fact::Lent { .. } => "lent by a lock".to_owned(),
            Fact::Stored { .. } => "put into what a lock guards".to_owned(),
            Fact::Escaped { .. } => "kept from a lock".to_owned(),
            Fact::Offered { .. } => "passed to a function that was passed in".to_owned(),
            Fact::Outside { .. } => return None,
        })
    }
}

/// A path as people write it, as far as types say how.
fn inside(db: &dyn Db, mut ty: Ty, path: &Path) -> String {
    let mut text = String::new();
    for step in path.steps() {
        let (shown, next) = match (step, &ty) {
            (Step::Part(part), Ty::Adt(item, args)) => {
                let field = signature(db, *item).as_struct();
                match field.and_then(|of| of.fields.get(part as usize)) {
                    Some(field) if args.is_empty() => {
                        (format!(".{}", field.name), field.ty.clone())
                    }
                    Some(field) => (format!(".{}", field.name), Ty::Unknown),
                    None => (format!(".{part}"), Ty::Unknown),
                }
            }
            (Step::Part(part), Ty::Tuple(parts)) => {
                let next = parts.get(part as usize).cloned();
                (format!("[{part}]"), next.unwrap_or(Ty::Unknown))
            }
            (Step::Part(part), _) => (format!(".{part}"), Ty::Unknown),
            (step, Ty::Builtin(_, args)) => {
                let shown = match step {
                    Step::At(index) => format!("[{index}]"),
                    Step::Key(_) => "[key]".to_owned(),
                    _ => "[…]".to_owned(),
                };
                (shown, args.last().cloned().unwrap_or(Ty::Unknown))
            }
            _ => ("[…]".to_owned(), Ty::Unknown),
        };
        text.push_str(&shown);
        ty = next;
    }
    text
}

fn summary_lines(db: &dyn Db, body: &MirBody, summary: &Summary) -> String {
    let mut text = String::new();
    let name = |position: u32| summary.param(position).map_or("?", |param| param.name.as_str());
    let place = |position: u32, path: &Path| {
        let ty = body.locals.get(position as usize).map_or(Ty::Unknown, |local| local.ty.clone());
        format!("{}{}", name(position), inside(db, ty, path))
    };
    let part = |position: u32, reach: &Reach| {
        let alone = if reach.deep { "" } else { " itself" };
        format!("{}{alone}", place(position, &reach.path))
    };
    for (position, param) in (0..).zip(&summary.params) {
        let mut words: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for reach in param.read.keys() {
            words.entry(part(position, reach)).or_default().push("read");
        }
        for reach in param.changed.keys() {
            words.entry(part(position, reach)).or_default().push("changed");
        }
        for (path, (_, keep)) in &param.kept {
            words.entry(place(position, path)).or_default().push(kept(*keep));
        }
        for (path, (_, keep)) in &param.cut {
            words.entry(place(position, path)).or_default().push("taken out");
            words.entry(place(position, path)).or_default().push(kept(*keep));
        }
        for (part, words) in words {
            let _ = writeln!(text, "  {part}: {}", words.join(", "));
        }
    }
    for result in &summary.results {
        let to = match result.to.is_here() {
            true => "the result".to_owned(),
            false => format!("the result's {}", inside(db, body.ret.clone(), &result.to)),
        };
        let how = if result.kind == Kind::Cut { "is cut out of" } else { "may be" };
        let _ = writeln!(text, "  {to} {how} {}", place(result.param, &result.from));
    }
    if !summary.shared.is_empty() {
        let _ = writeln!(text, "  the result may hold a value twice");
    }
    for Stored { from, into, .. } in summary.stores.keys() {
        let (from, into) = (place(from.0, &from.1), place(into.0, &into.1));
        let _ = match from == into {
            true => writeln!(text, "  {into} may hold a value twice"),
            false => writeln!(text, "  {from} is put into {into}"),
        };
    }
    for (key, passed) in &summary.passed {
        let verb = if passed.mode == Mode::Change { "change" } else { "read" };
        let _ =
            writeln!(text, "  tasks in {} {verb} {}", name(key.scope), part(key.param, &key.reach));
    }
    for (key, left) in &summary.left {
        let part = match key.param {
            Some(param) => part(param, &key.reach),
            None => format!("the result{}", inside(db, body.ret.clone(), &key.reach.path)),
        };
        let _ = match (key.scope, left.keep) {
            (Some(scope), _) => writeln!(text, "  tasks in {} have {part}", name(scope)),
            (None, Some((keep, _))) => writeln!(text, "  {part} was {} before", kept(keep)),
            (None, None) => Ok(()),
        };
    }
    for call in &summary.calls {
        let again = if call.again { " again" } else { "" };
        let _ = writeln!(text, "  {} is called{again}", name(call.function));
    }
    for (call, later) in summary.after.keys() {
        let used = match later {
            Later::Arg(number) => format!("its argument {}", number + 1),
            Later::Lent(number) => format!("its argument {}, which a lock lends,", number + 1),
            Later::Part((position, reach)) => part(*position, reach),
            Later::Other((position, reach)) => format!("another {}", part(*position, reach)),
        };
        let _ = writeln!(text, "  after {} was called, {used} is used", name(call.function));
    }
    for position in &summary.joins {
        let _ = writeln!(text, "  {} has ended", name(*position));
    }
    for ((one, first), (other, second)) in summary.apart.keys() {
        let _ =
            writeln!(text, "  {} and {} must be apart", part(*one, first), part(*other, second));
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
