//! The explicit program: one control-flow graph per body, read by the region walk, the skeleton
//! and the bytecode compiler alike, so that a witness's step *is* a step of the machine.
//!
//! **Nouns.** A [`Mir`] holds the bodies of one item: body 0 is the function itself, the others
//! are its tasks, closures and parallel iterations. A [`MirBody`] has numbered [`Local`]s
//! (parameters first, then captures, then names and temporaries) and basic [`Block`]s of [`Op`]s
//! closed by a [`Terminator`]. A [`Point`] names one op or terminator.
//!
//! **Invariants.** Everything implicit in Hir is written out: joins, coercions, defaults, loops,
//! `?`, short circuits, the order of evaluation, what leaving a scope or a lock early does.
//! Operands are locals or constants; nothing nests. No body refers to a local of another: what a
//! closure or task sees of its surroundings arrives in its capture locals, taken when it was made.
//! Every block can be reached, and blocks stand in the order of the text, as far as it has one.
//! Failures have no edges here. The machine unwinds by what is open in the frame: attempts, locks
//! and scopes innermost first (`Enter…`/`Exit…` ops bracket them on every path), then defers, last
//! first.
//!
//! ```text
//! fn main():                      body main                      body main/task1 captures ch
//!     concurrent:                   0: enter scope0                 0: next ch -> item : 1 else 2
//!         spawn:                       spawn scope0 task1(ch)       1: print(item); goto 0
//!             for item in ch:          …                            2: return ()
//!                 print(item)          end scope0; return ()
//! ```

pub mod build;
mod call_graph;
mod intrinsic;
mod local_set;
mod locals;
mod operands;
mod print;
mod validate;

use smol_str::SmolStr;

use crate::Name;
use crate::hir::{BinaryOp, UnaryOp};
use crate::items::{ItemId, NodeIndex};
use crate::ty::{Ownership, Ty};

pub use build::mir;
pub use call_graph::callees;
pub use intrinsic::{Effect, Family, Intrinsic, ParamUse};
pub use local_set::LocalSet;
pub use locals::Access;
pub use print::print;
pub(crate) use print::print_with_notes;
pub use validate::validate;

macro_rules! index {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);

        impl $name {
            /// The position in its table.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }
    };
}

index!(
    /// A body of a [`Mir`], by position.
    BodyId, "body"
);
index!(
    /// A variable or temporary of a body, by position.
    Local, "_"
);
index!(
    /// A basic block of a body, by position.
    BlockId, "bb"
);
index!(
    /// A `concurrent` scope of a body, by position.
    ScopeId, "scope"
);

/// The bodies of one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mir {
    /// The function, constant, test or tasklocal that these are the bodies of.
    pub owner: ItemId,
    /// Body 0 is the item's own.
    pub bodies: Vec<MirBody>,
}

/// One control-flow graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MirBody {
    /// What the body is of.
    pub kind: BodyKind,
    /// What people call it: `main`, `main/task1`, `main/closure2`.
    pub name: String,
    /// Locals `0..params` are the parameters.
    pub params: u32,
    /// Locals `params..params + captures` are the captures.
    pub captures: u32,
    /// All locals.
    pub locals: Vec<LocalDecl>,
    /// The scopes it opens.
    pub scopes: Vec<ScopeDecl>,
    /// The blocks; block 0 is the entry.
    pub blocks: Vec<Block>,
    /// What it returns.
    pub ret: Ty,
}

/// What a body is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BodyKind {
    /// A function, method, test, or the initializer of a constant or tasklocal.
    Function,
    /// `spawn:`, or a `spawn` of an expression that is no plain call.
    Task,
    /// `detach:`.
    Detached,
    /// A lambda, a nested function, or the condition of `with … when`.
    Closure,
    /// The default value of the parameter or field at that position.
    Default(u32),
    /// One round of `parallel for`; its parameter is the element.
    Iteration,
}

/// A local.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalDecl {
    /// Its name in the source; temporaries have none.
    pub name: Option<Name>,
    /// Its type.
    pub ty: Ty,
    /// Whether tasks may share what it holds.
    pub ownership: Ownership,
    /// Whether it is the position that an index means which is written as counted from the end, `xs[-1]`.
    pub counts_from_end: bool,
}

/// A `concurrent` scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeDecl {
    /// `as name`.
    pub name: Option<Name>,
    /// `supervised`: a child's failure does not cancel its siblings.
    pub supervised: bool,
    /// Where a timeout or deadline continues, once all children have ended: the `else:`, or the
    /// early return of `Err(TimeoutError)`. Present when there is a timeout or deadline.
    pub on_timeout: Option<BlockId>,
    /// The `concurrent` statement.
    pub origin: NodeIndex,
}

/// A straight line of ops and how it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The ops, in order.
    pub ops: Vec<Op>,
    /// How it ends.
    pub end: End,
}

/// One op, and the node of the owner that it was built from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Op {
    /// What it does.
    pub kind: OpKind,
    /// The node it comes from.
    pub origin: NodeIndex,
}

/// A block's terminator, and the node it was built from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// Where control goes.
    pub kind: Terminator,
    /// The node it comes from.
    pub origin: NodeIndex,
}

/// One op of a body (`op` < its block's op count) or its terminator (`op` == that count).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Point {
    /// The body.
    pub body: BodyId,
    /// The block.
    pub block: BlockId,
    /// The op's position in the block.
    pub op: u32,
}

/// What an op reads.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Operand {
    /// A local's value.
    Local(Local),
    /// A constant.
    Const(Const),
}

/// A constant value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Const {
    /// `()`.
    Unit,
    /// `true`, `false`.
    Bool(bool),
    /// An int.
    Int(i64),
    /// A float, by its bits, so that constants compare.
    Float(u64),
    /// A string.
    Str(SmolStr),
    /// Bytes.
    Bytes(Box<[u8]>),
}

/// What runs when something is called, spawned, deferred or detached.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Callee {
    /// A function or method with a body in Weir.
    Item(ItemId),
    /// A function or method that the machine provides.
    Intrinsic(Intrinsic),
    /// A function value.
    Value(Local),
    /// A body of this Mir; its arguments are its captures.
    Body(BodyId),
    /// The default of the item's `n`th parameter or field, a body of the item's own Mir.
    Default(ItemId, u32),
}

/// An effect, or a value put into a local.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpKind {
    /// `dest = value`
    Assign {
        /// The local that gets it.
        dest: Local,
        /// The value.
        value: Rvalue,
    },
    /// `base.field = value`
    SetField {
        /// An owned struct.
        base: Local,
        /// The field, by position.
        field: u32,
        /// The new value.
        value: Operand,
    },
    /// `base[index] = value`
    SetIndex {
        /// A mutable list or map.
        base: Local,
        /// The index or key.
        index: Operand,
        /// The new value.
        value: Operand,
    },
    /// `dest = callee(args)`. Arguments stand in parameter order, defaults filled in; a method's
    /// receiver is argument 0.
    Call {
        /// The local that gets the result.
        dest: Local,
        /// What is called.
        callee: Callee,
        /// The arguments.
        args: Vec<Operand>,
    },
    /// `dest = spawn callee(args)` in an open scope.
    Spawn {
        /// The local that gets the `Task`.
        dest: Local,
        /// The scope.
        scope: ScopeRef,
        /// What the task runs.
        callee: Callee,
        /// Its arguments, evaluated by the parent.
        args: Vec<Operand>,
    },
    /// `detach callee(args)`
    Detach {
        /// What the task runs.
        callee: Callee,
        /// Its arguments, evaluated by the parent and handed over.
        args: Vec<Operand>,
    },
    /// `dest = task.join()`, written or implied: waits, fails as the task failed.
    Join {
        /// The local that gets the result.
        dest: Local,
        /// The task.
        task: Operand,
    },
    /// After a scope: `dest` becomes the plain result of the task that a name stood for. Nothing
    /// happens on a path that never spawned it.
    Settle {
        /// The name's local after the scope.
        dest: Local,
        /// Its local inside the scope.
        task: Local,
    },
    /// Opens a scope; it is open until [`OpKind::EndScope`] or [`OpKind::LeaveScope`].
    EnterScope {
        /// The scope.
        scope: ScopeId,
        /// `timeout(d)`: a duration.
        timeout: Option<Operand>,
        /// `deadline(i)`: an instant.
        deadline: Option<Operand>,
        /// `limit(n)`: an int.
        limit: Option<Operand>,
        /// The local that holds the scope itself, for `as name`.
        handle: Option<Local>,
    },
    /// The scope's end in the text: waits for every task in it.
    EndScope(ScopeId),
    /// Leaving a scope early (`return`, `break`, `continue`, `?`): cancels its tasks, then waits
    /// for them.
    LeaveScope(ScopeId),
    /// `with lock.lock() as loan when condition`: waits for the lock.
    EnterLock {
        /// The local that gets what the lock guards, on loan.
        loan: Local,
        /// A mutex or rwlock, or a semaphore (whose loan is `()`).
        lock: Operand,
        /// How it is taken.
        mode: LockMode,
        /// A closure body over the loan (its parameter) that must hold, with its captures.
        when: Option<(BodyId, Vec<Operand>)>,
    },
    /// The end of a `with` on a lock, on every path out: puts the loan back and unlocks.
    ExitLock {
        /// The loan's local: what it holds now is what is guarded from now on.
        loan: Local,
        /// The lock.
        lock: Operand,
        /// How it was taken.
        mode: LockMode,
    },
    /// `with request_id = value`
    EnterTaskLocal {
        /// The tasklocal.
        item: ItemId,
        /// Its value inside.
        value: Operand,
    },
    /// The end of a tasklocal's block, on every path out.
    ExitTaskLocal {
        /// The tasklocal.
        item: ItemId,
    },
    /// `defer callee(args)`: kept until the body ends.
    Defer {
        /// What is called.
        callee: Callee,
        /// Its arguments, evaluated here.
        args: Vec<Operand>,
    },
    /// Runs this body's defers, last first: before every `return` of a body that has any.
    RunDefers,
    /// `attempt`: a failure up to the matching [`OpKind::ExitAttempt`] continues at `handler`.
    EnterAttempt {
        /// The local that then holds the `Failure`.
        failure: Local,
        /// Where it continues.
        handler: BlockId,
    },
    /// The end of an `attempt`, on every path out.
    ExitAttempt,
    /// Before a parallel loop: fails unless the containers are different ones whose elements the rounds
    /// of that body touch, as far as it is not known that they are. Which these are, the ownership
    /// analysis says: `regions::entry_places`.
    CheckDistinct(BodyId),
    /// `parallel for`: runs an [`BodyKind::Iteration`] body for every element; ends when all have.
    ParallelFor {
        /// The iteration.
        body: BodyId,
        /// What is walked.
        iterable: Operand,
        /// The iteration's captures.
        captures: Vec<Operand>,
    },
    /// From here to [`OpKind::ExitBlocking`] the task runs on a thread of its own.
    EnterBlocking,
    /// The end of a `blocking` block, on every path out.
    ExitBlocking,
}

/// The scope a task is spawned in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScopeRef {
    /// A scope that this body has open.
    Own(ScopeId),
    /// A scope that was passed in: `spawn in s f(x)`.
    Passed(Operand),
}

/// How a lock is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LockMode {
    /// `mutex.lock()`
    Lock,
    /// `rwlock.read()`
    Read,
    /// `rwlock.write()`
    Write,
    /// `semaphore.acquire()`
    Acquire,
}

/// How a value comes about without a call. None of these suspends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rvalue {
    /// The operand itself.
    Use(Operand),
    /// A unary operator; its type is the operand's.
    Unary(UnaryOp, Operand),
    /// A binary operator on operands of one type (durations scale by ints). Never `and`/`or`.
    Binary(BinaryOp, Operand, Operand),
    /// `base.field`, of a struct by position
    Field(Operand, u32),
    /// `base[n]` of a tuple
    TupleField(Operand, u32),
    /// `base[index]` of a list, map, str, bytes
    Index(Operand, Operand),
    /// `base[start:end]`
    Slice(Operand, Option<Operand>, Option<Operand>),
    /// Whether an enum value is this variant.
    IsVariant(Operand, VariantRef),
    /// What a variant holds, by position; the value is known to be that variant.
    Payload(Operand, VariantRef, u32),
    /// `[a, b]`
    List(Vec<Operand>),
    /// `{k: v}`
    Map(Vec<(Operand, Operand)>),
    /// `{a, b}`
    Set(Vec<Operand>),
    /// `(a, b)`
    Tuple(Vec<Operand>),
    /// A struct of the program, all fields in order.
    Struct(ItemId, Vec<Operand>),
    /// An enum value.
    Variant(VariantRef, Vec<Operand>),
    /// A closure over captures.
    Closure(BodyId, Vec<Operand>),
    /// A function as a value.
    Function(Callee),
    /// An f-string: text and values with their formats.
    Format(Vec<FormatPiece>),
    /// A conversion that the types ask for.
    Convert(Conversion, Operand),
    /// The value of a constant.
    Constant(ItemId),
    /// The value of a tasklocal.
    TaskLocal(ItemId),
    /// An iterator over a list, map, set, str, range or channel view, for [`Terminator::Next`].
    Iterate(Operand),
}

/// A variant of an enum, the prelude's or the program's.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VariantRef {
    /// The enum.
    pub owner: EnumRef,
    /// Its position there.
    pub index: u32,
    /// Its name.
    pub name: Name,
}

/// An enum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EnumRef {
    /// `None` is variant 0, `Some` variant 1.
    Option,
    /// `Ok` is variant 0, `Err` variant 1.
    Result,
    /// An enum of the program.
    Item(ItemId),
}

/// A piece of an f-string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormatPiece {
    /// Text as it stands.
    Text(SmolStr),
    /// A value.
    Value {
        /// The value.
        value: Operand,
        /// `!r`: as a literal.
        literal: bool,
        /// What stands after the `:`, if anything.
        format: Option<SmolStr>,
    },
}

/// A conversion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Conversion {
    /// An int literal where a float is needed.
    IntToFloat,
    /// `channel[T]` to `sender[T]`.
    ToSender,
    /// `channel[T]` to `receiver[T]`.
    ToReceiver,
}

/// Where control goes at a block's end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Terminator {
    /// On to a block.
    Goto(BlockId),
    /// By a bool.
    Branch {
        /// The condition.
        condition: Operand,
        /// Where true goes.
        then: BlockId,
        /// Where false goes.
        otherwise: BlockId,
    },
    /// The next element of an iterator made by [`Rvalue::Iterate`], or of a channel directly
    /// (waits until there is one, or until it is closed and drained).
    Next {
        /// The iterator or channel.
        iterator: Local,
        /// The local that gets the element.
        dest: Local,
        /// Where an element goes.
        body: BlockId,
        /// Where the end goes.
        done: BlockId,
    },
    /// `select`: waits until a case is ready, does it, and continues there.
    Select {
        /// The cases.
        cases: Vec<SelectCase>,
        /// `else:`; then it never waits.
        otherwise: Option<BlockId>,
    },
    /// The body's result. All scopes, locks and defers of the body were left before.
    Return(Operand),
    /// The task fails: `panic`, a failed `assert`.
    Fail {
        /// The failure's kind, as the language reference lists them.
        kind: FailKind,
        /// Its message.
        message: Operand,
    },
    /// Never reached: after a call that never returns.
    Unreachable,
}

/// How the program itself can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailKind {
    /// `panic(m)`
    Panic,
    /// A failed `assert`.
    Assert,
    /// A name that no path assigned; reported as N005, here for unchecked runs.
    Unassigned,
}

/// One case of a `select`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectCase {
    /// What makes it ready, and what it then does.
    pub op: SelectOp,
    /// A bool evaluated before the `select`; a false one disables the case.
    pub guard: Option<Operand>,
    /// Where it continues.
    pub target: BlockId,
    /// The case's node.
    pub origin: NodeIndex,
}

/// What a select case waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SelectOp {
    /// `case x from ch`
    Receive {
        /// The channel or receiver.
        channel: Operand,
        /// The local that gets the value.
        dest: Local,
    },
    /// `case ch.send(e)`
    Send {
        /// The channel or sender.
        channel: Operand,
        /// The value, evaluated before.
        value: Operand,
    },
    /// `case timeout(d)`
    Timeout(Operand),
    /// `case closed ch`
    Closed(Operand),
    /// `case s.wait()` of a signal
    Wait(Operand),
}

impl Mir {
    /// The body with that id.
    pub fn body(&self, body: BodyId) -> &MirBody {
        &self.bodies[body.index()]
    }

    /// What a constant is, if its value is written out.
    pub fn literal(&self) -> Option<&Const> {
        let [block] = self.bodies.first()?.blocks.as_slice() else { return None };
        match &block.end.kind {
            Terminator::Return(Operand::Const(value)) if block.ops.is_empty() => Some(value),
            _ => None,
        }
    }

    /// The node that the op or terminator at `point` was built from.
    pub fn origin(&self, point: Point) -> NodeIndex {
        let block = &self.body(point.body).blocks[point.block.index()];
        block.ops.get(point.op as usize).map_or(block.end.origin, |op| op.origin)
    }
}

impl MirBody {
    /// The declaration of a local.
    pub fn local(&self, local: Local) -> &LocalDecl {
        &self.locals[local.index()]
    }

    /// The capture locals.
    pub fn capture_locals(&self) -> impl Iterator<Item = Local> {
        (self.params..self.params + self.captures).map(Local)
    }

    /// The parameter locals.
    pub fn param_locals(&self) -> impl Iterator<Item = Local> {
        (0..self.params).map(Local)
    }
}

impl Terminator {
    /// The blocks that may come next, in order.
    pub fn successors(&self) -> Vec<BlockId> {
        let mut found = Vec::new();
        self.each_successor(&mut |block| found.push(block));
        found
    }

    /// Shows the blocks that may come next, in order.
    pub fn each_successor(&self, show: &mut dyn FnMut(BlockId)) {
        match self {
            Self::Goto(block) => show(*block),
            Self::Branch { then, otherwise, .. } => {
                show(*then);
                show(*otherwise);
            }
            Self::Next { body, done, .. } => {
                show(*body);
                show(*done);
            }
            Self::Select { cases, otherwise } => {
                cases.iter().for_each(|case| show(case.target));
                otherwise.iter().for_each(|block| show(*block));
            }
            Self::Return(_) | Self::Fail { .. } | Self::Unreachable => {}
        }
    }
}

impl Operand {
    /// The local it reads, if it reads one.
    pub fn local(&self) -> Option<Local> {
        match self {
            Self::Local(local) => Some(*local),
            Self::Const(_) => None,
        }
    }

    /// The `()` constant.
    pub fn unit() -> Self {
        Self::Const(Const::Unit)
    }
}
