//! Which ops, branches and locals of the bodies matter to synchronisation.
//!
//! A [`Unit`] is a body that the root may come to run. An op *matters* if tasks can see it, or if
//! it computes what such an op or a deciding branch reads; a branch *decides* if something that
//! matters lies between it and the place where its ways meet again. Everything else is cut: a
//! loop that only computes becomes nothing at all.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::lists::gathered;
use super::panics::{are_survived, ways_to_panic};
use super::payloads::is_shared_by_value;
use super::plain::plain_locks;
use super::postdominance::{Postdominance, postdominance};
use crate::Db;
use crate::items::{ItemId, ItemKind};
use crate::mir::{
    self, BlockId, BodyId, BodyKind, Callee, Intrinsic, Local, LocalSet, Mir, MirBody, Op, OpKind,
    Operand, Rvalue, Terminator,
};
use crate::skeleton::graph::Kind;
use crate::ty::{Builtin, Ty};

/// No skeleton has more routines; beyond that it is incomplete.
pub(super) const UNITS_MAX: usize = 200;

/// A body that the root may come to run.
pub(super) struct Unit<'db> {
    pub(super) item: ItemId,
    pub(super) id: BodyId,
    pub(super) body: &'db MirBody,
    pub(super) ways: Cow<'db, Postdominance>,
    pub(super) kinds: Vec<Kind>,
    /// The locals in which comprehensions gather their elements.
    gathered: LocalSet,
}

/// All units and what matters in them.
pub(super) struct Slice<'db> {
    pub(super) db: &'db dyn Db,
    pub(super) units: Vec<Unit<'db>>,
    pub(super) incomplete: Option<&'static str>,
    index: FxHashMap<(ItemId, BodyId), usize>,
    pub(super) facts: Vec<Facts>,
    /// The types of locks that are left out.
    plain: Vec<Ty>,
    /// Whether a failure of a task may leave others behind.
    pub(super) is_survived: bool,
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
            index: FxHashMap::default(),
            facts: Vec::new(),
            plain: Vec::new(),
            is_survived: false,
            payloads: Vec::new(),
            results: false,
            guarded: Vec::new(),
            atoms: Vec::new(),
        };
        slice.collect(root);
        // What the root gives to its caller is out of sight from then on.
        if let (Some(unit), Some(facts)) = (slice.units.first(), slice.facts.first_mut()) {
            facts.result = Kind::of(db, &unit.body.ret).carries_objects();
        }
        slice.find_effects();
        slice.leave_out_plain_locks();
        slice.find_panics();
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
            for (item, body) in referenced(self.db, &self.units[next]) {
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
        self.facts.push(Facts {
            effect: false,
            relevant: vec![false; body.locals.len()],
            result: false,
            decides: vec![false; body.blocks.len()],
            panics: vec![false; body.blocks.len()],
        });
        self.units.push(Unit::new(self.db, item, id, body));
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
            || self.units[index].has_effect(self.db, &self.plain, &runs_effect)
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
            let of = &mut self.units[unit];
            of.ways = Cow::Owned(Postdominance::of(of.body, &found));
            self.facts[unit].panics = found;
        }
        self.find_effects();
    }

    /// Finds the locks that only guard, and looks at all anew as if they were not there.
    fn leave_out_plain_locks(&mut self) {
        let plain = plain_locks(&self.units, &|unit, callee| self.runs_effect(unit, callee));
        if plain.is_empty() {
            return;
        }
        self.plain = plain;
        self.facts.iter_mut().for_each(|facts| facts.effect = false);
        self.find_effects();
    }

    /// Takes locks in again that only guard, but what they guard decides something: whether there were any.
    fn follow_plain_locks(&mut self) -> bool {
        let mut wanted = Vec::new();
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
        let count = self.plain.len();
        self.plain.retain(|ty| !wanted.contains(&ty));
        if self.plain.len() == count {
            return false;
        }
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

    /// Whether the op is part of the skeleton.
    pub(super) fn keeps(&self, unit: usize, op: &Op) -> bool {
        if self.is_visible(unit, op) {
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

/// Whether what a callee runs can be seen by other tasks.
pub(super) type RunsEffect<'a> = &'a dyn Fn(&Callee) -> bool;

impl<'db> Unit<'db> {
    pub(super) fn new(db: &'db dyn Db, item: ItemId, id: BodyId, body: &'db MirBody) -> Self {
        let kinds = body.locals.iter().map(|local| Kind::of(db, &local.ty)).collect();
        let ways = Cow::Borrowed(&postdominance(db, item)[id.index()]);
        Self { item, id, body, ways, kinds, gathered: gathered(body) }
    }

    /// Whether the elements of a mutable list are followed.
    pub(super) fn follows(&self, list: Local) -> bool {
        self.kinds[list.index()] == Kind::List || self.gathered.contains(list)
    }

    /// Whether running it can be seen by other tasks.
    pub(super) fn has_effect(
        &self,
        db: &dyn Db,
        plain: &[Ty],
        runs_effect: RunsEffect<'_>,
    ) -> bool {
        let inputs = (self.body.params + self.body.captures) as usize;
        self.kinds.iter().take(inputs).any(|kind| kind.holds_objects())
            || Kind::of(db, &self.body.ret).holds_objects()
            || self.body.blocks.iter().any(|block| {
                let is_seen =
                    |op: &Op| !self.is_lock_of(op, plain) && self.is_visible(op, runs_effect);
                block.ops.iter().any(is_seen) || self.is_visible_end(&block.end.kind)
            })
    }

    /// Whether other tasks can see the op, or it makes what they can see.
    pub(super) fn is_visible(&self, op: &Op, runs_effect: RunsEffect<'_>) -> bool {
        let carries = |operand: &Operand| self.carries(operand);
        match &op.kind {
            OpKind::Assign { .. }
            | OpKind::ExitTaskLocal { .. }
            | OpKind::EnterAttempt { .. }
            | OpKind::ExitAttempt
            | OpKind::EnterBlocking
            | OpKind::CheckDistinct(_)
            | OpKind::ExitBlocking => false,
            OpKind::SetField { value, .. }
            | OpKind::SetIndex { value, .. }
            | OpKind::EnterTaskLocal { value, .. } => carries(value),
            OpKind::Call { callee, args, .. } | OpKind::Defer { callee, args } => {
                self.runs_visibly(callee, args, runs_effect)
            }
            OpKind::ParallelFor { body, captures, .. } => {
                captures.iter().any(carries) || runs_effect(&Callee::Body(*body))
            }
            _ => true,
        }
    }

    /// Whether the op takes or gives back a lock of one of the types.
    fn is_lock_of(&self, op: &Op, types: &[Ty]) -> bool {
        let (OpKind::EnterLock { lock, .. } | OpKind::ExitLock { lock, .. }) = &op.kind else {
            return false;
        };
        let ty = lock.local().map(|local| &self.body.local(local).ty);
        ty.is_some_and(|ty| types.contains(ty))
    }

    fn runs_visibly(&self, callee: &Callee, args: &[Operand], runs_effect: RunsEffect<'_>) -> bool {
        match callee {
            Callee::Intrinsic(intrinsic) => {
                is_synchronising(*intrinsic)
                    || (!only_looks(*intrinsic) && args.iter().any(|arg| self.carries_sync(arg)))
            }
            Callee::Value(_) => true,
            _ => runs_effect(callee),
        }
    }

    /// Whether the operand may carry objects.
    pub(super) fn carries(&self, operand: &Operand) -> bool {
        operand.local().is_some_and(|local| self.kinds[local.index()].carries_objects())
    }

    pub(super) fn carries_sync(&self, operand: &Operand) -> bool {
        operand.local().is_some_and(|local| self.kinds[local.index()].holds_objects())
    }

    /// Whether other tasks can see what a block ends with.
    pub(super) fn is_visible_end(&self, end: &Terminator) -> bool {
        match end {
            Terminator::Next { iterator, .. } => self.is_channel(*iterator),
            Terminator::Select { .. } => true,
            _ => false,
        }
    }

    /// Whether walking the local walks a channel.
    pub(super) fn is_channel(&self, iterator: Local) -> bool {
        let is_channel = |ty: &Ty| ty.is(Builtin::Channel) || ty.is(Builtin::Receiver);
        let of_channel = |op: &Op| match &op.kind {
            OpKind::Assign { dest, value: Rvalue::Iterate(Operand::Local(of)) } => {
                *dest == iterator && is_channel(&self.body.local(*of).ty)
            }
            _ => false,
        };
        is_channel(&self.body.local(iterator).ty)
            || self.body.blocks.iter().flat_map(|block| &block.ops).any(of_channel)
    }
}

/// The body that a callee runs, by item.
fn body_of(db: &dyn Db, from: ItemId, callee: &Callee) -> Option<(ItemId, BodyId)> {
    match callee {
        Callee::Item(item) if item.kind(db) == ItemKind::Fn => Some((*item, BodyId(0))),
        Callee::Body(body) => Some((from, *body)),
        Callee::Default(item, position) => {
            let of_position = |body: &MirBody| body.kind == BodyKind::Default(*position);
            let body = mir::mir(db, *item).bodies.iter().position(of_position)?;
            Some((*item, BodyId(body as u32)))
        }
        Callee::Item(_) | Callee::Intrinsic(_) | Callee::Value(_) => None,
    }
}

/// All bodies that a unit calls, spawns or makes values of.
fn referenced(db: &dyn Db, unit: &Unit<'_>) -> Vec<(ItemId, BodyId)> {
    let mut found = Vec::new();
    for op in unit.body.blocks.iter().flat_map(|block| &block.ops) {
        match &op.kind {
            OpKind::Call { callee, .. }
            | OpKind::Spawn { callee, .. }
            | OpKind::Detach { callee, .. }
            | OpKind::Defer { callee, .. }
            | OpKind::Assign { value: Rvalue::Function(callee), .. } => {
                found.extend(body_of(db, unit.item, callee));
            }
            OpKind::Assign { value: Rvalue::Closure(body, _), .. }
            | OpKind::ParallelFor { body, .. } => found.push((unit.item, *body)),
            _ => {}
        }
    }
    found
}

/// Whether the machine's function synchronises tasks or makes what synchronises them.
fn is_synchronising(intrinsic: Intrinsic) -> bool {
    use Intrinsic::*;
    matches!(
        intrinsic,
        ChannelNew
            | ChannelSend
            | ChannelReceive
            | ChannelNext
            | ChannelTrySend
            | ChannelTryReceive
            | ChannelClose
            | ChannelClosed
            | ChannelLen
            | ChannelCapacity
            | MutexNew
            | RwlockNew
            | SemaphoreNew
            | BarrierNew
            | BarrierWait
            | SignalNew
            | SignalSet
            | SignalIsSet
            | SignalWait
            | MutexLock
            | RwlockRead
            | RwlockWrite
            | MutexTryLock
            | MutexUnlock
            | SemaphoreAcquire
            | SemaphoreTryAcquire
            | SemaphoreRelease
            | JoinAll
            | TaskJoin
            | TaskOutcome
            | TaskCancel
            | TaskDone
    )
}

/// Whether the machine's function looks at its arguments and keeps none of them.
pub(super) fn only_looks(intrinsic: Intrinsic) -> bool {
    use Intrinsic::*;
    matches!(intrinsic, Print | Eprint | Len | ToStr | AssertEq | AtomGet | Sleep)
}
