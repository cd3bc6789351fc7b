//! What a file declares: the firewall between its tree and everything else.
//!
//! **Nouns.** An [`ItemId`] names a declaration by file, kind, name and parent, whatever its
//! position; methods are items of their own. An item's *syntax* is its subtree; a [`NodeIndex`]
//! counts that subtree's nodes in preorder. Nodes hold no trivia, so neither moving an item nor a
//! comment inside it changes any index.
//!
//! **Invariant.** [`file_items`] alone reads [`parse`]; each item's syntax is a tracked field that
//! is compared without trivia. A comment edit therefore re-runs `parse` and `file_items` and
//! nothing else; an edit inside one body re-runs the queries of that item (and of the type around
//! a method, up to its unchanged signature).

#![allow(missing_docs, reason = "salsa's macros write undocumented accessors")]

mod bounds;
mod circle;
mod endless;
mod import;
mod nodes;
mod order;
mod scope;
mod signature;
mod syntax;
mod types;

use crate::{Db, Name, SourceFile};

pub use bounds::{Obligation, check_bounds, is_ordered, unmet};
pub use circle::Circles;
pub(crate) use endless::check as endless_types;
pub use import::{Binding, Imported, Imports, imported_modules, imports, is_public};
pub(crate) use import::{importable, module_by_full_path, undeclared_in};
pub use nodes::node_at;
pub use order::{components, dependencies_first};
pub use scope::{
    ModuleScope, Resolution, builtin_item, constant_named, declared_in, declared_type_in,
    is_visible, module_scope, name_from, prelude_scope, qualified_name, resolve_type_name,
    resolve_value,
};
pub use signature::{
    Bound, EnumSignature, FieldSignature, FnSignature, LoweredSignature, ParamSignature, Signature,
    StructSignature, TypeParamSignature, VariantSignature, lowered_signature, methods, signature,
};
pub use syntax::{FileItems, ItemNode, ItemSyntax, file_items, item_syntax, located_items};
pub(crate) use types::wrong_type_args;
pub use types::{TypeLowering, prepare_aliases};

use nodes::NodeIndices;

/// A declaration, named by what it is rather than where it stands. Lives for good.
#[salsa::interned(unsafe(no_lifetime), revisions = usize::MAX, debug)]
#[derive(PartialOrd, Ord)]
pub struct ItemId {
    /// The file.
    #[returns(copy)]
    pub file: SourceFile,
    /// The type that a method belongs to.
    #[returns(copy)]
    pub parent: Option<ItemId>,
    /// What it is.
    #[returns(copy)]
    pub kind: ItemKind,
    /// Its name; a test's title.
    #[returns(clone)]
    pub name: Name,
    /// 0 for the first declaration of that kind and name in its place, 1 for the second, …
    #[returns(copy)]
    pub duplicate: u32,
}

impl ItemId {
    /// Whether a program may start with it.
    pub fn is_main(self, db: &dyn Db) -> bool {
        self.kind(db) == ItemKind::Fn && self.parent(db).is_none() && self.name(db) == "main"
    }
}

/// What a declaration is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ItemKind {
    /// `fn`, also as a method.
    Fn,
    /// `struct`
    Struct,
    /// `mutable struct`
    MutableStruct,
    /// `enum`
    Enum,
    /// `type`
    TypeAlias,
    /// `const`
    Const,
    /// `tasklocal`
    TaskLocal,
    /// `test`
    Test,
    /// `import` and `from … import`
    Import,
}

impl ItemKind {
    /// Whether it is lowered to Hir: a struct for its fields' defaults.
    pub fn has_body(self) -> bool {
        use ItemKind::*;
        matches!(self, Fn | Const | TaskLocal | Test | Struct | MutableStruct)
    }

    /// Whether it stands in the type namespace.
    pub fn is_type(self) -> bool {
        matches!(self, Self::Struct | Self::MutableStruct | Self::Enum | Self::TypeAlias)
    }
}

/// A node of an item's syntax, counted in preorder; 0 is the item's own node.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeIndex(pub u32);

impl NodeIndex {
    /// The item's own node.
    pub const ITEM: Self = Self(0);
}

impl std::fmt::Debug for NodeIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{}", self.0)
    }
}
