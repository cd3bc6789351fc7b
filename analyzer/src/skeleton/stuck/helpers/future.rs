//! What a task may still do to an object, whatever its decisions.
//!
//! Errs on the side of doing it: what is assigned on some way from what reaches the object may be the object.

use super::reachable;
use crate::mir::{Const, Local, LockMode, Operand, ParamUse, Rvalue};
use crate::skeleton::extract::unit::{only_looks, picks};
use crate::skeleton::graph::{
    Action, NodeId, ObjectType, Routine, RoutineId, SelectOffer, Skeleton, SyncOp, Tag, Target,
};
use crate::skeleton::state::value::Value;
use crate::skeleton::state::{State, Task};
use crate::skeleton::stuck::StuckWait;

/// Looks through what a task may still do, whatever its decisions.
pub(super) struct Future<'a> {
    skeleton: &'a Skeleton,
    wait: StuckWait,
    object: u32,
    /// The object and the lists that hold it.
    carriers: Vec<u32>,
    counts: Counts,
    /// By place, whether a constant of the program leads to the object.
    in_constants: Vec<bool>,
    seen: Vec<(RoutineId, Vec<Value>)>,
}

/// What counts as help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::skeleton::stuck) enum Counts {
    /// All that ends the wait, or may lead to that.
    All,
    /// All but a close: it ends a wait, but serves nobody.
    Serving,
    /// What the task does itself to serve.
    Itself,
}

impl<'a> Future<'a> {
    /// What may be done to the object so that the wait for it ends.
    pub(super) fn of(
        skeleton: &'a Skeleton,
        state: &State,
        (wait, object): (StuckWait, u32),
        counts: Counts,
    ) -> Self {
        let carriers = state.carriers(object);
        let constants = state.tasks[0].constants.0.iter();
        let in_constants = constants.map(|value| value.mentions_any(&carriers)).collect();
        Self { skeleton, wait, object, carriers, counts, in_constants, seen: Vec::new() }
    }

    /// Whether the task may come to an operation that serves.
    pub(super) fn serves_by(&mut self, task: &Task) -> bool {
        self.seen.clear();
        task.frames.iter().any(|frame| {
            let mut deferred = frame.deferred.iter();
            let from_deferred = deferred.any(|(routine, args)| self.enters(*routine, args));
            from_deferred || self.serves(frame.routine, frame.node, &frame.registers)
        })
    }

    /// Whether a call of the routine may come to an operation that serves.
    fn enters(&mut self, routine: RoutineId, args: &[Value]) -> bool {
        if !self.may_have_it(args) {
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
        if !self.may_have_it(registers) {
            return false;
        }
        let routine = self.skeleton.routine(id);
        self.serves_at(routine, reachable(routine, from), registers)
    }

    /// Whether one of the nodes serves, if the routine comes there.
    pub(super) fn serves_at(
        &mut self,
        routine: &Routine,
        nodes: Vec<NodeId>,
        registers: &[Value],
    ) -> bool {
        nodes.into_iter().any(|node| {
            let action = &routine.node(node).action;
            let is_it = |of: &Operand| self.may_be(routine, of, registers);
            // Whoever gets the object so may serve.
            let passes = |value: Option<&Operand>| {
                let goes = |of: &Operand| self.possible(routine, of, registers);
                value.is_some_and(|value| goes(value).mentions_any(&self.carriers))
                    && self.counts != Counts::Itself
            };
            match action {
                Action::Sync { op, object, value, .. } => {
                    let counts = self.counts == Counts::All || *op != SyncOp::Close;
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
                Action::Opaque { tag: Tag::Intrinsic(of), .. } if only_looks(*of) || picks(*of) => {
                    false
                }
                Action::Escape(values, _)
                | Action::Opaque { tag: Tag::Item(_) | Tag::Intrinsic(_), args: values, .. } => {
                    values.iter().any(|value| passes(Some(value)))
                }
                Action::Unclear(_) => self.counts != Counts::Itself,
                _ => false,
            }
        })
    }

    /// Whether one of the values, or a constant, leads to the object.
    pub(super) fn may_have_it(&self, values: &[Value]) -> bool {
        self.in_constants.contains(&true)
            || values.iter().any(|value| value.mentions_any(&self.carriers))
    }

    fn is_constant(&self, action: &Action, local: Local) -> bool {
        let Action::Let(to, value) = action else { return false };
        *to == local && self.skeleton.constant(value).is_some_and(|place| self.in_constants[place])
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
                if self.is_constant(&node.action, local) {
                    return true;
                }
                let Some(parts) = self.sources(&node.action, local) else { continue };
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

    /// The locals that an action gives `dest` its value from, if it gives it one.
    fn sources(&self, action: &Action, dest: Local) -> Option<Vec<Local>> {
        match action {
            Action::Let(to, value) if *to == dest => {
                let is_copy = !matches!(value, Rvalue::Unary(..) | Rvalue::Binary(..));
                is_copy.then(|| action.uses())
            }
            Action::Opaque { dest: to, .. } | Action::Arrange { dest: to, .. } if *to == dest => {
                Some(action.uses())
            }
            Action::Call { dest: Some(to), .. } | Action::Join { dest: Some(to), .. }
                if *to == dest =>
            {
                Some(action.uses())
            }
            // What is received from a channel need not be that channel.
            Action::Sync { dest: Some(to), .. } | Action::Each { dest: Some(to), .. }
                if *to == dest && self.counts != Counts::Itself =>
            {
                Some(action.uses())
            }
            _ => None,
        }
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
