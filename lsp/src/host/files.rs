//! Files and folders.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use weir_runtime_sim::{Answer, Question};

use super::room::{Metered, Share};
use crate::shell::quoted;

/// The largest file that is read; what one value may hold.
const FILE_BYTES_MAX: u64 = 1 << 27;

/// The answer to a question about files.
pub(super) fn answer(question: &Question, share: &Share) -> Answer {
    match question {
        Question::ReadText(path) => read_text(path, share),
        Question::ReadBytes(path) => told("reading", path, read(path, share).map(Answer::Bytes)),
        Question::Write(path, bytes) => done("writing", path, fs::write(path, bytes)),
        Question::Append(path, bytes) => done("writing", path, append(path, bytes)),
        Question::List(path) => told("reading", path, list(path).map(Answer::Texts)),
        Question::Exists(path) => Answer::Truth(Path::new(path).exists()),
        Question::IsFolder(path) => Answer::Truth(Path::new(path).is_dir()),
        Question::MakeFolder(path) => done("making", path, fs::create_dir_all(path)),
        Question::Remove(path) => done("removing", path, remove(path)),
        _ => Answer::Failed("this run cannot ask that of the outside".to_owned()),
    }
}

fn read_text(path: &str, share: &Share) -> Answer {
    match read(path, share).map(String::from_utf8) {
        Ok(Ok(text)) => Answer::Text(text),
        Ok(Err(_)) => Answer::Failed(format!("reading {} failed: it is no UTF-8", quoted(path))),
        Err(error) => failed("reading", path, &error),
    }
}

/// All of it, unless it is too long.
fn read(path: &str, share: &Share) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    // In one place, so that it need not move while it grows. Devices and pipes say nothing, and files may grow too.
    let expected = file.metadata()?.len().min(FILE_BYTES_MAX);
    share.take(expected as usize)?;
    let mut bytes = Vec::with_capacity(expected as usize);
    (&file).take(expected).read_to_end(&mut bytes)?;
    let from = file.take(FILE_BYTES_MAX + 1 - expected);
    Metered { from, share }.read_to_end(&mut bytes)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        let why = format!("it is longer than {} MiB", FILE_BYTES_MAX >> 20);
        return Err(io::Error::other(why));
    }
    Ok(bytes)
}

fn append(path: &str, bytes: &[u8]) -> io::Result<()> {
    OpenOptions::new().append(true).create(true).open(path)?.write_all(bytes)
}

fn list(path: &str) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(path)? {
        let name = entry?.file_name();
        let name = name.into_string().map_err(|name| {
            let name = name.to_string_lossy();
            io::Error::other(format!("the name of `{name}` in there is no UTF-8"))
        })?;
        names.push(name);
    }
    names.sort();
    Ok(names)
}

fn remove(path: &str) -> io::Result<()> {
    match fs::symlink_metadata(path)?.is_dir() {
        true => fs::remove_dir(path),
        false => fs::remove_file(path),
    }
}

fn done(doing: &str, path: &str, result: io::Result<()>) -> Answer {
    told(doing, path, result.map(|()| Answer::Done))
}

fn told(doing: &str, path: &str, result: io::Result<Answer>) -> Answer {
    result.unwrap_or_else(|error| failed(doing, path, &error))
}

fn failed(doing: &str, path: &str, error: &io::Error) -> Answer {
    let why = match error.kind() {
        io::ErrorKind::OutOfMemory => return Answer::NoRoom,
        io::ErrorKind::NotFound => "it does not exist".to_owned(),
        io::ErrorKind::PermissionDenied => "this user may not".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        io::ErrorKind::NotADirectory => "it is no folder".to_owned(),
        io::ErrorKind::DirectoryNotEmpty => "the folder is not empty".to_owned(),
        _ => error.to_string(),
    };
    Answer::Failed(format!("{doing} {} failed: {why}", quoted(path)))
}
