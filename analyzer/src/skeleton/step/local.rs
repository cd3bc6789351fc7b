//! A task's own steps: what no other task can see, and what waits for nothing but itself.

use super::eval::{self, operand};
use super::unwind::ends_others_at_last;
use super::{Event, EventKind, Machine, Progress, Stop, cells};
use crate::mir::{Const, Local, Operand, Rvalue};
use crate::skeleton::graph::{Action, Arg, Kind, NodeId, SyncOp, Tag};
use crate::skeleton::misuse::MisuseKind;
use crate::skeleton::state::value::{Known, VALUE_DEPTH_MAX, Value};
use crate::skeleton::state::{Frame, Mode, ObjectKind, Reach, State};

/// Whether a task took a step of its own, or why the search ends.
pub(super) type Moved = Result<Progress, Stop>;

impl Machine<'_> {
    /// One step of the task, if it is its own.
    pub(super) fn local_step(self, state: &mut State, task: u32, log: &mut Vec<Event>) -> Moved {
        let of = &state.tasks[task as usize];
        if of.is_done() {
            return Ok(Progress::Waits);
        }
        if let Mode::Unwinding(raise) = of.mode {
            if ends_others_at_last(state, task) {
                return Ok(Progress::Waits);
            }
            return self.unwind(state, task, raise);
        }
        let Some(node) = self.node(state, task) else { return Ok(Progress::Waits) };
        if let Some(raise) = self.stops_at(state, task, node) {
            return Ok(self.stop(state, task, raise));
        }
        if self.is_seen_passing(state, task) {
            return Ok(Progress::Waits);
        }
        self.follow(state, task, log)
    }

    /// The same, where nothing keeps it from it.
    pub(in crate::skeleton) fn follow(
        self,
        state: &mut State,
        task: u32,
        log: &mut Vec<Event>,
    ) -> Moved {
        let Some(node) = self.node(state, task) else { return Ok(Progress::Waits) };
        let next = node.next.first().copied();
        match &node.action {
            _ if self.may_be_caught(state, task) => Ok(Progress::Waits),
            Action::Let(_, Rvalue::Index(of, index))
                if self.is_unknown_element(state, task, of, index) =>
            {
                Ok(Progress::Waits)
            }
            Action::Let(..) | Action::Put(..) | Action::Arrange { .. } | Action::Opaque { .. }
                if self.fails_here(state, task) =>
            {
                // One that may not have begun fails when it does.
                if task > 0 && state.children(task, None).is_empty() {
                    return Ok(Progress::Waits);
                }
                log.extend(self.event(state, task, EventKind::Fails, None));
                self.fail(state, task);
                Ok(Progress::Moved)
            }
            Action::Let(_, Rvalue::Index(of, index)) if self.is_beyond(state, task, of, index) => {
                Err(Stop::Failed)
            }
            Action::Let(dest, value) => {
                let value = self.evaluate(state, task, *dest, value);
                self.go_on_with(state, task, next, Some(*dest), value)
            }
            Action::Opaque { dest, tag, args } => {
                let mut args = self.operands(state, task, args);
                if let (Tag::Len, [of]) = (tag, args.as_mut_slice())
                    && let Some(elements) = state.elements(of)
                {
                    *of = Value::List(elements);
                }
                let value = eval::opaque(tag, args.clone(), self.kind_of(state, task, *dest));
                let is_open = matches!(value, Value::Unknown | Value::Symbol(..) | Value::Term(_));
                if is_open && matches!(tag, Tag::Item(_) | Tag::Intrinsic(_)) {
                    args.iter().for_each(|arg| state.escape(arg));
                }
                self.go_on_with(state, task, next, Some(*dest), value)
            }
            Action::Fresh { dest, may_be_any } => {
                let value = self.fresh(state, task, *dest);
                let value = if *may_be_any { value } else { eval::chance(value) };
                self.go_on_with(state, task, next, Some(*dest), value)
            }
            Action::MakeChannel(dest, capacity) => {
                self.make_channel(state, task, next, *dest, capacity)
            }
            Action::MakeSignal(dest) => {
                let kind = ObjectKind::Signal { set: false };
                self.make(state, task, next, *dest, kind, false)
            }
            Action::MakeBarrier(dest, parties) => {
                self.make_barrier(state, task, next, *dest, parties)
            }
            Action::MakeLock { dest, permits, guards } => {
                let guarded = guards.as_ref().map(|of| self.operand(state, task, of));
                let guarded = cells::kept(state, guarded.unwrap_or(Value::Unknown));
                self.make_lock(state, task, next, *dest, permits.as_ref(), guarded)
            }
            Action::MakeAtom(dest, value) => {
                let value = self.operand(state, task, value);
                let value = cells::kept(state, value);
                self.make(state, task, next, *dest, ObjectKind::Atom(value), false)
            }
            Action::Atom { atom, args, dest, .. } => {
                self.atom_unseen(state, task, next, atom, args, *dest)
            }
            Action::Lend(lock, mode, loan) => self.lend(state, task, next, lock, (*mode, *loan)),
            Action::PutBack(lock, loan) => self.put_back(state, task, next, lock, *loan),
            Action::Arrange { dest, of, args } => {
                self.arrange(state, task, next, (*dest, *of), args)
            }
            Action::Put(list, index, value) => self.put(state, task, next, [list, index, value]),
            Action::Escape(values, dest) => {
                for value in self.operands(state, task, values) {
                    state.escape(&value);
                }
                self.go_on_with(state, task, next, *dest, Value::Unknown)
            }
            Action::Branch(condition) => self.branch(state, task, condition, &node.next),
            Action::Each { iterator, dest } => self.each(state, task, *iterator, *dest, &node.next),
            Action::Call { dest, target, args } => {
                self.call(state, task, next, *dest, *target, args)
            }
            Action::Spawn { dest, scope, target, args } => {
                self.spawn(state, task, next, (*dest, scope), *target, args, log)
            }
            Action::Detach(target, args) => self.detach(state, task, next, *target, args, log),
            Action::Defer(target, args) => self.defer(state, task, next, *target, args),
            Action::RunDefers => self.run_defers(state, task, next),
            Action::Join { dest, task: of, settles, fails } => {
                self.join(state, task, next, *dest, of, (*settles, *fails))
            }
            Action::Cancel(of) => self.cancel(state, task, next, of),
            Action::Enter { scope, limit, handle, supervised } => {
                let limit = limit.as_ref().map(|limit| self.operand(state, task, limit));
                self.enter(state, task, &node.next, (*scope, *handle, *supervised), limit)
            }
            Action::End(scope) => {
                let Some(position) = self.scope(state, task, *scope) else {
                    return Err(Stop::Bounded("a scope is not open"));
                };
                self.end_scope(state, task, position, next)
            }
            Action::Leave(scope) => {
                let Some(position) = self.scope(state, task, *scope) else {
                    return Err(Stop::Bounded("a scope is not open"));
                };
                self.leave(state, task, position, next)
            }
            Action::Sync { op, object, dest, value } => {
                let value = value.as_ref().map(|value| self.operand(state, task, value));
                let object = self.operand(state, task, object);
                self.sync_alone(state, task, next, (*op, *dest), &object, value, log)
            }
            Action::Take(lock, mode, how) => match self.lock(state, task, lock) {
                Some(_) => Ok(Progress::Waits),
                None => self.take_unseen(state, task, next, lock, (*mode, *how)),
            },
            Action::TakeWhen(..) => Ok(Progress::Waits),
            Action::TryTake(lock, _, dest) => match self.lock(state, task, lock) {
                Some(_) => Ok(Progress::Waits),
                None => self.go_on_with(state, task, next, *dest, Value::Unknown),
            },
            Action::Give(lock, mode, how) => self.give(state, task, next, lock, (*mode, *how), log),
            Action::Select { .. } => Ok(Progress::Waits),
            Action::Assume { condition, holds: expected, .. } => {
                match self.operand(state, task, condition).known(&state.facts) {
                    _ if self.fails_here(state, task) => Ok(Progress::Waits),
                    Known::Is(Const::Bool(is)) if is != *expected => Err(Stop::Failed),
                    Known::Needs(_) => Ok(Progress::Waits),
                    _ => self.go_on(state, task, next),
                }
            }
            Action::Pause => self.go_on(state, task, next),
            Action::Spin | Action::Unclear(_) | Action::Fail => Ok(Progress::Waits),
            Action::Return(value) => {
                let value = value.as_ref().map(|value| self.operand(state, task, value));
                self.return_from(state, task, value.unwrap_or(Value::Unknown), log)
            }
        }
    }

    /// The value of an rvalue. Objects that it loses sight of escape.
    pub(super) fn evaluate(
        self,
        state: &mut State,
        task: u32,
        dest: Local,
        value: &Rvalue,
    ) -> Value {
        let result = eval::rvalue(self.skeleton, state, task, dest, value);
        if result.depth() > VALUE_DEPTH_MAX {
            state.escape(&result);
            return Value::Unknown;
        }
        let is_plain = !self.kind_of(state, task, dest).carries_objects();
        let only_asks =
            matches!(value, Rvalue::Unary(..) | Rvalue::Binary(..) | Rvalue::IsVariant(..))
                && is_plain;
        if result == Value::Unknown && !only_asks {
            for part in value.operands() {
                let part = self.operand(state, task, part);
                state.escape(&part);
            }
        }
        result
    }

    pub(super) fn frame(self, state: &mut State, task: u32) -> Option<&mut Frame> {
        state.tasks[task as usize].frames.last_mut()
    }

    pub(in crate::skeleton) fn operand(self, state: &State, task: u32, of: &Operand) -> Value {
        let frame = state.tasks[task as usize].frames.last();
        frame.map_or(Value::Unknown, |frame| operand(frame, of))
    }

    pub(super) fn operands(self, state: &State, task: u32, of: &[Operand]) -> Vec<Value> {
        of.iter().map(|of| self.operand(state, task, of)).collect()
    }

    pub(super) fn args(self, state: &State, task: u32, args: &[Arg]) -> Vec<Value> {
        let value = |arg: &Arg| arg.as_ref().map(|arg| self.operand(state, task, arg));
        args.iter().map(|arg| value(arg).unwrap_or(Value::Unknown)).collect()
    }

    pub(super) fn kind_of(self, state: &State, task: u32, local: Local) -> Kind {
        let frame = state.tasks[task as usize].frames.last();
        frame.map_or(Kind::Value, |frame| self.skeleton.routine(frame.routine).local(local).kind)
    }

    pub(super) fn fresh(self, state: &mut State, task: u32, dest: Local) -> Value {
        let kind = self.kind_of(state, task, dest);
        state.symbols += 1;
        Value::Symbol(state.symbols - 1, kind)
    }

    pub(super) fn set(self, state: &mut State, task: u32, dest: Option<Local>, value: Value) {
        if let Some((dest, frame)) = dest.zip(self.frame(state, task)) {
            frame.registers[dest.index()] = value;
        }
    }

    pub(super) fn go_on(self, state: &mut State, task: u32, next: Option<NodeId>) -> Moved {
        let next = next.ok_or(Stop::Bounded("a routine ends without a return"))?;
        if let Some(frame) = self.frame(state, task) {
            frame.node = next;
        }
        Ok(Progress::Moved)
    }

    pub(super) fn go_on_with(
        self,
        state: &mut State,
        task: u32,
        next: Option<NodeId>,
        dest: Option<Local>,
        value: Value,
    ) -> Moved {
        self.set(state, task, dest, value);
        self.go_on(state, task, next)
    }

    pub(super) fn branch(
        self,
        state: &mut State,
        task: u32,
        condition: &Operand,
        next: &[NodeId],
    ) -> Moved {
        match self.operand(state, task, condition).known(&state.facts) {
            Known::Is(Const::Bool(true)) => self.go_on(state, task, next.first().copied()),
            Known::Is(Const::Bool(false)) => self.go_on(state, task, next.get(1).copied()),
            _ => Ok(Progress::Waits),
        }
    }

    pub(super) fn lock(self, state: &State, task: u32, lock: &Operand) -> Option<u32> {
        match self.operand(state, task, lock) {
            Value::Object(lock) if state.objects[lock as usize].reach != Reach::Escaped => {
                Some(lock)
            }
            _ => None,
        }
    }

    /// What is wrong with an operation of a task that closed a channel which others may reach
    /// unseen: what it did itself, nobody undoes.
    fn misuses_own_close(
        self,
        state: &mut State,
        task: u32,
        object: u32,
        op: SyncOp,
    ) -> Option<MisuseKind> {
        let ObjectKind::Channel { closer, .. } = &mut state.objects[object as usize].kind else {
            return None;
        };
        let is_mine = *closer == Some(task);
        match op {
            SyncOp::Close if is_mine => Some(MisuseKind::CloseTwice),
            SyncOp::Send | SyncOp::TrySend if is_mine => Some(MisuseKind::SendAfterClose),
            SyncOp::Close => {
                *closer = Some(task);
                None
            }
            _ => None,
        }
    }

    /// An operation that meets nobody: on a channel from outside, which is taken to be served, or
    /// on one that went out of sight, where a wait is never judged.
    #[allow(clippy::too_many_arguments, reason = "the parts of one action")]
    pub(super) fn sync_alone(
        self,
        state: &mut State,
        task: u32,
        next: Option<NodeId>,
        (op, dest): (SyncOp, Option<Local>),
        object: &Value,
        value: Option<Value>,
        log: &mut Vec<Event>,
    ) -> Moved {
        let is_outside = match object {
            Value::Object(object) if state.objects[*object as usize].reach == Reach::Own => {
                let set = ObjectKind::Signal { set: true };
                if op == SyncOp::Wait && state.objects[*object as usize].kind == set {
                    return self.go_on(state, task, next);
                }
                return Ok(Progress::Waits);
            }
            Value::Object(object) => {
                if let Some(kind) = self.misuses_own_close(state, task, *object, op) {
                    return self.misused(state, task, kind, Some(*object));
                }
                if op == SyncOp::Close {
                    log.extend(self.event(state, task, EventKind::Closes, Some(*object)));
                }
                state.objects[*object as usize].reach == Reach::Outside
            }
            Value::Symbol(..) | Value::Term(_) => true,
            _ => false,
        };
        let waits = matches!(
            op,
            SyncOp::Send | SyncOp::Receive | SyncOp::Next | SyncOp::Wait | SyncOp::Meet
        );
        if waits && !is_outside {
            return Ok(Progress::Waits);
        }
        value.iter().for_each(|value| state.escape(value));
        self.go_on_with(state, task, next, dest, Value::Unknown)
    }
}
