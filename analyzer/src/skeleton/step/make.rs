//! Objects in the making: channels, signals and locks.

use super::local::Moved;
use super::{Machine, Progress};
use crate::mir::{Const, Local, Operand};
use crate::skeleton::graph::{Kind, NodeId};
use crate::skeleton::state::value::{Known, Value};
use crate::skeleton::state::{Made, Object, ObjectKind, Reach, State};

impl Machine<'_> {
    pub(super) fn make(
        self,
        state: &mut State,
        task: u32,
        next: Option<NodeId>,
        dest: Local,
        kind: ObjectKind,
        escaped: bool,
    ) -> Moved {
        let Some(frame) = self.frame(state, task) else { return Ok(Progress::Waits) };
        let made = Made::At(frame.routine, frame.node);
        let reach = if escaped { Reach::Escaped } else { Reach::Own };
        let object = state.objects.len() as u32;
        state.objects.push(Object { made, reach, kind }.into());
        self.go_on_with(state, task, next, Some(dest), Value::Object(object))
    }

    pub(super) fn make_channel(
        self,
        state: &mut State,
        task: u32,
        next: Option<NodeId>,
        dest: Local,
        capacity: &Operand,
    ) -> Moved {
        let capacity = self.count(self.operand(state, task, capacity));
        let (capacity, escaped) = match capacity.known(&state.facts) {
            Known::Is(Const::Int(capacity)) => (capacity, false),
            Known::Needs(of) if of.kind() == Kind::Int => return Ok(Progress::Waits),
            _ => (0, true),
        };
        let kind = ObjectKind::Channel { capacity, queue: Vec::new(), closed: false, closer: None };
        self.make(state, task, next, dest, kind, escaped)
    }

    pub(super) fn make_barrier(
        self,
        state: &mut State,
        task: u32,
        next: Option<NodeId>,
        dest: Local,
        parties: &Operand,
    ) -> Moved {
        let (parties, escaped) = match self.operand(state, task, parties).known(&state.facts) {
            Known::Is(Const::Int(parties)) => (parties, parties < 1),
            Known::Needs(of) if of.kind() == Kind::Int => return Ok(Progress::Waits),
            _ => (1, true),
        };
        let kind = ObjectKind::Barrier { parties, broken: false, latest: Vec::new() };
        self.make(state, task, next, dest, kind, escaped)
    }

    pub(super) fn make_lock(
        self,
        state: &mut State,
        task: u32,
        next: Option<NodeId>,
        dest: Local,
        permits: Option<&Operand>,
        guards: Value,
    ) -> Moved {
        let permits = permits.map(|of| self.operand(state, task, of).known(&state.facts));
        let (permits, escaped) = match permits {
            None => (1, false),
            Some(Known::Is(Const::Int(permits))) => (permits, false),
            Some(Known::Needs(of)) if of.kind() == Kind::Int => return Ok(Progress::Waits),
            Some(_) => (1, true),
        };
        let (holders, queued) = (Vec::new(), Vec::new());
        let kind = ObjectKind::Lock { permits, holders, queued, before: false, guards };
        self.make(state, task, next, dest, kind, escaped)
    }
}
