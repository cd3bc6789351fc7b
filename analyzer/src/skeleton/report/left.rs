//! A lock or permit that was left behind: told where it was taken, or where that way was left, since the
//! one who waits for it did nothing wrong.

use super::{Report, mend};
use crate::diagnostics::{Code, Finding};
use crate::mir::LockMode;
use crate::skeleton::graph::{Action, Node};
use crate::skeleton::state::{Held, ObjectKind};
use crate::skeleton::step::{Event, EventKind};
use crate::skeleton::stuck::Stuck;
use crate::skeleton::{NodeId, RoutineId};

impl Report<'_> {
    /// What a task waits for that another one has kept.
    pub(super) fn left_behind(&self, cause: &Stuck) -> Finding {
        let made = self.doom.state.objects[cause.object as usize].made;
        let name = self.name_of(cause.at, Some(made));
        let bare = name.trim_matches('`');
        let keeper = self.keeper(cause.object);
        let taken = keeper.and_then(|held| self.taken_in(held, cause));
        let left = keeper.and_then(|held| held.left).filter(|at| self.is_written_return(*at));
        let waits = self.operation_site(cause.at);
        let (give, how) = match keeper.map(|held| held.mode) {
            Some(LockMode::Acquire) => ("release", "acquire"),
            _ => ("unlock", "lock"),
        };
        let (site, message) = match (left, taken) {
            (Some(left), _) => (
                self.site(left),
                format!("this leaves with {name} kept, and nothing gives it back"),
            ),
            (None, Some(taken)) => (
                self.operation_site(taken),
                format!("{name} is taken here, and no `{give}` follows on some path"),
            ),
            (None, None) => (waits, format!("{name} is never given back, so this waits for ever")),
        };
        let finding = Finding::new(Code::L003, site, message).help(format!(
            "take it with `with {bare}.{how}():`, which gives it back on every way out, or `defer \
             {bare}.{give}()` right after it was taken"
        ));
        let finding = match taken.map(|at| self.operation_site(at)) {
            Some(at) if at != site && at != waits => finding.related(at, "it is taken here"),
            _ => finding,
        };
        let finding = match waits == site {
            true => finding,
            false => finding.related(waits, format!("this waits for {name} for ever")),
        };
        let mend = taken.and_then(|at| mend::give_back(self.db, self.skeleton, at));
        let finding = mend.into_iter().fold(finding, Finding::fix);
        self.with_origin(finding, made, &name).witness(self.witness())
    }

    /// Whether the task waits for what one of its own calls took and returned with, though that function gives it
    /// back on other ways.
    pub(super) fn is_left_by_itself(&self, cause: &Stuck) -> bool {
        let Some(held) = self.keeper(cause.object) else { return false };
        let gives = |node: &Node| matches!(node.action, Action::Give(..) | Action::Defer(..));
        let taken = self.taken_in(held, cause).map(|at| self.skeleton.routine(at.0));
        held.task == cause.task
            && held.left.is_some()
            && taken.is_some_and(|of| of.nodes.iter().any(gives))
    }

    /// Of those who have it the first that has ended, or else the first.
    fn keeper(&self, object: u32) -> Option<&Held> {
        let state = &self.doom.state;
        let ObjectKind::Lock { holders, .. } = &state.objects[object as usize].kind else {
            return None;
        };
        let has_ended = |held: &&Held| state.tasks[held.task as usize].is_done();
        holders.iter().find(has_ended).or(holders.first())
    }

    /// Where the one who keeps it took it.
    fn taken_in(&self, held: &Held, cause: &Stuck) -> Option<(RoutineId, NodeId)> {
        let state = &self.doom.state;
        let path = &state.tasks[held.task as usize].label.path;
        let made = state.objects[cause.object as usize].made;
        let is_it = |event: &&Event| {
            let node = self.skeleton.routine(event.at.0).node(event.at.1);
            event.kind == EventKind::TakesLock
                && event.made == Some(made)
                && event.task == *path
                && matches!(node.action, Action::Take(..) | Action::TryTake(..))
        };
        self.doom.events.iter().rev().find(is_it).map(|event| event.at)
    }
}
