//! Places inside regions: which part of what a holder reaches.
//!
//! **Nouns.** A [`Path`] leads from a holder's value inwards, a [`Step`] at a time. A [`Place`] is a
//! holder with a path. A [`Reach`] is a path and whether everything below it is meant as well, an
//! [`Area`] the same of a place.
//!
//! **Invariant.** Paths are short: one of [`PATH_STEPS_MAX`] steps stands for everything below.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use super::domain::Holder;
use crate::mir::Const;

/// Steps of the longest path; what lies below one of them is not kept apart.
const PATH_STEPS_MAX: usize = 8;
/// Positions, indices and keys are told apart by so many bits.
const STEP_BITS: u32 = 30;

/// One step inwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// A field, a part of a tuple or variant, or a capture of a closure, by position.
    Part(u32),
    /// Some element of a container.
    Item,
    /// The element at that constant index.
    At(u32),
    /// The value of a map at that constant key, by the key's hash: keys of one hash count as one key.
    Key(u32),
}

impl Step {
    fn matches(self, other: Self) -> bool {
        match (self, other) {
            (Self::Item, Self::Item | Self::At(_) | Self::Key(_)) => true,
            (Self::At(_) | Self::Key(_), Self::Item) => true,
            _ => self == other,
        }
    }

    /// The element at a constant index.
    pub(super) fn at(index: i64) -> Self {
        let index = u32::try_from(index).ok().filter(|index| index >> STEP_BITS == 0);
        index.map_or(Self::Item, Self::At)
    }

    /// The value at a constant key.
    pub(super) fn key(key: &Const) -> Self {
        let mut hasher = FxHasher::default();
        match key {
            // Both zeros are one key.
            Const::Float(bits) if f64::from_bits(*bits) == 0.0 => Const::Float(0).hash(&mut hasher),
            key => key.hash(&mut hasher),
        }
        Self::Key((mixed(hasher.finish()) >> (u64::BITS - STEP_BITS)) as u32)
    }
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood 2014): each bit of the hash decides on each bit, so that
/// floats and large ints, which differ in few, get keys of their own.
fn mixed(hash: u64) -> u64 {
    let hash = (hash ^ hash >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ hash >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ hash >> 31
}

/// A step in few bytes, as states hold many.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Packed(u32);

impl Packed {
    const ITEM: Self = Self(1 << STEP_BITS);

    fn step(self) -> Step {
        let value = self.0 & ((1 << STEP_BITS) - 1);
        match self.0 >> STEP_BITS {
            0 => Step::Part(value),
            1 => Step::Item,
            2 => Step::At(value),
            _ => Step::Key(value),
        }
    }
}

impl From<Step> for Packed {
    fn from(step: Step) -> Self {
        let packed = |kind: u32, value: u32| Self(kind << STEP_BITS | value);
        match step {
            Step::Part(part) => packed(0, part),
            Step::Item => Self::ITEM,
            Step::At(index) => packed(2, index),
            Step::Key(key) => packed(3, key),
        }
    }
}

/// A way inwards. Steps beyond the length are `Item`, so that equal ways are equal.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path {
    length: u8,
    steps: [Packed; PATH_STEPS_MAX],
}

impl std::fmt::Debug for Path {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.steps().try_for_each(|step| match step {
            Step::Part(part) => write!(f, ".{part}"),
            Step::Item => f.write_str("[…]"),
            Step::At(index) => write!(f, "[{index}]"),
            Step::Key(key) => write!(f, "[key {key:x}]"),
        })
    }
}

impl Path {
    /// The value itself.
    pub const HERE: Self = Self { length: 0, steps: [Packed::ITEM; PATH_STEPS_MAX] };

    pub(super) fn of(step: Step) -> Self {
        let mut path = Self::HERE;
        path.push(step);
        path
    }

    /// The steps, outermost first.
    pub fn steps(&self) -> impl DoubleEndedIterator<Item = Step> + ExactSizeIterator {
        self.packed().iter().map(|step| step.step())
    }

    fn packed(&self) -> &[Packed] {
        &self.steps[..usize::from(self.length)]
    }

    /// Whether the other's steps are its first ones.
    pub(super) fn starts_with(&self, other: Self) -> bool {
        self.packed().starts_with(other.packed())
    }

    fn push(&mut self, step: Step) -> bool {
        match self.steps.get_mut(usize::from(self.length)) {
            Some(place) => {
                *place = step.into();
                self.length += 1;
                true
            }
            None => false,
        }
    }

    /// The one way after the other, and whether it is all there.
    pub(super) fn then(mut self, more: Self) -> (Self, bool) {
        let complete = more.steps().all(|step| self.push(step));
        (self, complete)
    }

    /// Whether all that it may lead to is, or is in, what the other may lead to.
    pub(super) fn is_within(&self, place: Self) -> bool {
        let (mine, around) = (self.packed(), place.packed());
        let is_one = |(mine, around): (&Packed, &Packed)| {
            mine == around || *around == Packed::ITEM && mine.step().matches(Step::Item)
        };
        mine.len() >= around.len() && mine.iter().zip(around).all(is_one)
    }

    /// What is left of the path behind a beginning that is its own.
    pub(super) fn after(&self, start: Self) -> Option<Self> {
        self.starts_with(start).then(|| self.behind(start)).flatten()
    }

    /// What is left of the path behind a beginning that may be its own.
    pub(super) fn behind(&self, start: Self) -> Option<Self> {
        let (mine, length) = (self.packed(), usize::from(start.length));
        let begins = mine.len() >= length
            && mine
                .iter()
                .zip(start.packed())
                .all(|(mine, start)| mine == start || mine.step().matches(start.step()));
        begins.then(|| {
            let mut rest = Self::HERE;
            let left = &mine[length..];
            rest.steps[..left.len()].copy_from_slice(left);
            rest.length = left.len() as u8;
            rest
        })
    }

    /// The path with its first step in place of an element's step of unknown index.
    pub(super) fn with_first(mut self, first: Option<Step>) -> Self {
        if let Some(first @ (Step::At(_) | Step::Key(_))) = first
            && self.first() == Some(Step::Item)
        {
            self.steps[0] = first.into();
        }
        self
    }

    pub(super) fn first(&self) -> Option<Step> {
        self.steps().next()
    }

    pub(super) fn is_here(&self) -> bool {
        self.length == 0
    }

    /// The way to the container, and the last step to what is in it.
    pub(super) fn split(self) -> (Self, Option<Step>) {
        let mut steps = self.steps();
        let last = steps.next_back();
        let mut path = Self::HERE;
        steps.for_each(|step| _ = path.push(step));
        (path, last)
    }

    /// Whether no further step fits: it stands for everything below.
    pub(super) fn is_full(&self) -> bool {
        usize::from(self.length) == PATH_STEPS_MAX
    }

    /// Whether it leads through some element, of which there are several.
    pub(super) fn has_item(&self) -> bool {
        self.packed().contains(&Packed::ITEM)
    }

    /// Whether what it leads to is some element, of which there are several.
    pub(super) fn ends_in_item(&self) -> bool {
        self.packed().last() == Some(&Packed::ITEM)
    }

    /// The path through any element where it leads through a known one.
    pub(super) fn by_any_element(mut self) -> Self {
        for step in &mut self.steps[..usize::from(self.length)] {
            if matches!(step.step(), Step::At(_) | Step::Key(_)) {
                *step = Packed::ITEM;
            }
        }
        self
    }

    /// The path when what lies at a place may have got another index.
    pub(super) fn weakened_below(mut self, place: Self, deep: bool) -> Self {
        if self.behind(place).is_none() {
            return self;
        }
        let from = usize::from(place.length);
        let count = if deep { PATH_STEPS_MAX } else { 1 };
        for step in self.steps.iter_mut().skip(from).take(count) {
            if matches!(step.step(), Step::At(_)) {
                *step = Packed::ITEM;
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
        self == other || self.deep && other.path.is_within(self.path)
    }

    /// All of what the path may stand for.
    pub(super) fn of(path: Path, deep: bool) -> Self {
        Self { path, deep: deep || path.is_full() }
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
    pub(super) const fn whole(holder: Holder) -> Self {
        Self { holder, path: Path::HERE }
    }

    pub(super) fn below(self, step: Step) -> Self {
        Self { path: self.path.then(Path::of(step)).0, ..self }
    }

    /// The container, and the last step to what is in it.
    pub(super) fn split(self) -> (Self, Option<Step>) {
        let (path, last) = self.path.split();
        (Self { path, ..self }, last)
    }
}

/// A place, and whether everything below it is meant too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Area {
    pub(super) place: Place,
    pub(super) deep: bool,
}

impl Area {
    /// The place alone.
    pub(super) const fn at(place: Place) -> Self {
        Self { place, deep: false }
    }

    /// The place with all that is in it.
    pub(super) const fn all(place: Place) -> Self {
        Self { place, deep: true }
    }

    /// What the reach means below the place.
    pub(super) fn below(place: Place, reach: &Reach) -> Self {
        let Reach { path, deep } = reach.below(place.path);
        Self { place: Place { path, ..place }, deep }
    }

    /// How much of its holder's value it is.
    pub(super) fn reach(self) -> Reach {
        Reach::of(self.place.path, self.deep)
    }
}
