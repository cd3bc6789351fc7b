//! Types that lead back to themselves with no way out: an alias that stands for itself (T005), and a
//! struct that needs one of its own kind to be made (T011).
//!
//! A struct may hold itself where a value can do without: in an `Option`, a list, an enum with
//! another variant, a field with a default.

use weir_syntax::ast::{self, AstNode};

use super::types::named_type;
use super::{Circles, ItemId, ItemKind, Signature, file_items, item_syntax, signature};
use crate::diagnostics::{Code, Finding};
use crate::ty::Ty;
use crate::{Db, SourceFile};

/// The file's types that lead back to themselves.
#[salsa::tracked]
pub fn check(db: &dyn Db, file: SourceFile) -> Vec<Finding> {
    let of_kind = |kinds: &[ItemKind]| -> Vec<ItemId> {
        file_items(db, file).ids(db).filter(|item| kinds.contains(&item.kind(db))).collect()
    };
    let aliases = of_kind(&[ItemKind::TypeAlias]);
    let mut findings = Circles::of(aliases, &|item| named_aliases(db, item)).findings(
        db,
        file,
        Code::T005,
        &|name| {
            let message =
                format!("the type `{name}` is defined by itself, so it stands for no type");
            let help = "name another type, or declare a struct or enum, which may hold itself";
            (message, help.to_owned())
        },
    );
    let types = of_kind(&[ItemKind::Struct, ItemKind::MutableStruct, ItemKind::Enum]);
    findings.extend(Circles::of(types, &|item| needed_types(db, item)).findings(
        db,
        file,
        Code::T011,
        &|name| {
            let message = format!("no `{name}` can ever be made: each one needs another first");
            (message, format!("let it do without: `Option[{name}]`, or a list of them"))
        },
    ));
    findings
}

/// The aliases that an alias's type names.
pub(super) fn named_aliases(db: &dyn Db, item: ItemId) -> Vec<ItemId> {
    let Some(syntax) = item_syntax(db, item) else { return Vec::new() };
    let paths = syntax.node().descendants().filter_map(ast::PathType::cast);
    let named = paths.filter_map(|path| named_type(db, item.file(db), &path));
    named.filter(|item| item.kind(db) == ItemKind::TypeAlias).collect()
}

/// The program's types of which a value is needed to make one of this type. An enum with several
/// variants needs none of them for certain.
fn needed_types(db: &dyn Db, item: ItemId) -> Vec<ItemId> {
    let mut needed = Vec::new();
    let fields = match signature(db, item) {
        Signature::Struct(of) => of.fields.as_slice(),
        Signature::Enum(of) => match of.variants.as_slice() {
            [only] => only.fields.as_slice(),
            _ => &[],
        },
        _ => &[],
    };
    for field in fields.iter().filter(|field| !field.has_default) {
        parts(&field.ty, &mut needed);
    }
    needed
}

/// The program's types of which each value of the type has one.
fn parts(ty: &Ty, needed: &mut Vec<ItemId>) {
    match ty {
        Ty::Adt(item, _) => needed.push(*item),
        Ty::Tuple(types) => types.iter().for_each(|ty| parts(ty, needed)),
        _ => {}
    }
}
