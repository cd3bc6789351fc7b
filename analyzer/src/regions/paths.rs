//! Places inside regions: which part of what a holder reaches.
//!
//! **Nouns.** A [`Path`] leads from a holder's value inwards, a [`Step`] at a time. A [`Place`] is a
//! holder with a path. A [`Reach`] is a path and whether everything below it is meant as well. A
//! [`Link`] says that what one holder reaches at a path may be what another reaches at one.
//!
//! **Invariant.** Paths are short: beyond [`PATH_STEPS_MAX`] steps a place stands for everything
//! below, and a link to it is [`Kind::Loose`].

use std::collections::BTreeSet;

use super::domain::Holder;

/// Steps that a path keeps apart.
pub(super) const PATH_STEPS_MAX: usize = 3;
/// Links between two holders that are kept apart; beyond, all of the one may be all of the other.
const LINKS_MAX: usize = 12;

/// One step inwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// A field, a part of a tuple or variant, or a capture of a closure, by position.
    Part(u32),
    /// Some element of a container.
    Item,
    /// The element at that constant index.
    At(u32),
}

impl Step {
    fn matches(self, other: Self) -> bool {
        match (self, other) {
            (Self::Item, Self::Item | Self::At(_)) | (Self::At(_), Self::Item) => true,
            _ => self == other,
        }
    }
}

/// A way inwards. Steps beyond the length are `Item`, so that equal ways are equal.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path {
    length: u8,
    steps: [Step; PATH_STEPS_MAX],
}

impl std::fmt::Debug for Path {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.steps().iter().try_for_each(|step| match step {
            Step::Part(part) => write!(f, ".{part}"),
            Step::Item => f.write_str("[…]"),
            Step::At(index) => write!(f, "[{index}]"),
        })
    }
}

impl Path {
    /// The value itself.
    pub const HERE: Self = Self { length: 0, steps: [Step::Item; PATH_STEPS_MAX] };

    pub(super) fn of(step: Step) -> Self {
        let mut path = Self::HERE;
        path.push(step);
        path
    }

    /// The steps, outermost first.
    pub fn steps(&self) -> &[Step] {
        &self.steps[..usize::from(self.length)]
    }

    fn push(&mut self, step: Step) -> bool {
        match self.steps.get_mut(usize::from(self.length)) {
            Some(place) => {
                *place = step;
                self.length += 1;
                true
            }
            None => false,
        }
    }

    /// The one way after the other, and whether it is all there.
    pub(super) fn then(mut self, more: Self) -> (Self, bool) {
        let complete = more.steps().iter().all(|step| self.push(*step));
        (self, complete)
    }

    /// What is left of the path behind a beginning that may be its own.
    pub(super) fn behind(&self, start: Self) -> Option<Self> {
        let (mine, start) = (self.steps(), start.steps());
        let begins = mine.len() >= start.len()
            && mine.iter().zip(start).all(|(mine, start)| mine.matches(*start));
        begins.then(|| {
            let mut rest = Self::HERE;
            mine[start.len()..].iter().for_each(|step| {
                rest.push(*step);
            });
            rest
        })
    }

    /// The path with its first step in place of an element's step of unknown index.
    pub(super) fn with_first(mut self, first: Option<Step>) -> Self {
        if self.length > 0 && self.steps[0] == Step::Item && matches!(first, Some(Step::At(_))) {
            self.steps[0] = first.unwrap_or(Step::Item);
        }
        self
    }

    pub(super) fn first(&self) -> Option<Step> {
        self.steps().first().copied()
    }

    pub(super) fn is_here(&self) -> bool {
        self.length == 0
    }

    /// Whether it leads through some element, of which there are several.
    pub(super) fn has_item(&self) -> bool {
        self.steps().contains(&Step::Item)
    }

    /// The path when what lies at a place may have got another index.
    pub(super) fn weakened_below(mut self, place: Self, deep: bool) -> Self {
        if self.behind(place).is_none() {
            return self;
        }
        let from = usize::from(place.length);
        let count = if deep { PATH_STEPS_MAX } else { 1 };
        for step in self.steps.iter_mut().skip(from).take(count) {
            if matches!(step, Step::At(_)) {
                *step = Step::Item;
            }
        }
        self
    }
}

/// How much of a value is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reach {
    /// Where.
    pub path: Path,
    /// Whether everything below is meant too.
    pub deep: bool,
}

impl Reach {
    /// The value and everything in it.
    pub const ALL: Self = Self { path: Path::HERE, deep: true };

    /// Whether something may be meant by both.
    pub(super) fn meets(&self, other: &Self) -> bool {
        match (self.path.behind(other.path), other.path.behind(self.path)) {
            (Some(_), Some(_)) => true,
            (Some(_), None) => other.deep,
            (None, Some(_)) => self.deep,
            (None, None) => false,
        }
    }

    /// Whether the other means nothing beyond this.
    pub(super) fn covers(&self, other: &Self) -> bool {
        self == other || self.deep && other.path.behind(self.path).is_some()
    }

    /// The same below another path.
    pub(super) fn below(&self, path: Path) -> Self {
        let (path, complete) = path.then(self.path);
        Self { path, deep: self.deep || !complete }
    }
}

/// A part of what a holder reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) holder: Holder,
    pub(super) path: Path,
}

impl Place {
    pub(super) fn whole(holder: Holder) -> Self {
        Self { holder, path: Path::HERE }
    }

    pub(super) fn below(self, step: Step) -> Self {
        Self { path: self.path.then(Path::of(step)).0, ..self }
    }
}

/// How alike two linked places may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// They may be one value.
    Same,
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
}

impl Source {
    pub(super) fn whole(holder: Holder) -> Self {
        Self { holder, from: Path::HERE, to: Path::HERE, kind: Kind::Same, cut: false }
    }

    /// Found at that step.
    pub(super) fn part(holder: Holder, step: Step) -> Self {
        Self { from: Path::of(step), ..Self::whole(holder) }
    }

    /// Put at that step of the new value.
    pub(super) fn put(holder: Holder, step: Step) -> Self {
        Self { to: Path::of(step), ..Self::whole(holder) }
    }

    /// Its elements are the holder's.
    pub(super) fn elements(holder: Holder) -> Self {
        Self { from: Path::of(Step::Item), to: Path::of(Step::Item), ..Self::whole(holder) }
    }

    /// Nobody knows how.
    pub(super) fn loose(holder: Holder) -> Self {
        Self { kind: Kind::Loose, ..Self::whole(holder) }
    }

    /// The same of a place further inside the holder.
    pub(super) fn within(self, place: Place) -> Self {
        let (from, complete) = place.path.then(self.from);
        Self { holder: place.holder, from, kind: self.kind.if_complete(complete), ..self }
    }
}
