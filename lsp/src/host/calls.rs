//! What is worked at while the run goes on: one thread for all of it, and one for each file or program
//! that keeps the operating system waiting.

use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use tokio::task::AbortHandle;
use tokio::time::timeout;
use weir_runtime_sim::{Answer, CallId, Heard};

use super::opened::Opened;
use super::room::Share;

/// How long it is waited before somebody looks whether the run was interrupted.
const PAUSE: Duration = Duration::from_millis(50);

/// The calls of one run.
#[derive(Debug)]
pub(super) struct Calls {
    /// Made with the first call: most runs have none.
    runtime: Option<Runtime>,
    begun: BTreeMap<CallId, Begun>,
    sender: Sender<Done>,
    receiver: Receiver<Done>,
}

#[derive(Debug)]
struct Begun {
    /// By the run's clock.
    at_ns: u64,
    at: Instant,
    work: AbortHandle,
}

#[derive(Debug)]
struct Done {
    call: CallId,
    at: Instant,
    worked: Worked,
}

/// What came of a question: its answer, and what that has opened and takes of the room.
#[derive(Debug)]
pub(super) struct Worked {
    pub(super) answer: Answer,
    pub(super) opened: Opened,
    pub(super) share: Arc<Share>,
}

impl Worked {
    /// Somebody has the answer now.
    fn heard(self) -> Answer {
        self.opened.keep();
        drop(self.share);
        self.answer
    }
}

impl Default for Calls {
    fn default() -> Self {
        let (sender, receiver) = channel();
        Self { runtime: None, begun: BTreeMap::new(), sender, receiver }
    }
}

impl Calls {
    /// Works until it is done, or somebody interrupts the run.
    pub(super) fn wait(
        &mut self,
        work: impl Future<Output = Worked>,
        mut is_interrupted: impl FnMut() -> bool,
    ) -> Answer {
        let runtime = match self.runtime() {
            Ok(runtime) => runtime,
            Err(error) => return no_threads(&error),
        };
        runtime.block_on(async {
            let mut work = pin!(work);
            loop {
                if let Ok(worked) = timeout(PAUSE, &mut work).await {
                    return worked.heard();
                }
                if is_interrupted() {
                    return Answer::Failed("somebody interrupted the run".to_owned());
                }
            }
        })
    }

    /// Works while the run goes on; an answer at once if that cannot be.
    pub(super) fn begin(
        &mut self,
        call: CallId,
        at_ns: u64,
        work: impl Future<Output = Worked> + Send + 'static,
    ) -> Option<Answer> {
        let (sender, at) = (self.sender.clone(), Instant::now());
        let done = async move {
            let worked = work.await;
            // Nobody hears it when the run is over.
            let _ = sender.send(Done { call, at: Instant::now(), worked });
        };
        match self.runtime() {
            Ok(runtime) => {
                let work = runtime.spawn(done).abort_handle();
                self.begun.insert(call, Begun { at_ns, at, work });
                None
            }
            Err(error) => Some(no_threads(&error)),
        }
    }

    pub(super) fn hear(&mut self, until_ns: Option<u64>) -> Heard {
        let Some(done) = self.next(until_ns) else {
            return if self.patience(until_ns).is_zero() { Heard::Nothing } else { Heard::NotYet };
        };
        match self.begun.remove(&done.call) {
            Some(begun) => {
                let took = done.at.saturating_duration_since(begun.at).as_nanos();
                let took_ns = u64::try_from(took).unwrap_or(u64::MAX);
                let at_ns = begun.at_ns.saturating_add(took_ns);
                Heard::Answer { call: done.call, at_ns, answer: done.worked.heard() }
            }
            // It was abandoned after it was done.
            None => Heard::NotYet,
        }
    }

    pub(super) fn abandon(&mut self, call: CallId) {
        if let Some(begun) = self.begun.remove(&call) {
            begun.work.abort();
        }
    }

    fn next(&self, until_ns: Option<u64>) -> Option<Done> {
        if let Ok(done) = self.receiver.try_recv() {
            return Some(done);
        }
        match self.patience(until_ns) {
            Duration::ZERO => None,
            patience => self.receiver.recv_timeout(patience).ok(),
        }
    }

    /// How long to wait now, so that each call has had until then.
    fn patience(&self, until_ns: Option<u64>) -> Duration {
        let Some(until_ns) = until_ns else { return PAUSE };
        let waits = self.begun.values().filter(|begun| begun.at_ns < until_ns);
        let left = waits.map(|begun| {
            Duration::from_nanos(until_ns - begun.at_ns).saturating_sub(begun.at.elapsed())
        });
        left.max().unwrap_or_default().min(PAUSE)
    }

    fn runtime(&mut self) -> io::Result<&Runtime> {
        if self.runtime.is_none() {
            let mut builder = Builder::new_multi_thread();
            self.runtime = Some(builder.worker_threads(1).enable_all().build()?);
        }
        self.runtime.as_ref().ok_or_else(|| io::Error::other("it has ended"))
    }
}

impl Drop for Calls {
    /// What was given up is ended, its programs too; a thread that still waits does not hold up the end.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(PAUSE);
        }
    }
}

fn no_threads(error: &io::Error) -> Answer {
    Answer::Failed(format!("there is no thread for it: {error}"))
}
