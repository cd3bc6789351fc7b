//! The children of a scope that have not ended, in the order of their spawns.
//!
//! What it is not: a map; keys only ever grow. A child is found where it would stand if none before it had been left
//! out, and one that ends leaves its place behind: most scopes end with all of theirs. Invariant: no more places are
//! left behind than are taken, beyond a few.

use crate::value::TaskId;

/// So many places are left behind in any case.
const LEFT_BEHIND: usize = 32;

/// Children by their keys.
#[derive(Clone, Debug, Default)]
pub(crate) struct Children {
    /// In the order of the keys; none where the child has ended.
    places: Vec<(u32, Option<TaskId>)>,
    alive: usize,
}

impl Children {
    /// One more, whose key is beyond all others.
    pub(crate) fn push(&mut self, key: u32, child: TaskId) {
        debug_assert!(self.places.last().is_none_or(|(last, _)| *last < key));
        self.places.push((key, Some(child)));
        self.alive += 1;
    }

    /// One less, if it is there.
    pub(crate) fn remove(&mut self, key: u32) {
        let Some(at) = self.find(key) else { return };
        if self.places[at].1.take().is_none() {
            return;
        }
        self.alive -= 1;
        if self.alive == 0 {
            self.places.clear();
        } else if self.places.len() > 2 * self.alive + LEFT_BEHIND {
            self.places.retain(|(_, child)| child.is_some());
        }
    }

    fn find(&self, key: u32) -> Option<usize> {
        let (first, _) = self.places.first()?;
        let at = key.checked_sub(*first)? as usize;
        match self.places.get(at) {
            Some((found, _)) if *found == key => Some(at),
            _ => self.places.binary_search_by_key(&key, |(key, _)| *key).ok(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.alive
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.alive == 0
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = TaskId> {
        self.starting_at(0)
    }

    /// Those from a key on.
    pub(crate) fn starting_at(&self, key: u32) -> impl Iterator<Item = TaskId> {
        let before = self.places.partition_point(|(of, _)| *of < key);
        self.places[before..].iter().filter_map(|(_, child)| *child)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_stay_in_order_and_few_places_are_left_behind() {
        let mut children = Children::default();
        (1..=1_000).for_each(|key| children.push(key, TaskId(2 * key)));
        (2..=1_000).filter(|key| key % 100 != 0).for_each(|key| children.remove(key));
        children.remove(7);
        children.push(1_001, TaskId(2));
        assert_eq!(children.len(), 12);
        assert_eq!(children.iter().nth(1), Some(TaskId(200)));
        let last: Vec<TaskId> = children.starting_at(901).collect();
        assert_eq!(last, [TaskId(2_000), TaskId(2)]);
        assert!(children.places.len() <= 2 * children.len() + LEFT_BEHIND);
        (1..=1_001).for_each(|key| children.remove(key));
        assert!(children.is_empty() && children.iter().next().is_none());
    }
}
