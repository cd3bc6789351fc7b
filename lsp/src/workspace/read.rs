//! Paths to texts: folders walked, sizes bounded, UTF-8 checked.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use weir_analyzer::package::{MANIFEST_NAME, Manifest};
use weir_syntax::SOURCE_BYTES_MAX;

use super::packages::{self, Packages, is_module};
use super::{STDIN, STDIN_NAME};

/// A text and the name it goes by.
#[derive(Debug)]
pub(crate) struct Source {
    /// The path as the user would write it.
    pub(crate) name: String,
    /// The whole text.
    pub(crate) text: String,
    /// The path without links and detours; none for standard input without a name.
    pub(super) identity: Option<PathBuf>,
}

/// An input that cannot be read: which, why, and the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable {
    /// The path.
    pub(crate) path: String,
    /// What is the matter with it.
    pub(crate) why: String,
    /// What to do.
    pub(crate) way_out: String,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}; {}", self.path, self.why, self.way_out)
    }
}

/// What one path names; each file of a folder is readable or not by itself.
pub(super) fn sources(
    path: &Path,
    stdin_name: &str,
) -> Result<Vec<Result<Source, Unreadable>>, Unreadable> {
    if path == Path::new(STDIN) {
        return Ok(vec![stdin(stdin_name)]);
    }
    if !path.is_dir() {
        return Ok(vec![file(path)]);
    }
    let mut paths = Vec::new();
    let walked = packages::walk(path, Packages::All, &mut |path| paths.push(path.to_owned()));
    walked.map_err(|error| cannot_open(path, &error))?;
    if !paths.iter().any(|path| is_module(path)) {
        return Err(unreadable(path, "holds no `.weir` files", "name a folder or file that does"));
    }
    Ok(paths.iter().map(|path| file(path)).collect())
}

/// The program that `weir run` was given: a file, or the main module of a folder.
pub(super) fn program(path: &Path) -> Result<Source, Unreadable> {
    if path == Path::new(STDIN) {
        return stdin(STDIN_NAME);
    }
    if packages::is_manifest(path) {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let way_out =
            format!("run its folder: `weir run {}`", shown(folder.unwrap_or(Path::new("."))));
        return Err(unreadable(path, "is a manifest, not a program", &way_out));
    }
    if !path.is_dir() {
        return file(path);
    }
    let folders = source_of(path).into_iter().chain(["src".to_owned(), String::new()]);
    let mut mains = folders.map(|folder| path.join(folder).join(MAIN_NAME));
    match mains.find(|main| main.is_file()) {
        Some(main) => file(&main),
        None => Err(unreadable(
            path,
            "has neither `src/main.weir` nor `main.weir`",
            "name the file that holds `main`",
        )),
    }
}

/// The module that a folder is run by.
const MAIN_NAME: &str = "main.weir";

/// The source folder that the manifest of a folder names.
fn source_of(folder: &Path) -> Option<String> {
    let manifest = file(&folder.join(MANIFEST_NAME)).ok()?;
    Manifest::parse(&manifest.text).source.map(|source| source.text)
}

/// The files of a package, by their paths from its folder.
pub(super) fn package(root: &Path) -> Result<Vec<String>, Unreadable> {
    packages::files_of(root).map_err(|error| cannot_open(root, &error))
}

/// The text of a file.
pub(crate) fn file(path: &Path) -> Result<Source, Unreadable> {
    let opened = File::open(path).map_err(|error| cannot_open(path, &error))?;
    let bytes = bounded(opened, path)?;
    let identity = packages::resolved(path);
    Ok(Source { name: shown(path), text: utf8(bytes, path)?, identity })
}

fn stdin(name: &str) -> Result<Source, Unreadable> {
    let path = Path::new(name);
    let bytes = bounded(io::stdin().lock(), path)?;
    // Under the name of a file it stands for that file, in the package that the file is in.
    let identity = if name == STDIN_NAME { None } else { packages::resolved(path) };
    Ok(Source { name: name.to_owned(), text: utf8(bytes, path)?, identity })
}

/// All of it, unless it is too long. The length is counted rather than asked for: devices and
/// pipes have none.
fn bounded(from: impl Read, path: &Path) -> Result<Vec<u8>, Unreadable> {
    let mut bytes = Vec::new();
    let read = from.take(SOURCE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| cannot_open(path, &error))?;
    if bytes.len() > SOURCE_BYTES_MAX {
        let why = format!("is longer than {} MiB", SOURCE_BYTES_MAX / 1024 / 1024);
        return Err(unreadable(path, &why, "split it into modules"));
    }
    Ok(bytes)
}

fn utf8(bytes: Vec<u8>, path: &Path) -> Result<String, Unreadable> {
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        let line = 1 + bytes[..offset].iter().filter(|byte| **byte == b'\n').count();
        let byte = bytes.get(offset).copied().unwrap_or_default();
        let why = format!("is not UTF-8: the byte 0x{byte:02x} at offset {offset}, on line {line}");
        unreadable(path, &why, "save it as UTF-8")
    })
}

fn cannot_open(path: &Path, error: &io::Error) -> Unreadable {
    match error.kind() {
        io::ErrorKind::NotFound => unreadable(path, "does not exist", "check the path"),
        io::ErrorKind::PermissionDenied => {
            unreadable(path, "may not be read by this user", "check its permissions")
        }
        _ => unreadable(path, &format!("cannot be read ({error})"), "check the path"),
    }
}

fn unreadable(path: &Path, why: &str, way_out: &str) -> Unreadable {
    Unreadable { path: shown(path), why: why.to_owned(), way_out: way_out.to_owned() }
}

/// The path as the user would write it: without a leading `./`, with `/` between its parts.
pub(super) fn shown(path: &Path) -> String {
    let text = path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
    match text.strip_prefix("./") {
        Some(rest) if !rest.is_empty() => rest.to_owned(),
        _ => text,
    }
}
