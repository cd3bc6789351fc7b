//! What a parallel loop checks before its first round: that the containers whose elements its rounds
//! touch are different ones. Each is found from a name along some steps; two ways to one container,
//! which some round changes, fail the loop and are both named.

use std::fmt::Write;

use rustc_hash::FxHashMap;
use weir_analyzer::regions::EntryStep;

use crate::failure::{FailureKind, Fallible, fail};
use crate::heap::{Heap, Marks, Object};
use crate::program::DistinctPlace;
use crate::value::{ObjectId, Value};

/// How a container was found: by which place, and at which elements on the way.
#[derive(Clone, PartialEq, Eq)]
struct Way {
    place: usize,
    indices: Vec<u32>,
}

/// Fails if one container is found in two ways.
pub(super) fn check(heap: &Heap, places: &[DistinctPlace], roots: &[Value]) -> Fallible<()> {
    let mut check = Check { heap, places, found: FxHashMap::default() };
    for (place, (of, root)) in places.iter().zip(roots).enumerate() {
        let way = Way { place, indices: Vec::new() };
        check.follow(root, &of.steps, way)?;
    }
    Ok(())
}

struct Check<'a> {
    heap: &'a Heap,
    places: &'a [DistinctPlace],
    found: FxHashMap<ObjectId, Way>,
}

impl Check<'_> {
    fn follow(&mut self, value: &Value, steps: &[EntryStep], way: Way) -> Fallible<()> {
        let Some((step, rest)) = steps.split_first() else { return self.reach(value, &way) };
        let parts: &[Value] = match value {
            Value::List(items) | Value::Tuple(items) => items,
            Value::Some(items) | Value::Ok(items) | Value::Err(items) => items,
            Value::Struct(of) => &of.fields,
            Value::Variant(of) => &of.fields,
            Value::Owned(id) => match self.heap.object(*id) {
                Object::List(items) | Object::Struct(_, items) => items,
                Object::Map(_) | Object::Set(_) => &[],
            },
            _ => &[],
        };
        match step {
            EntryStep::Part(part) => match parts.get(*part as usize) {
                Some(part) => self.follow(part, rest, way),
                None => Ok(()),
            },
            EntryStep::Each => parts.iter().enumerate().try_for_each(|(index, part)| {
                let mut way = way.clone();
                way.indices.push(index as u32);
                self.follow(part, rest, way)
            }),
        }
    }

    fn reach(&mut self, value: &Value, way: &Way) -> Fallible<()> {
        if self.places[way.place].deep {
            let mut marks = Marks::default();
            marks.add(value);
            marks.walk(self.heap);
            return marks.objects().into_iter().try_for_each(|id| self.note(id, way));
        }
        match value {
            Value::Owned(id) => self.note(*id, way),
            _ => Ok(()),
        }
    }

    fn note(&mut self, id: ObjectId, way: &Way) -> Fallible<()> {
        let Some(known) = self.found.get(&id) else {
            self.found.insert(id, way.clone());
            return Ok(());
        };
        let changed = self.places[known.place].changed || self.places[way.place].changed;
        let (first, second) = (self.named(known), self.named(way));
        if !changed || first == second {
            return Ok(());
        }
        let message = format!(
            "`{first}` and `{second}` are one value, or share a part, and the iterations of this \
             loop need them apart"
        );
        fail(FailureKind::Value, message)
    }

    fn named(&self, way: &Way) -> String {
        let place = &self.places[way.place];
        let mut name = place.name.to_string();
        let mut indices = way.indices.iter();
        for step in &place.steps {
            let index = match step {
                EntryStep::Each => indices.next().copied().unwrap_or(0),
                EntryStep::Part(part) => *part,
            };
            let _ = write!(name, "[{index}]");
        }
        name
    }
}
