//! Parts of states that states have in common.
//!
//! A step changes one or two tasks and objects; the others are the same in the state before and the one
//! after. So they are shared and copied only to be changed, and the hash of each is computed once.

use std::cell::Cell;
use std::hash::{Hash, Hasher};
use std::ops::{Deref, DerefMut};
use std::rc::Rc;

use rustc_hash::FxHasher;

/// A value that states share until one of them changes it.
#[derive(Debug)]
pub(in crate::skeleton) struct Shared<T> {
    value: Rc<T>,
    /// Of the value; zero until it is asked for.
    hash: Cell<u64>,
}

impl<T: Hash> Shared<T> {
    /// The hash of the value.
    pub(in crate::skeleton) fn code(&self) -> u64 {
        if self.hash.get() == 0 {
            let mut hasher = FxHasher::default();
            self.value.hash(&mut hasher);
            self.hash.set(hasher.finish().max(1));
        }
        self.hash.get()
    }
}

impl<T> From<T> for Shared<T> {
    fn from(value: T) -> Self {
        Self { value: Rc::new(value), hash: Cell::new(0) }
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self { value: self.value.clone(), hash: self.hash.clone() }
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: Clone> DerefMut for Shared<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.hash.set(0);
        Rc::make_mut(&mut self.value)
    }
}

impl<T: Hash> Hash for Shared<T> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hasher.write_u64(self.code());
    }
}

impl<T: PartialEq + Hash> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.value, &other.value)
            || (self.code() == other.code() && self.value == other.value)
    }
}

impl<T: Eq + Hash> Eq for Shared<T> {}
