//! Files replaced by other texts.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Replaces a file by another in one step, so that whoever looks finds the old text or the new one.
/// A file that no longer holds the old text is left alone: what somebody wrote meanwhile is theirs.
pub(crate) fn replace(path: &Path, old: &str, new: &str) -> io::Result<()> {
    // A link stays a link: what it names is replaced.
    let path = fs::canonicalize(path)?;
    let permissions = fs::metadata(&path)?.permissions();
    if permissions.readonly() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only"));
    }
    if fs::read(&path)? != old.as_bytes() {
        return Err(io::Error::other("it was changed meanwhile"));
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".weir-").tempfile_in(folder)?;
    file.write_all(new.as_bytes())?;
    file.as_file().set_permissions(permissions)?;
    file.persist(&path)?;
    Ok(())
}
