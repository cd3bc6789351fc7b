//! A task's own steps: what no other task can see, and what waits for nothing but itself.

use std::rc::Rc;

use super::eval::{self, operand};
use super::graph::{Action, Arg, Kind, NodeId, RoutineId, SyncOp, Tag, Target};
use super::slice::operands_of;
use super::state::{Frame, Mode, Object, ObjectKind, OpenScope, State, Task};
use super::step::{
    CALL_DEPTH_MAX, Event, EventKind, Machine, Progress, Stop, TASKS_MAX, is_suspension,
};
use super::value::{Known, VALUE_DEPTH_MAX, Value};
use crate::mir::{Const, Local, Operand, Rvalue, ScopeId};

type Moved = Result<Progress, Stop>;

impl Machine<'_> {
    /// One step of the task, if it is its own.
    pub(super) fn local_step(self, state: &mut State, task: u32, log: &mut Vec<Event>) -> Moved {
        let of = &state.tasks[task as usize];
        if of.is_done() {
            return Ok(Progress::Waits);
        }
        let masked = of.frames.iter().any(|frame| frame.masked);
        match of.mode {
            Mode::Unwinding(_) if !masked => return self.unwind(state, task),
            Mode::Cancelled if !masked => {
                let Some((frame, node)) = of.frames.last().zip(self.node(state, task)) else {
                    return Ok(Progress::Waits);
                };
                if is_suspension(frame, node) {
                    state.tasks[task as usize].mode = Mode::Unwinding(None);
                    return Ok(Progress::Moved);
                }
            }
            _ => {}
        }
        self.follow(state, task, log)
    }

    fn follow(self, state: &mut State, task: u32, log: &mut Vec<Event>) -> Moved {
        let Some(node) = self.node(state, task) else { return Ok(Progress::Waits) };
        let next = node.next.first().copied();
        match &node.action {
            Action::Let(dest, value) => {
                let value = self.evaluate(state, task, *dest, value);
                self.go_on_with(state, task, next, Some(*dest), value)
            }
            Action::Opaque { dest, tag, args } => {
                let args = self.operands(state, task, args);
                if let Tag::Item(_) | Tag::Intrinsic(_) = tag {
                    args.iter().for_each(|arg| state.escape(arg));
                }
                let value = eval::opaque(tag, args, self.kind_of(state, task, *dest));
                self.go_on_with(state, task, next, Some(*dest), value)
            }
            Action::Fresh(dest) => {
                let value = self.fresh(state, task, *dest);
                self.go_on_with(state, task, next, Some(*dest), value)
            }
            Action::MakeChannel(dest, capacity) => {
                self.make_channel(state, task, next, *dest, capacity)
            }
            Action::MakeSignal(dest) => {
                let kind = ObjectKind::Signal { set: false };
                self.make(state, task, next, *dest, kind, false)
            }
            Action::MakeLock(dest, permits) => {
                self.make_lock(state, task, next, *dest, permits.as_ref())
            }
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
                self.spawn(state, task, next, (*dest, *scope), *target, args, log)
            }
            Action::Detach(target, args) => self.detach(state, task, next, *target, args, log),
            Action::Defer(target, args) => self.defer(state, task, next, *target, args),
            Action::RunDefers => self.run_defers(state, task, next),
            Action::Join { dest, task: of, settles } => {
                self.join(state, task, next, *dest, of, *settles)
            }
            Action::Cancel(of) => self.cancel(state, task, next, of),
            Action::Enter { scope, limit, .. } => {
                let limit = limit.as_ref().map(|limit| self.operand(state, task, limit));
                self.enter(state, task, &node.next, *scope, limit)
            }
            Action::End(scope) => {
                let Some(position) = self.scope(state, task, *scope) else {
                    return Err(Stop::Bounded("a scope is not open"));
                };
                if !state.children(task, Some(position)).is_empty() {
                    return Ok(Progress::Waits);
                }
                state.tasks[task as usize].scopes.truncate(position as usize);
                self.go_on(state, task, next)
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
                self.sync_alone(state, task, next, (*op, *dest), &object, value)
            }
            Action::Take(lock, _) => match self.lock(state, task, lock) {
                Some(_) => Ok(Progress::Waits),
                None => self.go_on(state, task, next),
            },
            Action::Give(lock, mode) => {
                if let Some(lock) = self.lock(state, task, lock)
                    && let ObjectKind::Lock { holders, .. } = &mut state.objects[lock as usize].kind
                    && let Some(held) =
                        holders.iter().position(|(holder, held)| (*holder, *held) == (task, *mode))
                {
                    holders.remove(held);
                    log.extend(self.event(state, task, EventKind::GivesLock, Some(lock)));
                }
                self.go_on(state, task, next)
            }
            Action::Select { .. } => Ok(Progress::Waits),
            Action::Assume(condition, expected) => {
                match self.operand(state, task, condition).known(&state.facts) {
                    Known::Is(Const::Bool(is)) if is != *expected => Err(Stop::Failed),
                    Known::Needs(_) => Ok(Progress::Waits),
                    _ => self.go_on(state, task, next),
                }
            }
            Action::Unclear(why) => Err(Stop::Bounded(why)),
            Action::Return(value) => {
                let value = value.as_ref().map(|value| self.operand(state, task, value));
                self.return_from(state, task, value.unwrap_or(Value::Unknown))
            }
            Action::Fail => Err(Stop::Failed),
        }
    }

    /// The value of an rvalue. Objects that it loses sight of escape.
    fn evaluate(self, state: &mut State, task: u32, dest: Local, value: &Rvalue) -> Value {
        let result = eval::rvalue(self.skeleton, state, task, dest, value);
        if result.depth() > VALUE_DEPTH_MAX {
            state.escape(&result);
            return Value::Unknown;
        }
        let only_asks =
            matches!(value, Rvalue::Unary(..) | Rvalue::Binary(..) | Rvalue::IsVariant(..));
        if result == Value::Unknown && !only_asks {
            for part in operands_of(value) {
                let part = self.operand(state, task, part);
                state.escape(&part);
            }
        }
        result
    }

    fn frame(self, state: &mut State, task: u32) -> Option<&mut Frame> {
        state.tasks[task as usize].frames.last_mut()
    }

    pub(super) fn operand(self, state: &State, task: u32, of: &Operand) -> Value {
        let frame = state.tasks[task as usize].frames.last();
        frame.map_or(Value::Unknown, |frame| operand(frame, of))
    }

    fn operands(self, state: &State, task: u32, of: &[Operand]) -> Vec<Value> {
        of.iter().map(|of| self.operand(state, task, of)).collect()
    }

    fn args(self, state: &State, task: u32, args: &[Arg]) -> Vec<Value> {
        let value = |arg: &Arg| arg.as_ref().map(|arg| self.operand(state, task, arg));
        args.iter().map(|arg| value(arg).unwrap_or(Value::Unknown)).collect()
    }

    fn kind_of(self, state: &State, task: u32, local: Local) -> Kind {
        let frame = state.tasks[task as usize].frames.last();
        frame.map_or(Kind::Value, |frame| self.skeleton.routine(frame.routine).local(local).kind)
    }

    fn fresh(self, state: &mut State, task: u32, dest: Local) -> Value {
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

    fn go_on_with(
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

    fn make(
        self,
        state: &mut State,
        task: u32,
        next: Option<NodeId>,
        dest: Local,
        kind: ObjectKind,
        escaped: bool,
    ) -> Moved {
        let Some(frame) = self.frame(state, task) else { return Ok(Progress::Waits) };
        let made = (frame.routine, frame.node);
        let object = state.objects.len() as u32;
        state.objects.push(Object { made, escaped, kind });
        self.go_on_with(state, task, next, Some(dest), Value::Object(object))
    }

    fn make_channel(
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
        let kind = ObjectKind::Channel { capacity, queue: Vec::new(), closed: false };
        self.make(state, task, next, dest, kind, escaped)
    }

    fn make_lock(
        self,
        state: &mut State,
        task: u32,
        next: Option<NodeId>,
        dest: Local,
        permits: Option<&Operand>,
    ) -> Moved {
        let permits = permits.map(|of| self.operand(state, task, of).known(&state.facts));
        let (permits, escaped) = match permits {
            None => (1, false),
            Some(Known::Is(Const::Int(permits))) => (permits, false),
            Some(Known::Needs(of)) if of.kind() == Kind::Int => return Ok(Progress::Waits),
            Some(_) => (1, true),
        };
        let kind = ObjectKind::Lock { permits, holders: Vec::new() };
        self.make(state, task, next, dest, kind, escaped)
    }

    fn branch(self, state: &mut State, task: u32, condition: &Operand, next: &[NodeId]) -> Moved {
        match self.operand(state, task, condition).known(&state.facts) {
            Known::Is(Const::Bool(true)) => self.go_on(state, task, next.first().copied()),
            Known::Is(Const::Bool(false)) => self.go_on(state, task, next.get(1).copied()),
            _ => Ok(Progress::Waits),
        }
    }

    /// The next element of what is not a channel of this skeleton.
    fn each(
        self,
        state: &mut State,
        task: u32,
        iterator: Local,
        dest: Option<Local>,
        next: &[NodeId],
    ) -> Moved {
        let walked = self.operand(state, task, &Operand::Local(iterator));
        let (of, taken) = match &walked {
            Value::Object(_) => return Ok(Progress::Waits),
            Value::Unknown if self.kind_of(state, task, iterator) == Kind::Sync => {
                return Ok(Progress::Waits);
            }
            Value::Iterator(of, taken) => (of.clone(), *taken),
            // A channel from outside: as many values as its senders please.
            _ => (Rc::new(Value::Unknown), 0),
        };
        let kind = dest.map_or(Kind::Value, |dest| self.kind_of(state, task, dest));
        let of = if taken == 0 { self.scaled_walk(of) } else { of };
        let element = match element_at(&of, taken, kind, state) {
            Element::Is(value) => value,
            Element::End => return self.go_on(state, task, next.get(1).copied()),
            Element::Undecided => {
                let waits = matches!(walked, Value::Iterator(..));
                self.set(state, task, Some(iterator), Value::Iterator(of, taken));
                return Ok(if waits { Progress::Waits } else { Progress::Moved });
            }
        };
        self.set(state, task, Some(iterator), Value::Iterator(of, taken + 1));
        self.set(state, task, dest, element);
        self.go_on(state, task, next.first().copied())
    }

    /// What a loop walks, with a long constant count left open.
    fn scaled_walk(self, of: Rc<Value>) -> Rc<Value> {
        let count = match &*of {
            Value::List(parts) if parts.iter().all(|part| part.kind() != Kind::Sync) => {
                Some(parts.len() as i64)
            }
            Value::Range(parts) => count_of_range(parts),
            _ => None,
        };
        match count.map(|count| self.count(Value::int(count))) {
            Some(count @ Value::Term(_)) => {
                Rc::new(Value::Range(Rc::new([Value::int(0), count, Value::int(1)])))
            }
            _ => of,
        }
    }

    fn call(
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
        self.go_on(state, task, next)?;
        let mut frame = Frame::new(self.skeleton, routine, &args);
        frame.dest = dest;
        state.tasks[task as usize].frames.push(frame);
        Ok(Progress::Moved)
    }

    /// The routine that a target means, with its captures; an unknown function keeps what it gets.
    fn resolve(
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
            _ => {
                args.iter().for_each(|arg| state.escape(arg));
                None
            }
        }
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one action")]
    fn spawn(
        self,
        state: &mut State,
        task: u32,
        next: Option<NodeId>,
        (dest, scope): (Local, ScopeId),
        target: Target,
        args: &[Arg],
        log: &mut Vec<Event>,
    ) -> Moved {
        let Some(position) = self.scope(state, task, scope) else {
            return Err(Stop::Bounded("a scope is not open"));
        };
        let limit = state.tasks[task as usize].scopes[position as usize].limit;
        let running = state.children(task, Some(position)).len() as i64;
        if limit.is_some_and(|limit| running >= limit) {
            return Ok(Progress::Waits);
        }
        let args = self.args(state, task, args);
        let Some((routine, args)) = self.resolve(state, task, target, args) else {
            return self.go_on_with(state, task, next, Some(dest), Value::Unknown);
        };
        let child = self.start(state, task, Some((task, position)), routine, &args, log)?;
        self.go_on_with(state, task, next, Some(dest), Value::Task(child))
    }

    fn detach(
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

    fn start(
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
        let label = &mut state.tasks[by as usize].label;
        label.spawned += 1;
        let path = format!("{}/{}", label.path, label.spawned);
        log.extend(self.event(state, by, EventKind::Starts(path.clone()), None));
        let frame = Frame::new(self.skeleton, routine, args);
        state.tasks.push(Task::new(path, parent, frame));
        Ok(state.tasks.len() as u32 - 1)
    }

    fn defer(
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
    fn run_defers(self, state: &mut State, task: u32, next: Option<NodeId>) -> Moved {
        let deferred = self.frame(state, task).and_then(|frame| frame.deferred.pop());
        match deferred {
            Some((routine, args)) => {
                let frame = Frame::new(self.skeleton, routine, &args);
                state.tasks[task as usize].frames.push(frame);
                Ok(Progress::Moved)
            }
            None => self.go_on(state, task, next),
        }
    }

    fn join(
        self,
        state: &mut State,
        task: u32,
        next: Option<NodeId>,
        dest: Option<Local>,
        of: &Operand,
        settles: bool,
    ) -> Moved {
        let value = match self.operand(state, task, of) {
            Value::Task(joined) => match &state.tasks[joined as usize].mode {
                Mode::Done(Some(result)) => result.clone(),
                Mode::Done(None) if settles => Value::Unknown,
                Mode::Done(None) => return Err(Stop::Failed),
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

    fn cancel(self, state: &mut State, task: u32, next: Option<NodeId>, of: &Operand) -> Moved {
        match self.operand(state, task, of) {
            Value::Task(of) => {
                cancel_task(&mut state.tasks[of as usize]);
                self.go_on(state, task, next)
            }
            _ => Err(Stop::Bounded("a task is cancelled that could be any")),
        }
    }

    fn enter(
        self,
        state: &mut State,
        task: u32,
        next: &[NodeId],
        scope: ScopeId,
        limit: Option<Value>,
    ) -> Moved {
        let limit = match limit.map(|limit| limit.known(&state.facts)) {
            None => None,
            Some(Known::Is(Const::Int(limit))) => Some(limit),
            Some(Known::Needs(of)) if of.kind() == Kind::Int => return Ok(Progress::Waits),
            Some(_) => return Err(Stop::Bounded("a scope's limit is not known")),
        };
        let of = &mut state.tasks[task as usize];
        let frames = of.frames.len() as u32;
        of.scopes.push(OpenScope { scope, frames, on_timeout: next.get(1).copied(), limit });
        self.go_on(state, task, next.first().copied())
    }

    /// The position of an open scope of the task's top frame.
    pub(super) fn scope(self, state: &State, task: u32, scope: ScopeId) -> Option<u32> {
        let of = &state.tasks[task as usize];
        let is_it =
            |open: &OpenScope| open.scope == scope && open.frames as usize == of.frames.len();
        of.scopes.iter().rposition(is_it).map(|position| position as u32)
    }

    fn leave(self, state: &mut State, task: u32, scope: u32, next: Option<NodeId>) -> Moved {
        let children = state.children(task, Some(scope));
        if children.is_empty() {
            state.tasks[task as usize].scopes.truncate(scope as usize);
            return self.go_on(state, task, next);
        }
        Ok(cancel_all(state, &children))
    }

    /// One step of a task that ends early: its scopes first, then what it deferred.
    fn unwind(self, state: &mut State, task: u32) -> Moved {
        let of = &state.tasks[task as usize];
        let landing = match of.mode {
            Mode::Unwinding(landing) => landing,
            _ => None,
        };
        let first = landing.map_or(0, |landing| landing.scope);
        let children: Vec<u32> = (first..of.scopes.len() as u32)
            .flat_map(|scope| state.children(task, Some(scope)))
            .collect();
        if !children.is_empty() {
            return Ok(cancel_all(state, &children));
        }
        let of = &mut state.tasks[task as usize];
        of.scopes.truncate(first as usize);
        let depth = of.frames.len() as u32;
        if let Some(landing) = landing.filter(|landing| landing.frames == depth) {
            of.mode = Mode::Running;
            return self.go_on(state, task, Some(landing.node));
        }
        let Some(frame) = of.frames.last_mut() else {
            return Ok(self.end_task(state, task, None));
        };
        match frame.deferred.pop() {
            Some((routine, args)) => {
                let mut frame = Frame::new(self.skeleton, routine, &args);
                frame.masked = true;
                of.frames.push(frame);
            }
            None => {
                of.frames.pop();
            }
        }
        Ok(Progress::Moved)
    }

    fn return_from(self, state: &mut State, task: u32, value: Value) -> Moved {
        let of = &mut state.tasks[task as usize];
        let dest = of.frames.pop().and_then(|frame| frame.dest);
        if of.frames.is_empty() {
            return Ok(self.end_task(state, task, Some(value)));
        }
        self.set(state, task, dest, value);
        Ok(Progress::Moved)
    }

    fn end_task(self, state: &mut State, task: u32, result: Option<Value>) -> Progress {
        state.tasks[task as usize].mode = Mode::Done(result);
        for object in &mut state.objects {
            if let ObjectKind::Lock { holders, .. } = &mut object.kind {
                holders.retain(|(holder, _)| *holder != task);
            }
        }
        Progress::Moved
    }

    fn lock(self, state: &State, task: u32, lock: &Operand) -> Option<u32> {
        match self.operand(state, task, lock) {
            Value::Object(lock) if !state.objects[lock as usize].escaped => Some(lock),
            _ => None,
        }
    }

    /// An operation that meets nobody: on a channel from outside, which is taken to be served, or
    /// on one that went out of sight, where a wait is never judged.
    fn sync_alone(
        self,
        state: &mut State,
        task: u32,
        next: Option<NodeId>,
        (op, dest): (SyncOp, Option<Local>),
        object: &Value,
        value: Option<Value>,
    ) -> Moved {
        let is_outside = match object {
            Value::Object(object) if !state.objects[*object as usize].escaped => {
                let set = ObjectKind::Signal { set: true };
                if op == SyncOp::Wait && state.objects[*object as usize].kind == set {
                    return self.go_on(state, task, next);
                }
                return Ok(Progress::Waits);
            }
            Value::Symbol(..) | Value::Term(_) => true,
            _ => false,
        };
        let waits = matches!(op, SyncOp::Send | SyncOp::Receive | SyncOp::Next | SyncOp::Wait);
        if waits && !is_outside {
            return Ok(Progress::Waits);
        }
        value.iter().for_each(|value| state.escape(value));
        self.go_on_with(state, task, next, dest, Value::Unknown)
    }
}

fn is_running(state: &State, value: &Value) -> bool {
    matches!(value, Value::Task(task) if !state.tasks[*task as usize].is_done())
}

/// How many elements a value has, as a value.
pub(super) fn length(of: &Value) -> Value {
    Value::computed(Tag::Len, vec![of.clone()], Kind::Int)
}

enum Element {
    Is(Value),
    End,
    Undecided,
}

/// The element at a position of what a loop walks.
fn element_at(of: &Value, taken: u32, kind: Kind, state: &State) -> Element {
    let within = |count: i64| i64::from(taken) < count;
    match of {
        Value::List(parts) => match parts.get(taken as usize) {
            Some(part) => Element::Is(part.clone()),
            None => Element::End,
        },
        Value::Range(parts) => {
            let [start, stop, step] = [0, 1, 2].map(|part: usize| int(&parts[part], state));
            match (start, stop, step) {
                (Some(start), Some(stop), Some(step)) => in_range(start, stop, step, taken),
                _ => Element::Undecided,
            }
        }
        Value::Symbol(..) | Value::Term(_) => match int(&length(of), state) {
            Some(count) if within(count) => {
                let position = Value::int(i64::from(taken));
                Element::Is(eval::element(of, &position, kind))
            }
            Some(_) => Element::End,
            None => Element::Undecided,
        },
        Value::Const(Const::Str(text)) => {
            if within(text.chars().count() as i64) {
                Element::Is(Value::Unknown)
            } else {
                Element::End
            }
        }
        _ => Element::Undecided,
    }
}

fn int(value: &Value, state: &State) -> Option<i64> {
    match value.known(&state.facts) {
        Known::Is(Const::Int(value)) => Some(value),
        _ => None,
    }
}

fn count_of_range(parts: &[Value; 3]) -> Option<i64> {
    match parts {
        [
            Value::Const(Const::Int(start)),
            Value::Const(Const::Int(stop)),
            Value::Const(Const::Int(step)),
        ] => stop.checked_sub(*start)?.checked_div(*step),
        _ => None,
    }
}

fn in_range(start: i64, stop: i64, step: i64, taken: u32) -> Element {
    let at = step.checked_mul(i64::from(taken)).and_then(|offset| start.checked_add(offset));
    match at {
        Some(at) if (step > 0 && at < stop) || (step < 0 && at > stop) => {
            Element::Is(Value::int(at))
        }
        _ => Element::End,
    }
}

fn cancel_all(state: &mut State, tasks: &[u32]) -> Progress {
    let mut progress = Progress::Waits;
    for task in tasks {
        if cancel_task(&mut state.tasks[*task as usize]) {
            progress = Progress::Moved;
        }
    }
    progress
}

fn cancel_task(task: &mut Task) -> bool {
    let runs = task.mode == Mode::Running;
    if runs {
        task.mode = Mode::Cancelled;
    }
    runs
}
