//! The language server: what the editor says goes in, findings come out.
//!
//! ```text
//! editor ─▶ backend ─Message─▶ owner ─Read─▶ pool          (database: owner's; pool: snapshots)
//!    ▲     (tokio)   unbounded   │  ▲          │
//!    │                           │  └─Checked──┤
//!    └──────── outbox ◀──────────┴─────────────┘
//! ```
//!
//! **Nouns.** A [`Message`](message::Message) is one thing that the editor or the pool tells the
//! owner. The *owner* is one plain thread with the database; it takes messages in the order of
//! their arrival and alone writes. A [`Read`](pool::Read) computes on a snapshot; a write cancels
//! it. The *outbox* is the one ordered way to the editor.
//!
//! **Invariants.** Nothing computes on tokio's threads, and no handler waits for the editor: it
//! sends one message before its first await and then waits for an answer only. The owner keeps no
//! snapshot, since a write waits until every one is gone. What a check found about a text that
//! is no longer current is dropped.

mod backend;
mod documents;
mod exit;
mod folders;
mod hover;
mod message;
mod outbox;
mod owner;
mod pool;

use std::time::Duration;

use tower_lsp::{LspService, Server};

use backend::Backend;
use exit::{ExitNotice, exit_notice};

/// So many requests may be under way at once. The default of 4 lets four slow ones hold up
/// everything, cancelling them included.
const REQUESTS_MAX: usize = 1024;

/// How long answers that are under way may take to leave after `exit`.
const EXIT_GRACE: Duration = Duration::from_millis(500);

/// Serves an editor on standard input and output until it says `exit` or hangs up. True when it
/// asked for `shutdown` first, as it ought to.
pub(crate) fn serve() -> std::io::Result<bool> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let notice = runtime.block_on(serve_stdio());
    // Reading standard input cannot be interrupted; waiting for it would keep the process alive
    // until the editor closes the pipe.
    runtime.shutdown_background();
    Ok(notice)
}

async fn serve_stdio() -> bool {
    let (service, socket) = LspService::new(Backend::new);
    let (service, notice) = exit_notice(service);
    let server = Server::new(tokio::io::stdin(), tokio::io::stdout(), socket);
    let serving = server.concurrency_level(REQUESTS_MAX).serve(service);
    tokio::select! {
        () = serving => {}
        () = after_exit(&notice) => {}
    }
    notice.was_shut_down()
}

async fn after_exit(notice: &ExitNotice) {
    notice.exited().await;
    tokio::time::sleep(EXIT_GRACE).await;
}
