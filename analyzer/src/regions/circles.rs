//! Functions of one file that lead to one another: their summaries are found together.
//!
//! A chain of queries that comes back to itself would do as well, and does where it leads through
//! several files. Within a file it was tried: salsa keeps, for every query of a circle, all queries by
//! which the circle is entered, and the time that takes grows with the cube of the circle's size.
//!
//! **Invariant.** Who is in a circle follows from whom bodies call, not from what they do. So an edit
//! that calls nobody else leaves it alone.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::summary::Summary;
use super::{needed, summarize};
use crate::items::{ItemId, components, file_items};
use crate::mir::{BodyId, mir};
use crate::regions::view::View;
use crate::{Db, FileKind, SourceFile};

/// A function's summary that changed so often, and as many times more as its circle has members, is
/// widened. What one member does comes to another by at most all of them; so this is met only where
/// much comes by ways of many lengths.
pub(super) const SUMMARY_CHANGES_MAX: u32 = 100;
/// What a function's summary said that changed so often, it goes on saying. Until then it may say less
/// than before, as more is known.
const CHANGES_APART_MAX: u32 = 30;

/// What the items of a circle do: the summaries of their bodies. Equal when these do the same,
/// wherever in their texts they do it.
#[derive(Clone, Debug, Default)]
pub(super) struct Circle {
    items: BTreeMap<ItemId, Vec<Summary>>,
}

impl PartialEq for Circle {
    fn eq(&self, other: &Self) -> bool {
        let does_what = |one: &[Summary], other: &[Summary]| {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| one.does_what(other))
        };
        self.items.len() == other.items.len()
            && (self.items.iter().zip(&other.items))
                .all(|((item, one), (of, other))| item == of && does_what(one, other))
    }
}

impl Eq for Circle {}

impl Circle {
    /// The item's bodies; none if it is not in the circle.
    pub(super) fn bodies(&self, item: ItemId) -> &[Summary] {
        self.items.get(&item).map_or(&[], Vec::as_slice)
    }

    pub(super) fn has(&self, item: ItemId) -> bool {
        self.items.contains_key(&item)
    }

    /// Every summary as large as it can be: nothing grows any more.
    pub(super) fn widened(&self) -> Self {
        let widen = |(item, bodies): (&ItemId, &Vec<Summary>)| {
            (*item, bodies.iter().map(Summary::widened).collect())
        };
        Self { items: self.items.iter().map(widen).collect() }
    }

    fn widen(&mut self, item: ItemId) -> bool {
        let known = self.items.entry(item).or_default();
        let widened: Vec<Summary> = known.iter().map(Summary::widened).collect();
        let changed = *known != widened;
        *known = widened;
        changed
    }

    /// The next round's circle, with what this one says of whole values.
    pub(super) fn followed_by(&self, mut next: Self) -> Self {
        for (item, bodies) in &mut next.items {
            for (summary, before) in bodies.iter_mut().zip(self.bodies(*item)) {
                *summary = std::mem::take(summary).after(before);
            }
        }
        next
    }

    fn set(&mut self, item: ItemId, body: BodyId, summary: Summary, joined: bool) -> bool {
        let known = self.items.entry(item).or_default().get_mut(body.index());
        known.is_some_and(|known| {
            let summary = summary.after(known);
            let summary = if joined { summary.with(known) } else { summary };
            let changed = *known != summary;
            *known = summary;
            changed
        })
    }
}

/// Those that the item leads to and that lead to it, itself among them, callees first. No query: after a
/// keystroke, each item's own would be asked whether it is what it was.
pub(crate) fn circle(db: &dyn Db, item: ItemId) -> Cow<'_, [ItemId]> {
    match of_several(db, item) {
        Some(members) => Cow::Borrowed(members),
        None => Cow::Owned(vec![item]),
    }
}

/// The first of the item's circle, whose name it goes by.
pub(crate) fn head_of(db: &dyn Db, item: ItemId) -> ItemId {
    of_several(db, item).and_then(|members| members.first().copied()).unwrap_or(item)
}

/// The item's circle, if it has more members. Of what the machine provides, few call one another; the
/// others need not all be built to know that.
fn of_several(db: &dyn Db, item: ItemId) -> Option<&[ItemId]> {
    let file = item.file(db);
    let leads_on = || needed(db, item).iter().any(|of| *of != item && of.file(db) == file);
    let is_asked = file.kind(db) != FileKind::Signatures || leads_on();
    is_asked.then(|| circles(db, file).get(&item)).flatten().map(|members| &**members)
}

/// The circles of several.
#[salsa::tracked]
fn circles(db: &dyn Db, file: SourceFile) -> FxHashMap<ItemId, Arc<[ItemId]>> {
    let items = file_items(db, file).ids(db).filter(|item| item.kind(db).has_body());
    let within = |item: ItemId| {
        let needed = needed(db, item).iter().copied();
        needed.filter(|of| of.file(db) == file && of.kind(db).has_body()).collect()
    };
    let mut found = FxHashMap::default();
    for members in components(items, &within).into_iter().filter(|members| members.len() > 1) {
        let members: Arc<[ItemId]> = members.into();
        found.extend(members.iter().map(|member| (*member, members.clone())));
    }
    found
}

/// The summaries of all members: each again while one that it needs grows.
pub(super) fn summaries_of(db: &dyn Db, members: &[ItemId]) -> Circle {
    summaries_within(db, members, SUMMARY_CHANGES_MAX.saturating_add(members.len() as u32))
}

fn summaries_within(db: &dyn Db, members: &[ItemId], changes_max: u32) -> Circle {
    let empty = |item: &ItemId| (*item, vec![Summary::default(); mir(db, *item).bodies.len()]);
    let mut circle = Circle { items: members.iter().map(empty).collect() };
    let needed_by = needed_by(db, members);
    let mut changes = vec![0; members.len()];
    let mut pending: BTreeSet<usize> = (0..members.len()).collect();
    while let Some(member) = pending.pop_first() {
        let joined = changes[member] >= CHANGES_APART_MAX;
        let (changed, unfinished) = match changes[member] < changes_max {
            true => round(db, members[member], &mut circle, joined),
            false => (circle.widen(members[member]), false),
        };
        if changed {
            changes[member] += 1;
            pending.extend(&needed_by[member]);
            pending.extend(unfinished.then_some(member));
        }
    }
    circle
}

/// By position, the other members that need a member's summary.
fn needed_by(db: &dyn Db, members: &[ItemId]) -> Vec<Vec<usize>> {
    let mut needed_by = vec![Vec::new(); members.len()];
    if members.len() > 1 {
        let positions: FxHashMap<ItemId, usize> = members.iter().copied().zip(0..).collect();
        for (position, member) in members.iter().enumerate() {
            for of in needed(db, *member).iter().filter_map(|of| positions.get(of)) {
                needed_by[*of].push(position);
            }
        }
    }
    needed_by
}

/// All bodies of an item, inner ones before those around them; whether some summary is another now,
/// and whether one needed a summary that may still grow.
fn round(db: &dyn Db, item: ItemId, circle: &mut Circle, joined: bool) -> (bool, bool) {
    let mir = mir(db, item);
    let (mut changed, mut unfinished) = (false, false);
    for body in (0..mir.bodies.len() as u32).rev().map(BodyId) {
        let view = View::new(db, mir, body, circle);
        let summary = summarize::summarize(&view);
        unfinished |= view.asked_unfinished();
        changed |= circle.set(item, body, summary, joined);
    }
    (changed, unfinished)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Database;
    use crate::regions::domain::Mode;

    /// What the first function of a circle sends, the last one learns of by all others.
    const CHAIN: &str = "\
fn first(ch: channel[mutable_list[int]], xs: mutable_list[int], n: int):
    if n > 0:
        second(ch, xs, n)

fn second(ch: channel[mutable_list[int]], xs: mutable_list[int], n: int):
    third(ch, xs, n)

fn third(ch: channel[mutable_list[int]], xs: mutable_list[int], n: int):
    last(ch, xs, n)

fn last(ch: channel[mutable_list[int]], xs: mutable_list[int], n: int):
    if n == 1:
        ch.send(xs)
    else:
        first(ch, xs, n - 1)
";

    #[test]
    fn a_circle_that_is_cut_short_says_no_less() {
        let mut db = Database::default();
        let file = db.set_file("test.weir", CHAIN);
        let members: Vec<ItemId> = file_items(&db, file).ids(&db).collect();
        let whole = summaries_of(&db, &members);
        for changes_max in 1..4 {
            let short = summaries_within(&db, &members, changes_max);
            for member in &members {
                let (short, whole) = (&short.bodies(*member)[0], &whole.bodies(*member)[0]);
                for (less, more) in whole.params.iter().zip(&short.params) {
                    assert!(
                        less.kept.is_empty() || !more.kept.is_empty(),
                        "{changes_max}: {more:?}"
                    );
                    let changes = |param: &super::super::ParamSummary| param.access(Mode::Change);
                    assert!(changes(less).is_none() || changes(more).is_some());
                }
            }
        }
        assert!(whole.bodies(members[0])[0].params[1].first_kept().is_some());
    }
}
