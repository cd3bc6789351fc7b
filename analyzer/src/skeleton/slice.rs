//! Which ops, branches and locals of the bodies matter to synchronisation.
//!
//! A [`Unit`] is a body that the root may come to run. An op *matters* if tasks can see it, or if
//! it computes what such an op or a deciding branch reads; a branch *decides* if something that
//! matters lies between it and the place where its ways meet again. Everything else is cut: a
//! loop that only computes becomes nothing at all.

use rustc_hash::FxHashMap;

use super::graph::Kind;
use super::postdominance::Postdominance;
use crate::Db;
use crate::items::{ItemId, ItemKind};
use crate::mir::{
    self, Block, BlockId, BodyId, BodyKind, Callee, Const, Intrinsic, Local, Mir, MirBody, Op,
    OpKind, Operand, Rvalue, SelectOp, Terminator,
};
use crate::ty::{Builtin, Ty};

/// No skeleton has more routines; beyond that it is incomplete.
pub(super) const UNITS_MAX: usize = 200;

/// Larger constants are no counts to try.
const COUNT_MAX: i64 = 64;

/// A body that the root may come to run.
pub(super) struct Unit<'db> {
    pub(super) item: ItemId,
    pub(super) id: BodyId,
    pub(super) body: &'db MirBody,
    pub(super) ways: Postdominance,
    pub(super) kinds: Vec<Kind>,
}

/// All units and what matters in them.
pub(super) struct Slice<'db> {
    db: &'db dyn Db,
    pub(super) units: Vec<Unit<'db>>,
    pub(super) incomplete: Option<&'static str>,
    index: FxHashMap<(ItemId, BodyId), usize>,
    facts: Vec<Facts>,
    /// Whether what is sent decides anything.
    payload: bool,
    /// Whether what a task or function value returns decides anything.
    results: bool,
}

/// What matters in a unit.
struct Facts {
    /// Whether running it can be seen by other tasks.
    effect: bool,
    /// Locals whose values decide something.
    relevant: Vec<bool>,
    /// Whether its result decides something.
    result: bool,
    /// Blocks whose branch decides something.
    decides: Vec<bool>,
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
            payload: false,
            results: false,
        };
        slice.collect(root);
        slice.find_effects();
        while slice.grow() {}
        slice.add_assumptions();
        slice
    }

    /// The unit that a callee runs, if it is a body of the program.
    pub(super) fn unit_of(&self, from: usize, callee: &Callee) -> Option<usize> {
        let key = body_of(self.db, self.units[from].item, callee)?;
        self.index.get(&key).copied()
    }

    /// The unit of another body of the same Mir.
    pub(super) fn sibling(&self, from: usize, body: BodyId) -> Option<usize> {
        self.index.get(&(self.units[from].item, body)).copied()
    }

    pub(super) fn has_effect(&self, unit: usize) -> bool {
        self.facts[unit].effect
    }

    pub(super) fn is_relevant(&self, unit: usize, local: Local) -> bool {
        self.facts[unit].relevant[local.index()]
    }

    pub(super) fn result_matters(&self, unit: usize) -> bool {
        self.facts[unit].result
    }

    /// Whether it matters what is sent: when some receiver's way depends on it, or when it could
    /// carry a channel away.
    pub(super) fn sends_value(&self, unit: usize, value: &Operand) -> bool {
        self.payload || self.units[unit].carries_sync(value)
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
        let kinds: Vec<Kind> =
            body.locals.iter().map(|local| Kind::of(self.db, &local.ty)).collect();
        self.facts.push(Facts {
            effect: false,
            relevant: vec![false; body.locals.len()],
            result: false,
            decides: vec![false; body.blocks.len()],
        });
        self.units.push(Unit { item, id, body, ways: Postdominance::of(body), kinds });
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
        let unit = &self.units[index];
        let inputs = (unit.body.params + unit.body.captures) as usize;
        unit.kinds.iter().take(inputs).any(|kind| *kind == Kind::Sync)
            || Kind::of(self.db, &unit.body.ret) == Kind::Sync
            || unit.body.blocks.iter().any(|block| {
                block.ops.iter().any(|op| self.is_visible(index, op))
                    || unit.is_visible_end(&block.end.kind)
            })
    }

    /// Whether other tasks can see the op, or it makes what they can see.
    fn is_visible(&self, unit: usize, op: &Op) -> bool {
        let carries = |operand: &Operand| self.units[unit].carries(operand);
        match &op.kind {
            OpKind::Assign { .. }
            | OpKind::ExitTaskLocal { .. }
            | OpKind::EnterAttempt { .. }
            | OpKind::ExitAttempt
            | OpKind::EnterBlocking
            | OpKind::ExitBlocking => false,
            OpKind::SetField { value, .. }
            | OpKind::SetIndex { value, .. }
            | OpKind::EnterTaskLocal { value, .. } => carries(value),
            OpKind::Call { callee, args, .. } | OpKind::Defer { callee, args } => {
                self.runs_visibly(unit, callee, args)
            }
            OpKind::ParallelFor { body, captures, .. } => {
                captures.iter().any(carries)
                    || self.sibling(unit, *body).is_some_and(|body| self.facts[body].effect)
            }
            _ => true,
        }
    }

    pub(super) fn runs_visibly(&self, unit: usize, callee: &Callee, args: &[Operand]) -> bool {
        match callee {
            Callee::Intrinsic(intrinsic) => {
                is_synchronising(*intrinsic)
                    || (!only_looks(*intrinsic)
                        && args.iter().any(|arg| self.units[unit].carries_sync(arg)))
            }
            Callee::Value(_) => true,
            _ => self.unit_of(unit, callee).is_some_and(|callee| self.facts[callee].effect),
        }
    }

    /// The ints from 4 on that the bodies name, and the lengths of their lists.
    pub(super) fn constants(&self) -> Vec<i64> {
        let mut found: Vec<i64> = Vec::new();
        let ops = self.units.iter().flat_map(|unit| &unit.body.blocks).flat_map(|block| &block.ops);
        for op in ops {
            let operands: Vec<&Operand> = match &op.kind {
                OpKind::Assign { value, .. } => {
                    if let Rvalue::List(parts) = value {
                        found.push(parts.len() as i64);
                    }
                    operands_of(value)
                }
                OpKind::Call { args, .. } | OpKind::Spawn { args, .. } => args.iter().collect(),
                _ => Vec::new(),
            };
            found.extend(operands.into_iter().filter_map(|operand| match operand {
                Operand::Const(Const::Int(value)) => Some(*value),
                _ => None,
            }));
        }
        found.retain(|value| (4..=COUNT_MAX).contains(value));
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether the op is part of the skeleton.
    pub(super) fn keeps(&self, unit: usize, op: &Op) -> bool {
        if self.is_visible(unit, op) {
            return true;
        }
        match &op.kind {
            OpKind::Assign { dest, .. } | OpKind::Call { dest, .. } => {
                self.is_relevant(unit, *dest)
            }
            _ => false,
        }
    }

    /// One round of the fixpoint: whether anything new was found to matter.
    fn grow(&mut self) -> bool {
        let mut changed = false;
        for unit in 0..self.units.len() {
            let body = self.units[unit].body;
            for (index, block) in body.blocks.iter().enumerate() {
                for op in &block.ops {
                    if self.keeps(unit, op) {
                        changed |= self.demand_of_op(unit, op);
                    }
                }
                changed |= self.demand_of_end(unit, BlockId(index as u32), block);
            }
        }
        changed
    }

    /// Assertions about what decides something anyway are kept: they say which values to try.
    fn add_assumptions(&mut self) {
        for unit in 0..self.units.len() {
            let body = self.units[unit].body;
            for block in &body.blocks {
                let Terminator::Branch { condition, then, otherwise } = &block.end.kind else {
                    continue;
                };
                let ways = &self.units[unit].ways;
                if ways.fails(*then) == ways.fails(*otherwise) {
                    continue;
                }
                for local in self.computed_from_relevant(unit, condition).unwrap_or_default() {
                    self.mark(unit, &Operand::Local(local));
                }
            }
        }
        while self.grow() {}
    }

    /// The temporaries that a condition is computed with, if only from locals that matter.
    fn computed_from_relevant(&self, unit: usize, condition: &Operand) -> Option<Vec<Local>> {
        let mut found = vec![condition.local()?];
        let mut next = 0;
        while next < found.len() {
            let local = found[next];
            next += 1;
            if self.is_relevant(unit, local) {
                continue;
            }
            for part in self.only_source(unit, local)?.into_iter().filter_map(Operand::local) {
                if !found.contains(&part) {
                    found.push(part);
                }
            }
        }
        Some(found)
    }

    /// What a local is computed from, if it is assigned in one place and nothing is called but
    /// `len`.
    fn only_source(&self, unit: usize, local: Local) -> Option<Vec<&'db Operand>> {
        let blocks = &self.units[unit].body.blocks;
        let mut sources =
            blocks.iter().flat_map(|block| &block.ops).filter_map(|op| match &op.kind {
                OpKind::Assign { dest, value } if *dest == local => Some(Some(operands_of(value))),
                OpKind::Call { dest, callee, args } if *dest == local => {
                    let is_len = *callee == Callee::Intrinsic(Intrinsic::Len);
                    Some(is_len.then(|| args.iter().collect()))
                }
                _ => None,
            });
        let only = sources.next()?;
        if sources.next().is_some() { None } else { only }
    }

    fn mark(&mut self, unit: usize, operand: &Operand) -> bool {
        let Operand::Local(local) = operand else { return false };
        let relevant = &mut self.facts[unit].relevant[local.index()];
        !std::mem::replace(relevant, true)
    }

    fn mark_all<'a>(
        &mut self,
        unit: usize,
        operands: impl IntoIterator<Item = &'a Operand>,
    ) -> bool {
        operands.into_iter().fold(false, |changed, operand| self.mark(unit, operand) | changed)
    }

    fn demand_of_op(&mut self, unit: usize, op: &Op) -> bool {
        match &op.kind {
            OpKind::Assign { value, .. } => {
                let parts = operands_of(value);
                self.mark_all(unit, parts)
            }
            OpKind::SetField { value, .. }
            | OpKind::SetIndex { value, .. }
            | OpKind::EnterTaskLocal { value, .. } => self.mark(unit, value),
            OpKind::Call { dest, callee, args } => {
                let wants_result = self.is_relevant(unit, *dest);
                self.demand_of_call(unit, callee, args, wants_result)
            }
            OpKind::Spawn { callee, args, .. }
            | OpKind::Detach { callee, args }
            | OpKind::Defer { callee, args } => {
                let wants_result = self.results;
                self.demand_of_call(unit, callee, args, wants_result)
            }
            OpKind::Join { dest, task } => {
                let wanted = self.is_relevant(unit, *dest);
                self.want_results(wanted) | self.mark(unit, task)
            }
            OpKind::Settle { dest, task } => {
                let wanted = self.is_relevant(unit, *dest);
                self.want_results(wanted) | self.mark(unit, &Operand::Local(*task))
            }
            OpKind::EnterScope { limit, .. } => self.mark_all(unit, limit),
            OpKind::EnterLock { lock, .. } | OpKind::ExitLock { lock, .. } => self.mark(unit, lock),
            _ => false,
        }
    }

    fn want_results(&mut self, wanted: bool) -> bool {
        wanted && !std::mem::replace(&mut self.results, true)
    }

    fn demand_of_call(
        &mut self,
        unit: usize,
        callee: &Callee,
        args: &[Operand],
        wants_result: bool,
    ) -> bool {
        match callee {
            Callee::Intrinsic(intrinsic) => {
                self.demand_of_intrinsic(unit, *intrinsic, args, wants_result)
            }
            Callee::Value(function) => {
                self.want_results(wants_result)
                    | self.mark(unit, &Operand::Local(*function))
                    | self.mark_all(unit, args)
            }
            _ => match self.unit_of(unit, callee) {
                Some(target) if self.facts[target].effect => {
                    self.demand_of_routine(unit, target, args, wants_result)
                }
                _ => self.mark_all(unit, args),
            },
        }
    }

    /// An argument matters as far as the parameter does.
    fn demand_of_routine(
        &mut self,
        unit: usize,
        target: usize,
        args: &[Operand],
        wants_result: bool,
    ) -> bool {
        let result = &mut self.facts[target].result;
        let mut changed = wants_result && !std::mem::replace(result, true);
        for (position, arg) in args.iter().enumerate() {
            if self.facts[target].relevant.get(position) == Some(&true) {
                changed |= self.mark(unit, arg);
            }
        }
        changed
    }

    fn demand_of_intrinsic(
        &mut self,
        unit: usize,
        intrinsic: Intrinsic,
        args: &[Operand],
        wants_result: bool,
    ) -> bool {
        use Intrinsic::*;
        match intrinsic {
            ChannelSend | ChannelTrySend => {
                let value = args.get(1).filter(|value| self.sends_value(unit, value));
                let value = value.cloned();
                self.mark_all(unit, args.first()) | self.mark_all(unit, &value)
            }
            ChannelReceive | ChannelNext | ChannelTryReceive => {
                let payload = wants_result && !std::mem::replace(&mut self.payload, true);
                payload | self.mark_all(unit, args)
            }
            TaskJoin | TaskOutcome | JoinAll => {
                self.want_results(wants_result) | self.mark_all(unit, args)
            }
            MutexNew | RwlockNew => {
                let unit_data = &self.units[unit];
                let carried: Vec<Operand> =
                    args.iter().filter(|arg| unit_data.carries(arg)).cloned().collect();
                self.mark_all(unit, &carried)
            }
            _ => self.mark_all(unit, args),
        }
    }

    fn demand_of_end(&mut self, unit: usize, id: BlockId, block: &Block) -> bool {
        match &block.end.kind {
            Terminator::Branch { condition, .. } => {
                self.find_decision(unit, id) && self.mark(unit, condition)
            }
            Terminator::Next { iterator, dest, .. } => {
                let is_channel = self.units[unit].is_channel(*iterator);
                if !is_channel && !self.find_decision(unit, id) {
                    return false;
                }
                let wants = is_channel && self.is_relevant(unit, *dest);
                let payload = wants && !std::mem::replace(&mut self.payload, true);
                payload | self.mark(unit, &Operand::Local(*iterator))
            }
            Terminator::Select { cases, .. } => {
                let mut changed = false;
                for case in cases {
                    changed |= self.mark_all(unit, &case.guard);
                    changed |= self.demand_of_case(unit, &case.op);
                }
                changed
            }
            Terminator::Return(value) if self.facts[unit].result || self.results => {
                self.mark(unit, value)
            }
            _ => false,
        }
    }

    fn demand_of_case(&mut self, unit: usize, op: &SelectOp) -> bool {
        match op {
            SelectOp::Receive { channel, dest } => {
                let wants = self.is_relevant(unit, *dest);
                let payload = wants && !std::mem::replace(&mut self.payload, true);
                payload | self.mark(unit, channel)
            }
            SelectOp::Send { channel, value } => {
                let value = self.sends_value(unit, value) && self.mark(unit, value);
                value | self.mark(unit, channel)
            }
            SelectOp::Closed(object) | SelectOp::Wait(object) => self.mark(unit, object),
            SelectOp::Timeout(_) => false,
        }
    }

    /// Whether the branch at the block's end decides something.
    fn find_decision(&mut self, unit: usize, block: BlockId) -> bool {
        if !self.facts[unit].decides[block.index()] {
            self.facts[unit].decides[block.index()] = self.something_between(unit, block);
        }
        self.facts[unit].decides[block.index()]
    }

    /// Whether anything that matters lies between a branch and its ways' meeting.
    fn something_between(&self, index: usize, from: BlockId) -> bool {
        let unit = &self.units[index];
        let mut ways = unit.body.blocks[from.index()].end.kind.successors();
        ways.retain(|way| !unit.ways.fails(*way));
        if ways.len() < 2 {
            return false;
        }
        let Some(meeting) = unit.ways.meeting(from) else { return true };
        let mut seen = vec![false; unit.body.blocks.len()];
        while let Some(block) = ways.pop() {
            if block == meeting || std::mem::replace(&mut seen[block.index()], true) {
                continue;
            }
            let data = &unit.body.blocks[block.index()];
            if unit.is_visible_end(&data.end.kind)
                || data.ops.iter().any(|op| self.keeps(index, op))
            {
                return true;
            }
            ways.extend(data.end.kind.successors());
        }
        false
    }
}

impl Unit<'_> {
    fn carries(&self, operand: &Operand) -> bool {
        operand.local().is_some_and(|local| self.kinds[local.index()].carries_objects())
    }

    fn carries_sync(&self, operand: &Operand) -> bool {
        operand.local().is_some_and(|local| self.kinds[local.index()] == Kind::Sync)
    }

    fn is_visible_end(&self, end: &Terminator) -> bool {
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
            | SemaphoreAcquire
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

/// What a value is made of.
pub(super) fn operands_of(value: &Rvalue) -> Vec<&Operand> {
    match value {
        Rvalue::Use(a)
        | Rvalue::Unary(_, a)
        | Rvalue::Field(a, _)
        | Rvalue::TupleField(a, _)
        | Rvalue::IsVariant(a, _)
        | Rvalue::Payload(a, _, _)
        | Rvalue::Convert(_, a)
        | Rvalue::Iterate(a) => vec![a],
        Rvalue::Binary(_, a, b) | Rvalue::Index(a, b) => vec![a, b],
        Rvalue::Slice(a, from, to) => {
            [Some(a), from.as_ref(), to.as_ref()].into_iter().flatten().collect()
        }
        Rvalue::List(parts)
        | Rvalue::Set(parts)
        | Rvalue::Tuple(parts)
        | Rvalue::Struct(_, parts)
        | Rvalue::Variant(_, parts)
        | Rvalue::Closure(_, parts) => parts.iter().collect(),
        Rvalue::Map(entries) => entries.iter().flat_map(|(key, value)| [key, value]).collect(),
        Rvalue::Format(pieces) => pieces
            .iter()
            .filter_map(|piece| match piece {
                mir::FormatPiece::Value { value, .. } => Some(value),
                mir::FormatPiece::Text(_) => None,
            })
            .collect(),
        Rvalue::Function(Callee::Value(_)) => Vec::new(),
        Rvalue::Function(_) | Rvalue::Constant(_) | Rvalue::TaskLocal(_) => Vec::new(),
    }
}
