//! What a parallel loop checks before its first round: that the containers whose elements its rounds
//! touch are different ones. Each is found from a name along some steps; two ways to one container,
//! which some round changes, fail the loop and are both named.

use rustc_hash::FxHashMap;
use weir_analyzer::regions::EntryStep;

use super::access::elements;
use crate::failure::{FailureKind, Fallible, fail};
use crate::heap::{Heap, Marks, Object};
use crate::program::{DistinctPlace, Program};
use crate::value::{ObjectId, Value};

/// How a container was found: by which place, and at which elements on the way.
#[derive(Clone, PartialEq, Eq)]
struct Way {
    place: usize,
    indices: Vec<u32>,
}

/// Fails if one container is found in two ways.
pub(super) fn check(
    program: &Program,
    heap: &Heap,
    places: &[DistinctPlace],
    roots: &[Value],
) -> Fallible<()> {
    let mut check = Check { program, heap, places, roots, found: FxHashMap::default() };
    for (place, (of, root)) in places.iter().zip(roots).enumerate() {
        let way = Way { place, indices: Vec::new() };
        check.follow(root, None, &of.steps, way)?;
    }
    Ok(())
}

struct Check<'a> {
    program: &'a Program,
    heap: &'a Heap,
    places: &'a [DistinctPlace],
    roots: &'a [Value],
    found: FxHashMap<ObjectId, Vec<Found>>,
}

/// A way to a container, or to one of its slots.
struct Found {
    slot: Option<u32>,
    changed: bool,
    way: Way,
}

/// The field or element of a container that a value lies in.
#[derive(Clone, Copy)]
struct Slot {
    of: ObjectId,
    at: u32,
    /// Whether it is what lies there, and not a part of that, which cannot be set by itself.
    is_whole: bool,
}

impl Check<'_> {
    fn follow(
        &mut self,
        value: &Value,
        slot: Option<Slot>,
        steps: &[EntryStep],
        way: Way,
    ) -> Fallible<()> {
        let Some((step, rest)) = steps.split_first() else { return self.reach(value, slot, &way) };
        let inside = |at: u32| match value {
            Value::Owned(of) => Some(Slot { of: *of, at, is_whole: true }),
            _ => slot.map(|slot| Slot { is_whole: false, ..slot }),
        };
        match step {
            EntryStep::Part(part) => match part_of(self.heap, value, *part) {
                Some(found) => self.follow(&found, inside(*part), rest, way),
                None => Ok(()),
            },
            EntryStep::Each => {
                let items = items(self.heap, value)?;
                items.iter().enumerate().try_for_each(|(index, item)| {
                    let mut way = way.clone();
                    way.indices.push(index as u32);
                    self.follow(item, inside(index as u32), rest, way)
                })
            }
        }
    }

    fn reach(&mut self, value: &Value, slot: Option<Slot>, way: &Way) -> Fallible<()> {
        let place = &self.places[way.place];
        let changed = place.changed;
        match (value, slot) {
            (Value::Owned(id), _) if !place.deep => return self.note(*id, None, changed, way),
            (Value::Owned(_), _) => {}
            (_, Some(Slot { of, at, is_whole })) if place.deep => {
                self.note(of, Some(at), changed && is_whole, way)?;
            }
            _ => {}
        }
        if !place.deep {
            return Ok(());
        }
        let mut marks = Marks::of_owner();
        marks.add(value);
        marks.walk(self.heap);
        marks.objects().into_iter().try_for_each(|id| self.note(id, None, changed, way))
    }

    fn note(&mut self, id: ObjectId, slot: Option<u32>, changed: bool, way: &Way) -> Fallible<()> {
        let known = self.found.get(&id).map_or(&[][..], Vec::as_slice);
        for of in known {
            let is_one_slot = slot.is_none() || of.slot.is_none() || slot == of.slot;
            if is_one_slot && (changed || of.changed) {
                self.must_be_one_way(&of.way, way)?;
            }
        }
        if !known.iter().any(|of| (of.slot, of.changed) == (slot, changed)) {
            let found = Found { slot, changed, way: way.clone() };
            self.found.entry(id).or_default().push(found);
        }
        Ok(())
    }

    fn must_be_one_way(&self, known: &Way, way: &Way) -> Fallible<()> {
        if self.leads_to(known, way) || self.leads_to(way, known) {
            return Ok(());
        }
        let (first, second) = (self.named(known)?, self.named(way)?);
        if first == second {
            return Ok(());
        }
        let message = format!(
            "{first} and {second} are one value, or share a part, and the iterations of this loop \
             need them apart"
        );
        fail(FailureKind::Value, message)
    }

    /// Whether the one way is the beginning of the other: whoever goes there comes by here.
    fn leads_to(&self, first: &Way, then: &Way) -> bool {
        let (one, other) = (&self.places[first.place], &self.places[then.place]);
        one.root == other.root
            && other.steps.starts_with(&one.steps)
            && then.indices.starts_with(&first.indices)
    }

    /// As people would say it; what a function captured has no name of its own.
    fn named(&self, way: &Way) -> Fallible<String> {
        let (place, mut value) = (&self.places[way.place], self.roots[way.place].clone());
        let mut name = place.name.to_string();
        let mut indices = way.indices.iter();
        for step in &place.steps {
            let next = match step {
                EntryStep::Each => {
                    let index = indices.next().copied().unwrap_or(0);
                    name.push_str(&format!("[{}]", self.index_in(&value, index)));
                    items(self.heap, &value)?.get(index as usize).cloned()
                }
                EntryStep::Part(_) if matches!(value, Value::Function(_)) => {
                    return Ok(format!("what `{name}` captured"));
                }
                EntryStep::Part(part) => {
                    name.push_str(&self.part_in(&value, *part));
                    part_of(self.heap, &value, *part)
                }
            };
            value = next.unwrap_or(Value::Unit);
        }
        Ok(format!("`{name}`"))
    }

    fn index_in(&self, value: &Value, index: u32) -> String {
        let key = match value {
            Value::Map(map) => map.keys().nth(index as usize),
            Value::Owned(id) => match self.heap.object(*id) {
                Object::Map(map) => map.keys().nth(index as usize),
                _ => None,
            },
            _ => None,
        };
        match key.map(|key| &key.0) {
            Some(Value::Str(key)) => format!("{:?}", key.as_str()),
            Some(Value::Int(key)) => key.to_string(),
            _ => index.to_string(),
        }
    }

    fn part_in(&self, value: &Value, part: u32) -> String {
        let ty = match value {
            // Whoever says what an option holds says the option.
            Value::Some(_) | Value::Ok(_) | Value::Err(_) => return String::new(),
            Value::Struct(of) => Some(of.ty),
            Value::Owned(id) => match self.heap.object(*id) {
                Object::Struct(ty, _) => Some(*ty),
                _ => None,
            },
            _ => None,
        };
        match ty.and_then(|ty| self.program.ty(ty).fields.get(part as usize)) {
            Some(field) => format!(".{field}"),
            None => format!("[{part}]"),
        }
    }
}

/// A field, a part, or what a function captured, by position.
fn part_of(heap: &Heap, value: &Value, part: u32) -> Option<Value> {
    let parts: &[Value] = match value {
        Value::Tuple(parts) | Value::Some(parts) | Value::Ok(parts) | Value::Err(parts) => parts,
        Value::Struct(of) => &of.fields,
        Value::Variant(of) => &of.fields,
        Value::Function(of) => &of.captures,
        Value::Owned(id) => match heap.object(*id) {
            Object::Struct(_, fields) => fields,
            _ => &[],
        },
        _ => &[],
    };
    parts.get(part as usize).cloned()
}

/// What a container holds; of maps, the values.
fn items(heap: &Heap, value: &Value) -> Fallible<Vec<Value>> {
    Ok(match value {
        Value::Map(map) => map.values().cloned().collect(),
        Value::List(_) | Value::Iterator(_) => elements(heap, value)?,
        Value::Owned(id) => match heap.object(*id) {
            Object::List(items) => items.to_vec(),
            Object::Map(map) => map.values().cloned().collect(),
            Object::Flags(flags) => flags.values().collect(),
            Object::Set(_) | Object::Struct(..) | Object::Frozen(_) => Vec::new(),
        },
        _ => Vec::new(),
    })
}
