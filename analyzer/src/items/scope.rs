//! The names a module sees at its top level.
//!
//! Built from item names alone, so that no body and no signature edit re-runs it.

use indexmap::IndexMap;
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::{Imported, ItemId, ItemKind, file_items, imports, is_public};
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
    /// An imported module.
    Module(SourceFile),
    /// What an import that was reported would have bound.
    Failed,
}

impl Resolution {
    fn is_visible(&self, db: &dyn Db, file: SourceFile) -> bool {
        match self {
            Self::Value(items) => items.first().is_some_and(|first| is_visible(db, file, *first)),
            Self::Type(item) | Self::Builtin(_, item) => is_visible(db, file, *item),
            Self::Module(_) | Self::Failed => true,
        }
    }
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
    let mut tests: FxHashMap<Name, ItemId> = FxHashMap::default();
    for item in file_items(db, file).ids(db) {
        let kind = item.kind(db);
        if item.parent(db).is_some() || kind == ItemKind::Import {
            continue;
        }
        let name = item.name(db);
        if kind == ItemKind::Test {
            // Nothing names a test but the command line.
            let first = *tests.entry(name).or_insert(item);
            scope.duplicates.extend((first != item).then_some((first, item)));
            continue;
        }
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

/// The names that every module sees without importing them.
pub fn prelude_scope(db: &dyn Db) -> &ModuleScope {
    module_scope(db, db.prelude())
}

/// What a name means at the top level of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Meaning {
    value: Option<Resolution>,
    ty: Option<Resolution>,
}

/// Asked name by name: a declaration more in a module re-runs nobody who names something else.
#[salsa::tracked]
fn meaning(db: &dyn Db, file: SourceFile, name: Name) -> Meaning {
    Meaning { value: value_named(db, file, &name), ty: type_named(db, file, &name) }
}

/// What `name` means as a value in `file`, locals aside: what the file declares, else what it
/// imports, else the prelude's. Where no value has the name, a struct or enum stands for itself.
pub fn resolve_value<'db>(
    db: &'db dyn Db,
    file: SourceFile,
    name: &str,
) -> Option<&'db Resolution> {
    meaning(db, file, name.into()).value.as_ref()
}

/// What `name` means as a type in `file`.
pub fn resolve_type_name<'db>(
    db: &'db dyn Db,
    file: SourceFile,
    name: &str,
) -> Option<&'db Resolution> {
    meaning(db, file, name.into()).ty.as_ref()
}

/// The constant or tasklocal that a name means at the top level of a file.
pub fn constant_named(db: &dyn Db, file: SourceFile, name: &str) -> Option<ItemId> {
    constants_seen(db, file).get(name).copied()
}

/// All of them. Names of locals are looked up here, most of which mean nothing at the top level: to
/// remember that of each by itself would take more room than it saves work.
#[salsa::tracked]
fn constants_seen(db: &dyn Db, file: SourceFile) -> FxHashMap<Name, ItemId> {
    let mut seen = match file == db.prelude() {
        true => FxHashMap::default(),
        false => constants_seen(db, db.prelude()).clone(),
    };
    seen.retain(|_, item| is_visible(db, file, *item));
    let mut see = |name: &Name, means: Option<ItemId>| {
        let is_constant =
            |item: &ItemId| matches!(item.kind(db), ItemKind::Const | ItemKind::TaskLocal);
        match means.filter(is_constant) {
            Some(item) => seen.insert(name.clone(), item),
            None => seen.remove(name),
        };
    };
    for binding in imports(db, file).bindings() {
        match &binding.means {
            Imported::Declared { values, .. } => see(&binding.name, values.first().copied()),
            Imported::Module(_) | Imported::Failed => see(&binding.name, None),
        }
    }
    let own = module_scope(db, file);
    own.type_names().for_each(|name| see(name, None));
    own.value_names().for_each(|name| see(name, own.values(name).first().copied()));
    seen
}

fn value_named(db: &dyn Db, file: SourceFile, name: &str) -> Option<Resolution> {
    let own = module_scope(db, file);
    let values = match (own.values(name), imports(db, file).get(name)) {
        ([], Some(Imported::Declared { values, .. })) => values,
        (values, _) => values,
    };
    if !values.is_empty() {
        return Some(Resolution::Value(values.to_vec()));
    }
    own.ty(name)
        .map(|item| type_resolution(db, item))
        .or_else(|| imported_type(db, file, name))
        .or_else(|| {
            declared(db, prelude_scope(db), name).filter(|found| found.is_visible(db, file))
        })
}

fn type_named(db: &dyn Db, file: SourceFile, name: &str) -> Option<Resolution> {
    let own = || module_scope(db, file).ty(name).map(|item| type_resolution(db, item));
    let imported = || imported_type(db, file, name);
    let prelude = || {
        let item = prelude_scope(db).ty(name).filter(|item| is_visible(db, file, *item))?;
        Some(type_resolution(db, item))
    };
    own().or_else(imported).or_else(prelude)
}

fn imported_type(db: &dyn Db, file: SourceFile, name: &str) -> Option<Resolution> {
    match imports(db, file).get(name)? {
        Imported::Module(module) => Some(Resolution::Module(*module)),
        Imported::Declared { ty, .. } => ty.map(|item| type_resolution(db, item)),
        Imported::Failed => Some(Resolution::Failed),
    }
}

/// What a module declares for others as a value, or as a type if there is no such value.
pub fn declared_in(db: &dyn Db, module: SourceFile, name: &str) -> Option<Resolution> {
    is_public(name).then(|| declared(db, module_scope(db, module), name)).flatten()
}

/// The type that a module declares for others.
pub fn declared_type_in(db: &dyn Db, module: SourceFile, name: &str) -> Option<ItemId> {
    module_scope(db, module).ty(name).filter(|_| is_public(name))
}

fn declared(db: &dyn Db, scope: &ModuleScope, name: &str) -> Option<Resolution> {
    match scope.values(name) {
        [] => scope.ty(name).map(|item| type_resolution(db, item)),
        values => Some(Resolution::Value(values.to_vec())),
    }
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

/// An item's name as it is told apart in another file's listing: with its module's path, if it is
/// not of `from` itself.
pub fn name_from(db: &dyn Db, from: SourceFile, item: ItemId) -> String {
    if item.file(db) != from {
        return qualified_name(db, item);
    }
    match item.parent(db) {
        Some(parent) => format!("{}.{}", parent.name(db), item.name(db)),
        None => item.name(db).to_string(),
    }
}

fn type_resolution(db: &dyn Db, item: ItemId) -> Resolution {
    match Builtin::from_name(&item.name(db)) {
        Some(builtin) if item.file(db) == db.prelude() => Resolution::Builtin(builtin, item),
        _ => Resolution::Type(item),
    }
}
