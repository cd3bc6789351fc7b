//! Files that a verb writes once it knows what to write.
//!
//! Invariant: none of them is a file that it reads, and no two are the same.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

use super::Stop;
use crate::workspace::packages::resolved;

/// A file that something is going to be written to.
#[derive(Debug)]
pub(super) struct Reserved {
    path: String,
    file: File,
}

impl Reserved {
    /// Opens those that are given, so that a run is not made in vain; what they hold stays until
    /// [`Self::fill`].
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
        let shown = path.display().to_string();
        let opened = OpenOptions::new().write(true).create(true).truncate(false).open(path);
        match opened {
            Ok(file) => Ok(Self { path: shown, file }),
            Err(error) => Err(unwritable(&shown, &error)),
        }
    }

    /// Replaces what it holds.
    pub(super) fn fill(mut self, text: &[u8]) -> Result<(), Stop> {
        let filled = self.empty().and_then(|()| self.file.write_all(text));
        filled.map_err(|error| unwritable(&self.path, &error))
    }

    /// A pipe or a terminal holds nothing that could be taken away.
    fn empty(&mut self) -> io::Result<()> {
        if self.file.metadata()?.is_file() {
            self.file.set_len(0)?;
            self.file.rewind()?;
        }
        Ok(())
    }
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

fn unwritable(path: &str, error: &io::Error) -> Stop {
    Stop::Usage(format!("`{path}` cannot be written ({error}); name another file"))
}
