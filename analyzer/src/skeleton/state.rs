//! Where every task stands and what every channel holds.
//!
//! A [`State`] is compared by what can still matter: registers that nobody reads again are
//! forgotten, objects and tasks that nobody can name are dropped, and symbols, objects and tasks
//! are renumbered in a canonical order ([`State::normalise`]), so that tasks which only differ by
//! their number make one state.

mod normalise;
mod shared;
pub(super) mod value;

use std::hash::{Hash, Hasher};
use std::rc::Rc;

use super::graph::{Hold, NodeId, RoutineId, Skeleton};
use super::misuse::Misuse;
use crate::mir::{Local, LockMode, ScopeId};
use shared::Shared;
use value::{Facts, Value};

/// All tasks, objects and facts at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct State {
    /// Task 0 is the root's.
    pub(super) tasks: Vec<Shared<Task>>,
    pub(super) objects: Vec<Shared<Object>>,
    pub(super) facts: Facts,
    pub(super) symbols: u32,
    /// Whether a count was guessed on the way: then who waits for how many values is not certain.
    pub(super) uncertain: bool,
    /// What a task did that it must not: nothing comes after it.
    pub(super) misuse: Option<Misuse>,
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
    /// Whether an `attempt` of a caller catches its failure.
    pub(super) attempted: bool,
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
    pub(super) made: Made,
    pub(super) reach: Reach,
    pub(super) kind: ObjectKind,
}

/// Where an object comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Made {
    /// The node that made it.
    At(RoutineId, NodeId),
    /// A parameter of the root.
    Given(Local),
}

/// Who can have an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Reach {
    /// The tasks of the state alone.
    Own,
    /// Who knows: it went where the check does not follow.
    Escaped,
    /// The root's caller, who is taken to serve it.
    Outside,
}

/// What an object is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum ObjectKind {
    Channel {
        capacity: i64,
        queue: Vec<Value>,
        closed: bool,
        /// The task that closed it, while it runs.
        closer: Option<u32>,
    },
    Signal {
        set: bool,
    },
    Barrier {
        parties: i64,
    },
    Lock {
        permits: i64,
        holders: Vec<Held>,
        /// Writers that wait.
        queued: Vec<u32>,
        /// Whether the root's caller may have taken it before.
        before: bool,
    },
}

/// Who holds a lock, and how.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Held {
    pub(super) task: u32,
    pub(super) mode: LockMode,
    pub(super) how: Hold,
    /// How many frames the task has that may give it back.
    pub(super) frames: u32,
    /// How many scopes were open when it was taken.
    pub(super) scopes: u32,
    /// Where the call that took it returned without giving it back.
    pub(super) left: Option<(RoutineId, NodeId)>,
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

    /// Everything that it holds.
    pub(super) fn values(&self) -> impl Iterator<Item = &Value> {
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

    /// Replaces everything that it holds.
    pub(super) fn map_values(&mut self, f: &dyn Fn(&Value) -> Value) {
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
            attempted: false,
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
        if object.reach != Reach::Own {
            return;
        }
        object.reach = Reach::Escaped;
        if let ObjectKind::Channel { queue, .. } = &mut object.kind {
            for value in std::mem::take(queue) {
                self.escape(&value);
            }
        }
    }
}
