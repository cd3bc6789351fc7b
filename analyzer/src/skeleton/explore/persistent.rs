//! Steps that nobody can forestall: they are taken alone.
//!
//! A receive by a channel's only receiver changes nothing for those who send, and nobody takes the
//! value away; so whatever the others do, they may as well do it afterwards. The same holds for a send
//! by the only sender where there is room, for its close, for a signal that is set, and for an atom that
//! nobody else gets at meanwhile. Several tasks may send to one that stands there, takes what comes and is
//! where it was: who is first makes no difference.
//! Where a state has such a step, the others wait for their turn, and a pipeline has one path instead of as
//! many as its buffers can be filled in.
//!
//! What is relied on: such a step is a *persistent set* (Godefroid, Partial-Order Methods, 1996, theorem 4.3), so no
//! state in which nothing moves is lost. What a task does that it must not is not lost either, since no step of the
//! others depends on one that is taken before them. Where they could be put off for ever, because the search goes
//! round in steps that come first, they are followed as well ([`super::Explorer::follow_put_off`]; that it is enough to
//! do so in the components that nothing leads out of: Valmari, Stubborn Set Methods for Process Algebras, 1997). A test
//! searches generated programs with all orders too.

use std::collections::BTreeSet;

use super::enders::Enders;
use super::futures::{Futures, around, until};
use crate::mir::Operand;
use crate::skeleton::graph::{Action, SyncOp};
use crate::skeleton::state::value::Value;
use crate::skeleton::state::{ObjectKind, Reach, State, Task};
use crate::skeleton::step::{Machine, Step};
use crate::skeleton::uses::Use;

/// Of no more steps is it asked which is best taken first.
const STEPS_MAX: usize = 8;

/// Finds steps that nobody can forestall.
pub(super) struct Persistence<'a> {
    pub(super) machine: Machine<'a>,
    pub(super) futures: &'a Futures<'a>,
    pub(super) enders: &'a Enders,
    pub(super) state: &'a State,
}

impl Persistence<'_> {
    /// A task whose only step nobody can forestall, and which then does nothing else that others see. Of
    /// several the one whose values go through the fewest hands: so what was begun is brought to its end, and
    /// the ways in which it was begun lead to one state.
    pub(super) fn alone(&self, steps: &[Step]) -> Option<u32> {
        let count = |task: u32| steps.iter().filter(|step| step.task == task).count();
        let only = steps.iter().filter(|step| count(step.task) == 1);
        let found = only.filter(|step| self.is_persistent(step)).map(|step| step.task);
        let found: Vec<u32> = found.take(STEPS_MAX).collect();
        match found[..] {
            [] | [_] => found.first().copied(),
            _ => {
                let flow = Flow::of(self.futures, self.state);
                found.into_iter().min_by_key(|task| flow.behind(*task))
            }
        }
    }

    fn is_persistent(&self, step: &Step) -> bool {
        let state = self.state;
        let at = self.operation(step.task);
        let Some(object) = at.map(|(object, _)| object).or_else(|| self.atom(step.task)) else {
            return false;
        };
        if self.enders.may_be_ended(state, step.task)
            || is_held_by_a_queue(state, &state.carriers(object))
        {
            return false;
        }
        let others = self.others(step.task, object);
        let Some((_, op)) = at else {
            return others.is_empty() && self.after(step, object).is_some();
        };
        let all_within = |bound: Use| others.iter().all(|(_, what)| what.is_within(bound));
        let is_first = match (&state.objects[object as usize].kind, op) {
            (ObjectKind::Signal { .. }, SyncOp::Set) => {
                all_within(Use::GIVE | Use::TAKES | Use::SPAWNED)
            }
            // It fails there, and that ends others.
            (ObjectKind::Channel { closed: true, queue, .. }, SyncOp::Receive)
                if queue.is_empty() =>
            {
                false
            }
            (ObjectKind::Channel { .. }, SyncOp::Receive | SyncOp::Next) => {
                all_within(Use::GIVE | Use::CLOSE | Use::SPAWNED)
            }
            (ObjectKind::Channel { closed: true, .. }, _) => false,
            (ObjectKind::Channel { .. }, SyncOp::Close) => all_within(Use::TAKES | Use::SPAWNED),
            (ObjectKind::Channel { capacity: 0, .. }, SyncOp::Send) => {
                return self.is_met_for_sure(step, object, &others);
            }
            (ObjectKind::Channel { queue, .. }, SyncOp::Send) => {
                let is_first = all_within(Use::TAKES | Use::SPAWNED);
                if !is_first && queue.is_empty() {
                    return self.is_drained_for_sure(step, object, &others);
                }
                is_first
            }
            _ => false,
        };
        is_first && self.after(step, object).is_some()
    }

    /// Whether the one receiver of a channel without room is there for this sender, whatever the others do: it has
    /// no other way to go on, and they do not send to it, or it stands there again after each value.
    fn is_met_for_sure(&self, step: &Step, object: u32, others: &[(u32, Use)]) -> bool {
        let Some(receiver) = self.only_receiver(others) else { return false };
        let Some(after) = self.after(step, object) else { return false };
        self.receives(receiver, object) && (others.len() == 1 || self.stays(receiver, after))
    }

    /// Whether the one receiver of a channel with room stands there, empties it and looks at no value: then it has
    /// room for each of its senders again, and who is first makes no difference. (The send commutes with what the others
    /// do up to receives that nobody can forestall: *confluence*, Groote and Sellink, Confluence for Process
    /// Verification, 1996.)
    fn is_drained_for_sure(&self, step: &Step, object: u32, others: &[(u32, Use)]) -> bool {
        let Some(receiver) = self.only_receiver(others) else { return false };
        let looks_at_none = || {
            matches!(
                self.machine.node(self.state, receiver).map(|of| &of.action),
                Some(Action::Sync { dest: None, .. } | Action::Each { dest: None, .. })
            )
        };
        let Some(sent) = self.after(step, object).filter(|_| looks_at_none()) else { return false };
        let mut steps = self.machine.moves(&sent).into_iter();
        let Some(takes) = steps.find(|step| step.task == receiver) else { return false };
        let sent = Persistence { state: &sent, ..*self };
        let taken = sent.after(&takes, object);
        sent.receives(receiver, object) && taken.is_some_and(|taken| sent.stays(receiver, taken))
    }

    /// The only other task that receives, where all others do nothing but send, and nothing ends it.
    fn only_receiver(&self, others: &[(u32, Use)]) -> Option<u32> {
        let takers = || others.iter().filter(|(_, what)| !what.is_within(Use::GIVE));
        let [(receiver, what)] = takers().collect::<Vec<_>>()[..] else { return None };
        let is_sure =
            what.is_within(Use::TAKES) && !self.enders.may_be_ended(self.state, *receiver);
        is_sure.then_some(*receiver)
    }

    /// Whether the task stands at a receive from that channel, and at nothing else beside it.
    fn receives(&self, task: u32, object: u32) -> bool {
        let receives = |(at, op)| at == object && matches!(op, SyncOp::Receive | SyncOp::Next);
        self.operation(task).is_some_and(receives)
    }

    /// Whether the task stands where it stood before the step, and nothing else of it is different.
    fn stays(&self, task: u32, mut after: State) -> bool {
        let mut before = self.state.clone();
        before.tasks[task as usize].is_new = false;
        after.tasks[task as usize].is_new = false;
        for state in [&mut before, &mut after] {
            state.forget_dead_registers(self.machine.skeleton);
        }
        // Whether it may start a task may be another question the next time.
        before.tasks.len() == after.tasks.len()
            && before.tasks[task as usize] == after.tasks[task as usize]
    }

    /// The state after the step and what its task then does by itself, if that changes no other task and no
    /// other object.
    fn after(&self, step: &Step, object: u32) -> Option<State> {
        let [Ok((after, _))] = &step.outcomes[..] else { return None };
        let mut after = after.clone();
        if self.machine.settle(&mut after, &mut Vec::new()).is_err() || after.misuse.is_some() {
            return None;
        }
        // The one that it meets goes on as well.
        let meets = |task: u32| self.operation(task).is_some_and(|(of, _)| of == object);
        let same_tasks = (0..)
            .zip(&self.state.tasks)
            .zip(&after.tasks)
            .all(|((task, before), after)| task == step.task || before == after || meets(task));
        let same_objects = (0..).zip(&self.state.objects).zip(&after.objects);
        let mut same_objects =
            same_objects.map(|((of, before), after)| of == object || before == after);
        (same_tasks && same_objects.all(|is_same| is_same)).then_some(after)
    }

    /// The other tasks that may come to do something to the object before the task has ended.
    fn others(&self, task: u32, object: u32) -> Vec<(u32, Use)> {
        let carriers = self.state.carriers(object);
        let around = around(self.state, task);
        let uses = |(other, of): (u32, &_)| {
            let of: &Task = of;
            (other, self.futures.by(of, until(&around, other), &carriers))
        };
        let tasks = self.state.tasks.iter().map(|task| &**task);
        let others = (0..).zip(tasks).filter(|(other, _)| *other != task).map(uses);
        others.filter(|(_, what)| *what != Use::default()).collect()
    }

    /// The atom that the task is about to look at or to change.
    fn atom(&self, task: u32) -> Option<u32> {
        let Action::Atom { atom, .. } = &self.machine.node(self.state, task)?.action else {
            return None;
        };
        match self.machine.operand(self.state, task, atom) {
            Value::Object(atom) if self.state.objects[atom as usize].reach == Reach::Own => {
                Some(atom)
            }
            _ => None,
        }
    }

    /// The object and the operation that the task stands at, where it is a single one.
    fn operation(&self, task: u32) -> Option<(u32, SyncOp)> {
        let (machine, state) = (self.machine, self.state);
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
}

/// Whether a channel holds the object, so that whoever receives may come to use it.
fn is_held_by_a_queue(state: &State, carriers: &[u32]) -> bool {
    state.objects.iter().any(|of| match &of.kind {
        ObjectKind::Channel { queue, .. } => queue.iter().any(|value| value.mentions_any(carriers)),
        _ => false,
    })
}

/// Which way values go, as far as channels are held openly.
struct Flow {
    /// By task, the channels that it gives to.
    gives: Vec<Vec<u32>>,
    /// By channel, the tasks that take from it.
    takers: Vec<Vec<u32>>,
}

impl Flow {
    fn of(futures: &Futures<'_>, state: &State) -> Self {
        let mut gives = vec![Vec::new(); state.tasks.len()];
        let mut takers = vec![Vec::new(); state.objects.len()];
        for (number, task) in (0..).zip(&state.tasks) {
            futures.each(task, None, &mut |value, of| {
                let Value::Object(object) = value else { return };
                if of.has(Use::GIVE) {
                    gives[number as usize].push(*object);
                }
                if of.has(Use::TAKES) {
                    takers[*object as usize].push(number);
                }
            });
        }
        Self { gives, takers }
    }

    /// How many tasks come after this one, on the way of its values.
    fn behind(&self, task: u32) -> usize {
        let mut seen = BTreeSet::new();
        let mut pending = vec![task];
        while let Some(task) = pending.pop() {
            let given = self.gives[task as usize].iter();
            let takers = given.flat_map(|object| &self.takers[*object as usize]);
            pending.extend(takers.filter(|taker| seen.insert(**taker)));
        }
        seen.len()
    }
}
