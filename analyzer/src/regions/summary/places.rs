//! Where a summary says that things are done.
//!
//! **Invariant.** What a function does follows from no place, and callers are told of their own call
//! instead. So an edit that moves places, or lets something else of the same kind come first, leaves
//! the callers alone. Who names places in a finding asks `regions::placed`.

use super::{Passed, Summary};
use crate::items::NodeIndex;
use crate::regions::domain::Access;

const NOWHERE: Access = Access::here(NodeIndex::ITEM);

impl Summary {
    /// Whether the other says the same, wherever things are done.
    pub(in crate::regions) fn does_what(&self, other: &Self) -> bool {
        self.without_places() == other.without_places()
    }

    fn without_places(&self) -> Self {
        let mut summary = self.clone();
        summary.accesses().for_each(|access| *access = NOWHERE);
        let stores = summary.stores.values_mut().chain(summary.anyway.stores.values_mut());
        stores.for_each(|at| *at = NodeIndex::ITEM);
        summary.knots.iter_mut().for_each(|(_, at)| *at = NodeIndex::ITEM);
        summary
    }

    fn accesses(&mut self) -> impl Iterator<Item = &mut Access> {
        let params = self.params.iter_mut().chain(&mut self.made).flat_map(|param| {
            let used = param.read.values_mut().chain(param.changed.values_mut());
            let given = param.kept.values_mut().chain(param.cut.values_mut());
            used.chain(given.map(|(access, _)| access))
        });
        let left = self.passed.values_mut().chain(self.left.values_mut());
        let after = self.after.values_mut().map(|(_, access)| access);
        let apart = self.apart.values_mut().map(|apart| &mut apart.access);
        params.chain(left.flat_map(Passed::accesses)).chain(after).chain(apart)
    }
}

impl Passed {
    fn accesses(&mut self) -> impl Iterator<Item = &mut Access> {
        let keep = self.keep.as_mut().map(|(_, access)| access);
        std::iter::once(&mut self.access).chain(keep)
    }
}
