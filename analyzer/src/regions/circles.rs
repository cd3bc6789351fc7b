//! Functions of one file that lead to one another: their summaries are found together.
//!
//! A chain of queries that comes back to itself would do as well, and does where it leads through
//! several files. Within a file it was tried: salsa keeps, for every query of a circle, all queries by
//! which the circle is entered, and the time that takes grows with the cube of the circle's size.
//!
//! **Invariant.** Who is in a circle follows from whom bodies call, not from what they do. So an edit
//! that calls nobody else leaves it alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::summary::Summary;
use super::{needed, summarize};
use crate::items::{ItemId, file_items};
use crate::mir::{BodyId, mir};
use crate::regions::view::View;
use crate::{Db, SourceFile};

/// After so many rounds, and as many again for each member of the circle, a function's summary stays
/// as it is: a guard, since each round can only add to a finite set. What one member does reaches
/// another through at most all of them, one a round.
const SUMMARY_ROUNDS_MAX: usize = 100;

/// What the items of a circle do: the summaries of their bodies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Circle {
    items: BTreeMap<ItemId, Vec<Summary>>,
}

impl Circle {
    /// The item's bodies; none if it is not in the circle.
    pub(super) fn bodies(&self, item: ItemId) -> &[Summary] {
        self.items.get(&item).map_or(&[], Vec::as_slice)
    }

    pub(super) fn has(&self, item: ItemId) -> bool {
        self.items.contains_key(&item)
    }

    fn set(&mut self, item: ItemId, body: BodyId, summary: Summary) -> bool {
        let known = self.items.entry(item).or_default().get_mut(body.index());
        known.is_some_and(|known| {
            let changed = *known != summary;
            *known = summary;
            changed
        })
    }
}

/// Those that the item leads to and that lead to it, itself among them, callees first.
#[salsa::tracked]
pub(crate) fn circle(db: &dyn Db, item: ItemId) -> Arc<[ItemId]> {
    let file = item.file(db);
    let alone = needed(db, item).iter().all(|of| *of == item || of.file(db) != file);
    let of_several = if alone { None } else { circles(db, file).get(&item) };
    of_several.cloned().unwrap_or_else(|| Arc::from([item]))
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
    for members in components(items, &within) {
        let members: Arc<[ItemId]> = members.into();
        found.extend(members.iter().map(|member| (*member, members.clone())));
    }
    found
}

/// Strongly connected components of more than one (Tarjan, 1972), on the heap.
fn components(
    roots: impl Iterator<Item = ItemId>,
    nexts: &dyn Fn(ItemId) -> Vec<ItemId>,
) -> Vec<Vec<ItemId>> {
    let mut found = Vec::new();
    // Of each item that was seen: when it was, and the earliest that it leads back to.
    let mut order: FxHashMap<ItemId, usize> = FxHashMap::default();
    let mut earliest: FxHashMap<ItemId, usize> = FxHashMap::default();
    let (mut open, mut is_open) = (Vec::new(), BTreeSet::new());
    for root in roots {
        let mut pending = Vec::new();
        let mut enter = Some(root).filter(|root| !order.contains_key(root));
        loop {
            if let Some(item) = enter.take() {
                let number = order.len();
                order.insert(item, number);
                earliest.insert(item, number);
                open.push(item);
                is_open.insert(item);
                pending.push((item, nexts(item)));
            }
            let Some((item, waiting)) = pending.last_mut() else { break };
            let item = *item;
            match waiting.pop() {
                Some(next) if !order.contains_key(&next) => enter = Some(next),
                Some(next) if is_open.contains(&next) => {
                    let known = earliest[&item].min(order[&next]);
                    earliest.insert(item, known);
                }
                Some(_) => {}
                None => {
                    pending.pop();
                    if let Some((above, _)) = pending.last() {
                        let known = earliest[above].min(earliest[&item]);
                        earliest.insert(*above, known);
                    }
                    if earliest[&item] == order[&item] {
                        let start = open.iter().rposition(|of| *of == item).unwrap_or(0);
                        let members = open.split_off(start);
                        for member in &members {
                            is_open.remove(member);
                        }
                        if members.len() > 1 {
                            found.push(members.into_iter().rev().collect());
                        }
                    }
                }
            }
        }
    }
    found
}

/// The summaries of all members: each again while one that it needs grows.
pub(super) fn summaries_of(db: &dyn Db, members: &[ItemId]) -> Circle {
    let empty = |item: &ItemId| (*item, vec![Summary::default(); mir(db, *item).bodies.len()]);
    let mut circle = Circle { items: members.iter().map(empty).collect() };
    let needed_by = needed_by(db, members);
    let mut rounds = vec![0_usize; members.len()];
    let rounds_max = SUMMARY_ROUNDS_MAX.saturating_mul(members.len() + 1);
    let mut pending: BTreeSet<usize> = (0..members.len()).collect();
    while let Some(member) = pending.pop_first() {
        rounds[member] += 1;
        let (changed, unfinished) = round(db, members[member], &mut circle);
        if changed {
            let itself = unfinished.then_some(member);
            let again = needed_by[member].iter().copied().chain(itself);
            pending.extend(again.filter(|member| rounds[*member] < rounds_max));
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
fn round(db: &dyn Db, item: ItemId, circle: &mut Circle) -> (bool, bool) {
    let mir = mir(db, item);
    let (mut changed, mut unfinished) = (false, false);
    for body in (0..mir.bodies.len() as u32).rev().map(BodyId) {
        let view = View::new(db, mir, body, circle);
        let summary = summarize::summarize(&view);
        unfinished |= view.asked_unfinished();
        changed |= circle.set(item, body, summary);
    }
    (changed, unfinished)
}
