//! What is remembered of the accesses to one owned object: FastTrack's state of a variable, for
//! each part that can be touched by itself.
//!
//! Not here: which accesses there are, and who reports. A list has a cell for its structure, which
//! every access reads and whatever moves elements changes, and one for each element; a struct has one
//! for each field; maps and sets have one.

use super::cell::Cell;
use super::clock::{Clock, Epoch};
use super::parts::Parts;

/// A part of an owned object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// What is in it, and in which order: of a list its structure, of a map or set everything.
    Whole,
    /// An element of a list.
    Element(usize),
    /// A field of a struct.
    Field(usize),
    /// Elements of a list, from the first up to an end.
    Elements { start: usize, end: usize },
}

/// What is done to a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    Reads,
    Changes,
}

/// Where in the program something is done: an instruction of a body that has places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Spot {
    pub(crate) code: u32,
    pub(crate) pc: u32,
}

impl Spot {
    /// No body on the stack has a place.
    pub(crate) const NOWHERE: Self = Self { code: u32::MAX, pc: 0 };
}

/// One access: when, where, and under which locks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Access {
    pub(super) epoch: Epoch,
    pub(super) spot: Spot,
    /// The index of the set of held locks.
    pub(super) held: u32,
}

/// An earlier access that nothing orders before the present one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Earlier {
    pub(super) access: Access,
    pub(super) deed: Deed,
}

/// The states of an object's parts.
#[derive(Clone, Debug, Default)]
pub(super) struct Shadow {
    whole: Cell,
    parts: Parts,
}

impl Shadow {
    /// Notes an access by a thread with this clock; the part of it and the earlier access that it
    /// races with, if there is one.
    pub(super) fn touch(
        &mut self,
        part: Part,
        deed: Deed,
        clock: &Clock,
        access: &impl Fn() -> Access,
    ) -> Option<(Part, Earlier)> {
        let found = |part: Part| move |earlier: Earlier| (part, earlier);
        match part {
            Part::Whole => self.whole.touch(deed, clock, access).map(found(part)),
            Part::Field(at) => self.parts.touch(at, deed, clock, access).map(found(part)),
            Part::Element(at) => {
                let moved = self.whole.touch(Deed::Reads, clock, access).map(found(Part::Whole));
                moved.or(self.parts.touch(at, deed, clock, access).map(found(part)))
            }
            Part::Elements { start, end } => {
                let mut first = self.whole.touch(deed, clock, access).map(found(Part::Whole));
                for at in start..end {
                    let found = found(Part::Element(at));
                    first = first.or(self.parts.touch(at, deed, clock, access).map(found));
                }
                first
            }
        }
    }
}
