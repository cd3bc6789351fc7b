//! Constants that need each other in a circle: none of them has a value (T005).
//!
//! A constant needs what its value names, and what the functions that it names name, whether they
//! are called or not and in whatever module they stand. So it is a rule about names, which can be
//! followed by eye, and it holds for any order in which the machine might compute constants.

use crate::diagnostics::{Code, Finding};
use crate::hir::{Expr, lower};
use crate::infer::{CallKind, Function, infer};
use crate::items::{Circles, ItemId, ItemKind, file_items};
use crate::{Db, FileKind, SourceFile};

/// The file's constants and tasklocals whose value needs itself.
#[salsa::tracked]
pub fn check(db: &dyn Db, file: SourceFile) -> Vec<Finding> {
    let values: Vec<ItemId> =
        file_items(db, file).ids(db).filter(|item| is_value(db, *item)).collect();
    let circles = Circles::of(values, &|item| named_items(db, item).clone());
    circles.findings(db, file, Code::T005, &|name| {
        let message = format!("the value of `{name}` needs its own value");
        (message, "compute it from other constants, or write its value".to_owned())
    })
}

fn is_value(db: &dyn Db, item: ItemId) -> bool {
    matches!(item.kind(db), ItemKind::Const | ItemKind::TaskLocal)
}

/// The constants, tasklocals and functions with a body that an item names.
#[salsa::tracked]
fn named_items(db: &dyn Db, item: ItemId) -> Vec<ItemId> {
    let exprs = lower(db, item).body.exprs.iter();
    let named = exprs.filter_map(|(_, expr)| match expr {
        Expr::Item(item) => Some(*item),
        _ => None,
    });
    let methods = infer(db, item).calls.values().filter_map(|plan| match plan.kind {
        CallKind::Method(Function::Item(item)) => Some(item),
        _ => None,
    });
    let counts = |item: &ItemId| {
        let kind = item.kind(db);
        item.file(db).kind(db) == FileKind::Module && (kind == ItemKind::Fn || is_value(db, *item))
    };
    let mut all: Vec<ItemId> = named.chain(methods).filter(counts).collect();
    // Their order may show; that of the calls' map must not.
    all.sort_by_cached_key(|item| {
        (item.file(db).path(db).clone(), item.name(db), item.duplicate(db))
    });
    all.dedup();
    all
}
