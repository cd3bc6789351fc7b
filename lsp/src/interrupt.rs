//! Ctrl-C, or a service manager's SIGTERM: the first one asks what goes on to end, a second one ends the process.
//!
//! Invariant: nothing that the process does or waits for keeps a second one from ending it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
#[cfg(unix)]
use std::sync::mpsc;
#[cfg(unix)]
use std::thread;
#[cfg(unix)]
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// Added to the number of the signal that ended a process, this is the status that a shell expects.
const EXIT_SIGNALLED: i32 = 128;

/// What comes so soon after the first is the same request: `timeout` sends its signal to the process and to its
/// group, and a supervisor hands on what the terminal has sent to both.
#[cfg(unix)]
const SAME_REQUEST: Duration = Duration::from_millis(300);

/// So long the end waits for what is said of it, as nobody may read that.
#[cfg(unix)]
const SAYING_MAX: Duration = Duration::from_millis(100);

/// What asks a process to end.
const SIGNALS: [i32; 2] = [SIGINT, SIGTERM];

/// Whether somebody asked the process to end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interrupt {
    came: Arc<AtomicBool>,
    /// Whether it was Ctrl-C, perhaps besides.
    is_typed: Arc<AtomicBool>,
}

impl Interrupt {
    /// Begins to listen. Where that cannot be, Ctrl-C ends the process as ever.
    pub(crate) fn watch() -> Self {
        let interrupt = Self::default();
        let _ = flag::register(SIGINT, interrupt.is_typed.clone());
        interrupt.end_at_the_second();
        for signal in SIGNALS {
            let _ = flag::register(signal, interrupt.came.clone());
        }
        interrupt
    }

    /// Whether it came.
    pub(crate) fn came(&self) -> bool {
        self.came.load(Ordering::Relaxed)
    }

    /// A flag that is raised when it comes.
    pub(crate) fn flag(&self) -> Arc<AtomicBool> {
        self.came.clone()
    }

    /// The exit status that says which it was: 130 after Ctrl-C, else 143.
    pub(crate) fn exit_code(&self) -> i32 {
        let signal = if self.is_typed.load(Ordering::Relaxed) { SIGINT } else { SIGTERM };
        EXIT_SIGNALLED + signal
    }

    /// On a thread of its own, as whoever handles a signal can say nothing. Where none can be had, a second one is
    /// like the first.
    #[cfg(unix)]
    fn end_at_the_second(&self) {
        use signal_hook::iterator::Signals;

        let Ok(mut signals) = Signals::new(SIGNALS) else { return };
        let interrupt = self.clone();
        let listen = move || {
            let mut first = None;
            for _ in signals.forever() {
                if first.get_or_insert_with(Instant::now).elapsed() >= SAME_REQUEST {
                    end_at_once(interrupt.exit_code());
                }
            }
        };
        let _ = thread::Builder::new().name("signals".to_owned()).spawn(listen);
    }

    /// Called before the first is taken note of, so that it sees only one before.
    #[cfg(not(unix))]
    fn end_at_the_second(&self) {
        for signal in SIGNALS {
            let status = EXIT_SIGNALLED + signal;
            let _ = flag::register_conditional_shutdown(signal, status, self.came.clone());
        }
    }
}

/// Says so, if that can be said: whoever writes to stderr may wait for its reader, and keep it from others meanwhile.
#[cfg(unix)]
fn end_at_once(exit_code: i32) {
    let (tell, told) = mpsc::channel();
    let saying = move || {
        crate::cli::say(ENDED_AT_ONCE);
        let _ = tell.send(());
    };
    if thread::Builder::new().name("last words".to_owned()).spawn(saying).is_ok() {
        let _ = told.recv_timeout(SAYING_MAX);
    }
    signal_hook::low_level::exit(exit_code);
}

/// What is said where a second one ends the process.
#[cfg(unix)]
const ENDED_AT_ONCE: &str =
    "interrupted twice: ended at once; what was still to be cleaned up or written to files is not";
