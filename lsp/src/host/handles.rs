//! What a run has open of the network, by numbers.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{oneshot, watch};
use weir_runtime_sim::Answer;

use super::http::{Reply, Server};
use super::tcp::{Connection, Listener};

/// How many a run may have open at once.
const HANDLES_MAX: usize = 16_384;

/// All that is open.
#[derive(Debug)]
pub(super) struct Handles {
    most: usize,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    last: i64,
    by_number: BTreeMap<i64, (Handle, Closing)>,
}

/// Something that is open.
#[derive(Clone, Debug)]
pub(super) enum Handle {
    Listener(Arc<Listener>),
    Connection(Arc<Connection>),
    Server(Arc<Server>),
    /// A request that waits for its answer.
    Request(Waiting),
}

/// Where the answer to a request goes, until it was given.
pub(super) type Waiting = Arc<Mutex<Option<oneshot::Sender<Reply>>>>;

/// Tells those who wait for something open that it was closed.
type Closing = watch::Sender<bool>;

impl Default for Handles {
    fn default() -> Self {
        Self { most: HANDLES_MAX, open: Mutex::default() }
    }
}

impl Handles {
    /// With fewer than usual.
    #[cfg(test)]
    pub(super) fn of_at_most(most: usize) -> Self {
        Self { most, ..Self::default() }
    }

    /// How many are open.
    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.lock().by_number.len()
    }

    /// Its number; why not, when there are too many.
    pub(super) fn add(&self, handle: Handle) -> Result<i64, Answer> {
        let mut open = self.lock();
        if open.by_number.len() >= self.most {
            let message = format!("more than {} connections and listeners are open", self.most);
            return Err(Answer::Failed(message));
        }
        open.last += 1;
        let number = open.last;
        open.by_number.insert(number, (handle, Closing::new(false)));
        Ok(number)
    }

    /// Closes it; what is closed stays so.
    pub(super) fn close(&self, number: i64) -> Answer {
        if let Some((_, closing)) = self.lock().by_number.remove(&number) {
            closing.send_replace(true);
        }
        Answer::Done
    }

    pub(super) fn find(&self, number: i64) -> Option<Handle> {
        self.lock().by_number.get(&number).map(|(handle, _)| handle.clone())
    }

    /// Works with it until that is done or it is closed.
    pub(super) async fn until_closed(
        &self,
        number: i64,
        work: impl Future<Output = Answer>,
    ) -> Answer {
        let closes = self.lock().by_number.get(&number).map(|(_, closing)| closing.subscribe());
        let Some(mut closes) = closes else { return closed() };
        tokio::select! {
            answer = work => answer,
            _ = closes.wait_for(|is_closed| *is_closed) => closed(),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Open> {
        // Whoever panicked left a whole map behind.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The answer about what is not open.
pub(super) fn closed() -> Answer {
    Answer::Failed("it is closed".to_owned())
}
