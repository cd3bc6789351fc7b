//! Mends: what could be written instead.
//!
//! Where a mend changes what the skeleton says, the search is made again with a changed copy of it, and
//! the mend is proposed only if nothing is wrong with the channel or lock any more, whatever guesses are
//! made, and with others nothing that was not wrong before. A close in the sender and a lock given
//! back on every way out are right by where they stand.

mod close;
mod order;
mod room;
mod select;
mod text;
mod timeout;
mod unlock;

pub(super) use close::close_in_sender;
pub(super) use text::is_return;
pub(super) use unlock::give_back;

use super::Report;
use crate::skeleton::graph::Skeleton;
use crate::skeleton::state::Made;
use crate::skeleton::verdict::suspects;

impl Report<'_> {
    /// Whether the change takes away all that is wrong with the object.
    fn is_mended_by(&self, made: Made, change: impl FnOnce(&mut Skeleton)) -> bool {
        let before = self.suspects.and_then(|suspects| suspects.of(self.skeleton));
        let mut changed = self.skeleton.clone();
        change(&mut changed);
        let after = before.and_then(|_| suspects(&changed));
        let Some((before, after)) = before.zip(after) else { return false };
        after.iter().all(|suspect| suspect.made != made && before.contains(suspect))
    }
}
