//! Tasks that cannot meet: what one group does changes nothing for another, in whatever order.
//!
//! Two tasks are in one group if both can get at a channel, signal or lock, or if one may end the other,
//! by cancelling it or by a failure. A state is followed by the steps of one of its groups alone; the others' come later, and
//! lead to the same. (A *persistent set*: Godefroid, Partial-Order Methods, 1996, chapter 4.)

use super::enders::{Enders, is_stopping};
use crate::skeleton::state::State;
use crate::skeleton::state::value::Value;

/// The group of each task, by number.
pub(super) fn groups(enders: &Enders, state: &State) -> Vec<u32> {
    let mut groups = Groups { parent: (0..state.tasks.len() as u32).collect() };
    let mut owner: Vec<Option<u32>> = vec![None; state.objects.len()];
    for task in 0..state.tasks.len() as u32 {
        let of = &state.tasks[task as usize];
        if of.is_done() {
            continue;
        }
        let mut pending = Vec::new();
        of.values().for_each(|value| find_objects(value, &mut pending));
        while let Some(object) = pending.pop() {
            match owner[object as usize].replace(task) {
                Some(other) if other == task => {}
                Some(other) => groups.join(task, other),
                None => {
                    let held = state.objects[object as usize].kind.held();
                    held.iter().for_each(|value| find_objects(value, &mut pending));
                }
            }
        }
        if let Some((parent, _)) = of.parent
            && (enders.cancels
                || is_stopping(&state.tasks[parent as usize])
                || may_end(enders, state, parent)
                || enders.may_fail(state, parent, 0))
        {
            groups.join(task, parent);
        }
    }
    // Whoever went through a barrier breaks it by a failure, even if it has forgotten it.
    for (object, owner) in state.objects.iter().zip(&owner) {
        let owner = owner.map(|owner| (owner, object.kind.latest()));
        owner.iter().for_each(|(owner, latest)| {
            latest.iter().for_each(|party| groups.join(*party, *owner));
        });
    }
    (0..state.tasks.len() as u32).map(|task| groups.find(task)).collect()
}

fn find_objects(value: &Value, found: &mut Vec<u32>) {
    value.walk(&mut |part| {
        if let Value::Object(object) = part {
            found.push(*object);
        }
    });
}

fn may_end(enders: &Enders, state: &State, parent: u32) -> bool {
    let of = &state.tasks[parent as usize];
    of.frames.iter().any(|frame| enders.may_leave(frame.routine))
        || of.scopes.iter().any(|scope| scope.on_timeout.is_some())
}

/// Sets of tasks, each with one of them as its number.
struct Groups {
    parent: Vec<u32>,
}

impl Groups {
    fn find(&self, task: u32) -> u32 {
        let mut at = task;
        while self.parent[at as usize] != at {
            at = self.parent[at as usize];
        }
        at
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.find(a), self.find(b));
        self.parent[a.max(b) as usize] = a.min(b);
    }
}
