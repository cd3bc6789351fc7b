//! The packages that open documents are in, as the disk has them.
//!
//! A package is read when a document of it is opened, and again when files of it came or went. What
//! the editor has open counts instead of what is on the disk, be it there or not. Invariant: of a
//! package that was read, a file is in the database if it is open, or was on the disk at that time.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use weir_analyzer::package::MANIFEST_NAME;
use weir_analyzer::{Database, SourceFile};

use crate::workspace::packages::{files_of, is_manifest, is_module, nearest};
use crate::workspace::read;

/// The folders that were read as packages.
#[derive(Debug, Default)]
pub(super) struct Folders {
    roots: BTreeSet<PathBuf>,
}

impl Folders {
    /// Reads the package around each open document, unless that was done.
    pub(super) fn open(&mut self, db: &mut Database, open: &BTreeSet<PathBuf>) {
        for path in open {
            let Some(root) = nearest(path) else { continue };
            let package = file_at(db, path).and_then(|file| file.package(db));
            if package.is_none_or(|package| **package.root(db) != *key(root)) {
                self.read(db, root, open);
            }
        }
    }

    /// Takes in that a document was closed: what the disk has counts again.
    pub(super) fn close(&mut self, db: &mut Database, closed: &Path, open: &BTreeSet<PathBuf>) {
        match self.roots_around(closed).pop() {
            Some(root) => self.read(db, &root, open),
            None => db.remove_file(&key(closed)),
        }
    }

    /// Takes in that files on the disk changed, came or went.
    pub(super) fn changed(
        &mut self,
        db: &mut Database,
        paths: &[PathBuf],
        open: &BTreeSet<PathBuf>,
    ) {
        let mut stale = BTreeSet::new();
        for path in paths {
            let is_known = file_at(db, path).is_some_and(|file| file.package(db).is_some());
            match is_known && path.is_file() {
                true => drop(present(db, path, open)),
                false => stale.extend(self.roots_around(path)),
            }
        }
        stale.iter().for_each(|root| self.read(db, root, open));
        self.open(db, open);
    }

    /// The manifests of all packages.
    pub(super) fn manifests(&self) -> BTreeSet<PathBuf> {
        self.roots.iter().map(|root| root.join(MANIFEST_NAME)).collect()
    }

    /// The packages that a path is in, the outermost first.
    fn roots_around(&self, path: &Path) -> Vec<PathBuf> {
        self.roots.iter().filter(|root| path.starts_with(root)).cloned().collect()
    }

    /// Reads a package, or forgets it when it has no manifest any more.
    fn read(&mut self, db: &mut Database, root: &Path, open: &BTreeSet<PathBuf>) {
        let before = files_before(db, root);
        match present(db, &root.join(MANIFEST_NAME), open) {
            Some(manifest) => {
                let (files, unreadable) = files_now(db, root, open);
                let package = db.set_package(&key(root), manifest, files);
                db.set_unreadable(package, unreadable);
                self.roots.insert(root.to_owned());
            }
            None => {
                db.remove_package(&key(root));
                self.roots.remove(root);
            }
        }
        for file in before {
            let path = PathBuf::from(&**file.path(db));
            if file.package(db).is_none() && !open.contains(&path) {
                db.remove_file(&key(&path));
            }
        }
    }
}

fn files_before(db: &Database, root: &Path) -> Vec<SourceFile> {
    let package = db.package(&key(root)).into_iter();
    let files = package
        .flat_map(|package| package.files(db).values().copied().chain([package.manifest_file(db)]));
    files.collect()
}

/// The files of a package by their paths from its folder, and why the others cannot be read.
type Files = (BTreeMap<Arc<str>, SourceFile>, BTreeMap<Arc<str>, Arc<str>>);

/// What is on the disk, and what is open and not saved yet.
fn files_now(db: &mut Database, root: &Path, open: &BTreeSet<PathBuf>) -> Files {
    // A folder that cannot be read is one without files: what is open in it still counts.
    let on_disk = files_of(root).unwrap_or_default();
    let is_own = |path: &&PathBuf| is_module(path) && nearest(path) == Some(root);
    let unsaved = open
        .iter()
        .filter(is_own)
        .filter_map(|path| Some(path.strip_prefix(root).ok()?.to_string_lossy().into_owned()));
    let inside: BTreeSet<String> = on_disk.into_iter().chain(unsaved).collect();
    let (mut files, mut unreadable) = Files::default();
    for inside in inside {
        let path = root.join(&inside);
        match present(db, &path, open) {
            Some(file) => drop(files.insert(Arc::from(inside), file)),
            None => {
                let why = read::file(&path).err().map(|why| Arc::from(why.to_string()));
                unreadable.extend(why.map(|why| (Arc::from(inside), why)));
            }
        }
    }
    (files, unreadable)
}

/// The file with the text that counts: the editor's if it is open, else the disk's.
fn present(db: &mut Database, path: &Path, open: &BTreeSet<PathBuf>) -> Option<SourceFile> {
    if open.contains(path) {
        return file_at(db, path);
    }
    let source = read::file(path).ok()?;
    Some(db.set_file_at_rest(&key(path), &source.text))
}

fn file_at(db: &Database, path: &Path) -> Option<SourceFile> {
    db.file(&key(path))
}

/// How the database writes a path.
fn key(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Whether packages care about a file on the disk.
pub(super) fn is_of_packages(path: &Path) -> bool {
    is_module(path) || is_manifest(path)
}
