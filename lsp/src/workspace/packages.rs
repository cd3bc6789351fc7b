//! Packages on the disk: which folder is one, and which files it has.
//!
//! A folder with a `weir.toml` is a package. A file belongs to the nearest one above it, so a
//! package further in has its files for itself.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use weir_analyzer::package::MANIFEST_NAME;

/// The folder of the package that a file or folder is in, with all links resolved.
pub(crate) fn enclosing(path: &Path) -> Option<PathBuf> {
    nearest(&resolved(path)?).map(Path::to_owned)
}

/// The nearest folder with a manifest, going by the path as it is written.
pub(crate) fn nearest(path: &Path) -> Option<&Path> {
    path.ancestors().find(|folder| folder.join(MANIFEST_NAME).is_file())
}

/// The path without links and detours; of a file that does not exist yet, by its folder.
pub(crate) fn resolved(path: &Path) -> Option<PathBuf> {
    let of_folder = || {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = fs::canonicalize(folder.unwrap_or(Path::new("."))).ok()?;
        Some(folder.join(path.file_name()?))
    };
    fs::canonicalize(path).ok().or_else(of_folder)
}

/// A folder as someone in the working folder would write it: `src`, `../..`, or else in full; empty
/// for the working folder itself.
pub(crate) fn from_here(folder: &Path) -> PathBuf {
    let here = std::env::current_dir().and_then(fs::canonicalize).unwrap_or_default();
    if let Ok(down) = folder.strip_prefix(&here) {
        return down.to_owned();
    }
    match here.strip_prefix(folder) {
        Ok(up) => up.components().map(|_| Path::new("..")).collect(),
        Err(_) => folder.to_owned(),
    }
}

/// The files that a package has, by their paths from its folder, in the order of names.
pub(crate) fn files_of(root: &Path) -> io::Result<Vec<String>> {
    let mut files = Vec::new();
    walk(root, Packages::Own, &mut |path| {
        let inside = path.strip_prefix(root).unwrap_or(path);
        if is_module(path) {
            files.push(inside.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/"));
        }
    })?;
    Ok(files)
}

/// Whether a walk goes into packages below the folder where it began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packages {
    /// Into none.
    Own,
    /// Into all.
    All,
}

/// Every `*.weir` and `weir.toml` below a folder, in the order of names, without what is hidden.
/// Links to folders are not followed, so that a circle of them is no circle here.
pub(crate) fn walk(
    folder: &Path,
    packages: Packages,
    visit: &mut dyn FnMut(&Path),
) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (path, kind) = (entry.path(), entry.file_type()?);
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        if kind.is_dir() {
            if packages == Packages::All || !path.join(MANIFEST_NAME).is_file() {
                walk(&path, packages, visit)?;
            }
        } else if (is_module(&path) || is_manifest(&path)) && path.is_file() {
            visit(&path);
        }
    }
    Ok(())
}

/// Whether it is named as a module is.
pub(crate) fn is_module(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "weir")
}

/// Whether it is named as a manifest is.
pub(crate) fn is_manifest(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == MANIFEST_NAME)
}
