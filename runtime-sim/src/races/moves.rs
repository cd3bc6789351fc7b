//! Uses of what was given away: a task touches a value that it has sent, detached, frozen, put into a lock
//! or lent from one that it has given back.
//!
//! That is no race by itself, and no outcome of a run: whoever has the value now may never touch it.
//! It is counted where the analyzer is checked against the machine.

use rustc_hash::{FxHashMap, FxHashSet};
use weir_analyzer::mir::LockMode;

use super::shadow::Spot;
use super::{Races, Thread};
use crate::heap::{Heap, Object};
use crate::value::{ObjectId, TaskId, Value};

/// How many uses of one run are kept.
const USES_MAX: usize = 16;

/// Who has given what away.
#[derive(Clone, Debug, Default)]
pub(super) struct Moves {
    /// By object, what each task did last with it.
    last: FxHashMap<ObjectId, Vec<Last>>,
    /// How many such things were done.
    now: u64,
    /// The task that started each.
    parents: Vec<u32>,
    /// The tasks that used it nevertheless, and where.
    pub(super) uses: Vec<(String, Spot)>,
}

/// What a task did last with an object.
#[derive(Clone, Copy, Debug)]
struct Last {
    task: u32,
    at: u64,
    deed: Deed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    Got,
    Gave,
    /// Was lent it for reading, as others may be at the same time: when it is done, all is as before.
    Reads,
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
            moves.note(object, *serial, Deed::Gave);
        }
    }

    /// A lock lends a task what the value reaches.
    pub(crate) fn lent(&mut self, heap: &Heap, value: &Value, mode: LockMode, to: TaskId) {
        let deed = if mode == LockMode::Read { Deed::Reads } else { Deed::Got };
        self.gets(heap, value, to, deed);
    }

    /// A task gives back to a lock what that lent it.
    pub(crate) fn given_back(&mut self, heap: &Heap, value: &Value, mode: LockMode, by: TaskId) {
        if mode != LockMode::Read {
            return self.given(heap, std::slice::from_ref(value), by);
        }
        let serial = self.thread(by).serial;
        let Some(moves) = &mut self.moves else { return };
        for object in reached(heap, value) {
            moves.stop_reading(object, serial);
        }
    }

    /// A task gets what the value reaches.
    pub(crate) fn got(&mut self, heap: &Heap, value: &Value, by: TaskId) {
        self.gets(heap, value, by, Deed::Got);
    }

    fn gets(&mut self, heap: &Heap, value: &Value, by: TaskId, deed: Deed) {
        let serial = self.thread(by).serial;
        let Some(moves) = &mut self.moves else { return };
        for object in reached(heap, value) {
            moves.note(object, serial, deed);
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
            let keeps = |last: &&Last, task| last.task == task && last.deed != Deed::Reads;
            let of = |task: u32| last.iter().find(|last| keeps(last, task)).copied();
            let Some(news) = of(serial) else { continue };
            if of(parent).is_none_or(|before| before.at < news.at) {
                last.retain(|last| !keeps(&last, parent) && last.task != serial);
                last.push(Last { task: parent, ..news });
            }
        }
    }

    /// Whether the last that the task or those that it comes from did was to give the object away.
    pub(super) fn is_gone(&self, object: ObjectId, mut serial: u32) -> bool {
        let Some(last) = self.last.get(&object).filter(|_| self.uses.len() < USES_MAX) else {
            return false;
        };
        let mut latest: Option<&Last> = None;
        loop {
            let own = last.iter().filter(|last| last.task == serial);
            latest = latest.into_iter().chain(own).max_by_key(|last| last.at);
            if serial == 0 {
                return latest.is_some_and(|last| last.deed == Deed::Gave);
            }
            serial = self.parents.get(serial as usize).copied().unwrap_or(0);
        }
    }

    fn note(&mut self, object: ObjectId, serial: u32, deed: Deed) {
        self.now += 1;
        let last = self.last.entry(object).or_default();
        if deed != Deed::Reads {
            last.retain(|last| last.task != serial || last.deed == Deed::Reads);
        }
        last.push(Last { task: serial, at: self.now, deed });
    }

    fn stop_reading(&mut self, object: ObjectId, serial: u32) {
        let Some(last) = self.last.get_mut(&object) else { return };
        let reads = |last: &Last| last.task == serial && last.deed == Deed::Reads;
        if let Some(position) = last.iter().rposition(reads) {
            last.remove(position);
        }
    }

    pub(super) fn retain(&mut self, is_alive: impl Fn(ObjectId) -> bool) {
        self.last.retain(|object, _| is_alive(*object));
    }
}

/// The owned objects that a value reaches, not through what synchronises by itself.
fn reached(heap: &Heap, value: &Value) -> Vec<ObjectId> {
    let (mut objects, mut seen, mut rest) = (Vec::new(), FxHashSet::default(), vec![value]);
    let mut shared = FxHashSet::default();
    while let Some(value) = rest.pop() {
        if value.address().is_some_and(|address| !shared.insert(address)) {
            continue;
        }
        rest.extend(value.row().into_iter().flat_map(|parts| parts.iter()));
        match value {
            Value::Function(of) => rest.extend(of.captures.iter()),
            Value::Map(map) => rest.extend(map.values()),
            Value::Owned(id) if seen.insert(*id) => {
                objects.push(*id);
                match heap.object(*id) {
                    Object::List(items) | Object::Struct(_, items) => rest.extend(items.iter()),
                    Object::Map(map) => rest.extend(map.values()),
                    Object::Set(_) | Object::Flags(_) | Object::Frozen(_) => {}
                }
            }
            _ => {}
        }
    }
    objects
}
