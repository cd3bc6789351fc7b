//! Ownership: which owned values reach which, and who may touch them when.
//!
//! | room | holds |
//! |---|---|
//! | `domain`, `paths`, `links`, `holders` | what can be known at a point of a body, and of which part of which value |
//! | `view`, `graph`, `liveness` | a body as the others ask for it |
//! | `transfer`, `effects`, `events` | what one op does, and what the function that it calls does |
//! | `state`, `flow` | what is known at each point, by all ways that lead there |
//! | `summary`, `summarize` | what a whole body does with what it is passed: all that its callers see |
//! | `circles`, `functions` | summaries of functions that call one another, and what a function value may be |
//! | `knots` | what of all that locks guard may hold a value twice |
//! | `compare` | what every op needs, held against what the state before it allows |
//! | `iterations` | the elements that the rounds of a parallel loop touch, and whether two rounds meet |
//! | `captures`, `atoms` | names that a task may not assign or mention, and atoms that are looked at and then set |
//! | `findings` | what `compare`, `iterations` and `atoms` find: each mistake once |
//! | `report`, `mend`, `print` | the words, what could be written instead, and the regions as text |
//!
//! **Invariants.** Types decide who takes part: values and sync objects have no region. A finding
//! is made only of what some path does; unreachable code and unknown types are silent.
//!
//! Not here: what synchronises (the skeleton's), and orders through atoms, flags or barriers, which
//! the language does not count.

mod atoms;
mod captures;
mod circles;
mod classes;
mod compare;
mod domain;
mod effects;
mod events;
mod findings;
mod flow;
mod functions;
mod graph;
mod holders;
mod iterations;
mod knots;
mod links;
mod liveness;
mod mend;
mod paths;
mod print;
mod report;
mod state;
mod summarize;
mod summary;
mod transfer;
mod view;

use std::collections::BTreeMap;

use crate::Db;
use crate::diagnostics::Finding;
use crate::items::ItemId;
use crate::mir::{BodyId, callees, mir};

pub use domain::{Access, Clash, Keep, Mode, Via};
pub use iterations::{EntryPlace, EntryStep};
pub use links::{Kind, Link};
pub use paths::{Path, Reach, Step};
pub use print::print;
pub use summary::{
    Apart, LeftKey, ParamCall, ParamReach, ParamSummary, Passed, PassedKey, ResultPart, Stored,
    Summary,
};

pub(crate) use circles::{circle, head_of};

use circles::{Circle, SUMMARY_CHANGES_MAX};

/// What is wrong in the item.
pub fn check(db: &dyn Db, item: ItemId) -> &[Finding] {
    let may_be_wrong = |body: &Summary| body.contested || body.meets_others;
    // Of most items there is nothing to look at: after a keystroke they need not be asked.
    if bodies(db, item).iter().any(may_be_wrong) { checked(db, item) } else { &[] }
}

#[salsa::tracked]
fn checked(db: &dyn Db, item: ItemId) -> Vec<Finding> {
    let mut findings = captures::check(db, item);
    findings.extend(compare::check(db, item));
    findings
}

/// What the item does with its parameters; functions that call one another find theirs together.
pub fn summary(db: &dyn Db, item: ItemId) -> &Summary {
    bodies(db, item).first().unwrap_or(Summary::nothing())
}

/// What the bodies of an item do.
fn bodies(db: &dyn Db, item: ItemId) -> &[Summary] {
    circle_of(db, item).map_or(&[], |circle| circle.bodies(item))
}

/// What the items do that lead to the item and that it leads to, itself among them.
fn circle_of(db: &dyn Db, item: ItemId) -> Option<&Circle> {
    item.kind(db).has_body().then(|| summaries(db, head_of(db, item)))
}

/// The summaries of a circle, by its first member. The only query that may be the head of a chain of
/// queries that comes back to itself: another one on top, for an item's own summary alone, was
/// tried, and salsa then found it changed in a revision in which it was not, after edits that made
/// functions mutually recursive.
#[salsa::tracked(cycle_initial = |_, _, _| Circle::default(), cycle_fn = next_round)]
fn summaries(db: &dyn Db, head: ItemId) -> Circle {
    circles::summaries_of(db, &circle(db, head))
}

/// The same as it is told in findings: with the places of today's text, which callers do not wait
/// for. What follows from it is derived again wherever they moved.
#[salsa::tracked(no_eq)]
fn placed(db: &dyn Db, head: ItemId) -> Circle {
    circles::summaries_of(db, &circle(db, head))
}

/// See [`placed`].
fn placed_circle_of(db: &dyn Db, item: ItemId) -> Option<&Circle> {
    item.kind(db).has_body().then(|| placed(db, head_of(db, item)))
}

/// What still grows after that many rounds through several files is widened.
fn next_round(
    _db: &dyn Db,
    cycle: &salsa::Cycle<'_>,
    last: &Circle,
    value: Circle,
    _head: ItemId,
) -> Circle {
    if cycle.iteration() > SUMMARY_CHANGES_MAX { value.widened() } else { last.followed_by(value) }
}

/// What the parallel loops of an item check before their first round, by the body of their rounds.
#[salsa::tracked]
pub fn entry_places(db: &dyn Db, item: ItemId) -> BTreeMap<BodyId, Vec<EntryPlace>> {
    let circle = circle_of(db, item);
    circle.map_or_else(BTreeMap::new, |circle| iterations::entry_places(db, mir(db, item), circle))
}

/// Whose summaries the item's may need.
#[salsa::tracked]
pub fn needed(db: &dyn Db, item: ItemId) -> Vec<ItemId> {
    let mut needed = callees(db, item);
    needed.extend(functions::reached(db, item));
    needed
}

/// Whether what is wrong in the item may hang on what any function of its package does.
pub(crate) fn asks_of_package(db: &dyn Db, item: ItemId) -> bool {
    bodies(db, item).iter().any(|body| body.opens_parts)
}

/// Makes the item's summary, for whoever asks in the order of calls.
pub(crate) fn prepare(db: &dyn Db, item: ItemId) {
    summary(db, item);
}
