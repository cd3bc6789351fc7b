//! What values are like, as far as decisions go.

use crate::Db;
use crate::items::{ItemKind, signature};
use crate::ty::{Builtin, Ownership, Ty, ownership};

/// An object that may come from outside the root.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ObjectType {
    /// A channel, or a view of one.
    Channel,
    /// A mutex or rwlock.
    Lock,
}

/// A field of a struct or tuple.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Part {
    /// What its values are like.
    pub kind: Kind,
    /// What object it names, if it names one.
    pub object: Option<ObjectType>,
}

/// What values of a type are like, as far as decisions go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An int: tried with small values.
    Int,
    /// A bool: tried with both.
    Bool,
    /// Another immutable value: the same wherever it is the same.
    Value,
    /// A channel, signal, lock, task, function, or a composite with one in it.
    Sync,
    /// A mutable list of such: its elements are followed.
    List,
    /// Another value that changes: nothing is known of it from one moment to the next.
    Owned,
}

/// What values of a type are made of, as far as questions about them depend on that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// One of so many variants.
    Variants(u32),
    /// Values under keys.
    Map,
    /// Another one.
    Other,
}

impl Form {
    /// What values of the type are made of.
    pub fn of(db: &dyn Db, ty: &Ty) -> Self {
        match ty {
            Ty::Builtin(Builtin::Option | Builtin::Result, _) => Self::Variants(2),
            Ty::Builtin(Builtin::Map, _) => Self::Map,
            Ty::Adt(item, _) => match signature(db, *item).as_enum() {
                Some(of) => Self::Variants(of.variants.len() as u32),
                None => Self::Other,
            },
            _ => Self::Other,
        }
    }

    /// How many variants there are.
    pub fn variants(self) -> u32 {
        match self {
            Self::Variants(count) => count,
            Self::Map | Self::Other => 0,
        }
    }
}

impl Kind {
    /// What values of the type are like. A type parameter may stand for any of them.
    pub fn of(db: &dyn Db, ty: &Ty) -> Self {
        match ty {
            Ty::Builtin(Builtin::Int, _) => Self::Int,
            Ty::Builtin(Builtin::Bool, _) => Self::Bool,
            Ty::Builtin(Builtin::MutableList, _) => match Self::of(db, &ty.arg(0)) {
                Self::Sync | Self::List => Self::List,
                _ => Self::Owned,
            },
            _ if holds_function(ty) => Self::Sync,
            _ => match ownership(db, ty) {
                Ownership::Value => Self::Value,
                Ownership::Sync => Self::Sync,
                Ownership::Owned if changes(db, ty) => Self::Owned,
                Ownership::Owned => Self::Sync,
            },
        }
    }

    /// Whether values may carry channels, locks or tasks, openly or as a function's captures.
    pub fn carries_objects(self) -> bool {
        matches!(self, Self::Sync | Self::List | Self::Owned)
    }

    /// Whether the objects in such values are followed.
    pub fn holds_objects(self) -> bool {
        matches!(self, Self::Sync | Self::List)
    }
}

impl ObjectType {
    /// What a value of the type names.
    pub fn of(ty: &Ty) -> Option<Self> {
        match ty.builtin()? {
            Builtin::Channel | Builtin::Sender | Builtin::Receiver => Some(Self::Channel),
            Builtin::Mutex | Builtin::Rwlock => Some(Self::Lock),
            _ => None,
        }
    }
}

impl Part {
    /// The fields of a type whose values stay as they are, if any of them names an object.
    pub fn all_of(db: &dyn Db, ty: &Ty) -> Vec<Self> {
        let part = |ty: &Ty| Self { kind: Kind::of(db, ty), object: ObjectType::of(ty) };
        let parts: Vec<Self> = match ty {
            Ty::Tuple(parts) => parts.iter().map(part).collect(),
            Ty::Adt(item, _) if item.kind(db) == ItemKind::Struct => {
                let fields = signature(db, *item).as_struct().map(|of| of.fields.iter());
                fields.into_iter().flatten().map(|field| part(&field.ty)).collect()
            }
            _ => Vec::new(),
        };
        let names_any = parts.iter().any(|part| part.object.is_some());
        if names_any { parts } else { Vec::new() }
    }
}

/// Whether values of the type change themselves, rather than hold others that may.
fn changes(db: &dyn Db, ty: &Ty) -> bool {
    match ty {
        Ty::Builtin(builtin, _) => builtin.ownership() == Ownership::Owned,
        Ty::Adt(item, _) => item.kind(db) == ItemKind::MutableStruct,
        _ => false,
    }
}

fn holds_function(ty: &Ty) -> bool {
    matches!(ty, Ty::Fn(_)) || ty.args().iter().any(holds_function)
}
