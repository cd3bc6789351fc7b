//! Instructions, in a table. What some need beyond 16 bytes is in [`plan`](super::plan).

use std::hash::{Hash, Hasher};

use weir_analyzer::hir::{BinaryOp, UnaryOp};
use weir_analyzer::mir::{FailKind, Intrinsic, LockMode};

use super::{CodeId, GlobalId, ListId, PlanId, Reg, Slot, TypeId, VariantTest};

/// An intrinsic, hashed by its name, so that a program's hash outlives a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Native(pub(crate) Intrinsic);

impl Hash for Native {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.name().hash(state);
    }
}

/// One instruction. Jumps name instructions of the same code.
#[derive(Clone, Debug, Hash)]
pub(crate) enum Instr {
    Move {
        dest: Reg,
        value: Slot,
    },
    AddInt {
        dest: Reg,
        left: Slot,
        right: Slot,
    },
    AddSmall {
        dest: Reg,
        left: Reg,
        right: i32,
    },
    SubtractSmall {
        dest: Reg,
        left: Reg,
        right: i32,
    },
    SubtractInt {
        dest: Reg,
        left: Slot,
        right: Slot,
    },
    MultiplyInt {
        dest: Reg,
        left: Slot,
        right: Slot,
    },
    FloorDivideInt {
        dest: Reg,
        left: Slot,
        right: Slot,
    },
    ModuloInt {
        dest: Reg,
        left: Slot,
        right: Slot,
    },
    LessInt {
        dest: Reg,
        left: Slot,
        right: Slot,
    },
    LessEqualInt {
        dest: Reg,
        left: Slot,
        right: Slot,
    },
    EqualInt {
        dest: Reg,
        left: Slot,
        right: Slot,
    },
    /// A comparison and the branch on it: skips to what follows if it holds, else jumps.
    BranchLessInt {
        skip: u8,
        left: Slot,
        right: Slot,
        otherwise: u32,
    },
    BranchLessSmall {
        skip: u8,
        left: Reg,
        right: i32,
        otherwise: u32,
    },
    BranchEqualSmall {
        skip: u8,
        left: Reg,
        right: i32,
        otherwise: u32,
    },
    BranchLessEqualInt {
        skip: u8,
        left: Slot,
        right: Slot,
        otherwise: u32,
    },
    BranchEqualInt {
        skip: u8,
        left: Slot,
        right: Slot,
        otherwise: u32,
    },
    AddFloat {
        dest: Reg,
        left: Slot,
        right: Slot,
    },
    SubtractFloat {
        dest: Reg,
        left: Slot,
        right: Slot,
    },
    MultiplyFloat {
        dest: Reg,
        left: Slot,
        right: Slot,
    },
    DivideFloat {
        dest: Reg,
        left: Slot,
        right: Slot,
    },
    LessFloat {
        dest: Reg,
        left: Slot,
        right: Slot,
    },
    EqualStr {
        dest: Reg,
        left: Slot,
        right: Slot,
    },
    Binary {
        op: BinaryOp,
        dest: Reg,
        left: Slot,
        right: Slot,
    },
    Unary {
        op: UnaryOp,
        dest: Reg,
        value: Slot,
    },
    GetField {
        dest: Reg,
        base: Reg,
        field: u32,
    },
    SetField {
        base: Reg,
        field: u32,
        value: Slot,
    },
    GetIndex {
        dest: Reg,
        base: Slot,
        index: Slot,
    },
    SetIndex {
        base: Reg,
        index: Slot,
        value: Slot,
    },
    Slice {
        dest: Reg,
        base: Slot,
        bounds: ListId,
    },
    IsVariant {
        dest: Reg,
        value: Slot,
        variant: VariantTest,
    },
    Payload {
        dest: Reg,
        value: Slot,
        position: u32,
    },
    MakeList {
        dest: Reg,
        items: ListId,
    },
    /// Keys and values by turns.
    MakeMap {
        dest: Reg,
        entries: ListId,
    },
    MakeSet {
        dest: Reg,
        items: ListId,
    },
    MakeTuple {
        dest: Reg,
        items: ListId,
    },
    MakeStruct {
        dest: Reg,
        ty: TypeId,
        fields: ListId,
    },
    MakeVariant {
        dest: Reg,
        variant: VariantTest,
        fields: ListId,
    },
    MakeFunction {
        dest: Reg,
        code: CodeId,
        captures: ListId,
    },
    Format {
        dest: Reg,
        plan: PlanId,
    },
    IntToFloat {
        dest: Reg,
        value: Slot,
    },
    Constant {
        dest: Reg,
        global: GlobalId,
    },
    TaskLocal {
        dest: Reg,
        global: GlobalId,
    },
    Iterate {
        dest: Reg,
        value: Slot,
    },
    Call {
        dest: Reg,
        code: CodeId,
        args: ListId,
    },
    CallNative {
        dest: Reg,
        native: Native,
        args: ListId,
    },
    CallValue {
        dest: Reg,
        function: Reg,
        args: ListId,
    },
    Jump {
        target: u32,
    },
    /// A jump to where a loop goes on: here a task may be preempted.
    JumpBack {
        target: u32,
    },
    Branch {
        condition: Slot,
        then: u32,
        otherwise: u32,
    },
    /// Falls through to the round, or jumps to `done`. What is walked may be a channel.
    Next {
        iterator: Reg,
        dest: Reg,
        done: u32,
    },
    /// The same of what is no channel, and the jump to the round that follows it.
    Walk {
        iterator: Reg,
        dest: Reg,
        done: u32,
    },
    /// A jump back to a walk, and the walk's next round.
    WalkAgain {
        iterator: Reg,
        dest: Reg,
        target: u32,
    },
    Return {
        value: Slot,
    },
    Fail {
        kind: FailKind,
        message: Slot,
    },
    Spawn {
        dest: Reg,
        plan: PlanId,
    },
    Detach {
        plan: PlanId,
    },
    Join {
        dest: Reg,
        task: Slot,
    },
    Settle {
        dest: Reg,
        task: Reg,
    },
    EnterScope {
        plan: PlanId,
    },
    EndScope {
        scope: u32,
    },
    LeaveScope {
        scope: u32,
    },
    EnterLock {
        plan: PlanId,
    },
    ExitLock {
        loan: Reg,
        lock: Slot,
        mode: LockMode,
    },
    EnterTaskLocal {
        global: GlobalId,
        value: Slot,
    },
    ExitTaskLocal {
        global: GlobalId,
    },
    Defer {
        plan: PlanId,
    },
    RunDefers,
    EnterAttempt {
        failure: Reg,
        handler: u32,
    },
    ExitAttempt,
    CheckDistinct {
        plan: PlanId,
    },
    ParallelFor {
        plan: PlanId,
    },
    EnterBlocking,
    ExitBlocking,
    Select {
        plan: PlanId,
    },
    Unreachable,
    // What all of the above can do where no operand is a constant: nothing is to be chosen for each then.
    AddInts {
        dest: Reg,
        left: Reg,
        right: Reg,
    },
    SubtractInts {
        dest: Reg,
        left: Reg,
        right: Reg,
    },
    MultiplyInts {
        dest: Reg,
        left: Reg,
        right: Reg,
    },
    BranchLessInts {
        skip: u8,
        left: Reg,
        right: Reg,
        otherwise: u32,
    },
    BranchLessEqualInts {
        skip: u8,
        left: Reg,
        right: Reg,
        otherwise: u32,
    },
    AddFloats {
        dest: Reg,
        left: Reg,
        right: Reg,
    },
    SubtractFloats {
        dest: Reg,
        left: Reg,
        right: Reg,
    },
    MultiplyFloats {
        dest: Reg,
        left: Reg,
        right: Reg,
    },
    BranchEqualStr {
        skip: u8,
        left: Slot,
        right: Slot,
        otherwise: u32,
    },
    /// A mutable list of the elements of what nothing reads again.
    Thaw {
        dest: Reg,
        list: Reg,
    },
    /// A field of a mutable struct that is a float.
    GetFloat {
        dest: Reg,
        base: Reg,
        field: u32,
    },
    /// A walk over a range that nothing else has; what it is from, to and by.
    IterateRange {
        dest: Reg,
        args: ListId,
    },
    SquareRoot {
        dest: Reg,
        value: Slot,
    },
    /// A mutable list of what a list has, so many times over.
    Repeat {
        dest: Reg,
        list: Slot,
        times: Slot,
    },
}
