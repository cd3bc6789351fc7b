//! What tasks meet at: channels, signals, locks, atoms, barriers, and lists of such.

use super::State;
use super::shared::Holds;
use super::value::Value;
use crate::mir::{Local, LockMode};
use crate::skeleton::graph::{Hold, NodeId, RoutineId};

/// A channel, signal or lock.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::skeleton) struct Object {
    pub(in crate::skeleton) made: Made,
    pub(in crate::skeleton) reach: Reach,
    pub(in crate::skeleton) kind: ObjectKind,
}

/// Where an object comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::skeleton) enum Made {
    /// The node that made it.
    At(RoutineId, NodeId),
    /// A parameter of the root.
    Given(Local),
    /// A field of a parameter of the root.
    Part(Local, u32),
}

/// Who can have an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::skeleton) enum Reach {
    /// The tasks of the state alone.
    Own,
    /// Who knows: it went where the check does not follow.
    Escaped,
    /// The root's caller, who is taken to serve it.
    Outside,
}

/// What an object is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::skeleton) enum ObjectKind {
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
        /// Whether a party of it has failed or was cancelled.
        broken: bool,
        /// The tasks that went through in the latest round, where any task may end early.
        latest: Vec<u32>,
    },
    /// An atom, and what it holds.
    Atom(Value),
    /// A mutable list. It synchronises nothing, but whoever has it has its elements.
    List(Vec<Value>),
    Lock {
        permits: i64,
        holders: Vec<Held>,
        /// Writers that wait.
        queued: Vec<u32>,
        /// Whether the root's caller may have taken it before.
        before: bool,
        /// What it guards, if that is followed and nobody has it on loan.
        guards: Value,
    },
}

/// Who holds a lock, and how.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::skeleton) struct Held {
    pub(in crate::skeleton) task: u32,
    pub(in crate::skeleton) mode: LockMode,
    pub(in crate::skeleton) how: Hold,
    /// How many frames the task has that may give it back.
    pub(in crate::skeleton) frames: u32,
    /// How many scopes were open when it was taken.
    pub(in crate::skeleton) scopes: u32,
    /// Where the call that took it returned without giving it back.
    pub(in crate::skeleton) left: Option<(RoutineId, NodeId)>,
}

impl Made {
    /// The parameter of the root that it comes with.
    pub(in crate::skeleton) fn input(self) -> Option<Local> {
        match self {
            Self::At(..) => None,
            Self::Given(input) | Self::Part(input, _) => Some(input),
        }
    }
}

impl Holds for Object {
    fn each_value(&self, show: &mut impl FnMut(&Value)) {
        self.kind.held().iter().for_each(show);
    }
}

impl ObjectKind {
    /// The values that lie in it: whoever has it may come to have them.
    pub(in crate::skeleton) fn held(&self) -> &[Value] {
        match self {
            Self::Channel { queue, .. } => queue,
            Self::List(elements) => elements,
            Self::Atom(value) | Self::Lock { guards: value, .. } => std::slice::from_ref(value),
            Self::Signal { .. } | Self::Barrier { .. } => &[],
        }
    }

    /// The same, to be changed.
    pub(in crate::skeleton) fn held_mut(&mut self) -> &mut [Value] {
        match self {
            Self::Channel { queue, .. } => queue,
            Self::List(elements) => elements,
            Self::Atom(value) | Self::Lock { guards: value, .. } => std::slice::from_mut(value),
            Self::Signal { .. } | Self::Barrier { .. } => &mut [],
        }
    }

    /// Whether it knows a task by itself: who holds or closed it, or waits in its queue.
    pub(super) fn knows_tasks(&self) -> bool {
        match self {
            Self::Lock { holders, queued, .. } => !(holders.is_empty() && queued.is_empty()),
            Self::Channel { closer, .. } => closer.is_some(),
            Self::Barrier { latest, .. } => !latest.is_empty(),
            _ => false,
        }
    }

    /// Gives the tasks that it knows their new places, those of the order; others are gone.
    pub(super) fn rename_tasks(&mut self, order: &[u32], place: &[u32]) {
        match self {
            Self::Lock { holders, queued, .. } => {
                holders.iter_mut().for_each(|held| held.task = place[held.task as usize]);
                holders.sort_by_key(|held| held.task);
                queued.iter_mut().for_each(|task| *task = place[*task as usize]);
                queued.sort_unstable();
            }
            Self::Channel { closer, .. } => {
                let kept = closer.filter(|task| order.contains(task));
                *closer = kept.map(|task| place[task as usize]);
            }
            Self::Barrier { latest, .. } => {
                latest.retain(|task| order.contains(task));
                latest.iter_mut().for_each(|task| *task = place[*task as usize]);
                latest.sort_unstable();
            }
            Self::Signal { .. } | Self::Atom(_) | Self::List(_) => {}
        }
    }

    /// Those that went through in the latest round, of a barrier that is not broken.
    pub(in crate::skeleton) fn latest(&self) -> &[u32] {
        match self {
            Self::Barrier { latest, .. } => latest,
            _ => &[],
        }
    }
}

impl State {
    /// Marks everything that the value reaches as beyond what the check follows.
    pub(in crate::skeleton) fn escape(&mut self, value: &Value) {
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
        let held = match &mut object.kind {
            ObjectKind::Channel { queue, .. } => std::mem::take(queue),
            ObjectKind::List(elements) => std::mem::take(elements),
            ObjectKind::Atom(value) | ObjectKind::Lock { guards: value, .. } => {
                *value = Value::Unknown;
                return;
            }
            _ => return,
        };
        held.iter().for_each(|value| self.escape(value));
    }
}
