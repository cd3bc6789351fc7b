//! How far the tests have come: a line on stderr that is written over, where stderr is a terminal.

use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, PoisonError};

/// A line that counts.
#[derive(Debug)]
pub(crate) struct Progress {
    done: Mutex<usize>,
    total: usize,
    is_shown: bool,
}

impl Progress {
    /// A line that is shown on a terminal.
    pub(crate) fn new(total: usize) -> Self {
        Self { done: Mutex::new(0), total, is_shown: io::stderr().is_terminal() }
    }

    /// One more is done.
    pub(super) fn tick(&self) {
        self.tick_to(&mut io::stderr());
    }

    /// It is counted and shown in one go: else a thread that counted before might show after another one.
    fn tick_to(&self, out: &mut impl Write) {
        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        *done += 1;
        if let Some(line) = self.line(*done).filter(|_| self.is_shown) {
            let _ = write!(out, "\r\x1b[K{line}");
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
        (*self.done.lock().unwrap_or_else(PoisonError::into_inner), self.total)
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

    /// Takes note of the numbers in the order in which they are shown; each takes a while.
    struct Slow<'a>(&'a Mutex<Vec<usize>>);

    impl Write for Slow<'_> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let text = String::from_utf8_lossy(bytes);
            std::thread::yield_now();
            if let Some(number) = text.split(' ').find_map(|word| word.parse().ok())
                && let Ok(mut shown) = self.0.lock()
            {
                shown.push(number);
            }
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn the_line_never_goes_backwards() {
        let progress = Progress { is_shown: true, ..Progress::new(100) };
        let shown = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..25).for_each(|_| progress.tick_to(&mut Slow(&shown))));
            }
        });
        let shown = shown.into_inner().unwrap_or_default();
        assert!(shown.is_sorted(), "{shown:?}");
    }

    #[test]
    fn few_runs_are_told_one_by_one_and_many_a_hundred_times() {
        assert_eq!(lines(2), ["1 of 2 runs", "2 of 2 runs"]);
        let many = lines(25_000);
        assert_eq!((many.len(), many[0].as_str()), (100, "250 of 25000 runs"));
        assert_eq!(many[99], "25000 of 25000 runs");
    }
}
