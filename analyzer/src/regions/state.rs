//! A body's state between two ops, and what can be asked of it.
//!
//! **Invariants.** A holder without links and facts has no cell. What no later op of the body can
//! name holds nothing (`liveness`), so a state is as large as what is in use. Copies share what
//! neither changes.

mod apply;
mod assign;
mod cells;
mod gathered;
mod store;
mod tasks;
mod unite;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use self::cells::Cells;
use self::tasks::Tasks;
pub(super) use self::tasks::arrived;
use super::domain::{Cell, Fact, Hold, Holder, Open, Rounds, Target};
use super::links::Kind;
use super::paths::{Area, Path, Place, Reach, Step};
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
}

/// Another place that a place, or the part of it at `below`, may be.
pub(super) struct Seen {
    pub(super) place: Place,
    pub(super) below: Path,
    pub(super) kind: Kind,
    /// It is what a container has there that is one with the place's own, or with one further out.
    same_slot: bool,
    /// The first step of the link that shows it.
    first: Option<Step>,
}

impl Seen {
    /// Whether something else lies there now, once what the place held was given away: it was cut out from
    /// there, or is as it is given.
    pub(super) fn is_out(&self, cut: bool) -> bool {
        self.kind == Kind::Cut || cut && self.same_slot
    }

    /// How much of it is meant when the place is, or that and all that is in it.
    pub(super) fn shown(&self, deep: bool) -> Option<Reach> {
        let path = self.place.path;
        match (self.below.is_here(), self.kind) {
            (true, Kind::Same | Kind::Cut) => Some(Reach::of(path, deep)),
            (is_here, Kind::Spine) => (is_here || deep).then_some(Reach { path, deep: false }),
            (true, Kind::Loose) => Some(Reach { path, deep: true }),
            (false, _) => deep.then_some(Reach { path, deep: true }),
        }
    }

    /// The place as what it is itself.
    fn itself(place: Place) -> Self {
        Self { place, below: Path::HERE, kind: Kind::Same, same_slot: false, first: None }
    }
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

    /// Whether a change of the one may be a change of the other: what arrived may be one value.
    pub(super) fn may_be_changed_with(&self, one: Holder, other: Holder) -> bool {
        let arrived = |holder| self.cell(holder).links.keys().any(|of| self.arrived.contains(of));
        self.joined(one, other) || arrived(one) && arrived(other)
    }

    /// What may have become of it.
    pub(super) fn facts(&self, area: Area) -> Vec<Fact> {
        let asked = area.reach();
        let facts = self.cell(area.place.holder).facts.iter();
        let mut facts: Vec<Fact> =
            facts.filter(|(reach, _)| reach.meets(&asked)).map(|(_, fact)| *fact).collect();
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
        self.seen_as(one.place).into_iter().any(|seen| {
            // What an iterator inside of it walks is no part of it.
            let is_part = seen.below.is_here() || seen.kind != Kind::Spine;
            let shown = seen.shown(one.deep).filter(|_| is_part && seen.place.holder == holder);
            shown.is_some_and(|shown| shown.meets(&asked))
        })
    }

    /// Whether a holder's owned values may be held in it in more than one place each.
    pub(super) fn is_tree(&self, holder: Holder) -> bool {
        !self.cell(holder).links.contains_key(&holder)
    }

    /// The places that a place, or a part of it, may be as well.
    pub(super) fn seen_as(&self, place: Place) -> Vec<Seen> {
        let mut seen = Vec::new();
        for (holder, links) in &self.cell(place.holder).links {
            for link in links {
                let there = |path| Place { holder: *holder, path };
                if let Some(rest) = place.path.behind(link.mine) {
                    let (path, complete) = link.theirs.then(rest);
                    let kind = link.kind.if_complete(complete);
                    match kind {
                        Kind::Spine if !rest.is_here() => {}
                        Kind::Loose => {
                            let place = there(link.theirs);
                            let below = Path::HERE;
                            seen.push(Seen { place, below, kind, same_slot: false, first: None });
                        }
                        _ => seen.push(Seen {
                            place: there(path),
                            below: Path::HERE,
                            kind,
                            same_slot: kind.is_one() && !rest.is_here(),
                            first: link.mine.first(),
                        }),
                    }
                } else if let Some(below) = link.mine.behind(place.path) {
                    let (place, kind, first) = (there(link.theirs), link.kind, link.mine.first());
                    seen.push(Seen { place, below, kind, same_slot: false, first });
                }
            }
        }
        seen
    }

    /// Whether something around the place may hold twice nobody knows what.
    pub(super) fn may_hold_anything_twice(&self, place: Place) -> bool {
        let own = self.cell(place.holder).links.get(&place.holder);
        own.into_iter().flatten().any(|link| {
            let is_around = place.path.behind(link.mine).is_some_and(|rest| !rest.is_here());
            link.kind == Kind::Loose && link.mine == link.theirs && is_around
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
