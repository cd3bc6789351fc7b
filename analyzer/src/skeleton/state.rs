//! Where every task stands and what every channel holds.
//!
//! A [`State`] is compared by what can still matter: registers that nobody reads again are
//! forgotten, objects and tasks that nobody can name are dropped, and symbols, objects and tasks
//! are renumbered in a canonical order ([`State::normalise`]), so that tasks which only differ by
//! their number make one state.

use std::hash::{Hash, Hasher};
use std::rc::Rc;

use rustc_hash::FxHasher;

use super::graph::{NodeId, RoutineId, Skeleton};
use super::value::{Facts, Value};
use crate::mir::{Const, Local, LockMode, ScopeId};

/// All tasks, objects and facts at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct State {
    /// Task 0 is the root's.
    pub(super) tasks: Vec<Task>,
    pub(super) objects: Vec<Object>,
    pub(super) facts: Facts,
    pub(super) symbols: u32,
    /// Whether a count was guessed on the way: then who waits for how many values is not certain.
    pub(super) uncertain: bool,
}

/// One task.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Task {
    /// Its path, for people; no part of its identity.
    pub(super) label: Label,
    /// Its parent and the position of its scope there; none for the root and detached tasks.
    pub(super) parent: Option<(u32, u32)>,
    /// Open scopes, outermost first.
    pub(super) scopes: Vec<OpenScope>,
    pub(super) frames: Vec<Frame>,
    pub(super) mode: Mode,
}

/// How a task goes on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Mode {
    /// From node to node.
    Running,
    /// Until its next suspension point.
    Cancelled,
    /// Ends its scopes and runs its `defer`s: down to nothing, or to where a timeout continues.
    Unwinding(Option<Landing>),
    /// Not at all: its result, or none when it was cancelled.
    Done(Option<Value>),
}

/// Where a task goes on after a timeout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Landing {
    pub(super) scope: u32,
    pub(super) frames: u32,
    pub(super) node: NodeId,
}

/// A call that has not returned.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Frame {
    pub(super) routine: RoutineId,
    pub(super) node: NodeId,
    pub(super) registers: Vec<Value>,
    /// What was deferred, in order.
    pub(super) deferred: Vec<(RoutineId, Rc<[Value]>)>,
    /// What gets the result in the frame below.
    pub(super) dest: Option<Local>,
    /// Whether it is a deferred call, which cancellation does not strike.
    pub(super) masked: bool,
}

/// A scope that is open.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct OpenScope {
    pub(super) scope: ScopeId,
    /// How many frames the task had when it was opened.
    pub(super) frames: u32,
    pub(super) on_timeout: Option<NodeId>,
    pub(super) limit: Option<i64>,
}

/// A channel, signal or lock.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Object {
    /// The node that made it.
    pub(super) made: (RoutineId, NodeId),
    /// Whether it went where the check does not follow.
    pub(super) escaped: bool,
    pub(super) kind: ObjectKind,
}

/// What an object is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum ObjectKind {
    Channel { capacity: i64, queue: Vec<Value>, closed: bool },
    Signal { set: bool },
    Lock { permits: i64, holders: Vec<(u32, LockMode)> },
}

/// Text for people that makes no two states different.
#[derive(Clone, Debug)]
pub(super) struct Label {
    /// `main/2`
    pub(super) path: String,
    /// How many tasks it has started.
    pub(super) spawned: u32,
    /// What it runs.
    pub(super) entry: RoutineId,
}

impl PartialEq for Label {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Label {}

impl Hash for Label {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl Task {
    /// A task that is about to begin.
    pub(super) fn new(path: String, parent: Option<(u32, u32)>, frame: Frame) -> Self {
        Self {
            label: Label { path, spawned: 0, entry: frame.routine },
            parent,
            scopes: Vec::new(),
            frames: vec![frame],
            mode: Mode::Running,
        }
    }

    pub(super) fn is_done(&self) -> bool {
        matches!(self.mode, Mode::Done(_))
    }

    fn values(&self) -> impl Iterator<Item = &Value> {
        let frames = self.frames.iter().flat_map(|frame| {
            let deferred = frame.deferred.iter().flat_map(|(_, args)| args.iter());
            frame.registers.iter().chain(deferred)
        });
        let result = match &self.mode {
            Mode::Done(result) => result.as_ref(),
            _ => None,
        };
        frames.chain(result)
    }

    fn map_values(&mut self, f: &dyn Fn(&Value) -> Value) {
        for frame in &mut self.frames {
            frame.registers.iter_mut().for_each(|value| *value = f(value));
            for (_, args) in &mut frame.deferred {
                *args = args.iter().map(f).collect();
            }
        }
        if let Mode::Done(Some(result)) = &mut self.mode {
            *result = f(result);
        }
    }
}

impl Frame {
    /// A frame at a routine's entry.
    pub(super) fn new(skeleton: &Skeleton, routine: RoutineId, args: &[Value]) -> Self {
        let source = skeleton.routine(routine);
        let mut registers = vec![Value::Unknown; source.locals.len()];
        let inputs = registers.iter_mut().take(source.inputs as usize);
        inputs.zip(args).for_each(|(register, arg)| *register = arg.clone());
        Self {
            routine,
            node: source.entry,
            registers,
            deferred: Vec::new(),
            dest: None,
            masked: false,
        }
    }
}

impl State {
    /// The task's children that have not ended, of one scope or, without one, of all.
    pub(super) fn children(&self, parent: u32, scope: Option<u32>) -> Vec<u32> {
        let is_child = |task: &Task| match task.parent {
            Some((of, at)) => {
                of == parent && scope.is_none_or(|scope| scope == at) && !task.is_done()
            }
            None => false,
        };
        (0..self.tasks.len() as u32).filter(|task| is_child(&self.tasks[*task as usize])).collect()
    }

    /// Marks everything that the value reaches as beyond what the check follows.
    pub(super) fn escape(&mut self, value: &Value) {
        let mut found = Vec::new();
        value.walk(&mut |part| {
            if let Value::Object(object) = part {
                found.push(*object);
            }
        });
        for object in found {
            self.escape_object(object);
        }
    }

    fn escape_object(&mut self, object: u32) {
        let object = &mut self.objects[object as usize];
        if std::mem::replace(&mut object.escaped, true) {
            return;
        }
        if let ObjectKind::Channel { queue, .. } = &mut object.kind {
            for value in std::mem::take(queue) {
                self.escape(&value);
            }
        }
    }

    /// The same state, as little as can still matter and in canonical order.
    pub(super) fn normalise(&mut self, skeleton: &Skeleton) {
        self.put_facts_in();
        self.forget_dead_registers(skeleton);
        self.order_tasks();
        self.drop_objects();
        self.renumber_symbols();
    }

    fn put_facts_in(&mut self) {
        if self.facts.is_empty() {
            return;
        }
        let facts = std::mem::take(&mut self.facts);
        self.map_values(&|value| value.with_facts(&facts));
        self.facts = facts;
    }

    fn map_values(&mut self, f: &dyn Fn(&Value) -> Value) {
        self.tasks.iter_mut().for_each(|task| task.map_values(f));
        for object in &mut self.objects {
            if let ObjectKind::Channel { queue, .. } = &mut object.kind {
                queue.iter_mut().for_each(|value| *value = f(value));
            }
        }
    }

    fn forget_dead_registers(&mut self, skeleton: &Skeleton) {
        for frame in self.tasks.iter_mut().flat_map(|task| &mut task.frames) {
            let live = &skeleton.routine(frame.routine).node(frame.node).live;
            for (local, register) in (0..).zip(&mut frame.registers) {
                if *register != Value::Unknown && live.binary_search(&Local(local)).is_err() {
                    *register = Value::Unknown;
                }
            }
        }
    }

    /// Drops ended tasks that nobody names, and puts equal ones beside each other.
    fn order_tasks(&mut self) {
        let mut named = vec![false; self.tasks.len()];
        let mut name = |value: &Value| {
            value.walk(&mut |part| {
                if let Value::Task(task) = part {
                    named[*task as usize] = true;
                }
            });
        };
        self.tasks.iter().flat_map(Task::values).for_each(&mut name);
        for object in &self.objects {
            if let ObjectKind::Channel { queue, .. } = &object.kind {
                queue.iter().for_each(&mut name);
            }
        }
        let mut order: Vec<u32> = (0..self.tasks.len() as u32)
            .filter(|task| {
                let is_needed = !self.tasks[*task as usize].is_done() || named[*task as usize];
                *task == 0 || is_needed
            })
            .collect();
        order.sort_by_cached_key(|task| {
            let data = &self.tasks[*task as usize];
            (*task != 0, data.parent.map(|parent| (parent, hash_of(data))), *task)
        });
        let mut place = vec![0; self.tasks.len()];
        order.iter().zip(0..).for_each(|(old, new)| place[*old as usize] = new);
        if order.len() == self.tasks.len() && order.iter().zip(0..).all(|(old, new)| *old == new) {
            return;
        }
        self.rename_tasks(&order, &place);
    }

    fn rename_tasks(&mut self, order: &[u32], place: &[u32]) {
        self.tasks = order.iter().map(|old| self.tasks[*old as usize].clone()).collect();
        for task in &mut self.tasks {
            task.parent = task.parent.map(|(parent, scope)| (place[parent as usize], scope));
        }
        for object in &mut self.objects {
            if let ObjectKind::Lock { holders, .. } = &mut object.kind {
                holders.iter_mut().for_each(|(task, _)| *task = place[*task as usize]);
            }
        }
        self.map_values(&|value| {
            value.renamed(&|part| match part {
                Value::Task(task) => Some(Value::Task(place[*task as usize])),
                _ => None,
            })
        });
    }

    /// Drops objects that nobody can name any more.
    fn drop_objects(&mut self) {
        let mut place: Vec<Option<u32>> = vec![None; self.objects.len()];
        let mut pending = Vec::new();
        let mut find = |value: &Value, pending: &mut Vec<u32>| {
            value.walk(&mut |part| {
                if let Value::Object(object) = part
                    && place[*object as usize].is_none()
                {
                    place[*object as usize] = Some(0);
                    pending.push(*object);
                }
            });
        };
        self.tasks.iter().flat_map(Task::values).for_each(|value| find(value, &mut pending));
        while let Some(object) = pending.pop() {
            if let ObjectKind::Channel { queue, .. } = &self.objects[object as usize].kind {
                queue.iter().for_each(|value| find(value, &mut pending));
            }
        }
        if place.iter().all(Option::is_some) {
            return;
        }
        place.iter_mut().flatten().zip(0..).for_each(|(slot, next)| *slot = next);
        let mut keep = place.iter().map(Option::is_some);
        self.objects.retain(|_| keep.next().unwrap_or(true));
        self.map_values(&|value| {
            value.renamed(&|part| match part {
                Value::Object(object) => place[*object as usize].map(Value::Object),
                _ => None,
            })
        });
    }

    /// Numbers symbols in the order in which tasks hold them, and drops facts about lost ones.
    fn renumber_symbols(&mut self) {
        let mut order: Vec<u32> = Vec::new();
        let mut find = |value: &Value| {
            value.walk(&mut |part| {
                if let Value::Symbol(symbol, _) = part
                    && !order.contains(symbol)
                {
                    order.push(*symbol);
                }
            });
        };
        self.tasks.iter().flat_map(Task::values).for_each(&mut find);
        for object in &self.objects {
            if let ObjectKind::Channel { queue, .. } = &object.kind {
                queue.iter().for_each(&mut find);
            }
        }
        self.facts.retain(|(of, _)| holds_only(of, &order));
        self.symbols = order.len() as u32;
        if order.iter().zip(0..).all(|(old, new)| *old == new) {
            self.facts.sort_by_cached_key(hash_of::<(Value, Const)>);
            return;
        }
        let rename = |value: &Value| {
            value.renamed(&|part| match part {
                Value::Symbol(symbol, kind) => {
                    let new = order.iter().position(|old| old == symbol)?;
                    Some(Value::Symbol(new as u32, *kind))
                }
                _ => None,
            })
        };
        self.facts.iter_mut().for_each(|(of, _)| *of = rename(of));
        self.facts.sort_by_cached_key(hash_of::<(Value, Const)>);
        self.map_values(&rename);
    }
}

fn holds_only(value: &Value, symbols: &[u32]) -> bool {
    let mut all = true;
    value.walk(&mut |part| {
        if let Value::Symbol(symbol, _) = part {
            all &= symbols.contains(symbol);
        }
    });
    all
}

fn hash_of<T: Hash>(of: &T) -> u64 {
    let mut hasher = FxHasher::default();
    of.hash(&mut hasher);
    hasher.finish()
}
