//! Which locks a thread holds: sets, each by an index, so that an access remembers one number.
//!
//! Not here: what a lock orders. Invariant: a set is there once, and the empty one is the first; the way from a set to
//! the one with a lock more, which is gone again and again, asks no table.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::value::SyncId;

/// All sets of held locks that there ever were, and what people call the locks.
#[derive(Clone, Debug)]
pub(super) struct Held {
    sets: Vec<HeldSet>,
    indices: FxHashMap<Vec<Hold>, u32>,
    names: FxHashMap<SyncId, Arc<str>>,
}

/// A lock, and whether it is held for reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Hold {
    pub(super) lock: SyncId,
    pub(super) reads: bool,
}

#[derive(Clone, Debug, Default)]
struct HeldSet {
    locks: Vec<Hold>,
    /// The set without the lock that was taken last.
    outer: u32,
    /// The lock that was taken last by who held these, and what they held then.
    inner: Option<(Hold, u32)>,
}

impl Default for Held {
    fn default() -> Self {
        Self {
            sets: vec![HeldSet::default()],
            indices: FxHashMap::from_iter([(Vec::new(), 0)]),
            names: FxHashMap::default(),
        }
    }
}

impl Held {
    /// The set with one more lock.
    pub(super) fn with(&mut self, set: u32, lock: Hold) -> u32 {
        let of = &self.sets[set as usize];
        if let Some((inner, index)) = of.inner
            && inner == lock
        {
            return index;
        }
        let locks = [&*of.locks, &[lock]].concat();
        let index = self.index(locks);
        self.sets[set as usize].inner = Some((lock, index));
        index
    }

    /// The set without a lock, however many were taken since.
    pub(super) fn without(&mut self, set: u32, lock: Hold) -> u32 {
        let HeldSet { locks, outer, .. } = &self.sets[set as usize];
        match locks.iter().rposition(|of| *of == lock) {
            None => set,
            Some(at) if at + 1 == locks.len() => *outer,
            Some(at) => {
                let mut locks = locks.clone();
                locks.remove(at);
                self.index(locks)
            }
        }
    }

    fn index(&mut self, locks: Vec<Hold>) -> u32 {
        if let Some(index) = self.indices.get(&locks) {
            return *index;
        }
        let outer = locks.split_last().map_or(0, |(_, outer)| self.index(outer.to_vec()));
        let index = self.sets.len() as u32;
        self.sets.push(HeldSet { locks: locks.clone(), outer, inner: None });
        self.indices.insert(locks, index);
        index
    }

    /// What a lock is called where it is first taken.
    pub(super) fn name(&mut self, lock: SyncId, name: &str) {
        self.names.entry(lock).or_insert_with(|| Arc::from(name));
    }

    /// What people call the locks of a set.
    pub(super) fn names_of(&self, set: u32) -> Vec<String> {
        let locks = self.sets.get(set as usize).into_iter().flat_map(|set| &set.locks);
        let name = |Hold { lock, reads }: &Hold| {
            let name = self.names.get(lock).map_or("a lock", |name| name);
            format!("{name}{}", if *reads { " for reading" } else { "" })
        };
        locks.map(name).collect()
    }

    pub(super) fn retain_names(&mut self, is_alive: impl Fn(SyncId) -> bool) {
        self.names.retain(|id, _| is_alive(*id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hold(lock: u32) -> Hold {
        Hold { lock: SyncId(lock), reads: false }
    }

    #[test]
    fn locks_are_given_back_in_any_order() {
        let (mut held, [a, b]) = (Held::default(), [1, 2].map(hold));
        let of_a = held.with(0, a);
        let both = held.with(of_a, b);
        assert_eq!((held.without(both, b), held.without(of_a, a)), (of_a, 0));
        let of_b = held.without(both, a);
        assert_eq!((of_b, held.with(0, b), held.with(0, a)), (held.with(0, b), of_b, of_a));
        assert_eq!((held.without(of_b, a), held.with(of_a, b)), (of_b, both));
    }
}
