//! Which bodies may fail: whether one counts as a way in which a task ends its scope.
//!
//! What it is not: exact. An int that overflows after years of counting is no plan of anybody's, and is
//! left out; a call of an unknown function counts. Invariant: a `panic`, an `assert`, an index, a
//! division, a join or a send is never overlooked, in the body itself or in what it calls or starts.

use weir_analyzer::hir::BinaryOp;
use weir_analyzer::mir::Intrinsic;

use super::{Code, CodeId, Instr, Plan, Program, Target};

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
        while let Some(index) = open.pop() {
            if !std::mem::replace(&mut self.codes[index].may_fail, true) {
                open.append(&mut callers[index]);
            }
        }
    }

    fn used_by(&self, code: &Code) -> Vec<CodeId> {
        let used = |instr: &Instr| match instr {
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
        };
        code.instrs.iter().filter_map(used).collect()
    }

    fn fails_itself(&self, instr: &Instr) -> bool {
        use BinaryOp::{Divide, FloorDivide, Modulo, Power, ShiftLeft, ShiftRight};
        match instr {
            Instr::Binary { op, .. } => {
                matches!(op, Divide | FloorDivide | Modulo | Power | ShiftLeft | ShiftRight)
            }
            Instr::CallNative { native, .. } => !always_works(native.0),
            Instr::Spawn { plan, .. } | Instr::Defer { plan } => {
                matches!(self.plan(*plan), Plan::Start { target: Target::Value(_), .. })
            }
            Instr::Select { plan } => {
                !matches!(self.plan(*plan), Plan::Select { otherwise: Some(_), .. })
            }
            Instr::FloorDivideInt { .. }
            | Instr::ModuloInt { .. }
            | Instr::DivideFloat { .. }
            | Instr::GetIndex { .. }
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
