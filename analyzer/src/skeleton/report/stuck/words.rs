//! What is said of a wait without end, and what would mend it.

use crate::diagnostics::Finding;
use crate::mir::LockMode;
use crate::skeleton::graph::Action;
use crate::skeleton::report::Report;
use crate::skeleton::state::ObjectKind;
use crate::skeleton::step::{Event, EventKind};
use crate::skeleton::stuck::{LockCircle, Stuck, StuckWait};

impl Report<'_> {
    pub(super) fn with_help(&self, cause: &Stuck, name: &str, finding: Finding) -> Finding {
        let help = match cause.wait {
            StuckWait::Lock(LockCircle::Order) if self.is_of_permits(cause) => format!(
                "give the first permit of {name} back before taking another one, or let only one \
                 task at a time take several"
            ),
            StuckWait::Lock(kind) => lock_help(kind, name),
            _ if cause.detached => {
                "let the task end by itself whatever its parent does: give the channel room with \
                 `channel(buffer=n)`, close it on every way out, or start the task in a \
                 `concurrent` block that waits for it"
                    .to_string()
            }
            StuckWait::Receive if cause.by_itself => {
                format!(
                    "{} before this wait, or let another task do that",
                    self.service(cause, name)
                )
            }
            _ if cause.by_itself => format!(
                "let another task do one of the two, or give {name} room with `channel(buffer=n)`"
            ),
            StuckWait::End => return self.with_close(cause, name, finding),
            StuckWait::Receive if self.is_signal(self.made(cause)) => format!(
                "call `{}.set()` on every path that leads to this wait, or do not wait for it here",
                name.trim_matches('`')
            ),
            StuckWait::Receive => format!(
                "send a value on {name} on every path, close it and use `next`, or do not wait for \
                 it here"
            ),
            StuckWait::Permit => format!(
                "call `{}.release()` once for each time that it is acquired, on every path",
                name.trim_matches('`')
            ),
            StuckWait::Condition => format!(
                "let somebody change what {name} guards so that it holds, on every path that \
                 leads to this wait"
            ),
            StuckWait::Meet => {
                format!("let as many tasks come to {name} as it was made for, in every round")
            }
            StuckWait::Send => format!(
                "receive from {name} as often as it is sent on, give it room with \
                 `channel(buffer=n)`, or stop sending when nobody listens"
            ),
            StuckWait::Select => {
                "serve one of its cases on every path, or add `case timeout(…)` or `else:`"
                    .to_string()
            }
        };
        finding.help(help)
    }

    pub(super) fn message(&self, cause: &Stuck, name: &str) -> String {
        let in_circle = cause.circle.len() > 1;
        match cause.wait {
            StuckWait::Send if cause.by_itself => format!(
                "this send on {name} waits for a receive that only this task would come to, later: \
                 it waits for ever"
            ),
            StuckWait::Receive if cause.by_itself => format!(
                "this waits for {name}, and only this task would {}, later: it waits for ever",
                self.service(cause, name)
            ),
            StuckWait::End if in_circle => format!(
                "this waits for the end of {name}, and the task that would close it waits for \
                 this: neither can go on"
            ),
            StuckWait::End => format!(
                "{name} is never closed, so this waits for ever once everything sent was received"
            ),
            StuckWait::Meet => format!(
                "this waits at {name} for tasks that never come: too few that still run lead there"
            ),
            StuckWait::Receive if in_circle => format!(
                "this waits for {name}, and whoever would serve it waits for this: neither can go on"
            ),
            StuckWait::Receive if self.is_signal(self.made(cause)) => {
                format!("this waits for ever: no task that still runs sets {name}")
            }
            StuckWait::Receive => {
                format!("this waits for ever: no task that still runs can serve {name}")
            }
            StuckWait::Permit => format!(
                "this waits for ever: {name} has no permit left, and no task that still runs \
                 releases one"
            ),
            StuckWait::Condition if in_circle => format!(
                "this waits for a condition that does not hold, and whoever would change what \
                 {name} guards waits too: none can go on"
            ),
            StuckWait::Condition => format!(
                "this waits for ever: its condition does not hold, and no task that still runs \
                 changes what {name} guards"
            ),
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
            StuckWait::Select => {
                "no case of this `select` can ever become ready, so it waits for ever".to_string()
            }
            StuckWait::Lock(kind) => self.lock_message(cause, kind, name),
        }
    }

    /// What would end a wait for a value or a signal.
    fn service(&self, cause: &Stuck, name: &str) -> String {
        match self.is_signal(self.made(cause)) {
            true => format!("set {name}"),
            false => format!("send on {name}"),
        }
    }

    pub(super) fn lock_message(&self, cause: &Stuck, kind: LockCircle, name: &str) -> String {
        match kind {
            LockCircle::Again if !self.is_semaphore(cause) => {
                format!("this task holds {name} already, so taking it here waits for ever")
            }
            LockCircle::Again => format!(
                "this task holds {name} already, and what would let it take it again waits for this"
            ),
            LockCircle::Order if self.is_of_permits(cause) => format!(
                "this wants one more permit of {name} while it has one, and so do the others: no \
                 permit is left, and none of the tasks can go on"
            ),
            LockCircle::Order => format!(
                "{name} is wanted here while {} is held, and elsewhere it is the other way round: \
                 none of the tasks can go on",
                self.held_in_circle(cause.task, &cause.circle)
            ),
            LockCircle::Mixed => format!(
                "this waits for {name}, and whoever would end the wait waits for this task: \
                 neither can go on"
            ),
            LockCircle::Left => format!("{name} is never given back, so this waits for ever"),
        }
    }

    /// Whether all tasks of a circle wait for permits of one semaphore, of which each has some.
    fn is_of_permits(&self, cause: &Stuck) -> bool {
        let waits = |task: &u32| self.awaited(*task).map(|(_, object)| object);
        cause.circle.len() > 1 && cause.circle.iter().all(|task| waits(task) == Some(cause.object))
    }

    /// What the task calls the lock that it holds and another one of the circle waits for.
    fn held_in_circle(&self, task: u32, circle: &[u32]) -> String {
        let state = &self.doom.state;
        let others = circle.iter().filter(|other| **other != task);
        let wanted: Vec<u32> = others.filter_map(|other| Some(self.awaited(*other)?.1)).collect();
        let holds = |object: &u32| match &state.objects[*object as usize].kind {
            ObjectKind::Lock { holders, .. } => holders.iter().any(|held| held.task == task),
            _ => false,
        };
        let mut held = (0..state.objects.len() as u32).filter(holds);
        let found = wanted.iter().copied().find(holds).or_else(|| held.next());
        found.map_or_else(|| "another lock".to_string(), |object| self.name_as_taken(task, object))
    }

    /// What the object is called where the task took it last.
    fn name_as_taken(&self, task: u32, object: u32) -> String {
        let state = &self.doom.state;
        let made = state.objects[object as usize].made;
        let path = &state.tasks[task as usize].label.path;
        let takes = |event: &&Event| {
            event.kind == EventKind::TakesLock && event.made == Some(made) && event.task == *path
        };
        let taken = self.doom.events.iter().rev().find(takes);
        taken.map_or_else(|| self.own_name(made), |event| self.name_of(event.at, event.made))
    }

    fn has_buffer(&self, cause: &Stuck) -> bool {
        let object = &self.doom.state.objects[cause.object as usize];
        matches!(object.kind, ObjectKind::Channel { capacity: 1.., .. })
    }

    pub(super) fn is_semaphore(&self, cause: &Stuck) -> bool {
        let at = self.action(cause.at);
        matches!(
            at,
            Action::Take(_, LockMode::Acquire, _) | Action::TakeWhen(_, LockMode::Acquire, _)
        )
    }
}

pub(super) fn detached_message(cause: &Stuck, name: &str) -> String {
    match cause.wait {
        StuckWait::End => format!(
            "the end of {name} never comes: whoever would close it has ended, and this detached \
             task waits for ever"
        ),
        StuckWait::Send => format!(
            "nobody takes what is sent here on {name}: its receivers have ended, and this detached \
             task waits for ever"
        ),
        StuckWait::Select => {
            "no case of this `select` can become ready any more, and this detached task waits for \
             ever"
                .to_string()
        }
        _ => format!(
            "{name} is never served again: whoever could has ended, and this detached task waits \
             for ever"
        ),
    }
}

fn lock_help(kind: LockCircle, name: &str) -> String {
    match kind {
        LockCircle::Again => format!(
            "take {name} once, around all that needs it; let the functions called inside work on \
             what the lock lends"
        ),
        LockCircle::Order => {
            "take the locks in one order everywhere, or guard what belongs together with one lock"
                .to_string()
        }
        LockCircle::Mixed => {
            "give the lock back before waiting for another task: take out what is \
             needed, leave the `with` block, then send, receive or join"
                .to_string()
        }
        LockCircle::Left => format!("give {name} back on every way out: `with` does so"),
    }
}
