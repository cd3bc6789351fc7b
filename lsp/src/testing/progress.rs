//! How far the tests have come: a line on stderr that is written over, where stderr is a terminal.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A line that counts.
#[derive(Debug)]
pub(crate) struct Progress {
    done: AtomicUsize,
    total: usize,
    is_shown: bool,
}

impl Progress {
    /// A line that is shown on a terminal.
    pub(crate) fn new(total: usize) -> Self {
        Self { done: AtomicUsize::new(0), total, is_shown: io::stderr().is_terminal() }
    }

    /// One more is done. The line is written a hundred times in all, however many there are.
    pub(super) fn tick(&self) {
        let before = self.done.fetch_add(1, Ordering::Relaxed);
        let hundredth = |done: usize| done * 100 / self.total.max(1);
        if self.is_shown && hundredth(before) != hundredth(before + 1) {
            let _ = write!(io::stderr(), "\r\x1b[K{} of {} runs", before + 1, self.total);
        }
    }

    /// How many are done, and of how many.
    pub(crate) fn count(&self) -> (usize, usize) {
        (self.done.load(Ordering::Relaxed), self.total)
    }

    /// Takes the line away.
    pub(crate) fn clear(&self) {
        if self.is_shown {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
