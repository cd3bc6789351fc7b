//! What a run shows of the steps of a witness.

use crate::diagnostics::Act;
use crate::skeleton::graph::{Action, SyncOp};
use crate::skeleton::step::{Event, EventKind};

/// What is seen of a task at the event; `before` are those that came before it.
pub(super) fn act_of_event(event: &Event, at: &Action, before: &[Event]) -> Act {
    match (&event.kind, at) {
        (EventKind::Tries(_) | EventKind::Supposes(_), _) => Act::Unseen,
        (EventKind::Looks(_), Action::Select { .. }) => Act::Selects(event.case),
        (EventKind::Looks(_) | EventKind::Stores(_), _) => Act::Looks,
        (EventKind::Misses, at) => act_at(at),
        (EventKind::Fails, _) => Act::Ends,
        (EventKind::TimesOut, Action::Select { .. }) if event.case.is_some() => Act::WaitsItsTime,
        (EventKind::TimesOut, _) => Act::TimesOut,
        (_, Action::Select { .. }) => Act::Selects(event.case),
        (EventKind::Starts(path) | EventKind::Detaches(path), _) => Act::Starts(path.clone()),
        (EventKind::Sends, _) => Act::Sends,
        (EventKind::Receives | EventKind::FindsEnd | EventKind::FindsNone, _) => Act::Receives,
        (EventKind::Closes, _) => Act::Closes,
        (EventKind::Sets, _) => Act::Sets,
        (EventKind::Meets, _) => Act::Meets,
        // Whoever queued has come to the lock before.
        (EventKind::TakesLock, _) if has_queued(event, before) => Act::Unseen,
        (EventKind::TakesLock | EventKind::Queues, _) => Act::Takes,
        (EventKind::GivesLock, _) => Act::Gives,
    }
}

/// What is seen of a task that comes to the operation and does not get beyond it.
pub(super) fn act_at(action: &Action) -> Act {
    match action {
        Action::Each { .. } => Act::Receives,
        Action::Select { .. } => Act::Selects(None),
        Action::Take(..) | Action::TakeWhen(..) | Action::TryTake(..) => Act::Takes,
        Action::Give(..) => Act::Gives,
        Action::Sync { op, .. } => match op {
            SyncOp::Send | SyncOp::TrySend => Act::Sends,
            SyncOp::Receive | SyncOp::Next | SyncOp::TryReceive | SyncOp::Wait => Act::Receives,
            SyncOp::Close => Act::Closes,
            SyncOp::Set => Act::Sets,
            SyncOp::Meet => Act::Meets,
            SyncOp::IsClosed | SyncOp::Length | SyncOp::IsSet => Act::Looks,
        },
        Action::Atom { .. } => Act::Looks,
        _ => Act::Unseen,
    }
}

fn has_queued(event: &Event, before: &[Event]) -> bool {
    let last = before.iter().rev().find(|other| other.task == event.task);
    last.is_some_and(|last| last.kind == EventKind::Queues && last.at == event.at)
}
