//! How a task takes locks from where it stands on: it is run ahead of the others, by itself.
//!
//! It goes both ways where a condition is not known, gets nothing known from others, and passes each lock. So all that
//! it and the tasks that it starts may come to do is among what is seen here, or nothing is said of it. Which locks a
//! list or struct holds at a place that the task computes is known that way, which no look at its code alone tells.
//!
//! Not here: whether any of that matters (`calm`).

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::futures::Until;
use crate::mir::{Local, Operand};
use crate::skeleton::graph::{Action, Hold, Node, SelectOffer};
use crate::skeleton::state::value::Value;
use crate::skeleton::state::{Ended, Mode, Reach, State, Task};
use crate::skeleton::step::{Machine, Progress, Stop};

/// A task that takes more steps than this is not run to its end.
const STEPS_MAX: usize = 2_000;

/// How a task takes locks, by their objects.
#[derive(Default)]
pub(super) struct Nesting {
    /// While the first is held, the second is taken.
    pub(super) pairs: Vec<(u32, u32)>,
    /// Held while something else is done, taken without a block, or given to where others may take them.
    pub(super) rough: Vec<u32>,
    /// What they guard is looked at.
    pub(super) lent: Vec<u32>,
}

/// A task, and how long it is looked at.
type Asked = (Task, Until);

/// What is known of tasks; none of those that cannot be followed.
#[derive(Default)]
pub(super) struct Nestings {
    known: RefCell<FxHashMap<Asked, Option<Rc<Nesting>>>>,
}

impl Nestings {
    /// How the task takes locks up to the end of that scope of its own, or to its end; none where that is not known.
    pub(super) fn of(
        &self,
        machine: Machine<'_>,
        state: &State,
        task: u32,
        until: Until,
    ) -> Option<Rc<Nesting>> {
        let of = &state.tasks[task as usize];
        if has_lists(state, of) {
            return run_ahead(machine, state, task, until).map(Rc::new);
        }
        let key = (Task::clone(of), until);
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone();
        }
        let found = run_ahead(machine, state, task, until).map(Rc::new);
        self.known.borrow_mut().insert(key, found.clone());
        found
    }
}

/// Whether the task has a list that changes: then what it does depends on more than itself.
fn has_lists(state: &State, task: &Task) -> bool {
    task.values().any(|value| objects_in(value).into_iter().any(|object| state.is_list(object)))
}

fn run_ahead(machine: Machine<'_>, state: &State, task: u32, until: Until) -> Option<Nesting> {
    let mut alone = state.clone();
    alone.facts.clear();
    let mut run = Run {
        machine,
        task,
        count: state.tasks.len(),
        known: state.objects.len() as u32,
        named: state.tasks[task as usize].values().flat_map(objects_in).collect(),
        state: alone,
        held: Vec::new(),
        until,
        pending: vec![(Task::clone(&state.tasks[task as usize]), Vec::new(), until)],
        seen: FxHashSet::default(),
        left: STEPS_MAX,
        found: Nesting::default(),
    };
    while let Some((task, held, until)) = run.pending.pop() {
        if run.seen.insert((task.clone(), held.clone(), until)) {
            run.state.tasks[run.task as usize] = task.into();
            (run.held, run.until) = (held, until);
            while run.step()? {}
        }
    }
    Some(run.finish())
}

/// A place that is left to go on from: the task, the locks of its blocks, and how long it is looked at.
type Place = (Task, Vec<u32>, Until);

/// A task that is run by itself.
struct Run<'a> {
    machine: Machine<'a>,
    task: u32,
    /// How many tasks there are beside those that it starts.
    count: usize,
    /// How many objects there are beside those that it makes.
    known: u32,
    /// Those that it has.
    named: Vec<u32>,
    state: State,
    held: Vec<u32>,
    until: Until,
    pending: Vec<Place>,
    seen: FxHashSet<Place>,
    left: usize,
    found: Nesting,
}

impl Run<'_> {
    /// One step: whether this way goes on. None where it is not known how.
    fn step(&mut self) -> Option<bool> {
        self.left = self.left.checked_sub(1)?;
        if let Mode::Done(ended) = &self.state.tasks[self.task as usize].mode {
            if let Ended::Well(result) = ended {
                self.found.rough.extend(objects_in(result));
            }
            return Some(false);
        }
        let node = self.machine.node(&self.state, self.task)?;
        match &node.action {
            Action::Take(lock, _, Hold::Block) => {
                let lock = self.lock(lock)?;
                self.found.pairs.extend(self.held.iter().map(|outer| (*outer, lock)));
                self.held.push(lock);
                self.pass(node, &[])
            }
            Action::Give(lock, _, Hold::Block) => {
                let lock = self.lock(lock)?;
                if let Some(at) = self.held.iter().rposition(|held| *held == lock) {
                    self.held.remove(at);
                }
                self.pass(node, &[])
            }
            Action::Take(lock, ..)
            | Action::TakeWhen(lock, ..)
            | Action::TryTake(lock, ..)
            | Action::Give(lock, ..) => {
                let lock = self.lock(lock)?;
                self.found.rough.push(lock);
                self.meets(node, &[])
            }
            Action::Lend(lock, ..) => {
                let lock = self.lock(lock)?;
                self.found.lent.push(lock);
                self.pass(node, &[])
            }
            Action::PutBack(lock, loan) => {
                let (lock, made) = (self.lock(lock)?, self.value(&Operand::Local(*loan)));
                if made != Value::Unknown {
                    self.found.rough.push(lock);
                }
                self.pass(node, &[])
            }
            Action::End(scope) => {
                let position = self.machine.scope(&self.state, self.task, *scope)?;
                if self.until == Some(position) {
                    return Some(false);
                }
                let of = &mut self.state.tasks[self.task as usize];
                of.scopes.truncate(position as usize);
                self.meets(node, &[])
            }
            Action::Pause => self.pass(node, &[]),
            Action::Join { .. } => self.meets(node, &[]),
            Action::Sync { value, .. } => self.meets(node, &value.iter().collect::<Vec<_>>()),
            Action::Atom { args, .. } => self.meets(node, &args.iter().collect::<Vec<_>>()),
            Action::Select { cases, .. } => {
                let sent = cases.iter().filter_map(|(offer, _)| match offer {
                    SelectOffer::Send(_, value) => value.as_ref(),
                    _ => None,
                });
                self.meets(node, &sent.collect::<Vec<_>>())
            }
            Action::Each { iterator, .. } if self.is_channel(*iterator) => self.meets(node, &[]),
            Action::Spin => {
                self.found.rough.append(&mut self.held);
                Some(false)
            }
            Action::Spawn { .. } | Action::Detach(..) | Action::Enter { .. } => {
                self.found.rough.extend(&self.held);
                self.follow(node)
            }
            Action::Escape(values, _) => {
                if !values.is_empty() {
                    self.found.rough.extend(&self.held);
                }
                self.follow(node)
            }
            Action::Leave(_) | Action::Cancel(_) | Action::Fail | Action::Unclear(_) => None,
            _ => self.follow(node),
        }
    }

    /// What others can see: no lock is held meanwhile, and what is handed over they have from then on.
    fn meets(&mut self, node: &Node, given: &[&Operand]) -> Option<bool> {
        self.found.rough.extend(&self.held);
        self.pass(node, given)
    }

    /// Goes on behind a node, by all of its ways, and with nothing known of what it gave.
    fn pass(&mut self, node: &Node, given: &[&Operand]) -> Option<bool> {
        for of in given {
            let value = self.value(of);
            self.found.rough.extend(objects_in(&value));
        }
        let of = &mut self.state.tasks[self.task as usize];
        let frame = of.frames.last_mut()?;
        gets(&node.action, &mut |local| frame.registers[local.index()] = Value::Unknown);
        for next in &node.next {
            let mut task = Task::clone(of);
            task.frames.last_mut()?.node = *next;
            self.pending.push((task, self.held.clone(), self.until));
        }
        Some(false)
    }

    /// A step of the task's own, which may start others.
    fn follow(&mut self, node: &Node) -> Option<bool> {
        let is_of_list = |of: &Operand| matches!(self.value(of), Value::Object(_));
        match &node.action {
            // What is done to a list on one way is seen on the others.
            Action::Arrange { args, .. } if args.iter().any(is_of_list) => return None,
            Action::Put(..) => return None,
            _ => {}
        }
        match self.machine.follow(&mut self.state, self.task, &mut Vec::new()) {
            Ok(Progress::Moved) if self.state.misuse.is_none() => {
                for task in self.state.tasks.split_off(self.count) {
                    let task = Task { parent: None, ..Task::clone(&task) };
                    self.pending.push((task, Vec::new(), None));
                }
                Some(true)
            }
            Ok(Progress::Waits) => match &node.action {
                Action::Branch(_) | Action::Each { .. } => self.pass(node, &[]),
                Action::Assume { or_fails: false, .. } => self.pass(node, &[]),
                _ => None,
            },
            Err(Stop::Failed) => Some(false),
            _ => None,
        }
    }

    fn value(&self, of: &Operand) -> Value {
        self.machine.operand(&self.state, self.task, of)
    }

    fn lock(&self, of: &Operand) -> Option<u32> {
        match self.value(of) {
            Value::Object(lock) => Some(lock),
            _ => None,
        }
    }

    fn is_channel(&self, iterator: Local) -> bool {
        match self.value(&Operand::Local(iterator)) {
            Value::Object(object) => !self.state.is_list(object),
            _ => false,
        }
    }

    /// What was found, of the objects that were there before. What becomes of those that the task does not have depends
    /// on the state, of which what is found must not say anything.
    fn finish(mut self) -> Nesting {
        let known = self.known;
        let escaped = |object: &u32| self.state.objects[*object as usize].reach == Reach::Escaped;
        self.found.rough.extend(self.named.iter().copied().filter(escaped));
        let with_new = self.found.pairs.iter().filter(|(_, inner)| *inner >= known);
        let with_new: Vec<u32> = with_new.map(|(outer, _)| *outer).collect();
        self.found.rough.extend(with_new);
        self.found.pairs.retain(|(outer, inner)| *outer < known && *inner < known);
        for list in [&mut self.found.rough, &mut self.found.lent] {
            list.retain(|object| *object < known);
            list.sort_unstable();
            list.dedup();
        }
        self.found.pairs.sort_unstable();
        self.found.pairs.dedup();
        self.found
    }
}

/// Tells of each local that gets a value there, on some way on.
fn gets(action: &Action, f: &mut dyn FnMut(Local)) {
    action.defines().into_iter().for_each(&mut *f);
    match action {
        Action::Each { dest, .. } => dest.iter().copied().for_each(f),
        Action::Select { cases, .. } => {
            for (offer, _) in cases {
                if let SelectOffer::Receive(_, Some(dest)) = offer {
                    f(*dest);
                }
            }
        }
        _ => {}
    }
}

fn objects_in(value: &Value) -> Vec<u32> {
    let mut found = Vec::new();
    value.walk(&mut |part| {
        if let Value::Object(object) = part {
            found.push(*object);
        }
    });
    found
}
