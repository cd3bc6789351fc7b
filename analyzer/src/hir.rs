//! The desugared program: bodies as arenas of expressions, statements, patterns and names.
//!
//! **Nouns.** A [`Body`] is the Hir of one item that computes (function, method, constant,
//! tasklocal, test). A [`Frame`] is a namespace of its own within it: the function's, or that of a
//! task, lambda, nested function, comprehension or parallel iteration. A [`LocalData`] is a name of
//! one frame; naming a local of an outer frame is a *capture*.
//!
//! **Invariants.** Names are resolved; no ranges and no text positions inside (the
//! [`SourceMap`] beside leads from ids to node indices), so an edit that changes no meaning
//! changes no Hir. What could not be understood is [`Expr::Missing`] and has its finding.

mod lowering;
mod print;

use la_arena::{Arena, ArenaMap, Idx};
use smol_str::SmolStr;

use crate::Name;
use crate::diagnostics::Finding;
use crate::items::{ItemId, NodeIndex, Obligation};
use crate::mir::VariantRef;
use crate::ty::Ty;

pub use lowering::lower;
pub use print::print;
pub use weir_syntax::ast::{BinaryOp, UnaryOp};

/// An expression of a body.
pub type ExprId = Idx<Expr>;
/// A statement of a body.
pub type StmtId = Idx<Stmt>;
/// A pattern of a body.
pub type PatId = Idx<Pat>;
/// A name of a body.
pub type LocalId = Idx<LocalData>;
/// A namespace of a body.
pub type FrameId = Idx<Frame>;
/// A `concurrent` scope of a body.
pub type ScopeIdx = Idx<ScopeData>;
/// A list of statements.
pub type Suite = Vec<StmtId>;

/// The Hir of one item that computes.
#[derive(Debug, PartialEq, Eq)]
pub struct Body {
    /// The item.
    pub owner: ItemId,
    /// All expressions.
    pub exprs: Arena<Expr>,
    /// All statements.
    pub stmts: Arena<Stmt>,
    /// All patterns.
    pub pats: Arena<Pat>,
    /// All names.
    pub locals: Arena<LocalData>,
    /// All namespaces; the first is the item's own.
    pub frames: Arena<Frame>,
    /// All scopes.
    pub scopes: Arena<ScopeData>,
    /// The item's own namespace.
    pub root: FrameId,
    /// The item's statements; for a constant or tasklocal, one `return` of its value.
    pub suite: Suite,
    /// Defaults of the item's own parameters or fields by their position, and of the parameters of
    /// functions nested in it, numbered behind those: position, namespace, value.
    pub defaults: Vec<(u32, FrameId, ExprId)>,
}

impl Body {
    /// The position of a default among all of the item's.
    pub fn default_position(&self, value: ExprId) -> Option<u32> {
        self.defaults.iter().find(|(_, _, of)| *of == value).map(|(position, ..)| *position)
    }

    /// Gives back the room that was kept for more: bodies are made once and kept for long.
    fn shrink_to_fit(&mut self) {
        for (_, expr) in self.exprs.iter_mut() {
            if let Expr::Call(_, args) = expr {
                args.shrink_to_fit();
            }
        }
        self.exprs.shrink_to_fit();
        self.stmts.shrink_to_fit();
        self.pats.shrink_to_fit();
        self.locals.shrink_to_fit();
        self.frames.shrink_to_fit();
        self.scopes.shrink_to_fit();
    }
}

/// A namespace of its own.
#[derive(Debug, PartialEq, Eq)]
pub struct Frame {
    /// What it belongs to.
    pub kind: FrameKind,
    /// The enclosing namespace.
    pub parent: Option<FrameId>,
    /// Its parameters, in order.
    pub params: Vec<Param>,
}

/// What a namespace belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameKind {
    /// A function, method, constant, tasklocal or test.
    Function,
    /// `spawn:`, or the argument-free expression of a `spawn`.
    Task,
    /// `detach:`
    Detached,
    /// `fn(x): e`
    Lambda,
    /// A nested `fn`.
    NestedFn,
    /// `[e for p in xs]`: names of its own, but run in place.
    Comprehension,
    /// One round of `parallel for`.
    Iteration,
    /// The condition of `with … when`.
    When,
    /// The default value of a parameter or field.
    Default,
}

/// A parameter.
#[derive(Debug, PartialEq, Eq)]
pub struct Param {
    /// Its name.
    pub local: LocalId,
    /// Its written type; lambdas may leave it out.
    pub ty: Option<Ty>,
    /// `move`: the function keeps it.
    pub moved: bool,
    /// `= e`: also in [`Body::defaults`].
    pub default: Option<ExprId>,
}

/// A name of one frame.
#[derive(Debug, PartialEq, Eq)]
pub struct LocalData {
    /// The name.
    pub name: Name,
    /// The frame that it belongs to.
    pub frame: FrameId,
    /// How it came to be.
    pub kind: LocalKind,
}

/// How a name came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalKind {
    /// A parameter.
    Param,
    /// `x = e`
    Assigned,
    /// A name of a pattern (`for`, `case`, `select`, comprehension).
    Pattern,
    /// `with e as x`
    With,
    /// `x = spawn …` inside this scope: a task there, settled into another local at its end.
    TaskIn(ScopeIdx),
    /// `concurrent as s`
    Scope,
    /// A nested function.
    NestedFn,
}

/// A `concurrent` scope.
#[derive(Debug, PartialEq, Eq)]
pub struct ScopeData {
    /// `as name`
    pub handle: Option<LocalId>,
    /// Its options with a value, as they are written.
    pub options: Vec<(ScopeOption, ExprId)>,
    /// `supervised`
    pub supervised: bool,
    /// The statements.
    pub suite: Suite,
    /// `else:`, after a timeout.
    pub otherwise: Option<Suite>,
    /// `(inside, after)`: names bound by `spawn` in it, and the plain results they become.
    pub settled: Vec<(LocalId, LocalId)>,
}

/// An option of a scope that takes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeOption {
    /// `timeout(d)`
    Timeout,
    /// `deadline(i)`
    Deadline,
    /// `limit(n)`
    Limit,
}

impl ScopeOption {
    /// The option that a word names.
    pub(crate) fn of_text(text: &str) -> Option<Self> {
        [Self::Timeout, Self::Deadline, Self::Limit].into_iter().find(|of| of.text() == text)
    }

    /// As a program says it.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Deadline => "deadline",
            Self::Limit => "limit",
        }
    }
}

impl ScopeData {
    /// Whether its time can be over before its tasks have ended.
    pub fn can_time_out(&self) -> bool {
        self.options.iter().any(|(option, _)| *option != ScopeOption::Limit)
    }
}

/// A literal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Literal {
    /// An int.
    Int(i64),
    /// A float, by its bits.
    Float(u64),
    /// A string.
    Str(SmolStr),
    /// Bytes.
    Bytes(Box<[u8]>),
    /// A bool.
    Bool(bool),
}

/// An expression.
#[derive(Debug, PartialEq, Eq)]
pub enum Expr {
    /// What could not be understood.
    Missing,
    /// A literal.
    Literal(Literal),
    /// An f-string.
    Format(Vec<FormatPart>),
    /// A name of this body.
    Local(LocalId),
    /// A function, constant, tasklocal, or (as its constructor) a struct, of a module or the
    /// prelude.
    Item(ItemId),
    /// A variant of an enum.
    Variant(VariantRef),
    /// A generic function or type with explicit type arguments: `channel[int]`.
    Instantiate(ExprId, Vec<Ty>),
    /// `receiver.name`
    Member(ExprId, Name),
    /// `callee(args)`; a method call is a call of a [`Expr::Member`].
    Call(ExprId, Vec<Arg>),
    /// `base[index]`
    Index(ExprId, ExprId),
    /// `base[start:end]`
    Slice(ExprId, Option<ExprId>, Option<ExprId>),
    /// A unary operator.
    Unary(UnaryOp, ExprId),
    /// A binary operator, `and` and `or` among them; no comparison.
    Binary(BinaryOp, ExprId, ExprId),
    /// A chain of comparisons: `a < b <= c`.
    Compare(ExprId, Vec<(BinaryOp, ExprId)>),
    /// `then if condition else otherwise`
    Conditional {
        /// The condition.
        condition: ExprId,
        /// When it holds.
        then: ExprId,
        /// When it does not.
        otherwise: ExprId,
    },
    /// `[a, b]`
    List(Vec<ExprId>),
    /// `{k: v}`
    Map(Vec<(ExprId, ExprId)>),
    /// `{a, b}`
    Set(Vec<ExprId>),
    /// `(a, b)`, `()`
    Tuple(Vec<ExprId>),
    /// `[element for …]`
    Comprehension {
        /// Its namespace.
        frame: FrameId,
        /// `for` and `if`, outermost first.
        clauses: Vec<CompClause>,
        /// The element.
        element: ExprId,
    },
    /// `fn(x): e`
    Lambda {
        /// Its namespace, with the parameters.
        frame: FrameId,
        /// Its value.
        body: ExprId,
    },
    /// `e?`
    Question(ExprId),
    /// `attempt e`
    Attempt(ExprId),
    /// `spawn …`
    Spawn {
        /// Where the task belongs; none when no scope is open (P001).
        scope: Option<SpawnScope>,
        /// What it runs.
        task: SpawnTask,
    },
    /// `blocking { e }`
    Blocking(ExprId),
}

/// The scope of a `spawn`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpawnScope {
    /// The nearest `concurrent` of the same frame.
    Nearest(ScopeIdx),
    /// `spawn in s`: what the expression names.
    Named(ExprId),
}

/// What a `spawn` or `detach` runs.
#[derive(Debug, PartialEq, Eq)]
pub enum SpawnTask {
    /// A call: callee, receiver and arguments are evaluated in the parent.
    Call(ExprId),
    /// A body, with its namespace.
    Body(FrameId, Suite),
}

/// An argument of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arg {
    /// `name=`
    pub name: Option<Name>,
    /// The value.
    pub value: ExprId,
}

/// A part of an f-string.
#[derive(Debug, PartialEq, Eq)]
pub enum FormatPart {
    /// Text as it stands.
    Text(SmolStr),
    /// `{value!r:format}`
    Value {
        /// The value.
        value: ExprId,
        /// `!r`
        literal: bool,
        /// What stands after the `:`.
        format: Option<SmolStr>,
    },
}

/// A clause of a comprehension.
#[derive(Debug, PartialEq, Eq)]
pub enum CompClause {
    /// `for pattern in iterable`
    For(PatId, ExprId),
    /// `if condition`
    If(ExprId),
}

/// A statement.
#[derive(Debug, PartialEq, Eq)]
pub enum Stmt {
    /// An expression for its effects.
    Expr(ExprId),
    /// `target = value`, with a written type if there is one.
    Assign {
        /// What is assigned.
        target: Target,
        /// The written type.
        ty: Option<Ty>,
        /// The value.
        value: ExprId,
    },
    /// `target op= value`
    Update {
        /// What is assigned.
        target: Target,
        /// The operator.
        op: BinaryOp,
        /// The right side.
        value: ExprId,
    },
    /// `break`
    Break,
    /// `continue`
    Continue,
    /// `return e`
    Return(Option<ExprId>),
    /// `assert condition, message`
    Assert(ExprId, Option<ExprId>),
    /// `defer call`
    Defer(ExprId),
    /// `if`; `elif` is an `if` in the `else`.
    If {
        /// The condition.
        condition: ExprId,
        /// When it holds.
        then: Suite,
        /// When it does not.
        otherwise: Suite,
    },
    /// `while`
    While(ExprId, Suite),
    /// `for`
    For {
        /// What each element is matched with.
        pattern: PatId,
        /// What is walked.
        iterable: ExprId,
        /// `for move`: takes each element out.
        moved: bool,
        /// The statements.
        suite: Suite,
    },
    /// `parallel for`
    ParallelFor {
        /// What each element is matched with.
        pattern: PatId,
        /// What is walked.
        iterable: ExprId,
        /// The namespace of one round.
        frame: FrameId,
        /// The statements.
        suite: Suite,
    },
    /// `match`
    Match(ExprId, Vec<MatchArm>),
    /// `with resource as name when condition:`
    With {
        /// The lock or semaphore loan.
        resource: ExprId,
        /// `as name`
        name: Option<LocalId>,
        /// `when condition`, with its namespace, whose parameter shadows the name.
        when: Option<(FrameId, ExprId)>,
        /// The statements.
        suite: Suite,
    },
    /// `with request_id = value:`
    WithTaskLocal {
        /// The tasklocal.
        item: ItemId,
        /// Its value inside.
        value: ExprId,
        /// The statements.
        suite: Suite,
    },
    /// `concurrent`
    Concurrent(ScopeIdx),
    /// `detach …`
    Detach(SpawnTask),
    /// `select`
    Select(Vec<SelectArm>, Option<Suite>),
    /// `blocking:`
    Blocking(Suite),
    /// A nested function.
    NestedFn {
        /// Its name.
        local: LocalId,
        /// Its namespace, with the parameters.
        frame: FrameId,
        /// Its written result; `()` when left out.
        ret: Ty,
        /// Its statements.
        suite: Suite,
    },
}

/// What an assignment assigns.
#[derive(Debug, PartialEq, Eq)]
pub enum Target {
    /// A name of this frame.
    Local(LocalId),
    /// A name of an enclosing frame: R003, or R005 in a parallel iteration.
    Captured(LocalId),
    /// `a, b = …`
    Tuple(Vec<Target>),
    /// `base[index] = …`
    Index(ExprId, ExprId),
    /// `base.field = …`
    Member(ExprId, Name),
    /// `_ = …`
    Discard,
    /// What could not be understood.
    Missing,
}

impl Body {
    /// The expression as something to assign, if it is a name, an element or a member.
    pub fn target(&self, expr: ExprId) -> Option<Target> {
        match &self.exprs[expr] {
            Expr::Local(local) => Some(Target::Local(*local)),
            Expr::Index(base, index) => Some(Target::Index(*base, *index)),
            Expr::Member(base, name) => Some(Target::Member(*base, name.clone())),
            _ => None,
        }
    }
}

/// A case of a `match`.
#[derive(Debug, PartialEq, Eq)]
pub struct MatchArm {
    /// The pattern.
    pub pattern: PatId,
    /// `if condition`
    pub guard: Option<ExprId>,
    /// The statements.
    pub suite: Suite,
}

/// A case of a `select`.
#[derive(Debug, PartialEq, Eq)]
pub struct SelectArm {
    /// What it waits for.
    pub op: SelectArmOp,
    /// `if condition`
    pub guard: Option<ExprId>,
    /// The statements.
    pub suite: Suite,
    /// The case's node.
    pub origin: NodeIndex,
}

/// What a select case waits for.
#[derive(Debug, PartialEq, Eq)]
pub enum SelectArmOp {
    /// `case pattern from channel`
    Receive(PatId, ExprId),
    /// `case channel.send(value)`
    Send(ExprId, ExprId),
    /// `case timeout(d)`
    Timeout(ExprId),
    /// `case closed channel`
    Closed(ExprId),
    /// `case signal.wait()`
    Wait(ExprId),
    /// What could not be understood.
    Missing,
}

/// A pattern.
#[derive(Debug, PartialEq, Eq)]
pub enum Pat {
    /// What could not be understood.
    Missing,
    /// `_`
    Wildcard,
    /// A name: a constructor if the matched type has one of that name, else it binds.
    Bind(LocalId),
    /// A literal.
    Literal(Literal),
    /// `(a, b)`
    Tuple(Vec<PatId>),
    /// `Started(job)`, `Event.Stopped`, `Job(id, body)`: the path as written, and its resolution
    /// when the path alone decides it.
    Constructor {
        /// The last name of the path.
        name: Name,
        /// The enum, when the path names it.
        variant: Option<VariantRef>,
        /// The struct of that name, if there is one in view.
        structure: Option<ItemId>,
        /// The payload patterns; none when there were no brackets.
        args: Option<Vec<PatId>>,
    },
    /// `A | B`
    Or(Vec<PatId>),
}

/// From ids to the nodes of the owner.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SourceMap {
    /// Of expressions.
    pub exprs: ArenaMap<ExprId, NodeIndex>,
    /// Of statements.
    pub stmts: ArenaMap<StmtId, NodeIndex>,
    /// Of patterns.
    pub pats: ArenaMap<PatId, NodeIndex>,
    /// Where each name was first bound.
    pub locals: ArenaMap<LocalId, NodeIndex>,
    /// The `concurrent` statement of each scope.
    pub scopes: ArenaMap<ScopeIdx, NodeIndex>,
    /// The assignment's target, of assignments.
    pub targets: ArenaMap<StmtId, NodeIndex>,
}

impl SourceMap {
    fn shrink_to_fit(&mut self) {
        self.exprs.shrink_to_fit();
        self.stmts.shrink_to_fit();
        self.pats.shrink_to_fit();
        self.locals.shrink_to_fit();
        self.scopes.shrink_to_fit();
        self.targets.shrink_to_fit();
    }
}

/// What [`lower`] makes of an item.
#[derive(Debug, PartialEq, Eq)]
pub struct Lowered {
    /// The body.
    pub body: Body,
    /// Where its parts stand.
    pub source_map: SourceMap,
    /// What is wrong with its names and shape.
    pub findings: Vec<Finding>,
    /// What the types written in it have to be.
    pub obligations: Vec<Obligation>,
    /// Whether it uses a name whose import failed: what later stages miss in it may only follow
    /// from that.
    pub lacks_imports: bool,
}
