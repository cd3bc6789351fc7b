//! Mends: where a channel could be closed that nobody closes, and a lock given back.

use super::names::{is_element, name_at};
use crate::Db;
use crate::diagnostics::{Edit, EditKind, Fix, Site};
use crate::hir::{self, Stmt, StmtId};
use crate::items::{ItemId, NodeIndex};
use crate::skeleton::graph::{Action, Node, NodeId, RoutineId, Skeleton, Target};
use crate::skeleton::state::Task;

/// `defer ch.close()` as the first line of the task that alone sends, where it stands in that
/// task's own text. The root's own end may come too late for whoever waits, so it gets none.
pub(super) fn close_in_sender(
    db: &dyn Db,
    skeleton: &Skeleton,
    sender: &Task,
    sends: (RoutineId, NodeId),
) -> Option<Fix> {
    let entry = sender.label.entry;
    let is_its_own = sends.0 == entry && sender.parent.is_some() && sender.is_done();
    // Of several, closing one mends nothing.
    if !is_its_own || is_element(skeleton, sends) {
        return None;
    }
    let name = name_at(db, skeleton, sends)?;
    let site = first_statement(db, skeleton, entry)?;
    let edit = Edit { site, kind: EditKind::LineBefore(format!("defer {name}.close()")) };
    Some(Fix {
        title: format!("Close `{name}` when its sender ends"),
        safe: false,
        edits: vec![edit],
    })
}

/// `defer m.unlock()` right after a lock that its routine never gives back.
pub(super) fn deferred_unlock(
    skeleton: &Skeleton,
    taken: (RoutineId, NodeId),
    name: &str,
) -> Option<Fix> {
    let routine = skeleton.routine(taken.0);
    let gives = |node: &Node| matches!(node.action, Action::Give(..) | Action::Defer(..));
    let node = routine.node(taken.1);
    if routine.nodes.iter().any(gives) || !matches!(node.action, Action::Take(..)) {
        return None;
    }
    let line = format!("defer {}.unlock()", name.trim_matches('`'));
    let edit = Edit { site: node.site, kind: EditKind::LineAfter(line) };
    Some(Fix { title: format!("Unlock {name} on every way out"), safe: false, edits: vec![edit] })
}

/// Whether the place is a `return` that is written.
pub(super) fn is_return(db: &dyn Db, site: Site) -> bool {
    let lowered = hir::lower(db, site.item);
    lowered.body.stmts.iter().any(|(id, stmt)| {
        matches!(stmt, Stmt::Return(_))
            && lowered.source_map.stmts.get(id).is_some_and(|node| *node == site.node)
    })
}

/// The first statement of a routine's own text.
fn first_statement(db: &dyn Db, skeleton: &Skeleton, routine: RoutineId) -> Option<Site> {
    let source = skeleton.routine(routine);
    let lowered = hir::lower(db, source.item);
    let node_of = |stmt: StmtId| lowered.source_map.stmts.get(stmt).copied();
    let node = match source.body?.index() {
        0 => node_of(*lowered.body.suite.first()?)?,
        _ => {
            let spawn = spawned_at(skeleton, source.item, routine)?;
            let after = lowered.body.stmts.iter().filter_map(|(stmt, _)| node_of(stmt));
            after.filter(|node| *node > spawn).min()?
        }
    };
    Some(Site::whole(source.item, node))
}

/// The `spawn:` whose body the routine is.
fn spawned_at(skeleton: &Skeleton, item: ItemId, routine: RoutineId) -> Option<NodeIndex> {
    let nodes = skeleton.routines.iter().flat_map(|routine| &routine.nodes);
    let mut spawns = nodes.filter_map(|node| match &node.action {
        Action::Spawn { target: Target::Routine(target), .. } if *target == routine => {
            Some(node.site)
        }
        _ => None,
    });
    spawns.find(|site| site.item == item).map(|site| site.node)
}
