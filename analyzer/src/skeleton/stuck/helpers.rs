//! Who may still end a wait: a look at what tasks may come to, whatever their decisions.
//!
//! Errs on the side of help: a task is a helper if any way on from where it stands reaches an
//! operation that would serve, on anything that may be the object.

mod enders;
mod future;

use super::StuckWait;
use crate::skeleton::graph::{NodeId, Routine};
use crate::skeleton::state::{Ended, Mode, ObjectKind, State};
use crate::skeleton::step::Machine;
pub(in crate::skeleton) use enders::{cancellers, failers};
use future::{Counts, Future};

/// The tasks that may come to an operation that ends the wait.
pub(super) fn servers(
    machine: Machine<'_>,
    state: &State,
    waiting: u32,
    wait: StuckWait,
    object: u32,
) -> Vec<u32> {
    let mut future = Future::of(machine.skeleton, state, (wait, object), Counts::All);
    others(state, waiting).filter(|task| future.serves_by(&state.tasks[*task as usize])).collect()
}

/// Whether any other task may come to receive what one sends: a close ends the send too, but by a failure.
pub(super) fn is_received(machine: Machine<'_>, state: &State, sending: u32, channel: u32) -> bool {
    let awaited = (StuckWait::Send, channel);
    let mut future = Future::of(machine.skeleton, state, awaited, Counts::Serving);
    let is_taken = || takers(machine, state, sending, channel).is_none_or(|by| !by.is_empty());
    others(state, sending).any(|task| future.serves_by(&state.tasks[task as usize])) || is_taken()
}

fn others(state: &State, task: u32) -> impl Iterator<Item = u32> + '_ {
    let all = 0..state.tasks.len() as u32;
    all.filter(move |other| *other != task && !state.tasks[*other as usize].is_done())
}

/// Whether the task itself would do what it waits for, later: send what it receives, receive what it
/// sends, or release what it acquires.
pub(super) fn serves_itself(
    machine: Machine<'_>,
    state: &State,
    task: u32,
    wait: StuckWait,
    object: u32,
) -> bool {
    let is_either = matches!(wait, StuckWait::Receive | StuckWait::Send | StuckWait::Lock(_));
    let future = || Future::of(machine.skeleton, state, (wait, object), Counts::Itself);
    is_either && future().serves_by(&state.tasks[task as usize])
}

/// Whether the object is the result of a task that nobody asked for yet: whoever does may have it.
fn is_result(state: &State, object: u32) -> bool {
    let carriers = state.carriers(object);
    let is_it = |mode: &Mode| match mode {
        Mode::Done(Ended::Well(result)) => result.mentions_any(&carriers),
        _ => false,
    };
    state.tasks.iter().any(|task| is_it(&task.mode))
}

/// The tasks that may come to have the object because it lies in a channel: those that receive from there, however
/// they come to that channel. None where it or that channel is a result that anybody may ask for.
pub(super) fn takers(
    machine: Machine<'_>,
    state: &State,
    waiting: u32,
    object: u32,
) -> Option<Vec<u32>> {
    let (mut found, mut around) = (Vec::new(), vec![object]);
    let mut next = 0;
    while next < around.len() {
        if is_result(state, around[next]) {
            return None;
        }
        for channel in channels_with(state, around[next]) {
            if !around.contains(&channel) {
                around.push(channel);
                found.extend(servers(machine, state, waiting, StuckWait::Send, channel));
            }
        }
        next += 1;
    }
    Some(found)
}

/// The channels in which the object lies.
fn channels_with(state: &State, object: u32) -> Vec<u32> {
    let carriers = state.carriers(object);
    let holds = |kind: &ObjectKind| match kind {
        ObjectKind::Channel { queue, .. } => {
            queue.iter().any(|value| value.mentions_any(&carriers))
        }
        _ => false,
    };
    (0..).zip(&state.objects).filter(|(_, of)| holds(&of.kind)).map(|(number, _)| number).collect()
}

/// Whether the task, which waits for the next element of a loop, would serve this wait if it got one.
pub(super) fn answers_in_loop(
    machine: Machine<'_>,
    state: &State,
    task: u32,
    wait: (StuckWait, u32),
) -> bool {
    let Some(frame) = state.tasks[task as usize].frames.last() else { return false };
    let routine = machine.skeleton.routine(frame.routine);
    let Some(body) = routine.node(frame.node).next.first() else { return false };
    let within = reachable_before(routine, *body, Some(frame.node));
    let mut future = Future::of(machine.skeleton, state, wait, Counts::Itself);
    future.may_have_it(&frame.registers) && future.serves_at(routine, within, &frame.registers)
}

/// The nodes that control may come to from a node, itself among them.
pub(in crate::skeleton) fn reachable(routine: &Routine, from: NodeId) -> Vec<NodeId> {
    reachable_before(routine, from, None)
}

/// The same, before it comes to another one.
fn reachable_before(routine: &Routine, from: NodeId, until: Option<NodeId>) -> Vec<NodeId> {
    let mut seen = vec![false; routine.nodes.len()];
    let mut order = Vec::new();
    let mut pending = vec![from];
    while let Some(node) = pending.pop() {
        if until == Some(node) || std::mem::replace(&mut seen[node.0 as usize], true) {
            continue;
        }
        order.push(node);
        pending.extend(&routine.node(node).next);
    }
    order
}
