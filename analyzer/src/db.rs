//! The database: the inputs, and the one handle that every query takes.
//!
//! Files are interned by path in a concurrent map; a [`SourceFile`] is the salsa input behind a
//! path. The prelude is a file like any other, known to all. Which files form a package is said by
//! [`Database::set_package`]; a file in no package is a program of its own.

#![allow(missing_docs, reason = "salsa's macros write undocumented accessors")]

mod last_parses;
mod prepared;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use dashmap::{DashMap, DashSet};
use salsa::{Durability, Setter, Storage};
use weir_syntax::Parse;

use crate::package::{MANIFEST_NAME, Package, Packages, StandardModules};

use last_parses::LastParses;
use prepared::Prepared;

/// A file's text, by path.
#[salsa::input(debug)]
#[derive(PartialOrd, Ord)]
pub struct SourceFile {
    /// Where the file stands, as the caller named it; `prelude.weir` is the prelude's own.
    pub path: Arc<str>,
    /// The whole text.
    pub text: Arc<str>,
    /// What it holds.
    #[returns(copy)]
    pub kind: FileKind,
    /// The package that it belongs to.
    #[returns(copy)]
    pub package: Option<Package>,
}

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// A module: a program, or a part of one.
    Module,
    /// What the machine provides: the prelude or a standard module.
    Signatures,
    /// `weir.toml`
    Manifest,
}

/// What queries may ask of their database beyond salsa's own.
#[salsa::db]
pub trait Db: salsa::Database {
    /// The file that declares the prelude's types and functions.
    fn prelude(&self) -> SourceFile;

    /// The modules that every file may import.
    fn standard_modules(&self) -> &StandardModules;

    /// All packages.
    fn packages(&self) -> Packages;

    /// The items whose calls were walked since the last change.
    fn prepared(&self) -> &Prepared;

    /// The file's text, parsed; with less effort if it was parsed before.
    fn parse_text(&self, file: SourceFile) -> Parse;
}

/// The concrete database. Clones are snapshots that share storage; a write waits for them.
#[salsa::db]
#[derive(Clone)]
pub struct Database {
    storage: Storage<Self>,
    files: Arc<DashMap<Arc<str>, SourceFile>>,
    /// Those that nobody edits.
    at_rest: Arc<DashSet<SourceFile>>,
    last_parses: LastParses,
    prepared: Prepared,
    prelude: Option<SourceFile>,
    standard_modules: StandardModules,
    packages: Option<Packages>,
}

/// The prelude's path, as labels and `weir debug` show it.
pub const PRELUDE_PATH: &str = "prelude.weir";

/// The names of the queries that salsa ran, in order, for tests that assert incrementality.
#[derive(Clone, Default)]
pub struct QueryLog(Arc<Mutex<Vec<String>>>);

impl QueryLog {
    /// What ran since the last call, as `query(key)` texts.
    pub fn take(&self) -> Vec<String> {
        match self.0.lock() {
            Ok(mut log) => std::mem::take(&mut *log),
            Err(poisoned) => std::mem::take(&mut *poisoned.into_inner()),
        }
    }

    fn push(&self, entry: String) {
        if let Ok(mut log) = self.0.lock() {
            log.push(entry);
        }
    }
}

impl Default for Database {
    fn default() -> Self {
        Self::with_storage(Storage::default())
    }
}

impl Database {
    /// A database whose query executions are written to the returned log.
    pub fn with_query_log() -> (Self, QueryLog) {
        let log = QueryLog::default();
        let sink = log.clone();
        let storage = Storage::new(Some(Box::new(move |event: salsa::Event| {
            if let salsa::EventKind::WillExecute { database_key } = event.kind {
                sink.push(format!("{database_key:?}"));
            }
        })));
        (Self::with_storage(storage), log)
    }

    fn with_storage(storage: Storage<Self>) -> Self {
        let mut db = Self {
            storage,
            files: Arc::default(),
            at_rest: Arc::default(),
            last_parses: LastParses::default(),
            prepared: Prepared::default(),
            prelude: None,
            standard_modules: StandardModules::default(),
            packages: None,
        };
        let text = Arc::from(include_str!("../prelude/prelude.weir"));
        let file = SourceFile::builder(Arc::from(PRELUDE_PATH), text, FileKind::Signatures, None)
            .durability(Durability::NEVER_CHANGE)
            .new(&db);
        db.prelude = Some(file);
        db.standard_modules = StandardModules::new(&db);
        db.packages = Some(Packages::builder(Vec::new()).durability(Durability::HIGH).new(&db));
        db
    }

    /// Adds a file or replaces its text; an equal text changes nothing.
    pub fn set_file(&mut self, path: &str, text: &str) -> SourceFile {
        let Some(file) = self.file(path) else { return self.add(path, text, Durability::LOW) };
        if self.at_rest.remove(&file).is_some() || &**file.text(self) != text {
            self.replace(file, text, Durability::LOW);
        }
        file
    }

    /// The same for a file that nobody types in: after an edit of another one, what follows from such
    /// files alone is not asked whether it is what it was. The first `set_file` of its path takes that
    /// back, and then all that follows from it is derived once more. So it is for whom files are
    /// opened before they are edited.
    pub fn set_file_at_rest(&mut self, path: &str, text: &str) -> SourceFile {
        let Some(file) = self.file(path) else {
            let file = self.add(path, text, Durability::HIGH);
            self.at_rest.insert(file);
            return file;
        };
        if &**file.text(self) != text {
            let is_at_rest = self.at_rest.contains(&file);
            let durability = if is_at_rest { Durability::HIGH } else { Durability::LOW };
            self.replace(file, text, durability);
        }
        file
    }

    fn add(&mut self, path: &str, text: &str, durability: Durability) -> SourceFile {
        let path: Arc<str> = Arc::from(path);
        let file = SourceFile::builder(path.clone(), Arc::from(text), kind_of(&path), None)
            .durability(Durability::HIGH)
            .text_durability(durability)
            .new(self);
        self.files.insert(path, file);
        file
    }

    fn replace(&mut self, file: SourceFile, text: &str, durability: Durability) {
        file.set_text(self).with_durability(durability).to(Arc::from(text));
        // Writing has waited for all clones, so that nobody adds to it any more.
        self.prepared.edit(file);
    }

    /// Forgets the path. The input behind it and its facts stay in memory: salsa frees no input.
    pub fn remove_file(&mut self, path: &str) {
        if let Some((_, file)) = self.files.remove(path) {
            self.last_parses.remove(file);
            self.put_into(file, None);
        }
    }

    /// Says that a folder is a package: its manifest, and every `*.weir` in it by its path from
    /// there. What it said of that folder before is forgotten; an equal package changes nothing.
    pub fn set_package(
        &mut self,
        root: &str,
        manifest_file: SourceFile,
        files: BTreeMap<Arc<str>, SourceFile>,
    ) -> Package {
        let existing = self.package(root);
        let package = match existing {
            Some(package) => {
                self.release(package, |file| files.values().any(|kept| kept == file));
                if package.manifest_file(self) != manifest_file {
                    package
                        .set_manifest_file(self)
                        .with_durability(Durability::HIGH)
                        .to(manifest_file);
                }
                if *package.files(self) != files {
                    package.set_files(self).with_durability(Durability::HIGH).to(files);
                }
                self.prepared.clear();
                package
            }
            None => {
                let package = Package::builder(Arc::from(root), manifest_file, files)
                    .durability(Durability::HIGH)
                    .new(self);
                self.keep_packages(|all| all.push(package));
                package
            }
        };
        let files: Vec<SourceFile> = package.files(self).values().copied().collect();
        for file in files.into_iter().chain([manifest_file]) {
            self.put_into(file, Some(package));
        }
        package
    }

    /// Says which further files of a package there are, and why they cannot be read.
    pub fn set_unreadable(&mut self, package: Package, files: BTreeMap<Arc<str>, Arc<str>>) {
        if *package.unreadable(self) != files {
            package.set_unreadable(self).with_durability(Durability::HIGH).to(files);
        }
    }

    /// Says that a folder is no package any more: its files are programs of their own.
    pub fn remove_package(&mut self, root: &str) {
        if let Some(package) = self.package(root) {
            self.release(package, |_| false);
            self.keep_packages(|all| all.retain(|known| *known != package));
        }
    }

    /// The package in that folder.
    pub fn package(&self, root: &str) -> Option<Package> {
        let all = Db::packages(self).all(self);
        all.iter().copied().find(|package| &**package.root(self) == root)
    }

    fn keep_packages(&mut self, change: impl FnOnce(&mut Vec<Package>)) {
        let packages = Db::packages(self);
        let mut all = packages.all(self).clone();
        change(&mut all);
        all.sort_by_key(|package| package.root(self).clone());
        packages.set_all(self).with_durability(Durability::HIGH).to(all);
        self.prepared.clear();
    }

    /// Takes a package's files out of it, but for those that stay.
    fn release(&mut self, package: Package, stays: impl Fn(&SourceFile) -> bool) {
        let files: Vec<SourceFile> = package.files(self).values().copied().collect();
        for file in files.into_iter().chain([package.manifest_file(self)]) {
            if !stays(&file) && file.package(self) == Some(package) {
                self.put_into(file, None);
            }
        }
    }

    fn put_into(&mut self, file: SourceFile, package: Option<Package>) {
        if file.package(self) != package {
            file.set_package(self).with_durability(Durability::HIGH).to(package);
            self.prepared.clear();
        }
    }

    /// Forgets the bodies that were not used for long, as an edit does. Whoever analyses many
    /// files from nothing says so from time to time; it waits for all clones to go.
    pub fn forget_bodies(&mut self) {
        salsa::Database::trigger_lru_eviction(self);
    }

    /// The file at `path`, if it was added.
    pub fn file(&self, path: &str) -> Option<SourceFile> {
        self.files.get(path).map(|entry| *entry)
    }
}

#[salsa::db]
impl salsa::Database for Database {}

#[salsa::db]
impl Db for Database {
    fn prelude(&self) -> SourceFile {
        // Set by the only constructor, before any query can run.
        self.prelude.unwrap_or_else(|| unreachable!("a database has its prelude"))
    }

    fn standard_modules(&self) -> &StandardModules {
        &self.standard_modules
    }

    fn packages(&self) -> Packages {
        self.packages.unwrap_or_else(|| unreachable!("a database has its packages"))
    }

    fn prepared(&self) -> &Prepared {
        &self.prepared
    }

    fn parse_text(&self, file: SourceFile) -> Parse {
        let text = file.text(self);
        let parse = match file.kind(self) {
            FileKind::Signatures => weir_syntax::parse_signatures,
            FileKind::Module => weir_syntax::parse,
            // No Weir; what is wrong with it, `manifest` knows.
            FileKind::Manifest => return weir_syntax::parse(""),
        };
        self.last_parses.parse(file, text, || parse(text))
    }
}

fn kind_of(path: &str) -> FileKind {
    match path.rsplit(['/', '\\']).next() == Some(MANIFEST_NAME) {
        true => FileKind::Manifest,
        false => FileKind::Module,
    }
}

/// The file's tree and its syntax errors. Never compared: a text change is a new tree, and
/// [`crate::items::file_items`] is the firewall behind which only real changes count.
#[salsa::tracked(no_eq, lru = 128)]
pub fn parse(db: &dyn Db, file: SourceFile) -> Parse {
    db.parse_text(file)
}
