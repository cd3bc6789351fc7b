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
//! **Invariant.** A finding is a state that can be reached and in which a task waits for ever,
//! whatever the decisions that were not understood may be. What is not understood (a channel put
//! into a container, an unknown callee, a bound that was hit) never becomes a finding.
//!
//! Not here: ownership (`regions`), and anything that a single task does without meeting another.

mod attempts;
mod choice;
mod demand;
mod ends;
mod eval;
mod explore;
mod extract;
mod graph;
mod groups;
mod helpers;
mod liveness;
mod local;
mod locks;
mod machine;
mod make;
mod meet;
mod mend;
mod misuse;
mod names;
mod normalise;
mod operations;
mod plain;
mod postdominance;
mod print;
mod quiet;
mod report;
mod scopes;
mod shared;
mod slice;
mod state;
mod step;
mod stuck;
mod tasks;
mod value;
mod verdict;
mod walk;

use crate::Db;
use crate::diagnostics::Finding;
use crate::items::ItemId;

pub use extract::skeleton;
pub use graph::{
    Action, Arg, Hold, Kind, LocalFact, Node, NodeId, ObjectType, Routine, RoutineId, SelectOffer,
    Skeleton, SyncOp, Tag, Target,
};
pub use print::print;
pub(crate) use quiet::is_quiet;

use verdict::Verdict;

/// What is wrong with the protocol of the channels that belong to `item`.
///
/// A function that is called explores its callees too; what a callee finds by itself is the
/// callee's to report.
pub fn check(db: &dyn Db, item: ItemId) -> Vec<Finding> {
    if is_quiet(db, item) {
        return Vec::new();
    }
    let found = own_findings(db, item);
    let has = |other: ItemId, finding: &Finding| {
        other != item
            && own_findings(db, other)
                .iter()
                .any(|(_, known)| known.code == finding.code && known.site == finding.site)
    };
    let is_known = |made_in: ItemId, finding: &Finding| {
        has(made_in, finding) || has(finding.site.item, finding)
    };
    found
        .iter()
        .filter(|(made_in, finding)| !is_known(*made_in, finding))
        .map(|(_, finding)| finding.clone())
        .collect()
}

/// The findings of the item's own exploration, each with the item that made its channel.
#[salsa::tracked]
fn own_findings(db: &dyn Db, item: ItemId) -> Vec<(ItemId, Finding)> {
    let skeleton = skeleton(db, item);
    match verdict::verdict(skeleton) {
        Verdict::Fails(dooms) => {
            dooms.iter().flat_map(|doom| report::findings(db, skeleton, doom)).collect()
        }
        Verdict::Holds | Verdict::Bounded(_) => Vec::new(),
    }
}
