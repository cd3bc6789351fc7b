//! What the owner is told.

use lsp_types as lsp;
use tokio::sync::oneshot;
use tower_lsp::jsonrpc;
use weir_syntax::ColumnUnit;

use super::documents::CheckId;
use super::pool::Cancellation;

/// Where a request's answer goes. The other end is gone when the editor cancelled the request.
pub(super) type Answer<T> = oneshot::Sender<jsonrpc::Result<T>>;

/// One thing that the editor or the pool tells the owner.
pub(super) enum Message {
    /// The session begins.
    Initialize {
        /// What columns are counted in.
        unit: ColumnUnit,
        /// Whether the editor watches files when it is asked to.
        watches: bool,
        /// Sent once the owner knows.
        answer: Answer<()>,
    },
    /// A document was opened.
    Open(lsp::TextDocumentItem),
    /// A document was edited.
    Change(lsp::DidChangeTextDocumentParams),
    /// A document was saved.
    Save(lsp::Uri),
    /// A document was closed.
    Close(lsp::Uri),
    /// Files on the disk were changed, came or went.
    FilesChanged(Vec<lsp::FileEvent>),
    /// The session has begun.
    Initialized,
    /// What is at a position.
    Hover {
        /// The position.
        params: lsp::TextDocumentPositionParams,
        /// Where the answer goes.
        answer: Answer<Option<lsp::Hover>>,
        /// Cancels the read.
        cancellation: Cancellation,
        /// Whether a write has cancelled it once already.
        is_second: bool,
    },
    /// The pool has checked a document.
    Checked {
        /// The document.
        uri: lsp::Uri,
        /// Which check it was.
        check: CheckId,
        /// Its findings; nothing when a write came between or a bug struck.
        outcome: Option<Vec<lsp::Diagnostic>>,
    },
}
