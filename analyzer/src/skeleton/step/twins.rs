//! Tasks that are alike: where one of them takes a step, the others' would lead to the same.
//!
//! Two tasks are *twins* if they stand at the same place with the same values, belong to the same
//! scope, have no children, are parties of the same barriers, and nothing tells them apart by name: no lock that one of
//! them holds or queues for, no handle but in lists that they are all in and that are only waited for. To exchange them
//! changes nothing, so only the first of them is moved.
//! (*Symmetry reduction*: Ip and Dill, Better Verification Through Symmetry, 1996.)

use rustc_hash::FxHashMap;

use crate::skeleton::graph::Skeleton;
use crate::skeleton::state::value::Value;
use crate::skeleton::state::{ObjectKind, State};

/// The tasks that have no twin with a lower number.
pub(in crate::skeleton) fn firsts(skeleton: &Skeleton, state: &State) -> Vec<u32> {
    let joined = state.joined(skeleton);
    let is_named = match joined.as_slice() {
        [] => named(state),
        joined => named(&state.without(joined)),
    };
    let lists = |task: u32| joined.iter().map(move |(_, list)| list.contains(&Value::Task(task)));
    let barriers = |task: u32| {
        let objects = state.objects.iter().map(|object| object.kind.latest());
        objects.filter(|latest| !latest.is_empty()).map(move |latest| latest.contains(&task))
    };
    let mut known: FxHashMap<u64, Vec<u32>> = FxHashMap::default();
    (0..state.tasks.len() as u32)
        .filter(|number| {
            let task = &state.tasks[*number as usize];
            if is_named[*number as usize] {
                return true;
            }
            let alike = known.entry(task.code()).or_default();
            let has_twin = alike.iter().any(|other| {
                state.tasks[*other as usize] == *task
                    && lists(*other).eq(lists(*number))
                    && barriers(*other).eq(barriers(*number))
            });
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
