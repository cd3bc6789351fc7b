//! Which tasks can go on: the least set that holds those that run and whatever one of the set can wake.
//!
//! Each task, scope and value is looked at when something about it is new, never again and again in rounds: so it
//! takes as long as there are tasks, scopes and values, however deep they are nested.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::heap::Marks;
use crate::machine::{Global, Machine};
use crate::program::{CodeId, Program};
use crate::sync::{Scope, Sync};
use crate::task::{Fiber, Frame, State, Task, TaskResult, Then, Wait};
use crate::value::{ScopeRef, SyncId, TaskId, Value};

/// The tasks that can go on.
pub(in crate::engine) fn live_tasks(machine: &Machine, program: &Program) -> Looked {
    let mut live = Live {
        machine,
        program,
        tasks: FxHashSet::default(),
        failing: FxHashSet::default(),
        released: FxHashSet::default(),
        live_in: FxHashMap::default(),
        failing_in: FxHashMap::default(),
        waiters: FxHashMap::default(),
        marks: Marks::default(),
        new: Vec::new(),
    };
    live.begin();
    live.follow();
    Looked { live: live.tasks, values: live.marks.looked_at() }
}

/// The tasks that can go on, and how many values were looked at to find them.
pub(in crate::engine) struct Looked {
    pub(in crate::engine) live: FxHashSet<TaskId>,
    pub(in crate::engine) values: u64,
}

struct Live<'m> {
    machine: &'m Machine,
    program: &'m Program,
    tasks: FxHashSet<TaskId>,
    /// Those of them that may fail.
    failing: FxHashSet<TaskId>,
    /// Tasks that one of the set may cancel, by a scope around them.
    released: FxHashSet<TaskId>,
    /// How many children of a scope are in the set, and how many of these may fail.
    live_in: FxHashMap<ScopeRef, usize>,
    failing_in: FxHashMap<ScopeRef, usize>,
    /// Who waits at what.
    waiters: FxHashMap<SyncId, Vec<TaskId>>,
    marks: Marks,
    /// Those whose being in the set has not been followed.
    new: Vec<TaskId>,
}

impl Live<'_> {
    fn begin(&mut self) {
        let machine = self.machine;
        for global in &machine.globals {
            if let Global::Ready(value) = global {
                self.marks.add(value);
            }
        }
        for (id, task) in machine.tasks.iter() {
            match &task.state {
                State::Waiting(wait) => self.begin_waiting(TaskId(id), task, wait),
                State::Done(_) => {}
                State::Ready | State::Running => self.add(TaskId(id)),
            }
        }
        for scope in machine.scopes.iter().filter(|scope| scope.timer.is_some()) {
            self.add(scope.owner);
            self.release_children(scope, None);
        }
    }

    fn begin_waiting(&mut self, id: TaskId, task: &Task, wait: &Wait) {
        let has_no_owner = task.scope.is_some_and(|of| {
            let owner = self.machine.scopes.get(of).map(|scope| scope.owner);
            owner.is_none_or(|owner| self.machine.tasks.find(owner.0).is_none())
        });
        if has_no_owner {
            self.release(id);
        }
        // What is cancelled in a deferred call goes on waiting there.
        let is_raised = self.machine.pending_raise(id).is_some();
        if task.timer.is_some() || is_raised || self.ends_by_itself(wait) {
            self.add(id);
        }
        let mut waits_at = |sync: SyncId| self.waiters.entry(sync).or_default().push(id);
        match wait {
            Wait::Receive(sync)
            | Wait::Send(sync)
            | Wait::Lock(sync, _)
            | Wait::Barrier(sync)
            | Wait::Signal(sync) => waits_at(*sync),
            Wait::Select(cases) => cases.iter().for_each(|(_, sync)| waits_at(*sync)),
            _ => {}
        }
    }

    /// Whether nobody is needed to end the wait.
    fn ends_by_itself(&self, wait: &Wait) -> bool {
        let scopes = &self.machine.scopes;
        // Time sends to a ticker.
        let ticks = |sync: SyncId| match self.machine.heap.sync(sync) {
            Sync::Channel(channel) => channel.ticker.is_some(),
            _ => false,
        };
        match wait {
            Wait::Outside(_) | Wait::Sleep => true,
            Wait::Receive(sync) | Wait::Send(sync) => ticks(*sync),
            Wait::Select(cases) => cases.iter().any(|(_, sync)| ticks(*sync)),
            Wait::Lock(..) | Wait::Barrier(_) | Wait::Signal(_) => false,
            Wait::Join(task) => self.machine.is_done(*task),
            Wait::ScopeEnd(of) => scopes.get(*of).is_none_or(|scope| scope.children.is_empty()),
            // Who is promised a place can go on, and its child will end or not.
            Wait::Spawn(of) => scopes.get(*of).is_none_or(|scope| scope.promised > 0),
        }
    }

    fn follow(&mut self) {
        loop {
            while let Some(id) = self.new.pop() {
                self.follow_task(id);
            }
            let reached = self.marks.walk(&self.machine.heap);
            let syncs = self.marks.take_new_syncs();
            if reached.is_empty() && syncs.is_empty() {
                return;
            }
            reached.into_iter().for_each(|id| self.reach_task(id));
            for sync in syncs {
                let waiters = self.waiters.remove(&sync).unwrap_or_default();
                waiters.into_iter().for_each(|id| self.add(id));
            }
        }
    }

    /// Whoever has a task's handle may cancel it, or read its result.
    fn reach_task(&mut self, id: TaskId) {
        match self.machine.tasks.find(id.0).map(|task| &task.state) {
            Some(State::Done(TaskResult::Value(value))) => self.marks.add(value),
            Some(State::Waiting(_)) => self.add(id),
            _ => {}
        }
    }

    fn add(&mut self, id: TaskId) {
        let Some(task) = self.machine.tasks.find(id.0).filter(|task| !task.is_done()) else {
            return;
        };
        if self.tasks.insert(id) {
            self.machine.mark_task(&mut self.marks, task);
            self.new.push(id);
        }
    }

    fn follow_task(&mut self, id: TaskId) {
        let machine = self.machine;
        let Some(task) = machine.tasks.find(id.0) else { return };
        task.joiners.iter().for_each(|joiner| self.add(*joiner));
        if let Some((of, scope)) = task.scope.and_then(|of| Some((of, machine.scopes.get(of)?))) {
            scope.spawners.iter().for_each(|spawner| self.add(*spawner));
            let live = self.live_in.entry(of).or_default();
            *live += 1;
            if *live == scope.children.len() && waits_for_end(machine, scope.owner, of) {
                self.add(scope.owner);
            }
        }
        for of in &task.open_scopes {
            let Some(scope) = machine.scopes.get(*of) else { continue };
            // A body that goes on may leave its scope early.
            if !waits_for_end(machine, id, *of) {
                self.release_children(scope, None);
            }
        }
        let may_fail = |of: &ScopeRef| {
            self.failing_in.contains_key(of)
                && machine.scopes.get(*of).is_some_and(|scope| !scope.supervised)
        };
        if task.chunk.is_some()
            || may_still_fail(self.program, &task.fiber)
            || task.open_scopes.iter().any(may_fail)
        {
            self.may_fail(id);
        }
    }

    /// A task may fail: that ends the scope that it is in, and its owner may fail of it.
    fn may_fail(&mut self, id: TaskId) {
        let machine = self.machine;
        let mut next = Some(id);
        while let Some(id) = next.take() {
            if !self.failing.insert(id) {
                return;
            }
            self.may_break_barriers(id);
            let Some(of) = machine.tasks.find(id.0).and_then(|task| task.scope) else { return };
            let Some(scope) = machine.scopes.get(of) else { return };
            let failing = self.failing_in.entry(of).or_default();
            *failing += 1;
            let failing = *failing;
            if scope.supervised {
                return;
            }
            // By its own failure a task is not cancelled; by that of a second one it may be.
            let except = (failing == 1).then_some(id);
            if failing <= 2 {
                self.release_children(scope, except);
            }
            if self.tasks.contains(&scope.owner) {
                next = Some(scope.owner);
            }
            self.add(scope.owner);
        }
    }

    /// The task may end so that the barriers break that it is a party of.
    fn may_break_barriers(&mut self, id: TaskId) {
        let of = self.machine.rounds.of(id).filter(|at| self.machine.is_latest(*at));
        for (barrier, _) in of {
            self.marks.add(&Value::Sync(barrier));
        }
    }

    fn release_children(&mut self, scope: &Scope, except: Option<TaskId>) {
        let children = scope.children.iter().filter(|child| Some(*child) != except);
        children.for_each(|child| self.release(child));
    }

    /// The task may be cancelled, and what it has started with it.
    fn release(&mut self, id: TaskId) {
        let machine = self.machine;
        let mut rest = vec![id];
        while let Some(id) = rest.pop() {
            if !self.released.insert(id) {
                continue;
            }
            self.add(id);
            self.may_break_barriers(id);
            let Some(task) = machine.tasks.find(id.0) else { continue };
            for scope in task.open_scopes.iter().filter_map(|of| machine.scopes.get(*of)) {
                rest.extend(scope.children.iter());
            }
        }
    }
}

/// Whether something may fail in what the task has yet to do.
fn may_still_fail(program: &Program, fiber: &Fiber) -> bool {
    let fails_from = |code: CodeId, at: u32| {
        program.code(code).fails_from.get(at as usize).copied().unwrap_or(false)
    };
    let top = fiber.frames.len().saturating_sub(1);
    let in_frame = |(depth, frame): (usize, &Frame)| {
        // What a call does that goes on is said by its own frame.
        let at = if depth == top { frame.pc } else { frame.pc + 1 };
        let mut defers = frame.extra.iter().flat_map(|extra| &extra.defers);
        fails_from(frame.code, at)
            || matches!(frame.then, Then::Unwind { .. })
            || defers.any(|deferred| fails_from(deferred.code, 0))
    };
    fiber.raising.is_some() || fiber.frames.iter().enumerate().any(in_frame)
}

fn waits_for_end(machine: &Machine, task: TaskId, of: ScopeRef) -> bool {
    let state = machine.tasks.find(task.0).map(|task| &task.state);
    matches!(state, Some(State::Waiting(Wait::ScopeEnd(waited))) if *waited == of)
}
