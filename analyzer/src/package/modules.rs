//! A package's modules, and which module a dotted path means.
//!
//! A path means the package's own module, else a standard one. So a module that a later version of
//! Weir adds changes no program that has one of that name already.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Package, manifest_of};
use crate::{Db, Name, SourceFile};

/// Where a package's modules are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFolder {
    /// The folder from the package's own, without `/` at its ends; empty for the package's own.
    pub path: Name,
    /// Whether no file stands below it.
    pub holds_nothing: bool,
}

/// A package's modules by their dotted paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Modules {
    by_path: BTreeMap<Name, SourceFile>,
}

/// What a dotted path means to a file that imports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModuleLookup {
    /// That module.
    Found(SourceFile),
    /// A module of the package whose file cannot be read.
    Unreadable,
    /// Nothing.
    Missing,
}

impl Modules {
    /// The module of that path.
    pub fn get(&self, path: &str) -> Option<SourceFile> {
        self.by_path.get(path).copied()
    }

    /// All of them, in the order of their paths.
    pub fn iter(&self) -> impl Iterator<Item = (&Name, SourceFile)> {
        self.by_path.iter().map(|(path, file)| (path, *file))
    }
}

/// The package's name, as its manifest gives it.
#[salsa::tracked]
pub fn package_name(db: &dyn Db, package: Package) -> Option<Name> {
    let manifest = manifest_of(db, package.manifest_file(db));
    manifest.name.as_ref().map(|name| Name::from(&name.text))
}

/// The folder that the manifest names; else `src`, if there is one, or the package's own.
#[salsa::tracked]
pub fn source_folder(db: &dyn Db, package: Package) -> SourceFolder {
    let files = || package.files(db).keys().chain(package.unreadable(db).keys());
    let holds = |folder: &str| files().any(|path| below(path, folder).is_some());
    let named = manifest_of(db, package.manifest_file(db)).source.as_ref();
    let path = match named {
        Some(source) => source.text.as_str(),
        None if holds("src") => "src",
        None => "",
    };
    SourceFolder { path: path.into(), holds_nothing: !holds(path) }
}

/// The package's modules. A file whose path is none that an import could write is left out.
#[salsa::tracked]
pub fn modules_of(db: &dyn Db, package: Package) -> Modules {
    let folder = &source_folder(db, package).path;
    let paths = package.files(db).iter();
    let named = paths.filter_map(|(path, file)| Some((module_name(below(path, folder)?)?, *file)));
    Modules { by_path: named.collect() }
}

/// The dotted path by which its package imports a file.
pub fn module_path(db: &dyn Db, file: SourceFile) -> Option<Name> {
    let Some(package) = file.package(db) else {
        return db.standard_modules().name_of(file).map(Name::from);
    };
    let modules = modules_of(db, package);
    modules.iter().find(|(_, module)| *module == file).map(|(path, _)| path.clone())
}

/// What a dotted path means in a file.
pub fn find_module(db: &dyn Db, from: SourceFile, path: &str) -> ModuleLookup {
    let own = from.package(db).and_then(|package| modules_of(db, package).get(path));
    let standard = || db.standard_modules().find(path);
    match own {
        Some(file) => ModuleLookup::Found(file),
        None if why_unreadable(db, from, path).is_some() => ModuleLookup::Unreadable,
        None => standard().map_or(ModuleLookup::Missing, ModuleLookup::Found),
    }
}

/// Why the file of a module that a file's package has cannot be read.
pub fn why_unreadable(db: &dyn Db, from: SourceFile, path: &str) -> Option<Arc<str>> {
    let package = from.package(db)?;
    let folder = &source_folder(db, package).path;
    let is_it = |file| below(file, folder).and_then(module_name).as_deref() == Some(path);
    let (_, why) = package.unreadable(db).iter().find(|(file, _)| is_it(file))?;
    Some(why.clone())
}

/// Why no import can reach a file of a package's source folder, or not what its writer may expect.
pub fn misnaming(db: &dyn Db, file: SourceFile) -> Option<(String, String)> {
    let package = file.package(db)?;
    let files = package.files(db).iter();
    let (path, _) = files.into_iter().find(|(_, of)| **of == file)?;
    let below = below(path, &source_folder(db, package).path)?;
    let Some(name) = module_name(below) else {
        let part = below.trim_end_matches(EXTENSION).split('/').find(|part| !is_module_name(part));
        let part = part.unwrap_or(below);
        let message = format!("`{part}` is no name, so no module can import this file");
        return Some((message, "rename it: letters, digits and `_`, and no keyword".to_owned()));
    };
    db.standard_modules().find(&name)?;
    let message = format!("this module hides the standard module `{name}` from its package");
    Some((message, format!("rename the file: `import {name}` means it, not the standard module")))
}

/// Whether a module may be called so.
pub fn is_module_name(name: &str) -> bool {
    weir_syntax::keywords::is_name(name)
}

const EXTENSION: &str = ".weir";

/// `text/tables.weir` to `text.tables`.
fn module_name(path: &str) -> Option<Name> {
    let stem = path.strip_suffix(EXTENSION)?;
    let parts: Vec<&str> = stem.split('/').collect();
    parts.iter().all(|part| is_module_name(part)).then(|| parts.join(".").into())
}

/// The rest of a path that is below a folder.
fn below<'p>(path: &'p Arc<str>, folder: &str) -> Option<&'p str> {
    match folder {
        "" => Some(path),
        folder => path.strip_prefix(folder)?.strip_prefix('/'),
    }
}
