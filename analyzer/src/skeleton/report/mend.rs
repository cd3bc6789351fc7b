//! Mends: what could be written instead.
//!
//! Where a mend changes what the skeleton says, the search is made again with a changed copy of it, and
//! the mend is proposed only if nothing is wrong with the channel or lock any more, whatever guesses are
//! made, and with others nothing that was not wrong before. A close in the sender and a lock given
//! back on every way out are right by where they stand.

mod close;
mod order;
mod room;
mod text;
mod timeout;
mod unlock;

pub(super) use close::close_in_sender;
pub(super) use text::is_return;
pub(super) use unlock::give_back;

use super::Report;
use crate::skeleton::graph::Skeleton;
use crate::skeleton::state::Made;
use crate::skeleton::verdict::search;

impl Report<'_> {
    /// Whether the change takes away all that is wrong with the object.
    fn is_mended_by(&self, made: Made, change: impl FnOnce(&mut Skeleton)) -> bool {
        let Some(before) = self.suspects else { return false };
        let mut changed = self.skeleton.clone();
        change(&mut changed);
        let after = search(&changed);
        let is_known = |suspect| before.contains(suspect);
        after.is_whole()
            && after.suspects.iter().all(|suspect| suspect.made != made && is_known(suspect))
    }
}
