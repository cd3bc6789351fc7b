//! Numbers for values: equal ones have the same, others have not.
//!
//! For sets and maps whose keys have parts that have parts. Made from the inside out with a worklist, so that sets may be
//! nested as deep as they like. Invariant: what is in one place has one number, so a value takes no longer to
//! be numbered than there is memory in it.

use std::hash::{Hash, Hasher};
use std::mem::{Discriminant, discriminant};

use rustc_hash::FxHashMap;

use super::compare::{Look, equal_leaves};
use super::{KeyRef, Value};
use crate::failure::Fallible;

/// The numbers that were given so far.
#[derive(Default)]
pub(super) struct Numbers<'v> {
    leaves: FxHashMap<Leaf<'v>, usize>,
    rows: FxHashMap<Row, usize>,
    /// By where they are.
    known: FxHashMap<usize, usize>,
    count: usize,
}

/// What has parts: of what kind and type it is, and the numbers of its parts.
#[derive(PartialEq, Eq, Hash)]
struct Row(Discriminant<Value>, u32, Vec<usize>);

/// What has none.
struct Leaf<'v>(&'v Value);

impl PartialEq for Leaf<'_> {
    fn eq(&self, other: &Self) -> bool {
        equal_leaves(self.0, other.0)
    }
}

impl Eq for Leaf<'_> {}

impl Hash for Leaf<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        KeyRef(self.0).hash(state);
    }
}

/// A value some of whose parts have their numbers.
struct Open<'v> {
    value: &'v Value,
    numbers: Vec<usize>,
}

impl<'v> Numbers<'v> {
    pub(super) fn of(&mut self, value: &'v Value, look: Look) -> Fallible<usize> {
        let mut number = 0;
        let mut open = vec![Open { value, numbers: Vec::new() }];
        while let Some(mut last) = open.pop() {
            look(1)?;
            let Some(part) = part(last.value, last.numbers.len()) else {
                number = self.of_whole(last);
                if let Some(around) = open.last_mut() {
                    around.numbers.push(number);
                }
                continue;
            };
            let inner = match self.at_once(part) {
                Some(number) => {
                    last.numbers.push(number);
                    None
                }
                None => Some(Open { value: part, numbers: Vec::new() }),
            };
            open.push(last);
            open.extend(inner);
        }
        Ok(number)
    }

    /// The number of what has no parts, or has got its number before.
    fn at_once(&mut self, value: &'v Value) -> Option<usize> {
        if let Some(number) = value.address().and_then(|address| self.known.get(&address)) {
            return Some(*number);
        }
        let next = self.count + 1;
        let number = match value {
            // Equals nothing, not even itself.
            Value::Float(value) if value.is_nan() => next,
            value
                if !value.holds_values()
                    || matches!(value, Value::Function(_) | Value::Iterator(_)) =>
            {
                *self.leaves.entry(Leaf(value)).or_insert(next)
            }
            _ => return None,
        };
        self.count = self.count.max(number);
        Some(number)
    }

    fn of_whole(&mut self, open: Open<'v>) -> usize {
        let Open { value, mut numbers } = open;
        let ty = match value {
            Value::Struct(of) => of.ty.0,
            Value::Variant(of) => of.variant.0,
            Value::Set(_) => {
                numbers.sort_unstable();
                0
            }
            Value::Map(_) => {
                let (entries, _) = numbers.as_chunks_mut::<2>();
                entries.sort_unstable();
                0
            }
            _ => 0,
        };
        let next = self.count + 1;
        let number = *self.rows.entry(Row(discriminant(value), ty, numbers)).or_insert(next);
        self.count = self.count.max(number);
        self.known.extend(value.address().map(|address| (address, number)));
        number
    }
}

/// One of the parts; of a map, keys and values by turns.
fn part(of: &Value, at: usize) -> Option<&Value> {
    match of {
        Value::Set(set) => set.get_index(at).map(|key| &key.0),
        Value::Map(map) => {
            let (key, value) = map.get_index(at / 2)?;
            Some(if at.is_multiple_of(2) { &key.0 } else { value })
        }
        of => of.row()?.get(at),
    }
}
