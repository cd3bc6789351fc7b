//! Which register each local of a body has.
//!
//! Parameters come first, then what has a name or may hold more than bits, then the temporaries that are
//! an int, a float or a bool all their life. Those of one block share: one takes the place of another that
//! nobody reads again. Invariant: two locals share a register only if neither has a name and each is
//! written once and read in that block alone; from [`Registers::kept`] on nothing is ever to be dropped, and
//! nothing is read before it was written.

use weir_analyzer::mir::{Access, Local, MirBody, OpKind};
use weir_analyzer::ty::Builtin;

use crate::program::Reg;

/// The registers of a body.
pub(super) struct Registers {
    of: Vec<Reg>,
    /// How many there are.
    pub(super) count: u32,
    /// How many of them, from the first on, are emptied when a call begins and when it ends.
    pub(super) kept: u32,
}

/// Where a temporary lives.
#[derive(Clone, Copy)]
struct Life {
    block: usize,
    /// The last op that names it; the terminator comes after all ops.
    last: usize,
    writes: u32,
}

impl Registers {
    pub(super) fn of(body: &MirBody) -> Self {
        let bits = bits(body);
        let lives = lives(body, &bits);
        let mut registers = Self { of: vec![Reg::new(0); body.locals.len()], count: 0, kept: 0 };
        registers.each_gets_one(|local| !bits[local]);
        registers.kept = registers.count;
        registers.each_gets_one(|local| bits[local] && lives[local].is_none());
        registers.share(body, &lives);
        registers
    }

    pub(super) fn get(&self, local: Local) -> Reg {
        self.of[local.index()]
    }

    fn each_gets_one(&mut self, is_meant: impl Fn(usize) -> bool) {
        for local in 0..self.of.len() {
            if is_meant(local) {
                self.of[local] = Reg::new(self.count);
                self.count += 1;
            }
        }
    }

    /// Goes through each block, and gives a temporary the first register that is free when it is written.
    /// An op reads before it writes, so what it reads last is free for what it gives.
    fn share(&mut self, body: &MirBody, lives: &[Option<Life>]) {
        let first = self.count;
        for block in &body.blocks {
            let mut free: Vec<u32> = (first..self.count).rev().collect();
            for (at, op) in block.ops.iter().enumerate() {
                op.kind.each_local(&mut |local, access| {
                    let Some(life) = lives[local.index()] else { return };
                    if access == Access::Write {
                        let register = free.pop().unwrap_or(self.count);
                        self.count = self.count.max(register + 1);
                        self.of[local.index()] = Reg::new(register);
                    }
                    let register = self.of[local.index()].index() as u32;
                    if life.last == at && !free.contains(&register) {
                        free.push(register);
                    }
                });
            }
        }
    }
}

/// The temporaries that are an int, a float or a bool, and written only by what always writes.
fn bits(body: &MirBody) -> Vec<bool> {
    let given = (body.params + body.captures) as usize;
    let is_bits = |(index, local): (usize, &weir_analyzer::mir::LocalDecl)| {
        let is_typed =
            [Builtin::Int, Builtin::Float, Builtin::Bool].iter().any(|of| local.ty.is(*of));
        index >= given && local.name.is_none() && is_typed
    };
    let mut bits: Vec<bool> = body.locals.iter().enumerate().map(is_bits).collect();
    for op in body.blocks.iter().flat_map(|block| &block.ops) {
        let always_writes =
            matches!(op.kind, OpKind::Assign { .. } | OpKind::Call { .. } | OpKind::Join { .. });
        op.kind.each_local(&mut |local, access| {
            bits[local.index()] &= always_writes || access == Access::Read;
        });
    }
    bits
}

/// The lives of those that one block alone names and that it writes once.
fn lives(body: &MirBody, bits: &[bool]) -> Vec<Option<Life>> {
    let mut lives: Vec<Option<Life>> = vec![None; bits.len()];
    let mut is_elsewhere = vec![false; bits.len()];
    for (block, of) in body.blocks.iter().enumerate() {
        let mut note = |local: Local, access: Access, at: usize, by_op: bool| {
            let life = lives[local.index()].get_or_insert(Life { block, last: at, writes: 0 });
            life.last = at;
            life.writes += u32::from(access == Access::Write);
            is_elsewhere[local.index()] |=
                life.block != block || (access == Access::Write && !by_op);
        };
        for (at, op) in of.ops.iter().enumerate() {
            op.kind.each_local(&mut |local, access| note(local, access, at, true));
        }
        of.end.kind.each_local(&mut |local, access| note(local, access, of.ops.len(), false));
    }
    for (local, life) in lives.iter_mut().enumerate() {
        let is_one = life.is_some_and(|life| life.writes == 1);
        if !bits[local] || is_elsewhere[local] || !is_one {
            *life = None;
        }
    }
    lives
}
