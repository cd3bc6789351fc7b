//! Which ops, branches and locals of the bodies matter to synchronisation.
//!
//! An op *matters* if tasks can see it, or if
//! it computes what such an op or a deciding branch reads; a branch *decides* if something that
//! matters lies between it and the place where its ways meet again. Everything else is cut: a
//! loop that only computes becomes nothing at all.

use rustc_hash::FxHashMap;

use super::panics::{are_survived, ways_to_panic};
use super::payloads::is_shared_by_value;
use super::plain::plain_locks;
use super::runs::body_of;
use super::unit::{Unit, is_of_atom};
use crate::Db;
use crate::items::ItemId;
use crate::mir::{self, BlockId, BodyId, Callee, Local, Mir, MirBody, Op, OpKind, Operand};
use crate::skeleton::graph::Kind;
use crate::skeleton::is_program;
use crate::ty::Ty;

/// No skeleton has more routines; beyond that it is incomplete.
pub(super) const UNITS_MAX: usize = 200;

/// All units and what matters in them.
pub(super) struct Slice<'db> {
    pub(super) db: &'db dyn Db,
    pub(super) units: Vec<Unit<'db>>,
    pub(super) incomplete: Option<&'static str>,
    /// Whether the root is what somebody runs, and not a part of that.
    pub(super) is_program: bool,
    pub(super) index: FxHashMap<(ItemId, BodyId), usize>,
    pub(super) facts: Vec<Facts>,
    /// The types of locks that are left out.
    plain: Vec<Ty>,
    /// Whether a failure of a task may leave others behind.
    pub(super) is_survived: bool,
    /// Whether the time of any scope may be up: then a task that sleeps may be stopped there.
    pub(super) is_timed: bool,
    /// The types of elements of channels of which it decides something what is sent.
    pub(super) payloads: Vec<Ty>,
    /// Whether what a task or function value returns decides anything.
    pub(super) results: bool,
    /// The types of what locks guard of which it decides something what it is.
    pub(super) guarded: Vec<Ty>,
    /// The same of what atoms hold.
    pub(super) atoms: Vec<Ty>,
}

/// What matters in a unit.
pub(super) struct Facts {
    /// Whether running it can be seen by other tasks.
    pub(super) effect: bool,
    /// Whether it is looked into for what it computes, though nobody sees it run.
    pub(super) computes: bool,
    /// Locals whose values decide something.
    pub(super) relevant: Vec<bool>,
    /// Whether its result decides something.
    pub(super) result: bool,
    /// Blocks whose branch decides something.
    pub(super) decides: Vec<bool>,
    /// Blocks that end in a `panic` that others may see.
    pub(super) panics: Vec<bool>,
}

impl<'db> Slice<'db> {
    /// Slices everything that `root` may come to run.
    pub(super) fn of(db: &'db dyn Db, root: ItemId) -> Self {
        let mut slice = Self {
            db,
            units: Vec::new(),
            incomplete: None,
            is_program: is_program(db, root),
            index: FxHashMap::default(),
            facts: Vec::new(),
            plain: Vec::new(),
            is_survived: false,
            is_timed: false,
            payloads: Vec::new(),
            results: false,
            guarded: Vec::new(),
            atoms: Vec::new(),
        };
        slice.collect(root);
        slice.is_timed = slice.units.iter().any(|unit| has_timeout(unit.body));
        slice.find_unchanged_lists();
        // What the root gives to its caller is out of sight from then on.
        if let (Some(unit), Some(facts)) = (slice.units.first(), slice.facts.first_mut()) {
            facts.result = Kind::of(db, &unit.body.ret).carries_objects();
        }
        slice.find_effects();
        slice.leave_out_plain_locks();
        slice.find_panics();
        slice.find_computing();
        while slice.grow() {}
        while slice.follow_plain_locks() {
            while slice.grow() {}
        }
        slice.add_assumptions();
        slice
    }

    /// The unit that a callee runs, if it is a body of the program.
    pub(super) fn unit_of(&self, from: usize, callee: &Callee) -> Option<usize> {
        let key = body_of(self.db, self.units[from].item, callee)?;
        self.index.get(&key).copied()
    }

    pub(super) fn has_effect(&self, unit: usize) -> bool {
        self.facts[unit].effect
    }

    /// Whether a call of it is followed, and not taken for one computation.
    pub(super) fn is_followed(&self, unit: usize) -> bool {
        self.facts[unit].effect || self.facts[unit].computes
    }

    pub(super) fn is_relevant(&self, unit: usize, local: Local) -> bool {
        self.facts[unit].relevant[local.index()]
    }

    pub(super) fn result_matters(&self, unit: usize) -> bool {
        self.facts[unit].result || self.results
    }

    pub(super) fn decides(&self, unit: usize, block: BlockId) -> bool {
        self.facts[unit].decides[block.index()]
    }

    fn collect(&mut self, root: ItemId) {
        self.add(root, BodyId(0));
        let mut next = 0;
        while next < self.units.len() {
            for (item, body) in self.runs(next) {
                self.add(item, body);
            }
            next += 1;
        }
    }

    fn add(&mut self, item: ItemId, id: BodyId) {
        if self.index.contains_key(&(item, id)) {
            return;
        }
        if self.units.len() == UNITS_MAX {
            self.incomplete = Some("the function reaches too many others");
            return;
        }
        let mir: &'db Mir = mir::mir(self.db, item);
        let Some(body) = mir.bodies.get(id.index()) else { return };
        self.index.insert((item, id), self.units.len());
        let unit = Unit::new(self.db, item, id, body);
        self.facts.push(Facts {
            effect: false,
            computes: false,
            relevant: vec![false; body.locals.len()],
            result: false,
            decides: unit.polls.clone(),
            panics: vec![false; body.blocks.len()],
        });
        self.units.push(unit);
    }

    fn find_effects(&mut self) {
        loop {
            let seen: Vec<bool> = (0..self.units.len()).map(|unit| self.effect_of(unit)).collect();
            let changed = self.facts.iter().zip(&seen).any(|(facts, seen)| facts.effect != *seen);
            self.facts.iter_mut().zip(seen).for_each(|(facts, seen)| facts.effect = seen);
            if !changed {
                return;
            }
        }
    }

    fn effect_of(&self, index: usize) -> bool {
        let runs_effect = |callee: &Callee| self.runs_effect(index, callee);
        self.facts[index].panics.contains(&true)
            || self.units[index].has_effect(&self.plain, &runs_effect)
    }

    /// Finds the `panic`s that are ways, and what they make visible.
    fn find_panics(&mut self) {
        self.is_survived = are_survived(&self.units);
        if !self.is_survived {
            return;
        }
        for unit in 0..self.units.len() {
            let found = ways_to_panic(&self.units[unit], &|op| self.is_visible(unit, op));
            let Some(found) = found else { continue };
            self.units[unit].fail_visibly(&found);
            self.facts[unit].panics = found;
        }
        self.find_effects();
    }

    /// Finds the locks that only guard, and looks at all anew as if they were not there.
    fn leave_out_plain_locks(&mut self) {
        let plain = plain_locks(&self.units, &|unit, op| {
            self.units[unit].is_visible(op, &|callee| self.runs_effect(unit, callee))
        });
        if plain.is_empty() {
            return;
        }
        self.plain = plain;
        self.facts.iter_mut().for_each(|facts| facts.effect = false);
        self.find_effects();
    }

    /// Takes locks in again that only guard, but what they guard decides something, or they guard atoms that do:
    /// whether there were any.
    fn follow_plain_locks(&mut self) -> bool {
        let runs_effect = |unit: usize, callee: &Callee| self.runs_effect(unit, callee);
        let plain = plain_locks(&self.units, &|unit, op| {
            self.units[unit].is_visible(op, &|callee| runs_effect(unit, callee))
                || self.is_of_followed_atom(unit, op)
        });
        let mut wanted: Vec<&Ty> = self.plain.iter().filter(|ty| !plain.contains(ty)).collect();
        for (unit, source) in self.units.iter().enumerate() {
            for op in source.body.blocks.iter().flat_map(|block| &block.ops) {
                if let OpKind::EnterLock { loan, lock: Operand::Local(lock), .. } = &op.kind
                    && self.is_relevant(unit, *loan)
                    && is_shared_by_value(source.kinds[loan.index()])
                {
                    wanted.push(&source.body.local(*lock).ty);
                }
            }
        }
        let left: Vec<Ty> = self.plain.iter().filter(|ty| !wanted.contains(ty)).cloned().collect();
        if self.plain.len() == left.len() {
            return false;
        }
        self.plain = left;
        self.find_effects();
        true
    }

    fn runs_effect(&self, unit: usize, callee: &Callee) -> bool {
        self.unit_of(unit, callee).is_some_and(|callee| self.facts[callee].effect)
    }

    fn is_visible(&self, unit: usize, op: &Op) -> bool {
        let source = &self.units[unit];
        !source.is_lock_of(op, &self.plain)
            && source.is_visible(op, &|callee| self.runs_effect(unit, callee))
    }

    /// Whether it is an operation on an atom of which it decides something what it holds.
    fn is_of_followed_atom(&self, unit: usize, op: &Op) -> bool {
        match &op.kind {
            OpKind::Call { callee: Callee::Intrinsic(of), args, .. }
            | OpKind::Defer { callee: Callee::Intrinsic(of), args } => {
                is_of_atom(*of) && self.follows_atom(unit, args)
            }
            _ => false,
        }
    }

    /// Whether the op is part of the skeleton.
    pub(super) fn keeps(&self, unit: usize, op: &Op) -> bool {
        if self.is_visible(unit, op) || self.is_of_followed_atom(unit, op) {
            return true;
        }
        match &op.kind {
            OpKind::Assign { dest, .. } => self.is_relevant(unit, *dest),
            OpKind::Call { dest, args, .. } => {
                let of = args.first().and_then(Operand::local);
                let gathers = |list: Local| {
                    self.units[unit].gathered.contains(list) && self.is_relevant(unit, list)
                };
                self.is_relevant(unit, *dest) || of.is_some_and(gathers)
            }
            _ => false,
        }
    }
}

/// Whether the body opens a scope whose time may be up.
fn has_timeout(body: &MirBody) -> bool {
    body.scopes.iter().any(|scope| scope.on_timeout.is_some())
}
