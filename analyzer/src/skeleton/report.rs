//! Failures to findings: what waits for ever, what would end the wait, and how it comes about.

use super::graph::{Action, NodeId, RoutineId, Skeleton};
use super::mend;
use super::names::{name_at, name_where_made};
use super::state::{ObjectKind, State};
use super::step::{Event, EventKind};
use super::stuck::{Stuck, StuckWait};
use super::verdict::Failure;
use crate::Db;
use crate::diagnostics::{Code, Finding, Part, Site, Witness, WitnessStep};
use crate::items::ItemId;
use crate::mir::Const;

/// One finding for each channel that a cause waits at, with the item that made the channel.
pub(super) fn findings(
    db: &dyn Db,
    skeleton: &Skeleton,
    failure: &Failure,
) -> Vec<(ItemId, Finding)> {
    let report = Report { db, skeleton, failure };
    let mut seen = Vec::new();
    let mut found = Vec::new();
    for cause in &failure.causes {
        let made = failure.state.objects[cause.object as usize].made;
        let key = (code_of(cause.wait), made);
        if seen.contains(&key) {
            continue;
        }
        seen.push(key);
        let item = skeleton.routine(made.0).item;
        found.push((item, report.finding(cause)));
    }
    found
}

fn code_of(wait: StuckWait) -> Code {
    match wait {
        StuckWait::End => Code::C001,
        StuckWait::Receive => Code::C005,
        StuckWait::Send => Code::C006,
    }
}

struct Report<'a> {
    db: &'a dyn Db,
    skeleton: &'a Skeleton,
    failure: &'a Failure,
}

impl Report<'_> {
    fn finding(&self, cause: &Stuck) -> Finding {
        let name = self.object_name(cause);
        let site = self.operation_site(cause.at);
        let finding = Finding::new(code_of(cause.wait), site, self.message(cause, &name))
            .related(self.made_site(cause), format!("{name} is made here"));
        let finding = self.with_others(cause, finding);
        let finding = match cause.wait {
            StuckWait::End => self.with_close(cause, &name, finding),
            StuckWait::Receive => finding.help(format!(
                "send a value on {name} on every path, close it and use `next`, or do not wait for \
                 it here"
            )),
            StuckWait::Send => finding.help(format!(
                "receive from {name} as often as it is sent on, give it room with \
                 `channel(buffer=n)`, or stop sending when nobody listens"
            )),
        };
        finding.witness(self.witness())
    }

    fn message(&self, cause: &Stuck, name: &str) -> String {
        let in_circle = cause.circle.len() > 1;
        match cause.wait {
            StuckWait::End if in_circle => format!(
                "this waits for the end of {name}, and the task that would close it waits for \
                 this: neither can go on"
            ),
            StuckWait::End => format!(
                "{name} is never closed, so this waits for ever once everything sent was received"
            ),
            StuckWait::Receive if in_circle => format!(
                "this waits for {name}, and whoever would serve it waits for this: neither can go on"
            ),
            StuckWait::Receive => {
                format!("this waits for ever: no task that still runs can serve {name}")
            }
            StuckWait::Send if in_circle => format!(
                "this send on {name} waits, and whoever would receive it waits for this: neither \
                 can go on"
            ),
            StuckWait::Send if self.has_buffer(cause) => format!(
                "this send waits for ever: {name} is full, and no task that still runs receives \
                 from it"
            ),
            StuckWait::Send => {
                format!("this send waits for ever: no task that still runs receives from {name}")
            }
        }
    }

    fn has_buffer(&self, cause: &Stuck) -> bool {
        let object = &self.failure.state.objects[cause.object as usize];
        matches!(object.kind, ObjectKind::Channel { capacity: 1.., .. })
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
        let is_it = |task: &super::state::Task| task.label.path == event.task && !task.is_done();
        self.failure.state.tasks.iter().any(is_it)
    }

    fn with_close(&self, cause: &Stuck, name: &str, finding: Finding) -> Finding {
        let mut senders: Vec<&str> = self.senders(cause).map(|event| event.task.as_str()).collect();
        senders.sort_unstable();
        senders.dedup();
        match senders.as_slice() {
            [sender] => {
                let of = self.failure.state.tasks.iter().find(|task| task.label.path == *sender);
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
        let made = self.failure.state.objects[cause.object as usize].made;
        let events = self.failure.events.iter();
        events.filter(move |event| event.kind == EventKind::Sends && event.made == Some(made))
    }

    fn witness(&self) -> Witness {
        let happened = self.failure.events.iter().map(|event| WitnessStep {
            task: event.task.clone(),
            site: self.operation_site(event.at),
            what: self.what(event),
        });
        let state: &State = &self.failure.state;
        let waiting = (0..state.tasks.len() as u32).filter_map(|task| {
            let of = &state.tasks[task as usize];
            let frame = of.frames.last().filter(|_| !of.is_done())?;
            let at = (frame.routine, frame.node);
            Some(WitnessStep {
                task: of.label.path.clone(),
                site: self.operation_site(at),
                what: self.wait(at),
            })
        });
        Witness { steps: happened.chain(waiting).collect() }
    }

    fn what(&self, event: &Event) -> String {
        let name = || self.name_of(event.at, event.made);
        match &event.kind {
            EventKind::Starts(path) => format!("starts `{path}`"),
            EventKind::Sends => format!("sends on {}", name()),
            EventKind::Receives => format!("receives from {}", name()),
            EventKind::Closes => format!("closes {}", name()),
            EventKind::FindsEnd => format!("finds {} closed and drained", name()),
            EventKind::TakesLock => format!("takes {}", name()),
            EventKind::GivesLock => format!("gives {} back", name()),
            EventKind::Sets => format!("sets {}", name()),
            EventKind::TimesOut => "runs out of time".to_string(),
            EventKind::Tries(Const::Bool(true)) => "as if this held".to_string(),
            EventKind::Tries(Const::Bool(false)) => "as if this did not hold".to_string(),
            EventKind::Tries(Const::Int(count)) => format!("as if this were {count}"),
            EventKind::Tries(_) => "as if this were so".to_string(),
        }
    }

    fn wait(&self, at: (RoutineId, NodeId)) -> String {
        use super::graph::SyncOp;
        let node = self.skeleton.routine(at.0).node(at.1);
        let name = || self.name_of(at, None);
        match &node.action {
            Action::Each { .. } => format!("waits for the next value of {}, for ever", name()),
            Action::Sync { op: SyncOp::Send, .. } => {
                format!("waits to send on {}, for ever", name())
            }
            Action::Sync { op: SyncOp::Wait, .. } => format!("waits for {}, for ever", name()),
            Action::Sync { .. } => format!("waits to receive from {}, for ever", name()),
            Action::End(_) => "waits for the tasks of its scope".to_string(),
            Action::Leave(_) => "waits for the tasks that it cancelled".to_string(),
            Action::Join { .. } => "waits for a task's result".to_string(),
            Action::Take(..) => format!("waits for {}", name()),
            _ => "waits".to_string(),
        }
    }

    fn site(&self, at: (RoutineId, NodeId)) -> Site {
        self.skeleton.routine(at.0).node(at.1).site
    }

    /// Where an operation stands; of a block its first word.
    fn operation_site(&self, at: (RoutineId, NodeId)) -> Site {
        let node = self.skeleton.routine(at.0).node(at.1);
        match &node.action {
            Action::Each { .. } | Action::Select { .. } => node.site.part(Part::Keyword),
            Action::End(_) => node.site.part(Part::Keyword),
            _ => node.site,
        }
    }

    fn standing(&self, task: u32) -> Option<Site> {
        let frame = self.failure.state.tasks[task as usize].frames.last()?;
        Some(self.operation_site((frame.routine, frame.node)))
    }

    fn made_site(&self, cause: &Stuck) -> Site {
        self.site(self.failure.state.objects[cause.object as usize].made)
    }

    fn object_name(&self, cause: &Stuck) -> String {
        let made = self.failure.state.objects[cause.object as usize].made;
        self.name_of(cause.at, Some(made))
    }

    /// What the program calls the object where it is used, or else where it is made.
    fn name_of(&self, at: (RoutineId, NodeId), made: Option<(RoutineId, NodeId)>) -> String {
        let here = name_at(self.db, self.skeleton, at);
        let name = here.or_else(|| name_where_made(self.skeleton, made?));
        name.map_or_else(|| "the channel".to_string(), |name| format!("`{name}`"))
    }
}
