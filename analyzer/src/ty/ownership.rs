//! Whether tasks may share a value of a type: value, sync or owned.

use super::Ty;
use crate::Db;
use crate::items::{ItemId, ItemKind, Signature, signature};

/// How a value may be shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ownership {
    /// Immutable: shared freely.
    Value,
    /// Synchronises by itself: shared freely.
    Sync,
    /// Exactly one owner at a time.
    Owned,
}

/// How values of `ty` may be shared: owned if any part is owned, else sync if any part is sync.
/// Type parameters without a bound count as owned.
pub fn ownership(db: &dyn Db, ty: &Ty) -> Ownership {
    match ty {
        Ty::Unknown | Ty::Never | Ty::Var(_) => Ownership::Value,
        Ty::Builtin(builtin, args) => match builtin.ownership() {
            // A sync object seals what it holds; a task is as its result is.
            Ownership::Sync if *builtin != super::Builtin::Task => Ownership::Sync,
            own => join(own, args.iter().map(|arg| ownership(db, arg))),
        },
        Ty::Adt(item, args) => {
            join(item_ownership(db, *item), args.iter().map(|arg| ownership(db, arg)))
        }
        Ty::Tuple(args) => join(Ownership::Value, args.iter().map(|arg| ownership(db, arg))),
        Ty::Fn(function) if function.mutable => Ownership::Owned,
        Ty::Fn(_) => Ownership::Value,
        Ty::Param(param) => match signature(db, param.owner).bound(param) {
            Some(_) => Ownership::Value,
            None => Ownership::Owned,
        },
    }
}

fn join(own: Ownership, parts: impl Iterator<Item = Ownership>) -> Ownership {
    parts.fold(own, Ownership::max)
}

/// A program's own type, its type arguments aside. A type that contains itself starts as a value.
#[salsa::tracked(returns(copy), cycle_initial = |_, _, _| Ownership::Value)]
fn item_ownership(db: &dyn Db, item: ItemId) -> Ownership {
    if item.kind(db) == ItemKind::MutableStruct {
        return Ownership::Owned;
    }
    let parts: Vec<&Ty> = match signature(db, item) {
        Signature::Struct(of) => of.fields.iter().map(|field| &field.ty).collect(),
        Signature::Enum(of) => {
            of.variants.iter().flat_map(|variant| &variant.fields).map(|field| &field.ty).collect()
        }
        _ => Vec::new(),
    };
    let own = parts.into_iter().filter(|ty| !matches!(ty, Ty::Param(_)));
    join(Ownership::Value, own.map(|ty| ownership(db, ty)))
}
