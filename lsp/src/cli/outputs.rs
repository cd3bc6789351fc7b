//! Files that a verb writes once it knows what to write.
//!
//! Invariant: none of them is a file that it reads, and no two are the same; whenever the process is ended, a file
//! is as it was or holds all that is written to it.

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
    target: Target,
}

/// What the path leads to.
#[derive(Debug)]
enum Target {
    /// A pipe, a terminal or a device, which hold nothing that could be lost, or where the process writes anyway.
    Stream(File),
    /// A file, or where one is to be: another one takes its place.
    Place { path: PathBuf, existing: Option<File> },
}

/// So many links one after the other are followed to where a file is to be.
const LINKS_MAX: usize = 40;

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
        match target(path) {
            Ok(target) => Ok(Self { path: path.to_owned(), target }),
            Err(error) => Err(unwritable(path, &error)),
        }
    }

    /// Replaces what it holds.
    pub(super) fn fill(self, text: &[u8]) -> Result<(), Stop> {
        self.fill_with(|out| out.write_all(text))
    }

    /// Replaces what it holds by what is written, perhaps not for the first time.
    pub(super) fn fill_with(
        self,
        write: impl Fn(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Stop> {
        let filled = match self.target {
            Target::Stream(mut file) => write(&mut file),
            Target::Place { path, existing } => replace(&path, existing, write),
        };
        filled.map_err(|error| unwritable(&self.path, &error))
    }
}

/// Opens what is there, and tries whether a file can be made where nothing is.
fn target(path: &Path) -> io::Result<Target> {
    let is_file = match fs::metadata(path) {
        Ok(found) => found.is_file(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let path = led_to(path);
            let beside = beside(&path);
            create(&beside).and_then(|_| fs::remove_file(beside))?;
            return Ok(Target::Place { path, existing: None });
        }
        Err(error) => return Err(error),
    };
    if let Some(own) = own_stream(path) {
        return Ok(Target::Stream(own));
    }
    let file = OpenOptions::new().write(true).open(path)?;
    match is_file {
        true => Ok(Target::Place { path: fs::canonicalize(path)?, existing: Some(file) }),
        false => Ok(Target::Stream(file)),
    }
}

/// Standard output or standard error, if the path leads to the file that it goes to, as `/dev/stdout` does: what is
/// written there comes behind what was.
#[cfg(unix)]
fn own_stream(path: &Path) -> Option<File> {
    use std::os::fd::AsFd;
    use std::os::unix::fs::MetadataExt;

    let wanted = fs::metadata(path).ok()?;
    let streams =
        [io::stdout().as_fd().try_clone_to_owned(), io::stderr().as_fd().try_clone_to_owned()];
    streams.into_iter().flatten().map(File::from).find(|stream| {
        stream.metadata().is_ok_and(|own| (own.dev(), own.ino()) == (wanted.dev(), wanted.ino()))
    })
}

#[cfg(not(unix))]
fn own_stream(_: &Path) -> Option<File> {
    None
}

/// Where links lead, even if nothing is there.
fn led_to(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..LINKS_MAX {
        let Ok(to) = fs::read_link(&path) else { break };
        path = path.parent().unwrap_or(Path::new("")).join(to);
    }
    path
}

/// Writes another file beside it, which then takes its place.
fn replace(
    path: &Path,
    existing: Option<File>,
    write: impl Fn(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let beside = beside(path);
    let replaced = create_like(&beside, existing.as_ref())
        .and_then(|mut file| write(&mut file))
        .and_then(|()| fs::rename(&beside, path));
    let Err(error) = replaced else { return Ok(()) };
    let _ = fs::remove_file(beside);
    match (error.kind(), existing) {
        // The folder takes no other file, or the file is mounted there by itself.
        (io::ErrorKind::PermissionDenied | io::ErrorKind::ResourceBusy, Some(mut file)) => {
            file.set_len(0)?;
            file.rewind()?;
            write(&mut file)
        }
        _ => Err(error),
    }
}

/// Makes a new file that may be used as this one may.
fn create_like(path: &Path, existing: Option<&File>) -> io::Result<File> {
    let file = create(path)?;
    if let Some(existing) = existing {
        file.set_permissions(existing.metadata()?.permissions())?;
    }
    Ok(file)
}

fn beside(path: &Path) -> PathBuf {
    path.with_file_name(format!(".weir-{}.partial", std::process::id()))
}

/// Makes a new file, whatever a process of the same number has left there.
fn create(path: &Path) -> io::Result<File> {
    let _ = fs::remove_file(path);
    OpenOptions::new().write(true).create_new(true).open(path)
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
    Stop::Usage(
        "`-` names no file; name one to write (`./-` for one that is called `-`)".to_owned(),
    )
}

fn unwritable(path: &Path, error: &io::Error) -> Stop {
    let path = path.display();
    Stop::Usage(format!("`{path}` cannot be written ({error}); name another file"))
}
