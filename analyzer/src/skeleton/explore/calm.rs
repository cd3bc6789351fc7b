//! Locks that keep nobody waiting for long: a task passes them as if they were not there.
//!
//! A mutex, rwlock or semaphore is *calm* if whoever has it waits for nothing but other calm locks, which all
//! take in one order. Then each that has some gives them back whatever the others do, for of those who have calm
//! locks the one with the last in that order waits for none (Havender, Avoiding Deadlock in Multitasking Systems,
//! 1968). And nothing that others see happens between a take and its give, so all that lies between is one step
//! (Lipton, Reduction: A Method of Proving Properties of Parallel Programs, 1975), and who is first makes no
//! difference to who waits for whom.
//!
//! This is read off the code that the passing task has left to run, so a lock that is calm for it stays calm. Where
//! tasks may end early nothing is called calm, for a task may be stopped where it takes one.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::futures::{Futures, stretches, until};
use crate::mir::{Local, Operand, ScopeId};
use crate::skeleton::graph::{Action, Hold, NodeId, Routine, RoutineId, SelectOffer, Skeleton};
use crate::skeleton::state::value::Value;
use crate::skeleton::state::{ObjectKind, Reach, State};
use crate::skeleton::step::Machine;
use crate::skeleton::uses::{Use, nodes_until, walked};

/// From where on in a routine, and up to the end of which scope.
type Stretch = (RoutineId, Vec<NodeId>, Option<ScopeId>);

/// How locks are taken in the code from some nodes on.
#[derive(Default)]
struct Nesting {
    /// By local: while the object of the first is held, that of the second is taken.
    pairs: Vec<(Local, Local)>,
    /// Whose object is held while something else is done.
    rough: Vec<Local>,
}

/// Finds the locks that are calm.
pub(super) struct Calm<'a> {
    skeleton: &'a Skeleton,
    is_any: bool,
    known: RefCell<FxHashMap<Stretch, Rc<Nesting>>>,
}

impl<'a> Calm<'a> {
    pub(super) fn of(skeleton: &'a Skeleton) -> Self {
        let mut nodes = skeleton.routines.iter().flat_map(|routine| &routine.nodes);
        let is_any = !skeleton.ends.any && nodes.any(|node| taken(&node.action).is_some());
        Self { skeleton, is_any, known: RefCell::default() }
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
        futures: &Futures<'_>,
        state: &State,
        around: &[(u32, u32)],
    ) -> Vec<bool> {
        let mut may_be = free_locks(state);
        let mut after = vec![Vec::new(); state.objects.len()];
        for (number, task) in (0..).zip(&state.tasks) {
            let until = until(around, number);
            futures.each(task, until, &mut |value, of| match value {
                Value::Object(_) if of.is_within(Use::LOCK) => {}
                _ if of == Use::default() => {}
                value => forget(value, &mut may_be),
            });
            for (frame, from, scope) in stretches(task, until) {
                let nesting = self.nesting((frame.routine, from, scope));
                let held = |local: &Local| &frame.registers[local.index()];
                nesting.rough.iter().for_each(|local| forget(held(local), &mut may_be));
                for (outer, inner) in &nesting.pairs {
                    match (held(outer), held(inner)) {
                        (Value::Object(outer), Value::Object(inner)) => {
                            after[*outer as usize].push(*inner);
                        }
                        (outer, _) => forget(outer, &mut may_be),
                    }
                }
            }
        }
        in_one_order(&may_be, &after)
    }

    fn nesting(&self, stretch: Stretch) -> Rc<Nesting> {
        if let Some(known) = self.known.borrow().get(&stretch) {
            return known.clone();
        }
        let nesting = Nesting::of(self.skeleton.routine(stretch.0), &stretch.1, stretch.2);
        let nesting = Rc::new(nesting);
        self.known.borrow_mut().insert(stretch, nesting.clone());
        nesting
    }
}

impl Nesting {
    fn of(routine: &Routine, from: &[NodeId], until: Option<ScopeId>) -> Self {
        let nodes = nodes_until(routine, from, until);
        let mut nesting = Self::default();
        for node in &nodes {
            let node = routine.node(*node);
            if let Some(lock) = taken(&node.action) {
                nesting.look_into_block(routine, lock, &node.next);
            }
        }
        let changes =
            |local: Local| nodes.iter().any(|node| is_assigned(&routine.node(*node).action, local));
        let changing = nesting.pairs.iter().filter(|(_, inner)| changes(*inner));
        let changing: Vec<Local> = changing.map(|(outer, _)| *outer).collect();
        nesting.rough.extend(changing);
        nesting
    }

    /// What is done up to where the block gives the lock back.
    fn look_into_block(&mut self, routine: &Routine, lock: Local, from: &[NodeId]) {
        let mut is_rough = false;
        walked(routine, from, |node| {
            if is_rough {
                return Vec::new();
            }
            let is_over = match &node.action {
                Action::Give(Operand::Local(of), _, Hold::Block) if *of == lock => true,
                Action::Give(_, _, Hold::Block)
                | Action::Pause
                | Action::Let(..)
                | Action::Opaque { .. }
                | Action::Arrange { .. }
                | Action::Branch(_)
                | Action::Assume { or_fails: false, .. } => false,
                Action::Escape(of, None) if of.is_empty() => false,
                action => {
                    let inner = taken(action);
                    self.pairs.extend(inner.map(|inner| (lock, inner)));
                    is_rough |= inner.is_none();
                    is_rough
                }
            };
            if is_over { Vec::new() } else { node.next.clone() }
        });
        if is_rough {
            self.rough.push(lock);
        }
    }
}

/// The lock that a block takes, by the local that names it.
fn taken(action: &Action) -> Option<Local> {
    match action {
        Action::Take(Operand::Local(lock), _, Hold::Block) => Some(*lock),
        _ => None,
    }
}

fn is_assigned(action: &Action, local: Local) -> bool {
    action.defines() == Some(local)
        || match action {
            Action::Each { dest, .. } => *dest == Some(local),
            Action::Select { cases, .. } => cases.iter().any(|(offer, _)| match offer {
                SelectOffer::Receive(_, dest) => *dest == Some(local),
                _ => false,
            }),
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
