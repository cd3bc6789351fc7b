//! A close in the sender, of a channel that nobody closes.

use super::text::first_statement;
use crate::Db;
use crate::diagnostics::{Edit, EditKind, Fix};
use crate::skeleton::graph::{Action, NodeId, Routine, RoutineId, Skeleton, SyncOp, Target};
use crate::skeleton::report::names::{is_element, name_at};
use crate::skeleton::state::Task;
use crate::skeleton::stuck::helpers::reachable;

/// `defer ch.close()` as the first line of the task that alone sends, where it stands in that
/// task's own text. The root's own end may come too late for whoever waits, so it gets none.
pub(in crate::skeleton::report) fn close_in_sender(
    db: &dyn Db,
    skeleton: &Skeleton,
    sender: &Task,
    sends: (RoutineId, NodeId),
) -> Option<Fix> {
    let entry = sender.label.entry;
    let is_its_own = sends.0 == entry && sender.parent.is_some() && sender.is_done();
    // Of several, closing one mends nothing; and a function that runs twice would close twice. Where it
    // closes some way already, that way would close twice.
    let is_left_alone =
        is_element(skeleton, sends) || may_run_again(skeleton, entry) || closes(skeleton, entry);
    if !is_its_own || is_left_alone {
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

/// Whether the routine, or one that it calls, closes any channel.
fn closes(skeleton: &Skeleton, entry: RoutineId) -> bool {
    let mut seen = vec![entry];
    let mut next = 0;
    while next < seen.len() {
        for node in &skeleton.routine(seen[next]).nodes {
            match &node.action {
                Action::Sync { op: SyncOp::Close, .. } => return true,
                Action::Call { target: Target::Routine(of), .. }
                | Action::Defer(Target::Routine(of), _)
                    if !seen.contains(of) =>
                {
                    seen.push(*of);
                }
                _ => {}
            }
        }
        next += 1;
    }
    false
}

/// Whether the routine may run more than once: it is started or called at several places, or at one in a loop, or
/// by a routine that may run more than once itself.
fn may_run_again(skeleton: &Skeleton, routine: RoutineId) -> bool {
    let mut seen = Vec::new();
    let mut at = routine;
    while !seen.contains(&at) {
        seen.push(at);
        match starts(skeleton, at)[..] {
            [] => return false,
            [(by, node)] if !is_in_loop(skeleton.routine(by), node) => at = by,
            _ => return true,
        }
    }
    true
}

/// Where a routine is started or called.
fn starts(skeleton: &Skeleton, routine: RoutineId) -> Vec<(RoutineId, NodeId)> {
    let runs = |action: &Action| match action {
        Action::Call { target, .. }
        | Action::Spawn { target, .. }
        | Action::Defer(target, _)
        | Action::Detach(target, _) => *target == Target::Routine(routine),
        _ => false,
    };
    let routines = (0..).map(RoutineId).zip(&skeleton.routines);
    let nodes = routines.flat_map(|(by, of)| {
        (0..).map(NodeId).zip(&of.nodes).map(move |(number, node)| (by, number, node))
    });
    let found = nodes.filter(|(.., node)| runs(&node.action));
    found.map(|(by, number, _)| (by, number)).collect()
}

fn is_in_loop(routine: &Routine, node: NodeId) -> bool {
    routine.node(node).next.iter().any(|next| reachable(routine, *next).contains(&node))
}
