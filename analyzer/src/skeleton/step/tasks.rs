//! What starts, calls, ends and waits for tasks and routines.

use super::barrier::end_party;
use super::fails::joins_lost;
use super::local::Moved;
use super::locks::release_blocks;
use super::scopes::cancel_task;
use super::{CALL_DEPTH_MAX, Event, EventKind, Machine, Progress, Stop, TASKS_MAX};
use crate::mir::{Local, Operand, ScopeRef};
use crate::skeleton::graph::{Arg, NodeId, RoutineId, Target};
use crate::skeleton::misuse::MisuseKind;
use crate::skeleton::state::value::Value;
use crate::skeleton::state::{Ended, Frame, Mode, State, Task, Then};

impl Machine<'_> {
    pub(super) fn call(
        self,
        state: &mut State,
        task: u32,
        next: Option<NodeId>,
        dest: Option<Local>,
        target: Target,
        args: &[Arg],
    ) -> Moved {
        let args = self.args(state, task, args);
        let Some((routine, args)) = self.resolve(state, task, target, args) else {
            return self.go_on_with(state, task, next, dest, Value::Unknown);
        };
        if state.tasks[task as usize].frames.len() >= CALL_DEPTH_MAX {
            return Err(Stop::Bounded("calls nest too deeply"));
        }
        let handler = self.node(state, task).and_then(|node| node.handler);
        self.go_on(state, task, next)?;
        let mut frame = Frame::new(self.skeleton, routine, &args);
        frame.dest = dest;
        frame.handler = handler;
        state.tasks[task as usize].frames.push(frame);
        Ok(Progress::Moved)
    }

    /// The routine that a target means, with its captures; an unknown function keeps what it gets.
    pub(super) fn resolve(
        self,
        state: &mut State,
        task: u32,
        target: Target,
        mut args: Vec<Value>,
    ) -> Option<(RoutineId, Vec<Value>)> {
        let function = match target {
            Target::Routine(routine) => return Some((routine, args)),
            Target::Value(local) => self.operand(state, task, &Operand::Local(local)),
        };
        match function {
            Value::Function(routine, captures) => {
                args.extend(captures.iter().cloned());
                Some((routine, args))
            }
            of => {
                let is_outside = matches!(of, Value::Symbol(..) | Value::Term(_));
                state.unseen |= !is_outside && state.holds_any_lock(task);
                args.iter().for_each(|arg| state.escape(arg));
                None
            }
        }
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one action")]
    pub(super) fn spawn(
        self,
        state: &mut State,
        task: u32,
        next: Option<NodeId>,
        (dest, scope): (Local, &ScopeRef),
        target: Target,
        args: &[Arg],
        log: &mut Vec<Event>,
    ) -> Moved {
        let Some((owner, position)) = self.opened(state, task, scope) else {
            return self.start_unseen(state, task, next, dest, target, args);
        };
        let open = state.tasks[owner as usize].scopes.get(position as usize);
        let limit = open.and_then(|open| open.limit);
        let running = state.children(owner, Some(position)).len() as i64;
        if limit.is_some_and(|limit| running >= limit) {
            return Ok(Progress::Waits);
        }
        let args = self.args(state, task, args);
        let Some((routine, args)) = self.resolve(state, task, target, args) else {
            return self.go_on_with(state, task, next, Some(dest), Value::Unknown);
        };
        let child = self.start(state, task, Some((owner, position)), routine, &args, log)?;
        let scope = state.tasks[owner as usize].scopes.get(position as usize);
        if scope.is_some_and(|open| open.timed_out || open.failed || open.leaving) {
            state.tasks[child as usize].mode = Mode::Done(Ended::Cancelled);
        }
        self.go_on_with(state, task, next, Some(dest), Value::Task(child))
    }

    /// A task in a scope of the root's caller, who waits for it: what it does is out of sight.
    fn start_unseen(
        self,
        state: &mut State,
        task: u32,
        next: Option<NodeId>,
        dest: Local,
        target: Target,
        args: &[Arg],
    ) -> Moved {
        let args = self.args(state, task, args);
        if let Some((_, args)) = self.resolve(state, task, target, args) {
            args.iter().for_each(|arg| state.escape(arg));
        }
        self.go_on_with(state, task, next, Some(dest), Value::Unknown)
    }

    pub(super) fn detach(
        self,
        state: &mut State,
        task: u32,
        next: Option<NodeId>,
        target: Target,
        args: &[Arg],
        log: &mut Vec<Event>,
    ) -> Moved {
        let args = self.args(state, task, args);
        if let Some((routine, args)) = self.resolve(state, task, target, args) {
            self.start(state, task, None, routine, &args, log)?;
        }
        self.go_on(state, task, next)
    }

    pub(super) fn start(
        self,
        state: &mut State,
        by: u32,
        parent: Option<(u32, u32)>,
        routine: RoutineId,
        args: &[Value],
        log: &mut Vec<Event>,
    ) -> Result<u32, Stop> {
        if state.tasks.len() >= TASKS_MAX {
            return Err(Stop::Bounded("there are too many tasks"));
        }
        let owner = parent.map_or(by, |(owner, _)| owner);
        let label = &mut state.tasks[owner as usize].label;
        label.spawned += 1;
        let path = format!("{}/{}", label.path, label.spawned);
        let kind = match parent {
            Some(_) => EventKind::Starts(path.clone()),
            None => EventKind::Detaches(path.clone()),
        };
        log.extend(self.event(state, by, kind, None));
        let frame = Frame::new(self.skeleton, routine, args);
        let constants = state.tasks[by as usize].constants.clone();
        state.tasks.push(Task::new(path, parent, frame, constants).into());
        Ok(state.tasks.len() as u32 - 1)
    }

    pub(super) fn defer(
        self,
        state: &mut State,
        task: u32,
        next: Option<NodeId>,
        target: Target,
        args: &[Arg],
    ) -> Moved {
        let args = self.args(state, task, args);
        if let Some((routine, args)) = self.resolve(state, task, target, args)
            && let Some(frame) = self.frame(state, task)
        {
            frame.deferred.push((routine, args.into()));
        }
        self.go_on(state, task, next)
    }

    /// The last deferred call first; the node is left when none remain.
    pub(super) fn run_defers(self, state: &mut State, task: u32, next: Option<NodeId>) -> Moved {
        let deferred = self.frame(state, task).and_then(|frame| frame.deferred.pop());
        match deferred {
            Some((routine, args)) => {
                let mut frame = Frame::new(self.skeleton, routine, &args);
                frame.then = Then::Defer;
                state.tasks[task as usize].frames.push(frame);
                Ok(Progress::Moved)
            }
            None => self.go_on(state, task, next),
        }
    }

    pub(super) fn join(
        self,
        state: &mut State,
        task: u32,
        next: Option<NodeId>,
        dest: Option<Local>,
        of: &Operand,
        (settles, fails): (bool, bool),
    ) -> Moved {
        let of = self.operand(state, task, of);
        let of = state.elements(&of).map_or(of, Value::List);
        if fails && !settles && joins_lost(state, &of) {
            return Ok(Progress::Waits);
        }
        let value = match of {
            Value::Task(joined) => match &state.tasks[joined as usize].mode {
                Mode::Done(Ended::Well(result)) if settles || fails => result.clone(),
                Mode::Done(_) => Value::Unknown,
                _ if settles => Value::Unknown,
                _ => return Ok(Progress::Waits),
            },
            Value::List(joined) if !settles && joined.iter().any(|of| is_running(state, of)) => {
                return Ok(Progress::Waits);
            }
            Value::Unknown if !settles && !state.children(task, None).is_empty() => {
                return Ok(Progress::Waits);
            }
            _ => Value::Unknown,
        };
        self.go_on_with(state, task, next, dest, value)
    }

    pub(super) fn cancel(
        self,
        state: &mut State,
        task: u32,
        next: Option<NodeId>,
        of: &Operand,
    ) -> Moved {
        match self.operand(state, task, of) {
            Value::Task(of) => {
                cancel_task(&mut state.tasks[of as usize]);
                self.go_on(state, task, next)
            }
            _ => Err(Stop::Bounded("a task is cancelled that could be any")),
        }
    }

    pub(super) fn return_from(
        self,
        state: &mut State,
        task: u32,
        value: Value,
        log: &mut Vec<Event>,
    ) -> Moved {
        self.hand_up(state, task);
        if state.tasks[task as usize].frames.len() == 1 {
            if let Some(lock) = self.forgotten(state, task) {
                return self.misused(state, task, MisuseKind::MissingUnlock, Some(lock));
            }
            if task == 0 {
                state.escape(&value);
            }
        }
        let of = &mut state.tasks[task as usize];
        let Some(frame) = of.frames.pop() else { return Ok(Progress::Waits) };
        if let Then::Unwind(raise) = frame.then {
            of.mode = Mode::Unwinding(raise);
            return Ok(Progress::Moved);
        }
        if of.frames.is_empty() {
            return self.end_task(state, task, Ended::Well(value));
        }
        if frame.then == Then::Swap {
            return self.swapped(state, task, value, log);
        }
        self.set(state, task, frame.dest, value);
        Ok(Progress::Moved)
    }

    /// The task is over. A failure is its scope's as well.
    pub(super) fn end_task(self, state: &mut State, task: u32, ended: Ended) -> Moved {
        let has_failed = ended == Ended::Failed;
        end_party(state, task, &ended);
        state.tasks[task as usize].mode = Mode::Done(ended);
        release_blocks(state, task, 0, 0);
        if let Some(scope) = state.tasks[task as usize].parent.filter(|_| has_failed) {
            self.child_failed(state, scope, task);
        }
        Ok(Progress::Moved)
    }
}

fn is_running(state: &State, value: &Value) -> bool {
    matches!(value, Value::Task(task) if !state.tasks[*task as usize].is_done())
}
