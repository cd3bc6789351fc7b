//! Which functions a function value can be when nothing else is known of it: those of its type that
//! the program makes values of, in whichever module.
//!
//! What it is not: what these functions do. Standard modules make no function values that leave them.
//!
//! **Invariant.** Whoever asks depends on the answer for the one type alone: each body's function
//! values are compared, then each file's and the package's of that type. So an edit that makes no
//! other function value of the type runs nobody who calls one.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::Db;
use crate::SourceFile;
use crate::items::{ItemId, file_items};
use crate::mir::{BodyId, BodyKind, Callee, Intrinsic, Mir, OpKind, Rvalue, mir};
use crate::package::Package;
use crate::ty::{FnTy, Ty};

/// How deep types are compared; what lies deeper counts as equal.
const COMPARED_DEPTH_MAX: u32 = 16;

/// What a function value was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FunctionValue {
    Item(ItemId),
    Intrinsic(Intrinsic),
    Closure(ItemId, BodyId),
}

/// A function type, as what is asked for.
#[salsa::interned(unsafe(no_lifetime), revisions = usize::MAX, debug)]
struct Wanted {
    of: Arc<FnTy>,
}

/// Those of a function type's values that the program makes which the file is part of.
pub(super) fn of_type<'db>(
    db: &'db dyn Db,
    file: SourceFile,
    wanted: &Arc<FnTy>,
) -> &'db [FunctionValue] {
    let wanted = Wanted::new(db, wanted.clone());
    match file.package(db) {
        Some(package) => made_in_package(db, package, wanted),
        None => made_in_file(db, file, wanted),
    }
}

/// The functions beyond those named in calls that running the item may lead to, for whoever derives
/// callees first.
pub(super) fn reached(db: &dyn Db, item: ItemId) -> BTreeSet<ItemId> {
    let mut items = BTreeSet::new();
    for ty in called_types(mir(db, item)) {
        items.extend(of_type(db, item.file(db), ty).iter().filter_map(|made| match made {
            FunctionValue::Item(of) | FunctionValue::Closure(of, _) => Some(*of),
            FunctionValue::Intrinsic(_) => None,
        }));
    }
    items
}

/// The types of the function values that are called and were neither passed in nor made in place;
/// what the rounds of a parallel loop get was passed by nobody.
fn called_types(mir: &Mir) -> Vec<&Arc<FnTy>> {
    let mut types = Vec::new();
    for body in &mir.bodies {
        let ops = body.blocks.iter().flat_map(|block| &block.ops);
        let called = ops.filter_map(|op| match &op.kind {
            OpKind::Call { callee: Callee::Value(local), .. }
            | OpKind::Spawn { callee: Callee::Value(local), .. }
            | OpKind::Defer { callee: Callee::Value(local), .. } => Some(*local),
            _ => None,
        });
        let params = if body.kind == BodyKind::Iteration { 0 } else { body.params };
        for local in called.filter(|local| local.0 >= params) {
            match &body.local(local).ty {
                Ty::Fn(of) if !types.contains(&of) => types.push(of),
                _ => {}
            }
        }
    }
    types
}

#[salsa::tracked]
fn made_in_package(db: &dyn Db, package: Package, wanted: Wanted) -> Vec<FunctionValue> {
    let files = package.files(db).values();
    files.flat_map(|file| made_in_file(db, *file, wanted)).copied().collect()
}

#[salsa::tracked]
fn made_in_file(db: &dyn Db, file: SourceFile, wanted: Wanted) -> Vec<FunctionValue> {
    let wanted = wanted.of(db);
    let fits = |of: &FnTy| {
        of.params.len() == wanted.params.len()
            && (of.params.iter().zip(wanted.params.iter()))
                .all(|(one, other)| fits(one, other, COMPARED_DEPTH_MAX))
    };
    let all = made_in(db, file).iter().filter(|(of, _)| fits(of));
    all.map(|(_, made)| *made).collect()
}

#[salsa::tracked]
fn made_in(db: &dyn Db, file: SourceFile) -> Vec<(Arc<FnTy>, FunctionValue)> {
    let items = file_items(db, file).ids(db).filter(|item| item.kind(db).has_body());
    items.flat_map(|item| made_by(db, item).iter().cloned()).collect()
}

#[salsa::tracked]
fn made_by(db: &dyn Db, item: ItemId) -> Vec<(Arc<FnTy>, FunctionValue)> {
    let mut all = Vec::new();
    for body in &mir(db, item).bodies {
        for op in body.blocks.iter().flat_map(|block| &block.ops) {
            let OpKind::Assign { dest, value } = &op.kind else { continue };
            let made = match value {
                Rvalue::Function(Callee::Item(of)) => FunctionValue::Item(*of),
                Rvalue::Function(Callee::Intrinsic(of)) => FunctionValue::Intrinsic(*of),
                Rvalue::Closure(body, _) => FunctionValue::Closure(item, *body),
                _ => continue,
            };
            if let Ty::Fn(of) = &body.local(*dest).ty {
                let made = (of.clone(), made);
                if !all.contains(&made) {
                    all.push(made);
                }
            }
        }
    }
    all
}

/// Whether a value may be of both types.
pub(super) fn may_be(one: &Ty, other: &Ty) -> bool {
    fits(one, other, COMPARED_DEPTH_MAX)
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
