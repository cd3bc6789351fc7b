//! What a new value is joined with, and what has become of it: found in, or made of, its sources.

use std::collections::BTreeSet;

use super::{Seen, State};
use crate::items::NodeIndex;
use crate::mir::Point;
use crate::regions::classes::links_from;
use crate::regions::domain::{Fact, Hold, Holder, Keep};
use crate::regions::links::{Kind, Link, Source};
use crate::regions::paths::{Area, Path, Place, Reach, Step};

/// A new value's links to others, to itself, and what has become of it.
#[derive(Default)]
struct Derived {
    links: Vec<(Holder, Link)>,
    within: Vec<Link>,
    facts: BTreeSet<(Reach, Fact)>,
}

impl State {
    pub(super) fn assign(&mut self, dest: Holder, from: &[Source], shared: &[Link], at: NodeIndex) {
        let is_made_of_itself = from.iter().any(|source| source.holder == dest);
        if !is_made_of_itself {
            self.forget(dest);
        }
        let mut made = Derived::default();
        for (position, source) in from.iter().enumerate() {
            self.derive(source, at, &mut made);
            for other in &from[..position] {
                self.relate(source, other, &mut made);
            }
        }
        made.within.extend(shared);
        let is_walk = from.iter().any(|source| source.kind == Kind::Spine);
        let is_given = from.iter().any(|source| source.cut && self.has_siblings(source.holder));
        // A name that holds part of what it held before keeps its own past, and is linked no more.
        self.forget(dest);
        for link in made.within {
            let link = if is_walk || is_given { link.to_sibling() } else { link };
            self.link(dest, dest, link);
        }
        for (holder, link) in made.links {
            if holder != dest {
                self.link(dest, holder, link);
            }
        }
        self.tell(dest, made.facts);
    }

    /// What a source makes of a new value: its links to others and to itself, and what has become of it.
    fn derive(&self, source: &Source, at: NodeIndex, made: &mut Derived) {
        let Source { holder, from, to, kind, cut, .. } = *source;
        if !cut {
            made.links.push((holder, Link { mine: to, theirs: from, kind }));
        }
        let rounds = self.rounds(source);
        let knows_rounds = !rounds.is_empty();
        made.within.extend(rounds);
        let place = Place { holder, path: from };
        // What is cut out lies there no more, and is found from what does.
        let found = self.found_from_siblings(place).filter(|_| cut);
        for seen in self.seen_as(place).into_iter().chain(found) {
            if kind == Kind::Spine && !seen.below.is_here() {
                continue;
            }
            let is_cut = cut && seen.same_slot;
            // What arrived stands for all names that callers have, the cut one among them.
            if is_cut && !self.arrived.contains(&seen.place.holder) {
                continue;
            }
            let (mine, complete) = put(source, seen.first, seen.below);
            let kind = kind.and(if is_cut { Kind::Cut } else { seen.kind }).if_complete(complete);
            let link = Link { mine, theirs: seen.place.path, kind };
            made.links.push((seen.place.holder, link));
            if seen.place.holder == holder {
                made.within.extend(within(source, &seen, link, knows_rounds));
            }
        }
        self.derive_facts(source, at, made);
    }

    /// The ways round in the new value that lead round in the source's holder.
    fn rounds(&self, source: &Source) -> Vec<Link> {
        let Source { holder, from, to, kind, cut, .. } = *source;
        if !kind.is_one() {
            return Vec::new();
        }
        let own = self.cell(holder).links.get(&holder).into_iter().flatten();
        links_from(own, from, cut).into_iter().map(|link| link.below(to)).collect()
    }

    /// What has become of the source, and of what it is by shorter ways.
    fn derive_facts(&self, source: &Source, at: NodeIndex, made: &mut Derived) {
        let Source { holder, from, kind, .. } = *source;
        let whole = &self.cell(holder).facts;
        self.take_over(source, from, whole, at, made);
        for seen in self.shortened(Place { holder, path: from }) {
            if kind != Kind::Spine || seen.below.is_here() {
                let (to, _) = put(source, seen.first, seen.below);
                // What is in the place itself is taken over already.
                let others = whole.iter().filter(|(reach, _)| reach.path.behind(from).is_none());
                let source = Source { to, kind: kind.and(seen.kind), ..*source };
                self.take_over(&source, seen.place.path, others, at, made);
            }
        }
    }

    /// What has become of what the holder has at `from` became of the new value.
    fn take_over<'a>(
        &self,
        source: &Source,
        from: Path,
        facts: impl IntoIterator<Item = &'a (Reach, Fact)>,
        at: NodeIndex,
        made: &mut Derived,
    ) {
        let Source { to, kind, .. } = *source;
        for (reach, fact) in facts {
            // A function that states to keep what it is passed, and returns it, gives it back; so does
            // `freeze`, under another type.
            let is_given_back = matches!(
                fact,
                Fact::Given { access, keep: Keep::Moved | Keep::Frozen, .. } if access.at == at
            );
            if is_given_back {
                continue;
            }
            let fact = self.moved_on(source, *fact, at);
            let moved = if let Some(path) = reach.path.behind(from) {
                let rest = Reach { path, deep: reach.deep };
                match kind {
                    Kind::Same | Kind::Sibling | Kind::Cut => {
                        Some(rest.below(carried(source, reach.path.first())))
                    }
                    Kind::Spine => path.is_here().then_some(Reach { path: to, deep: false }),
                    Kind::Loose => Some(Reach { path: to, deep: true }),
                }
            } else {
                let above = from.behind(reach.path).is_some() && reach.deep;
                above.then_some(Reach { path: to, deep: kind != Kind::Spine })
            };
            made.facts.extend(moved.map(|reach| (reach, fact)));
        }
    }

    /// A fact as a new name takes it over: a loan then leaves, if it does, where the name was given it.
    fn moved_on(&self, source: &Source, fact: Fact, at: NodeIndex) -> Fact {
        let Source { holder, from, kind, cut, .. } = *source;
        match fact {
            Fact::Lent { hold: Hold::Out, .. } => fact,
            Fact::Lent { loan, hold, .. } if kind != Kind::Same => {
                Fact::Lent { loan, left: at, hold }.around()
            }
            Fact::Lent { loan, .. } | Fact::Stored { loan, .. }
                if cut && self.is_within_loan(Place { holder, path: from }.split().0, loan) =>
            {
                Fact::Lent { loan, left: at, hold: Hold::Out }
            }
            Fact::Lent { loan, hold, .. } => Fact::Lent { loan, left: at, hold },
            fact => fact,
        }
    }

    /// Whether the place itself, and not only something in it, is part of what the lock guards.
    pub(super) fn is_within_loan(&self, place: Place, loan: Point) -> bool {
        let is_within = |fact: &Fact| matches!(fact, Fact::Lent { loan: of, hold: Hold::Within, .. } if *of == loan);
        self.facts(Area::at(place)).iter().any(is_within)
    }

    /// Two sources of one value: what they share, it holds twice.
    fn relate(&self, one: &Source, other: &Source, made: &mut Derived) {
        if one.kind == Kind::Spine || other.kind == Kind::Spine {
            return;
        }
        let mut share = |one_below: Path, other_below: Path, kind: Kind| {
            let (mine, complete) = put(one, None, one_below);
            let (theirs, also) = put(other, None, other_below);
            let kind = kind.and(one.kind).and(other.kind).if_complete(complete && also);
            made.within.push(Link { mine, theirs, kind });
        };
        let mut seen = self.seen_as(Place { holder: one.holder, path: one.from });
        let place = Place { holder: one.holder, path: one.from };
        seen.push(Seen::itself(place));
        for seen in seen {
            if seen.place.holder != other.holder || seen.kind == Kind::Spine {
                continue;
            }
            if let Some(rest) = seen.place.path.behind(other.from) {
                share(seen.below, rest, seen.kind);
            } else if let Some(rest) = other.from.behind(seen.place.path) {
                let (below, complete) = seen.below.then(rest);
                share(below, Path::HERE, seen.kind.if_complete(complete));
            }
        }
    }
}

/// What a link to another place of the source's holder makes of the new value itself, beyond the ways round
/// that are known.
fn within(source: &Source, seen: &Seen, link: Link, knows_rounds: bool) -> Option<Link> {
    let Link { mine, theirs, kind } = link;
    // The other place lies in the new value too: that holds it twice.
    if let Some(rest) = theirs.behind(source.from) {
        let (theirs, complete) = put(source, theirs.first(), rest);
        return Some(Link { mine, theirs, kind: kind.if_complete(complete) });
    }
    // The new value lies in the other place, which it holds: it holds itself.
    let rest = source.from.behind(theirs)?;
    let (mine, complete) = mine.then(rest);
    let is_known = knows_rounds && kind == Kind::Same;
    let holds_itself = !is_known && (kind.is_one() || !seen.below.is_here());
    holds_itself.then_some(Link { mine, theirs: source.to, kind: kind.if_complete(complete) })
}

/// Where the new value has what the source has further in: anywhere, if nobody knows how it was made.
fn put(source: &Source, first: Option<Step>, below: Path) -> (Path, bool) {
    match source.kind {
        Kind::Loose => (source.to, true),
        Kind::Same | Kind::Sibling | Kind::Cut | Kind::Spine => carried(source, first).then(below),
    }
}

/// Where the new value has what the source has at an element: at the same index, if that is known
/// and elements stay where they are.
fn carried(source: &Source, first: Option<Step>) -> Path {
    if source.in_place { source.to.with_first(first) } else { source.to }
}
