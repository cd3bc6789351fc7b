//! Ctrl-C: the first one asks what goes on to end, a second one ends the process.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::SIGINT;
use signal_hook::flag;

/// What a shell expects of a process that was interrupted.
pub(crate) const EXIT_INTERRUPTED: u8 = 130;

/// Whether Ctrl-C was typed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Begins to listen. Where that cannot be, Ctrl-C ends the process as ever.
    pub(crate) fn watch() -> Self {
        let came = Arc::new(AtomicBool::new(false));
        // In this order: the first of the two sees what was before this signal.
        let _ = flag::register_conditional_shutdown(SIGINT, EXIT_INTERRUPTED.into(), came.clone())
            .and_then(|_| flag::register(SIGINT, came.clone()));
        Self(came)
    }

    /// Whether it came.
    pub(crate) fn came(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
