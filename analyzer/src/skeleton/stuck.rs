//! Which tasks of a state in which nothing moves wait for ever, and which of them are the cause.
//!
//! A waiting task has *helpers*: the tasks that could end its wait if they went on. A task at the
//! end of a scope waits for the scope's tasks, a receive for whoever may still send, and so on. A
//! task that has no way to go on but through itself is a *cause*; one whose helpers are stuck for
//! a reason of their own is not. A task whose wait is not understood may go on at any time, and so
//! nobody that it may help is stuck.

use super::graph::{Action, NodeId, RoutineId, Skeleton};
use super::helpers::{cancellers, reachable, servers};
use super::meet::{AtEnd, OfferKind};
use super::state::{Mode, ObjectKind, State};
use super::step::Machine;
use super::value::Value;

/// A task that waits for ever, for a reason that is not another's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stuck {
    /// The task.
    pub(super) task: u32,
    /// What it waits at.
    pub(super) at: (RoutineId, NodeId),
    /// What kind of wait it is.
    pub(super) wait: StuckWait,
    /// The channel or signal.
    pub(super) object: u32,
    /// Others in the same circle of waits.
    pub(super) circle: Vec<u32>,
}

/// What kind of wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StuckWait {
    /// For the end of a channel: a loop over it, or `next`.
    End,
    /// For a value or a signal.
    Receive,
    /// For a receiver or for room.
    Send,
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
    Cases(Vec<u32>),
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
/// forgot to close; else the first receive, else the first send.
fn cause_of_circle(machine: Machine<'_>, state: &State, circle: &[u32]) -> Option<Stuck> {
    let holds_lock = |task: &u32| {
        matches!(machine.node(state, *task).map(|node| &node.action), Some(Action::Take(..)))
    };
    if circle.iter().any(holds_lock) {
        return None;
    }
    let mut waits: Vec<Stuck> = circle
        .iter()
        .filter(|task| belongs_to_scope(state, **task))
        .filter_map(|task| {
            let Wait::Object(wait, object) = wait_of(machine, state, *task)? else { return None };
            let frame = state.tasks[*task as usize].frames.last()?;
            let at = (frame.routine, frame.node);
            Some(Stuck { task: *task, at, wait, object, circle: circle.to_vec() })
        })
        .collect();
    // Who can be helped by a cancellation alone is not the reason why the others wait.
    let is_beside = |stuck: &Stuck| {
        circle.len() > 1 && servers(machine, state, stuck.task, stuck.wait, stuck.object).is_empty()
    };
    waits.sort_by_key(|stuck| {
        let order = match stuck.wait {
            StuckWait::End => 0,
            StuckWait::Receive => 1,
            StuckWait::Send => 2,
        };
        (is_beside(stuck), order)
    });
    waits.into_iter().next()
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
                Wait::Cases(mut tasks) => {
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
        Action::Take(..) => match machine.offers(state, task).first() {
            Some(offer) => match &state.objects[offer.object as usize].kind {
                ObjectKind::Lock { holders, .. } => {
                    Wait::Tasks(holders.iter().map(|(holder, _)| *holder).collect())
                }
                _ => Wait::Open,
            },
            None => Wait::Open,
        },
        Action::Select { .. } => wait_of_select(machine, state, task),
        Action::Sync { .. } | Action::Each { .. } => wait_of_operation(machine, state, task),
        _ => Wait::Open,
    })
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
    for offer in machine.offers(state, task) {
        let wait = wait_of_offer(&offer.kind).unwrap_or(StuckWait::End);
        tasks.extend(servers(machine, state, task, wait, offer.object));
    }
    Wait::Cases(tasks)
}

fn wait_of_offer(kind: &OfferKind) -> Option<StuckWait> {
    match kind {
        OfferKind::Receive { end: AtEnd::GoesOn(_), .. } => Some(StuckWait::End),
        OfferKind::Receive { .. } | OfferKind::Wait => Some(StuckWait::Receive),
        OfferKind::Send(_) => Some(StuckWait::Send),
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
