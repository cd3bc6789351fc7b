//! What is put into places, said of places, and moves within them: under every name.

use std::collections::BTreeSet;

use super::{Seen, State};
use crate::regions::domain::{Access, Fact, Holder, Keep, Taken};
use crate::regions::links::{Kind, Link, add_link};
use crate::regions::paths::{Area, Path, Place, Reach};

impl State {
    /// What is at `from` is put at `into`: its container, under every name, now holds it too.
    pub(super) fn store(&mut self, from: Place, into: Place, kind: Kind) {
        let (container, step) = into.split();
        let mut slots = vec![(into, kind)];
        for seen in self.seen_as(container).into_iter().filter(|seen| seen.below.is_here()) {
            slots.push(match (seen.kind, step) {
                (Kind::Loose, _) | (_, None) => (seen.place, Kind::Loose),
                (_, Some(step)) => (seen.place.below(step), kind),
            });
        }
        let mut values = self.seen_as(from);
        values.push(Seen::itself(from));
        values.retain(|value| value.kind != Kind::Spine);
        let facts = self.facts_within(from);
        let twice = self.held_twice_within(from);
        for (slot, kind) in slots {
            let around = self.facts_around(slot);
            // First what makes ways round: by these, others are shorter.
            let (own, others): (Vec<&Seen>, _) =
                values.iter().partition(|value| value.place.holder == slot.holder);
            own.into_iter().for_each(|value| self.hold(slot, value, kind, &around));
            self.hold_twice(slot, &twice, kind);
            others.into_iter().for_each(|value| self.hold(slot, value, kind, &around));
            self.tell_stored(slot, &facts, kind);
        }
    }

    /// What has become of all that lies around a slot: it becomes of what is put there.
    fn facts_around(&self, slot: Place) -> Vec<Fact> {
        // What became of something that a function may have kept says nothing of what it may get now.
        if self.exposed == Some(slot.holder) {
            return Vec::new();
        }
        let facts = self.cell(slot.holder).facts.iter();
        let around = facts
            .filter(|(reach, _)| reach.deep && slot.path.behind(reach.path).is_some())
            // What became of some element says nothing of one that is put there now.
            .filter(|(reach, _)| !reach.path.has_item());
        around.map(|(_, fact)| *fact).collect()
    }

    /// The slot has what is seen as the value, or as a part of it.
    fn hold(&mut self, slot: Place, value: &Seen, kind: Kind, around: &[Fact]) {
        // What is put there somehow may be anywhere in it.
        let (mine, complete) = match kind {
            Kind::Loose => (slot.path, true),
            _ => self.inward(slot, value.below),
        };
        let kind = kind.and(value.kind).if_complete(complete);
        let link = Link { mine, theirs: value.place.path, kind };
        self.link(slot.holder, value.place.holder, link);
        let reach = Reach { path: value.place.path, deep: true };
        self.tell(value.place.holder, around.iter().map(|fact| (reach, *fact)));
    }

    /// The slot has what holds something twice in itself.
    fn hold_twice(&mut self, slot: Place, twice: &[(Path, Path, Kind)], kind: Kind) {
        for (mine, theirs, of) in twice {
            let link = match kind {
                Kind::Loose => Link { mine: slot.path, theirs: slot.path, kind },
                _ => {
                    let (mine, one) = self.inward(slot, *mine);
                    let (theirs, other) = self.inward(slot, *theirs);
                    Link { mine, theirs, kind: of.if_complete(one && other) }
                }
            };
            self.link(slot.holder, slot.holder, link);
        }
    }

    /// What is put into a loan is lent from there on, under its names.
    fn tell_stored(&mut self, slot: Place, facts: &[(Reach, Fact)], kind: Kind) {
        let is_lent = |loan| self.is_within_loan(slot, loan);
        let stays = |fact: &Fact| matches!(fact, Fact::Stored { loan, .. } if is_lent(*loan));
        let facts: Vec<_> = facts.iter().filter(|(_, fact)| !stays(fact)).collect();
        let moved = facts.into_iter().map(|(rest, fact)| match kind {
            Kind::Loose => (Reach { path: slot.path, deep: true }, fact.around()),
            _ => (rest.below(slot.path), *fact),
        });
        self.tell(slot.holder, moved);
    }

    /// What a place holds twice in itself, by the ways from there.
    pub(in crate::regions) fn held_twice_within(&self, place: Place) -> Vec<(Path, Path, Kind)> {
        let own = self.cell(place.holder).links.get(&place.holder);
        let within = own.into_iter().flatten().filter_map(|link| {
            let (mine, theirs) = (link.mine.behind(place.path)?, link.theirs.behind(place.path)?);
            Some((mine, theirs, link.kind.plain()))
        });
        within.collect()
    }

    /// What may have become of a place and of what is in it, by the way from there.
    pub(in crate::regions) fn facts_within(&self, place: Place) -> Vec<(Reach, Fact)> {
        let mut within: Vec<_> = self.facts_below(place).collect();
        for seen in self.shortened(place) {
            let told = self.facts_below(seen.place);
            within.extend(told.map(|(reach, fact)| match seen.kind {
                Kind::Loose => (Reach { path: seen.below, deep: true }, fact),
                _ => (reach.below(seen.below), fact),
            }));
        }
        within
    }

    fn facts_below(&self, place: Place) -> impl Iterator<Item = (Reach, Fact)> {
        let facts = self.cell(place.holder).facts.iter();
        facts.filter_map(move |(reach, fact)| match reach.path.behind(place.path) {
            Some(path) => Some((Reach { path, deep: reach.deep }, *fact)),
            None if reach.deep && place.path.behind(reach.path).is_some() => {
                Some((Reach::ALL, *fact))
            }
            None => None,
        })
    }

    /// Facts of parts of a holder, each where the shortest way leads to it.
    pub(super) fn tell(&mut self, holder: Holder, facts: impl IntoIterator<Item = (Reach, Fact)>) {
        for (reach, fact) in facts {
            let path = self.fold(Place { holder, path: reach.path }).path;
            self.cell_mut(holder).facts.insert((Reach { path, ..reach }, fact));
        }
    }

    /// The fact holds of it under every name.
    pub(super) fn spread(&mut self, area: Area, fact: Fact) {
        let seen = self.seen_as(area.place);
        self.tell(area.place.holder, [(area.reach(), fact)]);
        for seen in seen {
            let told = seen.shown(area.reach()).map(|reach| (reach, fact));
            self.tell(seen.place.holder, told);
        }
    }

    /// The place is given away under every name.
    pub(super) fn give(&mut self, place: Place, access: Access, keep: Keep, cut: bool) {
        let given = |cut| Fact::Given { access, keep, cut };
        self.spread_out(Area::all(place), cut, &given, None);
    }

    /// A task takes the place. What it cuts out of there and gives away does not come back, but what lies
    /// there then does.
    pub(super) fn take(&mut self, area: Area, taken: Taken) {
        let fact = |cut| Fact::Taken(Taken { cut, ..taken });
        let stays = Fact::Taken(Taken { keep: None, cut: false, ..taken });
        self.spread_out(area, taken.cut, &fact, Some(stays));
    }

    /// The fact holds of the place under every name; if it is cut out, what has that slot has another
    /// value from now on, of which only `stays` holds. What arrived stands for all names that callers have.
    pub(super) fn spread_out(
        &mut self,
        area: Area,
        cut: bool,
        fact: &dyn Fn(bool) -> Fact,
        stays: Option<Fact>,
    ) {
        let seen = self.seen_as(area.place);
        let own = if cut { stays } else { Some(fact(false)) };
        self.tell(area.place.holder, own.map(|fact| (area.reach(), fact)));
        for seen in seen {
            let (is_out, holder) = (seen.is_out(cut), seen.place.holder);
            let fact = match is_out && !self.arrived.contains(&holder) {
                true => stays,
                false => Some(fact(is_out)),
            };
            self.tell(holder, seen.shown(area.reach()).zip(fact));
        }
    }

    /// The iterators that walk the place, under any of the names that it is seen by.
    fn walking(&self, place: Place, seen: &[Seen]) -> BTreeSet<Holder> {
        let names = seen.iter().filter(|seen| seen.kind != Kind::Spine && seen.below.is_here());
        let places = names.map(|seen| seen.place).chain([place]);
        let is_walked = |place: &Place| {
            let links = self.cell(place.holder).links.values().flatten();
            links.into_iter().any(|link| link.kind == Kind::Spine)
        };
        let walks = places.filter(is_walked).flat_map(|place| self.seen_as(place));
        let walks = walks.filter(|seen| seen.kind == Kind::Spine && seen.below.is_here());
        walks.map(|seen| seen.place.holder).collect()
    }

    /// What lies in it may have got another index, under every name.
    pub(super) fn shift(&mut self, area: Area) {
        let mut areas = vec![area];
        let seen = self.seen_as(area.place);
        for iterator in self.walking(area.place, &seen) {
            self.may_give_again(iterator);
        }
        for seen in seen {
            if seen.below.is_here() || area.deep {
                let deep = area.deep || seen.kind == Kind::Loose;
                areas.push(Area { place: seen.place, deep });
            }
        }
        for Area { place, deep } in areas {
            let weaken = |path: &Path| path.weakened_below(place.path, deep);
            let cell = self.cell(place.holder);
            let changes = |path: &Path| weaken(path) != *path;
            if !cell.paths().any(|path| changes(&path)) {
                continue;
            }
            let old = self.cells.take(place.holder);
            let facts = old
                .facts
                .into_iter()
                .map(|(reach, fact)| (Reach { path: weaken(&reach.path), ..reach }, fact));
            self.cell_mut(place.holder).facts = facts.collect();
            for (other, links) in old.links {
                let mut new = BTreeSet::new();
                for link in links {
                    let mine = weaken(&link.mine);
                    let theirs =
                        if other == place.holder { weaken(&link.theirs) } else { link.theirs };
                    add_link(&mut new, Link { mine, theirs, ..link });
                }
                if other != place.holder {
                    let turned = new.iter().map(|link| link.turned()).collect();
                    self.cell_mut(other).links.insert(place.holder, turned);
                }
                self.cell_mut(place.holder).links.insert(other, new);
            }
        }
    }
}
