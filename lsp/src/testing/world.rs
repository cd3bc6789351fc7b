//! The world of a test: it keeps what the test prints, up to a bound.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use weir_runtime_sim::{Answer, CallId, Heard, Question, Stream, World, uncounted};

use crate::host::Host;
use crate::interrupt::Interrupt;

/// How much of each is kept.
const OUTPUT_BYTES_MAX: usize = 1 << 20;

const CUT: &str = "\n… what it printed after this is left out\n";

/// Keeps what goes to stdout and stderr.
#[derive(Debug, Default)]
pub(super) struct Kept {
    stdout: Output,
    stderr: Output,
    /// In the order in which it came.
    both: Output,
    host: Host,
    interrupt: Interrupt,
}

impl Kept {
    pub(super) fn new(host: Host, interrupt: Interrupt) -> Self {
        Self { host, interrupt, ..Self::default() }
    }

    /// What went to both, in the order in which it came, and what went to stderr alone.
    pub(super) fn into_printed(self) -> (String, String) {
        (self.both.text, self.stderr.text)
    }
}

/// What was printed, up to the bound.
#[derive(Debug, Default)]
struct Output {
    text: String,
    is_full: bool,
}

impl Output {
    fn push(&mut self, text: &str) {
        if self.is_full {
            return;
        }
        self.text.push_str(text);
        if self.text.len() > OUTPUT_BYTES_MAX {
            self.is_full = true;
            let is_boundary = |at: &usize| self.text.is_char_boundary(*at);
            let end = (0..=OUTPUT_BYTES_MAX).rev().find(is_boundary).unwrap_or(0);
            self.text.truncate(end);
            self.text.push_str(CUT);
        }
    }
}

impl World for Kept {
    fn write(&mut self, stream: Stream, text: &str) {
        let own = match stream {
            Stream::Stdout => &mut self.stdout,
            Stream::Stderr => &mut self.stderr,
        };
        uncounted(|| {
            own.push(text);
            self.both.push(text);
        });
    }

    fn ask(&mut self, question: &Question) -> Answer {
        let interrupt = &self.interrupt;
        self.host.ask(question, || interrupt.came())
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

    fn is_interrupted(&mut self) -> bool {
        self.interrupt.came()
    }

    fn interrupt(&self) -> Option<Arc<AtomicBool>> {
        Some(self.interrupt.flag())
    }

    fn stdout(&self) -> &str {
        &self.stdout.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_that_prints_without_end_is_cut() {
        let mut kept = Kept::default();
        let text = "ü".repeat(1000);
        (0..2000).for_each(|_| kept.write(Stream::Stdout, &text));
        for printed in [kept.stdout(), &kept.both.text] {
            assert!(printed.ends_with(CUT));
            assert!(printed.len() <= OUTPUT_BYTES_MAX + CUT.len());
        }
    }
}
