//! Addresses of documents to paths of files and back.

use std::path::Path;

use lsp_types::Uri;
use tower_lsp::UriExt;

/// The path that a document goes by in the database: a file's own, or the whole address when it
/// is no file (`untitled:Untitled-1`).
pub(crate) fn path_of(uri: &Uri) -> String {
    let is_file = uri.scheme().is_some_and(|scheme| scheme.as_str() == "file");
    let path = is_file.then(|| uri.to_file_path()).flatten();
    path.map_or_else(|| uri.as_str().to_owned(), |path| path.to_string_lossy().into_owned())
}

/// The address of a file; none for what is no file on the disk, such as the prelude.
pub(crate) fn uri_of(path: &str) -> Option<Uri> {
    let path = Path::new(path);
    if path.is_absolute() { Uri::from_file_path(path) } else { None }
}
