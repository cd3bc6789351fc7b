//! What instructions refer to that does not fit in their 16 bytes.

use std::sync::Arc;

use weir_analyzer::mir::LockMode;
use weir_analyzer::regions::EntryStep;

use super::{CodeId, ListId, Reg, Slot, VariantId};

/// Which variant: one of the prelude's two enums, or of the program; packed into one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct VariantTest(u32);

impl VariantTest {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const SOME: Self = Self(1);
    pub(crate) const OK: Self = Self(2);
    pub(crate) const ERR: Self = Self(3);
    const BUILTIN: u32 = 4;

    pub(crate) fn of(variant: VariantId) -> Self {
        Self(variant.0 + Self::BUILTIN)
    }

    pub(crate) fn declared(self) -> Option<VariantId> {
        self.0.checked_sub(Self::BUILTIN).map(VariantId)
    }
}

/// What starts, is deferred or detached.
#[derive(Clone, Debug, Hash)]
pub(crate) enum Target {
    Code(CodeId),
    Value(Reg),
}

/// What a rare instruction needs beyond 16 bytes.
#[derive(Clone, Debug, Hash)]
pub(crate) enum Plan {
    Start {
        scope: Option<ScopeSlot>,
        target: Target,
        args: ListId,
    },
    Scope {
        scope: u32,
        timeout: Option<Slot>,
        deadline: Option<Slot>,
        limit: Option<Slot>,
        handle: Option<Reg>,
    },
    Lock {
        loan: Reg,
        lock: Slot,
        mode: LockMode,
        when: Option<(CodeId, ListId)>,
    },
    Parallel {
        code: CodeId,
        iterable: Slot,
        captures: ListId,
    },
    Format(Vec<Piece>),
    Distinct(Vec<DistinctPlace>),
    Select {
        cases: Vec<Case>,
        otherwise: Option<u32>,
    },
}

/// The scope of a spawn: one that the frame has open, or one passed in.
#[derive(Clone, Copy, Debug, Hash)]
pub(crate) enum ScopeSlot {
    Own(u32),
    Passed(Slot),
}

/// Containers that a parallel loop needs apart: those found from a value along some steps.
#[derive(Clone, Debug, Hash)]
pub(crate) struct DistinctPlace {
    pub(crate) root: Slot,
    pub(crate) name: Arc<str>,
    pub(crate) steps: Vec<EntryStep>,
    /// Everything in them counts too.
    pub(crate) deep: bool,
    /// Some round changes them; two that are only read may be one.
    pub(crate) changed: bool,
}

/// A piece of an f-string.
#[derive(Clone, Debug, Hash)]
pub(crate) enum Piece {
    Text(Arc<str>),
    Value { value: Slot, literal: bool, format: Option<Arc<str>> },
}

/// A case of a select.
#[derive(Clone, Debug, Hash)]
pub(crate) struct Case {
    pub(crate) op: CaseOp,
    pub(crate) guard: Option<Slot>,
    pub(crate) target: u32,
}

/// What a case waits for.
#[derive(Clone, Copy, Debug, Hash)]
pub(crate) enum CaseOp {
    Receive { channel: Slot, dest: Reg },
    Send { channel: Slot, value: Slot },
    Timeout(Slot),
    Closed(Slot),
    Wait(Slot),
}
