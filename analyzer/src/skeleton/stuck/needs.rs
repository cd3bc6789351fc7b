//! What each task of a state needs to go on, and which needs are never met.
//!
//! A task that waits has *helpers*: the tasks that could end its wait if they went on. At the end of a
//! scope it needs all of the scope's tasks instead. A need is *never met* if each helper, or some task of
//! the scope, has a need that is never met. So it stays from then on, whatever others do that can go
//! on: they help none of these tasks, or they would be among the helpers.

use super::helpers::{cancellers, failers, servers, takers};
use super::{LockCircle, StuckWait};
use crate::mir::LockMode;
use crate::skeleton::graph::{Action, Hold};
use crate::skeleton::state::value::Value;
use crate::skeleton::state::{Held, ObjectKind, State};
use crate::skeleton::step::Machine;
use crate::skeleton::step::offers::{AtEnd, Offer, OfferKind};

/// What a task waits for.
pub(in crate::skeleton) enum Wait {
    /// Nothing that is understood: it may go on at any time.
    Open,
    /// All of these tasks.
    Tasks(Vec<u32>),
    /// An operation on a channel or signal.
    Object(StuckWait, u32),
    /// A `select`: these tasks may serve one of its cases.
    Cases(Vec<u32>, u32),
    /// A lock, from these tasks.
    Lock(Vec<u32>, u32),
}

/// What a task needs.
enum Need {
    /// Nothing, or nobody knows what.
    None,
    /// One of these.
    Any(Vec<u32>),
    /// All of these.
    All(Vec<u32>),
}

/// What all tasks need.
pub(in crate::skeleton) struct Needs {
    of: Vec<Need>,
    /// Whether a task's need is never met.
    never: Vec<bool>,
}

impl Needs {
    /// The needs in a state. Whoever can take a step needs nothing.
    pub(super) fn of(machine: Machine<'_>, state: &State) -> Self {
        let ready = machine.ready(state);
        let tasks = 0..state.tasks.len() as u32;
        let need = |task: u32| {
            if ready[task as usize] { Need::None } else { need_of(machine, state, task) }
        };
        let enders = tasks.clone().map(|task| failers(machine, state, task)).collect();
        Self::from(tasks.map(need).collect(), enders)
    }

    /// The needs where only these tasks are idle, and the others are known to help none of them; none
    /// where one of the idle may go on for a reason that is not understood. One of the others that asks
    /// again and again needs those who may tell it, where there are any.
    pub(in crate::skeleton) fn of_idle(
        machine: Machine<'_>,
        state: &State,
        idle: &[bool],
        tellers: &dyn Fn(u32) -> Vec<u32>,
    ) -> Option<Self> {
        let mut of = Vec::new();
        for task in 0..state.tasks.len() as u32 {
            let is_idle = |other: &u32| idle[*other as usize];
            if !is_idle(&task) {
                let tellers = tellers(task);
                of.push(match tellers.is_empty() {
                    true => Need::None,
                    false => Need::Any(tellers.into_iter().filter(is_idle).collect()),
                });
                continue;
            }
            of.push(match need_of(machine, state, task) {
                Need::Any(tasks) => Need::Any(tasks.into_iter().filter(is_idle).collect()),
                Need::None if !machine.is_spinning(state, task) => return None,
                need => need,
            });
        }
        Some(Self::from(of, Vec::new()))
    }

    /// The needs, where those that go on may end some of these waits otherwise.
    fn from(of: Vec<Need>, enders: Vec<Vec<u32>>) -> Self {
        let mut never: Vec<bool> = of.iter().map(|need| !matches!(need, Need::None)).collect();
        loop {
            let is_never = |other: &u32| never[*other as usize];
            let lasts = |task: usize| enders.get(task).is_none_or(|by| by.iter().all(is_never));
            let left: Vec<bool> = of
                .iter()
                .zip(&never)
                .enumerate()
                .map(|(task, (need, before))| {
                    *before
                        && lasts(task)
                        && match need {
                            Need::None => false,
                            Need::Any(tasks) => tasks.iter().all(is_never),
                            Need::All(tasks) => tasks.iter().any(is_never),
                        }
                })
                .collect();
            if left == never {
                return Self { of, never };
            }
            never = left;
        }
    }

    /// The tasks whose needs are never met.
    pub(super) fn never_met(&self) -> impl Iterator<Item = u32> + '_ {
        (0..).zip(&self.never).filter(|(_, never)| **never).map(|(task, _)| task)
    }

    /// The tasks that the wait of `task` comes back to, itself among them: if all that it needs,
    /// however far, needs it in turn.
    pub(super) fn closed_circle(&self, task: u32) -> Option<Vec<u32>> {
        if !self.never[task as usize] {
            return None;
        }
        let mut circle = self.reached(task);
        let comes_back = |helper: &u32| *helper == task || self.reached(*helper).contains(&task);
        if !circle.iter().all(comes_back) {
            return None;
        }
        if !circle.contains(&task) {
            circle.push(task);
        }
        circle.sort_unstable();
        Some(circle)
    }

    /// Of these tasks those that wait for ever even if all others went on.
    pub(super) fn stuck_among(&self, mut tasks: Vec<u32>) -> Vec<u32> {
        loop {
            let is_left = |task: &u32| tasks.contains(task);
            let lasts = |task: &u32| match &self.of[*task as usize] {
                Need::None => false,
                Need::Any(by) => by.iter().all(is_left),
                Need::All(by) => by.iter().any(is_left),
            };
            let left: Vec<u32> = tasks.iter().copied().filter(lasts).collect();
            if left.len() == tasks.len() {
                return tasks;
            }
            tasks = left;
        }
    }

    /// All that never go on and whom it needs, however far.
    fn reached(&self, task: u32) -> Vec<u32> {
        let mut reached = Vec::new();
        let mut pending = self.needed(task);
        while let Some(helper) = pending.pop() {
            if !reached.contains(&helper) {
                reached.push(helper);
                pending.extend(self.needed(helper));
            }
        }
        reached
    }

    fn needed(&self, task: u32) -> Vec<u32> {
        match &self.of[task as usize] {
            Need::None => Vec::new(),
            Need::Any(tasks) | Need::All(tasks) => {
                tasks.iter().copied().filter(|other| self.never[*other as usize]).collect()
            }
        }
    }
}

fn need_of(machine: Machine<'_>, state: &State, task: u32) -> Need {
    let by_others = |mut tasks: Vec<u32>| {
        tasks.extend(cancellers(machine, state, task));
        Need::Any(tasks)
    };
    match wait_of(machine, state, task) {
        None | Some(Wait::Open) => Need::None,
        Some(Wait::Tasks(tasks)) => Need::All(tasks),
        Some(Wait::Cases(tasks, _)) => by_others(tasks),
        Some(Wait::Lock(holders, object)) => match takers(machine, state, task, object) {
            Some(takers) => by_others([holders, takers].concat()),
            None => Need::None,
        },
        Some(Wait::Object(wait, object)) => {
            helpers(machine, state, task, wait, object).map_or(Need::None, by_others)
        }
    }
}

/// What a task waits for; none when it has ended.
pub(in crate::skeleton) fn wait_of(machine: Machine<'_>, state: &State, task: u32) -> Option<Wait> {
    let of = &state.tasks[task as usize];
    if of.is_done() {
        return None;
    }
    if machine.is_timed(state, task) {
        return Some(Wait::Open);
    }
    let children = |scope: Option<u32>| Wait::Tasks(state.children(task, scope));
    let Some(node) = machine.node(state, task) else {
        let innermost = of.scopes.len().checked_sub(1);
        return Some(children(innermost.map(|position| position as u32)));
    };
    Some(match &node.action {
        Action::End(scope) | Action::Leave(scope) => children(machine.scope(state, task, *scope)),
        Action::Spawn { scope, .. } => match machine.opened(state, task, scope) {
            Some((owner, position)) => Wait::Tasks(state.children(owner, Some(position))),
            None => Wait::Open,
        },
        Action::Join { task: of, .. } => match machine.operand(state, task, of) {
            Value::Task(joined) => Wait::Tasks(vec![joined]),
            // It waits for one after the other.
            of => state
                .elements(&of)
                .map_or(Wait::Open, |joined| Wait::Tasks(running(state, &joined))),
        },
        Action::Take(_, mode, _) => wait_of_lock(machine, state, task, *mode),
        Action::TakeWhen(_, mode, _) => match wait_of_lock(machine, state, task, *mode) {
            Wait::Lock(tasks, lock) if tasks.is_empty() => match machine.condition(state, task) {
                Some(false) => Wait::Object(StuckWait::Condition, lock),
                _ => Wait::Open,
            },
            wait => wait,
        },
        Action::Select { .. } => wait_of_select(machine, state, task),
        Action::Sync { .. } | Action::Each { .. } => wait_of_operation(machine, state, task),
        _ => Wait::Open,
    })
}

/// The tasks that may serve a wait, or come to have what it is for; none where that may be anybody.
fn helpers(
    machine: Machine<'_>,
    state: &State,
    task: u32,
    wait: StuckWait,
    object: u32,
) -> Option<Vec<u32>> {
    let takers = takers(machine, state, task, object)?;
    Some([servers(machine, state, task, wait, object), takers].concat())
}

/// The tasks of a list that have not ended.
fn running(state: &State, of: &[Value]) -> Vec<u32> {
    let task = |of: &Value| match of {
        Value::Task(task) if !state.tasks[*task as usize].is_done() => Some(*task),
        _ => None,
    };
    of.iter().filter_map(task).collect()
}

/// A lock comes back from its holders; a permit from anybody who may release one.
fn wait_of_lock(machine: Machine<'_>, state: &State, task: u32, mode: LockMode) -> Wait {
    let offers = machine.offers(state, task);
    let Some(offer) = offers.first() else { return Wait::Open };
    let ObjectKind::Lock { holders, queued, .. } = &state.objects[offer.object as usize].kind
    else {
        return Wait::Open;
    };
    let is_permit = mode == LockMode::Acquire;
    // Whoever ended with it, or comes to no `release`, gives nothing back.
    let gives_back = |held: &&Held| {
        !state.tasks[held.task as usize].is_done() && (!is_permit || held.how == Hold::Block)
    };
    let mut tasks: Vec<u32> = holders.iter().filter(gives_back).map(|held| held.task).collect();
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
        match helpers(machine, state, task, wait, offer.object) {
            Some(helpers) => tasks.extend(helpers),
            None => return Wait::Open,
        }
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

impl Machine<'_> {
    /// Which tasks can take a step now, by themselves or with a partner that stands there.
    fn ready(self, state: &State) -> Vec<bool> {
        let tasks = 0..state.tasks.len() as u32;
        let all: Vec<Vec<Offer>> = tasks.clone().map(|task| self.offers(state, task)).collect();
        tasks.map(|task| self.is_ready(state, task, &all)).collect()
    }

    fn is_ready(self, state: &State, task: u32, all: &[Vec<Offer>]) -> bool {
        self.choice(state, task).is_some()
            || all[task as usize].iter().any(|offer| self.is_met(state, task, offer, all))
            || !self.meetings(state, task, all).is_empty()
    }

    /// What the cases of the `select` are about that the task stands at, in order.
    pub(in crate::skeleton) fn case_objects(self, state: &State, task: u32) -> Vec<u32> {
        self.offers(state, task).iter().map(|offer| offer.object).collect()
    }

    /// Whether the task goes round in a loop that nobody sees and that does not end.
    pub(in crate::skeleton) fn is_spinning(self, state: &State, task: u32) -> bool {
        self.node(state, task).is_some_and(|node| node.action == Action::Spin)
    }
}
