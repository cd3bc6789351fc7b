//! Fewer instructions for the same: what one instruction does instead of two, and where jumps lead once all stand.
//!
//! What it is not: a choice by types, which [`rvalues`](super::rvalues) makes. Invariant: an instruction that stands for two
//! costs what both would, so that a run takes the same virtual time.

use weir_analyzer::mir::{Access, BlockId, Intrinsic, Local, MirBody, Operand};

use super::body::BodyCompiler;
use crate::program::{Instr, Literal, Native, Plan, Reg, Slot};

/// Marks a jump target that is an instruction already.
pub(super) const LANDING: u32 = 1 << 31;

/// How a local is used, in the text.
#[derive(Clone, Copy, Default)]
pub(super) struct Uses {
    reads: u32,
    writes: u32,
    block: Option<usize>,
    /// In more than one block.
    is_elsewhere: bool,
}

pub(super) fn uses(body: &MirBody) -> Vec<Uses> {
    let mut uses = vec![Uses::default(); body.locals.len()];
    for (index, block) in body.blocks.iter().enumerate() {
        let mut note = |local: Local, access: Access| {
            let of = &mut uses[local.index()];
            of.reads += u32::from(access == Access::Read);
            of.writes += u32::from(access == Access::Write);
            of.is_elsewhere |= *of.block.get_or_insert(index) != index;
        };
        block.ops.iter().for_each(|op| op.kind.each_local(&mut note));
        block.end.kind.each_local(&mut note);
    }
    uses
}

impl BodyCompiler<'_, '_> {
    /// Makes one instruction of a comparison of ints or strings and the branch on it, if nothing else reads what
    /// it gives.
    pub(super) fn fuse(
        &mut self,
        from: u32,
        condition: &Operand,
        then: BlockId,
        otherwise: BlockId,
    ) -> bool {
        let goes_back = otherwise.0 <= from;
        let (skip, otherwise) = match goes_back {
            true => (2, (self.instrs.len() as u32) | LANDING),
            false => (1, otherwise.0),
        };
        let is_alone =
            self.starts.last().is_some_and(|start| (*start as usize) < self.instrs.len());
        if then.0 != from + 1 || !is_alone {
            return false;
        }
        let fused =
            self.instrs.last().and_then(|last| self.fused(last, condition, skip, otherwise));
        let Some(fused) = fused else { return false };
        if let Some(last) = self.instrs.last_mut() {
            *last = fused;
        }
        true
    }

    fn fused(
        &self,
        compares: &Instr,
        condition: &Operand,
        skip: u8,
        otherwise: u32,
    ) -> Option<Instr> {
        let (dest, fused) = match *compares {
            Instr::LessInt { dest, left, right } => {
                let fused = match (left.as_register(), right.as_register(), self.small(right)) {
                    (Some(left), Some(right), _) => {
                        Instr::BranchLessInts { skip, left, right, otherwise }
                    }
                    (Some(left), _, Some(right)) => {
                        Instr::BranchLessSmall { skip, left, right, otherwise }
                    }
                    _ => Instr::BranchLessInt { skip, left, right, otherwise },
                };
                (dest, fused)
            }
            Instr::LessEqualInt { dest, left, right } => {
                let fused = match left.as_register().zip(right.as_register()) {
                    Some((left, right)) => {
                        Instr::BranchLessEqualInts { skip, left, right, otherwise }
                    }
                    None => Instr::BranchLessEqualInt { skip, left, right, otherwise },
                };
                (dest, fused)
            }
            Instr::EqualInt { dest, left, right } => {
                let fused = match left.as_register().zip(self.small(right)) {
                    Some((left, right)) => Instr::BranchEqualSmall { skip, left, right, otherwise },
                    None => Instr::BranchEqualInt { skip, left, right, otherwise },
                };
                (dest, fused)
            }
            Instr::EqualStr { dest, left, right } => {
                (dest, Instr::BranchEqualStr { skip, left, right, otherwise })
            }
            _ => return None,
        };
        self.is_only_for(dest, condition).then_some(fused)
    }

    /// An int that stands in the instruction itself.
    pub(super) fn small(&self, slot: Slot) -> Option<i32> {
        match self.compiler.program.literals.get(slot.as_constant()?)? {
            Literal::Int(value) => i32::try_from(*value).ok(),
            _ => None,
        }
    }

    /// Whether the register is that of a temporary that only this condition reads.
    fn is_only_for(&self, register: Reg, condition: &Operand) -> bool {
        condition
            .local()
            .is_some_and(|local| self.reg(local) == register && self.uses[local.index()].reads == 1)
    }

    /// The register of a temporary that is made and read once, all in one block: whoever reads it has it.
    pub(super) fn spent(&self, operand: &Operand) -> Option<Reg> {
        let local = operand.local()?;
        let Uses { reads: 1, writes: 1, is_elsewhere: false, .. } = self.uses[local.index()] else {
            return None;
        };
        self.body.local(local).name.is_none().then(|| self.reg(local))
    }

    /// Makes one instruction of a list that was just repeated and the mutable list of it, which has it alone.
    pub(super) fn repeat(&mut self, dest: Reg, repeated: Reg) -> Option<Instr> {
        let Some(Instr::Binary { dest: to, left, right, .. }) = self.instrs.last() else {
            return None;
        };
        if *to != repeated || self.repeats != Some(repeated) {
            return None;
        }
        let (list, times) = (*left, *right);
        self.instrs.pop();
        self.take_place();
        Some(Instr::Repeat { dest, list, times })
    }

    /// Makes one instruction of a range that was just made and the walk over it, which has it alone.
    pub(super) fn ranged(&mut self, dest: Reg, value: &Operand) -> Option<Instr> {
        let range = self.spent(value)?;
        let Instr::CallNative { dest: to, native: Native(Intrinsic::Range), args } =
            *self.instrs.last()?
        else {
            return None;
        };
        if to != range {
            return None;
        }
        self.instrs.pop();
        self.take_place();
        Some(Instr::IterateRange { dest, args })
    }

    /// From blocks to instructions, now that every block has its start.
    pub(super) fn patch_jumps(&mut self) {
        let starts = &self.starts;
        let start = |target: &mut u32| {
            *target = match *target & LANDING {
                0 => starts.get(*target as usize).copied().unwrap_or(0),
                _ => *target & !LANDING,
            };
        };
        for instr in &mut self.instrs {
            match instr {
                Instr::Jump { target } | Instr::JumpBack { target } => start(target),
                Instr::Branch { then, otherwise, .. } => {
                    start(then);
                    start(otherwise);
                }
                Instr::Next { done, .. } | Instr::Walk { done, .. } => start(done),
                Instr::BranchLessInt { otherwise, .. }
                | Instr::BranchLessInts { otherwise, .. }
                | Instr::BranchLessEqualInts { otherwise, .. }
                | Instr::BranchLessSmall { otherwise, .. }
                | Instr::BranchEqualSmall { otherwise, .. }
                | Instr::BranchLessEqualInt { otherwise, .. }
                | Instr::BranchEqualInt { otherwise, .. }
                | Instr::BranchEqualStr { otherwise, .. } => start(otherwise),
                Instr::EnterAttempt { handler, .. } => start(handler),
                Instr::Select { plan } => {
                    if let Plan::Select { cases, otherwise } =
                        &mut self.compiler.program.plans[plan.index()]
                    {
                        cases.iter_mut().for_each(|case| start(&mut case.target));
                        otherwise.iter_mut().for_each(start);
                    }
                }
                _ => {}
            }
        }
    }

    /// A jump back to a walk is one instruction with the walk's next round.
    pub(super) fn join_rounds(&mut self) {
        for at in 0..self.instrs.len() {
            if let Instr::JumpBack { target } = self.instrs[at]
                && let Some(Instr::Walk { iterator, dest, .. }) = self.instrs.get(target as usize)
            {
                let (iterator, dest) = (*iterator, *dest);
                self.instrs[at] = Instr::WalkAgain { iterator, dest, target };
            }
        }
    }
}
