//! Which tasks of a state in which nothing moves wait for ever, and which of them are the cause.
//!
//! A waiting task has *helpers*: the tasks that could end its wait if they went on. A task at the
//! end of a scope waits for the scope's tasks, a receive for whoever may still send, and so on. A
//! task that has no way to go on but through itself is a *cause*; one whose helpers are stuck for
//! a reason of their own is not. A task whose wait is not understood may go on at any time, and so
//! nobody that it may help is stuck.

use super::graph::{Action, NodeId, RoutineId, Skeleton};
use super::helpers::{cancellers, reachable, servers, serves_itself};
use super::meet::{AtEnd, OfferKind};
use super::state::{Mode, ObjectKind, State};
use super::step::Machine;
use super::value::Value;
use crate::mir::LockMode;

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
    /// For the other parties of a barrier.
    Meet,
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
}

/// What a task waits for.
enum Wait {
    /// Nothing that is understood: it may go on at any time.
    Open,
    /// Any of these tasks.
    Tasks(Vec<u32>),
    /// An operation on a channel or signal.
    Object(StuckWait, u32),
    /// A `select`: these tasks may serve one of its cases.
    Cases(Vec<u32>, u32),
    /// A lock, from these tasks.
    Lock(Vec<u32>, u32),
}

/// The causes among the tasks that wait for ever, in the order of tasks.
pub(super) fn causes(machine: Machine<'_>, state: &State) -> Vec<Stuck> {
    let helpers = Helpers::of(machine, state);
    let mut found: Vec<Stuck> = Vec::new();
    let mut explained = vec![false; state.tasks.len()];
    for task in 0..state.tasks.len() as u32 {
        let Some(circle) = helpers.closed_circle(task) else { continue };
        if explained[task as usize] {
            continue;
        }
        circle.iter().for_each(|member| explained[*member as usize] = true);
        found.extend(cause_of_circle(machine, state, &circle));
    }
    found
}

/// What is reported of a circle: the wait for a channel's end if there is one, for then somebody
/// forgot to close; else the first receive, else the first send. With locks in it, the first task.
fn cause_of_circle(machine: Machine<'_>, state: &State, circle: &[u32]) -> Option<Stuck> {
    let stuck = |task: &u32| stuck_at(machine, state, *task, circle);
    let mut waits: Vec<Stuck> = circle.iter().filter_map(stuck).collect();
    let is_lock = |stuck: &Stuck| matches!(stuck.wait, StuckWait::Lock(_));
    if waits.iter().any(is_lock) {
        return cause_of_locks(state, circle, waits);
    }
    // Who can be helped by a cancellation alone is not the reason why the others wait.
    let is_beside = |stuck: &Stuck| {
        circle.len() > 1
            && stuck.wait != StuckWait::Select
            && servers(machine, state, stuck.task, stuck.wait, stuck.object).is_empty()
    };
    waits.sort_by_cached_key(|stuck| {
        (stuck.detached, is_beside(stuck), stuck.wait, path(state, stuck.task).to_owned())
    });
    waits.into_iter().next()
}

fn cause_of_locks(state: &State, circle: &[u32], mut waits: Vec<Stuck>) -> Option<Stuck> {
    let again = waits.iter().position(|stuck| holds(state, stuck.task, stuck.object));
    if let Some(again) = again {
        let stuck = waits.swap_remove(again);
        return Some(Stuck { wait: StuckWait::Lock(LockCircle::Again), ..stuck });
    }
    // Nobody holds it: who should have given a permit is not known.
    if circle.len() < 2 {
        return None;
    }
    let is_lock = |stuck: &Stuck| matches!(stuck.wait, StuckWait::Lock(_));
    let all_locks = waits.len() == circle.len() && waits.iter().all(is_lock);
    waits.sort_by(|a, b| path(state, a.task).cmp(path(state, b.task)));
    let first = waits.into_iter().next()?;
    let kind = if all_locks { LockCircle::Order } else { LockCircle::Mixed };
    Some(Stuck { wait: StuckWait::Lock(kind), ..first })
}

fn path(state: &State, task: u32) -> &str {
    &state.tasks[task as usize].label.path
}

fn holds(state: &State, task: u32, object: u32) -> bool {
    match &state.objects[object as usize].kind {
        ObjectKind::Lock { holders, .. } => holders.iter().any(|held| held.task == task),
        _ => false,
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
    let by_itself = circle == [task] && serves_itself(machine, state, task, wait, object);
    Some(Stuck { task, at, wait, object, circle: circle.to_vec(), detached, by_itself })
}

/// Detached tasks have a rule of their own.
fn belongs_to_scope(state: &State, task: u32) -> bool {
    let mut at = task;
    while let Some((parent, _)) = state.tasks[at as usize].parent {
        at = parent;
    }
    at == 0
}

/// Who could end whose wait.
struct Helpers {
    /// For each task its helpers; none when it does not wait for ever whatever they do.
    of: Vec<Option<Vec<u32>>>,
}

impl Helpers {
    fn of(machine: Machine<'_>, state: &State) -> Self {
        let tasks = 0..state.tasks.len() as u32;
        let of = tasks
            .map(|task| match wait_of(machine, state, task)? {
                Wait::Open => None,
                Wait::Tasks(tasks) => Some(tasks),
                Wait::Cases(mut tasks, _) | Wait::Lock(mut tasks, _) => {
                    tasks.extend(cancellers(machine, state, task));
                    Some(tasks)
                }
                Wait::Object(wait, object) => {
                    let mut helpers = servers(machine, state, task, wait, object);
                    helpers.extend(cancellers(machine, state, task));
                    Some(helpers)
                }
            })
            .collect();
        Self { of }
    }

    /// The tasks that the wait of `task` comes back to, itself among them: if every helper,
    /// however far, waits for it in turn.
    fn closed_circle(&self, task: u32) -> Option<Vec<u32>> {
        let reached = self.reached(task)?;
        let comes_back = |helper: &u32| {
            *helper == task || self.reached(*helper).is_some_and(|far| far.contains(&task))
        };
        let mut circle = reached;
        if !circle.iter().all(comes_back) {
            return None;
        }
        if !circle.contains(&task) {
            circle.push(task);
        }
        circle.sort_unstable();
        Some(circle)
    }

    /// All helpers, however far; none when one of them may go on by itself.
    fn reached(&self, task: u32) -> Option<Vec<u32>> {
        let mut reached = Vec::new();
        let mut pending = self.of[task as usize].clone()?;
        while let Some(helper) = pending.pop() {
            if reached.contains(&helper) {
                continue;
            }
            reached.push(helper);
            pending.extend(self.of[helper as usize].as_ref()?);
        }
        Some(reached)
    }
}

/// What a task waits for; none when it has ended.
fn wait_of(machine: Machine<'_>, state: &State, task: u32) -> Option<Wait> {
    let of = &state.tasks[task as usize];
    if of.is_done() {
        return None;
    }
    if machine.is_timed(state, task) {
        return Some(Wait::Open);
    }
    let children = |scope: Option<u32>| Wait::Tasks(state.children(task, scope));
    let Some(node) = machine.node(state, task) else { return Some(children(None)) };
    if matches!(of.mode, Mode::Unwinding(_)) && !of.frames.iter().any(|frame| frame.masked) {
        return Some(children(None));
    }
    Some(match &node.action {
        Action::End(scope) | Action::Leave(scope) | Action::Spawn { scope, .. } => {
            children(machine.scope(state, task, *scope))
        }
        Action::Join { task: of, .. } => match machine.operand(state, task, of) {
            Value::Task(joined) => Wait::Tasks(vec![joined]),
            _ => Wait::Open,
        },
        Action::Take(_, mode, _) => wait_of_lock(machine, state, task, *mode),
        Action::Select { .. } => wait_of_select(machine, state, task),
        Action::Sync { .. } | Action::Each { .. } => wait_of_operation(machine, state, task),
        _ => Wait::Open,
    })
}

/// A lock comes back from its holders; a permit from anybody who may release one.
fn wait_of_lock(machine: Machine<'_>, state: &State, task: u32, mode: LockMode) -> Wait {
    let offers = machine.offers(state, task);
    let Some(offer) = offers.first() else { return Wait::Open };
    let ObjectKind::Lock { holders, queued, .. } = &state.objects[offer.object as usize].kind
    else {
        return Wait::Open;
    };
    let mut tasks: Vec<u32> = holders.iter().map(|held| held.task).collect();
    match mode {
        LockMode::Read => tasks.extend(queued),
        LockMode::Acquire => {
            let wait = StuckWait::Lock(LockCircle::Order);
            tasks.extend(servers(machine, state, task, wait, offer.object));
        }
        LockMode::Lock | LockMode::Write => {}
    }
    Wait::Lock(tasks, offer.object)
}

fn wait_of_operation(machine: Machine<'_>, state: &State, task: u32) -> Wait {
    match machine.offers(state, task).as_slice() {
        [offer] => match wait_of_offer(&offer.kind) {
            Some(wait) => Wait::Object(wait, offer.object),
            None => Wait::Open,
        },
        _ => Wait::Open,
    }
}

fn wait_of_select(machine: Machine<'_>, state: &State, task: u32) -> Wait {
    if !machine.sees_all_cases(state, task) {
        return Wait::Open;
    }
    let mut tasks = Vec::new();
    let offers = machine.offers(state, task);
    let Some(first) = offers.first().map(|offer| offer.object) else { return Wait::Open };
    for offer in offers {
        let wait = wait_of_offer(&offer.kind).unwrap_or(StuckWait::End);
        tasks.extend(servers(machine, state, task, wait, offer.object));
    }
    Wait::Cases(tasks, first)
}

fn wait_of_offer(kind: &OfferKind) -> Option<StuckWait> {
    match kind {
        OfferKind::Receive { end: AtEnd::GoesOn(_), .. } => Some(StuckWait::End),
        OfferKind::Receive { .. } | OfferKind::Wait => Some(StuckWait::Receive),
        OfferKind::Send(_) => Some(StuckWait::Send),
        OfferKind::Meet => Some(StuckWait::Meet),
        _ => None,
    }
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
