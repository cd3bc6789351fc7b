//! Constants that hold channels, signals or locks: a program makes each of them once, before anything else.
//!
//! Only a program (`main`, a test) does: of a function that is looked at alone it is not known who else uses what a
//! constant holds. The default of a `tasklocal` is a constant where nobody gives it another value.

use super::slice::Slice;
use super::unit::Unit;
use crate::Db;
use crate::items::{ItemId, ItemKind};
use crate::mir::{self, BodyId, OpKind, Rvalue};
use crate::skeleton::graph::{Kind, RoutineId};

impl Slice<'_> {
    /// The unit that makes what the constant holds, where that is followed.
    pub(super) fn unit_of_constant(&self, item: ItemId) -> Option<usize> {
        let made = self.index.get(&(item, BodyId(0))).copied()?;
        let is_given = |unit: &Unit<'_>| {
            let mut ops = unit.body.blocks.iter().flat_map(|block| &block.ops);
            ops.any(|op| matches!(&op.kind, OpKind::EnterTaskLocal { item: of, .. } if *of == item))
        };
        let is_constant = is_constant(self.db, item) && !self.units.iter().any(is_given);
        is_constant.then_some(made)
    }

    /// The constants that are followed, each after those that it is made of.
    pub(super) fn constants(&self) -> Vec<(ItemId, RoutineId)> {
        let mut seen = vec![false; self.units.len()];
        let mut found = Vec::new();
        self.visit(0, &mut seen, &mut found);
        found
    }

    fn visit(&self, unit: usize, seen: &mut [bool], found: &mut Vec<(ItemId, RoutineId)>) {
        if std::mem::replace(&mut seen[unit], true) {
            return;
        }
        let of = &self.units[unit];
        for next in self.runs(unit) {
            if let Some(next) = self.index.get(&next) {
                self.visit(*next, seen, found);
            }
        }
        if self.unit_of_constant(of.item) == Some(unit) {
            found.push((of.item, RoutineId(unit as u32)));
        }
    }
}

fn is_constant(db: &dyn Db, item: ItemId) -> bool {
    matches!(item.kind(db), ItemKind::Const | ItemKind::TaskLocal)
}

/// The body of a constant that an rvalue reads, if what it holds synchronises.
pub(super) fn constant_read(db: &dyn Db, value: &Rvalue) -> Option<(ItemId, BodyId)> {
    let (Rvalue::Constant(item) | Rvalue::TaskLocal(item)) = value else { return None };
    let body = mir::mir(db, *item).bodies.first()?;
    Kind::of(db, &body.ret).holds_objects().then_some((*item, BodyId(0)))
}
