//! Lists of tasks that are waited for, and nothing else.
//!
//! Where no task ends early, who waits for all of them waits for those that have not ended, in whatever order. So those
//! that have are taken out, and the others put into the order of the state: then tasks that differ by their place in such
//! a list alone are alike.

use std::rc::Rc;

use super::value::Value;
use super::{Frame, State, Task};
use crate::mir::Local;
use crate::skeleton::graph::Skeleton;

/// A register of a task, by its frame.
type Register = (usize, usize, usize);

/// A list of tasks, and where it is.
pub(in crate::skeleton) type Joined = (Register, Rc<[Value]>);

impl State {
    /// The lists of tasks that are only waited for.
    pub(in crate::skeleton) fn joined(&self, skeleton: &Skeleton) -> Vec<Joined> {
        if skeleton.ends.any {
            return Vec::new();
        }
        let tasks = self.tasks.iter().enumerate();
        let frames = tasks.flat_map(|(number, task)| {
            let frames = task.frames.iter().enumerate();
            frames.map(move |(at, frame)| (number, at, task, frame))
        });
        frames
            .flat_map(|(number, at, task, frame)| {
                let lists = only_joined(skeleton, task, frame);
                lists.into_iter().map(move |(register, list)| ((number, at, register), list))
            })
            .collect()
    }

    /// The state as it would be without these.
    pub(in crate::skeleton) fn without(&self, joined: &[Joined]) -> Self {
        let mut rest = self.clone();
        for ((task, frame, register), _) in joined {
            rest.tasks[*task].frames[*frame].registers[*register] = Value::Unknown;
        }
        rest
    }

    /// Takes tasks that have ended out of such lists.
    pub(super) fn forget_joined(&mut self, skeleton: &Skeleton) {
        for (register, list) in self.joined(skeleton) {
            let is_left = |of: &&Value| match of {
                Value::Task(task) => !self.tasks[*task as usize].is_done(),
                _ => true,
            };
            let left: Rc<[Value]> = list.iter().filter(is_left).cloned().collect();
            self.put_joined(register, &list, left);
        }
    }

    /// Puts such lists into the order of their tasks.
    pub(super) fn order_joined(&mut self, skeleton: &Skeleton) {
        for (register, list) in self.joined(skeleton) {
            let mut ordered = list.to_vec();
            ordered.sort_by_key(|of| match of {
                Value::Task(task) => *task,
                _ => u32::MAX,
            });
            self.put_joined(register, &list, ordered.into());
        }
    }

    fn put_joined(&mut self, (task, frame, register): Register, old: &[Value], new: Rc<[Value]>) {
        if *old != *new {
            self.tasks[task].frames[frame].registers[register] = Value::List(new);
        }
    }
}

fn only_joined(skeleton: &Skeleton, task: &Task, frame: &Frame) -> Vec<(usize, Rc<[Value]>)> {
    let node = skeleton.routine(frame.routine).node(frame.node);
    let is_timed = task.scopes.iter().any(|open| open.on_timeout.is_some());
    if node.live.len() == node.asked.len() || is_timed {
        return Vec::new();
    }
    let joined = node.live.iter().filter(|local| node.asked.binary_search(local).is_err());
    let list = |local: &Local| match &frame.registers[local.index()] {
        Value::List(tasks) if tasks.iter().all(|of| matches!(of, Value::Task(_))) => {
            Some((local.index(), tasks.clone()))
        }
        _ => None,
    };
    joined.filter_map(list).collect()
}
