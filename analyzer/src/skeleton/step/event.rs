//! What happens in steps, for the witness.

use super::Machine;
use crate::mir::Const;
use crate::skeleton::graph::{NodeId, RoutineId};
use crate::skeleton::state::{Made, State};

/// Something that happened, for the witness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::skeleton) struct Event {
    /// The task's path.
    pub(in crate::skeleton) task: String,
    /// Where.
    pub(in crate::skeleton) at: (RoutineId, NodeId),
    /// What.
    pub(in crate::skeleton) kind: EventKind,
    /// Where the object comes from that it is about.
    pub(in crate::skeleton) made: Option<Made>,
    /// By which case of a `select` it goes on; the `else` stands behind the last.
    pub(in crate::skeleton) case: Option<u32>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::skeleton) enum EventKind {
    Starts(String),
    Detaches(String),
    Sends,
    Receives,
    Closes,
    FindsEnd,
    TakesLock,
    GivesLock,
    Queues,
    Meets,
    Sets,
    /// An atom gets another value, where that is known this one.
    Stores(Option<Const>),
    /// What an atom holds, how many values wait in a channel, whether one is closed or a signal set.
    Looks(Option<Const>),
    /// What is only tried cannot be done now.
    Misses,
    TimesOut,
    Fails,
    /// No case of a `select` is ready, so its `else` is taken.
    FindsNone,
    Tries(Const),
    /// What is not followed is taken to come out so.
    Supposes(Supposed),
}

/// What is supposed of what is not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::skeleton) enum Supposed {
    /// A condition holds, or does not.
    Holds(bool),
    /// A number is this.
    Is {
        /// This.
        number: i64,
        /// Whether the program may have made another number to fit it, in a way that is not followed.
        may_fit: bool,
    },
    /// What an `attempt` catches fails.
    Fails,
}

impl Machine<'_> {
    /// What happened at the node that the task stands at.
    pub(in crate::skeleton) fn event(
        self,
        state: &State,
        task: u32,
        kind: EventKind,
        object: Option<u32>,
    ) -> Option<Event> {
        let task = &state.tasks[task as usize];
        let frame = task.frames.last()?;
        let made = object.map(|object| state.objects[object as usize].made);
        let at = (frame.routine, frame.node);
        Some(Event { task: task.label.path.clone(), at, kind, made, case: None })
    }
}
