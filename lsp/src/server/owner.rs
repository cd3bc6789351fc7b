//! The owner: one thread, one database, one message after the other.
//!
//! While messages keep coming, edits are only written down; when the inbox is empty, what they
//! changed is handed to the pool. So a burst of edits is checked once, and a write that comes
//! while the pool reads cancels it and lets it be asked again.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};

use lsp_types as lsp;
use tower_lsp::jsonrpc;
use weir_analyzer::Database;
use weir_analyzer::diagnostics::file_diagnostics;
use weir_syntax::ColumnUnit;

use super::documents::{CheckId, Document, Documents, edited};
use super::folders::{Folders, is_of_packages};
use super::hover::hover;
use super::message::{Answer, Message};
use super::outbox::{Outbox, Outgoing};
use super::pool::{Cancellation, Pool, Unread, compute};
use crate::bug;
use crate::convert::{Converter, path_of};
use crate::threads;

/// Starts the owner, which lives as long as the process; gives its inbox.
pub(super) fn start(outbox: Outbox) -> Sender<Message> {
    let (inbox, messages) = channel();
    let sender = inbox.clone();
    let started = threads::for_analysis("weir owner").spawn(move || match Pool::start() {
        Ok(pool) => Owner::new(inbox, pool, outbox).run(&messages),
        Err(error) => outbox.send(Outgoing::Log(format!("weir cannot start a thread: {error}"))),
    });
    // Without its owner the server answers every request with an internal error.
    drop(started);
    sender
}

struct Owner {
    db: Database,
    documents: Documents,
    folders: Folders,
    unit: ColumnUnit,
    /// Whether the editor watches files when it is asked to.
    watches: bool,
    /// For the pool to report to.
    inbox: Sender<Message>,
    pool: Pool,
    outbox: Outbox,
}

impl Owner {
    fn new(inbox: Sender<Message>, pool: Pool, outbox: Outbox) -> Self {
        let (db, documents, folders) = Default::default();
        // What every client can, until they agree on something else.
        let unit = ColumnUnit::Utf16;
        Self { db, documents, folders, unit, watches: false, inbox, pool, outbox }
    }

    fn run(mut self, messages: &Receiver<Message>) {
        loop {
            let waiting = messages.try_recv().ok();
            let next = waiting.or_else(|| {
                self.check_what_changed();
                messages.recv().ok()
            });
            let Some(message) = next else { return };
            let doing = || "taking in what the editor said".to_owned();
            if let Err(bug) = bug::catch(doing, || self.take(message)) {
                self.outbox.send(Outgoing::Log(bug.to_string()));
            }
        }
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Initialize { unit, watches, answer } => {
                (self.unit, self.watches) = (unit, watches);
                let _ = answer.send(Ok(()));
            }
            Message::Initialized if self.watches => self.outbox.send(Outgoing::WatchFiles),
            Message::Initialized => {}
            Message::FilesChanged(events) => self.files_changed(&events),
            Message::Open(document) => self.open(document),
            Message::Change(change) => self.change(change),
            Message::Save(uri) => self.uncheck(&uri),
            Message::Close(uri) => self.close(uri),
            Message::Hover { params, answer, cancellation, is_second } => {
                self.hover(params, answer, cancellation, is_second);
            }
            Message::Checked { uri, check, outcome } => self.publish(uri, check, outcome),
        }
    }

    fn open(&mut self, opened: lsp::TextDocumentItem) {
        let path = path_of(&opened.uri);
        let file = self.db.set_file(&path, &opened.text);
        let (uri, version) = (opened.uri, Some(opened.version));
        self.documents.insert(Document {
            uri,
            version,
            file,
            is_unchecked: true,
            last_check: None,
        });
        self.folders.open(&mut self.db, &self.documents.open_paths());
        self.files_are_settled();
    }

    fn files_changed(&mut self, events: &[lsp::FileEvent]) {
        let paths = events.iter().map(|event| PathBuf::from(path_of(&event.uri)));
        let paths: Vec<PathBuf> = paths.filter(|path| is_of_packages(path)).collect();
        self.folders.changed(&mut self.db, &paths, &self.documents.open_paths());
        self.files_are_settled();
    }

    /// After files came or went, manifests may have, and every document may have other findings.
    fn files_are_settled(&mut self) {
        for uri in self.documents.set_manifests(&self.db, &self.folders.manifests()) {
            self.clear(uri);
        }
        self.documents.uncheck_all();
    }

    /// Takes the findings of a document away from the editor.
    fn clear(&self, uri: lsp::Uri) {
        self.outbox.send(Outgoing::Diagnostics { uri, version: None, diagnostics: Vec::new() });
    }

    fn change(&mut self, change: lsp::DidChangeTextDocumentParams) {
        let Some(document) = self.documents.get_mut(&change.text_document.uri) else { return };
        document.version = Some(change.text_document.version);
        let (path, text) = (document.file.path(&self.db).clone(), document.file.text(&self.db));
        let text = edited(text.to_string(), change.content_changes, self.unit);
        self.db.set_file(&path, &text);
        self.documents.uncheck_all();
    }

    fn close(&mut self, uri: lsp::Uri) {
        let Some(document) = self.documents.get(&uri) else { return };
        let path = document.file.path(&self.db).clone();
        self.documents.remove(&uri);
        self.clear(uri);
        self.folders.close(&mut self.db, Path::new(&*path), &self.documents.open_paths());
        self.files_are_settled();
    }

    fn uncheck(&mut self, uri: &lsp::Uri) {
        if let Some(document) = self.documents.get_mut(uri) {
            document.is_unchecked = true;
        }
    }

    /// Sends findings out unless they are of a text that is gone; asks again when there are
    /// none because a write came between.
    fn publish(&mut self, uri: lsp::Uri, check: CheckId, outcome: Option<Vec<lsp::Diagnostic>>) {
        let Some(document) = self.documents.get_mut(&uri) else { return };
        if !document.is_current(check) {
            return;
        }
        let Some(diagnostics) = outcome else {
            document.is_unchecked = true;
            return;
        };
        let version = document.version;
        self.outbox.send(Outgoing::Diagnostics { uri, version, diagnostics });
    }

    /// Hands every changed document to the pool.
    fn check_what_changed(&mut self) {
        for (document, check) in self.documents.take_unchecked() {
            let (documents, unit) = (self.documents.clone(), self.unit);
            let (inbox, outbox) = (self.inbox.clone(), self.outbox.clone());
            let read = move |db: Database| {
                let outcome = findings(&db, &document, &documents, unit, &outbox);
                // The snapshot is given back before the owner hears of it.
                drop(db);
                let _ = inbox.send(Message::Checked { uri: document.uri, check, outcome });
            };
            self.pool.check(self.db.clone(), Box::new(read));
        }
    }

    fn hover(
        &self,
        params: lsp::TextDocumentPositionParams,
        answer: Answer<Option<lsp::Hover>>,
        cancellation: Cancellation,
        is_second: bool,
    ) {
        let Some(document) = self.documents.get(&params.text_document.uri).cloned() else {
            let _ = answer.send(Ok(None));
            return;
        };
        let (inbox, unit) = (self.inbox.clone(), self.unit);
        let read = move |db: Database| {
            cancellation.watch(&db);
            if answer.is_closed() {
                return;
            }
            let doing = || "answering a hover".to_owned();
            let found = compute(doing, &db, |db| hover(db, document.file, params.position, unit));
            drop(db);
            if matches!(found, Err(Unread::Cancelled)) && !is_second {
                let again = Message::Hover { params, answer, cancellation, is_second: true };
                let _ = inbox.send(again);
                return;
            }
            let _ = answer.send(found.map_err(jsonrpc::Error::from));
        };
        self.pool.answer(self.db.clone(), Box::new(read));
    }
}

/// A document's findings in the protocol's terms.
fn findings(
    db: &Database,
    document: &Document,
    documents: &Documents,
    unit: ColumnUnit,
    outbox: &Outbox,
) -> Option<Vec<lsp::Diagnostic>> {
    let doing = || format!("checking `{}`", document.uri.as_str());
    let found = compute(doing, db, |db| {
        let addresses = |file| documents.uri_of(db, file);
        let mut converter = Converter::new(db, unit, &addresses);
        let found = file_diagnostics(db, document.file);
        found.iter().map(|finding| converter.diagnostic(finding)).collect()
    });
    match found {
        Ok(diagnostics) => Some(diagnostics),
        Err(Unread::Cancelled) => None,
        Err(Unread::Bug(bug)) => {
            outbox.send(Outgoing::Log(bug.to_string()));
            Some(Vec::new())
        }
    }
}

impl From<Unread> for jsonrpc::Error {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::Cancelled => Self::content_modified(),
            Unread::Bug(bug) => Self { message: bug.to_string().into(), ..Self::internal_error() },
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc::UnboundedReceiver;

    use super::*;

    const WRONG: &str = "fn main():\n    print(lien)\n";
    const FINE: &str = "fn main():\n    print(1)\n";

    fn address() -> lsp::Uri {
        "file:///project/main.weir".parse().unwrap()
    }

    fn open(text: &str) -> Message {
        let item = lsp::TextDocumentItem::new(address(), "weir".to_owned(), 1, text.to_owned());
        Message::Open(item)
    }

    fn edit(text: &str) -> Message {
        let text = text.to_owned();
        let change = lsp::TextDocumentContentChangeEvent { range: None, range_length: None, text };
        Message::Change(lsp::DidChangeTextDocumentParams {
            text_document: lsp::VersionedTextDocumentIdentifier::new(address(), 2),
            content_changes: vec![change],
        })
    }

    /// How many findings each message to the editor has.
    fn published(sent: &mut UnboundedReceiver<Outgoing>) -> Vec<usize> {
        let count = |outgoing| match outgoing {
            Outgoing::Diagnostics { diagnostics, .. } => Some(diagnostics.len()),
            Outgoing::Log(_) | Outgoing::WatchFiles => None,
        };
        std::iter::from_fn(|| sent.try_recv().ok()).filter_map(count).collect()
    }

    #[test]
    fn findings_of_a_text_that_was_closed_are_not_published() {
        let (inbox, messages) = channel();
        let (outbox, mut sent) = Outbox::to_nobody();
        let mut owner = Owner::new(inbox, Pool::start().unwrap(), outbox);
        owner.take(open(WRONG));
        owner.check_what_changed();
        let stale = messages.recv().unwrap();
        owner.take(Message::Close(address()));
        assert_eq!(published(&mut sent), [0], "closing takes the findings away");
        owner.take(open(FINE));
        owner.check_what_changed();
        let current = messages.recv().unwrap();
        owner.take(current);
        owner.take(stale);
        assert_eq!(published(&mut sent), [0]);
    }

    #[test]
    fn findings_that_an_edit_overtook_are_not_published() {
        let (inbox, messages) = channel();
        let (outbox, mut sent) = Outbox::to_nobody();
        let mut owner = Owner::new(inbox, Pool::start().unwrap(), outbox);
        owner.take(open(WRONG));
        owner.check_what_changed();
        let stale = messages.recv().unwrap();
        owner.take(edit(FINE));
        owner.take(stale);
        assert_eq!(published(&mut sent), [0; 0]);
        owner.check_what_changed();
        owner.take(messages.recv().unwrap());
        assert_eq!(published(&mut sent), [0]);
    }
}
