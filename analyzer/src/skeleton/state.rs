//! Where every task stands and what every channel holds.
//!
//! A [`State`] is compared by what can still matter: registers that nobody reads again are
//! forgotten, objects and tasks that nobody can name are dropped, and symbols, objects and tasks
//! are renumbered in a canonical order ([`State::normalise`]), so that tasks which only differ by
//! their number make one state.

mod joined;
mod lists;
mod normalise;
mod object;
pub(super) mod questions;
mod shared;
pub(super) mod value;

use std::hash::{Hash, Hasher};
use std::rc::Rc;

use super::graph::{NodeId, RoutineId, Skeleton};
use super::misuse::Misuse;
use crate::mir::{Local, ScopeId};
pub(super) use object::{Held, Made, Object, ObjectKind, Reach};
use shared::{Holds, Shared};
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
    /// Whether it was guessed which element of a list is meant: then two locks may be one by that alone.
    pub(super) picked: bool,
    /// Whether a lock that is not followed was taken inside another one or around it, or what is not known
    /// was called with one held.
    pub(super) unseen: bool,
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
    /// What the program's constants hold: every task can have that.
    pub(super) constants: Constants,
    /// Whether somebody cancelled it: then it stops at its next suspension point.
    pub(super) cancelled: bool,
    /// How many locks it holds that are not followed.
    pub(super) unseen_locks: Few,
    /// One if it has run deferred calls on its way out.
    pub(super) deferred: Few,
    /// One if it was ended by a task that had: others may see what those calls did before it ends its own tasks.
    pub(super) ended_late: Few,
    /// Whether it may not have begun: nobody has seen a step of it, and it has done what others would
    /// see if it has.
    pub(super) is_new: bool,
}

/// A count that is mostly nothing, and then leaves the order of tasks as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Few(pub(super) u32);

impl Hash for Few {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        if self.0 > 0 {
            hasher.write_u32(self.0);
        }
    }
}

/// What constants hold: mostly there are none, and then they leave the order of tasks as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Constants(pub(super) Rc<[Value]>);

impl Hash for Constants {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        if !self.0.is_empty() {
            self.0.hash(hasher);
        }
    }
}

/// How a task goes on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Mode {
    /// From node to node.
    Running,
    /// Closes what is open and runs what was deferred, innermost first.
    Unwinding(Raise),
    /// Not at all.
    Done(Ended),
}

/// Why a task unwinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Raise {
    /// It failed.
    Failure,
    /// It was cancelled.
    Cancel,
    /// A scope of its own stops its body, by position: its time is up, or a task of it failed.
    Stop(u32),
}

/// How a task ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Ended {
    Well(Value),
    Failed,
    Cancelled,
}

/// What happens when a call is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Then {
    /// The caller goes on.
    Give,
    /// The atom that the caller swaps gets the result, and so does the caller.
    Swap,
    /// The next deferred call of a body that ends well.
    Defer,
    /// The unwinding that the deferred call belongs to goes on.
    Unwind(Raise),
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
    /// What its end leads to. Nothing from outside of a deferred call strikes a task in it.
    pub(super) then: Then,
    /// Where the caller goes on when it fails, if an `attempt` is open there.
    pub(super) handler: Option<NodeId>,
}

/// A scope that is open.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct OpenScope {
    pub(super) scope: ScopeId,
    /// How many frames the task had when it was opened.
    pub(super) frames: u32,
    pub(super) on_timeout: Option<NodeId>,
    pub(super) limit: Option<i64>,
    /// Whether a failure of a task in it stays that task's own.
    pub(super) supervised: bool,
    pub(super) timed_out: bool,
    /// Whether a task in it failed.
    pub(super) failed: bool,
    /// Whether its body is on the way out of it.
    pub(super) leaving: bool,
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
    pub(super) fn new(
        path: String,
        parent: Option<(u32, u32)>,
        frame: Frame,
        constants: Constants,
    ) -> Self {
        Self {
            label: Label { path, spawned: 0, entry: frame.routine },
            parent,
            scopes: Vec::new(),
            frames: vec![frame],
            mode: Mode::Running,
            constants,
            cancelled: false,
            unseen_locks: Few::default(),
            deferred: Few::default(),
            ended_late: Few::default(),
            is_new: true,
        }
    }

    pub(super) fn is_done(&self) -> bool {
        matches!(self.mode, Mode::Done(_))
    }

    /// Whether it is in a deferred call.
    pub(super) fn is_masked(&self) -> bool {
        self.frames.iter().any(|frame| frame.then != Then::Give)
    }

    /// The scopes that can stop what it does now, with their positions: in a deferred call those that were opened in
    /// it.
    pub(super) fn scopes_in_reach(&self) -> impl Iterator<Item = (u32, &OpenScope)> {
        let deferred = self.frames.iter().rposition(|frame| frame.then != Then::Give);
        let outside = deferred.map_or(0, |frame| frame as u32 + 1);
        (0..).zip(&self.scopes).filter(move |(_, open)| open.frames >= outside)
    }

    /// Whether an `attempt` is open in one of its calls, beneath the deferred call that it is in.
    pub(super) fn is_attempted(&self) -> bool {
        let calls = self.frames.iter().rev();
        let mut calls = calls.take_while(|frame| frame.then == Then::Give);
        calls.any(|frame| frame.handler.is_some())
    }

    /// Everything that it holds.
    pub(super) fn values(&self) -> impl Iterator<Item = &Value> {
        let frames = self.frames.iter().flat_map(|frame| {
            let deferred = frame.deferred.iter().flat_map(|(_, args)| args.iter());
            frame.registers.iter().chain(deferred)
        });
        let result = match &self.mode {
            Mode::Done(Ended::Well(result)) => Some(result),
            _ => None,
        };
        let constants = self.constants.0.iter().filter(|_| !self.is_done());
        frames.chain(result).chain(constants)
    }

    /// Replaces everything that it holds.
    pub(super) fn map_values(&mut self, f: &dyn Fn(&Value) -> Value) {
        for frame in &mut self.frames {
            frame.registers.iter_mut().for_each(|value| *value = f(value));
            for (_, args) in &mut frame.deferred {
                *args = args.iter().map(f).collect();
            }
        }
        if let Mode::Done(Ended::Well(result)) = &mut self.mode {
            *result = f(result);
        }
        if !self.constants.0.is_empty() {
            self.constants = Constants(self.constants.0.iter().map(f).collect());
        }
    }
}

impl Holds for Task {
    fn each_value(&self, show: &mut impl FnMut(&Value)) {
        self.values().for_each(show);
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
            then: Then::Give,
            handler: None,
        }
    }
}

impl OpenScope {
    /// Whether its body is to stop at its next suspension point.
    pub(super) fn stops_body(&self) -> bool {
        (self.timed_out || self.failed) && !self.leaving
    }

    /// Whether its time may still be up.
    pub(super) fn is_timed(&self) -> bool {
        self.on_timeout.is_some() && !self.timed_out && !self.leaving
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

    /// Whether the task holds a lock.
    pub(super) fn holds_lock(&self, task: u32) -> bool {
        self.objects.iter().any(|object| match &object.kind {
            ObjectKind::Lock { holders, .. } => holders.iter().any(|held| held.task == task),
            _ => false,
        })
    }

    /// Whether the task holds any lock, followed or not.
    pub(super) fn holds_any_lock(&self, task: u32) -> bool {
        self.tasks[task as usize].unseen_locks.0 > 0 || self.holds_lock(task)
    }
}
