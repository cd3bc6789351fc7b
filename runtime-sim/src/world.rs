//! The one door to the outside.

mod outside;

use std::io::Write;

pub use outside::{Answer, Question};

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
        Answer::Forbidden("this run has no world outside".to_owned())
    }

    /// Whether somebody wants the run to end. It is asked now and then.
    fn is_interrupted(&mut self) -> bool {
        false
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
}

impl World for Simulated<'_> {
    fn write(&mut self, stream: Stream, text: &str) {
        let (kept, forward) = match stream {
            Stream::Stdout => (&mut self.stdout, self.forward.as_mut().map(|(out, _)| out)),
            Stream::Stderr => (&mut self.stderr, self.forward.as_mut().map(|(_, err)| err)),
        };
        kept.push_str(text);
        if let Some(forward) = forward {
            // Nobody reads any more: the program goes on, as its outcome does not depend on it.
            let _ = forward.write_all(text.as_bytes()).and_then(|()| forward.flush());
        }
    }

    fn stdout(&self) -> &str {
        &self.stdout
    }
}
