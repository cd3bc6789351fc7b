//! Addresses of documents to paths of files and back.

use lsp_types::Uri;
use tower_lsp::UriExt;

/// The path that a document goes by in the database: a file's own, or the whole address when it
/// is no file (`untitled:Untitled-1`).
pub(crate) fn path_of(uri: &Uri) -> String {
    let is_file = uri.scheme().is_some_and(|scheme| scheme.as_str() == "file");
    let path = is_file.then(|| uri.to_file_path()).flatten();
    path.map_or_else(|| uri.as_str().to_owned(), |path| path.to_string_lossy().into_owned())
}
