//! Packages on the disk: which folder is one, and which files it has.
//!
//! A folder with a `weir.toml` is a package. A file belongs to the nearest one above it, so a
//! package further in has its files for itself.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

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

/// A path as someone in the working folder would write it: `src`, `../bank/main.weir`; in full if
/// the two share no folder; empty for the working folder itself.
pub(crate) fn from_here(path: &Path) -> PathBuf {
    let here = std::env::current_dir().and_then(fs::canonicalize).unwrap_or_default();
    relative(path, &here)
}

fn relative(path: &Path, from: &Path) -> PathBuf {
    let shared = path.components().zip(from.components()).take_while(|(to, from)| to == from);
    let shared: Vec<Component<'_>> = shared.map(|(component, _)| component).collect();
    if !shared.iter().any(|component| matches!(component, Component::Normal(_))) {
        return path.to_owned();
    }
    let up = from.components().skip(shared.len()).map(|_| Component::ParentDir);
    up.chain(path.components().skip(shared.len())).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_written_as_from_the_working_folder() {
        let cases = [
            ("/home/shop/src/a.weir", "/home/shop", "src/a.weir"),
            ("/home/shop", "/home/shop", ""),
            ("/home/shop/src/cart.weir", "/home/shop/src/text", "../cart.weir"),
            ("/home/bank/a.weir", "/home/shop", "../bank/a.weir"),
            ("/tmp/a.weir", "/home/shop", "/tmp/a.weir"),
        ];
        for (path, from, expected) in cases {
            assert_eq!(relative(Path::new(path), Path::new(from)), Path::new(expected));
        }
    }
}
