//! How blocks end: jumps, branches, rounds of loops, returns.

use weir_analyzer::mir::{
    BlockId, Local, OpKind, Operand, Rvalue, SelectCase, SelectOp, Terminator,
};
use weir_analyzer::ty::Builtin;

use super::body::BodyCompiler;
use super::fuse::LANDING;
use crate::program::{Case, CaseOp, Instr, Plan};

impl BodyCompiler<'_, '_> {
    pub(super) fn end(&mut self, index: u32, end: &Terminator) {
        match end {
            Terminator::Goto(block) => self.jump(index, *block),
            Terminator::Branch { condition, then, otherwise } => {
                self.branch(index, condition, *then, *otherwise);
            }
            Terminator::Next { iterator, dest, body, done } => {
                let is_walk = body.0 == index + 1 && !self.may_be_channel(*iterator);
                let (iterator, dest, done) = (self.reg(*iterator), self.reg(*dest), done.0);
                if is_walk {
                    return self.emit(Instr::Walk { iterator, dest, done });
                }
                self.emit(Instr::Next { iterator, dest, done });
                self.jump(index, *body);
            }
            Terminator::Select { cases, otherwise } => {
                let cases = cases.iter().map(|case| self.case(case)).collect();
                let plan = Plan::Select { cases, otherwise: otherwise.map(|block| block.0) };
                let plan = self.compiler.plan(plan);
                self.emit(Instr::Select { plan });
            }
            Terminator::Return(value) => {
                let value = self.slot(value);
                self.emit(Instr::Return { value });
            }
            Terminator::Fail { kind, message } => {
                let message = self.slot(message);
                self.emit(Instr::Fail { kind: *kind, message });
            }
            Terminator::Unreachable => self.emit(Instr::Unreachable),
        }
    }

    fn jump(&mut self, from: u32, to: BlockId) {
        self.emit(match to.0 <= from {
            true => Instr::JumpBack { target: to.0 },
            false => Instr::Jump { target: to.0 },
        });
    }

    /// Whether the iterator walks what may be a channel; unless it is one of the types that are none.
    fn may_be_channel(&self, iterator: Local) -> bool {
        use Builtin::{List, Map, MutableList, MutableMap, MutableSet, Range, Set, Str};
        let walked =
            self.body.blocks.iter().flat_map(|block| &block.ops).filter_map(|op| match &op.kind {
                OpKind::Assign { dest, value: Rvalue::Iterate(of) } if *dest == iterator => {
                    Some(of)
                }
                _ => None,
            });
        let mut walked = walked.peekable();
        walked.peek().is_none()
            || walked.any(|of| {
                let known = [Range, List, Map, Set, Str, MutableList, MutableMap, MutableSet];
                !known.into_iter().any(|builtin| self.is(of, builtin))
            })
    }

    /// A branch that goes back does so over a jump of its own, where preemption can strike.
    fn branch(&mut self, from: u32, condition: &Operand, then: BlockId, otherwise: BlockId) {
        if self.fuse(from, condition, then, otherwise) {
            if otherwise.0 <= from {
                self.emit(Instr::JumpBack { target: otherwise.0 });
            }
            return;
        }
        let condition = self.slot(condition);
        self.emit(Instr::Branch { condition, then: then.0, otherwise: otherwise.0 });
        let at = self.instrs.len() - 1;
        for (block, is_then) in [(then, true), (otherwise, false)] {
            if block.0 <= from {
                let landing = self.instrs.len() as u32 | LANDING;
                if let Instr::Branch { then, otherwise, .. } = &mut self.instrs[at] {
                    *(if is_then { then } else { otherwise }) = landing;
                }
                self.emit(Instr::JumpBack { target: block.0 });
            }
        }
    }

    fn case(&mut self, case: &SelectCase) -> Case {
        let op = match &case.op {
            SelectOp::Receive { channel, dest } => {
                CaseOp::Receive { channel: self.slot(channel), dest: self.reg(*dest) }
            }
            SelectOp::Send { channel, value } => {
                CaseOp::Send { channel: self.slot(channel), value: self.slot(value) }
            }
            SelectOp::Timeout(length) => CaseOp::Timeout(self.slot(length)),
            SelectOp::Closed(channel) => CaseOp::Closed(self.slot(channel)),
            SelectOp::Wait(signal) => CaseOp::Wait(self.slot(signal)),
        };
        let guard = case.guard.as_ref().map(|guard| self.slot(guard));
        Case { op, guard, target: case.target.0 }
    }
}
