//! `weir fmt`: the one style.
//!
//! What it is not: the style, which is `weir_syntax::format`'s. **Invariants.** A file is replaced
//! as a whole or not at all, and only by a text that was read back and found to be the same
//! program: a bug of Weir's costs nobody a file.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use weir_analyzer::FileKind;
use weir_syntax::LineIndex;
use weir_syntax::format::{FormatError, format, same_program};

use super::{Status, Stop, say};
use crate::bug::{self, Bug};
use crate::convert::position;
use crate::output::{counted, diff};
use crate::workspace::{STDIN, STDIN_NAME, Unreadable, Workspace, replace};

const EXAMPLES: &str = "\
Examples:
  weir fmt                    every file below the current folder, in place
  weir fmt --check src        name the files that would change, and change none
  weir fmt --diff main.weir   show what would change
  weir fmt - < main.weir      standard input to standard output

A file with a syntax error is left as it is. Exit status: 0 fine; 1 a syntax error, or, with
--check and --diff, a file that would change; 2 a file that cannot be read or written.";

/// Lay files out in the one style
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Fmt {
    /// Files, folders, or `-` for standard input
    #[arg(default_value = ".", value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Change nothing; name the files that would change
    #[arg(long, conflicts_with = "diff")]
    check: bool,
    /// Change nothing; show what would change
    #[arg(long)]
    diff: bool,
}

/// What became of the files.
#[derive(Default)]
struct Tally {
    changed: usize,
    same: usize,
    refused: usize,
    unreadable: usize,
    bugs: usize,
}

impl Fmt {
    pub(super) fn run(self) -> Result<Status, Stop> {
        let reads_stdin = self.paths.iter().any(|path| path == Path::new(STDIN));
        if reads_stdin && self.paths.len() > 1 {
            let message = "`-` stands alone: standard input goes to standard output";
            return Err(Stop::Usage(message.to_owned()));
        }
        let workspace = Workspace::read_alone(&self.paths, STDIN_NAME);
        let mut tally = Tally::default();
        let modules =
            workspace.files.iter().filter(|file| file.kind(&workspace.db) == FileKind::Module);
        for file in modules {
            let (path, text) = (file.path(&workspace.db), file.text(&workspace.db));
            match formatted(path, text) {
                Ok(Ok(new)) => self.deliver(path, text, &new, reads_stdin, &mut tally)?,
                Ok(Err(refusal)) => {
                    tally.refused += 1;
                    say(&reason(path, text, &refusal));
                }
                Err(bug) => {
                    tally.bugs += 1;
                    say(&bug.to_string());
                }
            }
        }
        tally.unreadable += workspace.unreadable.len();
        workspace.unreadable.iter().for_each(say_unreadable);
        if !reads_stdin {
            self.summarize(&tally);
        }
        Ok(self.status(&tally))
    }

    /// Puts the new text where it belongs.
    fn deliver(
        &self,
        path: &str,
        old: &str,
        new: &str,
        is_stdin: bool,
        tally: &mut Tally,
    ) -> io::Result<()> {
        let is_changed = old != new;
        if self.check && is_changed {
            writeln!(io::stdout().lock(), "{path}")?;
        } else if self.diff && is_changed {
            io::stdout().lock().write_all(diff(path, old, new).as_bytes())?;
        } else if is_stdin && !self.is_dry() {
            io::stdout().lock().write_all(new.as_bytes())?;
        } else if is_changed && let Err(error) = replace(Path::new(path), old, new) {
            tally.unreadable += 1;
            say(&format!("weir: `{path}` cannot be written ({error}); it was left as it is"));
            return Ok(());
        }
        *(if is_changed { &mut tally.changed } else { &mut tally.same }) += 1;
        Ok(())
    }

    /// Whether all files stay as they are.
    fn is_dry(&self) -> bool {
        self.check || self.diff
    }

    fn summarize(&self, tally: &Tally) {
        let changed = if self.is_dry() { "would be formatted" } else { "formatted" };
        let parts = [
            (tally.changed, changed),
            (tally.same, "in style already"),
            (tally.refused, "left alone: what has a syntax error cannot be laid out"),
        ];
        let parts = parts.iter().filter(|(count, _)| *count > 0);
        let parts: Vec<_> =
            parts.map(|(count, what)| format!("{} {what}", counted(*count, "file"))).collect();
        if !parts.is_empty() {
            say(&parts.join(", "));
        }
    }

    /// The worst of what happened.
    fn status(&self, tally: &Tally) -> Status {
        if tally.bugs > 0 {
            Status::Bug
        } else if tally.unreadable > 0 {
            Status::Unreadable
        } else if tally.refused > 0 || self.is_dry() && tally.changed > 0 {
            Status::Findings
        } else {
            Status::Fine
        }
    }
}

/// The text in the one style, once it was made sure that it is the same program.
fn formatted(path: &str, text: &str) -> Result<Result<String, FormatError>, Bug> {
    let doing = || format!("formatting `{path}`");
    let laid_out = bug::catch(doing, || {
        let before = weir_syntax::parse(text);
        let new = format(&before)?;
        let after = weir_syntax::parse(&new);
        let is_same = after.errors().is_empty() && same_program(before.green(), after.green());
        Ok((new, is_same))
    })?;
    let other = "the formatted text would be another program, so nothing was changed";
    match laid_out {
        Ok((new, true)) => Ok(Ok(new)),
        Ok((_, false)) => Err(Bug { doing: doing(), panic: other.to_owned() }),
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// Why a file is left as it is: `main.weir:2:9: error[S001]: message`.
fn reason(path: &str, text: &str, refusal: &FormatError) -> String {
    let first = &refusal.first;
    let at = position(&LineIndex::new(text), first.range.start());
    let message = first.message.replace('\n', " ");
    let more = match refusal.count - 1 {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    format!("{path}:{}:{}: error[{}]: {message}{more}", at.line, at.column, first.code)
}

fn say_unreadable(unreadable: &Unreadable) {
    say(&format!("weir: {unreadable}"));
}
