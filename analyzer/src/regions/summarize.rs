//! What a body does with what it is passed: the part of the analysis that crosses calls.
//!
//! **Nouns.** *Positions* count a body's parameters, then its captures. A [`Summary`] is in terms
//! of positions and of nodes of the item, never of holders or points, so that it stays equal while
//! the body's inside changes without consequence.
//!
//! **Invariant.** Of several accesses the first in the text is kept, whatever the order in which
//! they were found: so a fixpoint over recursion ends at the same summary wherever it was entered.

use std::collections::{BTreeMap, BTreeSet};

use super::domain::{
    Access, Clash, Event, Fact, Holder, Keep, Mode, ScopeKey, State, Taken, TouchKind,
};
use super::flow::{self, Observer};
use super::view::View;
use crate::hir::lower;
use crate::items::NodeIndex;

/// What a body does with its parameters and captures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// By position.
    pub params: Vec<ParamSummary>,
    /// `(from, into)`: what arrives in the one is put into the other, at that node.
    pub stores: BTreeMap<(u32, u32), NodeIndex>,
    /// What tasks do with a parameter in a scope that was passed in, by `(scope, parameter)`.
    pub passed: BTreeMap<(u32, u32), Passed>,
    /// Calls of functions that were passed in.
    pub calls: BTreeSet<ParamCall>,
    /// Parameters that must not share a region, and what goes wrong when they do.
    pub apart: BTreeMap<(u32, u32), (Clash, Access)>,
}

/// What a body does with one parameter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParamSummary {
    /// Its name.
    pub name: String,
    /// It is looked at, there first.
    pub read: Option<Access>,
    /// It is changed, there first.
    pub changed: Option<Access>,
    /// It is given away, there first and so.
    pub kept: Option<(Access, Keep)>,
    /// The result is, or holds, part of it.
    pub returned: bool,
}

/// What tasks in a passed scope do with a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    /// Whether they change it.
    pub mode: Mode,
    /// Where.
    pub access: Access,
    /// How and where they give it away, if they do.
    pub keep: Option<(Keep, Access)>,
}

/// A call of a function that was passed in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ParamCall {
    /// The function's position.
    pub function: u32,
    /// By argument, the positions that it may come from.
    pub args: Vec<BTreeSet<u32>>,
}

impl Summary {
    /// The parameter or capture at that position; of one that is not there, nothing is known.
    pub fn param(&self, position: u32) -> Option<&ParamSummary> {
        self.params.get(position as usize)
    }
}

impl ParamSummary {
    /// The most that is done with it, short of giving it away: a change before a read.
    pub fn access(&self, mode: Mode) -> Option<Access> {
        match mode {
            Mode::Read => self.read,
            Mode::Change => {
                let kept = self.kept.map(|(access, _)| access);
                self.changed.into_iter().chain(kept).min()
            }
        }
    }

    fn note(&mut self, mode: Mode, access: Access) {
        let slot = match mode {
            Mode::Read => &mut self.read,
            Mode::Change => &mut self.changed,
        };
        *slot = Some(slot.map_or(access, |known| known.min(access)));
    }

    fn note_kept(&mut self, access: Access, keep: Keep) {
        let kept = (access, keep);
        self.kept = Some(self.kept.map_or(kept, |known| known.min(kept)));
    }
}

/// The summary of one body, whose inner bodies' and callees' summaries are known or, in a cycle,
/// still growing.
pub(super) fn summarize(view: &View<'_>) -> Summary {
    let params = view.positions().map(|(_, name)| ParamSummary { name, ..Default::default() });
    let summary = Summary { params: params.collect(), ..Summary::default() };
    let mut collector = Collector { view, summary };
    flow::observe(view, &mut collector);
    collector.moved_parameters();
    collector.summary
}

struct Collector<'a, 'v> {
    view: &'a View<'v>,
    summary: Summary,
}

impl Observer for Collector<'_, '_> {
    fn event(&mut self, before: &State, event: &Event) {
        match event {
            Event::Touch(touch) => {
                let mode = match touch.kind {
                    TouchKind::Name => return,
                    TouchKind::Read => Mode::Read,
                    TouchKind::Change | TouchKind::Give(_) => Mode::Change,
                };
                if !touch.assumed && !matches!(touch.kind, TouchKind::Give(_)) {
                    self.note(before, touch.holder, mode, touch.access);
                }
                self.note_apart(before, touch.holder, mode, None, touch.access);
            }
            Event::Give { holder, access, keep } => {
                for position in self.reached(before, *holder) {
                    self.param(position, |param| param.note_kept(*access, *keep));
                }
            }
            Event::Take { holder, taken, .. } => self.take(before, *holder, taken),
            Event::Store { from, into, at } => self.store(before, *from, *into, *at),
            Event::Return { holder } => {
                for position in self.reached(before, *holder) {
                    self.param(position, |param| param.returned = true);
                }
            }
            Event::CallParam { function, args } => {
                let args = args
                    .iter()
                    .map(|arg| arg.map_or_else(BTreeSet::new, |arg| self.reached(before, arg)))
                    .collect();
                self.summary.calls.insert(ParamCall { function: *function, args });
            }
            Event::Apart { first, second, kind, access } => {
                for one in self.reached(before, *first) {
                    for other in self.reached(before, *second) {
                        self.keep_apart(one, other, *kind, *access);
                    }
                }
            }
            _ => {}
        }
    }
}

impl Collector<'_, '_> {
    /// `move` before a parameter states that it is kept.
    fn moved_parameters(&mut self) {
        let Some(frame) = self.view.frame() else { return };
        let lowered = lower(self.view.db, self.view.owner());
        for (position, param) in lowered.body.frames[frame].params.iter().enumerate() {
            if param.moved {
                let node = lowered.source_map.locals.get(param.local).copied();
                let access = Access::here(node.unwrap_or(NodeIndex::ITEM));
                self.param(position as u32, |param| {
                    param.kept.get_or_insert((access, Keep::Moved));
                });
            }
        }
    }

    /// The positions whose region on entry the holder may reach now.
    fn reached(&self, state: &State, holder: Holder) -> BTreeSet<u32> {
        let entries = self.view.holders.entries();
        let reached = entries.filter(|(_, entry)| state.joined(holder, *entry));
        reached.map(|(position, _)| position).collect()
    }

    fn param(&mut self, position: u32, change: impl FnOnce(&mut ParamSummary)) {
        if let Some(param) = self.summary.params.get_mut(position as usize) {
            change(param);
        }
    }

    fn note(&mut self, state: &State, holder: Holder, mode: Mode, access: Access) {
        for position in self.reached(state, holder) {
            self.param(position, |param| param.note(mode, access));
        }
    }

    fn take(&mut self, before: &State, holder: Holder, taken: &Taken) {
        self.note_apart(before, holder, taken.mode, Some(taken), taken.access);
        let ScopeKey::Passed(scope) = taken.scope else {
            // When the region comes back, it is as if the task's code had run in this body.
            self.note(before, holder, taken.mode, taken.access);
            if let Some((keep, access)) = taken.keep {
                for position in self.reached(before, holder) {
                    self.param(position, |param| param.note_kept(access, keep));
                }
            }
            return;
        };
        for position in self.reached(before, holder) {
            let passed = Passed { mode: taken.mode, keep: taken.keep, access: taken.access };
            let known = self.summary.passed.entry((scope, position)).or_insert(passed.clone());
            known.keep = known.keep.max(passed.keep);
            if (passed.mode, std::cmp::Reverse(passed.access))
                > (known.mode, std::cmp::Reverse(known.access))
            {
                (known.mode, known.access) = (passed.mode, passed.access);
            }
        }
    }

    fn store(&mut self, before: &State, from: Holder, into: Holder, at: NodeIndex) {
        for source in self.reached(before, from) {
            for target in self.reached(before, into) {
                if source != target {
                    let known = self.summary.stores.entry((source, target)).or_insert(at);
                    *known = at.min(*known);
                }
            }
        }
    }

    /// What would go wrong here if another parameter shared the region of the one used.
    fn note_apart(
        &mut self,
        before: &State,
        holder: Holder,
        mode: Mode,
        by: Option<&Taken>,
        access: Access,
    ) {
        for one in self.reached(before, holder) {
            let entries: Vec<(u32, Holder)> = self.view.holders.entries().collect();
            for (other, entry) in entries {
                if other == one || before.joined(holder, entry) {
                    continue;
                }
                let clashes = before.facts(entry).iter().filter_map(|fact| clash(fact, mode, by));
                if let Some(kind) = clashes.min() {
                    self.keep_apart(one, other, kind, access);
                }
            }
        }
    }

    fn keep_apart(&mut self, one: u32, other: u32, kind: Clash, access: Access) {
        let pair = (one.min(other), one.max(other));
        if one != other {
            let known = self.summary.apart.entry(pair).or_insert((kind, access));
            *known = (kind, access).min(*known);
        }
    }
}

/// What is wrong with a use of a region in that mode, given one fact about it; a task's own taking
/// is judged by its loop instead (R004).
pub(super) fn clash(fact: &Fact, mode: Mode, by: Option<&Taken>) -> Option<Clash> {
    match fact {
        Fact::Given { .. } => Some(Clash::Gone),
        Fact::Taken(theirs) if by.is_some_and(|own| own.task == theirs.task) => None,
        Fact::Taken(_) if mode == Mode::Change => Some(Clash::Change),
        Fact::Taken(theirs) if theirs.mode == Mode::Change => Some(Clash::Read),
        _ => None,
    }
}
