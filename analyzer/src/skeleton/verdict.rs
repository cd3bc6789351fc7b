//! Holds, fails, or bounded: never a silent guess.

use super::explore::{Search, explore};
use super::graph::Skeleton;
use super::state::State;
use super::step::{Event, Machine};
use super::stuck::{Stuck, causes};

/// What exploring a skeleton came to.
pub(super) enum Verdict {
    /// All tasks end in every explored schedule.
    Holds,
    /// A task waits for ever.
    Fails(Failure),
    /// Why it was not decided.
    Bounded(&'static str),
}

/// How a protocol fails.
pub(super) struct Failure {
    /// What happens on the way.
    pub(super) events: Vec<Event>,
    /// Where it ends.
    pub(super) state: State,
    /// Who waits for ever there, and is the cause.
    pub(super) causes: Vec<Stuck>,
}

/// Explores the skeleton.
pub(super) fn verdict(skeleton: &Skeleton) -> Verdict {
    if !skeleton.makes_channels {
        return Verdict::Holds;
    }
    if let Some(why) = skeleton.incomplete {
        return Verdict::Bounded(why);
    }
    let machine = Machine { skeleton };
    match explore(machine) {
        Search::Exhausted => Verdict::Holds,
        Search::Bounded(why) => Verdict::Bounded(why),
        Search::Doomed(events, state) => {
            let causes = causes(machine, &state);
            Verdict::Fails(Failure { events, state: *state, causes })
        }
    }
}
