//! Who waits for ever: what would end the wait, and who else waits in the same circle.

mod words;

use words::detached_message;

use super::misuse::STILL_HELD;
use super::{Report, Told, mend};
use crate::diagnostics::{Code, Finding, Site};
use crate::skeleton::state::{Made, Task};
use crate::skeleton::step::{Event, EventKind, Machine};
use crate::skeleton::stuck::{LockCircle, Stuck, StuckWait};

impl Report<'_> {
    /// One finding for each channel or lock that a cause waits at.
    pub(super) fn stuck(&self, causes: &[Stuck]) -> Vec<Told> {
        let mut seen = Vec::new();
        let mut found = Vec::new();
        for cause in causes {
            let made = self.made(cause);
            let key = (self.code_of(cause), made);
            if !seen.contains(&key) {
                seen.push(key);
                let left_by = self.left_by(cause).map(str::to_owned);
                let (made_in, finding) = (self.made_in(made), self.stuck_finding(cause));
                found.push(Told { made_in, finding, left_by });
            }
        }
        found
    }

    pub(super) fn made(&self, cause: &Stuck) -> Made {
        self.doom.state.objects[cause.object as usize].made
    }

    fn stuck_finding(&self, cause: &Stuck) -> Finding {
        if self.code_of(cause) == Code::L003 {
            return self.left_behind(cause);
        }
        let name = self.name_of(cause.at, Some(self.made(cause)));
        let site = self.operation_site(cause.at);
        let message = match cause.wait {
            StuckWait::Lock(kind) => self.lock_message(cause, kind, &name),
            _ if cause.detached => detached_message(cause, &name),
            _ => self.message(cause, &name),
        };
        let finding = Finding::new(self.code_of(cause), site, message);
        let finding = match cause.wait {
            StuckWait::Select => self.with_cases(cause, finding),
            _ => self.with_origin(finding, self.made(cause), &name),
        };
        let finding = self.with_held(cause, finding);
        let finding = self.with_others(cause, finding);
        let finding = self.with_detach(cause, finding);
        let mend = self
            .room(cause)
            .or_else(|| self.timeout(cause))
            .or_else(|| self.select(cause))
            .or_else(|| self.other_order(cause));
        let finding = self.with_help(cause, &name, finding);
        mend.into_iter().fold(finding, Finding::fix).witness(self.witness())
    }

    fn code_of(&self, cause: &Stuck) -> Code {
        match cause.wait {
            StuckWait::Lock(LockCircle::Again) if self.is_left_by_itself(cause) => Code::L003,
            StuckWait::Lock(LockCircle::Again) => Code::L001,
            StuckWait::Lock(LockCircle::Order) => Code::L002,
            StuckWait::Lock(LockCircle::Mixed) => Code::L006,
            StuckWait::Lock(LockCircle::Left) => Code::L003,
            _ if cause.detached => Code::D002,
            _ if cause.by_itself => Code::C007,
            StuckWait::End => Code::C001,
            StuckWait::Receive | StuckWait::Permit | StuckWait::Meet | StuckWait::Condition => {
                Code::C005
            }
            StuckWait::Send => Code::C006,
            StuckWait::Select => Code::C009,
        }
    }

    /// The task that has served this wait before and has ended.
    fn left_by(&self, cause: &Stuck) -> Option<&str> {
        let serves = match cause.wait {
            StuckWait::Send => EventKind::Receives,
            StuckWait::Receive => EventKind::Sends,
            _ => return None,
        };
        let event = self.last(&serves, self.made(cause))?;
        (!self.is_waiting(event)).then_some(event.task.as_str())
    }

    /// Where a detached task, or the one that it belongs to, was started.
    fn with_detach(&self, cause: &Stuck, finding: Finding) -> Finding {
        if !cause.detached {
            return finding;
        }
        let path = &self.doom.state.tasks[cause.task as usize].label.path;
        let detach = self.doom.events.iter().find(|event| match &event.kind {
            EventKind::Detaches(started) => {
                path == started || path.starts_with(&format!("{started}/"))
            }
            _ => false,
        });
        match detach {
            Some(event) => finding.related(self.site(event.at), "the task is detached here"),
            None => finding,
        }
    }

    /// Where the task took the lock that it wants once more.
    fn with_held(&self, cause: &Stuck, finding: Finding) -> Finding {
        if cause.wait != StuckWait::Lock(LockCircle::Again) {
            return finding;
        }
        let path = &self.doom.state.tasks[cause.task as usize].label.path;
        self.with_event(finding, self.taken_by(path, self.made(cause)), STILL_HELD)
    }

    /// What the cases of a `select` wait for.
    fn with_cases(&self, cause: &Stuck, mut finding: Finding) -> Finding {
        let mut seen = Vec::new();
        for object in Machine::of(self.skeleton).case_objects(&self.doom.state, cause.task) {
            let made = self.doom.state.objects[object as usize].made;
            if !seen.contains(&made) {
                seen.push(made);
                let origin = self.origin(made, &self.name_of(cause.at, Some(made)));
                let is_never_set = self.is_signal(made) && cause.circle.len() == 1;
                let never = if is_never_set { ", and no task that still runs sets it" } else { "" };
                finding = finding.related(self.made_site(made), format!("{origin}{never}"));
            }
        }
        finding
    }

    /// Who sent on the channel, or who waits in the same circle.
    fn with_others(&self, cause: &Stuck, mut finding: Finding) -> Finding {
        let mut seen = vec![finding.site];
        for event in self.last_sends(cause) {
            let site = self.site(event.at);
            if !seen.contains(&site) {
                seen.push(site);
                let ended = !self.is_waiting(event);
                let label =
                    if ended { "sends here and ends without closing it" } else { "sends here" };
                finding = finding.related(site, label);
            }
        }
        for task in cause.circle.iter().filter(|task| **task != cause.task) {
            if let Some(site) = self.standing(*task)
                && !seen.contains(&site)
            {
                seen.push(site);
                finding = finding.related(site, "waits here meanwhile");
            }
        }
        finding
    }

    /// Of each task that sent on a channel that nobody closes, the last time.
    fn last_sends(&self, cause: &Stuck) -> Vec<&Event> {
        let mut last: Vec<&Event> = Vec::new();
        for event in self.senders(cause).filter(|_| cause.wait == StuckWait::End) {
            last.retain(|other| other.task != event.task);
            last.push(event);
        }
        last
    }

    fn is_waiting(&self, event: &Event) -> bool {
        let is_it = |task: &Task| task.label.path == event.task && !task.is_done();
        self.tasks().any(is_it)
    }

    fn with_close(&self, cause: &Stuck, name: &str, finding: Finding) -> Finding {
        let mut senders: Vec<&str> = self.senders(cause).map(|event| event.task.as_str()).collect();
        senders.sort_unstable();
        senders.dedup();
        match senders.as_slice() {
            [sender] => {
                let of = self.tasks().find(|task| task.label.path == *sender);
                let sends = self.senders(cause).last().map(|event| event.at);
                let mend = of
                    .zip(sends)
                    .and_then(|(task, at)| mend::close_in_sender(self.db, self.skeleton, task, at));
                let finding = finding.help(format!(
                    "close {name} when the last value was sent: whoever sends knows when that is"
                ));
                mend.into_iter().fold(finding, Finding::fix)
            }
            [] => finding.help(format!(
                "close {name} in the task that sends on it, with `defer` so that every path does"
            )),
            _ => finding.help(format!(
                "close {name} once, after all its senders have ended: spawn them in a `concurrent` \
                 block of their own and close it after that block"
            )),
        }
    }

    fn senders<'a>(&'a self, cause: &Stuck) -> impl Iterator<Item = &'a Event> {
        let made = self.made(cause);
        let events = self.doom.events.iter();
        events.filter(move |event| event.kind == EventKind::Sends && event.made == Some(made))
    }

    /// The tasks at the end of the witness, and those that have ended before.
    fn tasks(&self) -> impl Iterator<Item = &Task> {
        self.doom.state.tasks.iter().map(|task| &**task).chain(&self.doom.ended)
    }

    fn standing(&self, task: u32) -> Option<Site> {
        let frame = self.doom.state.tasks[task as usize].frames.last()?;
        Some(self.operation_site((frame.routine, frame.node)))
    }
}
