//! Uses of what was given away: a task touches a value that it has sent, detached, frozen, put into a lock
//! or lent from one that it has given back.
//!
//! That is no race by itself, and no outcome of a run: whoever has the value now may never touch it.
//! It is counted where the analyzer is checked against the machine.

use rustc_hash::{FxHashMap, FxHashSet};

use super::shadow::Spot;
use super::{Races, Thread};
use crate::heap::{Heap, Object};
use crate::value::{ObjectId, TaskId, Value};

/// How many uses of one run are kept.
const USES_MAX: usize = 16;

/// Who has given what away.
#[derive(Clone, Debug, Default)]
pub(super) struct Moves {
    /// By object, what each task did last with it, and when; true for giving it away.
    last: FxHashMap<ObjectId, Vec<(u32, u64, bool)>>,
    /// How many such things were done.
    now: u64,
    /// The task that started each.
    parents: Vec<u32>,
    /// The tasks that used it nevertheless, and where.
    pub(super) uses: Vec<(String, Spot)>,
}

impl Races {
    /// A task gives away what the values reach, all at once: they may share parts.
    pub(crate) fn given(&mut self, heap: &Heap, values: &[Value], by: TaskId) {
        let Thread { serial, clock, .. } = &self.threads[by.0 as usize];
        let Some(moves) = &mut self.moves else { return };
        let objects: Vec<ObjectId> = values.iter().flat_map(|value| reached(heap, value)).collect();
        for object in &objects {
            if moves.is_gone(*object, *serial) {
                let task = self.slots.life(clock.now).map(|life| life.task.to_string());
                moves.uses.push((task.unwrap_or_default(), self.here));
            }
        }
        for object in objects {
            moves.note(object, *serial, true);
        }
    }

    /// A task gets what the value reaches.
    pub(crate) fn got(&mut self, heap: &Heap, value: &Value, by: TaskId) {
        let serial = self.thread(by).serial;
        let Some(moves) = &mut self.moves else { return };
        for object in reached(heap, value) {
            moves.note(object, serial, false);
        }
    }
}

impl Moves {
    /// A task starts; what those that it comes from give away is gone for it too.
    pub(super) fn started(&mut self, serial: u32, parent: u32) {
        self.parents.resize(serial as usize + 1, 0);
        self.parents[serial as usize] = parent;
    }

    /// A task ends; what it got and gave away last, who started it has and has not.
    pub(super) fn ended(&mut self, serial: u32) {
        let parent = self.parents.get(serial as usize).copied().unwrap_or(0);
        for last in self.last.values_mut() {
            let of = |task: u32| last.iter().find(|(of, ..)| *of == task).copied();
            let Some((_, at, gives)) = of(serial) else { continue };
            if of(parent).is_none_or(|(_, before, _)| before < at) {
                last.retain(|(of, ..)| *of != parent && *of != serial);
                last.push((parent, at, gives));
            }
        }
    }

    /// Whether the last that the task or those that it comes from did was to give the object away.
    pub(super) fn is_gone(&self, object: ObjectId, mut serial: u32) -> bool {
        let Some(last) = self.last.get(&object).filter(|_| self.uses.len() < USES_MAX) else {
            return false;
        };
        let mut latest = (0, false);
        loop {
            for (_, at, gives) in last.iter().filter(|(of, ..)| *of == serial) {
                latest = latest.max((*at, *gives));
            }
            if serial == 0 {
                return latest.1;
            }
            serial = self.parents.get(serial as usize).copied().unwrap_or(0);
        }
    }

    fn note(&mut self, object: ObjectId, serial: u32, gives: bool) {
        self.now += 1;
        let last = self.last.entry(object).or_default();
        last.retain(|(of, ..)| *of != serial);
        last.push((serial, self.now, gives));
    }

    pub(super) fn retain(&mut self, is_alive: impl Fn(ObjectId) -> bool) {
        self.last.retain(|object, _| is_alive(*object));
    }
}

/// The owned objects that a value reaches, not through what synchronises by itself.
fn reached(heap: &Heap, value: &Value) -> Vec<ObjectId> {
    let (mut objects, mut seen, mut rest) = (Vec::new(), FxHashSet::default(), vec![value]);
    while let Some(value) = rest.pop() {
        match value {
            Value::List(cells)
            | Value::Tuple(cells)
            | Value::Some(cells)
            | Value::Ok(cells)
            | Value::Err(cells) => rest.extend(cells.iter()),
            Value::Struct(of) => rest.extend(of.fields.iter()),
            Value::Variant(of) => rest.extend(of.fields.iter()),
            Value::Function(of) => rest.extend(of.captures.iter()),
            Value::Map(map) => rest.extend(map.values()),
            Value::Owned(id) if seen.insert(*id) => {
                objects.push(*id);
                match heap.object(*id) {
                    Object::List(items) | Object::Struct(_, items) => rest.extend(items.iter()),
                    Object::Map(map) => rest.extend(map.values()),
                    Object::Set(_) => {}
                }
            }
            _ => {}
        }
    }
    objects
}
