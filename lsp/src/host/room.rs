//! The room for what is on its way between a run and the outside: what is being sent, and what came and
//! nobody has heard of so far.
//!
//! What the run itself holds is counted on its own thread; this is held by others. Invariant: it is never
//! more than the run may use of memory, and what takes room gives it back when it is dropped.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, ReadBuf};
use weir_runtime_sim::MEMORY_MAX_DEFAULT_BYTES;

/// All the room that there is.
#[derive(Debug)]
pub(super) struct Room {
    bytes_max: u64,
    taken: AtomicU64,
}

/// There is no room left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Full;

/// What one call, connection or answer has of the room.
#[derive(Debug)]
pub(super) struct Share {
    room: Arc<Room>,
    taken: AtomicU64,
}

impl Default for Room {
    fn default() -> Self {
        Self::of(MEMORY_MAX_DEFAULT_BYTES)
    }
}

impl Room {
    pub(super) fn of(bytes_max: u64) -> Self {
        Self { bytes_max, taken: AtomicU64::new(0) }
    }

    pub(super) fn bytes_max(&self) -> u64 {
        self.bytes_max
    }

    /// A share of nothing so far.
    pub(super) fn share(self: &Arc<Self>) -> Share {
        Share { room: self.clone(), taken: AtomicU64::new(0) }
    }

    fn take(&self, bytes: u64) -> Result<(), Full> {
        let with = |taken: u64| taken.checked_add(bytes).filter(|taken| *taken <= self.bytes_max);
        let taken = self.taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, with);
        taken.map(drop).map_err(|_| Full)
    }

    fn give_back(&self, bytes: u64) {
        self.taken.fetch_sub(bytes, Ordering::Relaxed);
    }
}

impl Share {
    /// Another share of the same room.
    pub(super) fn another(&self) -> Self {
        self.room.share()
    }

    /// So much in all, instead of what it has. Without room for that it keeps what it has.
    pub(super) fn take(&self, bytes: usize) -> Result<(), Full> {
        let (had, bytes) = (self.taken.load(Ordering::Relaxed), bytes as u64);
        match bytes.checked_sub(had) {
            Some(more) => self.room.take(more)?,
            None => self.room.give_back(had - bytes),
        }
        self.taken.store(bytes, Ordering::Relaxed);
        Ok(())
    }

    /// So much more.
    pub(super) fn take_more(&self, bytes: usize) -> Result<(), Full> {
        self.room.take(bytes as u64)?;
        self.taken.fetch_add(bytes as u64, Ordering::Relaxed);
        Ok(())
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.room.give_back(self.taken.load(Ordering::Relaxed));
    }
}

impl From<Full> for io::Error {
    fn from(_: Full) -> Self {
        io::ErrorKind::OutOfMemory.into()
    }
}

/// Reads as long as there is room for what comes.
#[derive(Debug)]
pub(super) struct Metered<'a, R> {
    pub(super) from: R,
    pub(super) share: &'a Share,
}

impl<R: io::Read> io::Read for Metered<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let bytes = self.from.read(into)?;
        self.share.take_more(bytes)?;
        Ok(bytes)
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Metered<'_, R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let read = Pin::new(&mut self.from).poll_read(context, into);
        let bytes = into.filled().len() - before;
        read.map(|read| read.and_then(|()| Ok(self.share.take_more(bytes)?)))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn what_is_dropped_gives_its_room_back() {
        let room = Arc::new(Room::of(10));
        let (first, second) = (room.share(), room.share());
        assert_eq!(first.take(8), Ok(()));
        assert_eq!(second.take_more(3), Err(Full));
        assert_eq!(second.take_more(2), Ok(()));
        assert_eq!(first.take(9), Err(Full));
        assert_eq!(first.take(5), Ok(()));
        assert_eq!(second.take_more(3), Ok(()));
        drop((first, second));
        assert_eq!(room.share().take(10), Ok(()));
    }

    #[test]
    fn reading_ends_where_the_room_does() {
        let room = Arc::new(Room::of(100));
        let share = room.share();
        let error = Metered { from: io::repeat(7), share: &share }.read_to_end(&mut Vec::new());
        assert_eq!(error.map_err(|error| error.kind()), Err(io::ErrorKind::OutOfMemory));
    }
}
