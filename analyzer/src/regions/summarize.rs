//! What a body does with what it is passed: the part of the analysis that crosses calls.
//!
//! **Invariant.** Of several accesses the first in the text is kept, whatever the order in which
//! they were found: so a fixpoint over recursion ends at the same summary wherever it was entered.

mod apart;
mod knots;
mod late;
mod left;
mod made;

use std::collections::{BTreeMap, BTreeSet};

pub(super) use self::apart::clash;

use super::atoms::sets_one as sets_atom;
use super::captures;
use super::domain::{Access, Holder, Keep, Mode, ScopeKey, Taken};
use super::events::{Event, TouchKind};
use super::flow::{self, Observer};
use super::holders::is_idle;
use super::links::{Kind, add_link};
use super::paths::{Area, Path, Place, Reach};
use super::state::{Seen, State, arrived};
use super::summary::{
    MADE, ParamReach, ParamSummary, Passed, PassedKey, ResultPart, Stored, Summary,
};
use super::view::View;
use crate::hir::lower;
use crate::items::NodeIndex;
use crate::mir::{LockMode, OpKind, Point, Terminator};
use crate::ty::{Builtin, Ty};

/// Other entries of each kind that a summary keeps apart; beyond, they are about whole parameters.
const ENTRIES_MAX: usize = 24;

/// The summary of one body, whose inner bodies' and callees' summaries are known or, in a cycle,
/// still growing.
pub(super) fn summarize(view: &View<'_>) -> Summary {
    let params = view.positions().map(|local| ParamSummary {
        name: view.body.local(local).name.clone().unwrap_or_default(),
        function: match view.ty(local) {
            Ty::Fn(of) => Some(of.clone()),
            _ => None,
        },
        ..Default::default()
    });
    let summary = Summary {
        params: params.collect(),
        contested: takes_read_lock(view),
        meets_others: captures::may_cross(view.db, view.owner()) || sets_atom(view.id, view.body),
        ..Summary::default()
    };
    let joins: BTreeSet<u32> = view.tasks_passed().map(|(position, _)| position).collect();
    if is_idle(view.body) && joins.is_empty() {
        return summary;
    }
    let summary = Summary { joins, ..summary };
    let takes_functions = summary.params.iter().any(|param| param.function.is_some());
    let known = collected(view, summary.clone(), takes_functions);
    let new = match !known.calls.is_empty() && known.brings_together() {
        true => collected(&view.with_new_given(), summary, true),
        false => known.clone(),
    };
    known.with_anyway(new)
}

/// What the body does, by the assumptions of the view.
fn collected(view: &View<'_>, summary: Summary, takes_functions: bool) -> Summary {
    let concerns_callers = view.holders.has_entries() || takes_functions;
    let late = late::Uses::default();
    let made = match takes_functions {
        true => made::made(view),
        false => made::Made::default(),
    };
    let exposed = made.arguments();
    let exposing = (!exposed.is_empty()).then(|| view.exposing(exposed.clone()));
    let view = exposing.as_ref().unwrap_or(view);
    let (after_calls, told) = (false, BTreeSet::new());
    let mut collector =
        Collector { view, summary, concerns_callers, late, made, after_calls, told };
    flow::observe(view, &mut collector);
    collector.moved_parameters();
    collector.late();
    collector.summary
}

/// Whether what a lock lends must not be changed, be it owned or not.
fn takes_read_lock(view: &View<'_>) -> bool {
    let mut ops = super::view::ops(view.id, view.body);
    ops.any(|(_, kind)| matches!(kind, OpKind::EnterLock { mode: LockMode::Read, .. }))
}

/// A place in what arrived at a position; loose if what is put there may be anywhere in it.
struct Slot {
    param: u32,
    path: Path,
    kind: Kind,
}

struct Collector<'a, 'v> {
    view: &'a View<'v>,
    summary: Summary,
    /// Whether something owned, or a function, arrives.
    concerns_callers: bool,
    late: late::Uses,
    made: made::Made,
    /// Whether a function that was passed in may run before, or in, what is looked at.
    after_calls: bool,
    /// Parts of what arrived that are given away, or taken by a task of a passed scope, and where.
    told: BTreeSet<(Access, ParamReach)>,
}

impl Observer for Collector<'_, '_> {
    fn point(&mut self, point: Point, before: &State) {
        self.after_calls = !before.called.is_empty() || self.made.calls_at(self.view, point);
        let returns = self.view.op(point).is_none()
            && matches!(self.view.end(point), Some(Terminator::Return(_)));
        if returns {
            let runs = |position| before.may_be_running(arrived(self.view.id, position));
            self.summary.joins.retain(|position| !runs(*position));
        }
    }

    fn event(&mut self, before: &State, event: &Event) {
        self.summary.contested |= matches!(
            event,
            Event::Give { .. }
                | Event::Guard { .. }
                | Event::Take { .. }
                | Event::Leave { .. }
                | Event::OpenLoan { .. }
                | Event::Apart { .. }
                | Event::Late(_)
        );
        self.summary.opens_parts |= self.opens_parts(event);
        self.knotted(before, event);
        // What came from nowhere is nobody's business, but for what the result holds and for what
        // functions that were passed in do with it.
        if !(self.concerns_callers || matches!(event, Event::Return { .. })) {
            return;
        }
        match event {
            Event::Touch(touch) => {
                let mode = match touch.kind {
                    TouchKind::Name => return,
                    TouchKind::Read => Mode::Read,
                    TouchKind::Change | TouchKind::Give(_) => Mode::Change,
                };
                if !touch.assumed && !matches!(touch.kind, TouchKind::Give(_)) {
                    self.note(before, touch.area, mode, touch.access);
                }
                self.note_apart(before, touch.area, mode, None, touch.access);
                self.note_after(before, touch.area, mode, touch.access);
            }
            Event::Give { place, access, keep, cut } => {
                self.gives(before, *place, (*access, *keep), *cut);
            }
            Event::Guard { place, access, .. } => {
                self.gives(before, *place, (*access, Keep::Stored), false);
            }
            Event::Take { area, taken, .. } => self.take(before, *area, taken),
            Event::Store { from, into, kind, at, .. } => {
                self.store(before, *from, *into, *kind, *at);
                self.twice_by_store(before, *from, *into, *kind, *at);
                self.left_by_store(before, *from, *into, *kind);
            }
            Event::Leave { area, fact } => self.left_again(before, *area, fact),
            Event::Return { holder } => {
                self.result(before, *holder);
                self.left_in_result(before, *holder);
            }
            Event::Late(late) => self.not_late(before, late),
            Event::CallParam { call, at } => {
                self.summary.contested |= call.contested;
                self.call(before, call, *at);
            }
            Event::Owed(owed) => self.owed(before, owed),
            // What meets here is a finding here, and no demand on callers.
            Event::Apart { first, second, within, kind, access, .. }
                if !before.meet(*first, *second, *within) =>
            {
                self.not_together(before, *first, *second, *kind, *access);
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
                    if param.kept.is_empty() {
                        param.note_kept(Path::HERE, access, Keep::Moved);
                    }
                });
            }
        }
    }

    /// The parts of what arrived that it may be or be part of, or, if all of the place is meant, hold.
    fn reached(&self, state: &State, area: Area) -> BTreeSet<ParamReach> {
        let seen = state.seen_as(area.place).into_iter();
        let reached =
            seen.filter_map(|of| Some((self.entry(of.place.holder)?, of.shown(area.reach())?)));
        let made = self.is_made(area.place).then_some((MADE, Reach::ALL));
        reached.chain(made).collect()
    }

    fn gives(&mut self, before: &State, place: Place, given: (Access, Keep), cut: bool) {
        let (access, keep) = given;
        let parts = self.given_parts(before, place, cut);
        for ((position, path), cut) in parts {
            let part = (position, Reach { path, deep: true });
            self.told.extend((!cut).then_some((access, part)));
            self.param(position, |param| match cut {
                true => param.note_cut(path, access, keep),
                false => param.note_kept(path, access, keep),
            });
        }
    }

    /// The parts of what arrived that a place which is given away may be, be part of or hold, and
    /// whether something else lies there now for certain.
    fn given_parts(&self, state: &State, place: Place, cut: bool) -> BTreeMap<(u32, Path), bool> {
        let mut given = BTreeMap::new();
        for seen in state.seen_as(place) {
            let Some(position) = self.entry(seen.place.holder) else { continue };
            let is_out = given.entry((position, seen.place.path)).or_insert(true);
            *is_out &= seen.is_out(cut);
        }
        if self.is_made(place) {
            given.insert((MADE, Path::HERE), false);
        }
        given
    }

    fn param(&mut self, position: u32, change: impl FnOnce(&mut ParamSummary)) {
        let param = match position {
            MADE => Some(self.summary.made.get_or_insert_default()),
            _ => self.summary.params.get_mut(position as usize),
        };
        param.map(change);
    }

    fn note(&mut self, state: &State, area: Area, mode: Mode, access: Access) {
        for (position, reach) in self.reached(state, area) {
            self.param(position, |param| param.note(mode, reach, access));
        }
    }

    fn take(&mut self, before: &State, area: Area, taken: &Taken) {
        self.note_apart(before, area, taken.mode, Some(taken), taken.access);
        self.note_after(before, area, taken.mode, taken.access);
        let scopes = self.passed_scopes(taken.scope);
        if scopes.is_empty() {
            // When the region comes back, it is as if the task's code had run in this body.
            self.note(before, area, taken.mode, taken.access);
            if let Some((keep, access)) = taken.keep {
                self.gives(before, area.place, (access, keep), taken.cut);
            }
            return;
        }
        let reached = self.reached(before, area);
        self.told.extend(reached.iter().map(|part| (taken.access, *part)));
        for scope in scopes {
            for (param, reach) in &reached {
                self.note_passed(PassedKey { scope, param: *param, reach: *reach }, taken);
            }
        }
    }

    fn note_passed(&mut self, known: PassedKey, taken: &Taken) {
        let passed = Passed { mode: taken.mode, keep: taken.keep, access: taken.access };
        let key = match self.summary.passed.len() < ENTRIES_MAX {
            true => known,
            false if self.summary.passed.contains_key(&known) => known,
            false => PassedKey { reach: Reach::ALL, ..known },
        };
        match self.summary.passed.get_mut(&key) {
            Some(known) => known.take_up(&passed),
            None => _ = self.summary.passed.insert(key, passed),
        }
    }

    /// The positions of those scopes that may be it and outlive the body.
    fn passed_scopes(&self, scope: ScopeKey) -> Vec<u32> {
        match scope {
            ScopeKey::Own(_) => Vec::new(),
            ScopeKey::Passed(position) => vec![position],
            ScopeKey::Unknown => {
                let scopes = self.view.positions();
                scopes.filter(|it| self.view.ty(*it).is(Builtin::Scope)).map(|it| it.0).collect()
            }
        }
    }

    fn store(&mut self, before: &State, from: Place, into: Place, kind: Kind, at: NodeIndex) {
        for seen in before.seen_as(from).into_iter().filter(|seen| seen.kind != Kind::Spine) {
            let Some(source) = self.entry(seen.place.holder) else { continue };
            for slot in self.slots(before, into) {
                let kind = kind.and(slot.kind);
                let (path, complete) = match kind {
                    Kind::Loose => (slot.path, true),
                    _ => slot.path.then(seen.below),
                };
                let seen_kind = if seen.kind.is_one() { Kind::Same } else { seen.kind };
                let kind = kind.and(seen_kind).if_complete(complete);
                let into = (slot.param, path);
                self.note_store(Stored { from: (source, seen.place.path), into, kind }, at);
            }
        }
        if self.is_made(from) {
            for slot in self.slots(before, into) {
                let into = (slot.param, slot.path);
                let stored = Stored { from: (MADE, Path::HERE), into, kind: Kind::Loose };
                self.note_store(stored, at);
            }
        }
    }

    /// Where what arrived has what is put into a place.
    fn slots(&self, before: &State, into: Place) -> Vec<Slot> {
        let (container, step) = into.split();
        let slots = before.seen_as(container).into_iter().filter(|it| it.below.is_here());
        let slot = |slot: Seen| {
            let param = self.entry(slot.place.holder)?;
            Some(match (slot.kind, step) {
                (Kind::Loose, _) | (_, None) => {
                    Slot { param, path: slot.place.path, kind: Kind::Loose }
                }
                (_, Some(step)) => {
                    Slot { param, path: slot.place.below(step).path, kind: Kind::Same }
                }
            })
        };
        let made = self.is_made(container);
        let made = made.then_some(Slot { param: MADE, path: Path::HERE, kind: Kind::Loose });
        slots.filter_map(slot).chain(made).collect()
    }

    /// What is put into something that arrived may hold a value twice: then that does from now on.
    fn twice_by_store(
        &mut self,
        before: &State,
        from: Place,
        into: Place,
        kind: Kind,
        at: NodeIndex,
    ) {
        let twice = before.held_twice_within(from);
        if twice.is_empty() {
            return;
        }
        for slot in self.slots(before, into) {
            for (mine, theirs, of) in &twice {
                let (mine, complete) = slot.path.then(*mine);
                let (theirs, also) = slot.path.then(*theirs);
                let of = of.if_complete(complete && also).and(slot.kind).and(kind);
                let whole = (slot.param, slot.path);
                let (from, into) = match of {
                    Kind::Loose => (whole, whole),
                    _ => ((slot.param, mine), (slot.param, theirs)),
                };
                self.note_store(Stored { from, into, kind: of }, at);
            }
        }
    }

    fn note_store(&mut self, stored: Stored, at: NodeIndex) {
        let stores = &mut self.summary.stores;
        let key = match stores.len() < ENTRIES_MAX || stores.contains_key(&stored) {
            true => stored,
            false => Stored {
                from: (stored.from.0, Path::HERE),
                into: (stored.into.0, Path::HERE),
                kind: Kind::Loose,
            },
        };
        let known = stores.entry(key).or_insert(at);
        *known = at.min(*known);
    }

    fn entry(&self, holder: Holder) -> Option<u32> {
        self.view.holders.position_of(holder)
    }

    /// What the result has from parameters, and what it holds twice.
    fn result(&mut self, before: &State, holder: Holder) {
        for seen in before.seen_as(Place::whole(holder)) {
            let Some(param) = self.entry(seen.place.holder) else { continue };
            let part = ResultPart { to: seen.below, param, from: seen.place.path, kind: seen.kind };
            self.summary.results.insert(part);
        }
        if self.is_made(Place::whole(holder)) {
            let (to, from) = (Path::HERE, Path::HERE);
            self.summary.results.insert(ResultPart { to, param: MADE, from, kind: Kind::Loose });
        }
        if self.summary.results.len() > ENTRIES_MAX {
            let params: BTreeSet<u32> = self.summary.results.iter().map(|it| it.param).collect();
            let loose =
                |param| ResultPart { to: Path::HERE, param, from: Path::HERE, kind: Kind::Loose };
            self.summary.results = params.into_iter().map(loose).collect();
        }
        let own = before.cell(holder).links.get(&holder);
        for link in own.into_iter().flatten() {
            add_link(&mut self.summary.shared, *link);
        }
    }
}
