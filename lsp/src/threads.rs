//! Threads on which programs are analysed.

use std::num::NonZeroUsize;
use std::thread::{Builder, available_parallelism};

/// Enough for the deepest nesting that the parser lets through, at every stage.
const ANALYSIS_STACK_BYTES: usize = 16 * 1024 * 1024;

/// A thread with room for deep programs.
pub(crate) fn for_analysis(name: &str) -> Builder {
    Builder::new().name(name.to_owned()).stack_size(ANALYSIS_STACK_BYTES)
}

/// As many as there are processors.
pub(crate) fn available() -> NonZeroUsize {
    available_parallelism().unwrap_or(NonZeroUsize::MIN)
}
