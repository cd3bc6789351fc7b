//! What a run has open of the network, by numbers.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch};
use weir_runtime_sim::Answer;

use super::http::{Reply, Server};
use super::tcp::{Connection, Listener};

/// How many a run may have open at once.
const HANDLES_MAX: usize = 16_384;

/// All that is open.
#[derive(Debug)]
pub(super) struct Handles {
    most: usize,
    places: Arc<Semaphore>,
    open: Mutex<Open>,
    /// Whether somebody had to wait for a place.
    is_crowded: AtomicBool,
}

#[derive(Debug, Default)]
struct Open {
    last: i64,
    by_number: BTreeMap<i64, Entry>,
}

#[derive(Debug)]
struct Entry {
    handle: Handle,
    closing: Closing,
    _place: Place,
}

/// A place among what is open.
pub(super) type Place = OwnedSemaphorePermit;

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
        Self::of_at_most(HANDLES_MAX)
    }
}

impl Handles {
    pub(super) fn of_at_most(most: usize) -> Self {
        Self {
            most,
            places: Arc::new(Semaphore::new(most)),
            open: Mutex::default(),
            is_crowded: AtomicBool::new(false),
        }
    }

    /// How many are open.
    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.lock().by_number.len()
    }

    /// Its number; why not, when there are too many.
    pub(super) fn add(&self, handle: Handle) -> Result<i64, Answer> {
        let place = self.places.clone().try_acquire_owned().map_err(|_| {
            Answer::Failed(format!("more than {} connections and listeners are open", self.most))
        })?;
        Ok(self.put(handle, place))
    }

    /// A place, as soon as there is one.
    pub(super) async fn place(&self) -> Option<Place> {
        if self.places.available_permits() == 0 {
            self.is_crowded.store(true, Ordering::Relaxed);
        }
        self.places.clone().acquire_owned().await.ok()
    }

    /// Whether somebody had to wait for a place.
    pub(super) fn is_crowded(&self) -> bool {
        self.is_crowded.load(Ordering::Relaxed)
    }

    /// How many may be open.
    pub(super) fn most(&self) -> usize {
        self.most
    }

    /// Its number, at this place.
    pub(super) fn put(&self, handle: Handle, place: Place) -> i64 {
        let mut open = self.lock();
        open.last += 1;
        let number = open.last;
        open.by_number
            .insert(number, Entry { handle, closing: Closing::new(false), _place: place });
        number
    }

    /// Closes it; what is closed stays so.
    pub(super) fn close(&self, number: i64) -> Answer {
        let closed = self.lock().by_number.remove(&number);
        if let Some(entry) = closed {
            entry.closing.send_replace(true);
        }
        Answer::Done
    }

    pub(super) fn find(&self, number: i64) -> Option<Handle> {
        self.lock().by_number.get(&number).map(|entry| entry.handle.clone())
    }

    /// Works with it until that is done or it is closed.
    pub(super) async fn until_closed(
        &self,
        number: i64,
        work: impl Future<Output = Answer>,
    ) -> Answer {
        let closes = self.lock().by_number.get(&number).map(|entry| entry.closing.subscribe());
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
