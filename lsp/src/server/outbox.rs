//! The one ordered way to the editor.

use lsp_types as lsp;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tower_lsp::Client;

/// What Weir tells the editor of its own accord.
pub(super) enum Outgoing {
    /// All findings of a document.
    Diagnostics {
        /// The document.
        uri: lsp::Uri,
        /// The version that they belong to.
        version: Option<i32>,
        /// The findings.
        diagnostics: Vec<lsp::Diagnostic>,
    },
    /// A line for the editor's log.
    Log(String),
    /// A wish to hear of files that change, come or go.
    WatchFiles,
}

/// The sending end. Sending never waits.
#[derive(Clone)]
pub(super) struct Outbox(UnboundedSender<Outgoing>);

impl Outbox {
    /// Starts the task that sends everything out, in order.
    pub(super) fn start(client: Client) -> Self {
        let (sender, outgoing) = unbounded_channel();
        tokio::spawn(send_out(client, outgoing));
        Self(sender)
    }

    /// An outbox that nobody empties, and what was put into it.
    #[cfg(test)]
    pub(super) fn to_nobody() -> (Self, UnboundedReceiver<Outgoing>) {
        let (sender, outgoing) = unbounded_channel();
        (Self(sender), outgoing)
    }

    /// Sends after everything that was sent before.
    pub(super) fn send(&self, outgoing: Outgoing) {
        // An editor that is gone misses nothing.
        let _ = self.0.send(outgoing);
    }
}

async fn send_out(client: Client, mut outgoing: UnboundedReceiver<Outgoing>) {
    while let Some(next) = outgoing.recv().await {
        match next {
            Outgoing::Diagnostics { uri, version, diagnostics } => {
                client.publish_diagnostics(uri, diagnostics, version).await;
            }
            Outgoing::Log(line) => client.log_message(lsp::MessageType::ERROR, line).await,
            Outgoing::WatchFiles => {
                let client = client.clone();
                // On its own: nothing waits for the editor's answer. One that refuses tells of
                // files, or does not, as it likes.
                tokio::spawn(async move { client.register_capability(vec![watching()]).await });
            }
        }
    }
}

/// The files that packages are made of.
fn watching() -> lsp::Registration {
    let watch = |glob: &str| lsp::FileSystemWatcher {
        glob_pattern: lsp::GlobPattern::String(glob.to_owned()),
        kind: None,
    };
    let watchers = ["**/*.weir", "**/weir.toml"].map(watch).to_vec();
    let options = lsp::DidChangeWatchedFilesRegistrationOptions { watchers };
    lsp::Registration {
        id: "files".to_owned(),
        method: "workspace/didChangeWatchedFiles".to_owned(),
        register_options: serde_json::to_value(options).ok(),
    }
}
