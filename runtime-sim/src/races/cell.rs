//! What is remembered of one part: its last change, and its reads since.
//!
//! Not here: which part it is, and who else is in the same state: see [`parts`](super::parts).

use super::clock::Clock;
use super::shadow::{Access, Deed, Earlier};

/// How many unordered readers of one part are remembered. A later change that is unordered with
/// any of them is found; one that is ordered with all of these, and with an earlier one not, is
/// missed.
const READERS_MAX: usize = 32;

/// The state of one part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cell {
    change: Option<Access>,
    reads: Reads,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Reads {
    #[default]
    None,
    /// All reads since the last change are ordered; this is the last.
    One(Access),
    /// Reads that are not ordered, one of each thread.
    Shared(Vec<Access>),
}

impl Cell {
    /// The rules of the paper's figure 5, with the accesses themselves kept beside the epochs.
    pub(super) fn touch(
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

    /// What a touch comes to that leaves everything as it is.
    #[inline]
    pub(super) fn touch_in_vain(&self, deed: Deed, clock: &Clock) -> Option<Option<Earlier>> {
        let is_now = |last: &Access| last.epoch == clock.now;
        match (deed, &self.reads) {
            (Deed::Changes, _) if self.change.as_ref().is_some_and(is_now) => Some(None),
            (Deed::Reads, Reads::One(last)) if is_now(last) => Some(None),
            (Deed::Reads, Reads::Shared(readers)) if readers.iter().any(is_now) => {
                Some(self.unordered_change(clock))
            }
            _ => None,
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
