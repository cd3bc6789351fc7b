//! Recorded runs as files: which program, and its schedule.
//!
//! ```text
//! program: src/main.weir
//! weir-schedule:V0VJUlND…
//! ```
//!
//! Two lines of text, so that a recording can be read, sent and compared like a program. The bare
//! line is a recording too, of a program that has to be named.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use weir_runtime_sim::Schedule;

use super::{Stop, say};
use crate::shell::quoted;

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
            return parse(from.as_bytes()).map_err(Stop::Usage);
        }
        let bytes = fs::read(from).map_err(|error| {
            let why = match error.kind() {
                io::ErrorKind::NotFound => "does not exist".to_owned(),
                _ => format!("cannot be read ({error})"),
            };
            Stop::Usage(format!("`{from}` {why}; name a file that `weir run --record` wrote"))
        })?;
        parse(&bytes).map_err(|why| Stop::Usage(format!("`{from}`: {why}")))
    }

    /// Writes one as a file holds it; a program from standard input has no path.
    pub(super) fn write(
        program: Option<&str>,
        schedule: &Schedule,
        mut out: &mut dyn Write,
    ) -> io::Result<()> {
        if let Some(path) = program {
            writeln!(out, "{PROGRAM_START}{path}")?;
        }
        schedule.write_line(&mut out)?;
        writeln!(out)
    }
}

/// Keeps the schedule of a run in a file of its own where nothing less makes that run again: it is too long for
/// a line, and who runs the program anew may be answered otherwise. The command that replays it, if so.
pub(super) fn kept(program: Option<&str>, schedule: &Schedule) -> Option<String> {
    if !schedule.asks_outside() || !schedule.is_whole() {
        return None;
    }
    match keep(program, schedule) {
        Ok(path) => Some(format!("weir replay {}", quoted(&path.to_string_lossy()))),
        Err(error) => {
            let folder = std::env::temp_dir();
            say(&format!(
                "note: the schedule of this run cannot be kept in `{}` ({error}): have TMPDIR name a folder that \
                 can be written, or `weir run --record FILE` keep it",
                folder.display()
            ));
            None
        }
    }
}

fn keep(program: Option<&str>, schedule: &Schedule) -> io::Result<PathBuf> {
    let mut file = tempfile::Builder::new().prefix("weir-").suffix(".schedule").tempfile()?;
    Recording::write(program, schedule, &mut file)?;
    Ok(file.keep()?.1)
}

fn parse(bytes: &[u8]) -> Result<Recording, String> {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).peekable();
    let program = lines.peek().and_then(|(_, line)| line.strip_prefix(PROGRAM_START));
    if program.is_some() {
        lines.next();
    }
    let line = lines.peek().filter(|(_, line)| line.starts_with(LINE_START)).map(|(_, line)| *line);
    let schedule = line.map_or(bytes, str::as_bytes);
    let schedule = Schedule::parse(schedule).map_err(|error| error.to_string())?;
    if let (Some(_), Some((at, _))) = (line, lines.nth(1)) {
        return Err(format!(
            "line {} is no part of a recording: after the line of the schedule there is nothing",
            at + 1
        ));
    }
    Ok(Recording { program: program.map(str::to_owned), schedule })
}
