//! A connection whose other side has to keep up: whoever does not take what is sent to it is left.
//!
//! It has so much patience in all, and gains some with every byte that is taken: a reader that is slow now and
//! then is waited for, one that is slow throughout is not.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// How many bytes in a second are quick enough in the long run.
const BYTES_EACH_SECOND: f64 = 16_384.0;

#[derive(Debug)]
pub(super) struct Paced<S> {
    stream: S,
    patience_max: Duration,
    /// How long it waits from now on, all told.
    patience: Duration,
    /// Its end, while it waits.
    end: Option<Pin<Box<Sleep>>>,
}

impl<S> Paced<S> {
    /// Waits at most so long for somebody who takes nothing.
    pub(super) fn new(stream: S, patience_max: Duration) -> Self {
        Self { stream, patience_max, patience: patience_max, end: None }
    }

    fn pace(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        let Poll::Ready(written) = written else {
            let end = self.end.get_or_insert_with(|| Box::pin(sleep(self.patience)));
            ready!(end.as_mut().poll(context));
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        };
        if let Some(end) = self.end.take() {
            self.patience = end.deadline().saturating_duration_since(Instant::now());
        }
        if let Ok(bytes) = written {
            let gained = Duration::from_secs_f64(bytes as f64 / BYTES_EACH_SECOND);
            self.patience = self.patience.saturating_add(gained).min(self.patience_max);
        }
        Poll::Ready(written)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.pace(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.pace(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    fn wait<T>(work: impl Future<Output = T>) -> T {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().build().expect("a thread").block_on(work)
    }

    const MOMENT: Duration = Duration::from_millis(50);

    /// What comes of sending this much to somebody who takes so many bytes every ten milliseconds.
    fn sent(bytes: usize, taken: usize) -> Result<(), io::ErrorKind> {
        wait(async {
            let (near, mut far) = duplex(1_000);
            let reader = tokio::spawn(async move {
                let mut buffer = vec![0; taken];
                loop {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                    if taken > 0 && far.read_exact(&mut buffer).await.is_err() {
                        return;
                    }
                }
            });
            let written = Paced::new(near, MOMENT).write_all(&vec![7; bytes]).await;
            reader.abort();
            written.map_err(|error| error.kind())
        })
    }

    #[test]
    fn who_takes_nothing_or_too_little_is_left() {
        assert_eq!(sent(10_000, 0), Err(io::ErrorKind::TimedOut));
        assert_eq!(sent(100_000, 10), Err(io::ErrorKind::TimedOut));
    }

    #[test]
    fn who_keeps_up_is_waited_for() {
        assert_eq!(sent(20_000, 1_000), Ok(()));
    }
}
