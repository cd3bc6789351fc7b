//! Who waits, and for what, as people read it.

mod known;

use crate::bounds::{HOLDERS_SHOWN_MAX, TASKS_SHOWN_MAX};
use crate::machine::Machine;
use crate::outcome::{Blocked, Standing};
use crate::program::{Case, Instr, Place, Plan, Program, Slot};
use crate::sync::Sync;
use crate::task::{Frame, State, Task, Wait};
use crate::value::TaskId;
use known::Known;
use weir_analyzer::mir::LockMode;

impl Machine {
    /// The tasks that wait, by their paths: all, or of these; the first of them, and how many more there are.
    pub(crate) fn blocked(
        &self,
        program: &Program,
        of: Option<&[TaskId]>,
    ) -> (Vec<Blocked>, usize) {
        let mut waiting: Vec<(Vec<u64>, &Task, &Wait)> = Vec::new();
        for (id, task) in self.tasks.iter() {
            let is_meant = of.is_none_or(|of| of.binary_search(&TaskId(id)).is_ok());
            if let (true, State::Waiting(wait)) = (is_meant, &task.state) {
                waiting.push((path_order(&task.path), task, wait));
            }
        }
        waiting.sort_by(|a, b| a.0.cmp(&b.0));
        let more = waiting.len().saturating_sub(TASKS_SHOWN_MAX);
        waiting.truncate(TASKS_SHOWN_MAX);
        let known = Known::by(self, program, waiting.iter().map(|(_, task, _)| *task));
        let blocked = waiting
            .into_iter()
            .map(|(_, task, wait)| self.blocked_task(program, &known, task, wait));
        (blocked.collect(), more)
    }

    /// Where every task that has not ended stands, by their paths.
    pub(crate) fn standing(&self, program: &Program) -> Vec<Standing> {
        let alive = self.tasks.iter().filter(|(_, task)| !task.is_done());
        let mut alive: Vec<(Vec<u64>, &Task)> =
            alive.map(|(_, task)| (path_order(&task.path), task)).collect();
        alive.sort_by(|a, b| a.0.cmp(&b.0));
        let known = Known::by(self, program, alive.iter().map(|(_, task)| *task));
        let standing = |(_, task): (_, &Task)| Standing {
            task: task.path.to_string(),
            does: match &task.state {
                State::Waiting(wait) => {
                    format!("waits for {}", self.wait_text(program, &known, task, wait))
                }
                State::Running => "runs".to_owned(),
                State::Ready if !task.was_started => "is about to start".to_owned(),
                State::Ready | State::Done(_) => "is ready to run".to_owned(),
            },
            is_waiting: matches!(task.state, State::Waiting(_)),
            place: place_of(program, task),
        };
        alive.into_iter().map(standing).collect()
    }

    fn blocked_task(
        &self,
        program: &Program,
        known: &Known<'_>,
        task: &Task,
        wait: &Wait,
    ) -> Blocked {
        let (held_by, held_by_more) = self.holders(wait);
        Blocked {
            task: task.path.to_string(),
            waits_for: self.wait_text(program, known, task, wait),
            held_by,
            held_by_more,
            held_for_reading: self.is_held_for_reading(wait),
            place: place_of(program, task),
        }
    }

    fn wait_text(&self, program: &Program, known: &Known<'_>, task: &Task, wait: &Wait) -> String {
        let name = || known.text(task, awaited_slot(program, task)?);
        let on = |verb: &str, noun: &str| match name() {
            Some(name) => format!("{verb} {name}"),
            None if verb == noun => format!("a {noun}"),
            None => format!("{verb} a {noun}"),
        };
        match wait {
            Wait::Receive(_) => on("receive on", "channel"),
            Wait::Send(_) => on("send on", "channel"),
            Wait::Select(_) => select_text(program, known, task),
            Wait::Lock(_, LockMode::Lock) => on("lock", "mutex"),
            Wait::Lock(_, LockMode::Read) => on("read", "rwlock"),
            Wait::Lock(_, LockMode::Write) => on("write", "rwlock"),
            Wait::Lock(_, LockMode::Acquire) => on("acquire", "semaphore"),
            Wait::Barrier(_) => on("barrier", "barrier"),
            Wait::Signal(_) => on("signal", "signal"),
            Wait::Join(joined) => {
                format!("join of {}", self.tasks.find(joined.0).map_or("a task", |task| &task.path))
            }
            Wait::ScopeEnd(_) => match scope_line(program, task) {
                Some(line) => format!("end of scope at line {line}"),
                None => "end of scope".to_owned(),
            },
            Wait::Spawn(_) => "a free place under the scope's limit".to_owned(),
            Wait::Outside(call) => format!("the answer of `{}`", self.calls.name(*call)),
            Wait::Sleep => "sleep".to_owned(),
        }
    }

    /// The tasks that have the lock that is waited for. Of permits nobody knows.
    pub(super) fn lock_holders(&self, wait: &Wait) -> Vec<TaskId> {
        let Wait::Lock(id, _) = wait else { return Vec::new() };
        match self.heap.sync(*id) {
            Sync::Mutex(mutex) => mutex.holder.into_iter().collect(),
            Sync::Rwlock(lock) => lock.writer.iter().chain(&lock.readers).copied().collect(),
            _ => Vec::new(),
        }
    }

    fn is_held_for_reading(&self, wait: &Wait) -> bool {
        let Wait::Lock(id, _) = wait else { return false };
        matches!(self.heap.sync(*id), Sync::Rwlock(lock) if lock.writer.is_none())
    }

    /// The first of them, by their paths, and how many more there are.
    fn holders(&self, wait: &Wait) -> (Vec<String>, usize) {
        let path = |id: &TaskId| self.tasks.find(id.0).map(|task| task.path.to_string());
        let mut paths: Vec<String> = self.lock_holders(wait).iter().filter_map(path).collect();
        paths.sort_by_key(|path| path_order(path));
        let more = paths.len().saturating_sub(HOLDERS_SHOWN_MAX);
        paths.truncate(HOLDERS_SHOWN_MAX);
        (paths, more)
    }
}

/// The numbers of a path: `main/2/10` comes after `main/2/9`.
fn path_order(path: &str) -> Vec<u64> {
    path.split('/').skip(1).map(|part| part.parse().unwrap_or(0)).collect()
}

/// What the machine provides has no place: its caller's counts, or where the task was started.
fn place_of(program: &Program, task: &Task) -> Option<Place> {
    let place = task.fiber.sites().find_map(|(frame, at)| program.place(frame.code, at));
    place.or_else(|| program.places.get(task.begun_at as usize)).cloned()
}

/// Where the task has what it waits for, if that is one thing.
fn awaited_slot(program: &Program, task: &Task) -> Option<Slot> {
    let frame = task.fiber.top()?;
    match program.code(frame.code).instrs.get(frame.pc as usize)? {
        Instr::CallNative { args, .. } => program.list(*args).first().copied(),
        Instr::Next { iterator, .. } => Some(Slot::register(*iterator)),
        Instr::EnterLock { plan } => match program.plan(*plan) {
            Plan::Lock { lock, .. } => Some(*lock),
            _ => None,
        },
        _ => None,
    }
}

/// The same for a `select`, of each case.
fn select_slots(program: &Program, task: &Task) -> Vec<Slot> {
    use crate::program::CaseOp::{Closed, Receive, Send, Timeout, Wait};
    let instr = |frame: &Frame| program.code(frame.code).instrs.get(frame.pc as usize);
    let Some(Instr::Select { plan }) = task.fiber.top().and_then(instr) else { return Vec::new() };
    let Plan::Select { cases, .. } = program.plan(*plan) else { return Vec::new() };
    let slot = |case: &Case| match case.op {
        Receive { channel: slot, .. }
        | Send { channel: slot, .. }
        | Closed(slot)
        | Wait(slot)
        | Timeout(slot) => slot,
    };
    cases.iter().map(slot).collect()
}

fn select_text(program: &Program, known: &Known<'_>, task: &Task) -> String {
    let mut names: Vec<String> = Vec::new();
    for name in select_slots(program, task).into_iter().filter_map(|slot| known.text(task, slot)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() { "select".to_owned() } else { format!("select on {}", names.join(", ")) }
}

/// The line of the scope whose end the innermost frame waits for.
fn scope_line(program: &Program, task: &Task) -> Option<u32> {
    let frame = task.fiber.top()?;
    let slot = match program.code(frame.code).instrs.get(frame.pc as usize)? {
        Instr::EndScope { scope } | Instr::LeaveScope { scope } => *scope,
        _ => return program.place(frame.code, frame.pc).map(|place| place.line),
    };
    let scope = program.code(frame.code).scopes.get(slot as usize)?;
    program.places.get(scope.place as usize).map(|place| place.line)
}
