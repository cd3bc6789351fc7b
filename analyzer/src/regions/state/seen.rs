//! What else a place may be, by the links of a state.
//!
//! Links between two holders are made complete when they are made. Those of a *knot*, a holder linked to
//! itself, are followed when a place is asked for: a value that holds itself has a way to each of its
//! parts as long as one likes. Of these the shortest are linked and told what becomes of the part
//! ([`State::fold`]), and what is asked is shortened likewise, a round at a time: where the links are not what
//! the program does, the place at each of them may be meant.

use super::State;
use crate::regions::domain::Holder;
use crate::regions::links::{Kind, Link};
use crate::regions::paths::{Path, Place, Reach, Step};

/// Places of one knot that are kept apart; beyond, all of it may be meant.
const KNOT_PLACES_MAX: usize = 48;

/// Which links of a knot to itself are followed.
#[derive(Clone, Copy)]
enum Ways {
    /// In what holds itself, all but those further in.
    Shortest,
    All,
    /// Of these, those by which two places may be one for good.
    Back,
}

impl Ways {
    fn follow(self, link: &Link, goes_round: bool) -> bool {
        match self {
            Self::Shortest => !goes_round || !link.leads_further(),
            Self::All => true,
            Self::Back => {
                !link.leads_further() && matches!(link.kind.plain(), Kind::Same | Kind::Loose)
            }
        }
    }
}

/// Another place that a place, or the part of it at `below`, may be.
#[derive(Clone, Copy, Debug)]
pub(in crate::regions) struct Seen {
    pub(in crate::regions) place: Place,
    pub(in crate::regions) below: Path,
    pub(in crate::regions) kind: Kind,
    /// It is what a container has there that is one with the place's own, or with one further out.
    pub(super) same_slot: bool,
    /// The first step of the link that shows it.
    pub(super) first: Option<Step>,
    /// The part at `below` was found by going round.
    is_round: bool,
}

impl Seen {
    /// The place as what it is itself.
    pub(super) fn itself(place: Place) -> Self {
        let (below, kind) = (Path::HERE, Kind::Same);
        Self { place, below, kind, same_slot: true, first: None, is_round: false }
    }

    /// Whether something else lies there now, once what the place held was given away: it was cut out from
    /// there, or is as it is given.
    pub(in crate::regions) fn is_out(&self, cut: bool) -> bool {
        self.kind == Kind::Cut || cut && self.same_slot
    }

    /// How much of it is meant when so much of the place's holder is.
    pub(in crate::regions) fn shown(&self, asked: Reach) -> Option<Reach> {
        let (path, deep) = (self.place.path, asked.deep);
        match (self.below.is_here(), self.kind) {
            (true, Kind::Same | Kind::Sibling | Kind::Cut) => Some(Reach::of(path, deep)),
            (is_here, Kind::Spine) => (is_here || deep).then_some(Reach { path, deep: false }),
            (true, Kind::Loose) => Some(Reach { path, deep: true }),
            (false, _) => deep.then_some(Reach { path, deep: true }),
        }
    }

    /// What a place is that is that one, or what a part of it is: `next` is what this one is.
    fn then(&self, next: &Self) -> Self {
        let (below, complete) = self.below.then(next.below);
        let below = if self.kind == Kind::Loose { self.below } else { below };
        Self {
            place: next.place,
            below,
            kind: self.kind.and(next.kind).if_complete(complete),
            same_slot: self.same_slot && next.same_slot,
            first: self.first.or(next.first),
            is_round: self.is_round || next.is_round,
        }
    }

    /// What a link of its holder to itself makes of it. A part is not looked for round after round.
    fn step_by(&self, link: &Link, ways: Ways) -> Option<Self> {
        let next = by_link(link, self.place.holder, self.place.path)?;
        let is_round = link.turned().is_round() && !next.below.is_here();
        let is_again = match ways {
            Ways::Back => self.is_round,
            Ways::Shortest | Ways::All => !self.below.is_here(),
        };
        (!(is_round && is_again)).then(|| self.then(&Self { is_round, ..next }))
    }

    /// Whether it says no more than that a place is itself.
    fn is_trivially(&self, place: Place) -> bool {
        self.place == place && self.below.is_here() && self.kind.is_one()
    }

    /// Whether it is the part of the place that it is seen as.
    fn is_own_part(&self, place: Place) -> bool {
        let own = place.path.then(self.below);
        self.place.holder == place.holder && own == (self.place.path, true)
    }

    /// Whether it is said already, by a way that is no more certain.
    fn is_among(&self, known: &[Self]) -> bool {
        known.iter().any(|it| {
            (it.place, it.below) == (self.place, self.below)
                && it.kind >= self.kind
                && (!it.same_slot || self.same_slot)
        })
    }
}

impl State {
    /// The places that a place, or a part of it, may be as well; in a value that holds itself, those by ways
    /// that are no longer.
    pub(in crate::regions) fn seen_as(&self, place: Place) -> Vec<Seen> {
        self.seen(place, Ways::Shortest)
    }

    /// The same with the ways that go round in a value which holds itself.
    pub(super) fn seen_by_all_ways(&self, place: Place) -> Vec<Seen> {
        self.seen(place, Ways::All)
    }

    /// Shorter ways to the place, or to parts of it, in a value that holds itself.
    pub(super) fn shortened(&self, place: Place) -> Vec<Seen> {
        if self.is_tree(place.holder) {
            return Vec::new();
        }
        self.walk_knot(Seen::itself(place), None, Ways::Back)
    }

    fn seen(&self, place: Place, ways: Ways) -> Vec<Seen> {
        let linked = self.linked(place, ways);
        let mut seen: Vec<Seen> = linked.iter().map(|(seen, _)| *seen).collect();
        let starts = [(Seen::itself(place), None)].into_iter().chain(linked);
        for (start, by) in starts.filter(|(start, _)| !self.is_tree(start.place.holder)) {
            for new in self.seen_through(start, by, ways) {
                // By way of another holder, a part is found to be itself: that says nothing of two elements.
                let comes_back = start.place.holder != place.holder && new.is_own_part(place);
                if !comes_back && !new.is_trivially(place) && !new.is_among(&seen) {
                    seen.push(new);
                }
            }
        }
        seen
    }

    /// What a place of a knot is by its links to itself, and under other names from there.
    fn seen_through(&self, start: Seen, by: Option<&Link>, ways: Ways) -> Vec<Seen> {
        let found = self.walk_knot(start, by, ways);
        let mut seen = Vec::new();
        for found in found {
            // What lies behind the place itself is seen from there.
            let back = start.place.path.after(found.place.path);
            let goes_back =
                |below: Path| !below.is_here() && back.is_some_and(|back| below.starts_with(back));
            let others = self.linked(found.place, ways).into_iter().map(|(seen, _)| seen);
            let others = others.filter(|other| other.place.holder != found.place.holder);
            seen.extend(others.filter(|other| !goes_back(other.below)).map(|it| found.then(&it)));
            seen.push(found);
        }
        seen
    }

    /// Follows the links of a holder to itself, one after the other. Links between two holders are complete: of
    /// what one of them shows, those alone that begin further in show more.
    fn walk_knot(&self, start: Seen, by: Option<&Link>, ways: Ways) -> Vec<Seen> {
        let holder = start.place.holder;
        let own = self.cell(holder).links.get(&holder);
        let goes_round = self.goes_round(holder);
        let own = own.into_iter().flatten().filter(|link| ways.follow(link, goes_round));
        let own: Vec<&Link> = own.collect();
        let mut walked = vec![start];
        let mut position = 0;
        while let Some(at) = walked.get(position).copied() {
            let goes_on = |link: &&&Link| position > 0 || by.is_none_or(|by| link.goes_beyond(by));
            for next in own.iter().filter(goes_on).filter_map(|link| at.step_by(link, ways)) {
                if next.is_among(&walked) {
                    continue;
                }
                if walked.len() == KNOT_PLACES_MAX {
                    let place = Place::whole(holder);
                    walked.push(Seen { place, kind: Kind::Loose, same_slot: false, ..next });
                    return walked.split_off(1);
                }
                walked.push(next);
            }
            position += 1;
        }
        walked.split_off(1)
    }

    /// The shortest way to the same part, in a value that holds itself. What is kept apart counts as one where
    /// there is no room for more.
    pub(super) fn fold(&self, place: Place) -> Place {
        let path = self.folded(place, Link::shortened);
        match path.is_full() {
            true => {
                let path = self.folded(Place { path, ..place }, Link::shortened_at_once);
                Place { path, ..place }
            }
            false => Place { path, ..place },
        }
    }

    fn folded(&self, place: Place, shortened: impl Fn(&Link, Path) -> Option<Path>) -> Path {
        let own = || self.cell(place.holder).links.get(&place.holder).into_iter().flatten();
        let mut path = place.path;
        while let Some(shorter) = own().find_map(|link| shortened(link, path)) {
            path = shorter;
        }
        path
    }

    /// The way further inwards from a place, and whether it is all there. It is shortened where it grows too long.
    pub(super) fn inward(&self, place: Place, more: Path) -> (Path, bool) {
        let mut path = place.path;
        for step in more.steps() {
            let (further, complete) = path.then(Path::of(step));
            if !complete {
                return (further, false);
            }
            path = further;
            if path.is_full() {
                path = self.fold(Place { path, ..place }).path;
            }
        }
        (path, true)
    }

    /// Where the place is found from another element, from which it is kept apart.
    pub(super) fn found_from_siblings(&self, place: Place) -> impl Iterator<Item = Seen> {
        let own = self.cell(place.holder).links.get(&place.holder).into_iter().flatten();
        let apart = own.filter(|link| link.kind == Kind::Sibling && link.is_round());
        let seen = apart.filter_map(move |link| by_link(link, place.holder, place.path));
        seen.filter(|seen| seen.below.is_here())
    }

    /// Whether the holder's value holds itself.
    fn goes_round(&self, holder: Holder) -> bool {
        let own = self.cell(holder).links.get(&holder);
        own.into_iter().flatten().any(Link::is_round)
    }

    /// Whether what the holder has is kept apart from what is found by way of it.
    pub(super) fn has_siblings(&self, holder: Holder) -> bool {
        let own = self.cell(holder).links.get(&holder);
        own.into_iter().flatten().any(|link| link.kind == Kind::Sibling)
    }

    /// What the links of the holder say, one step far, that a place or a part of it may be; of its links to itself,
    /// those that are followed.
    fn linked(&self, place: Place, ways: Ways) -> Vec<(Seen, Option<&Link>)> {
        let mut seen = Vec::new();
        let goes_round = self.goes_round(place.holder);
        for (holder, links) in &self.cell(place.holder).links {
            let is_other = *holder != place.holder;
            let links = links.iter().filter(|link| is_other || ways.follow(link, goes_round));
            let by =
                |link| Some((by_link(link, *holder, place.path)?, Some(link).filter(|_| is_other)));
            seen.extend(links.filter_map(by));
        }
        seen
    }
}

/// What the link says that the path, or a part of what is there, is in the other holder.
fn by_link(link: &Link, holder: Holder, path: Path) -> Option<Seen> {
    let seen = |path, below, kind: Kind, same_slot| {
        let (place, first, kind) = (Place { holder, path }, link.mine.first(), kind.plain());
        Seen { place, below, kind, same_slot, first, is_round: false }
    };
    if let Some(rest) = path.behind(link.mine) {
        let (path, complete) = link.theirs.then(rest);
        return match link.kind {
            Kind::Spine if !rest.is_here() => None,
            Kind::Loose => {
                Some(Seen { first: None, ..seen(link.theirs, Path::HERE, Kind::Loose, false) })
            }
            // A way that is cut short stands for everything further on.
            _ if !complete => Some(seen(path, Path::HERE, Kind::Loose, false)),
            kind => Some(seen(path, Path::HERE, kind, kind.is_one() && !rest.is_here())),
        };
    }
    let below = link.mine.behind(path)?;
    Some(seen(link.theirs, below, link.kind, false))
}
