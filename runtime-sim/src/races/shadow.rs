//! What is remembered of the accesses to one owned object: FastTrack's state of a variable, for
//! each part that can be touched by itself.
//!
//! Not here: which accesses there are, and who reports. A list has a cell for its structure, which
//! every access reads and whatever moves elements changes, and one for each element; a struct has one
//! for each field; maps and sets have one.

use super::clock::{Clock, Epoch};

/// How many unordered readers of one part are remembered. A later change that is unordered with
/// any of them is found; one that is ordered with all of these, and with an earlier one not, is
/// missed.
const READERS_MAX: usize = 32;

/// A part of an owned object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// What is in it, and in which order: of a list its structure, of a map or set everything.
    Whole,
    /// An element of a list.
    Element(usize),
    /// A field of a struct.
    Field(usize),
    /// A list with so many elements, each of them.
    Elements(usize),
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
#[derive(Clone, Copy, Debug)]
pub(super) struct Access {
    pub(super) epoch: Epoch,
    pub(super) spot: Spot,
    /// The index of the set of held locks.
    pub(super) held: u32,
}

/// An earlier access that nothing orders before the present one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Earlier {
    pub(super) access: Access,
    pub(super) deed: Deed,
}

/// The state of one part.
#[derive(Clone, Debug, Default)]
struct Cell {
    change: Option<Access>,
    reads: Reads,
}

#[derive(Clone, Debug, Default)]
enum Reads {
    #[default]
    None,
    /// All reads since the last change are ordered; this is the last.
    One(Access),
    /// Reads that are not ordered, one of each thread.
    Shared(Vec<Access>),
}

/// The states of an object's parts.
#[derive(Clone, Debug, Default)]
pub(super) struct Shadow {
    whole: Cell,
    parts: Vec<Cell>,
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
            Part::Field(at) => self.part(at).touch(deed, clock, access).map(found(part)),
            Part::Element(at) => {
                let moved = self.whole.touch(Deed::Reads, clock, access).map(found(Part::Whole));
                moved.or(self.part(at).touch(deed, clock, access).map(found(part)))
            }
            Part::Elements(count) => {
                let mut first = self.whole.touch(deed, clock, access).map(found(Part::Whole));
                for at in 0..count {
                    let found = found(Part::Element(at));
                    first = first.or(self.part(at).touch(deed, clock, access).map(found));
                }
                first
            }
        }
    }

    fn part(&mut self, at: usize) -> &mut Cell {
        if at >= self.parts.len() {
            self.parts.resize_with(at + 1, Cell::default);
        }
        &mut self.parts[at]
    }
}

impl Cell {
    /// The rules of the paper's figure 5, with the accesses themselves kept beside the epochs.
    fn touch(
        &mut self,
        deed: Deed,
        clock: &Clock,
        access: &impl Fn() -> Access,
    ) -> Option<Earlier> {
        match deed {
            Deed::Reads => self.read(clock, access),
            Deed::Changes => self.change(clock, access),
        }
    }

    fn read(&mut self, clock: &Clock, access: &impl Fn() -> Access) -> Option<Earlier> {
        match &mut self.reads {
            Reads::One(last) if last.epoch == clock.now => return None,
            Reads::One(last) if clock.knows(last.epoch) => *last = access(),
            Reads::One(last) => self.reads = Reads::Shared(vec![*last, access()]),
            Reads::None => self.reads = Reads::One(access()),
            Reads::Shared(readers) => add_reader(readers, clock, access),
        }
        self.unordered_change(clock)
    }

    fn change(&mut self, clock: &Clock, access: &impl Fn() -> Access) -> Option<Earlier> {
        if self.change.is_some_and(|last| last.epoch == clock.now) {
            return None;
        }
        let reads = match &self.reads {
            Reads::None => &[],
            Reads::One(last) => std::slice::from_ref(last),
            Reads::Shared(readers) => readers.as_slice(),
        };
        let unordered = reads.iter().find(|read| !clock.knows(read.epoch));
        let read = unordered.map(|read| Earlier { access: *read, deed: Deed::Reads });
        let earlier = self.unordered_change(clock).or(read);
        self.change = Some(access());
        self.reads = Reads::None;
        earlier
    }

    fn unordered_change(&self, clock: &Clock) -> Option<Earlier> {
        let last = self.change.filter(|last| !clock.knows(last.epoch))?;
        Some(Earlier { access: last, deed: Deed::Changes })
    }
}

/// Puts an access in the place of what its thread read before, or of what is ordered before it.
fn add_reader(readers: &mut Vec<Access>, clock: &Clock, access: &impl Fn() -> Access) {
    if let Some(own) = readers.iter_mut().find(|read| read.epoch.slot == clock.now.slot) {
        if own.epoch != clock.now {
            *own = access();
        }
        return;
    }
    if readers.len() >= READERS_MAX {
        readers.remove(0);
    }
    readers.push(access());
}
