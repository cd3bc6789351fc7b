//! What becomes of fixed texts: they are written, shown as what would change, or printed.

use std::io::{self, Write};
use std::path::Path;

use weir_analyzer::diagnostics::Level;

use super::{Extent, Fixed};
use crate::cli::say;
use crate::output::{counted, diff};
use crate::workspace::{Workspace, replace};

/// Where fixed texts go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// Into the files.
    Files,
    /// To standard output, as what would change.
    Diff,
    /// To standard output, as they are: what came from standard input.
    Output,
}

/// Puts the fixed texts where they belong and says how many files could not be written.
pub(crate) fn deliver(
    workspace: &Workspace,
    fixed: &Fixed,
    destination: Destination,
) -> io::Result<usize> {
    let mut out = io::stdout().lock();
    if destination == Destination::Output {
        let texts = workspace.files.iter().map(|file| file.text(&workspace.db));
        texts.into_iter().try_for_each(|text| out.write_all(text.as_bytes()))?;
        return Ok(0);
    }
    let mut unwritten = 0;
    for (file, old) in &fixed.changed {
        let (path, new) = (file.path(&workspace.db), file.text(&workspace.db));
        if destination == Destination::Diff {
            out.write_all(diff(path, old, new).as_bytes())?;
        } else if let Err(error) = replace(Path::new(&**path), old, new) {
            unwritten += 1;
            say(&format!("weir: `{path}` cannot be written ({error}); it was left as it is"));
        }
    }
    Ok(unwritten)
}

/// Says on stderr what was done, and what was not.
pub(crate) fn summarize(fixed: &Fixed, extent: Extent, destination: Destination) {
    for refused in &fixed.refused {
        let (path, title) = (&refused.path, &refused.title);
        say(&format!("weir: `{path}`: the fix \"{title}\" would break the file; it was not made"));
    }
    if fixed.is_given_up {
        say("weir: after so many rounds there are still fixes left; run it again to go on");
    }
    let verb = if destination == Destination::Diff { "would be made" } else { "made" };
    let (made, files) = (fixed.made, counted(fixed.changed.len(), "file"));
    let diagnostics = fixed.rest.diagnostics.iter();
    let left = diagnostics.filter(|of| of.level != Level::Hint && !of.fixes.is_empty()).count();
    let left = match left {
        left if left > 0 && extent == Extent::Safe => {
            format!("; {left} more {} to look at with `--unsafe-fixes`", fixes(left))
        }
        _ => String::new(),
    };
    say(&format!("{made} {} {verb} in {files}{left}", fixes(made)));
}

fn fixes(count: usize) -> &'static str {
    if count == 1 { "fix" } else { "fixes" }
}
