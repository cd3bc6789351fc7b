//! For people: the source with labels beneath it, what to do, the witness step by step, and a
//! summary as the last line.
//!
//! ```text
//! error[R001]: `data` is changed here, but …
//!   ┌─ src/a.weir:6:5
//!   │
//! 5 │     spawn fill(data)
//!   │     ---------------- this task has `data` until the block ends
//! 6 │     data.append(1)
//!   │     ^^^^^^^^^^^^^^
//!   │
//!   = help: …
//! ```

use std::io::{self, Write};

use codespan_reporting::diagnostic::{self, Severity};
use codespan_reporting::files::Error;
use codespan_reporting::term::termcolor::{Color, ColorSpec, WriteColor};
use codespan_reporting::term::{self, Config, DisplayStyle};
use weir_analyzer::SourceFile;
use weir_analyzer::diagnostics::{Diagnostic, Label, Level, ResolvedStep};

use super::folded::folded;
use super::trimmed::Trimmed;
use super::wrap::wrapped;
use super::{Sources, counted, counts};
use crate::workspace::Analysis;

/// A longer line is not shown: nobody reads it, and generated files have lines of megabytes.
const SHOWN_LINE_BYTES_MAX: usize = 500;

/// More findings are not shown, only counted: nobody scrolls so far, and the formats for tools have
/// them all.
const SHOWN_FINDINGS_MAX: usize = 1000;

/// The columns before a note: a line number's, and a sign's.
const NOTE_INDENT: usize = 8;

/// Writes each finding.
pub(super) fn write(
    sources: &Sources<'_>,
    diagnostics: &[Diagnostic],
    columns: Option<usize>,
    out: &mut impl WriteColor,
) -> io::Result<()> {
    let out = &mut Trimmed::new(out);
    let columns = columns.unwrap_or(usize::MAX);
    let rich = Config::default();
    let plain = Config { display_style: DisplayStyle::Medium, ..Config::default() };
    for diagnostic in diagnostics.iter().take(SHOWN_FINDINGS_MAX) {
        let showable = is_showable(sources, diagnostic);
        let config = if showable { &rich } else { &plain };
        let shown = shown(sources, diagnostic, columns);
        match term::emit_to_write_style(out, config, sources, &shown) {
            Ok(()) => {}
            Err(Error::Io(error)) => return Err(error),
            // A range that is off its text would be a bug of ours; the message still matters.
            Err(_) => writeln!(out, "{}: {}\n", diagnostic.level.as_str(), diagnostic.message)?,
        }
        if !showable {
            writeln!(out)?;
        }
    }
    match diagnostics.len().saturating_sub(SHOWN_FINDINGS_MAX) {
        0 => Ok(()),
        more => writeln!(
            out,
            "{} not shown here; `--format short` prints all of them\n",
            counted(more, "more finding")
        ),
    }
}

/// Writes the last line: how much was found, and where to read on.
pub(super) fn write_summary(
    files: usize,
    analysis: &Analysis,
    out: &mut impl WriteColor,
) -> io::Result<()> {
    let place = counted(files, "file");
    let Some(worst) = analysis.diagnostics.iter().map(|diagnostic| diagnostic.level).min() else {
        if analysis.bugs.is_empty() {
            emphasized(out, Color::Green, "nothing found")?;
            writeln!(out, " in {place}{}", allowed(analysis))?;
        }
        return Ok(());
    };
    emphasized(out, color(worst), &counts(analysis))?;
    write!(out, " in {place}{}", allowed(analysis))?;
    let codes = analysis.diagnostics.iter().filter(|diagnostic| diagnostic.level == worst);
    match codes.map(|diagnostic| diagnostic.code).next() {
        Some(code) => writeln!(out, "; `weir explain {code}` tells more"),
        None => writeln!(out),
    }
}

/// Findings that comments allow are not shown, and not forgotten either.
fn allowed(analysis: &Analysis) -> String {
    match analysis.suppressed {
        0 => String::new(),
        count => format!(" ({count} more allowed by comments)"),
    }
}

fn emphasized(out: &mut impl WriteColor, color: Color, text: &str) -> io::Result<()> {
    out.set_color(ColorSpec::new().set_fg(Some(color)).set_bold(true))?;
    write!(out, "{text}")?;
    out.reset()
}

fn color(level: Level) -> Color {
    match level {
        Level::Error => Color::Red,
        Level::Warning => Color::Yellow,
        Level::Hint => Color::Green,
    }
}

fn is_showable(sources: &Sources<'_>, diagnostic: &Diagnostic) -> bool {
    let mut labels = std::iter::once(&diagnostic.primary).chain(&diagnostic.related);
    labels.all(|label| sources.longest_line(label.file, label.range) <= SHOWN_LINE_BYTES_MAX)
}

fn shown(
    sources: &Sources<'_>,
    finding: &Diagnostic,
    columns: usize,
) -> diagnostic::Diagnostic<SourceFile> {
    let severity = match finding.level {
        Level::Error => Severity::Error,
        Level::Warning => Severity::Warning,
        Level::Hint => Severity::Note,
    };
    let related = finding.related.iter().map(|label| {
        diagnostic::Label::secondary(label.file, range(label)).with_message(&label.message)
    });
    let primary = &finding.primary;
    let primary =
        diagnostic::Label::primary(primary.file, range(primary)).with_message(&primary.message);
    diagnostic::Diagnostic::new(severity)
        .with_code(finding.code)
        .with_message(headline(finding, columns))
        .with_labels(std::iter::once(primary).chain(related).collect())
        .with_notes(notes(sources, finding, columns))
}

/// The message, in lines behind the level and the code.
fn headline(finding: &Diagnostic, columns: usize) -> String {
    let before = format!("{}[{}]: ", finding.level.as_str(), finding.code);
    wrapped(&(before.clone() + &finding.message), columns).split_off(before.len())
}

fn notes(sources: &Sources<'_>, finding: &Diagnostic, columns: usize) -> Vec<String> {
    let fix = finding.fixes.first().map(|fix| &fix.title);
    let columns = columns.saturating_sub(NOTE_INDENT);
    let help = finding.help.as_ref().or(fix);
    let help = help.map(|help| wrapped(&format!("help: {help}"), columns));
    let witness = (!finding.witness.is_empty()).then(|| witness(sources, finding));
    help.into_iter().chain(witness).collect()
}

/// The steps in columns: number, task, place, what. Rounds that are the same are told once.
fn witness(sources: &Sources<'_>, finding: &Diagnostic) -> String {
    let place = |step: &ResolvedStep| {
        let line = sources.position(step.file, step.range.start()).line;
        format!("{}:{line}", sources.path(step.file))
    };
    let shown = |step| (step, place(step));
    let steps: Vec<_> = finding.witness.iter().map(shown).collect();
    let tasks = widest(steps.iter().map(|(step, _)| step.task.as_str()));
    let places = widest(steps.iter().map(|(_, place)| place.as_str()));
    let digits = steps.len().to_string().len();
    let mut note = "it can happen so:".to_owned();
    for told in folded(&finding.witness) {
        for (number, (step, place)) in
            (1..).zip(&steps).skip(told.steps.start).take(told.steps.len())
        {
            let ResolvedStep { task, what, .. } = step;
            note += &format!("\n  {number:>digits$}. {task:tasks$} @ {place:places$}  {what}");
        }
        note += &match told.again {
            0 => String::new(),
            1 => format!("\n  {:digits$}  … the same again", ""),
            more => format!("\n  {:digits$}  … the same {more} times more", ""),
        };
    }
    note
}

fn widest<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    texts.map(|text| text.chars().count()).max().unwrap_or(0)
}

fn range(label: &Label) -> std::ops::Range<usize> {
    label.range.start().into()..label.range.end().into()
}
