//! Whom a body calls: the edges along which facts of functions depend on one another.

use rustc_hash::FxHashSet;

use super::{Callee, OpKind, Rvalue, mir};
use crate::Db;
use crate::items::ItemId;

/// The functions and methods that the item's bodies call, spawn, defer, detach or name as values,
/// each once, in the order of the text. No query: `regions::needed` asks for it, and is one.
pub fn callees(db: &dyn Db, item: ItemId) -> Vec<ItemId> {
    let mut seen = FxHashSet::default();
    let bodies = mir(db, item).bodies.iter();
    let ops = bodies.flat_map(|body| &body.blocks).flat_map(|block| &block.ops);
    let called = ops.filter_map(|op| match &op.kind {
        OpKind::Call { callee, .. }
        | OpKind::Spawn { callee, .. }
        | OpKind::Detach { callee, .. }
        | OpKind::Defer { callee, .. }
        | OpKind::Assign { value: Rvalue::Function(callee), .. } => match callee {
            Callee::Item(item) => Some(*item),
            _ => None,
        },
        _ => None,
    });
    called.filter(|item| seen.insert(*item)).collect()
}
