//! Which tasks of a state wait for ever, and which of them are the cause.
//!
//! Of the tasks whose needs are never met, one that has no way to go on but through itself is a
//! *cause*; one whose helpers are stuck for a reason of their own is not.

pub(super) mod helpers;
pub(super) mod needs;

use super::graph::{Action, NodeId, RoutineId, Skeleton};
use super::state::{Ended, Held, Mode, ObjectKind, State};
use super::step::Machine;
use crate::mir::LockMode;
use helpers::{answers_in_loop, is_received, reachable, servers, serves_itself};
use needs::{Needs, Wait, wait_of};

/// A task that waits for ever, for a reason that is not another's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stuck {
    /// The task.
    pub(super) task: u32,
    /// What it waits at.
    pub(super) at: (RoutineId, NodeId),
    /// What kind of wait it is.
    pub(super) wait: StuckWait,
    /// The channel, signal or lock; of a `select` that of a case.
    pub(super) object: u32,
    /// Others in the same circle of waits.
    pub(super) circle: Vec<u32>,
    /// Whether it belongs to no scope of the root.
    pub(super) detached: bool,
    /// Whether it would serve itself if it could go on.
    pub(super) by_itself: bool,
}

/// What kind of wait, the plainest reason first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum StuckWait {
    /// For the end of a channel: a loop over it, or `next`.
    End,
    /// For a value or a signal.
    Receive,
    /// For a permit that nobody has taken before.
    Permit,
    /// For the other parties of a barrier.
    Meet,
    /// For a condition on what a lock guards.
    Condition,
    /// For a receiver or for room.
    Send,
    /// For any case of a `select`.
    Select,
    /// For a lock.
    Lock(LockCircle),
}

/// How locks make a circle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum LockCircle {
    /// The task holds the lock that it waits for.
    Again,
    /// Each holds what the next one waits for.
    Order,
    /// Some wait for something else than a lock.
    Mixed,
    /// None: whoever had it has ended or comes to nothing that gives it back.
    Left,
}

/// The tasks of a state that wait for ever.
#[derive(Clone, Debug, Default)]
pub(super) struct Waits {
    /// The causes, in the order of tasks.
    pub(super) causes: Vec<Stuck>,
    /// All of them.
    pub(super) tasks: Vec<u32>,
}

/// Who waits for ever, and who is the cause.
pub(super) fn waits(machine: Machine<'_>, state: &State) -> Waits {
    waits_of(machine, state, &Needs::of(machine, state))
}

/// The same by these needs.
pub(super) fn waits_of(machine: Machine<'_>, state: &State, needs: &Needs) -> Waits {
    let mut causes: Vec<Stuck> = Vec::new();
    let mut explained = vec![false; state.tasks.len()];
    for task in needs.never_met() {
        if explained[task as usize] {
            continue;
        }
        let Some(circle) = needs.closed_circle(task) else { continue };
        circle.iter().for_each(|member| explained[*member as usize] = true);
        causes.extend(cause_of_circle(machine, state, needs, &circle));
    }
    // With a root that has failed the program is over, and its detached tasks with it.
    if state.tasks[0].mode == Mode::Done(Ended::Failed) {
        causes.retain(|stuck| !stuck.detached);
    }
    Waits { causes, tasks: needs.never_met().collect() }
}

/// What is reported of a circle: the wait for a channel's end if there is one, for then somebody
/// forgot to close, unless the loop that waits ends otherwise as well; else the first receive, else the first send.
/// With locks in it, the first task; unless the others wait for ever whoever gets the locks.
fn cause_of_circle(
    machine: Machine<'_>,
    state: &State,
    needs: &Needs,
    circle: &[u32],
) -> Option<Stuck> {
    let stuck = |task: &u32| stuck_at(machine, state, *task, circle);
    let mut waits: Vec<Stuck> = circle.iter().filter_map(stuck).collect();
    let (locked, others): (Vec<&Stuck>, Vec<&Stuck>) = waits.iter().partition(|of| is_lock(of));
    if !locked.is_empty() {
        let waits_for_lock = |task: &&u32| locked.iter().any(|stuck| stuck.task == **task);
        let rest = circle.iter().filter(|task| !waits_for_lock(task)).copied().collect();
        let alone = needs.stuck_among(rest);
        return match others.iter().any(|stuck| alone.contains(&stuck.task)) {
            true => cause_of_circle(machine, state, needs, &alone),
            false => cause_of_locks(machine, state, circle, waits),
        };
    }
    // Who can be helped by a cancellation alone is not the reason why the others wait.
    let is_beside = |stuck: &Stuck| {
        circle.len() > 1
            && stuck.wait != StuckWait::Select
            && servers(machine, state, stuck.task, stuck.wait, stuck.object).is_empty()
    };
    let waits_for_more = |stuck: &Stuck| {
        circle.len() > 1
            && stuck.wait == StuckWait::End
            && !ends_by_close_alone(machine.skeleton, stuck.at)
    };
    // Whoever goes round to answer what comes is not the reason why an answer is missing.
    let wanted: Vec<u32> = waits
        .iter()
        .filter(|stuck| stuck.wait == StuckWait::Receive)
        .map(|stuck| stuck.object)
        .collect();
    let would_answer = |stuck: &Stuck| {
        let answers = |object: &u32| {
            answers_in_loop(machine, state, stuck.task, (StuckWait::Receive, *object))
        };
        stuck.wait == StuckWait::End && wanted.iter().any(answers)
    };
    waits.sort_by_cached_key(|stuck| {
        let is_later = waits_for_more(stuck) || would_answer(stuck);
        let path = path(state, stuck.task).to_owned();
        (stuck.detached, is_later, is_beside(stuck), stuck.wait, path)
    });
    waits.into_iter().next()
}

fn is_lock(stuck: &Stuck) -> bool {
    matches!(stuck.wait, StuckWait::Lock(_))
}

fn cause_of_locks(
    machine: Machine<'_>,
    state: &State,
    circle: &[u32],
    mut waits: Vec<Stuck>,
) -> Option<Stuck> {
    let again = waits.iter().position(|stuck| is_held_for_itself(machine, state, stuck));
    if let Some(again) = again {
        let stuck = waits.swap_remove(again);
        return Some(Stuck { wait: StuckWait::Lock(LockCircle::Again), ..stuck });
    }
    let all_locks = waits.len() == circle.len() && waits.iter().all(is_lock);
    let kept = waits.iter().position(|stuck| is_kept_by_ended(state, stuck));
    if let Some(kept) = kept.filter(|_| all_locks) {
        let stuck = waits.swap_remove(kept);
        return Some(Stuck { wait: StuckWait::Lock(LockCircle::Left), ..stuck });
    }
    // Of locks alone, who holds none makes no order: it only comes too late.
    waits.sort_by_cached_key(|stuck| {
        let is_late = all_locks && !state.holds_any_lock(stuck.task);
        (is_late, path(state, stuck.task).to_owned())
    });
    let is_left = all_locks && is_left(state, &waits);
    let first = waits.into_iter().next()?;
    let is_kept = holders(state, first.object).iter().any(|held| held.task != first.task);
    let wait = match (is_left, all_locks) {
        (true, _) if is_kept => StuckWait::Lock(LockCircle::Left),
        (true, _) => StuckWait::Permit,
        (false, true) => StuckWait::Lock(LockCircle::Order),
        (false, false) => StuckWait::Lock(LockCircle::Mixed),
    };
    Some(Stuck { wait, ..first })
}

/// Whether it waits for what it has itself; of permits only if it has them all and would release one
/// later.
fn is_held_for_itself(machine: Machine<'_>, state: &State, stuck: &Stuck) -> bool {
    let held = holders(state, stuck.object);
    let is_own = |held: &Held| held.task == stuck.task;
    match held.iter().any(|held| held.mode == LockMode::Acquire) {
        true => {
            held.iter().all(is_own)
                && serves_itself(machine, state, stuck.task, stuck.wait, stuck.object)
        }
        false => held.iter().any(is_own),
    }
}

/// Whether all who have what it waits for have ended, so that the others in its circle wait only because it does.
fn is_kept_by_ended(state: &State, stuck: &Stuck) -> bool {
    let held = holders(state, stuck.object);
    !held.is_empty() && held.iter().all(|held| state.tasks[held.task as usize].is_done())
}

/// Whether all wait for one lock, and none of them has it; or one alone waits.
fn is_left(state: &State, waits: &[Stuck]) -> bool {
    let [first, others @ ..] = waits else { return false };
    let held = holders(state, first.object);
    let is_keeper = |stuck: &Stuck| held.iter().any(|held| held.task == stuck.task);
    let is_same = |stuck: &Stuck| stuck.object == first.object;
    others.is_empty() || others.iter().all(is_same) && !waits.iter().any(is_keeper)
}

fn path(state: &State, task: u32) -> &str {
    &state.tasks[task as usize].label.path
}

fn holders(state: &State, object: u32) -> &[Held] {
    match &state.objects[object as usize].kind {
        ObjectKind::Lock { holders, .. } => holders,
        _ => &[],
    }
}

/// Where a task of a circle waits, unless it waits for tasks alone.
fn stuck_at(machine: Machine<'_>, state: &State, task: u32, circle: &[u32]) -> Option<Stuck> {
    let (wait, object) = match wait_of(machine, state, task)? {
        Wait::Object(wait, object) => (wait, object),
        Wait::Cases(_, object) => (StuckWait::Select, object),
        Wait::Lock(_, object) => (StuckWait::Lock(LockCircle::Order), object),
        Wait::Open | Wait::Tasks(_) => return None,
    };
    let frame = state.tasks[task as usize].frames.last()?;
    let at = (frame.routine, frame.node);
    let detached = !belongs_to_scope(state, task);
    let is_left = wait == StuckWait::Send && !is_received(machine, state, task, object);
    let circle = if is_left { &[task] } else { circle };
    let by_itself = circle == [task] && serves_itself(machine, state, task, wait, object);
    Some(Stuck { task, at, wait, object, circle: circle.to_vec(), detached, by_itself })
}

/// Detached tasks have a rule of their own.
pub(super) fn belongs_to_scope(state: &State, task: u32) -> bool {
    let mut at = task;
    while let Some((parent, _)) = state.tasks[at as usize].parent {
        at = parent;
    }
    at == 0
}

/// Whether a loop over a channel ends by the channel's end alone.
pub(super) fn ends_by_close_alone(skeleton: &Skeleton, at: (RoutineId, NodeId)) -> bool {
    let routine = skeleton.routine(at.0);
    let node = routine.node(at.1);
    let (Action::Each { .. }, Some(body)) = (&node.action, node.next.first()) else { return false };
    let mut seen = vec![at.1];
    let mut pending = vec![*body];
    while let Some(next) = pending.pop() {
        if seen.contains(&next) {
            continue;
        }
        seen.push(next);
        if !reachable(routine, next).contains(&at.1) {
            return false;
        }
        pending.extend(&routine.node(next).next);
    }
    true
}
