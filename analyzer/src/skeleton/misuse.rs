//! What fails for certain, or never comes back, whatever the other tasks do from there on.

use super::graph::{Action, Hold, NodeId, RoutineId, Skeleton};
use super::state::{Label, Made, State};
use super::step::{Machine, Progress, Stop};

/// An operation that must not be done in the state in which it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Misuse {
    pub(super) kind: MisuseKind,
    /// The task that does it.
    pub(super) task: Label,
    /// Where.
    pub(super) at: (RoutineId, NodeId),
    /// Where the channel or lock comes from; a `select` has several.
    pub(super) made: Option<Made>,
}

/// What is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum MisuseKind {
    /// A send on a closed channel, or one that waits while the channel is closed.
    SendAfterClose,
    /// A second close.
    CloseTwice,
    /// A receive from a channel that the task itself has closed and that holds nothing any more.
    ReceiveAfterEnd,
    /// A lock that the task holds already.
    DoubleLock,
    /// A task that ends with a lock held.
    MissingUnlock,
    /// An unlock of a lock that nobody holds.
    UnlockOfFree,
    /// An unlock of a lock that another task holds.
    UnlockOfOthers,
    /// A `select` all of whose cases are disabled.
    NeverReady,
}

/// What makes two misuses one mistake: of a channel the channel, of locks the operation.
pub(super) type Mistake = (MisuseKind, Option<(RoutineId, NodeId)>, Option<Made>);

impl Misuse {
    /// Whether no condition on the way could make it right: a block inside a block on one lock.
    pub(super) fn is_never_right(&self, skeleton: &Skeleton) -> bool {
        let node = skeleton.routine(self.at.0).node(self.at.1);
        self.kind == MisuseKind::DoubleLock
            && matches!(node.action, Action::Take(_, _, Hold::Block))
    }

    /// Whether the task fails by it, and ends its scope: else it waits, or went on.
    pub(super) fn fails(&self) -> bool {
        !matches!(self.kind, MisuseKind::DoubleLock | MisuseKind::MissingUnlock)
    }

    /// Which mistake it is.
    pub(super) fn mistake(&self) -> Mistake {
        let is_of_object = matches!(
            self.kind,
            MisuseKind::SendAfterClose | MisuseKind::CloseTwice | MisuseKind::MissingUnlock
        );
        (self.kind, (!is_of_object).then_some(self.at), self.made)
    }
}

impl Machine<'_> {
    /// The state in which the task has done that, as the end of its path. What an `attempt` catches
    /// is no mistake, but a failure like others.
    pub(super) fn misused(
        self,
        state: &mut State,
        task: u32,
        kind: MisuseKind,
        object: Option<u32>,
    ) -> Result<Progress, Stop> {
        let of = &state.tasks[task as usize];
        let Some(frame) = of.frames.last() else { return Err(Stop::Failed) };
        let handler = self.skeleton.routine(frame.routine).node(frame.node).handler;
        let is_caught = of.is_attempted() || handler.is_some();
        if is_caught && !matches!(kind, MisuseKind::DoubleLock | MisuseKind::MissingUnlock) {
            self.fail(state, task);
            return Ok(Progress::Moved);
        }
        let made = object.map(|object| state.objects[object as usize].made);
        let at = (frame.routine, frame.node);
        state.misuse = Some(Misuse { kind, task: of.label.clone(), at, made });
        Ok(Progress::Moved)
    }
}
