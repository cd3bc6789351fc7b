//! Ownership: which owned values reach which, and who may touch them when (language.md §5).
//!
//! Four steps, a file each: [`domain`](self) says what can be known at a point of a body;
//! `transfer` says what one op does to it; `summarize` says what a whole body does with what it is
//! passed, which is all that its callers see; `compare` holds what every op needs against what the state
//! before it allows. `captures` and `iterations` judge what needs no flow: names that a task
//! may not assign or mention, and the elements that the rounds of a parallel loop touch.
//!
//! **Invariants.** Types decide who takes part: values and sync objects have no region. A finding
//! is made only of what some path does; unreachable code and unknown types are silent.
//!
//! Not here: what synchronises (the skeleton's), and orders through atoms, flags or barriers, which
//! the language does not count.

mod captures;
mod compare;
mod domain;
mod effects;
mod flow;
mod iterations;
mod print;
mod report;
mod state;
mod summarize;
mod transfer;
mod view;

use crate::Db;
use crate::diagnostics::Finding;
use crate::items::ItemId;
use crate::mir::{BodyId, Mir, mir};

pub use domain::{Access, Clash, Keep, Mode, Via};
pub use print::print;
pub use summarize::{ParamCall, ParamSummary, Passed, Summary};

use view::View;

/// After so many rounds a summary in a cycle stays as it is: a guard, since each round can only
/// add to a finite set.
const SUMMARY_ROUNDS_MAX: u32 = 100;

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
#[salsa::tracked(cycle_initial = nothing_yet, cycle_fn = next_round)]
pub fn summary(db: &dyn Db, item: ItemId) -> Summary {
    if !item.kind(db).has_body() {
        return Summary::default();
    }
    body_summaries(db, mir(db, item)).into_iter().next().unwrap_or_default()
}

fn nothing_yet(_db: &dyn Db, _id: salsa::Id, _item: ItemId) -> Summary {
    Summary::default()
}

fn next_round(
    _db: &dyn Db,
    cycle: &salsa::Cycle<'_>,
    last: &Summary,
    value: Summary,
    _item: ItemId,
) -> Summary {
    if cycle.iteration() > SUMMARY_ROUNDS_MAX { last.clone() } else { value }
}

/// The summaries of all bodies of an item, inner ones before those around them; again and again
/// while a nested function that calls itself still grows.
fn body_summaries(db: &dyn Db, mir: &Mir) -> Vec<Summary> {
    let mut summaries = vec![Summary::default(); mir.bodies.len()];
    for _ in 0..SUMMARY_ROUNDS_MAX {
        let before = summaries.clone();
        for body in (0..mir.bodies.len()).rev() {
            let view = View::new(db, mir, BodyId(body as u32), &summaries);
            let summary = summarize::summarize(&view);
            summaries[body] = summary;
        }
        if summaries == before {
            break;
        }
    }
    summaries
}
