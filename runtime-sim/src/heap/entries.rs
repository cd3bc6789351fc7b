//! Entries of mutable maps, where they stay.
//!
//! Whoever reads an entry mostly writes it next, as in `counts[word] = counts.get(word, 0) + 1`. So the place where
//! one was found is kept for the next question. Invariant: it is only a guess, and the key that stands there decides.

use super::{Heap, Object};
use crate::value::{KeyRef, ObjectId, Value};

impl Heap {
    /// What a mutable map has for a key; nothing too if it is no map.
    #[inline]
    pub(crate) fn entry(&mut self, id: ObjectId, key: &Value) -> Option<&Value> {
        let Object::Map(map) = self.objects.get(id.0) else { return None };
        let (at, _, value) = map.get_full(&KeyRef(key))?;
        self.last_entry = Some((id, at));
        Some(value)
    }

    /// The same, to be replaced.
    #[inline]
    pub(crate) fn entry_mut(&mut self, id: ObjectId, key: &Value) -> Option<&mut Value> {
        let guess = self.last_entry.filter(|(of, _)| *of == id);
        let Object::Map(map) = self.objects.get_mut(id.0) else { return None };
        let is_there = |at: &usize| map.get_index(*at).is_some_and(|(known, _)| known.is(key));
        match guess.map(|(_, at)| at).filter(is_there) {
            Some(at) => map.get_index_mut(at).map(|(_, value)| value),
            None => map.get_mut(&KeyRef(key)),
        }
    }
}
