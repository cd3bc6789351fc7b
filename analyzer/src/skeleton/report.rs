//! Failures to findings: what is wrong, what would mend it, and how it comes about.

mod act;
mod left;
mod mend;
mod misuse;
mod names;
mod stuck;
mod witness;

use super::explore::{Doom, Fault};
use super::graph::{Action, NodeId, RoutineId, Skeleton};
use super::state::{Made, Object, ObjectKind};
use super::step::{Event, EventKind};
use crate::Db;
use crate::diagnostics::{Code, Finding, Part, Site};
use crate::items::{ItemId, NodeIndex};
use names::{name_at, name_where_made};

/// The findings of a failure, each with the item that made the channel or lock.
pub(super) fn findings(db: &dyn Db, skeleton: &Skeleton, doom: &Doom) -> Vec<(ItemId, Finding)> {
    let report = Report { db, skeleton, doom };
    match &doom.fault {
        Fault::Misuse(misuse) => vec![report.misuse(misuse)],
        Fault::Stuck(waits) => report.stuck(&waits.causes),
    }
}

/// Where a search stopped, at the function that it began with.
pub(super) fn bounded(db: &dyn Db, root: ItemId, why: &str) -> Finding {
    let site = Site::whole(root, NodeIndex::ITEM).part(Part::Name);
    let name = root.name(db);
    let message = format!("not all that may happen in `{name}` was looked at: {why}");
    Finding::new(Code::A002, site, message).help(
        "what was looked at is fine; `weir test --schedules 1000` runs a test of it under schedules \
         that were not",
    )
}

struct Report<'a> {
    db: &'a dyn Db,
    skeleton: &'a Skeleton,
    doom: &'a Doom,
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
            _ => node.site,
        }
    }

    fn is_signal(&self, made: Made) -> bool {
        let kind = |of: &Object| matches!(of.kind, ObjectKind::Signal { .. });
        match made {
            Made::At(routine, node) => {
                matches!(self.action((routine, node)), Action::MakeSignal(_))
            }
            Made::Given(_) => self.doom.state.objects.iter().any(|of| of.made == made && kind(of)),
        }
    }

    fn made_site(&self, made: Made) -> Site {
        match made {
            Made::At(routine, node) => self.site((routine, node)),
            Made::Given(input) => {
                Site::whole(self.skeleton.root, NodeIndex::ITEM).part(Part::Parameter(input.0))
            }
        }
    }

    fn made_in(&self, made: Made) -> ItemId {
        match made {
            Made::At(routine, _) => self.skeleton.routine(routine).item,
            Made::Given(_) => self.skeleton.root,
        }
    }

    /// With the place where the object comes from.
    fn with_origin(&self, finding: Finding, made: Made, name: &str) -> Finding {
        let what = match made {
            Made::At(..) => format!("{name} is made here"),
            Made::Given(_) => format!("{name} is given here"),
        };
        finding.related(self.made_site(made), what)
    }

    /// What the program calls the object where it is used, or else where it is made.
    fn name_of(&self, at: (RoutineId, NodeId), made: Option<Made>) -> String {
        let here = name_at(self.db, self.skeleton, at);
        let name = here.or_else(|| name_where_made(self.skeleton, made?));
        name.map_or_else(|| "the channel".to_string(), |name| format!("`{name}`"))
    }

    /// What the program calls the object where it is made.
    fn own_name(&self, made: Made) -> String {
        let name = name_where_made(self.skeleton, made);
        name.map_or_else(|| "another lock".to_string(), |name| format!("`{name}`"))
    }

    /// Whether control leaves there by a statement that says so.
    fn is_written_return(&self, at: (RoutineId, NodeId)) -> bool {
        mend::is_return(self.db, self.site(at))
    }
}
