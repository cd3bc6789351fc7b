//! Lists of bools, a byte for each.
//!
//! What it is not: another kind of list to a program. Who only reads, or puts in a bool, does so where it stays;
//! all else makes a plain list of it first. Invariant: a plain list is as good wherever this is.

use super::{Heap, Object};
use crate::value::{Cells, ObjectId, Value};

/// A row of bools.
#[derive(Clone, Debug)]
pub(crate) struct Flags(Vec<bool>);

impl Flags {
    pub(crate) fn repeated(flag: bool, times: usize) -> Self {
        Self(vec![flag; times])
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn get(&self, at: usize) -> Option<bool> {
        self.0.get(at).copied()
    }

    pub(crate) fn get_mut(&mut self, at: usize) -> Option<&mut bool> {
        self.0.get_mut(at)
    }

    pub(crate) fn push(&mut self, flag: bool) {
        self.0.push(flag);
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = bool> {
        self.0.iter().copied()
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = Value> {
        self.iter().map(Value::Bool)
    }
}

impl Object {
    /// A list of these.
    pub(crate) fn list(items: Cells) -> Self {
        let flag = |item: &Value| match item {
            Value::Bool(flag) => Some(*flag),
            _ => None,
        };
        // Most lists are none of bools, which their first element says.
        match items.first().and_then(flag) {
            Some(_) => match items.iter().map(flag).collect() {
                Some(flags) => Self::Flags(Flags(flags)),
                None => Self::List(items),
            },
            None => Self::List(items),
        }
    }

    /// How many elements a list has.
    pub(crate) fn elements(&self) -> Option<usize> {
        match self {
            Self::List(items) => Some(items.len()),
            Self::Flags(flags) => Some(flags.len()),
            Self::Map(_) | Self::Set(_) | Self::Struct(..) | Self::Frozen(_) => None,
        }
    }
}

impl Heap {
    /// Makes a plain list of one of bools.
    pub(crate) fn make_plain(&mut self, id: ObjectId) {
        if let Object::Flags(flags) = self.object(id) {
            let items: Vec<Value> = flags.values().collect();
            *self.object_mut(id) = Object::List(Cells::from(items));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_list_of_nothing_but_bools_is_one_of_flags() {
        let list = |items: Vec<Value>| Object::list(Cells::from(items));
        assert!(matches!(list(vec![Value::Bool(true), Value::Bool(false)]), Object::Flags(_)));
        assert!(matches!(list(vec![Value::Bool(true), Value::Lost]), Object::List(_)));
        assert!(matches!(list(vec![Value::Int(1)]), Object::List(_)));
        assert!(matches!(list(Vec::new()), Object::List(_)));
    }

    #[test]
    fn a_plain_list_has_the_same_elements() {
        let mut heap = Heap::default();
        let items = vec![Value::Bool(true), Value::Bool(false)];
        let Value::Owned(id) = heap.new_object(Object::list(Cells::from(items))) else { return };
        assert_eq!(heap.object(id).elements(), Some(2));
        heap.make_plain(id);
        let Object::List(items) = heap.object(id) else { panic!("it is plain") };
        assert!(matches!(items[..], [Value::Bool(true), Value::Bool(false)]));
    }
}
