//! Which bodies a unit leads to: all that it calls, starts or makes values of.

use super::constants::constant_read;
use super::slice::Slice;
use crate::Db;
use crate::items::{ItemId, ItemKind};
use crate::mir::{self, BodyId, BodyKind, Callee, MirBody, OpKind, Rvalue};

impl Slice<'_> {
    /// All bodies that the unit leads to. What a constant holds belongs to the program.
    pub(super) fn runs(&self, unit: usize) -> Vec<(ItemId, BodyId)> {
        let unit = &self.units[unit];
        let mut found = Vec::new();
        for op in unit.body.blocks.iter().flat_map(|block| &block.ops) {
            match &op.kind {
                OpKind::Call { callee, .. }
                | OpKind::Spawn { callee, .. }
                | OpKind::Detach { callee, .. }
                | OpKind::Defer { callee, .. }
                | OpKind::Assign { value: Rvalue::Function(callee), .. } => {
                    found.extend(body_of(self.db, unit.item, callee));
                }
                OpKind::Assign { value: Rvalue::Closure(body, _), .. }
                | OpKind::EnterLock { when: Some((body, _)), .. }
                | OpKind::ParallelFor { body, .. } => found.push((unit.item, *body)),
                OpKind::Assign { value, .. } if self.is_program => {
                    found.extend(constant_read(self.db, value));
                }
                _ => {}
            }
        }
        found
    }
}

/// The body that a callee runs, by item.
pub(super) fn body_of(db: &dyn Db, from: ItemId, callee: &Callee) -> Option<(ItemId, BodyId)> {
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
