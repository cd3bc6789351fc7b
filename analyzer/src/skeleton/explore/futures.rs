//! What a task may still do to an object, by where it stands.
//!
//! A task that waits at the end of a scope does nothing before the tasks of the scope have ended. So of those
//! around a task only counts what they may do until then.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::mir::ScopeId;
use crate::skeleton::graph::{NodeId, RoutineId, Skeleton};
use crate::skeleton::state::value::Value;
use crate::skeleton::state::{Ended, Frame, Mode, State, Task};
use crate::skeleton::uses::{Use, Uses};

/// From where on in a routine, and up to the end of which scope.
type Stretch = (RoutineId, Vec<NodeId>, Option<ScopeId>);

/// What tasks may still do.
pub(super) struct Futures<'a> {
    skeleton: &'a Skeleton,
    uses: Uses,
    known: RefCell<FxHashMap<Stretch, Rc<[Use]>>>,
}

/// How long a task is looked at: up to the end of its scope with that position, or to its own.
pub(super) type Until = Option<u32>;

impl<'a> Futures<'a> {
    pub(super) fn of(skeleton: &'a Skeleton) -> Self {
        Self { skeleton, uses: Uses::of(&skeleton.routines), known: RefCell::default() }
    }

    /// What the task may do to the object, the first of its carriers.
    pub(super) fn by(&self, task: &Task, until: Until, carriers: &[u32]) -> Use {
        let mut found = Use::default();
        self.each(task, until, &mut |value, of| {
            if value.mentions(carriers[0]) {
                found |= of;
            }
            if value.mentions_any(&carriers[1..]) {
                found |= Use::OTHER;
            }
        });
        found
    }

    /// Tells of each value that the task holds, and what it may do to it.
    pub(super) fn each(&self, task: &Task, until: Until, f: &mut dyn FnMut(&Value, Use)) {
        for (frame, from, scope) in stretches(task, until) {
            let uses = self.from(frame, from, scope);
            frame.registers.iter().zip(&*uses).for_each(|(value, of)| f(value, *of));
            // What the call defers it runs when its scopes have ended.
            for (routine, args) in frame.deferred.iter().filter(|_| scope.is_none()) {
                let inputs = args.iter().enumerate();
                inputs.for_each(|(at, value)| f(value, self.uses.of_input(*routine, at)));
            }
        }
        match &task.mode {
            Mode::Done(Ended::Well(result)) => f(result, Use::OTHER),
            Mode::Done(_) => {}
            _ => task.constants.0.iter().for_each(|value| f(value, Use::OTHER)),
        }
    }

    fn from(&self, frame: &Frame, from: Vec<NodeId>, until: Option<ScopeId>) -> Rc<[Use]> {
        let stretch = (frame.routine, from, until);
        if let Some(known) = self.known.borrow().get(&stretch) {
            return known.clone();
        }
        let routine = self.skeleton.routine(frame.routine);
        let uses: Rc<[Use]> = self.uses.from(routine, &stretch.1, until).into();
        self.known.borrow_mut().insert(stretch, uses.clone());
        uses
    }
}

/// The calls of the task that go on meanwhile, each with where it does, and up to the end of which scope.
fn stretches(
    task: &Task,
    until: Until,
) -> impl Iterator<Item = (&Frame, Vec<NodeId>, Option<ScopeId>)> {
    let open = until.and_then(|position| task.scopes.get(position as usize));
    let first = open.map_or(0, |open| (open.frames as usize).saturating_sub(1));
    task.frames.iter().enumerate().skip(first).map(move |(number, frame)| {
        let scope = open.filter(|_| number == first).map(|open| open.scope);
        (frame, goes_on_at(task, number, until), scope)
    })
}

/// How long a task is looked at that may be one of those around.
pub(super) fn until(around: &[(u32, u32)], task: u32) -> Until {
    around.iter().find(|(owner, _)| *owner == task).map(|(_, position)| *position)
}

/// Where a call of the task goes on: after those that it calls, where they fail, and where the time of its
/// scopes is up.
fn goes_on_at(task: &Task, number: usize, until: Until) -> Vec<NodeId> {
    let mut nodes = vec![task.frames[number].node];
    nodes.extend(task.frames.get(number + 1).and_then(|called| called.handler));
    let inner = (0..).zip(&task.scopes).filter(|(position, open)| {
        open.frames as usize == number + 1 && until.is_none_or(|until| *position > until)
    });
    nodes.extend(inner.filter_map(|(_, open)| open.on_timeout));
    nodes
}

/// The tasks around one, each with the position of the scope in it that the other belongs to.
pub(super) fn around(state: &State, task: u32) -> Vec<(u32, u32)> {
    let parent = |task: u32| state.tasks[task as usize].parent;
    std::iter::successors(parent(task), |(owner, _)| parent(*owner)).collect()
}
