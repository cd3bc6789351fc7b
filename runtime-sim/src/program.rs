//! The compiled program: plain data that the machine runs and that knows no database.
//!
//! A [`Code`] is one body. Its registers are the body's locals; a [`Slot`] reads a register or one
//! of the program's constants. Long operand lists and rare plans stand in tables beside the
//! instructions, so that an instruction stays at 16 bytes. Every instruction has a place.

mod hash;
mod instr;
mod listing;
mod mishaps;
mod plan;
mod slot;
mod sound;

use std::fmt;
use std::sync::Arc;

use rustc_hash::FxHashSet;

pub(crate) use hash::{StableHasher, stable_hash};
pub(crate) use instr::{Instr, Native};
pub(crate) use plan::{Case, CaseOp, DistinctPlace, Piece, Plan, ScopeSlot, Target, VariantTest};
pub(crate) use slot::{Reg, Slot};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) struct $name(pub(crate) u32);

        impl $name {
            pub(crate) fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// A compiled body.
    CodeId
    /// A struct of the program.
    TypeId
    /// A variant of an enum of the program.
    VariantId
    /// A list of operands.
    ListId
    /// A rare, large instruction's plan.
    PlanId
    /// A constant declaration or tasklocal of the program.
    GlobalId
}

/// A constant of the code.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Literal {
    Unit,
    Bool(bool),
    Int(i64),
    Float(u64),
    Str(Arc<str>),
    Bytes(Arc<[u8]>),
}

/// One compiled body.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub(crate) name: String,
    pub(crate) instrs: Vec<Instr>,
    /// The place of each instruction, by index into the program's.
    pub(crate) places: Vec<u32>,
    pub(crate) registers: u32,
    /// How many of them, from the first on, are emptied when a call begins and when it ends; the others only
    /// ever hold bits, and are written before they are read.
    pub(crate) kept: u32,
    pub(crate) params: u32,
    /// What people call each register, for reports.
    pub(crate) names: Vec<Option<Arc<str>>>,
    pub(crate) scopes: Vec<ScopeInfo>,
    /// Whether the machine provides it: what it asserts is about its arguments.
    pub(crate) is_provided: bool,
    /// For each instruction, whether something that may fail comes there or later, if it does anywhere: see [`mishaps`].
    pub(crate) fails_from: Box<[bool]>,
}

/// A scope of a code.
#[derive(Clone, Debug, Hash)]
pub(crate) struct ScopeInfo {
    pub(crate) supervised: bool,
    pub(crate) on_timeout: Option<u32>,
    pub(crate) place: u32,
}

/// A struct's face.
#[derive(Clone, Debug, Hash)]
pub(crate) struct TypeInfo {
    pub(crate) name: String,
    pub(crate) fields: Vec<String>,
    pub(crate) mutable: bool,
}

/// A variant's face.
#[derive(Clone, Debug, Hash)]
pub(crate) struct VariantInfo {
    pub(crate) owner: String,
    pub(crate) name: String,
}

/// A constant declaration or tasklocal: how its value comes about.
#[derive(Clone, Debug, Hash)]
pub(crate) struct GlobalInfo {
    pub(crate) name: String,
    pub(crate) code: CodeId,
}

/// Where an instruction stands in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, as the caller named it.
    pub path: Arc<str>,
    /// Its line, from 1.
    pub line: u32,
    /// Its column in characters, from 1.
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.path, self.line, self.column)
    }
}

/// A compiled program.
#[derive(Clone, Debug, Default)]
pub struct Program {
    pub(crate) codes: Vec<Code>,
    pub(crate) literals: Vec<Literal>,
    pub(crate) lists: Vec<Box<[Slot]>>,
    pub(crate) plans: Vec<Plan>,
    pub(crate) types: Vec<TypeInfo>,
    pub(crate) variants: Vec<VariantInfo>,
    /// Constants and tasklocals.
    pub(crate) globals: Vec<GlobalInfo>,
    /// The same, each after those that its value needs.
    pub(crate) order: Vec<GlobalId>,
    pub(crate) places: Vec<Place>,
    /// The places of indices that are written with their minus, by where they stand among all.
    pub(crate) from_end: FxHashSet<u32>,
    pub(crate) entry: Option<CodeId>,
    pub(crate) hash: u64,
}

impl Program {
    /// A hash of what the program does: the same on every machine, whatever its lines are.
    pub fn hash(&self) -> u64 {
        self.hash
    }

    pub(crate) fn code(&self, code: CodeId) -> &Code {
        &self.codes[code.index()]
    }

    pub(crate) fn list(&self, list: ListId) -> &[Slot] {
        &self.lists[list.index()]
    }

    pub(crate) fn plan(&self, plan: PlanId) -> &Plan {
        &self.plans[plan.index()]
    }

    pub(crate) fn ty(&self, ty: TypeId) -> &TypeInfo {
        &self.types[ty.index()]
    }

    pub(crate) fn variant(&self, variant: VariantId) -> &VariantInfo {
        &self.variants[variant.index()]
    }

    pub(crate) fn place(&self, code: CodeId, pc: u32) -> Option<&Place> {
        self.places.get(self.place_index(code, pc)? as usize)
    }

    /// Where the place of an instruction stands among all, if it has one.
    pub(crate) fn place_index(&self, code: CodeId, pc: u32) -> Option<u32> {
        let index = *self.code(code).places.get(pc as usize)?;
        ((index as usize) < self.places.len()).then_some(index)
    }

    /// What people call a slot: the name of its register, if it has one.
    pub(crate) fn name(&self, code: CodeId, slot: Slot) -> Option<&str> {
        self.code(code).names.get(slot.as_register()?.index())?.as_deref()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_instruction_is_sixteen_bytes() {
        assert_eq!(std::mem::size_of::<super::Instr>(), 16);
    }
}
