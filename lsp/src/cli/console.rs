//! The world of a run at the terminal: what the program prints goes out as it is printed.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use weir_runtime_sim::{Answer, CallId, Heard, Question, Stream, World, uncounted};

use super::Stop;
use crate::host::Host;
use crate::interrupt::Interrupt;

/// How much output the page of a run shows.
const COPY_BYTES_MAX: usize = 1 << 20;

/// Passes output on, or keeps what goes to stdout when that is to be part of a report.
#[derive(Debug, Default)]
pub(super) struct Console {
    kept: Option<String>,
    /// Whether what is kept goes out besides.
    is_copied: bool,
    interrupt: Option<Interrupt>,
    host: Host,
    /// Why output was lost.
    lost: Option<io::Error>,
}

impl Console {
    /// As the flags have it: `--json` prints it later, a page shows it.
    pub(super) fn of_flags(json: bool, report: bool) -> Self {
        match (json, report) {
            (true, _) => Self::keeping(),
            (false, true) => Self::copying(),
            (false, false) => Self::default(),
        }
    }

    /// A console that keeps stdout.
    fn keeping() -> Self {
        Self { kept: Some(String::new()), ..Self::default() }
    }

    /// A console that passes stdout on and keeps the beginning of it.
    fn copying() -> Self {
        Self { is_copied: true, ..Self::keeping() }
    }

    /// With this outside.
    pub(super) fn with_host(self, host: Host) -> Self {
        Self { host, ..self }
    }

    /// From now on Ctrl-C ends the run rather than the process.
    pub(super) fn interruptible(self) -> Self {
        Self { interrupt: Some(Interrupt::watch()), ..self }
    }

    /// The exit status of a process that was asked to end, if it was.
    pub(super) fn interrupted_code(&self) -> Option<i32> {
        self.interrupt.as_ref().filter(|interrupt| interrupt.came()).map(Interrupt::exit_code)
    }

    /// Why some of what the program printed to stdout did not arrive, if so. Who reads no further wanted no more.
    pub(super) fn lost(self) -> Option<Stop> {
        let is_wanted = |error: &io::Error| error.kind() != io::ErrorKind::BrokenPipe;
        self.lost.filter(is_wanted).map(Stop::Output)
    }
}

impl World for Console {
    fn write(&mut self, stream: Stream, text: &str) {
        let written = match (stream, &mut self.kept) {
            (Stream::Stdout, Some(kept)) if self.is_copied => {
                if kept.len() < COPY_BYTES_MAX {
                    uncounted(|| kept.push_str(text));
                }
                write_now(&mut io::stdout().lock(), text)
            }
            (Stream::Stdout, Some(kept)) => {
                uncounted(|| kept.push_str(text));
                Ok(())
            }
            (Stream::Stdout, None) => write_now(&mut io::stdout().lock(), text),
            // Whoever does not hear that is not to hear of it.
            (Stream::Stderr, _) => write_now(&mut io::stderr().lock(), text).or(Ok(())),
        };
        // No reason for the program to end otherwise than it would.
        self.lost = self.lost.take().or(written.err());
    }

    fn is_interrupted(&mut self) -> bool {
        self.interrupt.as_ref().is_some_and(Interrupt::came)
    }

    fn interrupt(&self) -> Option<Arc<AtomicBool>> {
        self.interrupt.as_ref().map(Interrupt::flag)
    }

    fn ask(&mut self, question: &Question) -> Answer {
        let interrupt = &self.interrupt;
        self.host.ask(question, || interrupt.as_ref().is_some_and(Interrupt::came))
    }

    fn begin(&mut self, call: CallId, at_ns: u64, question: &Question) -> Option<Answer> {
        self.host.begin(call, at_ns, question)
    }

    fn hear(&mut self, until_ns: Option<u64>) -> Heard {
        let heard = self.host.hear(until_ns);
        if let Some(note) = self.host.note() {
            self.write(Stream::Stderr, &note);
        }
        heard
    }

    fn abandon(&mut self, call: CallId) {
        self.host.abandon(call);
    }

    fn stdout(&self) -> &str {
        self.kept.as_deref().unwrap_or_default()
    }
}

fn write_now(out: &mut impl Write, text: &str) -> io::Result<()> {
    out.write_all(text.as_bytes())?;
    out.flush()
}
