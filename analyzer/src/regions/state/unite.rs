//! Where paths meet: what may be on the one or the other.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::State;

impl State {
    /// Takes up what another path brings; says whether anything is new.
    pub(in crate::regions) fn unite(&mut self, other: &Self) -> bool {
        let mut grew = self.cells.unite(&other.cells);
        if !Arc::ptr_eq(&self.targets, &other.targets) && self.targets != other.targets {
            let mine = Arc::make_mut(&mut self.targets);
            for (local, targets) in &*other.targets {
                grew |= take_up(mine.entry(*local).or_default(), targets);
            }
        }
        if !Arc::ptr_eq(&self.kept, &other.kept) && self.kept != other.kept {
            let mine = Arc::make_mut(&mut self.kept);
            for (at, targets) in &*other.kept {
                grew |= take_up(mine.entry(*at).or_default(), targets);
            }
        }
        grew |= self.tasks.unite(&other.tasks);
        grew |= self.unite_deferred(other);
        if !other.called.is_subset(&self.called) {
            grew |= take_up(Arc::make_mut(&mut self.called), &other.called);
        }
        let outcomes = self.outcomes.len();
        self.outcomes.retain(|local, tells| other.outcomes.get(local) == Some(tells));
        let common = self.open.iter().zip(&other.open).take_while(|(a, b)| a == b).count();
        grew |= self.outcomes.len() < outcomes || self.open.len() > common;
        self.open.truncate(common);
        grew
    }

    fn unite_deferred(&mut self, other: &Self) -> bool {
        let known = |point| self.deferred.get(point).copied();
        let new = other.deferred.iter().filter(|(point, rounds)| known(point) < Some(**rounds));
        let new: Vec<_> = new.map(|(point, rounds)| (*point, *rounds)).collect();
        if new.is_empty() {
            return false;
        }
        Arc::make_mut(&mut self.deferred).extend(new);
        true
    }
}

fn take_up<T: Ord + Copy>(mine: &mut BTreeSet<T>, theirs: &BTreeSet<T>) -> bool {
    let count = mine.len();
    mine.extend(theirs);
    mine.len() > count
}
