//! Packages: which files belong together, and the modules they are.
//!
//! **Nouns.** A *package* is a folder with a `weir.toml`, its *manifest*. A *module* is a file of
//! the package below its source folder, named by a dotted path: `src/text/tables.weir` is
//! `text.tables`. A *standard module* belongs to no package and is there for all. A file in no
//! package is a program of its own.
//!
//! Whoever reads the disk says which files a package has ([`crate::Database::set_package`]); which
//! of them are modules follows here, by queries, so that an edit of the manifest is an edit like
//! any other. What this is not: it opens no file and knows paths as texts alone.
//!
//! **Invariant.** No result holds a position of the manifest but [`manifest_of`], and of its readers
//! only those that make diagnostics keep them.

#![allow(missing_docs, reason = "salsa's macros write undocumented accessors")]

mod manifest;
mod modules;
mod standard;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::SourceFile;

pub use manifest::{Entry, Manifest, Mistake, Spelled, manifest_mistakes, manifest_of};
pub use modules::{
    ModuleLookup, Modules, SourceFolder, find_module, is_module_name, misnaming, module_path,
    modules_of, package_name, source_folder, why_unreadable,
};
pub use standard::{STANDARD_MODULES, StandardModules};

/// The name of every manifest.
pub const MANIFEST_NAME: &str = "weir.toml";

/// A folder with a manifest, and what is below it.
#[salsa::input(debug)]
#[derive(PartialOrd, Ord)]
pub struct Package {
    /// The folder, as the caller named it.
    pub root: Arc<str>,
    /// `weir.toml`
    #[returns(copy)]
    pub manifest_file: SourceFile,
    /// Every `*.weir` below the folder, by its path from there with `/` between the parts; without
    /// what belongs to a package further in.
    pub files: BTreeMap<Arc<str>, SourceFile>,
    /// Every other `*.weir` there, by its path, and why it cannot be read.
    #[default]
    pub unreadable: BTreeMap<Arc<str>, Arc<str>>,
}

/// All packages that the database was given.
#[salsa::input(debug)]
pub struct Packages {
    /// In the order of their folders' names.
    pub all: Vec<Package>,
}
