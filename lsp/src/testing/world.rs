//! The world of a test: it keeps what the test prints, up to a bound.

use weir_runtime_sim::{Answer, CallId, Heard, Question, Stream, World, uncounted};

use crate::host::Host;
use crate::interrupt::Interrupt;

/// How much of a test's output is kept.
const OUTPUT_BYTES_MAX: usize = 1 << 20;

const CUT: &str = "\n… what it printed after this is left out\n";

/// Keeps what goes to stdout and stderr, in the order in which it came.
#[derive(Debug, Default)]
pub(super) struct Kept {
    printed: String,
    is_full: bool,
    host: Host,
    interrupt: Interrupt,
}

impl Kept {
    pub(super) fn new(host: Host, interrupt: Interrupt) -> Self {
        Self { host, interrupt, ..Self::default() }
    }
}

impl World for Kept {
    fn write(&mut self, _stream: Stream, text: &str) {
        if self.is_full {
            return;
        }
        uncounted(|| self.printed.push_str(text));
        if self.printed.len() > OUTPUT_BYTES_MAX {
            self.is_full = true;
            let is_boundary = |at: &usize| self.printed.is_char_boundary(*at);
            let end = (0..=OUTPUT_BYTES_MAX).rev().find(is_boundary).unwrap_or(0);
            self.printed.truncate(end);
            self.printed.push_str(CUT);
        }
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

    fn stdout(&self) -> &str {
        &self.printed
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
        assert!(kept.stdout().ends_with(CUT));
        assert!(kept.stdout().len() <= OUTPUT_BYTES_MAX + CUT.len());
    }
}
