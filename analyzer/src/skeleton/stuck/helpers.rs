//! Who may still end a wait: a look at what tasks may come to, whatever their decisions.
//!
//! Errs on the side of help: a task is a helper if any way on from where it stands reaches an
//! operation that would serve, on anything that may be the object.

use super::StuckWait;
use crate::mir::{Const, Local, LockMode, Operand, ParamUse, Rvalue};
use crate::skeleton::graph::{
    Action, Node, NodeId, ObjectType, Routine, RoutineId, SelectOffer, Skeleton, SyncOp, Tag,
    Target,
};
use crate::skeleton::state::value::Value;
use crate::skeleton::state::{Ended, Mode, ObjectKind, Raise, State};
use crate::skeleton::step::Machine;

/// The tasks that may come to an operation that ends the wait.
pub(super) fn servers(
    machine: Machine<'_>,
    state: &State,
    waiting: u32,
    wait: StuckWait,
    object: u32,
) -> Vec<u32> {
    (0..state.tasks.len() as u32)
        .filter(|task| *task != waiting && !state.tasks[*task as usize].is_done())
        .filter(|task| may_serve(machine, state, *task, (wait, object), true))
        .collect()
}

fn may_serve(
    machine: Machine<'_>,
    state: &State,
    task: u32,
    (wait, object): (StuckWait, u32),
    by_closing: bool,
) -> bool {
    let skeleton = machine.skeleton;
    let carriers = state.carriers(object);
    let mut future = Future { skeleton, wait, object, carriers, by_closing, seen: Vec::new() };
    state.tasks[task as usize].frames.iter().any(|frame| {
        let mut deferred = frame.deferred.iter();
        let from_deferred = deferred.any(|(routine, args)| future.enters(*routine, args));
        from_deferred || future.serves(frame.routine, frame.node, &frame.registers)
    })
}

/// Whether the task itself would do what it waits for, later: send what it receives, receive what it
/// sends, or release what it acquires.
pub(super) fn serves_itself(
    machine: Machine<'_>,
    state: &State,
    task: u32,
    wait: StuckWait,
    object: u32,
) -> bool {
    let is_either = matches!(wait, StuckWait::Receive | StuckWait::Send | StuckWait::Lock(_));
    is_either && may_serve(machine, state, task, (wait, object), false)
}

/// Whether the object is the result of a task that nobody asked for yet: whoever does may have it.
fn is_result(state: &State, object: u32) -> bool {
    let carriers = state.carriers(object);
    let is_it = |mode: &Mode| match mode {
        Mode::Done(Ended::Well(result)) => result.mentions_any(&carriers),
        _ => false,
    };
    state.tasks.iter().any(|task| is_it(&task.mode))
}

/// The tasks that may come to have the object because it lies in a channel: those that receive from there, however
/// they come to that channel. None where it or that channel is a result that anybody may ask for.
pub(super) fn takers(
    machine: Machine<'_>,
    state: &State,
    waiting: u32,
    object: u32,
) -> Option<Vec<u32>> {
    let (mut found, mut around) = (Vec::new(), vec![object]);
    let mut next = 0;
    while next < around.len() {
        if is_result(state, around[next]) {
            return None;
        }
        for channel in channels_with(state, around[next]) {
            if !around.contains(&channel) {
                around.push(channel);
                found.extend(servers(machine, state, waiting, StuckWait::Send, channel));
            }
        }
        next += 1;
    }
    Some(found)
}

/// The channels in which the object lies.
fn channels_with(state: &State, object: u32) -> Vec<u32> {
    let carriers = state.carriers(object);
    let holds = |kind: &ObjectKind| match kind {
        ObjectKind::Channel { queue, .. } => {
            queue.iter().any(|value| value.mentions_any(&carriers))
        }
        _ => false,
    };
    (0..).zip(&state.objects).filter(|(_, of)| holds(&of.kind)).map(|(number, _)| number).collect()
}

/// Whether the task may come to cancel another one, which could be any.
fn may_cancel(machine: Machine<'_>, state: &State, task: u32) -> bool {
    let cancels = |node: &Node| matches!(node.action, Action::Cancel(_));
    let skeleton = machine.skeleton;
    if !skeleton.routines.iter().any(|routine| routine.nodes.iter().any(cancels)) {
        return false;
    }
    let of = &state.tasks[task as usize];
    let mut seen = vec![false; skeleton.routines.len()];
    let mut pending: Vec<(RoutineId, NodeId)> =
        of.frames.iter().map(|frame| (frame.routine, frame.node)).collect();
    while let Some((id, from)) = pending.pop() {
        let routine = skeleton.routine(id);
        for node in reachable(routine, from).into_iter().map(|node| routine.node(node)) {
            match &node.action {
                Action::Cancel(_) => return true,
                Action::Call { target, .. }
                | Action::Spawn { target, .. }
                | Action::Detach(target, _)
                | Action::Defer(target, _) => match target {
                    Target::Value(_) => return true,
                    Target::Routine(called) => {
                        if !std::mem::replace(&mut seen[called.0 as usize], true) {
                            pending.push((*called, skeleton.routine(*called).entry));
                        }
                    }
                },
                _ => {}
            }
        }
    }
    false
}

/// The tasks that may cancel this one, and those around it that may still leave its scope early.
pub(in crate::skeleton) fn cancellers(machine: Machine<'_>, state: &State, task: u32) -> Vec<u32> {
    if state.tasks[task as usize].is_masked() {
        return Vec::new();
    }
    let others = (0..state.tasks.len() as u32).filter(|other| *other != task);
    let mut found: Vec<u32> = others.filter(|other| may_cancel(machine, state, *other)).collect();
    let mut at = task;
    while let Some((parent, position)) = state.tasks[at as usize].parent {
        let of = &state.tasks[parent as usize];
        let leaves = of.scopes.get(position as usize).is_some_and(|open| {
            let frame = open.frames.checked_sub(1).and_then(|frame| of.frames.get(frame as usize));
            frame.is_some_and(|frame| {
                let routine = machine.skeleton.routine(frame.routine);
                let leave = Action::Leave(open.scope);
                reachable(routine, frame.node)
                    .iter()
                    .any(|node| routine.node(*node).action == leave)
            })
        });
        if leaves {
            found.push(parent);
        }
        at = parent;
    }
    found
}

/// The tasks whose failure would end the wait of this one: those of its scopes, and of the scopes around it
/// with their bodies.
pub(super) fn failers(machine: Machine<'_>, state: &State, task: u32) -> Vec<u32> {
    if !machine.skeleton.ends.any {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut children_of = |owner: u32, position: u32| {
        let open = state.tasks[owner as usize].scopes.get(position as usize);
        if open.is_some_and(|open| !open.supervised && !open.leaving) {
            found.extend(state.children(owner, Some(position)));
        }
    };
    let of = &state.tasks[task as usize];
    of.scopes_in_reach().for_each(|(scope, _)| children_of(task, scope));
    let mut around = Vec::new();
    let mut parent = of.parent.filter(|_| !of.is_masked());
    while let Some((owner, position)) = parent {
        children_of(owner, position);
        around.push(owner);
        parent = state.tasks[owner as usize].parent;
    }
    found.extend(around);
    found.retain(|other| *other != task && may_fail(machine, state, *other));
    found
}

/// Whether the task may come to fail by what it still does, or by a task of its own.
fn may_fail(machine: Machine<'_>, state: &State, task: u32) -> bool {
    let of = &state.tasks[task as usize];
    let fails = |routine: RoutineId| machine.skeleton.ends.may_fail(routine);
    !of.is_done()
        && (of.mode == Mode::Unwinding(Raise::Failure)
            || of.frames.iter().any(|frame| {
                fails(frame.routine) || frame.deferred.iter().any(|(routine, _)| fails(*routine))
            })
            || state.children(task, None).iter().any(|child| may_fail(machine, state, *child)))
}

/// Looks through what a task may still do, whatever its decisions.
struct Future<'a> {
    skeleton: &'a Skeleton,
    wait: StuckWait,
    object: u32,
    /// The object and the lists that hold it.
    carriers: Vec<u32>,
    /// Whether a close counts: it ends a wait, but serves nobody.
    by_closing: bool,
    seen: Vec<(RoutineId, Vec<Value>)>,
}

impl Future<'_> {
    /// Whether a call of the routine may come to an operation that serves.
    fn enters(&mut self, routine: RoutineId, args: &[Value]) -> bool {
        if !args.iter().any(|arg| arg.mentions_any(&self.carriers)) {
            return false;
        }
        let key = (routine, args.to_vec());
        if self.seen.contains(&key) {
            return false;
        }
        self.seen.push(key);
        let source = self.skeleton.routine(routine);
        let mut registers = vec![Value::Unknown; source.locals.len()];
        registers.iter_mut().zip(args).for_each(|(register, arg)| *register = arg.clone());
        self.serves(routine, source.entry, &registers)
    }

    fn serves(&mut self, id: RoutineId, from: NodeId, registers: &[Value]) -> bool {
        let routine = self.skeleton.routine(id);
        let holds_it = registers.iter().any(|value| value.mentions_any(&self.carriers));
        if !holds_it {
            return false;
        }
        let reachable = reachable(routine, from);
        reachable.into_iter().any(|node| {
            let action = &routine.node(node).action;
            let is_it = |of: &Operand| self.may_be(routine, of, registers);
            // Whoever gets the object so may serve.
            let passes = |value: Option<&Operand>| {
                let goes = |of: &Operand| self.possible(routine, of, registers);
                value.is_some_and(|value| goes(value).mentions_any(&self.carriers))
                    && self.by_closing
            };
            match action {
                Action::Sync { op, object, value, .. } => {
                    let counts = self.by_closing || *op != SyncOp::Close;
                    counts && (ends_wait(*op, self.wait) && is_it(object) || passes(value.as_ref()))
                }
                Action::Take(lock, mode, _)
                | Action::TakeWhen(lock, mode, _)
                | Action::TryTake(lock, mode, _)
                    if self.wait == StuckWait::Condition =>
                {
                    *mode != LockMode::Read && is_it(lock)
                }
                Action::Give(lock, ..) => {
                    matches!(self.wait, StuckWait::Lock(_) | StuckWait::Permit) && is_it(lock)
                }
                Action::Each { iterator, .. } => {
                    // What is walked may be a list instead, from which nothing is received.
                    let walked = routine.local(*iterator).object;
                    self.wait == StuckWait::Send
                        && walked == Some(ObjectType::Channel)
                        && is_it(&Operand::Local(*iterator))
                }
                Action::Select { cases, .. } => cases.iter().any(|(offer, _)| match offer {
                    SelectOffer::Receive(of, _) => self.wait == StuckWait::Send && is_it(of),
                    SelectOffer::Send(of, value) => {
                        self.wait != StuckWait::Send && is_it(of) || passes(value.as_ref())
                    }
                    _ => false,
                }),
                Action::Call { target, args, .. }
                | Action::Spawn { target, args, .. }
                | Action::Detach(target, args)
                | Action::Defer(target, args) => {
                    let args = args.iter().map(|arg| {
                        let possible =
                            arg.as_ref().map(|arg| self.possible(routine, arg, registers));
                        possible.unwrap_or(Value::Unknown)
                    });
                    let args: Vec<Value> = args.collect();
                    match target {
                        Target::Routine(target) => self.enters(*target, &args),
                        Target::Value(local) => {
                            let of = self.possible(routine, &Operand::Local(*local), registers);
                            self.applies(&of, args)
                        }
                    }
                }
                Action::Return(value) => passes(value.as_ref()),
                Action::Put(_, _, value) => passes(Some(value)),
                Action::MakeLock { guards, .. } => passes(guards.as_ref()),
                Action::Arrange { of, args, .. } => (0..).zip(args).any(|(position, arg)| {
                    of.effect().param(position) == ParamUse::StoreInReceiver && passes(Some(arg))
                }),
                Action::Escape(values, _)
                | Action::Opaque { tag: Tag::Item(_) | Tag::Intrinsic(_), args: values, .. } => {
                    values.iter().any(|value| passes(Some(value)))
                }
                Action::Unclear(_) => self.by_closing,
                _ => false,
            }
        })
    }

    fn applies(&mut self, function: &Value, mut args: Vec<Value>) -> bool {
        match function {
            Value::Function(routine, captures) => {
                args.extend(captures.iter().cloned());
                self.enters(*routine, &args)
            }
            of => {
                of.mentions_any(&self.carriers)
                    || args.iter().any(|arg| arg.mentions_any(&self.carriers))
            }
        }
    }

    fn may_be(&self, routine: &Routine, of: &Operand, registers: &[Value]) -> bool {
        self.possible(routine, of, registers) == Value::Object(self.object)
    }

    /// What an operand may hold later: what it holds now, or, when it is assigned on the way from
    /// something that reaches the object, the object.
    fn possible(&self, routine: &Routine, of: &Operand, registers: &[Value]) -> Value {
        let Operand::Local(local) = of else { return Value::Unknown };
        let now = &registers[local.index()];
        if now.mentions_any(&self.carriers) {
            return now.clone();
        }
        if self.may_become(routine, *local, registers) {
            return Value::Object(self.object);
        }
        now.clone()
    }

    fn may_become(&self, routine: &Routine, local: Local, registers: &[Value]) -> bool {
        let mut seen = vec![local];
        let mut next = 0;
        while next < seen.len() {
            let local = seen[next];
            next += 1;
            for node in &routine.nodes {
                let Some(parts) = sources(&node.action, local) else { continue };
                let read = part_read(&node.action, registers);
                for part in parts {
                    let now = read.as_ref().unwrap_or(&registers[part.index()]);
                    if now.mentions_any(&self.carriers) {
                        return true;
                    }
                    if !seen.contains(&part) {
                        seen.push(part);
                    }
                }
            }
        }
        false
    }
}

/// The field or element that an action reads of what is known: of the other parts it gets nothing.
fn part_read(action: &Action, registers: &[Value]) -> Option<Value> {
    match action {
        Action::Let(_, Rvalue::Field(Operand::Local(of), field)) => match &registers[of.index()] {
            Value::Tuple(parts) => parts.get(*field as usize).cloned(),
            _ => None,
        },
        Action::Let(_, Rvalue::Index(Operand::Local(of), Operand::Const(Const::Int(at)))) => {
            match &registers[of.index()] {
                Value::List(parts) => parts.get(usize::try_from(*at).ok()?).cloned(),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The locals that an action gives `dest` its value from, if it gives it one.
fn sources(action: &Action, dest: Local) -> Option<Vec<Local>> {
    match action {
        Action::Let(to, value) if *to == dest => {
            let is_copy = !matches!(value, Rvalue::Unary(..) | Rvalue::Binary(..));
            is_copy.then(|| action.uses())
        }
        Action::Opaque { dest: to, .. } | Action::Arrange { dest: to, .. } if *to == dest => {
            Some(action.uses())
        }
        Action::Call { dest: Some(to), .. }
        | Action::Join { dest: Some(to), .. }
        | Action::Sync { dest: Some(to), .. }
        | Action::Each { dest: Some(to), .. }
            if *to == dest =>
        {
            Some(action.uses())
        }
        _ => None,
    }
}

fn ends_wait(op: SyncOp, wait: StuckWait) -> bool {
    match wait {
        StuckWait::Lock(_) | StuckWait::Permit | StuckWait::Condition => false,
        StuckWait::Meet => op == SyncOp::Meet,
        StuckWait::End | StuckWait::Receive | StuckWait::Select => {
            matches!(op, SyncOp::Send | SyncOp::TrySend | SyncOp::Close | SyncOp::Set)
        }
        StuckWait::Send => {
            matches!(op, SyncOp::Receive | SyncOp::Next | SyncOp::TryReceive | SyncOp::Close)
        }
    }
}

/// The nodes that control may come to from a node, itself among them.
pub(in crate::skeleton) fn reachable(routine: &Routine, from: NodeId) -> Vec<NodeId> {
    let mut seen = vec![false; routine.nodes.len()];
    let mut order = Vec::new();
    let mut pending = vec![from];
    while let Some(node) = pending.pop() {
        if std::mem::replace(&mut seen[node.0 as usize], true) {
            continue;
        }
        order.push(node);
        pending.extend(&routine.node(node).next);
    }
    order
}
