//! Locks: who holds them, who may have them next, and what of that is a mistake.
//!
//! A lock from outside the root is one that nobody else holds for ever; whether the root's caller
//! holds it already is not known until the root has taken it once.

use super::local::Moved;
use super::meet::Readiness;
use super::offers::{Offer, OfferKind};
use super::{Event, EventKind, Machine, Outcome, Step, StepKind};
use crate::mir::{Local, LockMode, Operand};
use crate::skeleton::graph::{Action, Hold, NodeId, RoutineId};
use crate::skeleton::misuse::MisuseKind;
use crate::skeleton::state::value::Value;
use crate::skeleton::state::{Held, ObjectKind, Reach, State};
use crate::skeleton::stuck::helpers::cancellers;

impl Machine<'_> {
    /// What comes of an offer to take a lock.
    pub(super) fn take(
        self,
        state: &State,
        task: u32,
        offer: &Offer,
        (mode, how): (LockMode, Hold),
    ) -> (Vec<Outcome>, Readiness) {
        let object = offer.object;
        if self.is_taken_for_good(state, task, object, mode) {
            let mut state = state.clone();
            let outcome = self.misused(&mut state, task, MisuseKind::DoubleLock, Some(object));
            return (vec![outcome.map(|_| (state, Vec::new()))], Readiness::Yes);
        }
        if can_take(state, task, object, mode) {
            let event = self.event(state, task, EventKind::TakesLock, Some(object));
            let mut state = state.clone();
            state.unseen |= state.tasks[task as usize].unseen_locks.0 > 0;
            hold(&mut state, task, object, mode, how);
            self.pass(&mut state, task, Some(offer.next));
            return (vec![Ok((state, event.into_iter().collect()))], Readiness::Yes);
        }
        let queues = self.queues(state, task, object, mode);
        (queues.into_iter().map(Ok).collect(), Readiness::No)
    }

    /// A writer that waits holds back the reads that come after it.
    fn queues(
        self,
        state: &State,
        task: u32,
        object: u32,
        mode: LockMode,
    ) -> Option<(State, Vec<Event>)> {
        let ObjectKind::Lock { queued, .. } = &state.objects[object as usize].kind else {
            return None;
        };
        if mode != LockMode::Write || queued.contains(&task) {
            return None;
        }
        let event = self.event(state, task, EventKind::Queues, Some(object));
        let mut state = state.clone();
        if let ObjectKind::Lock { queued, .. } = &mut state.objects[object as usize].kind {
            queued.push(task);
            queued.sort_unstable();
        }
        Some((state, event.into_iter().collect()))
    }

    /// Whether the task waits for itself, and nothing can end the wait from outside.
    fn is_taken_for_good(self, state: &State, task: u32, object: u32, mode: LockMode) -> bool {
        let ObjectKind::Lock { holders, .. } = &state.objects[object as usize].kind else {
            return false;
        };
        mode != LockMode::Acquire
            && holders.iter().any(|held| held.task == task && !may_share(held.mode, mode))
            && !self.is_timed(state, task)
            && cancellers(self, state, task).is_empty()
    }

    /// Nobody else moves, nor does the clock: so a condition that does not hold now never will, and one of
    /// the tasks that wait for theirs goes on, or all of them wait for ever. Which one is a guess. What
    /// waits for things unseen may still make a condition hold, and then nothing is known.
    pub(super) fn woken(self, state: &State, offers: &[Vec<Offer>]) -> Option<Step> {
        let tasks = || (0..state.tasks.len() as u32).zip(offers);
        if tasks().any(|(task, offers)| offers.is_empty() && self.waits_unseen(state, task)) {
            return None;
        }
        let woken = tasks().filter_map(|(task, offers)| {
            let [offer @ Offer { kind: OfferKind::TakeWhen(mode), .. }] = offers.as_slice() else {
                return None;
            };
            let may_be = can_take(state, task, offer.object, *mode)
                && self.condition(state, task) != Some(false);
            may_be.then_some((task, offer, *mode))
        });
        let woken: Vec<_> = woken.collect();
        let (task, ..) = *woken.first()?;
        let outcomes = woken.iter().map(|(task, offer, mode)| {
            let event = self.event(state, *task, EventKind::TakesLock, Some(offer.object));
            let mut state = state.clone();
            hold(&mut state, *task, offer.object, *mode, Hold::Block);
            self.pass(&mut state, *task, Some(offer.next));
            Ok((state, event.into_iter().collect()))
        });
        let kind = if woken.len() > 1 { StepKind::Guess } else { StepKind::Happens };
        Some(Step { task, kind, outcomes: outcomes.collect() })
    }

    /// Where a task waits for a channel or signal that is not followed, and so for ever or not.
    pub(in crate::skeleton) fn unseen_wait(self, state: &State) -> Option<(RoutineId, NodeId)> {
        let is_wait = |task: u32| {
            let walks = |iterator: Local| {
                matches!(self.operand(state, task, &Operand::Local(iterator)), Value::Object(_))
            };
            match self.node(state, task).map(|node| &node.action) {
                Some(Action::Sync { .. } | Action::Select { .. } | Action::Unclear(_)) => true,
                Some(Action::Each { iterator, .. }) => walks(*iterator),
                _ => false,
            }
        };
        let mut tasks = 0..state.tasks.len() as u32;
        let task = tasks.find(|task| is_wait(*task) && self.offers(state, *task).is_empty())?;
        let frame = state.tasks[task as usize].frames.last()?;
        Some((frame.routine, frame.node))
    }

    /// Whether the task stands at an operation on what the check does not follow.
    fn waits_unseen(self, state: &State, task: u32) -> bool {
        let at = self.node(state, task).map(|node| &node.action);
        matches!(
            at,
            Some(
                Action::Sync { .. }
                    | Action::Each { .. }
                    | Action::Select { .. }
                    | Action::Take(..)
                    | Action::TakeWhen(..)
                    | Action::Unclear(_)
            )
        )
    }

    /// `try_lock`, `try_acquire`
    pub(super) fn try_take(
        self,
        state: &State,
        task: u32,
        offer: &Offer,
        (mode, dest): (LockMode, Option<Local>),
    ) -> Outcome {
        let taken = can_take(state, task, offer.object, mode);
        let kind = if taken { EventKind::TakesLock } else { EventKind::Misses };
        let event = self.event(state, task, kind, Some(offer.object));
        let mut state = state.clone();
        if taken {
            hold(&mut state, task, offer.object, mode, Hold::Bare);
        }
        self.set(&mut state, task, dest, Value::bool(taken));
        self.pass(&mut state, task, Some(offer.next));
        Ok((state, event.into_iter().collect()))
    }

    /// A take of a lock that went out of sight: it is had at once, unless the task has it.
    pub(super) fn take_unseen(
        self,
        state: &mut State,
        task: u32,
        next: Option<NodeId>,
        lock: &Operand,
        (mode, how): (LockMode, Hold),
    ) -> Moved {
        let lock = self.operand(state, task, lock);
        let is_outside = matches!(lock, Value::Symbol(..) | Value::Term(_));
        state.unseen |= !is_outside && state.holds_any_lock(task);
        // Where a guess made a list too short, its locks are not there at all.
        let counts = !is_outside && !state.uncertain && !self.is_given_objects();
        if counts && !matches!(lock, Value::Object(_)) {
            state.tasks[task as usize].unseen_locks.0 += 1;
        }
        if let Value::Object(object) = lock
            && mode != LockMode::Acquire
        {
            if self.is_taken_for_good(state, task, object, mode) {
                return self.misused(state, task, MisuseKind::DoubleLock, Some(object));
            }
            hold(state, task, object, mode, how);
        }
        self.go_on(state, task, next)
    }

    /// Whether the root's caller gives it what may be locks: then who calls it knows more of them.
    fn is_given_objects(self) -> bool {
        let root = self.skeleton.routine(RoutineId(0));
        root.locals.iter().take(root.inputs as usize).any(|input| input.kind.carries_objects())
    }

    /// Gives a lock back.
    pub(super) fn give(
        self,
        state: &mut State,
        task: u32,
        next: Option<NodeId>,
        lock: &Operand,
        (mode, how): (LockMode, Hold),
        log: &mut Vec<Event>,
    ) -> Moved {
        let lock = self.operand(state, task, lock);
        let Value::Object(object) = lock else {
            let is_outside = matches!(lock, Value::Symbol(..) | Value::Term(_));
            if !is_outside && state.tasks[task as usize].unseen_locks.0 > 0 {
                state.tasks[task as usize].unseen_locks.0 -= 1;
            }
            return self.go_on(state, task, next);
        };
        let seen = state.objects[object as usize].reach != Reach::Escaped;
        let ObjectKind::Lock { permits, holders, before, .. } =
            &mut state.objects[object as usize].kind
        else {
            return self.go_on(state, task, next);
        };
        let is_it = |held: &Held| (held.task, held.mode, held.how) == (task, mode, how);
        let others = holders.iter().any(|held| held.task != task);
        let unknown = *before || !seen;
        match holders.iter().rposition(is_it) {
            Some(position) => drop(holders.remove(position)),
            None if mode == LockMode::Acquire => {
                match holders.iter().position(|held| held.how == Hold::Bare) {
                    Some(position) => drop(holders.remove(position)),
                    None => *permits += 1,
                }
            }
            // Of a lock that it passed as if it were not there.
            None if seen && !unknown && how == Hold::Block => return self.go_on(state, task, next),
            None if unknown || how == Hold::Block => {}
            None => {
                let kind =
                    if others { MisuseKind::UnlockOfOthers } else { MisuseKind::UnlockOfFree };
                return self.misused(state, task, kind, Some(object));
            }
        }
        if seen {
            log.extend(self.event(state, task, EventKind::GivesLock, Some(object)));
        }
        self.go_on(state, task, next)
    }

    /// A call that returns leaves what it took without a block to its caller.
    pub(super) fn hand_up(self, state: &mut State, task: u32) {
        let of = &state.tasks[task as usize];
        let depth = of.frames.len() as u32;
        let Some(frame) = of.frames.last() else { return };
        let at = (frame.routine, frame.node);
        for held in held_by(state, task) {
            if held.frames == depth {
                held.frames -= 1;
                held.left.get_or_insert(at);
            }
        }
    }

    /// The lock that a task ends with, if it should not. Of a lock from outside the caller may
    /// think otherwise, unless another path gives it back.
    pub(super) fn forgotten(self, state: &State, task: u32) -> Option<u32> {
        (0..state.objects.len() as u32).find(|object| {
            let object = &state.objects[*object as usize];
            let ObjectKind::Lock { holders, .. } = &object.kind else { return false };
            let holds = |held: &Held| held.task == task && held.mode == LockMode::Lock;
            let counts = match object.reach {
                Reach::Own => true,
                Reach::Outside => self.given_back.contains(&object.made),
                Reach::Escaped => false,
            };
            counts && holders.iter().any(holds)
        })
    }
}

/// Gives back what blocks of the task hold: those of calls deeper than `frames`, and in that call
/// those inside more than `scopes` scopes.
pub(super) fn release_blocks(state: &mut State, task: u32, frames: u32, scopes: u32) {
    let is_left = |held: &Held| {
        held.task == task
            && held.how == Hold::Block
            && (held.frames > frames || (held.frames == frames && held.scopes > scopes))
    };
    for object in &mut state.objects {
        let is_held = |kind: &ObjectKind| match kind {
            ObjectKind::Lock { holders, .. } => holders.iter().any(is_left),
            _ => false,
        };
        if is_held(&object.kind)
            && let ObjectKind::Lock { holders, .. } = &mut object.kind
        {
            holders.retain(|held| !is_left(held));
        }
    }
}

/// Takes the task out of all queues.
pub(super) fn leave_queues(state: &mut State, task: u32) {
    for object in &mut state.objects {
        let is_queued = |kind: &ObjectKind| match kind {
            ObjectKind::Lock { queued, .. } => queued.contains(&task),
            _ => false,
        };
        if is_queued(&object.kind)
            && let ObjectKind::Lock { queued, .. } = &mut object.kind
        {
            queued.retain(|waiting| *waiting != task);
        }
    }
}

fn held_by(state: &mut State, task: u32) -> impl Iterator<Item = &mut Held> {
    let is_held = |kind: &ObjectKind| match kind {
        ObjectKind::Lock { holders, .. } => !holders.is_empty(),
        _ => false,
    };
    let held = state.objects.iter_mut().filter(move |object| is_held(&object.kind));
    let holders = held.filter_map(|object| match &mut object.kind {
        ObjectKind::Lock { holders, .. } => Some(holders),
        _ => None,
    });
    holders.flatten().filter(move |held| held.task == task)
}

fn hold(state: &mut State, task: u32, object: u32, mode: LockMode, how: Hold) {
    let of = &state.tasks[task as usize];
    let (frames, scopes) = (of.frames.len() as u32, of.scopes.len() as u32);
    let held = Held { task, mode, how, frames, scopes, left: None };
    if let ObjectKind::Lock { holders, queued, before, .. } =
        &mut state.objects[object as usize].kind
    {
        *before = false;
        queued.retain(|waiting| *waiting != task);
        holders.push(held);
        holders.sort_by_key(|held| held.task);
    }
}

pub(super) fn can_take(state: &State, task: u32, object: u32, mode: LockMode) -> bool {
    let ObjectKind::Lock { permits, holders, queued, .. } = &state.objects[object as usize].kind
    else {
        return false;
    };
    let is_first = queued.iter().all(|waiting| *waiting == task);
    match mode {
        LockMode::Read => is_first && holders.iter().all(|held| held.mode == LockMode::Read),
        LockMode::Acquire => (holders.len() as i64) < *permits,
        LockMode::Lock | LockMode::Write => holders.is_empty(),
    }
}

fn may_share(held: LockMode, wanted: LockMode) -> bool {
    held == LockMode::Read && wanted == LockMode::Read
}
