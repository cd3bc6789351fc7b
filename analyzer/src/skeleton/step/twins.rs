//! Tasks that are alike: where one of them takes a step, the others' would lead to the same.
//!
//! Two tasks are *twins* if they stand at the same place with the same values, belong to the same
//! scope, have no children, and nothing tells them apart by name: no handle, no lock that one of them
//! holds or queues for. To exchange them changes nothing, so only the first of them is moved.
//! (*Symmetry reduction*: Ip and Dill, Better Verification Through Symmetry, 1996.)

use rustc_hash::FxHashMap;

use crate::skeleton::state::{ObjectKind, State};

/// The tasks that have no twin with a lower number.
pub(in crate::skeleton) fn firsts(state: &State) -> Vec<u32> {
    let is_named = named(state);
    let mut known: FxHashMap<u64, Vec<u32>> = FxHashMap::default();
    (0..state.tasks.len() as u32)
        .filter(|number| {
            let task = &state.tasks[*number as usize];
            if is_named[*number as usize] {
                return true;
            }
            let alike = known.entry(task.code()).or_default();
            let has_twin = alike.iter().any(|other| state.tasks[*other as usize] == *task);
            alike.push(*number);
            !has_twin
        })
        .collect()
}

/// Which tasks something tells apart from their like.
fn named(state: &State) -> Vec<bool> {
    let mut named = state.named_tasks();
    // Who waits for the root is asked of it alone.
    named[0] = true;
    let parents = state.tasks.iter().filter_map(|task| Some(task.parent?.0));
    parents.for_each(|parent| named[parent as usize] = true);
    for object in &state.objects {
        let tasks: &[u32] = match &object.kind {
            ObjectKind::Channel { closer, .. } => closer.as_slice(),
            ObjectKind::Lock { queued, .. } => queued,
            ObjectKind::Signal { .. }
            | ObjectKind::Barrier { .. }
            | ObjectKind::Atom(_)
            | ObjectKind::List(_) => &[],
        };
        tasks.iter().for_each(|task| named[*task as usize] = true);
    }
    named
}
