//! What may be one value under two names, and what a new value is made of.
//!
//! **Nouns.** A [`Link`] says that what one holder reaches at a path may be what another reaches at one, a
//! [`Source`] that a new value has at a path what a holder has at one; a [`Kind`] says how alike.
//!
//! **Invariant.** A link to a path that stands for everything below is [`Kind::Loose`].

use std::collections::BTreeSet;

use super::domain::Holder;
use super::paths::{Path, Place, Step};

/// Links between two holders that are kept apart; beyond, all of the one may be all of the other.
const LINKS_MAX: usize = 12;
/// Steps of the longest way round by which a loop's element is told apart from others: there must be room for what
/// lies in these.
const APART_STEPS_MAX: usize = 5;

/// How alike two linked places may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// They may be one value.
    Same,
    /// They may be one value: the element that a loop gives, or gives next, and some element that is found by way
    /// of it, as by its parent. Both ways are kept, so that the one element is not the other from now on.
    Sibling,
    /// They may have been one value, but it was cut out from there: what is there now is another, unless
    /// it was held there twice.
    Cut,
    /// They may be one container, but the elements of the one are not asked of the other: an
    /// iterator, of which those that it gave are no longer part.
    Spine,
    /// Anything in the one may be anything in the other.
    Loose,
}

impl Kind {
    pub(super) fn and(self, other: Self) -> Self {
        self.max(other)
    }

    /// Whether one value may go by both.
    pub(super) fn is_one(self) -> bool {
        matches!(self, Self::Same | Self::Sibling | Self::Cut)
    }

    /// What it says of the two places, whichever ways are kept.
    pub(super) fn plain(self) -> Self {
        if self == Self::Sibling { Self::Same } else { self }
    }

    pub(super) fn if_complete(self, complete: bool) -> Self {
        if complete { self } else { Self::Loose }
    }
}

/// What of the one holder may be what of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Link {
    /// Where in the one.
    pub mine: Path,
    /// Where in the other.
    pub theirs: Path,
    /// How alike.
    pub kind: Kind,
}

impl Link {
    /// Anything may be anything.
    pub(super) const LOOSE: Self = Self { mine: Path::HERE, theirs: Path::HERE, kind: Kind::Loose };

    pub(super) fn turned(self) -> Self {
        Self { mine: self.theirs, theirs: self.mine, ..self }
    }

    /// The same of what lies at a place.
    pub(super) fn below(self, place: Path) -> Self {
        let ((mine, one), (theirs, other)) = (place.then(self.mine), place.then(self.theirs));
        Self { mine, theirs, kind: self.kind.if_complete(one && other) }
    }

    /// Whether the other says nothing beyond this one. One further in does: what lies there may be one value though
    /// what is around it is not, and is one still when it was cut out of the one.
    pub(super) fn implies(&self, other: &Self) -> bool {
        self == other || *self == Self::LOOSE
    }

    /// Of a link of the other holder to itself: whether it begins further in than this one leads.
    pub(super) fn goes_beyond(&self, by: &Self) -> bool {
        by.kind == Kind::Loose || self.mine.behind(by.theirs).is_some_and(|rest| !rest.is_here())
    }

    /// Whether its two places are one by the shortest ways, and only by these: that says nothing of two elements.
    pub(super) fn goes_round_to(&self, shortest: &Self) -> bool {
        let is_one = shortest.mine == shortest.theirs && self.mine != self.theirs;
        is_one && shortest.kind != Kind::Loose
    }

    /// Of a value that holds itself: whether it leads from a part to the same, once round.
    pub(super) fn is_round(&self) -> bool {
        self.mine != self.theirs && self.theirs.starts_with(self.mine)
    }

    /// Of a value that holds itself: whether it leads from a part to a place that lies further in.
    pub(super) fn leads_further(&self) -> bool {
        self.theirs.steps().len() > self.mine.steps().len()
    }

    /// If it goes round, the same through any element of the containers on the way, so that there is one way
    /// round and not one for each index.
    pub(super) fn by_any_element(self) -> Self {
        if !self.is_round() && !self.turned().is_round() {
            return self;
        }
        Self { mine: self.mine.by_any_element(), theirs: self.theirs.by_any_element(), ..self }
    }

    /// If it goes round to some element of which the part is one, as from a child to the children of its parent:
    /// the same with both kept apart.
    pub(super) fn to_sibling(self) -> Self {
        let round = if self.is_round() { self.theirs } else { self.mine };
        let goes_round = self.is_round() || self.turned().is_round();
        let is_short = round.steps().len() <= APART_STEPS_MAX;
        match self.kind == Kind::Same && goes_round && round.ends_in_item() && is_short {
            true => Self { kind: Kind::Sibling, ..self },
            false => self,
        }
    }

    /// A path that begins with a round, without it. The round may go through any element, the path through one.
    pub(super) fn shortened(&self, path: Path) -> Option<Path> {
        Some(self).filter(|link| link.kind == Kind::Same)?.shortened_at_once(path)
    }

    /// The same with what is kept apart otherwise.
    pub(super) fn shortened_at_once(&self, path: Path) -> Option<Path> {
        let is_plain = self.kind.plain() == Kind::Same;
        let goes_round = is_plain && self.is_round() && path.is_within(self.theirs);
        let rest = path.behind(self.theirs).filter(|_| goes_round)?;
        Some(self.mine.then(rest).0)
    }

    /// Whether it only says that a value is itself.
    pub(super) fn is_trivial(&self) -> bool {
        self.kind == Kind::Same && self.mine == self.theirs && !self.mine.has_item()
    }
}

/// Adds a link; says whether that says anything new.
pub(super) fn add_link(links: &mut BTreeSet<Link>, link: Link) -> bool {
    if links.contains(&Link::LOOSE) || links.contains(&link) {
        return false;
    }
    if link == Link::LOOSE || links.len() >= LINKS_MAX {
        links.clear();
        links.insert(Link::LOOSE);
        return true;
    }
    links.insert(link)
}

/// A value made of, or found in, another: what it reaches at `to` is what the holder reaches at
/// `from`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) holder: Holder,
    pub(super) from: Path,
    pub(super) to: Path,
    pub(super) kind: Kind,
    /// It was taken out: what the holder still reaches is something else, unless it was there twice.
    pub(super) cut: bool,
    /// Elements have the index or key that they have in the holder.
    pub(super) in_place: bool,
}

impl Source {
    pub(super) fn whole(holder: Holder) -> Self {
        let (from, to) = (Path::HERE, Path::HERE);
        Self { holder, from, to, kind: Kind::Same, cut: false, in_place: false }
    }

    /// Found at that step.
    pub(super) fn part(holder: Holder, step: Step) -> Self {
        Self { from: Path::of(step), ..Self::whole(holder) }
    }

    /// Put at that step of the new value.
    pub(super) fn put(holder: Holder, step: Step) -> Self {
        Self { to: Path::of(step), ..Self::whole(holder) }
    }

    /// Its elements are the holder's, each at its index or key.
    pub(super) fn elements(holder: Holder) -> Self {
        Self { in_place: true, ..Self::rearranged(holder) }
    }

    /// Its elements are the holder's, in whatever order and number.
    pub(super) fn rearranged(holder: Holder) -> Self {
        Self { from: Path::of(Step::Item), to: Path::of(Step::Item), ..Self::whole(holder) }
    }

    /// Nobody knows how.
    pub(super) fn loose(holder: Holder) -> Self {
        Self { kind: Kind::Loose, ..Self::whole(holder) }
    }

    /// The same of a place further inside the holder.
    pub(super) fn within(self, place: Place) -> Self {
        let (from, complete) = place.path.then(self.from);
        let (kind, in_place) =
            (self.kind.if_complete(complete), self.in_place && place.path.is_here());
        Self { holder: place.holder, from, kind, in_place, ..self }
    }
}
