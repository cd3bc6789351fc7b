//! The steps of a witness, in words.

use super::Report;
use super::act::{act_at, act_of_event};
use crate::diagnostics::{Witness, WitnessStep};
use crate::mir::Const;
use crate::skeleton::explore::Fault;
use crate::skeleton::graph::{Action, NodeId, RoutineId, SyncOp};
use crate::skeleton::misuse::{Misuse, MisuseKind};
use crate::skeleton::print::const_text;
use crate::skeleton::state::{ObjectKind, State};
use crate::skeleton::step::{Event, EventKind, Machine, Supposed};

impl Report<'_> {
    pub(super) fn witness(&self) -> Witness {
        let events = &self.doom.events;
        let happened = events.iter().enumerate().map(|(index, event)| WitnessStep {
            task: event.task.clone(),
            site: self.operation_site(event.at),
            what: self.what(event),
            act: act_of_event(event, self.action(event.at), &events[..index]),
        });
        let last = match &self.doom.fault {
            Fault::Misuse(misuse) => vec![self.mistake(misuse)],
            Fault::Stuck(waits) => self.waits(&waits.tasks),
        };
        Witness { steps: happened.chain(last).collect() }
    }

    fn mistake(&self, misuse: &Misuse) -> WitnessStep {
        let name = self.known_as(misuse.at, misuse.made);
        let what = match misuse.kind {
            MisuseKind::SendAfterClose => format!("sends on {name}, which is closed"),
            MisuseKind::CloseTwice => format!("closes {name} again"),
            MisuseKind::ReceiveAfterEnd => {
                format!("receives from {name}, which is closed and empty")
            }
            MisuseKind::DoubleLock => format!("waits for {name}, which it holds itself"),
            MisuseKind::MissingUnlock => "ends with the lock held".to_string(),
            MisuseKind::UnlockOfFree => format!("unlocks {name}, which nobody holds"),
            MisuseKind::UnlockOfOthers => format!("unlocks {name}, which another task holds"),
            MisuseKind::NeverReady => "has no case left that could become ready".to_string(),
        };
        let site = self.operation_site(misuse.at);
        let act = act_at(self.action(misuse.at));
        WitnessStep { task: misuse.task.path.clone(), site, what, act }
    }

    fn waits(&self, tasks: &[u32]) -> Vec<WitnessStep> {
        let state: &State = &self.doom.state;
        let waiting = tasks.iter().filter_map(|task| {
            let of = &state.tasks[*task as usize];
            let frame = of.frames.last().filter(|_| !of.is_done())?;
            let at = (frame.routine, frame.node);
            Some(WitnessStep {
                task: of.label.path.clone(),
                site: self.operation_site(at),
                what: self.wait(*task, at),
                act: act_at(self.action(at)),
            })
        });
        waiting.collect()
    }

    fn what(&self, event: &Event) -> String {
        let name = || self.known_as(event.at, event.made);
        match &event.kind {
            EventKind::Starts(path) => format!("starts `{path}`"),
            EventKind::Detaches(path) => format!("detaches `{path}`"),
            EventKind::Sends => format!("sends on {}", name()),
            EventKind::Receives if event.made.is_some_and(|made| self.is_signal(made)) => {
                format!("finds {} set", name())
            }
            EventKind::Receives => format!("receives from {}", name()),
            EventKind::Closes => format!("closes {}", name()),
            EventKind::FindsEnd => format!("finds {} closed and drained", name()),
            EventKind::TakesLock => format!("takes {}", name()),
            EventKind::GivesLock => format!("gives {} back", name()),
            EventKind::Meets => format!("meets the others at {}", name()),
            EventKind::Queues => format!("waits to write {}", name()),
            EventKind::Sets => format!("sets {}", name()),
            EventKind::Stores(Some(value)) => {
                format!("changes {} to {}", name(), const_text(value))
            }
            EventKind::Stores(None) => format!("changes {}", name()),
            EventKind::Looks(seen) => self.look(event, seen.as_ref()),
            EventKind::Misses => match self.action(event.at) {
                Action::TryTake(..) => format!("finds {} taken", name()),
                Action::Sync { op: SyncOp::TrySend, .. } => format!("finds no room in {}", name()),
                _ => format!("finds nothing in {}", name()),
            },
            EventKind::TimesOut => "runs out of time".to_string(),
            EventKind::Fails => "fails".to_string(),
            EventKind::FindsNone => "finds no case of its `select` ready".to_string(),
            EventKind::Tries(Const::Bool(true)) | EventKind::Supposes(Supposed::Holds(true)) => {
                "as if this held".to_string()
            }
            EventKind::Tries(Const::Bool(false)) | EventKind::Supposes(Supposed::Holds(false)) => {
                "as if this did not hold".to_string()
            }
            EventKind::Supposes(Supposed::Is { number, .. }) => match self.action(event.at) {
                Action::Each { .. } => format!("as if this went round {number} times"),
                _ => format!("as if this were {number}"),
            },
            EventKind::Supposes(Supposed::Fails) => "as if this failed".to_string(),
            EventKind::Tries(Const::Int(count)) => format!("as if this were {count}"),
            EventKind::Tries(_) => "as if this were so".to_string(),
        }
    }

    fn look(&self, event: &Event, seen: Option<&Const>) -> String {
        let name = self.known_as(event.at, event.made);
        let Action::Sync { op, .. } = self.action(event.at) else {
            return match seen {
                Some(value) => format!("looks at {name}: {}", const_text(value)),
                None => format!("looks at {name}"),
            };
        };
        match (op, seen) {
            (SyncOp::IsSet, Some(Const::Bool(true))) => format!("looks at {name}: set"),
            (SyncOp::IsSet, _) => format!("looks at {name}: not set yet"),
            (SyncOp::IsClosed, Some(Const::Bool(true))) => format!("looks at {name}: closed"),
            (SyncOp::IsClosed, _) => format!("looks at {name}: not closed yet"),
            (_, Some(Const::Int(1))) => format!("looks at {name}: 1 value"),
            (_, Some(Const::Int(count))) => format!("looks at {name}: {count} values"),
            _ => format!("looks at {name}"),
        }
    }

    fn wait(&self, task: u32, at: (RoutineId, NodeId)) -> String {
        let awaited = self.awaited(task);
        let name = || self.known_as(at, awaited.map(|(made, _)| made));
        match self.action(at) {
            Action::Each { .. } => format!("waits for the next value of {}, for ever", name()),
            Action::Sync { op: SyncOp::Send, .. } => {
                format!("waits to send on {}, for ever", name())
            }
            Action::Sync { op: SyncOp::Wait | SyncOp::Meet, .. } => {
                format!("waits for {}, for ever", name())
            }
            Action::Sync { .. } => format!("waits to receive from {}, for ever", name()),
            Action::End(_) => "waits for the tasks of its scope".to_string(),
            Action::Leave(_) => "waits for the tasks that it cancelled".to_string(),
            Action::Join { .. } => "waits for a task's result".to_string(),
            Action::TakeWhen(..)
                if Machine::of(self.skeleton).condition(&self.doom.state, task) == Some(false) =>
            {
                format!("waits until its condition on {} holds, for ever", name())
            }
            Action::Take(..) | Action::TakeWhen(..) => {
                let holder = awaited.and_then(|(_, object)| self.holder_beside(task, object));
                match holder {
                    Some(held) => format!("waits for {}, which {held}, for ever", name()),
                    None => format!("waits for {}, for ever", name()),
                }
            }
            Action::Select { .. } => "waits for any case of its `select`".to_string(),
            _ => "waits".to_string(),
        }
    }

    /// That another task holds what the task waits for.
    fn holder_beside(&self, task: u32, object: u32) -> Option<String> {
        let state: &State = &self.doom.state;
        let ObjectKind::Lock { holders, .. } = &state.objects[object as usize].kind else {
            return None;
        };
        let other = holders.iter().find(|held| held.task != task)?;
        let other = &state.tasks[other.task as usize];
        let verb = if other.is_done() { "has kept" } else { "holds" };
        Some(format!("`{}` {verb}", other.label.path))
    }
}
