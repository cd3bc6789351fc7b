//! Recorded runs as files: which program, and its schedule.
//!
//! ```text
//! program: src/main.weir
//! weir-schedule:V0VJUlND…
//! ```
//!
//! Two lines of text, so that a recording can be read, sent and compared like a program. The bare
//! line is a recording too, of a program that has to be named.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, Write};
use std::path::Path;

use weir_runtime_sim::{Schedule, ScheduleError};

use super::Stop;

/// How the line of a schedule begins.
pub(super) const LINE_START: &str = "weir-schedule:";
const PROGRAM_START: &str = "program: ";

/// A schedule and, if it says so, the program that it is of.
#[derive(Debug)]
pub(super) struct Recording {
    /// The program's path, as it was given when it was recorded.
    pub(super) program: Option<String>,
    /// The schedule.
    pub(super) schedule: Schedule,
}

impl Recording {
    /// Reads a recording from a file, or from the line itself.
    pub(super) fn read(from: &str) -> Result<Self, Stop> {
        if from.starts_with(LINE_START) {
            return parse(from.as_bytes()).map_err(|error| Stop::Usage(error.to_string()));
        }
        let bytes = fs::read(from).map_err(|error| {
            let why = match error.kind() {
                io::ErrorKind::NotFound => "does not exist".to_owned(),
                _ => format!("cannot be read ({error})"),
            };
            Stop::Usage(format!("`{from}` {why}; name a file that `weir run --record` wrote"))
        })?;
        parse(&bytes).map_err(|error| Stop::Usage(format!("`{from}`: {error}")))
    }

    /// As a file holds it; a program from standard input has no path.
    pub(super) fn to_text(program: Option<&str>, schedule: &Schedule) -> String {
        let program = program.map(|path| format!("{PROGRAM_START}{path}\n")).unwrap_or_default();
        format!("{program}{}\n", schedule.to_line())
    }
}

fn parse(bytes: &[u8]) -> Result<Recording, ScheduleError> {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let program = text.lines().find_map(|line| line.strip_prefix(PROGRAM_START));
    let line = text.lines().find(|line| line.starts_with(LINE_START));
    let schedule = Schedule::parse(line.map_or(bytes, str::as_bytes))?;
    Ok(Recording { program: program.map(str::to_owned), schedule })
}

/// A file that something is going to be written to once it is known.
#[derive(Debug)]
pub(super) struct Reserved {
    path: String,
    file: File,
}

impl Reserved {
    /// Opens the file, so that a run is not made in vain; what it holds stays until
    /// [`Self::fill`].
    pub(super) fn open(path: &Path) -> Result<Self, Stop> {
        let shown = path.display().to_string();
        let opened = OpenOptions::new().write(true).create(true).truncate(false).open(path);
        match opened {
            Ok(file) => Ok(Self { path: shown, file }),
            Err(error) => Err(unwritable(&shown, &error)),
        }
    }

    /// Replaces what it holds.
    pub(super) fn fill(mut self, text: &str) -> Result<(), Stop> {
        let filled = self.empty().and_then(|()| self.file.write_all(text.as_bytes()));
        filled.map_err(|error| unwritable(&self.path, &error))
    }

    /// A pipe or a terminal holds nothing that could be taken away.
    fn empty(&mut self) -> io::Result<()> {
        if self.file.metadata()?.is_file() {
            self.file.set_len(0)?;
            self.file.rewind()?;
        }
        Ok(())
    }
}

fn unwritable(path: &str, error: &io::Error) -> Stop {
    Stop::Usage(format!("`{path}` cannot be written ({error}); name another file"))
}
