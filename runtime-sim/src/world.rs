//! The one door to the outside.

mod outside;

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

pub use outside::{Answer, CallId, Fetch, Heard, Question};

/// What a world without an outside answers.
const NO_OUTSIDE: &str = "this run has no world outside";

/// Where text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// The program's output.
    Stdout,
    /// What the program writes with `eprint`, and what Weir says while it runs.
    Stderr,
}

/// What a run may do to the outside.
pub trait World {
    /// Writes text out.
    fn write(&mut self, stream: Stream, text: &str);

    /// Answers what the program asks of the outside. A world without one refuses.
    fn ask(&mut self, _question: &Question) -> Answer {
        Answer::Forbidden(NO_OUTSIDE.to_owned())
    }

    /// Begins what takes its time, at a time of the run's clock. The answer, if there is one at once;
    /// else it is heard of.
    fn begin(&mut self, _call: CallId, _at_ns: u64, question: &Question) -> Option<Answer> {
        Some(self.ask(question))
    }

    /// The next answer to what was begun. It is waited for until every call has had until this time
    /// of the run's clock, as if that ran with the outside's since the call began; without a time, as
    /// long as it takes.
    fn hear(&mut self, _until_ns: Option<u64>) -> Heard {
        Heard::Nothing
    }

    /// Nobody waits for this answer any more.
    fn abandon(&mut self, _call: CallId) {}

    /// Whether somebody wants the run to end. It is asked now and then.
    fn is_interrupted(&mut self) -> bool {
        false
    }

    /// A flag that is raised when somebody does, for what takes long and cannot ask.
    fn interrupt(&self) -> Option<Arc<AtomicBool>> {
        None
    }

    /// What was written to standard output so far, when the world keeps it.
    fn stdout(&self) -> &str {
        ""
    }
}

/// A world that keeps the output and passes it on if asked to.
#[derive(Default)]
pub struct Simulated<'a> {
    stdout: String,
    stderr: String,
    forward: Option<(&'a mut dyn Write, &'a mut dyn Write)>,
    has_refused: bool,
}

impl<'a> Simulated<'a> {
    /// A world that also writes through to these two, as the program goes.
    pub fn forwarding(stdout: &'a mut dyn Write, stderr: &'a mut dyn Write) -> Self {
        Self { forward: Some((stdout, stderr)), ..Self::default() }
    }

    /// What was written to standard error so far.
    pub fn stderr(&self) -> &str {
        &self.stderr
    }

    /// Whether the program asked for something outside, and was refused.
    pub fn has_refused(&self) -> bool {
        self.has_refused
    }
}

impl World for Simulated<'_> {
    fn write(&mut self, stream: Stream, text: &str) {
        let (kept, forward) = match stream {
            Stream::Stdout => (&mut self.stdout, self.forward.as_mut().map(|(out, _)| out)),
            Stream::Stderr => (&mut self.stderr, self.forward.as_mut().map(|(_, err)| err)),
        };
        crate::memory::uncounted(|| kept.push_str(text));
        if let Some(forward) = forward {
            // Nobody reads any more: the program goes on, as its outcome does not depend on it.
            let _ = forward.write_all(text.as_bytes()).and_then(|()| forward.flush());
        }
    }

    fn ask(&mut self, _question: &Question) -> Answer {
        self.has_refused = true;
        Answer::Forbidden(NO_OUTSIDE.to_owned())
    }

    fn stdout(&self) -> &str {
        &self.stdout
    }
}
