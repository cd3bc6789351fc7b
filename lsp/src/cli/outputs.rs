//! Files that a verb writes once it knows what to write.
//!
//! Invariant: none of them is a file that it reads, and no two are the same.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

use super::Stop;
use crate::workspace::STDIN;
use crate::workspace::packages::resolved;

/// A file that something is going to be written to.
#[derive(Debug)]
pub(super) struct Reserved {
    path: PathBuf,
    /// What is there already; a new file is made when there is something to write.
    existing: Option<File>,
}

impl Reserved {
    /// Tries those that are given, so that a run is not made in vain. What is there stays until [`Self::fill`],
    /// even if the process is ended before.
    pub(super) fn open<'a, const N: usize>(
        outputs: [Option<&'a Path>; N],
        inputs: impl IntoIterator<Item = &'a Path>,
    ) -> Result<[Option<Self>; N], Stop> {
        keep_apart(outputs.into_iter().flatten(), inputs)?;
        let mut opened = outputs.map(|_| None);
        for (slot, path) in opened.iter_mut().zip(outputs) {
            *slot = path.map(Self::open_one).transpose()?;
        }
        Ok(opened)
    }

    fn open_one(path: &Path) -> Result<Self, Stop> {
        if path == Path::new(STDIN) {
            return Err(no_file());
        }
        match existing(path) {
            Ok(existing) => Ok(Self { path: path.to_owned(), existing }),
            Err(error) => Err(unwritable(path, &error)),
        }
    }

    /// Replaces what it holds.
    pub(super) fn fill(self, text: &[u8]) -> Result<(), Stop> {
        let emptied = match self.existing {
            Some(file) => emptied(file),
            None => File::create(&self.path),
        };
        let filled = emptied.and_then(|mut file| file.write_all(text));
        filled.map_err(|error| unwritable(&self.path, &error))
    }
}

/// What is there, opened; nothing where a file can be made.
fn existing(path: &Path) -> io::Result<Option<File>> {
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(_) => fs::remove_file(path).map(|()| None),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            OpenOptions::new().write(true).create(true).truncate(false).open(path).map(Some)
        }
        Err(error) => Err(error),
    }
}

/// A pipe or a terminal holds nothing that could be taken away.
fn emptied(mut file: File) -> io::Result<File> {
    if file.metadata()?.is_file() {
        file.set_len(0)?;
        file.rewind()?;
    }
    Ok(file)
}

/// Refuses outputs that would replace what is read, or each other.
pub(super) fn keep_apart<'a>(
    outputs: impl IntoIterator<Item = &'a Path>,
    inputs: impl IntoIterator<Item = &'a Path>,
) -> Result<(), Stop> {
    let mut taken: Vec<PathBuf> = inputs.into_iter().filter_map(resolved).collect();
    let inputs = taken.len();
    for path in outputs {
        match taken.iter().position(|other| is_same_file(path, other)) {
            Some(at) if at < inputs => return Err(read_too(path)),
            Some(_) => return Err(written_twice(path)),
            None => taken.extend(resolved(path)),
        }
    }
    Ok(())
}

/// Whether writing to the path would replace what the file holds; a device holds nothing.
fn is_same_file(path: &Path, other: &Path) -> bool {
    let is_device = fs::metadata(path).is_ok_and(|found| !found.is_file());
    !is_device && resolved(path).is_some_and(|path| path == other)
}

fn read_too(path: &Path) -> Stop {
    let path = path.display();
    Stop::Usage(format!("`{path}` is read too and would be lost; name another file to write"))
}

fn written_twice(path: &Path) -> Stop {
    let path = path.display();
    Stop::Usage(format!("`{path}` is to be written twice; name two files"))
}

fn no_file() -> Stop {
    Stop::Usage("standard output is the program's own; name a file to write (`./-` for one that is called `-`)".to_owned())
}

fn unwritable(path: &Path, error: &io::Error) -> Stop {
    let path = path.display();
    Stop::Usage(format!("`{path}` cannot be written ({error}); name another file"))
}
