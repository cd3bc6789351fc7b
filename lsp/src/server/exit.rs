//! `exit` ends the process, whatever else is under way.
//!
//! tower-lsp answers `exit` itself and then waits for every request that has not been answered
//! yet, so the notice is taken on the way in.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tokio::sync::Notify;
use tower_lsp::jsonrpc::Request;
use tower_service::Service;

/// What is known of the session's end.
#[derive(Clone, Debug, Default)]
pub(super) struct ExitNotice(Arc<State>);

#[derive(Debug, Default)]
struct State {
    exited: Notify,
    was_shut_down: AtomicBool,
}

impl ExitNotice {
    /// Waits until the editor says `exit`.
    pub(super) async fn exited(&self) {
        self.0.exited.notified().await;
    }

    /// Whether the editor asked for `shutdown`.
    pub(super) fn was_shut_down(&self) -> bool {
        self.0.was_shut_down.load(Ordering::Acquire)
    }

    fn take_notice(&self, method: &str) {
        match method {
            "shutdown" => self.0.was_shut_down.store(true, Ordering::Release),
            "exit" => self.0.exited.notify_one(),
            _ => {}
        }
    }
}

/// A service that takes notice of the session's end and is otherwise the one it was given.
#[derive(Debug)]
pub(super) struct Noticing<S> {
    inner: S,
    notice: ExitNotice,
}

/// Wraps a service.
pub(super) fn exit_notice<S>(inner: S) -> (Noticing<S>, ExitNotice) {
    let notice = ExitNotice::default();
    (Noticing { inner, notice: notice.clone() }, notice)
}

impl<S: Service<Request>> Service<Request> for Noticing<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> S::Future {
        self.notice.take_notice(request.method());
        self.inner.call(request)
    }
}
