//! How a body treats the others: what it holds while it waits, how often it asks, what it leaves
//! running.
//!
//! Each rule is judged on the graph of one body, with summaries of what it calls. No schedule is
//! needed to see it, so there is no search here; who can wait for whom is `skeleton`'s to say.
//!
//! **Invariant.** These are warnings about what is wasteful or will hurt one day. What could be meant
//! is not reported: a loop with a way out, a lock that is there for the wait, a bounded source.

mod blocking;
mod endless;
mod graph;
mod held;
mod polling;
mod spawning;
mod suspends;
mod unused_channels;

use crate::Db;
use crate::diagnostics::{Code, Finding, Site};
use crate::items::ItemId;

/// What is wrong with the conduct of the item's bodies. Where something worse was found already, it
/// is not said again: neither in a proven circle, nor of a channel that is misused.
#[salsa::tracked]
pub fn check(db: &dyn Db, item: ItemId) -> Vec<Finding> {
    if !graph::is_of_interest(db, item) {
        return Vec::new();
    }
    let mut findings = held::across_suspension(db, item);
    findings.extend(unused_channels::unused(db, item));
    if !findings.is_empty() {
        let known = known_sites(db, item);
        findings.retain(|finding| !known.contains(&finding.site));
    }
    findings.extend(endless::detached(db, item));
    findings.extend(spawning::unbounded(db, item));
    findings.extend(polling::busy(db, item));
    findings.extend(blocking::outside_blocking(db, item));
    findings
}

/// Derives what the item does to its callers. Whoever asks for many goes from callees to callers, so
/// that no chain of calls is too long for the stack.
pub(crate) fn prepare(db: &dyn Db, item: ItemId) {
    suspends::suspends(db, item);
    endless::loop_of(db, item);
    blocking::blocks(db, item);
    polling::only_asks(db, item);
}

/// The places that earlier stages have something to say about.
fn known_sites(db: &dyn Db, item: ItemId) -> Vec<Site> {
    let protocol = crate::skeleton::check(db, item);
    let all = crate::regions::check(db, item).iter().map(|finding| finding.site);
    // Where a search stopped, nothing is said of the place.
    let protocol =
        protocol.iter().filter(|of| of.code != Code::A002 || crate::skeleton::is_whole(of));
    let of_protocol = protocol.flat_map(|finding| {
        let related = finding.related.iter().map(|(site, _)| *site);
        std::iter::once(finding.site).chain(related)
    });
    all.chain(of_protocol).collect()
}
