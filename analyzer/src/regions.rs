//! Ownership: which owned values reach which, and who may touch them when.
//!
//! Four steps, a file each: `domain` says what can be known at a point of a body, and `paths` of
//! which part of a value; `transfer` says
//! what one op does to it; `summarize` says what a whole body does with what it is passed, which is
//! all that its callers see; `compare` holds what every op needs against what the state before it
//! allows, and `report` finds the words. `captures` and `iterations` judge what needs no flow:
//! names that a task may not assign or mention, and the elements that the rounds of a parallel loop
//! touch.
//!
//! **Invariants.** Types decide who takes part: values and sync objects have no region. A finding
//! is made only of what some path does; unreachable code and unknown types are silent.
//!
//! Not here: what synchronises (the skeleton's), and orders through atoms, flags or barriers, which
//! the language does not count.

mod atoms;
mod captures;
mod compare;
mod domain;
mod effects;
mod flow;
mod functions;
mod graph;
mod iterations;
mod mend;
mod paths;
mod print;
mod report;
mod state;
mod summarize;
mod transfer;
mod view;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::Db;
use crate::diagnostics::Finding;
use crate::items::ItemId;
use crate::mir::{BodyId, Mir, callees, mir};

pub use domain::{Access, Clash, Keep, Mode, Via};
pub use iterations::{EntryPlace, EntryStep};
pub use paths::{Kind, Link, Path, Reach, Step};
pub use print::print;
pub use summarize::{
    ParamCall, ParamReach, ParamSummary, Passed, PassedKey, ResultPart, Stored, Summary,
};

use view::View;

/// After so many rounds a summary in a cycle stays as it is: a guard, since each round can only
/// add to a finite set.
const SUMMARY_ROUNDS_MAX: u32 = 100;

/// Summaries by body.
type Bodies = Vec<Summary>;

/// What is wrong in the item.
#[salsa::tracked]
pub fn check(db: &dyn Db, item: ItemId) -> Vec<Finding> {
    if !item.kind(db).has_body() {
        return Vec::new();
    }
    let mut findings = captures::check(db, item);
    findings.extend(compare::check(db, item));
    findings
}

/// What the item does with its parameters; functions that call one another find theirs together.
pub fn summary(db: &dyn Db, item: ItemId) -> &Summary {
    static NOTHING: LazyLock<Summary> = LazyLock::new(Summary::default);
    summaries(db, item).first().unwrap_or(&NOTHING)
}

/// The summaries of all bodies of an item. The only query that may be the head of a circle: a
/// second one on top, for the item's own summary alone, was tried, and salsa then found it changed
/// in a revision in which it was not, after edits that made functions mutually recursive.
#[salsa::tracked(cycle_initial = |_, _, _| Vec::new(), cycle_fn = next_round)]
fn summaries(db: &dyn Db, item: ItemId) -> Bodies {
    if !item.kind(db).has_body() {
        return Vec::new();
    }
    body_summaries(db, mir(db, item))
}

fn next_round(
    _db: &dyn Db,
    cycle: &salsa::Cycle<'_>,
    last: &Bodies,
    value: Bodies,
    _item: ItemId,
) -> Bodies {
    if cycle.iteration() > SUMMARY_ROUNDS_MAX { last.clone() } else { value }
}

/// What the parallel loops of an item check before their first round, by the body of their rounds.
#[salsa::tracked]
pub fn entry_places(db: &dyn Db, item: ItemId) -> BTreeMap<BodyId, Vec<EntryPlace>> {
    iterations::entry_places(db, mir(db, item), summaries(db, item))
}

/// Whose summaries the item's may need.
#[salsa::tracked]
pub(crate) fn needed(db: &dyn Db, item: ItemId) -> Vec<ItemId> {
    let mut needed = callees(db, item).clone();
    needed.extend(functions::reached(db, item));
    needed
}

/// Makes the item's summary, for whoever asks in the order of calls.
pub(crate) fn prepare(db: &dyn Db, item: ItemId) {
    summaries(db, item);
}

/// Inner bodies before those around them; again while some body needs one that comes after it, as a
/// nested function that calls itself does, and summaries grow.
fn body_summaries(db: &dyn Db, mir: &Mir) -> Vec<Summary> {
    let mut summaries = vec![Summary::default(); mir.bodies.len()];
    for _ in 0..SUMMARY_ROUNDS_MAX {
        let (mut unfinished, mut grew) = (false, false);
        for body in (0..mir.bodies.len()).rev() {
            let view = View::new(db, mir, BodyId(body as u32), &summaries);
            let summary = summarize::summarize(&view);
            unfinished |= view.asked_unfinished();
            grew |= summary != summaries[body];
            summaries[body] = summary;
        }
        if !(unfinished && grew) {
            break;
        }
    }
    summaries
}
