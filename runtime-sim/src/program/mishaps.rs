//! Which bodies may fail, and from where: whether one counts as a way in which a task ends its scope.
//!
//! What it is not: exact. A branch may go either way. An int that overflows after years of counting is no plan of anybody's, and is
//! left out; a call of an unknown function counts. Invariant: a `panic`, an `assert`, an index, a
//! division, a join or a send is never overlooked, in the body itself or in what it calls or starts.

use weir_analyzer::hir::BinaryOp;
use weir_analyzer::mir::Intrinsic;

use super::{Code, CodeId, Instr, Literal, Plan, Program, Slot, Target};

impl Program {
    /// For each body, whether it may fail.
    pub(crate) fn compute_mishaps(&mut self) {
        let mut callers: Vec<Vec<usize>> = vec![Vec::new(); self.codes.len()];
        let mut open = Vec::new();
        for (index, code) in self.codes.iter().enumerate() {
            for used in self.used_by(code) {
                callers[used.index()].push(index);
            }
            if code.instrs.iter().any(|instr| self.fails_itself(instr)) {
                open.push(index);
            }
        }
        let mut may_fail = vec![false; self.codes.len()];
        while let Some(index) = open.pop() {
            if !std::mem::replace(&mut may_fail[index], true) {
                open.append(&mut callers[index]);
            }
        }
        for index in (0..self.codes.len()).filter(|index| may_fail[*index]) {
            self.codes[index].fails_from = self.fails_from(&self.codes[index], &may_fail);
        }
    }

    /// For each instruction, whether one that may fail comes there or behind it.
    fn fails_from(&self, code: &Code, may_fail: &[bool]) -> Box<[bool]> {
        let mut before: Vec<Vec<usize>> = vec![Vec::new(); code.instrs.len()];
        let mut open = Vec::new();
        for (at, instr) in code.instrs.iter().enumerate() {
            self.each_next(code, at, |next| {
                if let Some(before) = before.get_mut(next) {
                    before.push(at);
                }
            });
            let used = self.used_in(instr);
            if self.fails_itself(instr) || used.is_some_and(|used| may_fail[used.index()]) {
                open.push(at);
            }
        }
        let mut fails = vec![false; code.instrs.len()];
        while let Some(at) = open.pop() {
            if !std::mem::replace(&mut fails[at], true) {
                open.append(&mut before[at]);
            }
        }
        fails.into()
    }

    /// The instructions that may come after the one at a place.
    fn each_next(&self, code: &Code, at: usize, mut see: impl FnMut(usize)) {
        let instr = &code.instrs[at];
        let mut jump = |target: u32| see(target as usize);
        match instr {
            Instr::Jump { target }
            | Instr::JumpBack { target }
            | Instr::WalkAgain { target, .. } => jump(*target),
            Instr::Branch { then, otherwise, .. } => {
                jump(*then);
                jump(*otherwise);
            }
            Instr::Next { done: target, .. }
            | Instr::Walk { done: target, .. }
            | Instr::EnterAttempt { handler: target, .. }
            | Instr::BranchLessInt { otherwise: target, .. }
            | Instr::BranchLessInts { otherwise: target, .. }
            | Instr::BranchLessEqualInt { otherwise: target, .. }
            | Instr::BranchLessEqualInts { otherwise: target, .. }
            | Instr::BranchLessSmall { otherwise: target, .. }
            | Instr::BranchEqualInt { otherwise: target, .. }
            | Instr::BranchEqualSmall { otherwise: target, .. }
            | Instr::BranchEqualStr { otherwise: target, .. } => jump(*target),
            Instr::Select { plan } => {
                if let Plan::Select { cases, otherwise } = self.plan(*plan) {
                    cases.iter().for_each(|case| jump(case.target));
                    otherwise.iter().copied().for_each(jump);
                }
            }
            Instr::EndScope { scope } | Instr::LeaveScope { scope } => {
                let scope = code.scopes.get(*scope as usize);
                scope.and_then(|scope| scope.on_timeout).into_iter().for_each(jump);
            }
            _ => {}
        }
        if !super::sound::ends(instr) {
            see(at + 1);
        }
    }

    fn used_by(&self, code: &Code) -> Vec<CodeId> {
        code.instrs.iter().filter_map(|instr| self.used_in(instr)).collect()
    }

    fn used_in(&self, instr: &Instr) -> Option<CodeId> {
        match instr {
            Instr::Call { code, .. } | Instr::MakeFunction { code, .. } => Some(*code),
            Instr::Spawn { plan, .. }
            | Instr::Detach { plan }
            | Instr::Defer { plan }
            | Instr::EnterLock { plan }
            | Instr::ParallelFor { plan } => match self.plan(*plan) {
                Plan::Start { target: Target::Code(code), .. } | Plan::Parallel { code, .. } => {
                    Some(*code)
                }
                Plan::Lock { when, .. } => when.map(|(code, _)| code),
                _ => None,
            },
            _ => None,
        }
    }

    fn fails_itself(&self, instr: &Instr) -> bool {
        use BinaryOp::{Divide, FloorDivide, Modulo, Power, ShiftLeft, ShiftRight};
        match instr {
            Instr::Binary { op: Divide | FloorDivide | Modulo, right, .. }
            | Instr::FloorDivideInt { right, .. }
            | Instr::ModuloInt { right, .. }
            | Instr::DivideFloat { right, .. } => !self.is_safe_divisor(*right),
            Instr::Binary { op, .. } => matches!(op, Power | ShiftLeft | ShiftRight),
            Instr::CallNative { native, .. } => !always_works(native.0),
            Instr::Spawn { plan, .. } | Instr::Defer { plan } => {
                matches!(self.plan(*plan), Plan::Start { target: Target::Value(_), .. })
            }
            Instr::Select { plan } => {
                !matches!(self.plan(*plan), Plan::Select { otherwise: Some(_), .. })
            }
            Instr::GetIndex { .. }
            | Instr::SetIndex { .. }
            | Instr::CallValue { .. }
            | Instr::Thaw { .. }
            | Instr::Repeat { .. }
            | Instr::SquareRoot { .. }
            | Instr::Join { .. }
            | Instr::Fail { .. }
            | Instr::CheckDistinct { .. } => true,
            _ => false,
        }
    }

    /// A constant that is not zero.
    fn is_safe_divisor(&self, divisor: Slot) -> bool {
        match divisor.as_constant().and_then(|at| self.literals.get(at)) {
            Some(Literal::Int(value)) => *value != 0,
            Some(Literal::Float(bits)) => f64::from_bits(*bits) != 0.0,
            _ => false,
        }
    }
}

/// Natives that no arguments make fail; the others may.
fn always_works(native: Intrinsic) -> bool {
    use Intrinsic::*;
    matches!(
        native,
        Print
            | Eprint
            | Len
            | Range
            | ToStr
            | IntNanoseconds
            | IntMicroseconds
            | IntMilliseconds
            | IntSeconds
            | IntMinutes
            | IntHours
            | FloatNanoseconds
            | FloatMicroseconds
            | FloatMilliseconds
            | FloatSeconds
            | FloatMinutes
            | FloatHours
            | DurationTotalSeconds
            | Now
            | InstantElapsed
            | TaskId
            | YieldNow
            | Sleep
            | RandomBits
            | AtomGet
            | AtomSet
            | ChannelNext
            | ChannelTryReceive
            | ChannelClosed
            | ChannelLen
            | ChannelCapacity
            | SignalSet
            | SignalIsSet
            | SignalWait
            | SemaphoreTryAcquire
            | MutexTryLock
    )
}
