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

use weir_runtime_sim::{Schedule, ScheduleError};

use super::Stop;
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

/// Keeps the schedule of a run in a file of its own where nothing less makes that run again: it is too long for
/// a line, and who runs the program anew may be answered otherwise. The command that replays it, if so.
pub(super) fn kept(program: Option<&str>, schedule: &Schedule) -> Option<String> {
    if !schedule.asks_outside() || !schedule.is_whole() {
        return None;
    }
    let mut file = tempfile::Builder::new().prefix("weir-").suffix(".schedule").tempfile().ok()?;
    file.write_all(Recording::to_text(program, schedule).as_bytes()).ok()?;
    let (_, path) = file.keep().ok()?;
    Some(format!("weir replay {}", quoted(&path.to_string_lossy())))
}

fn parse(bytes: &[u8]) -> Result<Recording, ScheduleError> {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let program = text.lines().find_map(|line| line.strip_prefix(PROGRAM_START));
    let line = text.lines().find(|line| line.starts_with(LINE_START));
    let schedule = Schedule::parse(line.map_or(bytes, str::as_bytes))?;
    Ok(Recording { program: program.map(str::to_owned), schedule })
}
