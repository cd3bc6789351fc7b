//! The names a module sees at its top level.
//!
//! Built from item names alone, so that no body and no signature edit re-runs it.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use weir_syntax::ast::{self, AstNode};

use super::{ItemId, ItemKind, file_items, item_syntax};
use crate::package::module_path;
use crate::ty::Builtin;
use crate::{Db, FileKind, Name, SourceFile};

type Names<T> = IndexMap<Name, T, FxBuildHasher>;

/// The names a file declares, types and values apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModuleScope {
    types: Names<ItemId>,
    values: Names<Vec<ItemId>>,
    duplicates: Vec<(ItemId, ItemId)>,
    imported: Vec<Name>,
}

/// What a name at the top level means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// A value: a function (its overloads, in the prelude), constant or tasklocal.
    Value(Vec<ItemId>),
    /// A type of the program.
    Type(ItemId),
    /// A type of the prelude.
    Builtin(Builtin, ItemId),
}

impl ModuleScope {
    /// The type of that name.
    pub fn ty(&self, name: &str) -> Option<ItemId> {
        self.types.get(name).copied()
    }

    /// The values of that name: one, or the overloads of a prelude function.
    pub fn values(&self, name: &str) -> &[ItemId] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    /// Second declarations, each with the first.
    pub fn duplicates(&self) -> &[(ItemId, ItemId)] {
        &self.duplicates
    }

    /// Whether an import binds the name.
    pub fn is_imported(&self, name: &str) -> bool {
        self.imported.iter().any(|imported| imported == name)
    }

    /// All names of values, in the order of the text.
    pub fn value_names(&self) -> impl Iterator<Item = &Name> {
        self.values.keys()
    }

    /// All names of types, in the order of the text.
    pub fn type_names(&self) -> impl Iterator<Item = &Name> {
        self.types.keys()
    }
}

/// The names that `file` itself declares.
#[salsa::tracked]
pub fn module_scope(db: &dyn Db, file: SourceFile) -> ModuleScope {
    let has_overloads = file.kind(db) == FileKind::Signatures;
    let mut scope = ModuleScope::default();
    for item in file_items(db, file).ids(db) {
        let kind = item.kind(db);
        if kind == ItemKind::Import {
            scope.imported.extend(imported_names(db, item).iter().cloned());
        }
        if item.parent(db).is_some() || matches!(kind, ItemKind::Test | ItemKind::Import) {
            continue;
        }
        let name = item.name(db);
        if name.is_empty() {
            continue;
        }
        let first = if kind.is_type() {
            *scope.types.entry(name).or_insert(item)
        } else {
            let values = scope.values.entry(name).or_default();
            if values.is_empty() || has_overloads {
                values.push(item);
            }
            values[0]
        };
        if first != item && !has_overloads {
            scope.duplicates.push((first, item));
        }
    }
    scope
}

/// The names that an import binds.
#[salsa::tracked]
fn imported_names(db: &dyn Db, item: ItemId) -> Vec<Name> {
    let Some(syntax) = item_syntax(db, item) else { return Vec::new() };
    let renamed = |rename: Option<ast::Rename>| Some(rename?.name()?.text());
    let names: Vec<Option<String>> = match ast::Item::cast(syntax.node()) {
        Some(ast::Item::Import(of)) => {
            let last = of.module_path().and_then(|path| path.segments().last());
            vec![renamed(of.rename()).or_else(|| last.map(|name| name.text()))]
        }
        Some(ast::Item::FromImport(of)) => of
            .import_names()
            .map(|import| {
                renamed(import.rename()).or_else(|| import.name_ref().map(|name| name.text()))
            })
            .collect(),
        _ => Vec::new(),
    };
    names.into_iter().flatten().map(Name::from).collect()
}

/// The names that every module sees without importing them.
pub fn prelude_scope(db: &dyn Db) -> &ModuleScope {
    module_scope(db, db.prelude())
}

/// What `name` means as a value in `file`, locals aside: the file's own, else the prelude's; a
/// struct's or enum's name as a value is the type itself.
pub fn resolve_value(db: &dyn Db, file: SourceFile, name: &str) -> Option<Resolution> {
    for scope in [module_scope(db, file), prelude_scope(db)] {
        let values = scope.values(name);
        if values.first().is_some_and(|first| is_visible(db, file, *first)) {
            return Some(Resolution::Value(values.to_vec()));
        }
        if let Some(item) = scope.ty(name).filter(|item| is_visible(db, file, *item)) {
            return Some(type_resolution(db, item));
        }
    }
    None
}

/// What `name` means as a type in `file`.
pub fn resolve_type_name(db: &dyn Db, file: SourceFile, name: &str) -> Option<Resolution> {
    [module_scope(db, file), prelude_scope(db)]
        .into_iter()
        .find_map(|scope| scope.ty(name))
        .filter(|item| is_visible(db, file, *item))
        .map(|item| type_resolution(db, item))
}

/// An item's name with what it is found in: `print`, `channel.send`, `math.sqrt`. The prelude and
/// a file that nobody can import have no names of their own.
pub fn qualified_name(db: &dyn Db, item: ItemId) -> String {
    let module = module_path(db, item.file(db));
    let parent = item.parent(db).map(|parent| parent.name(db));
    let parts = module.into_iter().chain(parent).chain([item.name(db)]);
    parts.collect::<Vec<_>>().join(".")
}

/// Whether `file` may name the item: signature files keep what begins with `_` to themselves, and
/// the types of parameters alone to one another.
pub fn is_visible(db: &dyn Db, file: SourceFile, item: ItemId) -> bool {
    let own = item.file(db);
    if own == file || own.kind(db) != FileKind::Signatures {
        return true;
    }
    let name = item.name(db);
    let is_for_signatures = own == db.prelude()
        && item.kind(db).is_type()
        && Builtin::from_name(&name).is_some_and(Builtin::is_for_signatures);
    !name.starts_with('_') && (!is_for_signatures || file.kind(db) == FileKind::Signatures)
}

/// The prelude's item for a builtin type, which holds its methods.
pub fn builtin_item(db: &dyn Db, builtin: Builtin) -> Option<ItemId> {
    prelude_scope(db).ty(builtin.name())
}

fn type_resolution(db: &dyn Db, item: ItemId) -> Resolution {
    match Builtin::from_name(&item.name(db)) {
        Some(builtin) if item.file(db) == db.prelude() => Resolution::Builtin(builtin, item),
        _ => Resolution::Type(item),
    }
}
