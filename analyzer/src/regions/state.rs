//! The state's algebra: uniting paths, and what each [`Event`] leaves behind.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::domain::{Cell, Event, Fact, Holder, Open, ScopeKey, State, Target};
use super::paths::{Kind, Link, Path, Place, Reach, Source, Step, add_link};
use crate::items::NodeIndex;
use crate::mir::{Local, Point, ScopeId};

impl State {
    /// Nothing joined, nothing known; the task-typed locals name nothing.
    pub(super) fn new(holders: usize, handles: impl Iterator<Item = Local>) -> Self {
        Self {
            cells: vec![Arc::default(); holders],
            targets: BTreeMap::new(),
            running: BTreeMap::new(),
            unnamed: handles.map(|handle| (handle, BTreeSet::new())).collect(),
            outcomes: BTreeMap::new(),
            deferred: BTreeSet::new(),
            open: Vec::new(),
        }
    }

    pub(super) fn cell(&self, holder: Holder) -> &Cell {
        &self.cells[holder.index()]
    }

    pub(super) fn cell_mut(&mut self, holder: Holder) -> &mut Cell {
        Arc::make_mut(&mut self.cells[holder.index()])
    }

    /// What may have become of a place: of it alone, or of everything in it too.
    pub(super) fn facts(&self, place: Place, deep: bool) -> BTreeSet<Fact> {
        let asked = Reach { path: place.path, deep };
        let facts = self.cell(place.holder).facts.iter();
        facts.filter(|(reach, _)| reach.meets(&asked)).map(|(_, fact)| *fact).collect()
    }

    /// Whether the two may share a region.
    pub(super) fn joined(&self, one: Holder, other: Holder) -> bool {
        one == other || self.cell(one).links.contains_key(&other)
    }

    /// Whether something may be meant by both; of parts within one value, whether two may be one.
    pub(super) fn meet(&self, one: (Place, bool), other: (Place, bool), within: bool) -> bool {
        let ((one, one_deep), (other, other_deep)) = (one, other);
        let asked = Reach { path: other.path, deep: other_deep };
        let own = Reach { path: one.path, deep: one_deep };
        if !within && one.holder == other.holder && own.meets(&asked) {
            return true;
        }
        self.seen_as(one).into_iter().any(|seen| {
            let shown = match (seen.below.is_here(), seen.kind) {
                (true, Kind::Same) => Reach { path: seen.place.path, deep: one_deep },
                (true, Kind::Spine) => Reach { path: seen.place.path, deep: false },
                (_, Kind::Spine) => return false,
                (false, _) if !one_deep => return false,
                _ => Reach { path: seen.place.path, deep: true },
            };
            seen.place.holder == other.holder && shown.meets(&asked)
        })
    }

    /// Whether a holder's owned values may be held in it in more than one place each.
    pub(super) fn is_tree(&self, holder: Holder) -> bool {
        !self.cell(holder).links.contains_key(&holder)
    }

    /// The places that a place, or a part of it, may be as well.
    pub(super) fn seen_as(&self, place: Place) -> Vec<Seen> {
        let mut seen = Vec::new();
        for (holder, links) in &self.cell(place.holder).links {
            for link in links {
                let there = |path| Place { holder: *holder, path };
                if let Some(rest) = place.path.behind(link.mine) {
                    let (path, complete) = link.theirs.then(rest);
                    let kind = link.kind.if_complete(complete);
                    match kind {
                        Kind::Spine if !rest.is_here() => {}
                        Kind::Loose => {
                            let place = there(link.theirs);
                            seen.push(Seen { place, below: Path::HERE, kind, first: None });
                        }
                        _ => seen.push(Seen {
                            place: there(path),
                            below: Path::HERE,
                            kind,
                            first: link.mine.first(),
                        }),
                    }
                } else if let Some(below) = link.mine.behind(place.path) {
                    let (place, kind) = (there(link.theirs), link.kind);
                    seen.push(Seen { place, below, kind, first: link.mine.first() });
                }
            }
        }
        seen
    }

    /// What a function value may be.
    pub(super) fn targets(&self, local: Local) -> BTreeSet<Target> {
        self.targets.get(&local).cloned().unwrap_or_else(|| BTreeSet::from([Target::Unknown]))
    }

    /// The loan that `local` names while its lock is held.
    pub(super) fn open_loan(&self, local: Local) -> Option<Point> {
        self.open.iter().rev().find_map(|open| match open {
            Open::Loan { loan, local: named } if *named == local => Some(*loan),
            _ => None,
        })
    }

    /// The loans whose region the place may be part of.
    pub(super) fn loans(&self, place: Place) -> BTreeSet<Point> {
        let lent = self.facts(place, true).into_iter().filter_map(|fact| match fact {
            Fact::Lent { loan, .. } => Some(loan),
            _ => None,
        });
        lent.collect()
    }

    /// Takes up what another path brings; says whether anything is new.
    pub(super) fn unite(&mut self, other: &Self) -> bool {
        let mut grew = false;
        for (mine, theirs) in self.cells.iter_mut().zip(&other.cells) {
            if !Arc::ptr_eq(mine, theirs) && **mine != **theirs {
                grew |= Arc::make_mut(mine).take_up(theirs);
            }
        }
        for (local, targets) in &other.targets {
            grew |= take_up(self.targets.entry(*local).or_default(), targets);
        }
        for (task, scope) in &other.running {
            grew |= self.running.insert(*task, *scope).is_none();
        }
        for (handle, sites) in &other.unnamed {
            grew |= take_up(self.unnamed.entry(*handle).or_default(), sites);
        }
        grew |= take_up(&mut self.deferred, &other.deferred);
        let outcomes = self.outcomes.len();
        self.outcomes.retain(|local, tells| other.outcomes.get(local) == Some(tells));
        let common = self.open.iter().zip(&other.open).take_while(|(a, b)| a == b).count();
        grew |= self.outcomes.len() < outcomes || self.open.len() > common;
        self.open.truncate(common);
        grew
    }

    /// What the event leaves behind.
    pub(super) fn apply(&mut self, event: &Event) {
        match event {
            Event::Touch(_) | Event::Return { .. } | Event::Apart { .. } => {}
            Event::CallParam { function, args } => {
                for (arg, places) in (0..).zip(args) {
                    for place in places {
                        self.spread(*place, true, Fact::Offered { function: *function, arg });
                    }
                }
            }
            Event::Assign { dest, from, shared, at } => self.assign(*dest, from, shared, *at),
            Event::Replace { dest, loan, at } => {
                self.forget(*dest);
                self.lend(*dest, *loan, *at);
            }
            Event::Store { from, into, kind, replaces, .. } => {
                if *replaces {
                    self.clear(*into);
                }
                self.store(*from, *into, *kind);
            }
            Event::Give { place, access, keep } => {
                self.spread(*place, true, Fact::Given { access: *access, keep: *keep });
            }
            Event::Take { place, deep, taken, .. } => {
                self.spread(*place, *deep, Fact::Taken(*taken));
            }
            Event::Shift { place, deep } => self.shift(*place, *deep),
            Event::Started { task, scope, dest } => self.start(*task, *scope, *dest),
            Event::Ended { handle } => self.end_named(*handle),
            Event::Handle { dest, from } => self.name_task(*dest, *from),
            Event::Function { dest, targets } => {
                self.targets.insert(*dest, targets.clone());
            }
            Event::Outcome { dest, tells } => {
                self.outcomes.remove(dest);
                self.outcomes.extend(tells.map(|tells| (*dest, tells)));
            }
            Event::OpenScope(scope) => self.open.push(Open::Scope(*scope)),
            Event::CloseScope(scope) => self.close_scope(*scope),
            Event::OpenAttempt(handler) => self.open.push(Open::Attempt(*handler)),
            Event::CloseAttempt => {
                self.close_last(|open| matches!(open, Open::Attempt(_)));
            }
            Event::OpenLoan { loan, local, holder, at } => {
                self.open_loan_of(*loan, *local, *holder, *at);
            }
            Event::CloseLoan(local) => self.close_loan(*local),
            Event::Deferred(point) => {
                self.deferred.insert(*point);
            }
        }
    }

    /// Closes everything above `depth`, as a failure or a timeout does.
    pub(super) fn unwind(&mut self, depth: usize) {
        while self.open.len() > depth {
            match self.open.last().copied() {
                Some(Open::Scope(scope)) => self.close_scope(scope),
                Some(Open::Loan { local, .. }) => self.close_loan(local),
                Some(Open::Attempt(_)) | None => {
                    self.open.pop();
                }
            }
        }
    }

    /// On the path where the giving at that node did not happen.
    pub(super) fn take_back(&mut self, given_at: NodeIndex) {
        self.change_facts(|fact| match fact {
            Fact::Given { access, .. } if access.at == given_at => None,
            fact => Some(fact),
        });
    }

    fn assign(&mut self, dest: Holder, from: &[Source], shared: &[Link], at: NodeIndex) {
        let mut made = Made::default();
        for (position, source) in from.iter().enumerate() {
            self.derive(source, at, &mut made);
            for other in &from[..position] {
                self.relate(source, other, &mut made);
            }
        }
        made.within.extend(shared);
        // A name that holds part of what it held before keeps its own past, and is linked no more.
        self.forget(dest);
        for (holder, link) in made.links {
            if holder != dest {
                self.link(dest, holder, link);
            }
        }
        for link in made.within {
            self.link(dest, dest, link);
        }
        self.cell_mut(dest).facts = made.facts;
    }

    /// What a source makes of a new value: its links to others, and what has become of it.
    fn derive(&self, source: &Source, at: NodeIndex, made: &mut Made) {
        let Source { holder, from, to, kind, cut } = *source;
        if !cut {
            made.links.push((holder, Link { mine: to, theirs: from, kind }));
        }
        for seen in self.seen_as(Place { holder, path: from }) {
            if kind == Kind::Spine && !seen.below.is_here() {
                continue;
            }
            let (mine, complete) = carried(source, seen.first).then(seen.below);
            let kind = kind.and(seen.kind).if_complete(complete);
            let theirs = seen.place.path;
            made.links.push((seen.place.holder, Link { mine, theirs, kind }));
            if seen.place.holder == holder
                && let Some(rest) = theirs.behind(from)
            {
                let (theirs, complete) = carried(source, theirs.first()).then(rest);
                made.within.push(Link { mine, theirs, kind: kind.if_complete(complete) });
            }
        }
        for (reach, fact) in &self.cell(holder).facts {
            let fact = moved_on(*fact, at);
            let moved = if let Some(path) = reach.path.behind(from) {
                let rest = Reach { path, deep: reach.deep };
                match kind {
                    Kind::Same => Some(rest.below(carried(source, reach.path.first()))),
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

    /// Two sources of one value: what they share, it holds twice.
    fn relate(&self, one: &Source, other: &Source, made: &mut Made) {
        if one.kind == Kind::Spine || other.kind == Kind::Spine {
            return;
        }
        let mut share = |one_below: Path, other_below: Path, kind: Kind| {
            let (mine, complete) = one.to.then(one_below);
            let (theirs, also) = other.to.then(other_below);
            let kind = kind.and(one.kind).and(other.kind).if_complete(complete && also);
            made.within.push(Link { mine, theirs, kind });
        };
        let mut seen = self.seen_as(Place { holder: one.holder, path: one.from });
        let place = Place { holder: one.holder, path: one.from };
        seen.push(Seen { place, below: Path::HERE, kind: Kind::Same, first: None });
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

    fn forget(&mut self, holder: Holder) {
        if self.cell(holder).is_empty() {
            return;
        }
        let old = std::mem::take(self.cell_mut(holder));
        for other in old.links.into_keys().filter(|other| *other != holder) {
            self.cell_mut(other).links.remove(&holder);
        }
    }

    fn link(&mut self, one: Holder, other: Holder, link: Link) {
        if one == other && link.is_trivial() {
            return;
        }
        let known = |state: &Self, one, other, link: &Link| {
            let links: Option<&BTreeSet<Link>> = state.cell(one).links.get(&other);
            links.is_some_and(|links| links.contains(link) || links.contains(&Link::LOOSE))
        };
        for (one, other, link) in [(one, other, link), (other, one, link.turned())] {
            if !known(self, one, other, &link) {
                add_link(self.cell_mut(one).links.entry(other).or_default(), link);
            }
        }
    }

    /// What the holder had at a place, it has there no more; other names may mean other values.
    fn clear(&mut self, place: Place) {
        // Some element may be another than the one replaced.
        let is_below = |path: &Path| path.steps().starts_with(place.path.steps());
        let old = std::mem::take(self.cell_mut(place.holder));
        let cleared = old.facts.into_iter().filter(|(reach, _)| !is_below(&reach.path));
        self.cell_mut(place.holder).facts = cleared.collect();
        for (other, links) in old.links {
            let own = other == place.holder;
            let goes = |link: &Link| is_below(&link.mine) || own && is_below(&link.theirs);
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

    /// What is at `from` is put at `into`: its container, under every name, now holds it too.
    fn store(&mut self, from: Place, into: Place, kind: Kind) {
        let (container, step) = into.split();
        let mut slots = vec![(into, kind)];
        for seen in self.seen_as(container).into_iter().filter(|seen| seen.below.is_here()) {
            slots.push(match (seen.kind, step) {
                (Kind::Loose, _) | (_, None) => (seen.place, Kind::Loose),
                (_, Some(step)) => (seen.place.below(step), kind),
            });
        }
        let mut values = self.seen_as(from);
        values.push(Seen { place: from, below: Path::HERE, kind: Kind::Same, first: None });
        let facts: Vec<(Reach, Fact)> = self.cell(from.holder).facts.iter().copied().collect();
        for (slot, kind) in &slots {
            let outer: Vec<Fact> = self
                .cell(slot.holder)
                .facts
                .iter()
                .filter(|(reach, _)| reach.deep && slot.path.behind(reach.path).is_some())
                .map(|(_, fact)| *fact)
                .collect();
            for value in values.iter().filter(|value| value.kind != Kind::Spine) {
                let (mine, complete) = slot.path.then(value.below);
                let kind = kind.and(value.kind).if_complete(complete);
                let link = Link { mine, theirs: value.place.path, kind };
                self.link(slot.holder, value.place.holder, link);
                let reach = Reach { path: value.place.path, deep: true };
                let cell = self.cell_mut(value.place.holder);
                cell.facts.extend(outer.iter().map(|fact| (reach, *fact)));
            }
            let moved = facts.iter().filter_map(|(reach, fact)| {
                let rest = match reach.path.behind(from.path) {
                    Some(path) => Reach { path, deep: reach.deep },
                    None if reach.deep && from.path.behind(reach.path).is_some() => Reach::ALL,
                    None => return None,
                };
                Some((rest.below(slot.path), *fact))
            });
            let moved: Vec<(Reach, Fact)> = moved.collect();
            self.cell_mut(slot.holder).facts.extend(moved);
        }
    }

    /// The fact holds of the place under every name.
    fn spread(&mut self, place: Place, deep: bool, fact: Fact) {
        let own = Reach { path: place.path, deep };
        let seen = self.seen_as(place);
        self.cell_mut(place.holder).facts.insert((own, fact));
        for seen in seen {
            let reach = match (seen.below.is_here(), seen.kind) {
                (true, Kind::Same) => Reach { path: seen.place.path, deep },
                (true | false, Kind::Spine) if seen.below.is_here() || deep => {
                    Reach { path: seen.place.path, deep: false }
                }
                (true, Kind::Loose) => Reach { path: seen.place.path, deep: true },
                (false, Kind::Same | Kind::Loose) if deep => {
                    Reach { path: seen.place.path, deep: true }
                }
                _ => continue,
            };
            self.cell_mut(seen.place.holder).facts.insert((reach, fact));
        }
    }

    /// What lies in the place may have got another index, under every name.
    fn shift(&mut self, place: Place, deep: bool) {
        let mut places = vec![(place, deep)];
        for seen in self.seen_as(place) {
            if seen.below.is_here() || deep {
                places.push((seen.place, deep || seen.kind == Kind::Loose));
            }
        }
        for (place, deep) in places {
            let weaken = |path: &Path| path.weakened_below(place.path, deep);
            let cell = self.cell(place.holder);
            let changes = |path: &Path| weaken(path) != *path;
            if !cell.paths().any(|path| changes(&path)) {
                continue;
            }
            let old = std::mem::take(self.cell_mut(place.holder));
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

    fn lend(&mut self, holder: Holder, loan: Point, left: NodeIndex) {
        self.cell_mut(holder).facts.insert((Reach::ALL, Fact::Lent { loan, left }));
    }

    fn start(&mut self, task: Point, scope: ScopeKey, dest: Option<Local>) {
        let before: BTreeSet<Point> = self.running.keys().copied().collect();
        self.running.insert(task, scope);
        for (handle, unnamed) in &mut self.unnamed {
            if Some(*handle) == dest {
                unnamed.clone_from(&before);
            } else {
                unnamed.insert(task);
            }
        }
    }

    fn name_task(&mut self, dest: Local, from: Option<Local>) {
        let unnamed = match from.and_then(|from| self.unnamed.get(&from)) {
            Some(unnamed) => unnamed.clone(),
            None => self.running.keys().copied().collect(),
        };
        self.unnamed.insert(dest, unnamed);
    }

    fn end_named(&mut self, handle: Local) {
        let Some(unnamed) = self.unnamed.get(&handle) else { return };
        let named = self.running.keys().filter(|task| !unnamed.contains(task));
        let ended = named.copied().collect();
        self.end_tasks(&ended);
    }

    fn close_scope(&mut self, scope: ScopeId) {
        let own = ScopeKey::Own(scope);
        let of_scope = self.running.iter().filter(|(_, key)| **key == own);
        let ended = of_scope.map(|(task, _)| *task).collect();
        self.end_tasks(&ended);
        self.close_last(|open| *open == Open::Scope(scope));
    }

    /// The regions of tasks that have ended come back, except what the tasks gave away.
    fn end_tasks(&mut self, ended: &BTreeSet<Point>) {
        self.change_facts(|fact| match fact {
            Fact::Taken(taken) if ended.contains(&taken.task) => {
                taken.keep.map(|(keep, access)| Fact::Given { access, keep })
            }
            fact => Some(fact),
        });
        self.running.retain(|task, _| !ended.contains(task));
        for unnamed in self.unnamed.values_mut() {
            unnamed.retain(|task| !ended.contains(task));
        }
    }

    fn change_facts(&mut self, change: impl Fn(Fact) -> Option<Fact>) {
        for cell in &mut self.cells {
            if cell.facts.iter().any(|(_, fact)| change(*fact) != Some(*fact)) {
                let cell = Arc::make_mut(cell);
                let facts = std::mem::take(&mut cell.facts);
                let changed = |(reach, fact)| change(fact).map(|fact| (reach, fact));
                cell.facts = facts.into_iter().filter_map(changed).collect();
            }
        }
    }

    fn open_loan_of(&mut self, loan: Point, local: Local, holder: Option<Holder>, at: NodeIndex) {
        if let Some(holder) = holder {
            self.forget(holder);
            for cell in &mut self.cells {
                Arc::make_mut(cell).facts.insert((Reach::ALL, Fact::Outside { loan }));
            }
            self.cell_mut(holder).facts =
                BTreeSet::from([(Reach::ALL, Fact::Lent { loan, left: at })]);
        }
        self.open.push(Open::Loan { loan, local });
    }

    fn close_loan(&mut self, local: Local) {
        let Some(closed) = self.open_loan(local) else { return };
        self.change_facts(|fact| match fact {
            Fact::Outside { loan } if loan == closed => None,
            Fact::Lent { loan, left } if loan == closed => Some(Fact::Escaped { loan, left }),
            fact => Some(fact),
        });
        self.close_last(|open| matches!(open, Open::Loan { loan, .. } if *loan == closed));
    }

    fn close_last(&mut self, is: impl Fn(&Open) -> bool) {
        if let Some(position) = self.open.iter().rposition(is) {
            self.open.truncate(position);
        }
    }
}

/// Another place that a place, or the part of it at `below`, may be.
pub(super) struct Seen {
    pub(super) place: Place,
    pub(super) below: Path,
    pub(super) kind: Kind,
    /// The first step of the link that shows it.
    first: Option<Step>,
}

/// A new value's links to others, to itself, and what has become of it.
#[derive(Default)]
struct Made {
    links: Vec<(Holder, Link)>,
    within: Vec<Link>,
    facts: BTreeSet<(Reach, Fact)>,
}

/// Where the new value has what the source has at an element: at the same index, if that is known
/// and elements stay elements.
fn carried(source: &Source, first: Option<Step>) -> Path {
    match source.from.first() {
        Some(Step::Item) => source.to.with_first(first),
        _ => source.to,
    }
}

impl Place {
    /// The container, and the last step to what is in it.
    pub(super) fn split(self) -> (Self, Option<Step>) {
        let Some((last, rest)) = self.path.steps().split_last() else { return (self, None) };
        let path = rest.iter().fold(Path::HERE, |path, step| path.then(Path::of(*step)).0);
        (Self { path, ..self }, Some(*last))
    }
}

impl Cell {
    fn is_empty(&self) -> bool {
        self.links.is_empty() && self.facts.is_empty()
    }

    fn take_up(&mut self, other: &Self) -> bool {
        let mut grew = take_up(&mut self.facts, &other.facts);
        for (holder, links) in &other.links {
            let mine = self.links.entry(*holder).or_default();
            for link in links {
                grew |= add_link(mine, *link);
            }
        }
        grew
    }

    /// Its own paths.
    fn paths(&self) -> impl Iterator<Item = Path> {
        let own = self.links.values().flat_map(|links| links.iter().map(|link| link.mine));
        self.facts.iter().map(|(reach, _)| reach.path).chain(own)
    }
}

fn take_up<T: Ord + Copy>(mine: &mut BTreeSet<T>, theirs: &BTreeSet<T>) -> bool {
    let count = mine.len();
    mine.extend(theirs);
    mine.len() > count
}

/// A fact as a new name takes it over: a loan then leaves, if it does, where the name was given it.
fn moved_on(fact: Fact, at: NodeIndex) -> Fact {
    match fact {
        Fact::Lent { loan, .. } => Fact::Lent { loan, left: at },
        fact => fact,
    }
}
