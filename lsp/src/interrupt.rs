//! Ctrl-C, or a service manager's SIGTERM: the first one asks what goes on to end, a second one ends the process.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// What a shell expects of a process that was interrupted.
pub(crate) const EXIT_INTERRUPTED: u8 = 130;

/// What asks a process to end.
const SIGNALS: [i32; 2] = [SIGINT, SIGTERM];

/// Whether somebody asked the process to end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Begins to listen. Where that cannot be, Ctrl-C ends the process as ever.
    pub(crate) fn watch() -> Self {
        let interrupt = Self::default();
        interrupt.end_at_the_second();
        for signal in SIGNALS {
            let _ = flag::register(signal, interrupt.0.clone());
        }
        interrupt
    }

    /// Whether it came.
    pub(crate) fn came(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// On a thread of its own, as whoever handles a signal can say nothing. Where none can be had, a second one is
    /// like the first.
    #[cfg(unix)]
    fn end_at_the_second(&self) {
        use signal_hook::iterator::Signals;

        let Ok(mut signals) = Signals::new(SIGNALS) else { return };
        let listen = move || {
            if signals.forever().nth(1).is_some() {
                crate::cli::say(ENDED_AT_ONCE);
                signal_hook::low_level::exit(EXIT_INTERRUPTED.into());
            }
        };
        let _ = std::thread::Builder::new().name("signals".to_owned()).spawn(listen);
    }

    /// Called before the first is taken note of, so that it sees only one before.
    #[cfg(not(unix))]
    fn end_at_the_second(&self) {
        for signal in SIGNALS {
            let status = EXIT_INTERRUPTED.into();
            let _ = flag::register_conditional_shutdown(signal, status, self.0.clone());
        }
    }
}

/// What is said where a second one ends the process.
#[cfg(unix)]
const ENDED_AT_ONCE: &str =
    "interrupted twice: ended at once; what was still to be cleaned up or written to files is not";
