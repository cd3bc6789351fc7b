//! Holds, fails, or bounded: never a silent guess.

use super::explore::{Search, explore};
use super::graph::Skeleton;
use super::state::State;
use super::step::{Event, Machine};
use super::stuck::{Stuck, StuckWait, causes, ends_by_close_alone};

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

/// Explores the skeleton. Where the real counts are not known or make too many states, small ones
/// are tried; a failure found so is believed only where counts cannot matter.
pub(super) fn verdict(skeleton: &Skeleton) -> Verdict {
    if !skeleton.makes_waits {
        return Verdict::Holds;
    }
    if let Some(why) = skeleton.incomplete {
        return Verdict::Bounded(why);
    }
    let machine = Machine { skeleton, scaled: false };
    match explore(machine) {
        Search::Exhausted => Verdict::Holds,
        Search::Doomed(doom) => {
            let causes = causes(machine, &doom.state);
            Verdict::Fails(Failure { events: doom.events, state: doom.state, causes })
        }
        Search::Bounded(why) => scaled(skeleton).map_or(Verdict::Bounded(why), Verdict::Fails),
    }
}

/// Loops that wait for the end of a channel, end in no other way, and whose channel is closed in
/// no state at all: they wait for ever whatever the counts are.
fn scaled(skeleton: &Skeleton) -> Option<Failure> {
    let machine = Machine { skeleton, scaled: true };
    let Search::Doomed(doom) = explore(machine) else { return None };
    let mut causes = causes(machine, &doom.state);
    causes.retain(|cause| {
        let made = doom.state.objects[cause.object as usize].made;
        cause.wait == StuckWait::End
            && !doom.closed.contains(&made)
            && ends_by_close_alone(skeleton, cause.at)
    });
    let found = !causes.is_empty();
    found.then_some(Failure { events: doom.events, state: doom.state, causes })
}
