//! What values name by id: owned objects and sync objects, in slabs of the machine.
//!
//! So a machine's state is one value: cloning the heap clones every object, and nobody outside
//! holds one. What no task can reach any more is found by [`collect`] when the heap has grown.

mod collect;
mod entries;
mod flags;
mod slab;

use crate::bounds::COLLECTION_OBJECTS_MIN;
use crate::program::{CodeId, TypeId};
use crate::sync::Sync;
use crate::value::{Cells, Map, ObjectId, Set, SyncId, Value};

pub(crate) use collect::Marks;
pub(crate) use flags::Flags;
pub(crate) use slab::Slab;

/// An owned object.
#[derive(Clone, Debug)]
pub(crate) enum Object {
    List(Cells),
    /// A list of nothing but bools.
    Flags(Flags),
    Map(Map),
    Set(Set),
    Struct(TypeId, Cells),
    /// A container that was frozen, which ended it under every name, and what people call it.
    Frozen(&'static str),
}

/// The instruction that made something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Site {
    pub(crate) code: CodeId,
    pub(crate) pc: u32,
}

impl Object {
    /// How many parts it has.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::List(items) | Self::Struct(_, items) => items.len(),
            Self::Flags(flags) => flags.len(),
            Self::Map(map) => map.len(),
            Self::Set(set) => set.len(),
            Self::Frozen(_) => 0,
        }
    }
}

/// All objects of a machine.
#[derive(Clone, Debug, Default)]
pub(crate) struct Heap {
    objects: Slab<Object>,
    syncs: Slab<Sync>,
    /// What made each sync object, by its id, as far as that is known.
    made_by: Vec<Option<Site>>,
    collect_at: usize,
    /// Where an entry of a map was found last.
    last_entry: Option<(ObjectId, usize)>,
}

impl Heap {
    pub(crate) fn new_object(&mut self, object: Object) -> Value {
        Value::Owned(ObjectId(self.objects.insert(object)))
    }

    pub(crate) fn new_sync(&mut self, sync: Sync) -> Value {
        let id = self.syncs.insert(sync);
        // Another one may have had its id.
        if let Some(site) = self.made_by.get_mut(id as usize) {
            *site = None;
        }
        Value::Sync(SyncId(id))
    }

    /// Takes note of what made a sync object.
    pub(crate) fn note_made(&mut self, id: SyncId, site: Site) {
        let index = id.0 as usize;
        if index >= self.made_by.len() {
            self.made_by.resize(index + 1, None);
        }
        self.made_by[index] = Some(site);
    }

    pub(crate) fn made_by(&self, id: SyncId) -> Option<Site> {
        *self.made_by.get(id.0 as usize)?
    }

    pub(crate) fn object(&self, id: ObjectId) -> &Object {
        self.objects.get(id.0)
    }

    pub(crate) fn object_mut(&mut self, id: ObjectId) -> &mut Object {
        self.objects.get_mut(id.0)
    }

    /// What a value is called that was frozen.
    pub(crate) fn frozen_noun(&self, value: &Value) -> Option<&'static str> {
        let Value::Owned(id) = value else { return None };
        match self.object(*id) {
            Object::Frozen(noun) => Some(noun),
            _ => None,
        }
    }

    pub(crate) fn sync(&self, id: SyncId) -> &Sync {
        self.syncs.get(id.0)
    }

    pub(crate) fn sync_mut(&mut self, id: SyncId) -> &mut Sync {
        self.syncs.get_mut(id.0)
    }

    /// Whether it and the tasks, which end but stay until then, have grown so much that looking
    /// for the unreachable pays.
    pub(crate) fn wants_collection(&self, tasks: usize) -> bool {
        self.live() + tasks >= self.collect_at.max(COLLECTION_OBJECTS_MIN)
    }

    fn live(&self) -> usize {
        self.objects.live() + self.syncs.live()
    }

    /// Drops what is not marked; so many tasks are left beside it.
    pub(crate) fn sweep(&mut self, marks: &Marks, tasks: usize) {
        self.objects.retain(|id| marks.has_object(ObjectId(id)));
        self.syncs.retain(|id| marks.has_sync(SyncId(id)));
        self.collect_at = 2 * (self.live() + tasks);
    }
}
