//! Who may still end a wait without serving it: by a cancellation, or by a failure.

use super::super::StuckWait;
use super::super::needs::{Wait, wait_of};
use super::reachable;
use crate::skeleton::graph::{Action, Node, NodeId, RoutineId, Target};
use crate::skeleton::state::{Mode, Raise, State};
use crate::skeleton::step::Machine;

/// Whether the task may come to cancel another one, which could be any.
fn may_cancel(machine: Machine<'_>, state: &State, task: u32) -> bool {
    let cancels = |node: &Node| matches!(node.action, Action::Cancel(_));
    let skeleton = machine.skeleton;
    if !skeleton.routines.iter().any(|routine| routine.nodes.iter().any(cancels)) {
        return false;
    }
    let of = &state.tasks[task as usize];
    let mut seen = vec![false; skeleton.routines.len()];
    let mut pending: Vec<(RoutineId, NodeId)> =
        of.frames.iter().map(|frame| (frame.routine, frame.node)).collect();
    while let Some((id, from)) = pending.pop() {
        let routine = skeleton.routine(id);
        for node in reachable(routine, from).into_iter().map(|node| routine.node(node)) {
            match &node.action {
                Action::Cancel(_) => return true,
                Action::Call { target, .. }
                | Action::Spawn { target, .. }
                | Action::Detach(target, _)
                | Action::Defer(target, _) => match target {
                    Target::Value(_) => return true,
                    Target::Routine(called) => {
                        if !std::mem::replace(&mut seen[called.0 as usize], true) {
                            pending.push((*called, skeleton.routine(*called).entry));
                        }
                    }
                },
                _ => {}
            }
        }
    }
    false
}

/// The other parties of the barrier that the task waits at: those that went through in the latest round, and wait nowhere
/// there now.
fn parties(machine: Machine<'_>, state: &State, task: u32) -> Vec<u32> {
    let waits_at = |task: u32| match wait_of(machine, state, task) {
        Some(Wait::Object(StuckWait::Meet, barrier)) => Some(barrier),
        _ => None,
    };
    let Some(barrier) = waits_at(task) else { return Vec::new() };
    let latest = state.objects[barrier as usize].kind.latest().iter().copied();
    latest.filter(|party| *party != task).collect()
}

/// The tasks that may cancel this one, or a party of the barrier that it waits at.
pub(in crate::skeleton) fn cancellers(machine: Machine<'_>, state: &State, task: u32) -> Vec<u32> {
    let mut all = parties(machine, state, task);
    all.push(task);
    let mut found: Vec<u32> =
        all.into_iter().flat_map(|party| cancellers_of(machine, state, party)).collect();
    found.sort_unstable();
    found.dedup();
    found.retain(|by| *by != task);
    found
}

/// The tasks that may cancel this one, and those around it that may still leave its scope early.
fn cancellers_of(machine: Machine<'_>, state: &State, task: u32) -> Vec<u32> {
    if state.tasks[task as usize].is_masked() {
        return Vec::new();
    }
    let others = (0..state.tasks.len() as u32).filter(|other| *other != task);
    let mut found: Vec<u32> = others.filter(|other| may_cancel(machine, state, *other)).collect();
    let mut at = task;
    while let Some((parent, position)) = state.tasks[at as usize].parent {
        let of = &state.tasks[parent as usize];
        let leaves = of.scopes.get(position as usize).is_some_and(|open| {
            let frame = open.frames.checked_sub(1).and_then(|frame| of.frames.get(frame as usize));
            frame.is_some_and(|frame| {
                let routine = machine.skeleton.routine(frame.routine);
                let leave = Action::Leave(open.scope);
                let leaves = |node: &NodeId| routine.node(*node).action == leave;
                routine.nodes.iter().any(|node| node.action == leave)
                    && reachable(routine, frame.node).iter().any(leaves)
            })
        });
        if leaves {
            found.push(parent);
        }
        at = parent;
    }
    found
}

/// The tasks whose failure would end the wait of this one: those of its scopes, and of the scopes around it
/// with their bodies, and the parties of the barrier that it waits at.
pub(in crate::skeleton) fn failers(machine: Machine<'_>, state: &State, task: u32) -> Vec<u32> {
    if !machine.skeleton.ends.any {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut children_of = |owner: u32, position: u32| {
        let open = state.tasks[owner as usize].scopes.get(position as usize);
        if open.is_some_and(|open| !open.supervised && !open.leaving) {
            found.extend(state.children(owner, Some(position)));
        }
    };
    let of = &state.tasks[task as usize];
    of.scopes_in_reach().for_each(|(scope, _)| children_of(task, scope));
    let mut around = Vec::new();
    let mut parent = of.parent.filter(|_| !of.is_masked());
    while let Some((owner, position)) = parent {
        children_of(owner, position);
        around.push(owner);
        parent = state.tasks[owner as usize].parent;
    }
    found.extend(around);
    found.extend(parties(machine, state, task));
    found.retain(|other| *other != task && may_fail(machine, state, *other));
    found
}

/// Whether the task may come to fail by what it still does, or by a task of its own.
fn may_fail(machine: Machine<'_>, state: &State, task: u32) -> bool {
    let of = &state.tasks[task as usize];
    let fails = |routine: RoutineId| machine.skeleton.ends.may_fail(routine);
    !of.is_done()
        && (of.mode == Mode::Unwinding(Raise::Failure)
            || of.frames.iter().any(|frame| {
                fails(frame.routine) || frame.deferred.iter().any(|(routine, _)| fails(*routine))
            })
            || state.children(task, None).iter().any(|child| may_fail(machine, state, *child)))
}
