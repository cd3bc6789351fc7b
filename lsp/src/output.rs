//! What is wrong, in the forms that people and tools read: one file per format.
//!
//! Every format prints the same findings in the same order, and writes into a buffer that knows
//! whether it is coloured; none of them knows where the buffer goes.

mod diff;
mod docs;
mod folded;
mod human;
mod json;
mod markup;
pub(crate) mod page;
mod report;
mod rules;
mod run_page;
mod short;
mod sources;
mod statistics;
mod tests;
mod trimmed;
mod wrap;

use std::io;

use clap::ValueEnum;
use codespan_reporting::term::termcolor::{Buffer, WriteColor};
use weir_analyzer::diagnostics::Level;

use crate::workspace::{Analysis, Workspace};

pub(crate) use diff::diff;
pub(crate) use docs::{html_pages, markdown};
pub(crate) use report::{end_of, looks_json, refused_json, report_json, unread_json};
pub(crate) use rules::list_rules;
pub(crate) use run_page::run_page;
pub(crate) use sources::Sources;
pub(crate) use statistics::statistics;
pub(crate) use tests::{TestFormat, TestResults, one_line, write_tests};

/// A form of the findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// With the source, for people
    #[default]
    Human,
    /// One line for each finding, for editors and `grep`
    Short,
    /// One JSON object, for tools
    Json,
}

/// Writes the findings in that form; for people, in sentences of so many columns if they are told.
pub(crate) fn write(
    format: Format,
    workspace: &Workspace,
    analysis: &Analysis,
    columns: Option<usize>,
    out: &mut Buffer,
) -> io::Result<()> {
    let sources = Sources::of(&workspace.db, &analysis.diagnostics);
    match format {
        Format::Human => {
            human::write(&sources, &analysis.diagnostics, columns, out)?;
            human::write_summary(workspace.files.len(), analysis, out)
        }
        Format::Short => short::write(&sources, &analysis.diagnostics, out),
        Format::Json => json::write(&sources, workspace.files.len(), analysis, out),
    }
}

/// Writes the findings alone, as people read them.
pub(crate) fn write_findings(
    workspace: &Workspace,
    analysis: &Analysis,
    columns: Option<usize>,
    out: &mut impl WriteColor,
) -> io::Result<()> {
    let sources = Sources::of(&workspace.db, &analysis.diagnostics);
    human::write(&sources, &analysis.diagnostics, columns, out)
}

/// A buffer for text that is coloured or not.
pub(crate) fn buffer(color: bool) -> Buffer {
    if color { Buffer::ansi() } else { Buffer::no_color() }
}

/// `3 errors`, `1 error`, as in `2 errors, 1 warning`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// `2 errors, 1 warning`; nothing for a level without findings.
fn counts(analysis: &Analysis) -> String {
    let levels = [Level::Error, Level::Warning, Level::Hint];
    let counts = levels.map(|level| (analysis.count(level), level.as_str()));
    let parts = counts.iter().filter(|(count, _)| *count > 0);
    parts.map(|(count, noun)| counted(*count, noun)).collect::<Vec<_>>().join(", ")
}
