//! Links of holders: made, dropped with what a place held, and forgotten with what no later op can name.
//!
//! What it is not: what else a place may be by them (`seen`).

use std::collections::BTreeSet;

use super::{Seen, State};
use crate::regions::domain::{Fact, Holder};
use crate::regions::links::{Kind, Link, add_link};
use crate::regions::paths::{Path, Place, Reach, Step};

impl State {
    pub(in crate::regions) fn forget(&mut self, holder: Holder) {
        if self.cell(holder).is_empty() {
            return;
        }
        let old = self.cells.take(holder);
        for other in old.links.into_keys().filter(|other| *other != holder) {
            let cell = self.cell_mut(other);
            cell.links.remove(&holder);
            if cell.is_empty() {
                self.cells.take(other);
            }
        }
    }

    pub(in crate::regions) fn link(&mut self, one: Holder, other: Holder, link: Link) {
        // What is exposed is one region, and no way from one name in it to another.
        if one == other && self.exposed == Some(one) {
            return;
        }
        let shortest = self.shortest(one, other, link);
        if one == other && (shortest.is_trivial() || link.goes_round_to(&shortest)) {
            return;
        }
        let link = shortest;
        let known = |state: &Self, one, other, link: &Link| {
            let links: Option<&BTreeSet<Link>> = state.cell(one).links.get(&other);
            links.is_some_and(|links| links.iter().any(|known| known.implies(link)))
        };
        for (one, other, link) in [(one, other, link), (other, one, link.turned())] {
            if !known(self, one, other, &link) {
                add_link(self.cell_mut(one).links.entry(other).or_default(), link);
            }
        }
    }

    /// From now on, functions that were passed in may know what lies there.
    pub(super) fn expose(&mut self, place: Place) {
        let Some(exposed) = self.exposed else { return };
        let (facts, seen) = (self.facts_within(place), self.seen_as(place));
        let seen = seen.into_iter().filter(|seen| seen.kind != Kind::Spine);
        for name in seen.chain([Seen::itself(place)]) {
            let (mine, theirs) = (name.place.path, Path::HERE);
            self.link(name.place.holder, exposed, Link { mine, theirs, kind: Kind::Loose });
        }
        let is_lasting = |fact: &Fact| matches!(fact, Fact::Given { .. } | Fact::Taken(_));
        let facts = facts.into_iter().map(|(_, fact)| fact).filter(is_lasting);
        self.tell(exposed, facts.map(|fact| (Reach::ALL, fact)));
    }

    /// The link by the shortest ways on both sides.
    fn shortest(&self, one: Holder, other: Holder, link: Link) -> Link {
        let Link { mut mine, mut theirs, kind } = link;
        if kind != Kind::Loose {
            mine = self.fold(Place { holder: one, path: mine }).path;
            theirs = self.fold(Place { holder: other, path: theirs }).path;
        }
        let complete = !mine.is_full() && !theirs.is_full();
        let link = Link { mine, theirs, kind: kind.if_complete(complete) };
        if one == other { link.by_any_element() } else { link }
    }

    /// A loop may meet again what it gave before.
    pub(super) fn may_give_again(&mut self, iterator: Holder) {
        let item = Path::of(Step::Item);
        self.link(iterator, iterator, Link { mine: item, theirs: item, kind: Kind::Same });
    }

    /// What the holder had at a place, it has there no more; other names may mean other values.
    pub(super) fn clear(&mut self, place: Place) {
        // Some element may be another than the one replaced.
        let is_below = |path: &Path| path.starts_with(place.path);
        let is_one = !self.stands_for_others(place);
        let old = self.cells.take(place.holder);
        let cleared = old.facts.into_iter().filter(|(reach, _)| !(is_one && is_below(&reach.path)));
        self.cell_mut(place.holder).facts = cleared.collect();
        for (other, links) in old.links {
            let own = other == place.holder;
            let goes = |link: &Link| match own {
                true => is_below(&link.mine) || is_below(&link.theirs),
                false => is_one && is_below(&link.mine),
            };
            let kept: BTreeSet<Link> = links.into_iter().filter(|link| !goes(link)).collect();
            if !own {
                let turned: BTreeSet<Link> = kept.iter().map(|link| link.turned()).collect();
                let cell = self.cell_mut(other);
                match turned.is_empty() {
                    true => drop(cell.links.remove(&place.holder)),
                    false => drop(cell.links.insert(place.holder, turned)),
                }
            }
            if !kept.is_empty() {
                self.cell_mut(place.holder).links.insert(other, kept);
            }
        }
    }

    /// Whether what is told of the place may be meant of others, further round: it stays when the place is cleared.
    fn stands_for_others(&self, place: Place) -> bool {
        let own = self.cell(place.holder).links.get(&place.holder);
        let (container, _) = place.path.split();
        own.into_iter().flatten().any(|link| {
            let goes_round = link.is_round() && !link.theirs.starts_with(place.path);
            goes_round && container.behind(link.mine).is_some()
        })
    }

    /// Forgets what no later op can name.
    pub(in crate::regions) fn keep_only(&mut self, is_live: impl Fn(Holder) -> bool) {
        let dead: Vec<Holder> = self.cells.holders().filter(|holder| !is_live(*holder)).collect();
        dead.into_iter().for_each(|holder| self.forget(holder));
    }
}
