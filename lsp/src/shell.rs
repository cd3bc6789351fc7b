//! Commands that users are told to type: how they are written, and what still fits on a line.

use weir_runtime_sim::Schedule;

/// A longer schedule is no line to copy: a command with its seed says the same.
const COPYABLE_LINE_BYTES_MAX: usize = 400;

/// The schedule as a line, if that can be copied by hand.
pub(crate) fn copyable(schedule: &Schedule) -> Option<String> {
    schedule.to_short_line(COPYABLE_LINE_BYTES_MAX)
}

/// A program's path as a shell and `weir` take it: no flag, whatever it begins with.
pub(crate) fn quoted_path(path: &str) -> String {
    let lead = if path.starts_with('-') { "./" } else { "" };
    quoted(&format!("{lead}{path}"))
}

/// A word as a shell takes it.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+=:,@".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}
