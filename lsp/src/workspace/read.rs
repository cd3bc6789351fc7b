//! Paths to texts: folders walked, sizes bounded, UTF-8 checked.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use weir_syntax::SOURCE_BYTES_MAX;

use super::{STDIN, STDIN_NAME};

/// A text and the name it goes by.
#[derive(Debug)]
pub(super) struct Source {
    /// The path as the user would write it.
    pub(super) name: String,
    /// The whole text.
    pub(super) text: String,
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
    walk(path, &mut paths).map_err(|error| cannot_open(path, &error))?;
    if paths.is_empty() {
        return Err(unreadable(path, "holds no `.weir` files", "name a folder or file that does"));
    }
    Ok(paths.iter().map(|path| file(path)).collect())
}

/// The program that `weir run` was given: a file, or the main module of a folder.
pub(super) fn program(path: &Path) -> Result<Source, Unreadable> {
    if path == Path::new(STDIN) {
        return stdin(STDIN_NAME);
    }
    if !path.is_dir() {
        return file(path);
    }
    let mains = [path.join("src").join("main.weir"), path.join("main.weir")];
    match mains.iter().find(|main| main.is_file()) {
        Some(main) => file(main),
        None => Err(unreadable(
            path,
            "has neither `src/main.weir` nor `main.weir`",
            "name the file that holds `main`",
        )),
    }
}

/// Every `*.weir` below a folder, in the order of names. Links to folders are not followed, so
/// that a circle of them is no circle here.
fn walk(folder: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (path, kind) = (entry.path(), entry.file_type()?);
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        if kind.is_dir() {
            walk(&path, paths)?;
        } else if path.extension().is_some_and(|extension| extension == "weir") && path.is_file() {
            paths.push(path);
        }
    }
    Ok(())
}

fn file(path: &Path) -> Result<Source, Unreadable> {
    let opened = File::open(path).map_err(|error| cannot_open(path, &error))?;
    let bytes = bounded(opened, path)?;
    Ok(Source { name: shown(path), text: utf8(bytes, path)? })
}

fn stdin(name: &str) -> Result<Source, Unreadable> {
    let path = Path::new(name);
    let bytes = bounded(io::stdin().lock(), path)?;
    Ok(Source { name: name.to_owned(), text: utf8(bytes, path)? })
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
