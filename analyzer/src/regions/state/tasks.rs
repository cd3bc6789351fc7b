//! Which tasks may be running, and which names stand for them.
//!
//! **Invariant.** A name is known to stand for a task only if it does on every path on which the task
//! may be running: a join through it then ends that task, wherever control came from.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::State;
use super::gathered::Gathered;
use crate::mir::{BlockId, BodyId, Local, Point, ScopeId};
use crate::regions::domain::{Fact, Handle, Open, ScopeKey};

/// Where tasks stand that arrived: in no block.
const ARRIVED: BlockId = BlockId(u32::MAX);

/// What stands for the tasks that arrived at a position.
pub(in crate::regions) fn arrived(body: BodyId, position: u32) -> Point {
    Point { body, block: ARRIVED, op: position }
}

/// The tasks of a state.
#[derive(Clone, Debug, Default)]
pub(super) struct Tasks {
    /// Spawn sites whose tasks may be running, and where they belong: a call or a task that starts
    /// others in scopes around it is with the outermost of them.
    running: Arc<BTreeMap<Point, ScopeKey>>,
    /// The running ones that each names for certain.
    named: Arc<BTreeMap<Handle, BTreeSet<Point>>>,
    gathered: Arc<Gathered>,
}

impl Tasks {
    pub(super) fn are_none(&self) -> bool {
        self.running.keys().all(|task| task.block == ARRIVED)
    }

    pub(super) fn gathering(&self) -> BTreeSet<Local> {
        self.gathered.lists()
    }

    pub(super) fn walks_of(&self, list: Local) -> impl Iterator<Item = Local> {
        self.gathered.walks_of(list)
    }

    /// Takes up what another path brings; says whether anything is new.
    pub(super) fn unite(&mut self, other: &Self) -> bool {
        let grew = self.unite_gathered(other);
        if Arc::ptr_eq(&self.running, &other.running) && Arc::ptr_eq(&self.named, &other.named) {
            return grew;
        }
        let mut united: BTreeMap<Handle, BTreeSet<Point>> = BTreeMap::new();
        let mut lost = false;
        for (one, another, mine) in [(&*self, other, true), (other, &*self, false)] {
            for (handle, tasks) in &*one.named {
                for task in tasks {
                    if another.names(*handle, *task) || !another.running.contains_key(task) {
                        united.entry(*handle).or_default().insert(*task);
                    } else {
                        lost |= mine;
                    }
                }
            }
        }
        let outer = |task: &Point, scope: ScopeKey| {
            self.running.get(task).map_or(scope, |known| known.outer(scope))
        };
        let all = other.running.iter().map(|(task, scope)| (*task, outer(task, *scope)));
        let new: Vec<_> =
            all.filter(|(task, scope)| self.running.get(task) != Some(scope)).collect();
        let is_more = lost || !new.is_empty();
        if is_more {
            Arc::make_mut(&mut self.running).extend(new);
            self.named = Arc::new(united);
        }
        grew || is_more
    }

    fn unite_gathered(&mut self, other: &Self) -> bool {
        if Arc::ptr_eq(&self.gathered, &other.gathered) || self.gathered == other.gathered {
            return false;
        }
        let mut united = (*self.gathered).clone();
        united.unite(&other.gathered);
        let grew = united != *self.gathered;
        if grew {
            self.gathered = Arc::new(united);
        }
        grew
    }

    fn names(&self, handle: Handle, task: Point) -> bool {
        self.named.get(&handle).is_some_and(|tasks| tasks.contains(&task))
    }

    /// A task was spawned, and put into `dest` if its parent is at hand.
    pub(super) fn start(&mut self, task: Point, scope: ScopeKey, dest: Option<Local>) {
        let running = Arc::make_mut(&mut self.running);
        let known = running.get(&task).copied();
        running.insert(task, known.map_or(scope, |known| known.outer(scope)));
        let again = known.is_some();
        let named = Arc::make_mut(&mut self.named);
        if again {
            named.values_mut().for_each(|tasks| tasks.retain(|of| *of != task));
        }
        if let Some(dest) = dest {
            let only = if again { BTreeSet::new() } else { BTreeSet::from([task]) };
            named.insert(Handle::of(dest), only);
        }
        Arc::make_mut(&mut self.gathered).start(task, dest);
    }

    /// A task, or a list of some, arrived.
    fn arrive(&mut self, task: Point, local: Local, is_list: bool) {
        Arc::make_mut(&mut self.running).insert(task, ScopeKey::Unknown);
        match is_list {
            true => Arc::make_mut(&mut self.gathered).arrive(task, local),
            false => {
                Arc::make_mut(&mut self.named).insert(Handle::of(local), BTreeSet::from([task]));
            }
        }
    }

    /// What lists hold of the tasks.
    pub(super) fn gathered(&mut self) -> &mut Gathered {
        Arc::make_mut(&mut self.gathered)
    }

    /// Task-typed `dest` names what `from` names, or something unknown.
    pub(super) fn name(&mut self, dest: Handle, from: Option<Handle>) {
        let known = from.and_then(|from| self.named.get(&from)).cloned();
        Arc::make_mut(&mut self.named).insert(dest, known.unwrap_or_default());
        if dest.part.is_none() {
            let from = from.filter(|from| from.part.is_none());
            self.gathered().name(dest.local, from.map(|from| from.local));
        }
    }

    /// The parts of `dest` name what those of `from` name, or something unknown.
    pub(super) fn name_parts(&mut self, dest: Local, from: Option<Local>) {
        let is_part = |of: &Handle, local| of.local == local && of.part.is_some();
        let known = self.named.iter().filter(|(of, _)| from.is_some_and(|from| is_part(of, from)));
        let known: Vec<(Handle, BTreeSet<Point>)> =
            known.map(|(of, tasks)| (Handle { local: dest, ..*of }, tasks.clone())).collect();
        let named = Arc::make_mut(&mut self.named);
        named.retain(|of, _| !is_part(of, dest));
        named.extend(known);
    }

    fn end(&mut self, ended: &BTreeSet<Point>) {
        Arc::make_mut(&mut self.running).retain(|task, _| !ended.contains(task));
        let named = Arc::make_mut(&mut self.named);
        named.values_mut().for_each(|tasks| tasks.retain(|task| !ended.contains(task)));
        self.gathered().end(ended);
    }
}

impl State {
    /// The task that `handle` names has ended, or all that it holds.
    pub(super) fn end_named(&mut self, handle: Local) {
        let mut ended = self.tasks.named.get(&Handle::of(handle)).cloned().unwrap_or_default();
        ended.extend(self.tasks.gathered.all_in(handle));
        self.tasks.gathered().joined(handle);
        self.end_tasks(&ended);
    }

    /// The loop that the iterator is of has come to its end.
    pub(super) fn end_walked(&mut self, iterator: Local) {
        let ended = self.tasks.gathered().walked(iterator);
        self.end_tasks(&ended);
    }

    /// A task, or a list of some, arrived.
    pub(in crate::regions) fn arrive_task(&mut self, task: Point, local: Local, is_list: bool) {
        self.tasks.arrive(task, local, is_list);
    }

    pub(in crate::regions) fn may_be_running(&self, task: Point) -> bool {
        self.tasks.running.contains_key(&task)
    }

    pub(super) fn close_scope(&mut self, scope: ScopeId) {
        let own = ScopeKey::Own(scope);
        let of_scope = self.tasks.running.iter().filter(|(_, key)| **key == own);
        let ended = of_scope.map(|(task, _)| *task).collect();
        self.end_tasks(&ended);
        self.close_last(|open| *open == Open::Scope(scope));
    }

    /// The regions of tasks that have ended come back, except what the tasks gave away.
    fn end_tasks(&mut self, ended: &BTreeSet<Point>) {
        if ended.is_empty() {
            return;
        }
        self.cells.change_facts(|fact| match fact {
            Fact::Taken(taken) if ended.contains(&taken.task) => {
                taken.keep.map(|(keep, access)| Fact::Given { access, keep, cut: taken.cut })
            }
            fact => Some(fact),
        });
        self.tasks.end(ended);
    }
}
