//! Tasks: a stack of frames, a place in the tree, and what it waits for.

use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;

use weir_analyzer::mir::LockMode;

use crate::bounds::MEMORY_GRACE_STEPS;
use crate::failure::Failure;
use crate::program::{Code, CodeId, GlobalId, Reg};
use crate::sync::Chunk;
use crate::time::TimerKey;
use crate::trace::{Arrow, Stamp};
use crate::value::{ScopeRef, SyncId, TaskId, Value};
use crate::world::CallId;

/// A task.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    /// Its place in the tree: `main/2/1`.
    pub(crate) path: Arc<str>,
    pub(crate) state: State,
    pub(crate) fiber: Fiber,
    /// What its tasklocals are bound to.
    pub(crate) locals: Option<Rc<Vec<(GlobalId, Value)>>>,
    /// How many children it has started; they are numbered by it.
    pub(crate) children: u32,
    /// The scope it belongs to, and its key there.
    pub(crate) scope: Option<ScopeRef>,
    pub(crate) scope_key: u32,
    /// The scopes that it has open, outermost first.
    pub(crate) open_scopes: Vec<ScopeRef>,
    pub(crate) is_detached: bool,
    pub(crate) was_started: bool,
    /// The instruction that started it, among the program's places.
    pub(crate) begun_at: u32,
    pub(crate) cancelled: bool,
    /// For each deferred call that runs now, outermost first, how many scopes were open when it began: these and a
    /// cancellation do not interrupt it, the ones that it opens itself do.
    pub(crate) masks: Vec<u32>,
    /// How many steps it may yet make beyond the memory of the run, in deferred calls.
    pub(crate) memory_grace: u16,
    pub(crate) woken: Option<Woken>,
    pub(crate) joiners: VecDeque<TaskId>,
    /// The scope that keeps a place for the spawn that it is at.
    pub(crate) promised: Option<ScopeRef>,
    pub(crate) timer: Option<TimerKey>,
    /// The thread of its own that it has while it is in a `blocking` block.
    pub(crate) worker: Option<usize>,
    /// When it last stopped or was made ready: no processor goes on with it before.
    pub(crate) ready_at: u64,
    /// Where and when it was made ready, and by what.
    pub(crate) woken_by: Option<(Arrow, Stamp)>,
    pub(crate) chunk: Option<Box<Chunk>>,
}

/// What a task does.
#[derive(Clone, Debug)]
pub(crate) enum State {
    Ready,
    Running,
    Waiting(Wait),
    Done(TaskResult),
}

/// How a task ended.
#[derive(Clone, Debug)]
pub(crate) enum TaskResult {
    Value(Value),
    Failed(Arc<Failure>),
    Cancelled,
}

/// Why a task waits.
#[derive(Clone, Debug)]
pub(crate) enum Wait {
    Receive(SyncId),
    Send(SyncId),
    /// The cases that wait, and where.
    Select(Box<[(u32, SyncId)]>),
    Lock(SyncId, LockMode),
    Barrier(SyncId),
    Signal(SyncId),
    Join(TaskId),
    ScopeEnd(ScopeRef),
    /// A spawn under `limit`.
    Spawn(ScopeRef),
    /// The answer of the world outside.
    Outside(CallId),
    Sleep,
}

/// What ended a wait.
#[derive(Clone, Debug)]
pub(crate) enum Woken {
    /// It has what it waited for.
    Done(Value),
    /// The case of its select, and what that received.
    Case(u32, Value),
    /// The channel was closed and is empty.
    Drained,
    /// It is to look again.
    Retry,
    /// It is to stop.
    Interrupted,
    Failed(Box<Failure>),
}

/// Why a stack unwinds.
#[derive(Clone, Debug)]
pub(crate) enum Raise {
    Failure(Arc<Failure>),
    /// The task was cancelled.
    Cancel,
    /// A scope that the task has open stops its body.
    Interrupt(ScopeRef),
}

/// A stack.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fiber {
    pub(crate) stack: Vec<Value>,
    pub(crate) frames: Vec<Frame>,
    /// Why it unwinds, while it waits in the middle of that, or before it, for others to come to that time.
    pub(crate) raising: Option<Raise>,
}

/// A call.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) code: CodeId,
    pub(crate) pc: u32,
    pub(crate) base: u32,
    pub(crate) then: Then,
    pub(crate) extra: Option<Box<Extra>>,
}

/// What few frames have.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extra {
    /// What is open, outermost first.
    pub(crate) open: Vec<Open>,
    pub(crate) defers: Vec<Deferred>,
}

/// What happens with a frame's result.
#[derive(Clone, Debug)]
pub(crate) enum Then {
    /// It goes to a register of the caller.
    Give(Reg),
    /// It is the task's.
    End,
    /// It is dropped: the frame was a defer, written there, of a body that ends well.
    Defer { at: u32 },
    /// It is dropped, and the unwinding that the defer belongs to goes on.
    Unwind { at: u32, raise: Box<Raise> },
    /// It is one round of a parallel loop.
    Round,
    /// It is the answer of an evaluation that does not suspend.
    Evaluation,
}

/// Something that a frame has open and that unwinding closes.
#[derive(Clone, Debug)]
pub(crate) enum Open {
    Attempt {
        failure: Reg,
        handler: u32,
    },
    Lock {
        loan: Reg,
        lock: SyncId,
        mode: LockMode,
    },
    Scope {
        slot: u32,
        scope: ScopeRef,
    },
    /// A parallel loop, until its chunks have ended.
    Parallel {
        scope: ScopeRef,
    },
    TaskLocal {
        before: Option<Rc<Vec<(GlobalId, Value)>>>,
    },
    Blocking,
    /// A `join_all` that waits.
    Joining(Box<Joining>),
}

/// How far a `join_all` has come.
#[derive(Clone, Debug)]
pub(crate) struct Joining {
    /// The tasks to join, from the one that it waits for.
    pub(crate) rest: std::vec::IntoIter<Value>,
    pub(crate) results: Vec<Value>,
}

/// A deferred call, and the instruction that deferred it.
#[derive(Clone, Debug)]
pub(crate) struct Deferred {
    pub(crate) at: u32,
    pub(crate) code: CodeId,
    pub(crate) args: Vec<Value>,
}

impl Task {
    pub(crate) fn new(path: Arc<str>) -> Self {
        Self {
            path,
            state: State::Ready,
            fiber: Fiber::default(),
            locals: None,
            children: 0,
            scope: None,
            scope_key: 0,
            open_scopes: Vec::new(),
            is_detached: false,
            was_started: false,
            begun_at: u32::MAX,
            cancelled: false,
            masks: Vec::new(),
            memory_grace: MEMORY_GRACE_STEPS,
            woken: None,
            joiners: VecDeque::new(),
            promised: None,
            timer: None,
            worker: None,
            ready_at: 0,
            woken_by: None,
            chunk: None,
        }
    }

    pub(crate) fn is_done(&self) -> bool {
        matches!(self.state, State::Done(_))
    }

    /// The scopes that a cancellation reaches, or the interruption of what is open around them: the open ones from a
    /// place on, and the parallel loop that it waits for. In a deferred call none: what does not reach the task does not
    /// reach what works for it either.
    pub(crate) fn reached_from(&self, first: usize) -> Vec<ScopeRef> {
        if self.masks.last().is_some_and(|open| *open as usize >= first) {
            return Vec::new();
        }
        let waited = match self.state {
            State::Waiting(Wait::ScopeEnd(of)) => Some(of),
            _ => None,
        };
        self.open_scopes.iter().skip(first).copied().chain(waited).collect()
    }

    /// A deferred call begins.
    pub(crate) fn mask(&mut self) {
        self.masks.push(self.open_scopes.len() as u32);
    }

    /// The deferred call that began last has ended.
    pub(crate) fn unmask(&mut self) {
        self.masks.pop();
    }
}

impl Fiber {
    /// A first frame whose result is the task's.
    pub(crate) fn enter(&mut self, code: &Code, id: CodeId, args: Vec<Value>) {
        self.push(code, id, args, Then::End);
    }

    pub(crate) fn push(&mut self, code: &Code, id: CodeId, args: Vec<Value>, then: Then) {
        let base = self.stack.len();
        if base == 0 {
            // Most tasks that wait do so in their first call: it gets what it needs, and no more.
            self.stack.reserve_exact(args.len().max(code.registers as usize));
            self.frames.reserve_exact(1);
        }
        self.stack.extend(args);
        self.stack.resize(base + code.registers as usize, Value::Unassigned);
        self.frames.push(Frame { code: id, pc: 0, base: base as u32, then, extra: None });
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(crate) fn top(&self) -> Option<&Frame> {
        self.frames.last()
    }

    /// The scope or parallel loop that the innermost frame has open, if that is what it has opened last.
    pub(crate) fn innermost_scope(&self) -> Option<ScopeRef> {
        match self.top()?.extra.as_ref()?.open.last()? {
            Open::Scope { scope, .. } | Open::Parallel { scope } => Some(*scope),
            _ => None,
        }
    }

    /// The frames, innermost first, and the instruction that each is at: the `defer` where one runs.
    pub(crate) fn sites(&self) -> impl Iterator<Item = (&Frame, u32)> {
        let above = |index: usize| self.frames.get(index + 1).map(|frame| &frame.then);
        self.frames.iter().enumerate().rev().map(move |(index, frame)| match above(index) {
            Some(Then::Defer { at } | Then::Unwind { at, .. }) => (frame, *at),
            _ => (frame, frame.pc),
        })
    }
}

impl Frame {
    pub(crate) fn extra(&mut self) -> &mut Extra {
        self.extra.get_or_insert_default()
    }
}
