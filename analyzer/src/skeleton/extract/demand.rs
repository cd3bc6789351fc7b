//! What the ops that matter need to know: the fixpoint of a slice.
//!
//! A kept op makes the locals that it reads relevant; a relevant local makes the ops that assign it
//! matter, and so the branches that decide whether they run. Calls carry this from parameters to
//! arguments and from results to what is returned, channels from receives to sends.

use super::slice::Slice;
use crate::mir::{
    Block, BlockId, Callee, Intrinsic, Local, Op, OpKind, Operand, Rvalue, ScopeRef, SelectOp,
    Terminator,
};

impl<'db> Slice<'db> {
    /// One round of the fixpoint: whether anything new was found to matter.
    pub(super) fn grow(&mut self) -> bool {
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
    pub(super) fn add_assumptions(&mut self) {
        for unit in 0..self.units.len() {
            let body = self.units[unit].body;
            for block in &body.blocks {
                let Terminator::Branch { condition, then, otherwise } = &block.end.kind else {
                    continue;
                };
                let ways = self.units[unit].ways();
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

    /// What a local is computed from, if it is assigned in one place and nothing is called but `len`, and
    /// what tells how a channel or signal stands.
    fn only_source(&self, unit: usize, local: Local) -> Option<Vec<&'db Operand>> {
        let blocks = &self.units[unit].body.blocks;
        let mut sources =
            blocks.iter().flat_map(|block| &block.ops).filter_map(|op| match &op.kind {
                OpKind::Assign { dest, value } if *dest == local => Some(Some(value.operands())),
                OpKind::Call { dest, callee, args } if *dest == local => match callee {
                    Callee::Intrinsic(Intrinsic::Len) => Some(Some(args.iter().collect())),
                    Callee::Intrinsic(
                        Intrinsic::ChannelTrySend
                        | Intrinsic::ChannelClosed
                        | Intrinsic::ChannelLen
                        | Intrinsic::SignalIsSet
                        | Intrinsic::MutexTryLock
                        | Intrinsic::SemaphoreTryAcquire,
                    ) => Some(Some(Vec::new())),
                    _ => Some(None),
                },
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

    /// The same of what a value is computed of. If nothing is ever known of a part, nor is of the whole, whatever the
    /// plain parts are.
    fn mark_computed_of<'a>(
        &mut self,
        unit: usize,
        parts: impl Clone + IntoIterator<Item = &'a Operand>,
    ) -> bool {
        let source = &self.units[unit];
        let is_unknown = parts.clone().into_iter().any(|part| source.is_unknown(part));
        let matter = parts.into_iter().filter(|part| !is_unknown || source.carries(part));
        let matter: Vec<Operand> = matter.cloned().collect();
        self.mark_all(unit, &matter)
    }

    fn demand_of_op(&mut self, unit: usize, op: &Op) -> bool {
        match &op.kind {
            OpKind::Assign { value: Rvalue::Constant(item) | Rvalue::TaskLocal(item), .. } => {
                let made = self.unit_of_constant(*item);
                made.is_some_and(|made| self.demand_of_routine(unit, made, &[], true))
            }
            OpKind::Assign { value: value @ (Rvalue::Binary(..) | Rvalue::Index(..)), .. } => {
                self.mark_computed_of(unit, value.operands())
            }
            OpKind::Assign { value, .. } => {
                let parts = value.operands();
                self.mark_all(unit, parts)
            }
            OpKind::SetIndex { base, index, value } if self.units[unit].follows(*base) => {
                self.mark_all(unit, [&Operand::Local(*base), index, value])
            }
            OpKind::SetField { value, .. }
            | OpKind::SetIndex { value, .. }
            | OpKind::EnterTaskLocal { value, .. } => self.mark(unit, value),
            OpKind::Call { dest, callee, args } => {
                let wants_result = self.is_relevant(unit, *dest);
                self.demand_of_call(unit, callee, args, wants_result)
            }
            OpKind::Spawn { scope, callee, args, .. } => {
                let passed = match scope {
                    ScopeRef::Passed(scope) => self.mark(unit, scope),
                    ScopeRef::Own(_) => false,
                };
                let wants_result = self.results;
                passed | self.demand_of_call(unit, callee, args, wants_result)
            }
            OpKind::Detach { callee, args } | OpKind::Defer { callee, args } => {
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
            OpKind::EnterLock { loan, lock, when, .. } => {
                let asked = when.as_ref().is_some_and(|(body, captures)| {
                    let loan = std::iter::once(Operand::Local(*loan));
                    let args: Vec<Operand> = loan.chain(captures.iter().cloned()).collect();
                    let condition = self.unit_of(unit, &Callee::Body(*body));
                    condition.is_some_and(|of| self.demand_of_routine(unit, of, &args, true))
                });
                let wanted = self.is_relevant(unit, *loan) && self.want_guarded(unit, *loan);
                asked | wanted | self.mark(unit, lock)
            }
            OpKind::ExitLock { loan, lock, .. } => {
                let lends = self.lends(unit, *loan);
                (lends && self.mark(unit, &Operand::Local(*loan))) | self.mark(unit, lock)
            }
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
                Some(target) if self.is_followed(target) => {
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
                let value = match args {
                    [channel, value] if self.sends_value(unit, channel, value) => Some(value),
                    _ => None,
                };
                self.mark_all(unit, args.first()) | self.mark_all(unit, value)
            }
            ChannelReceive | ChannelNext | ChannelTryReceive => {
                let wanted = args.first().filter(|_| wants_result);
                let payload = wanted.is_some_and(|channel| self.want_sent(unit, channel));
                payload | self.mark_all(unit, args)
            }
            TaskJoin | TaskOutcome | JoinAll => {
                self.want_results(wants_result) | self.mark_all(unit, args)
            }
            MutexNew | RwlockNew => {
                let matters = |arg: &&Operand| {
                    self.units[unit].carries(arg)
                        || arg.local().is_some_and(|local| self.lends(unit, local))
                };
                let matter: Vec<Operand> = args.iter().filter(matters).cloned().collect();
                self.mark_all(unit, &matter)
            }
            AtomGet | AtomSwap | AtomCompareAndSet => {
                let wanted = wants_result && self.want_atom(unit, args);
                let computes = intrinsic == AtomSwap && self.follows_atom(unit, args);
                wanted | self.want_results(computes) | self.mark_all(unit, args)
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
                let payload = wants && self.want_element(unit, *dest);
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
            Terminator::Return(value) if self.result_matters(unit) => self.mark(unit, value),
            _ => false,
        }
    }

    fn demand_of_case(&mut self, unit: usize, op: &SelectOp) -> bool {
        match op {
            SelectOp::Receive { channel, dest } => {
                let wants = self.is_relevant(unit, *dest);
                let payload = wants && self.want_sent(unit, channel);
                payload | self.mark(unit, channel)
            }
            SelectOp::Send { channel, value } => {
                let value = self.sends_value(unit, channel, value) && self.mark(unit, value);
                value | self.mark(unit, channel)
            }
            SelectOp::Closed(object) | SelectOp::Wait(object) => self.mark(unit, object),
            SelectOp::Timeout(_) => false,
        }
    }

    /// Whether the branch at the block's end decides something.
    fn find_decision(&mut self, unit: usize, block: BlockId) -> bool {
        if !self.facts[unit].decides[block.index()] {
            let decides = self.something_between(unit, block) && !self.does_the_same(unit, block);
            self.facts[unit].decides[block.index()] = decides;
        }
        self.facts[unit].decides[block.index()]
    }

    /// Whether anything that matters lies between a branch and its ways' meeting.
    pub(super) fn something_between(&self, index: usize, from: BlockId) -> bool {
        let unit = &self.units[index];
        let end = &unit.body.blocks[from.index()].end.kind;
        let mut ways = end.successors();
        let may_go_on = ways.iter().any(|way| !unit.ways().fails(*way));
        ways.retain(|way| !unit.ways().fails(*way));
        // How often a loop goes round is no assumption, if it fails in its first round.
        if may_go_on && ways.len() < 2 && matches!(end, Terminator::Next { .. }) {
            return true;
        }
        if ways.len() < 2 {
            return false;
        }
        let Some(meeting) = unit.ways().meeting(from) else { return true };
        let mut seen = vec![false; unit.body.blocks.len()];
        while let Some(block) = ways.pop() {
            if block == meeting || std::mem::replace(&mut seen[block.index()], true) {
                continue;
            }
            let data = &unit.body.blocks[block.index()];
            if unit.is_visible_end(&data.end.kind)
                || self.facts[index].panics[block.index()]
                || data.ops.iter().any(|op| self.keeps(index, op))
            {
                return true;
            }
            ways.extend(data.end.kind.successors());
        }
        false
    }
}
