//! Steps that nobody can forestall: they are taken alone.
//!
//! A receive by a channel's only receiver changes nothing for those who send, and nobody takes the
//! value away; so whatever the others do, they may as well do it afterwards. The same holds for a send
//! by the only sender where there is room, for its close, and for a signal that is set. Where a state
//! has such a step, the others wait for their turn, and a pipeline has one path instead of as many as
//! its buffers can be filled in. (A *persistent set* of one step: Godefroid, Partial-Order Methods,
//! 1996, chapter 4.)
//!
//! Who does what with an object is read off the code that is left to run: a [`Use`] for each local of
//! each routine. Invariant: what a local's object may come to suffer is in its use, or [`Use::OTHER`].

use std::ops::{BitOr, BitOrAssign};

use super::groups::Enders;
use crate::mir::{Conversion, Local, Operand, Rvalue};
use crate::skeleton::graph::{Action, Arg, RoutineId, SelectOffer, Skeleton, SyncOp, Target};
use crate::skeleton::state::value::Value;
use crate::skeleton::state::{Ended, Mode, ObjectKind, Reach, State, Task};
use crate::skeleton::step::{Machine, Step};

/// What may be done to an object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Use(u8);

impl Use {
    /// A send, or a signal that is set.
    const GIVE: Self = Self(1);
    /// A receive, or a wait for a signal.
    const TAKE: Self = Self(2);
    const CLOSE: Self = Self(4);
    /// By a task that does not run yet.
    const SPAWNED: Self = Self(8);
    /// Anything else, and what is not followed.
    const OTHER: Self = Self(16);

    fn is_within(self, bound: Self) -> bool {
        self.0 & !bound.0 == 0
    }

    fn of(op: SyncOp) -> Self {
        match op {
            SyncOp::Send | SyncOp::Set => Self::GIVE,
            SyncOp::Receive | SyncOp::Next | SyncOp::Wait => Self::TAKE,
            SyncOp::Close => Self::CLOSE,
            SyncOp::TrySend
            | SyncOp::TryReceive
            | SyncOp::IsClosed
            | SyncOp::Length
            | SyncOp::IsSet
            | SyncOp::Meet => Self::OTHER,
        }
    }
}

impl BitOr for Use {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Use {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// What each routine may do to the objects that its locals name.
pub(super) struct Uses {
    /// By routine, then by local.
    locals: Vec<Vec<Use>>,
}

impl Uses {
    /// The uses in all routines of the skeleton, to a fixpoint over its calls.
    pub(super) fn of(skeleton: &Skeleton) -> Self {
        let none =
            |routine: &crate::skeleton::graph::Routine| vec![Use::default(); routine.locals.len()];
        let mut uses = Self { locals: skeleton.routines.iter().map(none).collect() };
        while uses.grow(skeleton) {}
        uses
    }

    fn grow(&mut self, skeleton: &Skeleton) -> bool {
        let mut grew = false;
        for (routine, source) in skeleton.routines.iter().enumerate() {
            // Uses flow against the order of the nodes.
            for node in source.nodes.iter().rev() {
                self.each_use(routine, &node.action, &mut |uses, local, of| {
                    let at = &mut uses.locals[routine][local.index()];
                    grew |= !of.is_within(*at);
                    *at |= of;
                });
            }
        }
        grew
    }

    fn each_use(
        &mut self,
        routine: usize,
        action: &Action,
        add: &mut dyn FnMut(&mut Self, Local, Use),
    ) {
        let mut add = |uses: &mut Self, of: &Operand, what: Use| {
            of.local().into_iter().for_each(|local| add(uses, local, what));
        };
        match action {
            Action::Let(dest, value) => match value {
                Rvalue::Use(of)
                | Rvalue::Iterate(of)
                | Rvalue::Convert(Conversion::ToSender | Conversion::ToReceiver, of) => {
                    let what = self.locals[routine][dest.index()];
                    add(self, of, what);
                }
                Rvalue::Unary(..) | Rvalue::Binary(..) | Rvalue::IsVariant(..) => {}
                _ => value.operands().into_iter().for_each(|of| add(self, of, Use::OTHER)),
            },
            Action::Opaque { args, .. }
            | Action::Escape(args, _)
            | Action::Arrange { args, .. } => {
                args.iter().for_each(|of| add(self, of, Use::OTHER));
            }
            Action::Sync { op, object, value, .. } => {
                add(self, object, Use::of(*op));
                value.iter().for_each(|of| add(self, of, Use::OTHER));
            }
            Action::Each { iterator, .. } => add(self, &Operand::Local(*iterator), Use::TAKE),
            Action::Select { cases, .. } => {
                for (offer, _) in cases {
                    let (of, sent) = match offer {
                        SelectOffer::Send(of, sent) => (of, sent.as_ref()),
                        SelectOffer::Receive(of, _)
                        | SelectOffer::Closed(of)
                        | SelectOffer::Wait(of) => (of, None),
                        SelectOffer::Timeout => continue,
                    };
                    add(self, of, Use::OTHER);
                    sent.into_iter().for_each(|of| add(self, of, Use::OTHER));
                }
            }
            Action::Call { target, args, .. } | Action::Defer(target, args) => {
                self.hand_over(*target, args, Use::default(), &mut add);
            }
            Action::Spawn { target, args, .. } | Action::Detach(target, args) => {
                self.hand_over(*target, args, Use::SPAWNED, &mut add);
            }
            Action::Take(of, ..)
            | Action::TakeWhen(of, _)
            | Action::TryTake(of, ..)
            | Action::Give(of, ..) => {
                add(self, of, Use::OTHER);
            }
            Action::MakeLock { guards, .. } => {
                guards.iter().for_each(|of| add(self, of, Use::OTHER));
            }
            Action::Put(list, _, value) => {
                [list, value].into_iter().for_each(|of| add(self, of, Use::OTHER));
            }
            Action::Return(of) => of.iter().for_each(|of| add(self, of, Use::OTHER)),
            Action::Fresh(_)
            | Action::MakeChannel(..)
            | Action::MakeSignal(_)
            | Action::MakeBarrier(..)
            | Action::Branch(_)
            | Action::Assume(..)
            | Action::RunDefers
            | Action::Join { .. }
            | Action::Cancel(_)
            | Action::Enter { .. }
            | Action::End(_)
            | Action::Leave(_)
            | Action::Pause
            | Action::Spin
            | Action::Unclear(_)
            | Action::Fail => {}
        }
    }

    /// What is done to arguments: what the routine does to its inputs.
    fn hand_over(
        &mut self,
        target: Target,
        args: &[Arg],
        how: Use,
        add: &mut dyn FnMut(&mut Self, &Operand, Use),
    ) {
        for (position, of) in args.iter().enumerate() {
            let what = match target {
                Target::Routine(routine) => self.of_input(routine, position) | how,
                Target::Value(_) => Use::OTHER,
            };
            of.iter().for_each(|of| add(self, of, what));
        }
        if let Target::Value(function) = target {
            add(self, &Operand::Local(function), Use::OTHER);
        }
    }

    fn of_input(&self, routine: RoutineId, position: usize) -> Use {
        let locals = &self.locals[routine.0 as usize];
        locals.get(position).copied().unwrap_or(Use::OTHER)
    }

    /// What the task may come to do to the object, the first of its carriers; nothing if it cannot get
    /// at it.
    fn by(&self, task: &Task, carriers: &[u32]) -> Option<Use> {
        let mut found = None;
        let mut note = |value: &Value, of: Use| {
            if *value == Value::Object(carriers[0]) {
                found = Some(found.unwrap_or_default() | of);
            } else if value.mentions_any(carriers) {
                found = Some(Use::OTHER);
            }
        };
        for frame in &task.frames {
            let uses = &self.locals[frame.routine.0 as usize];
            frame.registers.iter().zip(uses).for_each(|(value, of)| note(value, *of));
            for (routine, args) in &frame.deferred {
                let inputs = args.iter().enumerate();
                inputs.for_each(|(position, value)| note(value, self.of_input(*routine, position)));
            }
        }
        if let Mode::Done(Ended::Well(result)) = &task.mode {
            note(result, Use::OTHER);
        }
        found
    }
}

/// A task whose only step nobody can forestall, and which then does nothing else that others see.
pub(super) fn persistent(
    machine: Machine<'_>,
    uses: &Uses,
    enders: &Enders,
    state: &State,
    steps: &[Step],
) -> Option<u32> {
    let is_only = |step: &&Step| steps.iter().filter(|other| other.task == step.task).count() == 1;
    let mut plain = steps.iter().filter(is_only);
    let alone = plain.find(|step| {
        is_persistent(machine, uses, enders, state, step.task) && is_unseen(machine, state, step)
    });
    alone.map(|step| step.task)
}

/// Whether the step, and what its task does next by itself, changes no other task and no other object.
fn is_unseen(machine: Machine<'_>, state: &State, step: &Step) -> bool {
    let [Ok((after, _))] = &step.outcomes[..] else { return false };
    let Some((object, _)) = operation(machine, state, step.task) else { return false };
    let mut after = after.clone();
    if machine.settle(&mut after, &mut Vec::new()).is_err() || after.misuse.is_some() {
        return false;
    }
    // The one that it meets goes on as well.
    let meets = |task: u32| operation(machine, state, task).is_some_and(|(of, _)| of == object);
    let same_tasks = (0..)
        .zip(&state.tasks)
        .zip(&after.tasks)
        .all(|((task, before), after)| task == step.task || before == after || meets(task));
    let same_objects = (0..).zip(&state.objects).zip(&after.objects);
    let mut same_objects =
        same_objects.map(|((of, before), after)| of == object || before == after);
    same_tasks && same_objects.all(|is_same| is_same)
}

fn is_persistent(
    machine: Machine<'_>,
    uses: &Uses,
    enders: &Enders,
    state: &State,
    task: u32,
) -> bool {
    let Some((object, op)) = operation(machine, state, task) else { return false };
    let carriers = state.carriers(object);
    if enders.may_be_ended(state, task) || is_held_by_a_queue(state, &carriers) {
        return false;
    }
    let others: Vec<(u32, Use)> = (0..state.tasks.len() as u32)
        .filter(|other| *other != task)
        .filter_map(|other| Some((other, uses.by(&state.tasks[other as usize], &carriers)?)))
        .collect();
    let all_within = |bound: Use| others.iter().all(|(_, what)| what.is_within(bound));
    match (&state.objects[object as usize].kind, op) {
        (ObjectKind::Signal { .. }, SyncOp::Set) => {
            all_within(Use::GIVE | Use::TAKE | Use::SPAWNED)
        }
        // It fails there, and that ends others.
        (ObjectKind::Channel { closed: true, queue, .. }, SyncOp::Receive) if queue.is_empty() => {
            false
        }
        (ObjectKind::Channel { .. }, SyncOp::Receive | SyncOp::Next) => {
            all_within(Use::GIVE | Use::CLOSE | Use::SPAWNED)
        }
        (ObjectKind::Channel { closed: true, .. }, _) => false,
        (ObjectKind::Channel { .. }, SyncOp::Close) => all_within(Use::TAKE | Use::SPAWNED),
        (ObjectKind::Channel { capacity: 0, .. }, SyncOp::Send) => match others[..] {
            [(other, what)] => what.is_within(Use::TAKE) && !enders.may_be_ended(state, other),
            _ => false,
        },
        (ObjectKind::Channel { .. }, SyncOp::Send) => all_within(Use::TAKE | Use::SPAWNED),
        _ => false,
    }
}

/// The object and the operation that the task stands at, where it is a single one.
fn operation(machine: Machine<'_>, state: &State, task: u32) -> Option<(u32, SyncOp)> {
    let (of, op) = match &machine.node(state, task)?.action {
        Action::Sync { op, object, .. } => (machine.operand(state, task, object), *op),
        Action::Each { iterator, .. } => {
            (machine.operand(state, task, &Operand::Local(*iterator)), SyncOp::Next)
        }
        _ => return None,
    };
    match of {
        Value::Object(object) if state.objects[object as usize].reach == Reach::Own => {
            Some((object, op))
        }
        _ => None,
    }
}

/// Whether a channel holds the object, so that whoever receives may come to use it.
fn is_held_by_a_queue(state: &State, carriers: &[u32]) -> bool {
    state.objects.iter().any(|of| match &of.kind {
        ObjectKind::Channel { queue, .. } => queue.iter().any(|value| value.mentions_any(carriers)),
        _ => false,
    })
}
