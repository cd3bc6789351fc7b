//! What happens when Weir itself is wrong.
//!
//! A panic is a bug of ours and never the user's doing. It is caught where its damage ends (one
//! file of `analyze`, one request of the server), told kindly, and it makes the exit status 101.
//!
//! **Invariant.** Once [`silence_panics`] was called, nothing but [`Bug`] speaks of a panic.

use std::cell::RefCell;
use std::fmt;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};

thread_local! {
    /// What the hook saw last on this thread, for [`catch`] to take.
    static LAST_PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// A panic that was caught.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bug {
    /// What Weir was doing: ``analysing `a.weir` ``.
    pub(crate) doing: String,
    /// The panic's message and its place in Weir's own source.
    pub(crate) panic: String,
}

impl fmt::Display for Bug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "weir: a bug in weir itself came up while {}", self.doing)?;
        writeln!(f, "      {}", self.panic)?;
        write!(
            f,
            "      This is no fault of your program; please report it together with the file."
        )
    }
}

/// Keeps panics from printing by themselves; [`catch`] hands on what they said.
pub(crate) fn silence_panics() {
    panic::set_hook(Box::new(|info| {
        LAST_PANIC.with(|last| *last.borrow_mut() = Some(describe(info)));
    }));
}

/// Runs `work`; a panic in it becomes a [`Bug`]. What `work` borrowed is not used after a panic
/// except the database, which salsa keeps consistent.
pub(crate) fn catch<T>(doing: impl FnOnce() -> String, work: impl FnOnce() -> T) -> Result<T, Bug> {
    panic::catch_unwind(AssertUnwindSafe(work)).map_err(|_| Bug { doing: doing(), panic: take() })
}

/// What the last panic of this thread said.
fn take() -> String {
    let last = LAST_PANIC.with(|last| last.borrow_mut().take());
    last.unwrap_or_else(|| "a panic without a message".to_owned())
}

fn describe(info: &PanicHookInfo<'_>) -> String {
    let payload = info.payload();
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let message = text.unwrap_or("a panic without a message");
    match info.location() {
        Some(place) => format!("{message} ({}:{})", place.file(), place.line()),
        None => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_bug_that_says_what_it_said() {
        silence_panics();
        let empty: &[u32] = &[];
        let bug = catch(|| "counting".to_owned(), || empty[std::hint::black_box(3)]);
        let bug = bug.map_or_else(|bug| bug.to_string(), |found| found.to_string());
        assert!(bug.contains("while counting"), "{bug}");
        assert!(bug.contains("the index is 3") && bug.contains("bug.rs"), "{bug}");
    }

    #[test]
    fn work_without_a_panic_is_untouched() {
        assert_eq!(catch(|| "counting".to_owned(), || 3), Ok(3));
    }
}
