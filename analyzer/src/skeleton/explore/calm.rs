//! Locks that keep nobody waiting for long: a task passes them as if they were not there.
//!
//! A mutex, rwlock or semaphore is *calm* if whoever has it waits for nothing but other calm locks, which all
//! take in one order. Then each that has some gives them back whatever the others do, for of those who have calm
//! locks the one with the last in that order waits for none (Havender, Avoiding Deadlock in Multitasking Systems,
//! 1968). And nothing that others see happens between a take and its give, so all that lies between is one step
//! (Lipton, Reduction: A Method of Proving Properties of Parallel Programs, 1975), and who is first makes no
//! difference to who waits for whom.
//!
//! That is so of all that the tasks have left to do ([`super::nesting`]), so a lock that is calm stays calm. Where tasks
//! may end early nothing is called calm, for a task may be stopped where it takes one.

use super::futures::until;
use super::nesting::Nestings;
use crate::mir::{Local, Operand};
use crate::skeleton::graph::{Action, Hold, Skeleton};
use crate::skeleton::state::value::Value;
use crate::skeleton::state::{ObjectKind, Reach, State};
use crate::skeleton::step::Machine;

/// Finds the locks that are calm.
pub(super) struct Calm {
    is_any: bool,
    nestings: Nestings,
}

impl Calm {
    pub(super) fn of(skeleton: &Skeleton) -> Self {
        let mut nodes = skeleton.routines.iter().flat_map(|routine| &routine.nodes);
        let is_any = !skeleton.ends.any && nodes.any(|node| taken(&node.action).is_some());
        Self { is_any, nestings: Nestings::default() }
    }

    /// The lock that the task is about to take by a block, if it may be calm.
    pub(super) fn wanted(&self, machine: Machine<'_>, state: &State, task: u32) -> Option<u32> {
        let node = machine.node(state, task).filter(|_| self.is_any)?;
        let holds_unseen = state.tasks[task as usize].unseen_locks.0 > 0;
        match machine.operand(state, task, &Operand::Local(taken(&node.action)?)) {
            Value::Object(lock) if !holds_unseen => Some(lock),
            _ => None,
        }
    }

    /// Which objects are calm locks for a task in these scopes around it: those that are free, and after which only
    /// such are taken, in no circle.
    pub(super) fn locks(
        &self,
        machine: Machine<'_>,
        state: &State,
        around: &[(u32, u32)],
    ) -> Vec<bool> {
        let mut may_be = free_locks(state);
        let mut after = vec![Vec::new(); state.objects.len()];
        for (number, task) in (0..).zip(&state.tasks) {
            let until = until(around, number);
            match self.nestings.of(machine, state, number, until).filter(|_| !task.is_done()) {
                Some(nesting) => {
                    nesting.rough.iter().for_each(|object| may_be[*object as usize] = false);
                    let lent = nesting.lent.iter().filter(|lock| is_told(state, **lock));
                    lent.for_each(|lock| may_be[*lock as usize] = false);
                    let pairs = nesting.pairs.iter();
                    pairs.for_each(|(outer, inner)| after[*outer as usize].push(*inner));
                }
                None => task.values().for_each(|value| forget(value, &mut may_be)),
            }
        }
        in_one_order(&may_be, &after)
    }
}

/// The lock that a block takes, by the local that names it.
fn taken(action: &Action) -> Option<Local> {
    match action {
        Action::Take(Operand::Local(lock), _, Hold::Block) => Some(*lock),
        _ => None,
    }
}

/// Whether it is known what the lock guards: then who comes first may make a difference.
fn is_told(state: &State, lock: u32) -> bool {
    match &state.objects[lock as usize].kind {
        ObjectKind::Lock { guards, .. } => *guards != Value::Unknown,
        _ => false,
    }
}

/// The locks of the state's own that nobody has, and that nobody is sent.
fn free_locks(state: &State) -> Vec<bool> {
    let is_free = |kind: &ObjectKind| match kind {
        ObjectKind::Lock { permits: 1.., holders, queued, .. } => {
            holders.is_empty() && queued.is_empty()
        }
        _ => false,
    };
    let mut free: Vec<bool> = state
        .objects
        .iter()
        .map(|object| object.reach == Reach::Own && is_free(&object.kind))
        .collect();
    let held = state.objects.iter().flat_map(|object| object.kind.held());
    held.for_each(|value| forget(value, &mut free));
    free
}

/// Takes the objects in a value out of those that may be calm.
fn forget(value: &Value, may_be: &mut [bool]) {
    value.walk(&mut |part| {
        if let Value::Object(object) = part {
            may_be[*object as usize] = false;
        }
    });
}

/// The objects after which, however far, only such objects come, and none comes again.
fn in_one_order(may_be: &[bool], after: &[Vec<u32>]) -> Vec<bool> {
    let mut found = vec![false; may_be.len()];
    loop {
        let next = (0..may_be.len()).find(|object| {
            may_be[*object]
                && !found[*object]
                && after[*object].iter().all(|later| found[*later as usize])
        });
        match next {
            Some(object) => found[object] = true,
            None => return found,
        }
    }
}
