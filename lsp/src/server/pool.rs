//! Reads: computing on snapshots of the database, on a few threads with room for deep programs.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

use salsa::{CancellationToken, Cancelled, Database as _};
use weir_analyzer::Database;

use crate::bug::{self, Bug};
use crate::cli::ANALYSIS_STACK_BYTES;

/// Two: one for what the user asks, one for checking meanwhile.
const THREADS: usize = 2;

/// Work on a snapshot. It lives as long as the work, for a write waits until it is gone.
pub(super) type Read = Box<dyn FnOnce(Database) + Send>;

/// The threads that read.
pub(super) struct Pool {
    queue: Sender<(Database, Read)>,
}

impl Pool {
    /// Starts the threads.
    pub(super) fn start() -> std::io::Result<Self> {
        let (queue, reads) = channel();
        let reads = Arc::new(Mutex::new(reads));
        for _ in 0..THREADS {
            let reads = Arc::clone(&reads);
            let thread = thread::Builder::new().name("weir read".to_owned());
            thread.stack_size(ANALYSIS_STACK_BYTES).spawn(move || work(&reads))?;
        }
        Ok(Self { queue })
    }

    /// Reads from a snapshot as soon as a thread is free.
    pub(super) fn read(&self, snapshot: Database, read: Read) {
        // The threads end with the queue; a read that nobody takes has nobody to answer to.
        let _ = self.queue.send((snapshot, read));
    }
}

fn work(reads: &Mutex<Receiver<(Database, Read)>>) {
    loop {
        let next = match reads.lock() {
            Ok(reads) => reads.recv(),
            Err(poisoned) => poisoned.into_inner().recv(),
        };
        let Ok((snapshot, read)) = next else { return };
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
