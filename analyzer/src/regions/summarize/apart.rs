//! What must not share a region for callers: two parts of what arrived, of which the body uses the one while the
//! other is with a task, or was given away.
//!
//! Not here: what meets in the body itself. That is a finding there, and no demand on callers.

use super::{Collector, ENTRIES_MAX};
use crate::regions::domain::{Access, Clash, Fact, Mode, Taken};
use crate::regions::paths::{Area, Reach};
use crate::regions::state::State;
use crate::regions::summary::{Apart, MADE, ParamReach};

impl Collector<'_, '_> {
    /// What would go wrong here if another parameter, or another part of one, shared the region of
    /// the one used.
    pub(super) fn note_apart(
        &mut self,
        before: &State,
        area: Area,
        mode: Mode,
        by: Option<&Taken>,
        access: Access,
    ) {
        let reached = self.reached(before, area);
        if reached.is_empty() {
            return;
        }
        let own = before.facts(area);
        let view = self.view;
        for one in reached {
            let exposed = view.holders.exposed().map(|holder| (MADE, holder));
            for (other, entry) in view.holders.entries().chain(exposed) {
                for (reach, fact) in &before.cell(entry).facts {
                    let kind = clash(fact, mode, by).or_else(|| again(fact, mode, by));
                    // What the place itself met is a finding here, and no demand on callers.
                    if let Some(kind) = kind.filter(|_| !own.contains(&fact.uncut())) {
                        self.keep_apart(one, (other, *reach), kind, access);
                    }
                }
            }
        }
    }

    /// Callers must not pass one value for the two.
    pub(super) fn not_together(
        &mut self,
        before: &State,
        first: Area,
        second: Area,
        kind: Clash,
        access: Access,
    ) {
        for one in self.reached(before, first) {
            for other in self.reached(before, second) {
                self.keep_apart(one, other, kind, access);
            }
        }
    }

    /// Whether a function that was passed in may run before what is done there, or in it.
    fn after_calls(&self, access: Access) -> bool {
        self.after_calls || self.made.calls(access.at)
    }

    fn keep_apart(&mut self, one: ParamReach, other: ParamReach, kind: Clash, access: Access) {
        // What was made is one region, of which there may be several.
        let is_several = one.0 == MADE || one.1.path.has_item();
        if one == other && !is_several {
            return;
        }
        let pair = (one.min(other), one.max(other));
        let new = Apart { clash: kind, access, after_calls: self.after_calls(access) };
        let apart = &mut self.summary.apart;
        let key = match apart.len() < ENTRIES_MAX || apart.contains_key(&pair) {
            true => pair,
            false => ((pair.0.0, Reach::ALL), (pair.1.0, Reach::ALL)),
        };
        apart.entry(key).or_insert(new).take_up(&new);
    }
}

/// What is wrong when a task takes what one of the same `spawn` took in an earlier round.
fn again(fact: &Fact, mode: Mode, by: Option<&Taken>) -> Option<Clash> {
    match (fact, by) {
        (Fact::Taken(theirs), Some(mine)) if theirs.task == mine.task => {
            match (theirs.mode, mode) {
                (Mode::Read, Mode::Read) => None,
                (Mode::Change, Mode::Change) => Some(Clash::Change),
                _ => Some(Clash::Read),
            }
        }
        _ => None,
    }
}

/// What is wrong with a use of a region in that mode, given one fact about it; a task's own taking
/// is judged by its loop instead (R004).
pub(in crate::regions) fn clash(fact: &Fact, mode: Mode, by: Option<&Taken>) -> Option<Clash> {
    match fact {
        Fact::Given { .. } => Some(Clash::Gone),
        Fact::Taken(theirs) if by.is_some_and(|own| own.task == theirs.task) => None,
        Fact::Taken(_) if mode == Mode::Change => Some(Clash::Change),
        Fact::Taken(theirs) if theirs.mode == Mode::Change => Some(Clash::Read),
        _ => None,
    }
}
