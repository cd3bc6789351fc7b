//! The nouns of a skeleton: routines as graphs of nodes.
//!
//! A [`Routine`] is one Mir body without what synchronisation cannot see. Its [`Node`]s keep the
//! body's locals as they are, so that a node can be read beside the Mir it came from; operands
//! that decide nothing are left out (an [`Arg`] of `None`).

use crate::diagnostics::Site;
use crate::hir::{BinaryOp, UnaryOp};
use crate::items::{ItemId, ItemKind};
use crate::mir::{
    BodyId, Callee, Intrinsic, Local, LockMode, Operand, Point, Rvalue, ScopeId, ScopeRef,
};
use crate::ty::{Builtin, Ownership, Ty, ownership};
use crate::{Db, Name};

/// What synchronisation sees of a root function. Routine 0 is the root itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skeleton {
    /// The root.
    pub root: ItemId,
    /// The root's routine, then all that it may come to run.
    pub routines: Vec<Routine>,
    /// Whether any routine does what tasks can wait for, or misuse: else there is nothing to find.
    pub is_worth_a_look: bool,
    /// Constants of the program that an unknown count may have been made to fit.
    pub counts: Vec<i64>,
    /// Which tasks may end early, and how.
    pub ends: EarlyEnds,
    /// Why the skeleton is not the whole program, if it is not.
    pub incomplete: Option<&'static str>,
}

/// How tasks may end before their time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EarlyEnds {
    /// Whether any may be cancelled, run out of time or fail.
    pub any: bool,
    /// Whether a task that is in the routine may fail by it, or by what it calls and starts.
    pub fails: Vec<bool>,
}

/// A routine of a skeleton, by position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RoutineId(pub u32);

/// A node of a routine, by position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

/// One body, cut down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routine {
    /// What people call it.
    pub name: String,
    /// The item whose Mir it comes from.
    pub item: ItemId,
    /// Which body of that Mir; none for a call of the machine's.
    pub body: Option<BodyId>,
    /// How many locals arrive with a call: parameters, then captures.
    pub inputs: u32,
    /// What is known of each local.
    pub locals: Vec<LocalFact>,
    /// The graph.
    pub nodes: Vec<Node>,
    /// Where it begins.
    pub entry: NodeId,
}

/// What is known of a local.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalFact {
    /// Its name in the source.
    pub name: Option<Name>,
    /// What its values are like.
    pub kind: Kind,
    /// What object it names, if it names one.
    pub object: Option<ObjectType>,
}

/// An object that may come from outside the root.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ObjectType {
    /// A channel, or a view of one.
    Channel,
    /// A mutex or rwlock.
    Lock,
}

/// What values of a type are like, as far as decisions go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An int: tried with small values.
    Int,
    /// A bool: tried with both.
    Bool,
    /// Another immutable value: the same wherever it is the same.
    Value,
    /// A channel, signal, lock, task, function, or a composite with one in it.
    Sync,
    /// A mutable list of such: its elements are followed.
    List,
    /// Another value that changes: nothing is known of it from one moment to the next.
    Owned,
}

/// A step of a routine, and where it may go next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it does.
    pub action: Action,
    /// Where control goes: see [`Action`] for which of them when.
    pub next: Vec<NodeId>,
    /// The Mir op that it comes from.
    pub point: Point,
    /// Where it stands.
    pub site: Site,
    /// The locals that may be read from here on, in order.
    pub live: Vec<Local>,
    /// Where an `attempt` of the routine goes on when it fails.
    pub handler: Option<NodeId>,
    /// Whether a task that is stopped at this suspension point leaves undone what others would see,
    /// though nobody sees it pass.
    pub is_exposed: bool,
}

/// An operand, or nothing where the value decides nothing.
pub type Arg = Option<Operand>;

/// What a node does. It goes on to its only successor unless it says otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// `dest = value`, without synchronisation.
    Let(Local, Rvalue),
    /// `dest` becomes the result of a computation that is not looked into.
    Opaque {
        /// What gets the result.
        dest: Local,
        /// Which computation.
        tag: Tag,
        /// What it computes with.
        args: Vec<Operand>,
    },
    /// `dest` becomes a value that is new each time: the clock, the world.
    Fresh(Local),
    /// `dest` becomes a channel with room for that many values.
    MakeChannel(Local, Operand),
    /// `dest` becomes a signal.
    MakeSignal(Local),
    /// `dest` becomes a barrier for that many tasks.
    MakeBarrier(Local, Operand),
    /// `dest` becomes a lock; a semaphore has as many permits as the operand says. What it guards
    /// goes out of sight.
    MakeLock {
        /// What gets the lock.
        dest: Local,
        /// How many may have it at once, if not one.
        permits: Option<Operand>,
        /// What it guards, where that may carry objects.
        guards: Option<Operand>,
    },
    /// `dest` becomes an atom that holds this.
    MakeAtom(Local, Operand),
    /// An operation on an atom whose value is followed.
    Atom {
        /// Which operation.
        op: AtomOp,
        /// The atom.
        atom: Operand,
        /// What it is done with.
        args: Vec<Operand>,
        /// What gets the result, where it decides something.
        dest: Option<Local>,
    },
    /// `loan` becomes what a lock guards that was just taken.
    Lend(Operand, LockMode, Local),
    /// What a lock guards becomes what `loan` is: it is about to be given back.
    PutBack(Operand, Local),
    /// `dest = of(args)`, a function of the machine's on lists whose elements are followed; it may
    /// change the first argument.
    Arrange {
        /// What gets the result.
        dest: Local,
        /// Which function.
        of: Intrinsic,
        /// Its arguments.
        args: Vec<Operand>,
    },
    /// `list[index] = value`, of a list whose elements are followed.
    Put(Operand, Operand, Operand),
    /// An operation on a channel or signal.
    Sync {
        /// Which operation.
        op: SyncOp,
        /// The channel or signal.
        object: Operand,
        /// What is sent, where it decides something.
        value: Arg,
        /// What gets the result, where it decides something.
        dest: Option<Local>,
    },
    /// The next element of an iterator, or of a channel: to the body, or when there is none to
    /// the end.
    Each {
        /// The iterator or channel.
        iterator: Local,
        /// What gets the element, where it decides something.
        dest: Option<Local>,
    },
    /// One of the cases, in order; the last successor is the `else`, if there is one.
    Select {
        /// The cases, each with its guard.
        cases: Vec<(SelectOffer, Option<Operand>)>,
        /// Whether there is an `else`.
        has_else: bool,
    },
    /// By a bool: to the first or the second successor.
    Branch(Operand),
    /// A bool that is so. Of what is not known it says which values to try.
    Assume {
        /// The bool.
        condition: Operand,
        /// Which it is.
        holds: bool,
        /// Whether the task fails where it is not (`assert`); else it is for certain (the last `case`).
        or_fails: bool,
    },
    /// `dest = target(args)`
    Call {
        /// What gets the result, where it decides something.
        dest: Option<Local>,
        /// What is called.
        target: Target,
        /// The arguments.
        args: Vec<Arg>,
    },
    /// `dest = spawn target(args)`
    Spawn {
        /// What gets the task.
        dest: Local,
        /// The scope it belongs to.
        scope: ScopeRef,
        /// What the task runs.
        target: Target,
        /// The arguments.
        args: Vec<Arg>,
    },
    /// `detach target(args)`
    Detach(Target, Vec<Arg>),
    /// `defer target(args)`
    Defer(Target, Vec<Arg>),
    /// Runs what was deferred, last first.
    RunDefers,
    /// `dest = task.join()` or what a name stands for after its scope.
    Join {
        /// What gets the result, where it decides something.
        dest: Option<Local>,
        /// The task.
        task: Operand,
        /// Whether its scope has ended: then there is nothing to wait for, and the task may never
        /// have been spawned.
        settles: bool,
        /// Whether a task that was cancelled fails this one: not when its outcome is asked for.
        fails: bool,
    },
    /// `task.cancel()`
    Cancel(Operand),
    /// Opens a scope; a second successor is where a timeout continues.
    Enter {
        /// The scope.
        scope: ScopeId,
        /// `limit(n)`
        limit: Option<Operand>,
        /// `as name`
        handle: Option<Local>,
        /// Whether a failure of a task in it stays that task's own.
        supervised: bool,
    },
    /// Waits for the scope's tasks.
    End(ScopeId),
    /// Cancels the scope's tasks and waits for them.
    Leave(ScopeId),
    /// Takes a lock.
    Take(Operand, LockMode, Hold),
    /// Takes a lock when it can be had and a condition holds, which is not looked into.
    TakeWhen(Operand, LockMode),
    /// Takes a lock if it can be had now: `dest` says whether.
    TryTake(Operand, LockMode, Option<Local>),
    /// Gives a lock back.
    Give(Operand, LockMode, Hold),
    /// These values go where the check does not follow: no verdict on their channels. The local
    /// gets what nothing is known of.
    Escape(Vec<Operand>, Option<Local>),
    /// Waits for the clock or the world.
    Pause,
    /// Goes round for ever, unless the task is cancelled, and does nothing that others see.
    Spin,
    /// The check does not follow what is done here; the search ends on this path.
    Unclear(&'static str),
    /// The routine's result, where it decides something. No successor.
    Return(Arg),
    /// The task fails. No successor.
    Fail,
}

/// What gives a lock back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hold {
    /// The end of a `with`, on every way out.
    Block,
    /// A call.
    Bare,
}

/// An operation on a channel or signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SyncOp {
    /// `ch.send(v)`
    Send,
    /// `ch.receive()`
    Receive,
    /// `ch.next()`
    Next,
    /// `ch.try_send(v)`
    TrySend,
    /// `ch.try_receive()`
    TryReceive,
    /// `ch.close()`
    Close,
    /// `ch.closed()`
    IsClosed,
    /// `ch.len()`
    Length,
    /// `s.set()`
    Set,
    /// `s.is_set()`
    IsSet,
    /// `s.wait()`
    Wait,
    /// `b.wait()` of a barrier
    Meet,
}

/// An operation on an atom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AtomOp {
    /// `a.get()`
    Get,
    /// `a.set(v)`
    Set,
    /// `a.swap(f)`
    Swap,
    /// `a.compare_and_set(old, new)`
    CompareAndSet,
}

/// What a select case waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SelectOffer {
    /// `case x from ch`
    Receive(Operand, Option<Local>),
    /// `case ch.send(e)`
    Send(Operand, Arg),
    /// `case closed ch`
    Closed(Operand),
    /// `case s.wait()`
    Wait(Operand),
    /// `case timeout(d)`
    Timeout,
}

/// What is called or spawned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A routine of this skeleton.
    Routine(RoutineId),
    /// A function value.
    Value(Local),
}

/// Which computation an opaque value is the result of: the same one of the same values is the
/// same value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Tag {
    /// A pure function of the machine's.
    Intrinsic(Intrinsic),
    /// A pure function of the program's, or a constant.
    Item(String),
    /// A unary operator.
    Unary(UnaryOp),
    /// A binary operator.
    Binary(BinaryOp),
    /// A field of a struct or tuple.
    Field(u32),
    /// What a variant holds.
    Payload(u32, u32),
    /// Whether a value is that variant.
    IsVariant(u32),
    /// A long constant count, where it is tried with small values instead.
    Count(i64),
    /// How many elements it has.
    Len,
    /// An element.
    Element,
    /// A part of a list or text.
    Slice,
    /// A map of these keys and values, in turn.
    Map,
    /// A set of these.
    Set,
    /// A text that is put together with these pieces.
    Format(String),
    /// An int as a float.
    ToFloat,
}

impl EarlyEnds {
    /// Whether a task that is in the routine may fail by it.
    pub fn may_fail(&self, routine: RoutineId) -> bool {
        self.fails.get(routine.0 as usize).copied().unwrap_or_default()
    }
}

impl Skeleton {
    /// The routine with that id.
    pub fn routine(&self, routine: RoutineId) -> &Routine {
        &self.routines[routine.0 as usize]
    }

    /// The routine of a body, if the skeleton has it.
    pub(super) fn routine_of(&self, item: ItemId, body: BodyId) -> Option<RoutineId> {
        let is_it = |routine: &Routine| routine.item == item && routine.body == Some(body);
        self.routines.iter().position(is_it).map(|index| RoutineId(index as u32))
    }

    /// The routine that an rvalue of the item's makes a function value of.
    pub(super) fn function(&self, item: ItemId, value: &Rvalue) -> Option<RoutineId> {
        match value {
            Rvalue::Closure(body, _) => self.routine_of(item, *body),
            Rvalue::Function(Callee::Item(item)) => self.routine_of(*item, BodyId(0)),
            _ => None,
        }
    }
}

impl Routine {
    /// The node with that id.
    pub fn node(&self, node: NodeId) -> &Node {
        &self.nodes[node.0 as usize]
    }

    /// What is known of a local.
    pub fn local(&self, local: Local) -> &LocalFact {
        &self.locals[local.index()]
    }
}

impl Kind {
    /// What values of the type are like. A type parameter may stand for any of them.
    pub fn of(db: &dyn Db, ty: &Ty) -> Self {
        match ty {
            Ty::Builtin(Builtin::Int, _) => Self::Int,
            Ty::Builtin(Builtin::Bool, _) => Self::Bool,
            Ty::Builtin(Builtin::MutableList, _) => match Self::of(db, &ty.arg(0)) {
                Self::Sync | Self::List => Self::List,
                _ => Self::Owned,
            },
            _ if holds_function(ty) => Self::Sync,
            _ => match ownership(db, ty) {
                Ownership::Value => Self::Value,
                Ownership::Sync => Self::Sync,
                Ownership::Owned if changes(db, ty) => Self::Owned,
                Ownership::Owned => Self::Sync,
            },
        }
    }

    /// Whether values may carry channels, locks or tasks, openly or as a function's captures.
    pub fn carries_objects(self) -> bool {
        matches!(self, Self::Sync | Self::List | Self::Owned)
    }

    /// Whether the objects in such values are followed.
    pub fn holds_objects(self) -> bool {
        matches!(self, Self::Sync | Self::List)
    }
}

impl ObjectType {
    /// What a value of the type names.
    pub fn of(ty: &Ty) -> Option<Self> {
        match ty.builtin()? {
            Builtin::Channel | Builtin::Sender | Builtin::Receiver => Some(Self::Channel),
            Builtin::Mutex | Builtin::Rwlock => Some(Self::Lock),
            _ => None,
        }
    }
}

/// Whether values of the type change themselves, rather than hold others that may.
fn changes(db: &dyn Db, ty: &Ty) -> bool {
    match ty {
        Ty::Builtin(builtin, _) => builtin.ownership() == Ownership::Owned,
        Ty::Adt(item, _) => item.kind(db) == ItemKind::MutableStruct,
        _ => false,
    }
}

fn holds_function(ty: &Ty) -> bool {
    matches!(ty, Ty::Fn(_)) || ty.args().iter().any(holds_function)
}
