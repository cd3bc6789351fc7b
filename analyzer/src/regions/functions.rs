//! Which functions a function value can be when nothing else is known of it: those of its type that
//! the program makes values of.

use std::sync::Arc;

use crate::Db;
use crate::SourceFile;
use crate::items::{ItemId, file_items};
use crate::mir::{BodyId, Callee, Intrinsic, OpKind, Rvalue, mir};
use crate::ty::{FnTy, Ty};

/// How deep types are compared; what lies deeper counts as equal.
const COMPARED_DEPTH_MAX: u32 = 16;

/// What a function value was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Made {
    Item(ItemId),
    Intrinsic(Intrinsic),
    Closure(ItemId, BodyId),
}

/// Those of a function type's values that a file makes.
pub(super) fn of_type(db: &dyn Db, file: SourceFile, wanted: &FnTy) -> Vec<Made> {
    let fits = |of: &&(Arc<FnTy>, Made)| {
        let (of, _) = of;
        of.params.len() == wanted.params.len()
            && (of.params.iter().zip(wanted.params.iter()))
                .all(|(one, other)| fits(one, other, COMPARED_DEPTH_MAX))
    };
    made_in(db, file).iter().filter(fits).map(|(_, made)| *made).collect()
}

#[salsa::tracked]
fn made_in(db: &dyn Db, file: SourceFile) -> Vec<(Arc<FnTy>, Made)> {
    let items = file_items(db, file).ids(db).filter(|item| item.kind(db).has_body());
    items.flat_map(|item| made_by(db, item).iter().cloned()).collect()
}

/// Compared before anyone who asks is asked again: an edit that makes no other function value ends
/// here.
#[salsa::tracked]
fn made_by(db: &dyn Db, item: ItemId) -> Vec<(Arc<FnTy>, Made)> {
    let mut all = Vec::new();
    for body in &mir(db, item).bodies {
        for op in body.blocks.iter().flat_map(|block| &block.ops) {
            let OpKind::Assign { dest, value } = &op.kind else { continue };
            let made = match value {
                Rvalue::Function(Callee::Item(of)) => Made::Item(*of),
                Rvalue::Function(Callee::Intrinsic(of)) => Made::Intrinsic(*of),
                Rvalue::Closure(body, _) => Made::Closure(item, *body),
                _ => continue,
            };
            if let Ty::Fn(of) = &body.local(*dest).ty {
                all.push((of.clone(), made));
            }
        }
    }
    all
}

/// Whether the one type can be the other; type parameters may be anything.
fn fits(one: &Ty, other: &Ty, depth: u32) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return true };
    let all = |one: &[Ty], other: &[Ty]| {
        one.len() == other.len()
            && one.iter().zip(other).all(|(one, other)| fits(one, other, depth))
    };
    match (one, other) {
        (Ty::Param(_) | Ty::Unknown, _) | (_, Ty::Param(_) | Ty::Unknown) => true,
        (Ty::Builtin(a, one), Ty::Builtin(b, other)) => a == b && all(one, other),
        (Ty::Adt(a, one), Ty::Adt(b, other)) => a == b && all(one, other),
        (Ty::Tuple(one), Ty::Tuple(other)) => all(one, other),
        (Ty::Fn(one), Ty::Fn(other)) => all(&one.params, &other.params),
        _ => one == other,
    }
}
