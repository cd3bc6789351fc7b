//! Reads: computing on snapshots of the database, on two threads with room for deep programs.
//!
//! One thread answers what the user asks, the other checks documents: however many documents wait
//! to be checked, no question waits behind them.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use salsa::{CancellationToken, Cancelled, Database as _};
use weir_analyzer::Database;

use crate::bug::{self, Bug};
use crate::threads;

/// Work on a snapshot. It lives as long as the work, for a write waits until it is gone.
pub(super) type Read = Box<dyn FnOnce(Database) + Send>;

/// The threads that read, each with a queue of its own.
pub(super) struct Pool {
    asked: Sender<(Database, Read)>,
    checks: Sender<(Database, Read)>,
}

impl Pool {
    /// Starts the threads.
    pub(super) fn start() -> std::io::Result<Self> {
        Ok(Self { asked: reader("weir answer")?, checks: reader("weir check")? })
    }

    /// Answers a question, after those that were asked before.
    pub(super) fn answer(&self, snapshot: Database, read: Read) {
        // The threads end with their queues; a read that nobody takes has nobody to answer to.
        let _ = self.asked.send((snapshot, read));
    }

    /// Checks a document, after those that were handed over before.
    pub(super) fn check(&self, snapshot: Database, read: Read) {
        let _ = self.checks.send((snapshot, read));
    }
}

/// Starts a thread; gives its queue.
fn reader(name: &str) -> std::io::Result<Sender<(Database, Read)>> {
    let (queue, reads) = channel();
    threads::for_analysis(name).spawn(move || work(&reads))?;
    Ok(queue)
}

fn work(reads: &Receiver<(Database, Read)>) {
    while let Ok((snapshot, read)) = reads.recv() {
        // A read answers for its own panics; this keeps the thread alive should it fail to.
        let _ = bug::catch(|| "answering the editor".to_owned(), || read(snapshot));
    }
}

/// Why a read gave nothing.
#[derive(Debug)]
pub(super) enum Unread {
    /// A write came between, or the editor does not want it any more.
    Cancelled,
    /// A bug of ours.
    Bug(Bug),
}

/// Computes on a snapshot until it is done or cancelled.
pub(super) fn compute<T>(
    doing: impl FnOnce() -> String,
    db: &Database,
    work: impl FnOnce(&Database) -> T,
) -> Result<T, Unread> {
    let caught = bug::catch(doing, || Cancelled::catch(std::panic::AssertUnwindSafe(|| work(db))));
    match caught {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(_)) => Err(Unread::Cancelled),
        Err(bug) => Err(Unread::Bug(bug)),
    }
}

/// Cancels one read, before or while it runs.
#[derive(Clone, Debug, Default)]
pub(super) struct Cancellation(Arc<Mutex<Option<CancellationToken>>>);

impl Cancellation {
    /// Lets the read on this snapshot be cancelled.
    pub(super) fn watch(&self, snapshot: &Database) {
        if let Ok(mut token) = self.0.lock() {
            *token = Some(snapshot.cancellation_token());
        }
    }

    /// Cancels the read when the returned guard is dropped: as a request's handler is when the
    /// editor cancels it.
    pub(super) fn on_drop(&self) -> CancelOnDrop {
        CancelOnDrop(self.clone())
    }
}

/// See [`Cancellation::on_drop`].
pub(super) struct CancelOnDrop(Cancellation);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        if let Some(token) = self.0.0.lock().ok().and_then(|token| token.clone()) {
            token.cancel();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_question_does_not_wait_for_checks() {
        let pool = Pool::start().unwrap();
        let (let_go, held) = channel::<()>();
        let held = Arc::new(Mutex::new(held));
        for _ in 0..3 {
            let held = Arc::clone(&held);
            let wait = move |_| {
                let _ = held.lock().unwrap().recv();
            };
            pool.check(Database::default(), Box::new(wait));
        }
        let (answer, answered) = channel();
        pool.answer(Database::default(), Box::new(move |_| answer.send(()).unwrap()));
        assert_eq!(answered.recv_timeout(Duration::from_secs(30)), Ok(()));
        drop(let_go);
    }
}
