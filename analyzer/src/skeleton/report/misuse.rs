//! What a task must not do: close twice, send on a closed channel, leave a lock behind.

use super::Report;
use super::mend;
use crate::diagnostics::{Code, Finding};
use crate::items::ItemId;
use crate::mir::LockMode;
use crate::skeleton::graph::{Action, Node, NodeId, RoutineId};
use crate::skeleton::misuse::{Misuse, MisuseKind};
use crate::skeleton::state::{Held, Made, ObjectKind};
use crate::skeleton::step::{Event, EventKind};

/// Where the lock was taken that a task wants once more.
pub(super) const STILL_HELD: &str = "it is taken here and still held";

impl Report<'_> {
    pub(super) fn misuse(&self, misuse: &Misuse) -> (ItemId, Finding) {
        let item = match misuse.made {
            Some(made) => self.made_in(made),
            None => self.skeleton.routine(misuse.at.0).item,
        };
        let finding = match (misuse.kind, misuse.made) {
            (MisuseKind::SendAfterClose, Some(made)) => self.send_after_close(misuse, made),
            (MisuseKind::CloseTwice, Some(made)) => self.close_twice(misuse, made),
            (MisuseKind::ReceiveAfterEnd, Some(made)) => self.receive_after_end(misuse, made),
            (MisuseKind::DoubleLock, Some(made)) => match self.was_forgotten(misuse, made) {
                true => self.taken_again(misuse, made),
                false => self.double_lock(misuse, made),
            },
            (MisuseKind::MissingUnlock, Some(made)) => self.missing_unlock(misuse, made),
            (MisuseKind::UnlockOfFree | MisuseKind::UnlockOfOthers, Some(made)) => {
                self.unlock(misuse, made)
            }
            _ => self.never_ready(misuse),
        };
        (item, finding.witness(self.witness()))
    }

    fn send_after_close(&self, misuse: &Misuse, made: Made) -> Finding {
        let name = self.name_of(misuse.at, misuse.made);
        let close = self.last(&EventKind::Closes, made);
        let by_itself = close.is_none_or(|close| close.task == misuse.task.path);
        let (code, message, label, help) = if by_itself {
            (
                Code::C002,
                format!("{name} is closed by now, so this send fails"),
                "it is closed here",
                format!("close {name} after the last send on it: `defer {}.close()`", bare(&name)),
            )
        } else {
            (
                Code::C004,
                format!("{name} may be closed while or before this sends, and then the send fails"),
                "another task closes it here",
                format!(
                    "let only whoever sends close {name}; with several senders, spawn them in a \
                     `concurrent` block of their own and close it after that block"
                ),
            )
        };
        let finding = Finding::new(code, self.operation_site(misuse.at), message).help(help);
        self.with_origin(self.with_event(finding, close, label), made, &name)
    }

    fn close_twice(&self, misuse: &Misuse, made: Made) -> Finding {
        let name = self.name_of(misuse.at, misuse.made);
        let close = self.last(&EventKind::Closes, made);
        let is_same_place = close.is_some_and(|close| close.at == misuse.at);
        let message = if is_same_place {
            format!("this closes {name} more than once, and the second time fails")
        } else {
            format!("{name} may be closed already, and closing it a second time fails")
        };
        let finding =
            Finding::new(Code::C003, self.operation_site(misuse.at), message).help(format!(
                "close {name} in one place that is reached once, after all its senders have ended"
            ));
        let finding = if is_same_place {
            finding
        } else {
            self.with_event(finding, close, "it is closed here first")
        };
        self.with_origin(finding, made, &name)
    }

    fn receive_after_end(&self, misuse: &Misuse, made: Made) -> Finding {
        let name = self.name_of(misuse.at, misuse.made);
        let close = self.last(&EventKind::Closes, made);
        let message = format!(
            "this task has closed {name}, and nothing that was sent is left: this receive fails"
        );
        let finding =
            Finding::new(Code::C005, self.operation_site(misuse.at), message).help(format!(
                "receive what was sent before that, or use `next`, which gives `None` when {name} \
                 is closed and empty"
            ));
        self.with_origin(self.with_event(finding, close, "it is closed here"), made, &name)
    }

    fn double_lock(&self, misuse: &Misuse, made: Made) -> Finding {
        let name = self.name_of(misuse.at, misuse.made);
        let message = format!("this task holds {name} already, so taking it here waits for ever");
        let taken = self.taken_by(&misuse.task.path, made);
        let finding = Finding::new(Code::L001, self.operation_site(misuse.at), message).help(format!(
            "take {name} once, around all that needs it; let the functions called inside work on \
             what the lock lends"
        ));
        self.with_event(finding, taken, STILL_HELD)
    }

    /// Whether the function that took the lock before has returned with it, though it gives it back
    /// elsewhere: then that is the mistake, and not that it is taken once more.
    fn was_forgotten(&self, misuse: &Misuse, made: Made) -> bool {
        let gives = |node: &Node| matches!(node.action, Action::Give(..) | Action::Defer(..));
        let taken =
            self.taken_by(&misuse.task.path, made).map(|event| self.skeleton.routine(event.at.0));
        self.left_at(misuse, made).is_some() && taken.is_some_and(|of| of.nodes.iter().any(gives))
    }

    fn taken_again(&self, misuse: &Misuse, made: Made) -> Finding {
        let finding = self.missing_unlock(misuse, made);
        let again = self.operation_site(misuse.at);
        let is_told =
            again == finding.site || finding.related.iter().any(|(site, _)| *site == again);
        match is_told {
            true => finding,
            false => finding.related(again, "it is taken again here, which waits for ever"),
        }
    }

    fn missing_unlock(&self, misuse: &Misuse, made: Made) -> Finding {
        let taken = self.taken_by(&misuse.task.path, made);
        let name =
            taken.map_or_else(|| self.own_name(made), |event| self.name_of(event.at, event.made));
        let left = self.left_at(misuse, made).unwrap_or(misuse.at);
        let help = format!(
            "take it with `with {}.lock():`, which gives it back on every way out, or `defer` the \
             unlock right after the lock",
            bare(&name)
        );
        let finding = match taken.filter(|_| !self.is_written_return(left)) {
            Some(taken) => {
                let site = self.operation_site(taken.at);
                let message =
                    format!("{name} is locked here, and no `unlock` follows on some path");
                Finding::new(Code::L003, site, message).help(help)
            }
            None => {
                let message = format!("this leaves while {name} is still locked");
                let finding = Finding::new(Code::L003, self.site(left), message).help(help);
                self.with_event(finding, taken, "it is locked here")
            }
        };
        let mend = taken.and_then(|taken| mend::give_back(self.db, self.skeleton, taken.at));
        mend.into_iter().fold(finding, Finding::fix)
    }

    fn left_at(&self, misuse: &Misuse, made: Made) -> Option<(RoutineId, NodeId)> {
        let is_it = |held: &&Held| {
            let path = &self.doom.state.tasks[held.task as usize].label.path;
            held.mode == LockMode::Lock && *path == misuse.task.path
        };
        let objects = self.doom.state.objects.iter().filter(|object| object.made == made);
        let mut holders = objects.filter_map(|object| match &object.kind {
            ObjectKind::Lock { holders, .. } => holders.iter().find(is_it),
            _ => None,
        });
        holders.find_map(|held| held.left)
    }

    fn unlock(&self, misuse: &Misuse, made: Made) -> Finding {
        let name = self.name_of(misuse.at, misuse.made);
        let (message, help) = match misuse.kind {
            MisuseKind::UnlockOfOthers => (
                format!("another task holds {name}, and only that task can unlock it"),
                format!(
                    "unlock {name} in the task that locks it; to hand work over, use a channel"
                ),
            ),
            _ => (
                format!("{name} is not locked here, so unlocking it fails"),
                format!("unlock {name} once for each time that it was locked"),
            ),
        };
        let finding = Finding::new(Code::L004, self.operation_site(misuse.at), message).help(help);
        let (event, label) = match misuse.kind {
            MisuseKind::UnlockOfOthers => {
                (self.last(&EventKind::TakesLock, made), "the other task locks it here")
            }
            _ => (self.last(&EventKind::GivesLock, made), "it was unlocked here"),
        };
        self.with_event(finding, event, label)
    }

    fn never_ready(&self, misuse: &Misuse) -> Finding {
        let has_guard = match self.action(misuse.at) {
            Action::Select { cases, .. } => cases.iter().any(|(_, guard)| guard.is_some()),
            _ => false,
        };
        let (message, help) = match has_guard {
            true => (
                "no case of this `select` is open by now: each has a condition that does not hold, \
                 or a channel that is closed and empty; so it fails",
                "leave the loop when no case is left, or add `else:` for what is done then",
            ),
            false => (
                "every channel that this `select` receives from is closed and empty by now, so it \
                 fails",
                "add `case closed ch:` for a channel that ends, or leave the loop before",
            ),
        };
        Finding::new(Code::C009, self.operation_site(misuse.at), message).help(help)
    }

    /// The last time that the task took the lock.
    pub(super) fn taken_by(&self, path: &str, made: Made) -> Option<&Event> {
        let is_it = |event: &&Event| {
            event.kind == EventKind::TakesLock && event.made == Some(made) && event.task == path
        };
        let seen = self.doom.events.iter().rev().find(is_it);
        seen.filter(|event| {
            let node = self.skeleton.routine(event.at.0).node(event.at.1);
            matches!(node.action, Action::Take(..) | Action::TakeWhen(..) | Action::TryTake(..))
        })
    }

    pub(super) fn with_event(
        &self,
        finding: Finding,
        event: Option<&Event>,
        label: &str,
    ) -> Finding {
        match event.map(|event| self.operation_site(event.at)) {
            Some(site) if site != finding.site => finding.related(site, label),
            _ => finding,
        }
    }
}

fn bare(name: &str) -> &str {
    name.trim_matches('`')
}
