//! What nodes do.

use super::RoutineId;
use crate::hir::{BinaryOp, UnaryOp};
use crate::mir::{Intrinsic, Local, LockMode, Operand, Rvalue, ScopeId, ScopeRef};

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
    /// `dest` becomes a value that is new each time.
    Fresh {
        /// What gets the value.
        dest: Local,
        /// Whether it may be any that its type has, as what the outside says; of the clock, of chance and of
        /// functions that ask them it is not known what it may be.
        may_be_any: bool,
    },
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
    /// Takes a lock when it can be had and a condition holds.
    TakeWhen(Operand, LockMode, Condition),
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

/// What must hold of what a lock guards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// What says so, of the loan and the captures; none where it is not in the skeleton.
    pub routine: Option<RoutineId>,
    /// What it has from around it.
    pub captures: Vec<Operand>,
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

/// Which variant of how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Which {
    /// Which, in the order in which they are declared.
    pub index: u32,
    /// How many there are.
    pub count: u32,
}

impl Which {
    /// `None` and `Ok`.
    pub const FIRST: Self = Self { index: 0, count: 2 };
    /// `Some` and `Err`.
    pub const SECOND: Self = Self { index: 1, count: 2 };
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
    IsVariant(Which),
    /// Whether all of these hold.
    AllOf,
    /// Whether any of these holds.
    AnyOf,
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
    /// What the clock or chance say, once.
    Chance,
}
