//! A body's state between two ops, and what can be asked of it.
//!
//! **Invariants.** A holder without links and facts has no cell. What no later op of the body can
//! name holds nothing (`liveness`), so a state is as large as what is in use. Copies share what
//! neither changes.

mod apply;
mod assign;
mod cells;
mod gathered;
mod linking;
mod seen;
mod store;
mod tasks;
mod unite;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use self::cells::Cells;
pub(super) use self::seen::Seen;
use self::tasks::Tasks;
pub(super) use self::tasks::arrived;
use super::domain::{Cell, Fact, Hold, Holder, Open, Rounds, ScopeKey, Target};
use super::links::Kind;
use super::paths::{Area, Path, Place, Reach};
use crate::items::NodeIndex;
use crate::mir::{Local, Point};

/// A body's state between two ops.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    cells: Cells,
    /// Of function-typed locals that have a value.
    pub(super) targets: Arc<BTreeMap<Local, BTreeSet<Target>>>,
    tasks: Tasks,
    /// Bools that tell whether the giving at that node happened, and for which value of theirs.
    pub(super) outcomes: BTreeMap<Local, (NodeIndex, bool)>,
    /// Where functions that were passed in may have been called.
    pub(super) called: Arc<BTreeSet<NodeIndex>>,
    /// The `defer` ops that were passed.
    pub(super) deferred: Arc<BTreeMap<Point, Rounds>>,
    /// What the functions were that these keep, by position.
    pub(super) kept: Arc<BTreeMap<(Point, usize), BTreeSet<Target>>>,
    /// Innermost last.
    pub(super) open: Vec<Open>,
    /// The holders of what arrived: for callers, these stand for all names of it.
    pub(super) arrived: Range<Holder>,
    /// What stands for what the body made, and functions may have kept.
    pub(super) exposed: Option<Holder>,
}

impl State {
    pub(super) fn cell(&self, holder: Holder) -> &Cell {
        self.cells.get(holder)
    }

    pub(super) fn cell_mut(&mut self, holder: Holder) -> &mut Cell {
        self.cells.get_mut(holder)
    }

    /// Whether some task may be running.
    pub(super) fn has_tasks(&self) -> bool {
        !self.tasks.are_none()
    }

    /// Lists that hold all tasks of some spawn site that may be running.
    pub(super) fn gathering(&self) -> BTreeSet<Local> {
        self.tasks.gathering()
    }

    /// The iterators of loops over the list.
    pub(super) fn walks_of(&self, list: Local) -> impl Iterator<Item = Local> {
        self.tasks.walks_of(list)
    }

    /// Whether a change of the one may be a change of the other: what arrived may be one value.
    pub(super) fn may_be_changed_with(&self, one: Holder, other: Holder) -> bool {
        let arrived = |holder| self.cell(holder).links.keys().any(|of| self.arrived.contains(of));
        self.joined(one, other) || arrived(one) && arrived(other)
    }

    /// What may have become of it.
    pub(super) fn facts(&self, area: Area) -> Vec<Fact> {
        let own = area.reach();
        let shortened = self.shortened(area.place).into_iter();
        let mut asked = vec![own];
        asked.extend(shortened.filter_map(|seen| seen.shown(own)));
        let facts = self.cell(area.place.holder).facts.iter();
        let meets = |reach: &Reach| asked.iter().any(|asked| reach.meets(asked));
        let mut facts: Vec<Fact> =
            facts.filter(|(reach, _)| meets(reach)).map(|(_, fact)| *fact).collect();
        facts.sort_unstable();
        facts.dedup();
        facts
    }

    /// Whether the two may share a region.
    pub(super) fn joined(&self, one: Holder, other: Holder) -> bool {
        one == other || self.cell(one).links.contains_key(&other)
    }

    /// Whether something may be meant by both; of parts within one value, whether two may be one.
    pub(super) fn meet(&self, one: Area, other: Area, within: bool) -> bool {
        let (own, asked, holder) = (one.reach(), other.reach(), other.place.holder);
        if !within && one.place.holder == holder && own.meets(&asked) {
            return true;
        }
        self.seen_by_all_ways(one.place).into_iter().any(|seen| {
            // What an iterator inside of it walks is no part of it.
            let is_part = seen.below.is_here() || seen.kind != Kind::Spine;
            let shown = seen.shown(own).filter(|_| is_part && seen.place.holder == holder);
            shown.is_some_and(|shown| shown.meets(&asked))
        })
    }

    /// Whether a holder's owned values may be held in it in more than one place each.
    pub(super) fn is_tree(&self, holder: Holder) -> bool {
        !self.cell(holder).links.contains_key(&holder)
    }

    /// Whether something around the place may hold twice nobody knows what.
    pub(super) fn may_hold_anything_twice(&self, place: Place) -> bool {
        let own = self.cell(place.holder).links.get(&place.holder);
        own.into_iter().flatten().any(|link| {
            let is_around = place.path.behind(link.mine).is_some_and(|rest| !rest.is_here());
            let is_in_line = place.path.behind(link.theirs).is_some()
                || link.theirs.behind(place.path).is_some();
            link.kind == Kind::Loose && is_around && is_in_line
        })
    }

    /// What a function value may be.
    pub(super) fn targets(&self, local: Local) -> BTreeSet<Target> {
        self.targets.get(&local).cloned().unwrap_or_else(|| BTreeSet::from([Target::Unknown]))
    }

    /// The loan that `local` names while its lock is held.
    pub(super) fn open_loan(&self, local: Local) -> Option<Point> {
        self.open.iter().rev().find_map(|open| match open {
            Open::Loan { loan, local: named } if *named == local => Some(*loan),
            _ => None,
        })
    }

    /// Whether the scope was opened while that lock was held, and so ends before it is given back.
    pub(super) fn ends_within(&self, scope: ScopeKey, held: Point) -> bool {
        let ScopeKey::Own(scope) = scope else { return false };
        let opened = self.open.iter().rposition(|open| *open == Open::Scope(scope));
        let taken = |open: &Open| matches!(open, Open::Loan { loan, .. } if *loan == held);
        matches!((self.open.iter().rposition(taken), opened), (Some(taken), Some(opened)) if taken < opened)
    }

    /// The loans whose region the place may be part of.
    pub(super) fn loans(&self, place: Place) -> BTreeSet<Point> {
        let lent = self.lent(place).into_iter();
        lent.filter(|(_, hold)| *hold != Hold::Out).map(|(loan, _)| loan).collect()
    }

    /// The same with those that it was taken out of.
    pub(super) fn lent(&self, place: Place) -> BTreeSet<(Point, Hold)> {
        let lent = self.facts(Area::all(place)).into_iter().filter_map(|fact| match fact {
            Fact::Lent { loan, hold, .. } => Some((loan, hold)),
            Fact::Stored { loan, .. } => Some((loan, Hold::Within)),
            _ => None,
        });
        lent.collect()
    }

    /// Whether what lies in the place, or is the place, may be held in it twice.
    pub(super) fn holds_twice(&self, place: Place) -> bool {
        let own = self.cell(place.holder).links.get(&place.holder);
        let concerns =
            |path: Path| path.behind(place.path).is_some() || place.path.behind(path).is_some();
        own.into_iter().flatten().any(|link| concerns(link.mine) || concerns(link.theirs))
    }
}
