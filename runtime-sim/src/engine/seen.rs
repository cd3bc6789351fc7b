//! What a scheduler is shown that looks on, in a machine for trying orders: who could go on, and what
//! each task is seen to do.
//!
//! What it is not: the trace, which is about time and processors.

use weir_analyzer::diagnostics::Act;
use weir_analyzer::mir::Intrinsic;

use crate::engine::Doors;
use crate::machine::Machine;
use crate::program::{Instr, Program};
use crate::schedule::{ChoiceKind, Deed, Ready};
use crate::task::{Fiber, Task};
use crate::time::Timer;
use crate::value::TaskId;
use crate::vm::{Flow, Turn};

impl Machine {
    /// Which of the tasks goes on.
    pub(super) fn choose_task(
        &mut self,
        program: &Program,
        doors: &mut Doors<'_>,
        ready: &[TaskId],
    ) -> Option<usize> {
        let tasks = &self.tasks;
        let mut described = ready.iter().map(|id| described(program, tasks.get(id.0)));
        let count = described.len();
        let chosen = (count > 1).then(|| doors.scheduler.choose_task(&mut described));
        self.choose_by(ChoiceKind::Task, count, |_| chosen.unwrap_or(Ok(0)))
    }

    /// What is to be told of the instruction that the task is at, once it has done it.
    pub(crate) fn act_to_tell(&self, program: &Program, fiber: &Fiber, turn: &Turn) -> Option<Act> {
        let looks_on = self.options.in_turns && !turn.is_evaluation;
        let next = fiber.top().filter(|_| looks_on)?;
        program.code(next.code).instrs.get(next.pc as usize).and_then(|instr| match instr {
            Instr::CallNative { native, .. } if native.0 == Intrinsic::Sleep => Some(Act::Unseen),
            _ => act_of(instr),
        })
    }

    /// Tells what the task has done at the instruction, before it goes on from there.
    pub(crate) fn tell(
        &self,
        program: &Program,
        fiber: &Fiber,
        doors: &mut Doors<'_>,
        id: TaskId,
        (mut act, flow): (Act, &Flow),
    ) {
        let waits = match flow {
            Flow::Next | Flow::Jump(_) => false,
            Flow::Wait => true,
            _ => return,
        };
        let task = self.tasks.get(id.0);
        if let Act::Starts(path) = &mut act {
            if waits {
                return;
            }
            *path = format!("{}/{}", task.path, task.children);
        }
        let place = fiber.sites().find_map(|(frame, at)| program.place(frame.code, at));
        doors.scheduler.hears(&Deed { task: &task.path, act: &act, place, waits });
    }

    /// Tells whose time is up.
    pub(super) fn tell_time(&self, doors: &mut Doors<'_>, timer: Timer) {
        let (task, act) = match timer {
            Timer::Case(task, _) => (Some(task), &Act::WaitsItsTime),
            Timer::Scope(scope) => {
                (self.scopes.get(scope).map(|scope| scope.owner), &Act::TimesOut)
            }
            _ => return,
        };
        if let Some(task) = task.and_then(|task| self.tasks.find(task.0)) {
            doors.scheduler.hears(&Deed { task: &task.path, act, place: None, waits: false });
        }
    }
}

fn described(program: &Program, task: &Task) -> Ready {
    let frame = task.fiber.top().filter(|_| task.was_started && task.woken.is_none());
    let next = frame.and_then(|frame| {
        let code = program.code(frame.code);
        code.instrs.get(frame.pc as usize)
    });
    let is_seen = next.map(|instr| act_of(instr).is_some());
    Ready { task: task.path.clone(), is_seen }
}

/// What is seen of a task that does this.
fn act_of(instr: &Instr) -> Option<Act> {
    match instr {
        Instr::CallNative { native, .. } => act_of_call(native.0),
        Instr::Next { .. } => Some(Act::Receives),
        Instr::Spawn { .. } | Instr::Detach { .. } => Some(Act::Starts(String::new())),
        Instr::EnterLock { .. } => Some(Act::Takes),
        Instr::ExitLock { .. } => Some(Act::Gives),
        Instr::Select { .. } => Some(Act::Selects(None)),
        _ => None,
    }
}

fn act_of_call(of: Intrinsic) -> Option<Act> {
    use Intrinsic::*;
    Some(match of {
        ChannelSend | ChannelTrySend => Act::Sends,
        ChannelReceive | ChannelNext | ChannelTryReceive | SignalWait => Act::Receives,
        ChannelClose => Act::Closes,
        SignalSet => Act::Sets,
        BarrierWait => Act::Meets,
        MutexLock | MutexTryLock | RwlockRead | RwlockWrite | SemaphoreAcquire
        | SemaphoreTryAcquire => Act::Takes,
        MutexUnlock | SemaphoreRelease => Act::Gives,
        AtomGet | AtomSet | AtomSwap | AtomCompareAndSet | ChannelClosed | ChannelLen
        | SignalIsSet => Act::Looks,
        _ => return None,
    })
}
