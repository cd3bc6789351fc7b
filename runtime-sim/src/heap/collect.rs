//! Marks what values reach. Roots are the tasks' frames; queues hold values of blocked tasks.

use rustc_hash::FxHashSet;

use super::{Heap, Object};
use crate::value::{ObjectId, SyncId, TaskId, Value};

/// What was reached so far.
#[derive(Default)]
pub(crate) struct Marks {
    objects: FxHashSet<ObjectId>,
    syncs: FxHashSet<SyncId>,
    /// Those of them that were not taken note of.
    new_syncs: Vec<SyncId>,
    tasks: FxHashSet<TaskId>,
    /// Shared immutable values, so that each is walked once.
    shared: FxHashSet<usize>,
    rest: Vec<Value>,
    looked_at: u64,
    /// Whether what sync objects hold is left out.
    seals: bool,
}

impl Marks {
    /// What one owner reaches: sync objects seal what they hold.
    pub(crate) fn of_owner() -> Self {
        Self { seals: true, ..Self::default() }
    }

    pub(crate) fn has_object(&self, id: ObjectId) -> bool {
        self.objects.contains(&id)
    }

    /// All objects that were reached, in the order of their ids.
    pub(crate) fn objects(&self) -> Vec<ObjectId> {
        let mut objects: Vec<ObjectId> = self.objects.iter().copied().collect();
        objects.sort_unstable();
        objects
    }

    pub(crate) fn has_sync(&self, id: SyncId) -> bool {
        self.syncs.contains(&id)
    }

    pub(crate) fn has_task(&self, id: TaskId) -> bool {
        self.tasks.contains(&id)
    }

    /// The sync objects that were reached since this was last asked.
    pub(crate) fn take_new_syncs(&mut self) -> Vec<SyncId> {
        std::mem::take(&mut self.new_syncs)
    }

    /// How many values were looked at so far.
    pub(crate) fn looked_at(&self) -> u64 {
        self.looked_at
    }

    pub(crate) fn add(&mut self, value: &Value) {
        self.looked_at += 1;
        if value.holds_values()
            || matches!(value, Value::Owned(_) | Value::Sync(_) | Value::Task(_))
        {
            self.rest.push(value.clone());
        }
    }

    pub(crate) fn add_all<'a>(&mut self, values: impl IntoIterator<Item = &'a Value>) {
        values.into_iter().for_each(|value| self.add(value));
    }

    /// Walks all that was added. Gives the tasks that were reached for the first time, whose
    /// results and frames the caller adds.
    pub(crate) fn walk(&mut self, heap: &Heap) -> Vec<TaskId> {
        let mut tasks = Vec::new();
        while let Some(value) = self.rest.pop() {
            if let Value::Task(id) = value {
                if self.tasks.insert(id) {
                    tasks.push(id);
                }
                continue;
            }
            self.visit(&value, heap);
        }
        tasks
    }

    fn visit(&mut self, value: &Value, heap: &Heap) {
        if let Some(address) = value.address()
            && !self.shared.insert(address)
        {
            return;
        }
        match value {
            Value::List(cells)
            | Value::Tuple(cells)
            | Value::Some(cells)
            | Value::Ok(cells)
            | Value::Err(cells) => self.add_all(cells.iter()),
            Value::Struct(of) => self.add_all(of.fields.iter()),
            Value::Variant(of) => self.add_all(of.fields.iter()),
            Value::Function(of) => self.add_all(of.captures.iter()),
            Value::Map(map) => {
                self.add_all(map.keys().map(|key| &key.0));
                self.add_all(map.values());
            }
            Value::Set(set) => self.add_all(set.iter().map(|key| &key.0)),
            Value::Iterator(iter) => self.add(&iter.over),
            Value::Owned(id) if self.objects.insert(*id) => self.visit_object(heap.object(*id)),
            Value::Sync(id) if !self.seals && self.syncs.insert(*id) => {
                self.new_syncs.push(*id);
                heap.sync(*id).values(&mut |value| self.add(value));
            }
            _ => {}
        }
    }

    fn visit_object(&mut self, object: &Object) {
        match object {
            Object::List(items) | Object::Struct(_, items) => self.add_all(items.iter()),
            Object::Map(map) => {
                self.add_all(map.keys().map(|key| &key.0));
                self.add_all(map.values());
            }
            Object::Set(set) => self.add_all(set.iter().map(|key| &key.0)),
            Object::Flags(_) | Object::Frozen(_) => {}
        }
    }
}
