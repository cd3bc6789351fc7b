//! What a search comes to: failures with the way to each, and the bound that ended it.

use super::DOOMS_MAX;
use super::goal::Suspect;
use crate::skeleton::finite::Flow;
use crate::skeleton::graph::{NodeId, RoutineId};
use crate::skeleton::misuse::Misuse;
use crate::skeleton::state::{Made, State, Task};
use crate::skeleton::step::Event;
use crate::skeleton::stuck::Waits;

/// What ended a search, or a path of it, before all was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::skeleton) enum Bound {
    /// Tasks wait where it was guessed how often a loop goes round: there is nothing to tell.
    Guessed,
    /// Tasks wait for what it does not follow: one of them there, if that is known.
    NotUnderstood(Option<(RoutineId, NodeId)>),
    /// There are more states than are visited.
    Crowded,
    /// This bound was met.
    Met(&'static str),
}

impl Bound {
    /// In words.
    pub(in crate::skeleton) fn why(self) -> &'static str {
        match self {
            Self::Guessed => "how often a loop goes round is not known",
            Self::NotUnderstood(_) => "a task waits for what is not followed",
            Self::Crowded => "there are too many states",
            Self::Met(why) => why,
        }
    }
}

/// What a search came to.
pub(in crate::skeleton) struct Search {
    /// The failures found, in the order of the search.
    pub(in crate::skeleton) dooms: Vec<Doom>,
    /// The bound that ended the search, or a path of it.
    pub(in crate::skeleton) bounded: Option<Bound>,
    /// The channels that any visited state closes.
    pub(in crate::skeleton) closed: Vec<Made>,
    /// The locks from outside that any visited state gives back.
    pub(in crate::skeleton) given_back: Vec<Made>,
    /// What is wrong in any visited state.
    pub(in crate::skeleton) suspects: Vec<Suspect>,
    /// Where values go, if what comes out in more ways than it does was looked at.
    pub(in crate::skeleton) flow: Flow,
    /// Whether there are counts of which not all were tried.
    pub(in crate::skeleton) supposes: bool,
}

impl Search {
    /// Whether every state was visited.
    pub(in crate::skeleton) fn is_whole(&self) -> bool {
        self.bounded.is_none() && self.dooms.len() < DOOMS_MAX
    }
}

/// How the root is doomed.
pub(in crate::skeleton) struct Doom {
    /// What happens on the way.
    pub(in crate::skeleton) events: Vec<Event>,
    /// The goal.
    pub(in crate::skeleton) state: State,
    /// The tasks that ended on the way.
    pub(in crate::skeleton) ended: Vec<Task>,
    /// What is wrong there.
    pub(in crate::skeleton) fault: Fault,
}

/// What makes a state a goal.
pub(in crate::skeleton) enum Fault {
    /// These tasks wait for ever.
    Stuck(Waits),
    /// A task did what it must not.
    Misuse(Misuse),
}
