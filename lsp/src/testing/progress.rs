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

    /// One more is done.
    pub(super) fn tick(&self) {
        let line = self.line(self.done.fetch_add(1, Ordering::Relaxed) + 1);
        if let Some(line) = line.filter(|_| self.is_shown) {
            let _ = write!(io::stderr(), "\r\x1b[K{line}");
        }
    }

    /// The line after so many, if it is a new one: there are at most a hundred, however many runs.
    fn line(&self, done: usize) -> Option<String> {
        let hundredth = |done: usize| done * 100 / self.total.max(1);
        let is_new = hundredth(done - 1) != hundredth(done);
        is_new.then(|| format!("{done} of {} runs", self.total))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(total: usize) -> Vec<String> {
        let progress = Progress::new(total);
        (1..=total).filter_map(|done| progress.line(done)).collect()
    }

    #[test]
    fn few_runs_are_told_one_by_one_and_many_a_hundred_times() {
        assert_eq!(lines(2), ["1 of 2 runs", "2 of 2 runs"]);
        let many = lines(25_000);
        assert_eq!((many.len(), many[0].as_str()), (100, "250 of 25000 runs"));
        assert_eq!(many[99], "25000 of 25000 runs");
    }
}
