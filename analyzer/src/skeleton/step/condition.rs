//! Conditions of `with … when`: whether one holds now.
//!
//! It is asked of what the lock guards, as far as that is followed. A condition that is not known may hold or not.

use super::{CALL_DEPTH_MAX, Machine, Progress};
use crate::mir::Const;
use crate::skeleton::graph::Action;
use crate::skeleton::state::value::{Known, Value};
use crate::skeleton::state::{Frame, ObjectKind, Reach, State};

/// No condition computes longer.
const STEPS_MAX: usize = 100;

impl Machine<'_> {
    /// Whether the condition holds that the task waits for, if what it says is known. With scaled counts what was
    /// counted is not what will be.
    pub(in crate::skeleton) fn condition(self, state: &State, task: u32) -> Option<bool> {
        let Action::TakeWhen(lock, _, condition) = &self.node(state, task)?.action else {
            return None;
        };
        let routine = condition.routine.filter(|_| !self.scaled)?;
        let Value::Object(lock) = self.operand(state, task, lock) else { return None };
        let of = &state.objects[lock as usize];
        let ObjectKind::Lock { guards, .. } = &of.kind else { return None };
        let captures = condition.captures.iter().map(|of| self.operand(state, task, of));
        let args: Vec<Value> = std::iter::once(guards.clone()).chain(captures).collect();
        let calls = state.tasks[task as usize].frames.len();
        if of.reach != Reach::Own || calls >= CALL_DEPTH_MAX {
            return None;
        }
        let mut asked = state.clone();
        asked.tasks[task as usize].frames.push(Frame::new(self.skeleton, routine, &args));
        match self.result(&mut asked, task, calls + 1)?.known(&asked.facts) {
            Known::Is(Const::Bool(holds)) => Some(holds),
            _ => None,
        }
    }

    /// What the call at that depth returns, if it comes to that by itself.
    pub(super) fn result(self, state: &mut State, task: u32, depth: usize) -> Option<Value> {
        for _ in 0..STEPS_MAX {
            let calls = state.tasks[task as usize].frames.len();
            match &self.node(state, task)?.action {
                Action::Return(value) if calls == depth => {
                    return Some(self.operand(state, task, value.as_ref()?));
                }
                _ if calls < depth => return None,
                _ => {}
            }
            match self.follow(state, task, &mut Vec::new()) {
                Ok(Progress::Moved) if state.misuse.is_none() => {}
                _ => return None,
            }
        }
        None
    }
}
