//! One state for all that are alike.
//!
//! What nobody reads again is forgotten, what nobody can name is dropped, and tasks and symbols
//! are put into an order that depends on what they hold alone. The order comes from hashes of plain
//! numbers and texts, so it is the same on each run.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use super::questions::Questions;
use super::shared::Leaf;
use super::value::Value;
use super::{ObjectKind, State, Task};
use crate::mir::{Const, Local};
use crate::skeleton::graph::Skeleton;

impl State {
    /// The same state, as little as can still matter and in canonical order.
    pub(in crate::skeleton) fn normalise(&mut self, questions: &Questions<'_>) {
        self.put_facts_in();
        self.forget_dead_registers(questions.skeleton());
        self.forget_facts(questions);
        self.forget_joined(questions.skeleton());
        self.order_tasks();
        self.order_joined(questions.skeleton());
        self.drop_objects();
        self.renumber_symbols();
    }

    fn put_facts_in(&mut self) {
        if self.facts.is_empty() {
            return;
        }
        let mut facts = std::mem::take(&mut self.facts);
        self.map_values(&|value| value.with_facts(&facts));
        for number in 0..facts.len() {
            let told = facts[number].0.with_parts_told(&facts);
            let told = told.filter(|told| facts.iter().all(|(of, _)| of != told));
            facts.extend(told.map(|told| (told, facts[number].1.clone())));
        }
        self.facts = facts;
    }

    /// Replaces the values, where that makes a difference.
    fn map_values(&mut self, f: &dyn Fn(&Value) -> Value) {
        let changes = |value: &Value| f(value) != *value;
        let tasks = self.tasks.iter_mut().filter(|task| task.values().any(changes));
        tasks.for_each(|task| task.map_values(f));
        for object in &mut self.objects {
            if object.kind.held().iter().any(changes) {
                object.kind.held_mut().iter_mut().for_each(|value| *value = f(value));
            }
        }
    }

    pub(in crate::skeleton) fn forget_dead_registers(&mut self, skeleton: &Skeleton) {
        for number in 0..self.tasks.len() {
            let task = &self.tasks[number];
            if task.is_tidy() {
                continue;
            }
            let dead: Vec<(usize, usize)> = (0..task.frames.len())
                .flat_map(|frame| dead_registers(skeleton, task, frame))
                .collect();
            for (frame, register) in dead {
                self.tasks[number].frames[frame].registers[register] = Value::Unknown;
            }
            self.tasks[number].is_tidy_now();
        }
    }

    /// Drops ended tasks that nobody names, and puts equal ones beside each other.
    fn order_tasks(&mut self) {
        let named = self.named_tasks();
        let mut order: Vec<u32> = (0..self.tasks.len() as u32)
            .filter(|task| {
                let is_needed = !self.tasks[*task as usize].is_done() || named[*task as usize];
                *task == 0 || is_needed
            })
            .collect();
        order.sort_by_cached_key(|task| {
            let data = &self.tasks[*task as usize];
            (*task != 0, data.parent.map(|parent| (parent, data.code())), *task)
        });
        let mut place = vec![0; self.tasks.len()];
        order.iter().zip(0..).for_each(|(old, new)| place[*old as usize] = new);
        if order.len() == self.tasks.len() && order.iter().zip(0..).all(|(old, new)| *old == new) {
            return;
        }
        self.rename_tasks(&order, &place, named.contains(&true));
    }

    /// Which tasks somebody has a handle of, or holds a lock.
    pub(in crate::skeleton) fn named_tasks(&self) -> Vec<bool> {
        let mut named = vec![false; self.tasks.len()];
        let mut name = |leaf: &Leaf| {
            if let Leaf::Task(task) = leaf {
                named[*task as usize] = true;
            }
        };
        self.leaves().for_each(&mut name);
        for object in &self.objects {
            if let ObjectKind::Lock { holders, .. } = &object.kind {
                holders.iter().for_each(|held| name(&Leaf::Task(held.task)));
            }
        }
        named
    }

    /// What is not renamed stays shared.
    fn rename_tasks(&mut self, order: &[u32], place: &[u32], is_any_named: bool) {
        self.tasks = order.iter().map(|old| self.tasks[*old as usize].clone()).collect();
        for task in &mut self.tasks {
            let parent = task.parent.map(|(parent, scope)| (place[parent as usize], scope));
            if parent != task.parent {
                task.parent = parent;
            }
        }
        for object in self.objects.iter_mut().filter(|object| object.kind.knows_tasks()) {
            let mut kind = object.kind.clone();
            kind.rename_tasks(order, place);
            if kind != object.kind {
                object.kind = kind;
            }
        }
        if is_any_named {
            self.map_values(&|value| {
                value.renamed(&|part| match part {
                    Value::Task(task) => Some(Value::Task(place[*task as usize])),
                    Value::Scope(task, at) => Some(Value::Scope(place[*task as usize], *at)),
                    _ => None,
                })
            });
        }
    }

    /// Drops objects that nobody can name any more.
    fn drop_objects(&mut self) {
        // Who ends with a lock held is asked for it even if nobody can name it any more.
        let is_held = |kind: &ObjectKind| match kind {
            ObjectKind::Lock { holders, .. } => !holders.is_empty(),
            _ => false,
        };
        let mut place: Vec<Option<u32>> =
            self.objects.iter().map(|object| is_held(&object.kind).then_some(0)).collect();
        let mut pending = Vec::new();
        let mut find = |leaf: &Leaf, pending: &mut Vec<u32>| {
            if let Leaf::Object(object) = leaf
                && place[*object as usize].is_none()
            {
                place[*object as usize] = Some(0);
                pending.push(*object);
            }
        };
        let of_tasks = self.tasks.iter().flat_map(|task| task.leaves());
        of_tasks.for_each(|leaf| find(leaf, &mut pending));
        while let Some(object) = pending.pop() {
            let held = self.objects[object as usize].leaves();
            held.iter().for_each(|leaf| find(leaf, &mut pending));
        }
        if place.iter().all(Option::is_some) {
            return;
        }
        place.iter_mut().flatten().zip(0..).for_each(|(slot, next)| *slot = next);
        let mut keep = place.iter().map(Option::is_some);
        self.objects.retain(|_| keep.next().unwrap_or(true));
        self.map_values(&|value| {
            value.renamed(&|part| match part {
                Value::Object(object) => place[*object as usize].map(Value::Object),
                _ => None,
            })
        });
    }

    /// What all values lead to by themselves, those of tasks first.
    fn leaves(&self) -> impl Iterator<Item = &Leaf> {
        let of_tasks = self.tasks.iter().flat_map(|task| task.leaves());
        of_tasks.chain(self.objects.iter().flat_map(|object| object.leaves()))
    }

    /// Numbers symbols in the order in which tasks hold them, and drops facts about lost ones.
    fn renumber_symbols(&mut self) {
        let mut order: Vec<u32> = Vec::new();
        for leaf in self.leaves() {
            if let Leaf::Symbol(symbol) = leaf
                && !order.contains(symbol)
            {
                order.push(*symbol);
            }
        }
        self.facts.retain(|(of, _)| holds_only(of, &order));
        self.symbols = order.len() as u32;
        if order.iter().zip(0..).all(|(old, new)| *old == new) {
            self.facts.sort_by_cached_key(hash_of::<(Value, Const)>);
            return;
        }
        let rename = |value: &Value| {
            value.renamed(&|part| match part {
                Value::Symbol(symbol, kind) => {
                    let new = order.iter().position(|old| old == symbol)?;
                    Some(Value::Symbol(new as u32, *kind))
                }
                _ => None,
            })
        };
        self.facts.iter_mut().for_each(|(of, _)| *of = rename(of));
        self.facts.sort_by_cached_key(hash_of::<(Value, Const)>);
        self.map_values(&rename);
    }
}

/// The registers of a frame that nobody reads again, not where a scope's time is up either.
fn dead_registers(skeleton: &Skeleton, task: &Task, number: usize) -> Vec<(usize, usize)> {
    let frame = &task.frames[number];
    let routine = skeleton.routine(frame.routine);
    let own = task.scopes.iter().filter(|open| open.frames as usize == number + 1);
    let landings = own.filter_map(|open| open.on_timeout);
    let lives: Vec<&[Local]> = std::iter::once(frame.node)
        .chain(landings)
        .map(|node| routine.node(node).live.as_slice())
        .collect();
    let is_dead = |local: u32| lives.iter().all(|live| live.binary_search(&Local(local)).is_err());
    let held = (0..).zip(&frame.registers).filter(|(_, held)| !matches!(held, Value::Unknown));
    held.filter(|(local, _)| is_dead(*local)).map(|(local, _)| (number, local as usize)).collect()
}

fn holds_only(value: &Value, symbols: &[u32]) -> bool {
    let mut all = true;
    value.walk(&mut |part| {
        if let Value::Symbol(symbol, _) = part {
            all &= symbols.contains(symbol);
        }
    });
    all
}

fn hash_of<T: Hash>(of: &T) -> u64 {
    let mut hasher = FxHasher::default();
    of.hash(&mut hasher);
    hasher.finish()
}
