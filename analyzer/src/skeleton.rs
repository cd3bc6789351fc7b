//! Protocols: what synchronisation sees of a program, explored within bounds.
//!
//! **Nouns.** A [`Skeleton`] is a root function with everything it calls or spawns, cut down to
//! what tasks can see of each other: its [`Routine`]s are graphs of sends, receives, closes,
//! spawns, joins, scope ends, locks, and the decisions that these depend on. A *state* is where
//! every task stands and what every channel holds. A *verdict* says that the protocol holds, that
//! it fails (with the steps that lead there), or that the bounds ended the search.
//!
//! ```text
//! Mir ─extract▶ Skeleton ─explore▶ states ─verdict▶ stuck tasks ─report▶ findings
//! ```
//!
//! | room | holds |
//! |---|---|
//! | `graph` | the nouns; `print` shows them |
//! | `extract` | which functions and operations matter, and the routines made of them |
//! | `state` | where every task stands, and when two states are one |
//! | `step` | how a state goes on |
//! | `uses` | what may still be done to a channel |
//! | `explore` | which states are visited, and which of them are doomed |
//! | `finite` | whether all comes to rest, and which loops may go round as often as they like |
//! | `stuck`, `misuse` | who waits for ever, and what must not be done |
//! | `verdict`, `report` | what is made of a search, in words |
//!
//! **Invariant.** A finding is a state that can be reached and in which a task waits for ever,
//! whatever the decisions that were not understood may be. What is not understood (a channel put
//! into a container, an unknown callee) never becomes a finding; a bound that was hit becomes a hint.
//!
//! Not here: ownership (`regions`), and anything that a single task does without meeting another.

mod explore;
mod extract;
mod finite;
mod graph;
mod misuse;
mod print;
mod report;
mod state;
mod step;
mod stuck;
mod uses;
mod verdict;

use crate::Db;
use crate::diagnostics::{Code, Finding};
use crate::items::{ItemId, ItemKind};

pub(crate) use extract::quiet::is_quiet;
pub use extract::skeleton;
pub use graph::{
    Action, Arg, AtomOp, Condition, EarlyEnds, Form, Hold, Kind, LocalFact, Node, NodeId,
    ObjectType, Part, Routine, RoutineId, SelectOffer, Skeleton, SyncOp, Tag, Target, Which,
};
pub use print::print;

use verdict::Verdict;

/// What is wrong with the protocol of the channels that belong to `item`.
///
/// A function that is called explores its callees too; what a callee finds by itself is the
/// callee's to report.
pub fn check(db: &dyn Db, item: ItemId) -> Vec<Finding> {
    if is_quiet(db, item) {
        return Vec::new();
    }
    let found = explored(db, item);
    let has = |other: ItemId, finding: &Finding| {
        other != item
            && explored(db, other)
                .iter()
                .any(|(_, known)| known.code == finding.code && known.site == finding.site)
    };
    let is_known = |made_in: ItemId, finding: &Finding| match finding.code {
        Code::A002 => callees(db, item).iter().any(|of| {
            // Which way leads to a mistake is no news where a callee alone comes to one. That a callee's search
            // stopped says nothing of that.
            let stops = !is_whole(finding) && stops(db, *of);
            stops || is_open(db, *of) || is_told_at(db, *of, finding)
        }),
        _ => has(made_in, finding) || has(finding.site.item, finding),
    };
    found
        .iter()
        .filter(|(made_in, finding)| !is_known(*made_in, finding))
        .map(|(_, finding)| finding.clone())
        .collect()
}

/// Which mistakes the states of the item's protocol come to, by the search that leaves out orders that come to the
/// same, or by the one that follows them all; none where a bound was met.
pub fn mistakes(db: &dyn Db, item: ItemId, all_orders: bool) -> Option<Vec<String>> {
    verdict::mistakes(skeleton(db, item), all_orders)
}

/// Whether one of the searches that see less than all, and are made where there are too many states, says that nothing
/// goes wrong in the item's protocol.
pub fn is_seen_to_hold(db: &dyn Db, item: ItemId) -> bool {
    verdict::is_seen_to_hold(skeleton(db, item))
}

/// What the item's own exploration came to, each finding with the item that made its channel.
#[salsa::tracked(returns(deref))]
fn explored(db: &dyn Db, item: ItemId) -> Vec<(ItemId, Finding)> {
    let skeleton = skeleton(db, item);
    match verdict::verdict(skeleton) {
        Verdict::Fails(failures) => report::findings(db, skeleton, &failures),
        Verdict::Holds => Vec::new(),
        Verdict::Open(doom) => report::open(db, skeleton, doom),
        Verdict::Bounded(bound) => vec![(item, report::bounded(db, skeleton, bound))],
    }
}

/// Whether programs among these come to run the item that the hint is about, and all that do were looked at whole: then
/// they know what it is given, and what was not followed of it alone is no news. Nor is what goes wrong one way, unless
/// it does in one of them as well.
pub fn is_followed(db: &dyn Db, hint: &Finding, among: impl Iterator<Item = ItemId>) -> bool {
    let item = hint.site.item;
    let is_told = |of: ItemId| stops(db, of) || is_whole(hint) && is_open(db, of);
    let programs = among.filter(|of| *of != item && is_program(db, *of));
    let mut runs = programs.filter(|of| callees(db, *of).contains(&item)).peekable();
    runs.peek().is_some() && !runs.any(is_told)
}

/// Whether the item is what somebody runs, and not a part of that.
fn is_program(db: &dyn Db, item: ItemId) -> bool {
    item.kind(db) == ItemKind::Test || (item.parent(db).is_none() && item.name(db) == "main")
}

/// Whether the item is found to be wrong at one of the places that a hint of its caller names.
fn is_told_at(db: &dyn Db, item: ItemId, hint: &Finding) -> bool {
    let mut places = hint.related.iter().map(|(site, _)| site);
    let found = explored(db, item);
    places.any(|site| found.iter().any(|(_, known)| known.site == *site))
}

/// The other items that the item may come to run.
fn callees(db: &dyn Db, item: ItemId) -> Vec<ItemId> {
    let routines = skeleton(db, item).routines.iter().map(|routine| routine.item);
    let mut found: Vec<ItemId> = routines.filter(|other| *other != item).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether the search from the item stops at a bound: then its callers' need not be told of as well.
fn stops(db: &dyn Db, item: ItemId) -> bool {
    hints(db, item).any(|hint| !is_whole(hint))
}

/// Whether something goes wrong in the item if conditions come out so whose values are not followed.
fn is_open(db: &dyn Db, item: ItemId) -> bool {
    hints(db, item).any(is_whole)
}

fn hints(db: &dyn Db, item: ItemId) -> impl Iterator<Item = &Finding> {
    explored(db, item).iter().map(|(_, finding)| finding).filter(|of| of.code == Code::A002)
}

/// Whether a hint is of a search that saw all: then it has a schedule.
pub(crate) fn is_whole(hint: &Finding) -> bool {
    hint.witness.is_some()
}
