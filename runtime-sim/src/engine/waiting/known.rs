//! What waiting tasks call the things that they wait for, and what tells two things of one name apart.
//!
//! A task names a thing as the function that it is in does, by a parameter, say. Where that is one name for two things, or
//! two for one, the place where the thing was made is said too. Invariant: a name that says enough stands alone.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{awaited_slot, select_slots};
use crate::heap::Site;
use crate::machine::Machine;
use crate::program::{Instr, Program, Slot};
use crate::sync::sync_id;
use crate::task::{State, Task, Wait};
use crate::value::SyncId;

/// What the tasks of one report wait for.
pub(super) struct Known<'a> {
    machine: &'a Machine,
    program: &'a Program,
    /// Names, and the nouns of things that have none.
    names_of: FxHashMap<SyncId, FxHashSet<&'a str>>,
    things_of: FxHashMap<&'a str, FxHashSet<SyncId>>,
    made_by: FxHashMap<Site, FxHashSet<SyncId>>,
}

impl<'a> Known<'a> {
    pub(super) fn by(
        machine: &'a Machine,
        program: &'a Program,
        tasks: impl Iterator<Item = &'a Task>,
    ) -> Self {
        let mut known = Self {
            machine,
            program,
            names_of: FxHashMap::default(),
            things_of: FxHashMap::default(),
            made_by: FxHashMap::default(),
        };
        tasks.for_each(|task| known.add(task));
        known
    }

    fn add(&mut self, task: &'a Task) {
        let State::Waiting(wait) = &task.state else { return };
        let slots = match wait {
            Wait::Select(_) => select_slots(self.program, task),
            _ => awaited_slot(self.program, task).into_iter().collect(),
        };
        let things: Vec<(SyncId, &'a str)> =
            slots.into_iter().filter_map(|slot| self.thing(task, slot)).collect();
        for (id, name) in things {
            self.names_of.entry(id).or_default().insert(name);
            self.things_of.entry(name).or_default().insert(id);
            if let Some(site) = self.machine.heap.made_by(id) {
                self.made_by.entry(site).or_default().insert(id);
            }
        }
    }

    /// The thing in a slot of the innermost call, and what it is called there.
    fn thing(&self, task: &Task, slot: Slot) -> Option<(SyncId, &'a str)> {
        let id = sync_id(self.machine.read(&task.fiber, slot)).ok()?;
        let name = self.program.name(task.fiber.top()?.code, slot);
        Some((id, name.unwrap_or_else(|| self.machine.heap.sync(id).noun())))
    }

    /// The name of what is in a slot of the innermost call, with what tells it apart; none when it needs neither.
    pub(super) fn text(&self, task: &Task, slot: Slot) -> Option<String> {
        let name = self.program.name(task.fiber.top()?.code, slot);
        let Some((id, called)) = self.thing(task, slot) else { return name.map(str::to_owned) };
        let origin = if self.says_enough(id, called) { None } else { self.origin(id, called) };
        match origin {
            None => name.map(str::to_owned),
            Some(origin) => Some(format!("{called} ({origin})")),
        }
    }

    fn says_enough(&self, id: SyncId, name: &str) -> bool {
        self.names_of.get(&id).is_none_or(|names| names.len() == 1)
            && self.things_of.get(name).is_none_or(|things| things.len() == 1)
    }

    /// Where the thing was made, by another name if it got one there, and by its number if others were made there too.
    fn origin(&self, id: SyncId, called: &str) -> Option<String> {
        let site = self.machine.heap.made_by(id)?;
        let place = self.program.place(site.code, site.pc)?;
        let first_name = match self.program.code(site.code).instrs.get(site.pc as usize) {
            Some(Instr::CallNative { dest, .. }) => {
                self.program.name(site.code, Slot::register(*dest))
            }
            _ => None,
        };
        let mut text = String::new();
        if let Some(first_name) = first_name.filter(|name| *name != called) {
            text += &format!("`{first_name}`, ");
        }
        if self.made_by.get(&site).is_some_and(|things| things.len() > 1) {
            text += &format!("#{}, ", id.0);
        }
        Some(format!("{text}made at {place}"))
    }
}
