//! States in which something is wrong, and which of them say the same.

use crate::skeleton::misuse::Mistake;
use crate::skeleton::state::Made;
use crate::skeleton::stuck::Waits;

/// A state in which something is wrong.
pub(super) struct Goal {
    pub(super) number: usize,
    pub(super) what: Wrong,
    /// The channels and locks that it is about.
    pub(super) made: Vec<Made>,
    /// Whether it only has to be reachable.
    pub(super) is_lax: bool,
    /// Who waits for ever in it.
    pub(super) waits: Waits,
}

/// What is wrong in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    Misused(Mistake),
    Stuck(StuckIn),
}

/// Whose tasks wait for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StuckIn {
    Scopes,
    Detached,
}

/// What is wrong in some state, and with which channel or lock, whatever guesses lead there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::skeleton) struct Suspect {
    what: Wrong,
    pub(in crate::skeleton) made: Made,
}

impl Goal {
    pub(super) fn suspects(&self) -> impl Iterator<Item = Suspect> + '_ {
        self.made.iter().map(|made| Suspect { what: self.what, made: *made })
    }
}

/// The mistakes that were noted.
#[derive(Default)]
pub(super) struct Known {
    wrong: Vec<Wrong>,
    made: Vec<Made>,
}

impl Known {
    pub(super) fn has(&self, goal: &Goal) -> bool {
        let is_stuck = matches!(goal.what, Wrong::Stuck(_));
        self.wrong.contains(&goal.what)
            || (is_stuck && goal.made.iter().any(|made| self.made.contains(made)))
    }

    pub(super) fn add(&mut self, goal: &Goal) {
        self.wrong.push(goal.what);
        self.made.extend(&goal.made);
    }
}
