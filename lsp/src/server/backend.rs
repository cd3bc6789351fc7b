//! The handlers: each turns what the editor says into one message for the owner.
//!
//! Handlers start in the order of the wire but interleave at every await, so the message is sent
//! before the first one.

use std::sync::mpsc::Sender;

use lsp_types::*;
use tokio::sync::oneshot;
use tower_lsp::jsonrpc::{self, Error};
use tower_lsp::{Client, LanguageServer};
use weir_syntax::ColumnUnit;

use super::message::{Answer, Message};
use super::outbox::Outbox;
use super::owner;
use super::pool::Cancellation;

/// The editor's side of the owner's inbox.
pub(super) struct Backend {
    inbox: Sender<Message>,
}

impl Backend {
    /// Starts the owner and the outbox.
    pub(super) fn new(client: Client) -> Self {
        Self { inbox: owner::start(Outbox::start(client)) }
    }

    fn tell(&self, message: Message) {
        // The owner lives as long as any inbox does; if it died of a bug, requests say so.
        let _ = self.inbox.send(message);
    }

    /// Sends a request and waits for its answer.
    async fn ask<T>(&self, message: impl FnOnce(Answer<T>) -> Message) -> jsonrpc::Result<T> {
        let (answer, answered) = oneshot::channel();
        self.tell(message(answer));
        answered.await.unwrap_or_else(|_| Err(Error::internal_error()))
    }
}

impl LanguageServer for Backend {
    async fn initialize(&self, params: InitializeParams) -> jsonrpc::Result<InitializeResult> {
        let unit = column_unit(&params);
        let watches = can_watch(&params);
        self.ask(|answer| Message::Initialize { unit, watches, answer }).await?;
        let info = ServerInfo {
            name: "weir".to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        };
        Ok(InitializeResult { capabilities: capabilities(unit), server_info: Some(info) })
    }

    async fn initialized(&self, _: InitializedParams) {
        self.tell(Message::Initialized);
    }

    async fn shutdown(&self) -> jsonrpc::Result<()> {
        Ok(())
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        self.tell(Message::Open(params.text_document));
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        self.tell(Message::Change(params));
    }

    async fn did_save(&self, params: DidSaveTextDocumentParams) {
        self.tell(Message::Save(params.text_document.uri));
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        self.tell(Message::Close(params.text_document.uri));
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        self.tell(Message::FilesChanged(params.changes));
    }

    async fn hover(&self, params: HoverParams) -> jsonrpc::Result<Option<Hover>> {
        let params = params.text_document_position_params;
        let cancellation = Cancellation::default();
        let _cancelled_when_dropped = cancellation.on_drop();
        self.ask(|answer| Message::Hover { params, answer, cancellation, is_second: false }).await
    }
}

/// Bytes if the client can, since that is what we count in.
fn column_unit(params: &InitializeParams) -> ColumnUnit {
    let general = params.capabilities.general.as_ref();
    let offered = general.and_then(|general| general.position_encodings.as_deref());
    match offered.unwrap_or_default().contains(&PositionEncodingKind::UTF8) {
        true => ColumnUnit::Utf8,
        false => ColumnUnit::Utf16,
    }
}

/// Whether the editor watches files for a server that asks it to.
fn can_watch(params: &InitializeParams) -> bool {
    let workspace = params.capabilities.workspace.as_ref();
    let watching = workspace.and_then(|workspace| workspace.did_change_watched_files.as_ref());
    watching.and_then(|watching| watching.dynamic_registration) == Some(true)
}

fn capabilities(unit: ColumnUnit) -> ServerCapabilities {
    ServerCapabilities {
        position_encoding: Some(match unit {
            ColumnUnit::Utf8 => PositionEncodingKind::UTF8,
            ColumnUnit::Utf16 => PositionEncodingKind::UTF16,
            ColumnUnit::Scalar => PositionEncodingKind::UTF32,
        }),
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            save: Some(TextDocumentSyncSaveOptions::Supported(true)),
            ..TextDocumentSyncOptions::default()
        })),
        // Packages are found from their documents, so a folder that comes or goes changes nothing.
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: None,
            }),
            file_operations: None,
        }),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        ..ServerCapabilities::default()
    }
}
