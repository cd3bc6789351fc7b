//! Parts of states that states have in common.
//!
//! A step changes one or two tasks and objects; the others are the same in the state before and the one
//! after. So they are shared and copied only to be changed, and what follows from each alone is found once:
//! its hash, what it leads to, whether a state forgot all of it that can be forgotten.

use std::cell::{Cell, OnceCell};
use std::hash::{Hash, Hasher};
use std::ops::{Deref, DerefMut};
use std::rc::Rc;

use rustc_hash::FxHasher;

use super::value::Value;

/// A value that states share until one of them changes it.
#[derive(Debug)]
pub(in crate::skeleton) struct Shared<T>(Rc<Noted<T>>);

/// A value and what is known to follow from it.
#[derive(Debug)]
struct Noted<T> {
    value: T,
    notes: Notes,
}

#[derive(Debug, Default)]
struct Notes {
    /// Zero until it is asked for.
    hash: Cell<u64>,
    leaves: OnceCell<Box<[Leaf]>>,
    is_tidy: Cell<bool>,
}

/// What a value may lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leaf {
    /// A task, or a scope of it.
    Task(u32),
    Object(u32),
    Symbol(u32),
}

/// A part of a state that holds values.
pub(in crate::skeleton) trait Holds {
    /// Shows all of them, in order.
    fn each_value(&self, show: &mut impl FnMut(&Value));
}

impl<T: Hash> Shared<T> {
    /// The hash of the value.
    pub(in crate::skeleton) fn code(&self) -> u64 {
        let hash = &self.0.notes.hash;
        if hash.get() == 0 {
            let mut hasher = FxHasher::default();
            self.0.value.hash(&mut hasher);
            hash.set(hasher.finish().max(1));
        }
        hash.get()
    }
}

impl<T: Holds> Shared<T> {
    /// What its values lead to by themselves, each once, in the order in which it holds them.
    pub(super) fn leaves(&self) -> &[Leaf] {
        self.0.notes.leaves.get_or_init(|| {
            let mut leaves = Vec::new();
            let mut add = |part: &Value| {
                let leaf = match part {
                    Value::Task(task) | Value::Scope(task, _) => Leaf::Task(*task),
                    Value::Object(object) => Leaf::Object(*object),
                    Value::Symbol(symbol, _) => Leaf::Symbol(*symbol),
                    _ => return,
                };
                if !leaves.contains(&leaf) {
                    leaves.push(leaf);
                }
            };
            self.0.value.each_value(&mut |value| value.walk(&mut add));
            leaves.into()
        })
    }
}

impl<T> Shared<T> {
    /// Whether it was said to be tidy, and is what it was then.
    pub(super) fn is_tidy(&self) -> bool {
        self.0.notes.is_tidy.get()
    }

    /// Says so.
    pub(super) fn is_tidy_now(&self) {
        self.0.notes.is_tidy.set(true);
    }
}

impl<T> From<T> for Shared<T> {
    fn from(value: T) -> Self {
        Self(Rc::new(Noted { value, notes: Notes::default() }))
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// A copy is made to be changed: nothing is known of it.
impl<T: Clone> Clone for Noted<T> {
    fn clone(&self) -> Self {
        Self { value: self.value.clone(), notes: Notes::default() }
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.value
    }
}

impl<T: Clone> DerefMut for Shared<T> {
    fn deref_mut(&mut self) -> &mut T {
        let noted = Rc::make_mut(&mut self.0);
        noted.notes = Notes::default();
        &mut noted.value
    }
}

impl<T: Hash> Hash for Shared<T> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hasher.write_u64(self.code());
    }
}

impl<T: PartialEq + Hash> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
            || (self.code() == other.code() && self.0.value == other.0.value)
    }
}

impl<T: Eq + Hash> Eq for Shared<T> {}
