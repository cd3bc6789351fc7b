//! Failures to findings: what is wrong, what would mend it, and how it comes about.

mod act;
mod left;
mod mend;
mod misuse;
mod names;
mod stuck;
mod witness;

use super::explore::{Bound, Doom, Fault};
use super::graph::{Action, Hold, NodeId, RoutineId, Skeleton};
use super::state::{Made, Object, ObjectKind};
use super::step::{Event, EventKind, Machine, Supposed};
use super::stuck::needs::{Wait, wait_of};
use super::verdict::{Failures, Suspects};
use crate::Db;
use crate::diagnostics::{Code, Finding, Part, Site};
use crate::items::{ItemId, NodeIndex};
use names::{name_at, name_where_made};

/// The findings of what goes wrong, each with the item that made the channel or lock.
pub(super) fn findings(
    db: &dyn Db,
    skeleton: &Skeleton,
    failures: &Failures,
) -> Vec<(ItemId, Finding)> {
    let suspects = Some(&failures.suspects);
    let told = failures.dooms.iter().flat_map(|doom| {
        let report = Report { db, skeleton, doom, suspects };
        match &doom.fault {
            Fault::Misuse(misuse) => {
                let (made_in, finding) = report.misuse(misuse);
                vec![Told { made_in, finding, left_by: None }]
            }
            Fault::Stuck(waits) => report.stuck(&waits.causes),
        }
    });
    one_for_each_who_left(told).into_iter().map(|told| (told.made_in, told.finding)).collect()
}

/// A finding, and what it shares with others.
struct Told {
    /// The item that made the channel or lock.
    made_in: ItemId,
    finding: Finding,
    /// The task that has ended and left this wait behind.
    left_by: Option<String>,
}

/// All who wait for one task that has left them are one mistake: its end. It is told of the same one, whoever is
/// found first.
fn one_for_each_who_left(all: impl Iterator<Item = Told>) -> Vec<Told> {
    let mut found: Vec<Told> = Vec::new();
    for told in all {
        let same = |other: &&mut Told| told.left_by.is_some() && other.left_by == told.left_by;
        match (found.iter_mut().find(same), &told.left_by) {
            (Some(first), Some(by)) => {
                let label = format!("and this waits for `{by}` too, which has ended");
                let order = |of: &Finding| (of.code, of.site.node);
                let (kept, other) = match order(&told.finding) < order(&first.finding) {
                    true => (told.finding, first.finding.site),
                    false => (first.finding.clone(), told.finding.site),
                };
                first.finding = kept.related(other, label);
            }
            _ => found.push(told),
        }
    }
    found
}

/// What goes wrong if conditions come out so whose values are not followed, each with the item that made the
/// channel or lock.
pub(super) fn open(db: &dyn Db, skeleton: &Skeleton, doom: Doom) -> Vec<(ItemId, Finding)> {
    let failures = Failures { dooms: vec![doom], suspects: Suspects::default() };
    let found = findings(db, skeleton, &failures).into_iter().next();
    let (Some((made_in, found)), [doom]) = (found, failures.dooms.as_slice()) else {
        return Vec::new();
    };
    let report = Report { db, skeleton, doom, suspects: None };
    let root = skeleton.root;
    let site = Site::whole(root, NodeIndex::ITEM).part(Part::Name);
    let is_open = |event: &&Event| matches!(event.kind, EventKind::Supposes(_));
    let decides = doom.events.iter().rev().find(is_open);
    let what = match decides.map(|event| &event.kind) {
        Some(EventKind::Supposes(Supposed::Holds(_))) | None => "a condition",
        Some(EventKind::Supposes(Supposed::Fails)) => "a failure",
        _ => "a number",
    };
    let message = format!(
        "what `{}` comes to depends on {what} that is not followed: one way leads to {}",
        root.name(db),
        found.code
    );
    let hint = Finding::new(Code::A002, site, message).help(
        "if it cannot come to that, nothing is wrong here; `weir test --schedules 1000` runs a test of it \
         under many schedules",
    );
    let hint = hint.related(found.site, format!("{}: {}", found.code, found.message));
    let hint = match decides {
        Some(event) => hint.related(report.operation_site(event.at), "this decides"),
        None => hint,
    };
    vec![(made_in, Finding { witness: found.witness, ..hint })]
}

/// Where a search stopped, at the function that it began with, and for what.
pub(super) fn bounded(db: &dyn Db, skeleton: &Skeleton, bound: Bound) -> Finding {
    let root = skeleton.root;
    let site = Site::whole(root, NodeIndex::ITEM).part(Part::Name);
    let name = root.name(db);
    let message = format!("not all that may happen in `{name}` was looked at: {}", bound.why());
    let finding = Finding::new(Code::A002, site, message).help(
        "what was looked at is fine; `weir test --schedules 1000` runs a test of it under schedules \
         that were not",
    );
    let Bound::NotUnderstood(Some((routine, node))) = bound else { return finding };
    let wait = skeleton.routine(routine).node(node).site;
    finding.related(wait, "who comes to end this wait is not followed")
}

struct Report<'a> {
    db: &'a dyn Db,
    skeleton: &'a Skeleton,
    doom: &'a Doom,
    /// What else goes wrong, where a mend is asked for.
    suspects: Option<&'a Suspects>,
}

impl Report<'_> {
    /// The last time that something of the kind was done to the object.
    fn last(&self, kind: &EventKind, made: Made) -> Option<&Event> {
        let is_it = |event: &&Event| event.kind == *kind && event.made == Some(made);
        self.doom.events.iter().rev().find(is_it)
    }

    fn action(&self, at: (RoutineId, NodeId)) -> &Action {
        &self.skeleton.routine(at.0).node(at.1).action
    }

    fn site(&self, at: (RoutineId, NodeId)) -> Site {
        self.skeleton.routine(at.0).node(at.1).site
    }

    /// Where an operation stands; of a block its first word.
    fn operation_site(&self, at: (RoutineId, NodeId)) -> Site {
        let node = self.skeleton.routine(at.0).node(at.1);
        match &node.action {
            Action::Each { .. } | Action::Select { .. } | Action::End(_) => {
                node.site.part(Part::Keyword)
            }
            Action::Take(_, _, Hold::Block) | Action::TakeWhen(..) => node.site.part(Part::Head),
            _ => node.site,
        }
    }

    fn is_signal(&self, made: Made) -> bool {
        let kind = |of: &Object| matches!(of.kind, ObjectKind::Signal { .. });
        match made {
            Made::At(routine, node) => {
                matches!(self.action((routine, node)), Action::MakeSignal(_))
            }
            _ => self.doom.state.objects.iter().any(|of| of.made == made && kind(of)),
        }
    }

    fn made_site(&self, made: Made) -> Site {
        match made {
            Made::At(routine, node) => self.site((routine, node)),
            Made::Given(input) | Made::Part(input, _) => {
                Site::whole(self.skeleton.root, NodeIndex::ITEM).part(Part::Parameter(input.0))
            }
        }
    }

    fn made_in(&self, made: Made) -> ItemId {
        match made {
            Made::At(routine, _) => self.skeleton.routine(routine).item,
            _ => self.skeleton.root,
        }
    }

    /// With the place where the object comes from.
    fn with_origin(&self, finding: Finding, made: Made, name: &str) -> Finding {
        finding.related(self.made_site(made), self.origin(made, name))
    }

    /// How the object came to be, and what it was called then.
    fn origin(&self, made: Made, name: &str) -> String {
        let what = match made {
            Made::At(..) => format!("{name} is made here"),
            _ => format!("{name} is given here"),
        };
        let own = name_where_made(self.db, self.skeleton, made).map(quoted);
        match own.filter(|own| own != name && !own.contains('…')) {
            Some(own) => format!("{what}, as {own}"),
            None => what,
        }
    }

    /// What the program calls the object where it is used, or else where it is made.
    fn name_of(&self, at: (RoutineId, NodeId), made: Option<Made>) -> String {
        let here = name_at(self.db, self.skeleton, at);
        let name = here.or_else(|| name_where_made(self.db, self.skeleton, made?));
        name.map_or_else(|| self.nameless(at, made).to_string(), quoted)
    }

    /// What is called by its kind, for want of a name.
    fn nameless(&self, at: (RoutineId, NodeId), made: Option<Made>) -> &'static str {
        let made_by = match made {
            Some(Made::At(routine, node)) => self.action((routine, node)),
            _ => self.action(at),
        };
        match made_by {
            Action::MakeLock { permits: Some(_), .. } => "the semaphore",
            Action::MakeLock { .. }
            | Action::Take(..)
            | Action::TakeWhen(..)
            | Action::TryTake(..)
            | Action::Give(..) => "the lock",
            Action::MakeSignal(_) => "the signal",
            Action::MakeBarrier(..) => "the barrier",
            Action::MakeAtom(..) | Action::Atom { .. } => "the atom",
            _ => "the channel",
        }
    }

    /// What the program calls the object where it is made, or else where it is used first: one name for
    /// all steps of a schedule, whatever the functions on the way call it. Of those that are made by
    /// one place, what it is called here too.
    fn known_as(&self, at: (RoutineId, NodeId), made: Option<Made>) -> String {
        let Some(made) = made else { return self.name_of(at, None) };
        match name_where_made(self.db, self.skeleton, made) {
            Some(list) if list.ends_with("[…]") => {
                let list = list.trim_end_matches("[…]");
                match name_at(self.db, self.skeleton, at) {
                    Some(here) if here.starts_with(list) => quoted(here),
                    Some(here) => format!("`{here}` of `{list}`"),
                    None => format!("one of `{list}`"),
                }
            }
            Some(name) => quoted(name),
            None => {
                let events = self.doom.events.iter().filter(|event| event.made == Some(made));
                let mut names = events.filter_map(|of| name_at(self.db, self.skeleton, of.at));
                names.next().map_or_else(|| self.name_of(at, Some(made)), quoted)
            }
        }
    }

    /// What the program calls the object where it is made.
    fn own_name(&self, made: Made) -> String {
        let name = name_where_made(self.db, self.skeleton, made);
        name.map_or_else(|| "another lock".to_string(), quoted)
    }

    /// Where the object comes from that a task waits for at the end of the schedule, and which one it is.
    fn awaited(&self, task: u32) -> Option<(Made, u32)> {
        let object = match wait_of(Machine::of(self.skeleton), &self.doom.state, task)? {
            Wait::Object(_, object) | Wait::Lock(_, object) => object,
            Wait::Open | Wait::Tasks(_) | Wait::Cases(..) => return None,
        };
        Some((self.doom.state.objects[object as usize].made, object))
    }

    /// Whether control leaves there by a statement that says so.
    fn is_written_return(&self, at: (RoutineId, NodeId)) -> bool {
        mend::is_return(self.db, self.site(at))
    }
}

fn quoted(name: String) -> String {
    format!("`{name}`")
}
