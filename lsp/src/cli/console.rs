//! The world of a run at the terminal: what the program prints goes out as it is printed.

use std::io::{self, Write};

use weir_runtime_sim::{Stream, World};

/// Passes output on, or keeps what goes to stdout when that is to be part of a report.
#[derive(Debug, Default)]
pub(super) struct Console {
    kept: Option<String>,
}

impl Console {
    /// A console that keeps stdout.
    pub(super) fn keeping() -> Self {
        Self { kept: Some(String::new()) }
    }
}

impl World for Console {
    fn write(&mut self, stream: Stream, text: &str) {
        // A closed pipe is no reason for the program to end otherwise than it would.
        let _ = match (stream, &mut self.kept) {
            (Stream::Stdout, Some(kept)) => {
                kept.push_str(text);
                Ok(())
            }
            (Stream::Stdout, None) => write_now(&mut io::stdout().lock(), text),
            (Stream::Stderr, _) => write_now(&mut io::stderr().lock(), text),
        };
    }

    fn stdout(&self) -> &str {
        self.kept.as_deref().unwrap_or_default()
    }
}

fn write_now(out: &mut impl Write, text: &str) -> io::Result<()> {
    out.write_all(text.as_bytes())?;
    out.flush()
}
