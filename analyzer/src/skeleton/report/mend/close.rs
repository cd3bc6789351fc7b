//! A close in the sender, of a channel that nobody closes.

use super::text::first_statement;
use crate::Db;
use crate::diagnostics::{Edit, EditKind, Fix};
use crate::skeleton::graph::{Action, NodeId, RoutineId, Skeleton, SyncOp, Target};
use crate::skeleton::report::names::{is_element, name_at};
use crate::skeleton::state::Task;

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
    // Of several, closing one mends nothing; and a function that runs for two tasks would close for both. Where it
    // closes some way already, that way would close twice.
    let is_left_alone =
        is_element(skeleton, sends) || starts(skeleton, entry) > 1 || closes(skeleton, entry);
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

/// At how many places a routine is started or called.
fn starts(skeleton: &Skeleton, routine: RoutineId) -> usize {
    let nodes = skeleton.routines.iter().flat_map(|of| &of.nodes);
    let runs = nodes.filter(|node| match &node.action {
        Action::Call { target, .. }
        | Action::Spawn { target, .. }
        | Action::Defer(target, _)
        | Action::Detach(target, _) => matches!(target, Target::Routine(of) if *of == routine),
        _ => false,
    });
    runs.count()
}
