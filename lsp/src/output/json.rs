//! For tools: one object, versioned. Fields are added, never renamed or taken away, within a
//! version.

use std::io::{self, Write};

use serde::Serialize;
use weir_analyzer::diagnostics::{Diagnostic, Label, Level, ResolvedFix};
use weir_analyzer::{SourceFile, TextRange};

use super::Sources;
use crate::convert::Position;
use crate::workspace::Analysis;

const VERSION: u32 = 1;

/// Writes the object.
pub(super) fn write(
    sources: &Sources<'_>,
    files: usize,
    analysis: &Analysis,
    out: &mut impl Write,
) -> io::Result<()> {
    let object = Object {
        version: VERSION,
        tool: concat!("weir ", env!("CARGO_PKG_VERSION")),
        diagnostics: analysis
            .diagnostics
            .iter()
            .map(|of| JsonDiagnostic::new(sources, of))
            .collect(),
        files,
        errors: analysis.count(Level::Error),
        warnings: analysis.count(Level::Warning),
        suppressed: analysis.suppressed,
        seconds: analysis.seconds,
    };
    serde_json::to_writer_pretty(&mut *out, &object)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Object<'a> {
    version: u32,
    tool: &'static str,
    diagnostics: Vec<JsonDiagnostic<'a>>,
    files: usize,
    errors: usize,
    warnings: usize,
    suppressed: usize,
    seconds: f64,
}

/// A finding.
#[derive(Serialize)]
pub(super) struct JsonDiagnostic<'a> {
    code: &'static str,
    name: &'static str,
    level: &'static str,
    message: &'a str,
    path: &'a str,
    range: JsonRange,
    related: Vec<JsonRelated<'a>>,
    help: Option<&'a str>,
    fixes: Vec<JsonFix<'a>>,
    witness: Option<JsonWitness<'a>>,
}

#[derive(Serialize)]
struct JsonRange {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct JsonRelated<'a> {
    message: &'a str,
    path: &'a str,
    range: JsonRange,
}

#[derive(Serialize)]
struct JsonFix<'a> {
    title: &'a str,
    safe: bool,
    edits: Vec<JsonEdit<'a>>,
}

#[derive(Serialize)]
struct JsonEdit<'a> {
    path: &'a str,
    range: JsonRange,
    text: &'a str,
}

#[derive(Serialize)]
struct JsonWitness<'a> {
    steps: Vec<JsonStep<'a>>,
    /// Whether the engine ran it: only `--confirm` does.
    confirmed: bool,
    schedule: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonStep<'a> {
    task: &'a str,
    path: &'a str,
    line: u32,
    what: &'a str,
}

impl<'a> JsonDiagnostic<'a> {
    pub(super) fn new(sources: &Sources<'a>, diagnostic: &'a Diagnostic) -> Self {
        Self {
            code: diagnostic.code.as_str(),
            name: diagnostic.code.rule().name,
            level: diagnostic.level.as_str(),
            message: &diagnostic.message,
            path: sources.path(diagnostic.primary.file),
            range: JsonRange::new(sources, diagnostic.primary.file, diagnostic.primary.range),
            related: diagnostic.related.iter().map(|of| JsonRelated::new(sources, of)).collect(),
            help: diagnostic.help.as_deref(),
            fixes: diagnostic.fixes.iter().map(|fix| JsonFix::new(sources, fix)).collect(),
            witness: JsonWitness::new(sources, diagnostic),
        }
    }
}

impl JsonRange {
    fn new(sources: &Sources<'_>, file: SourceFile, range: TextRange) -> Self {
        Self {
            start: sources.position(file, range.start()),
            end: sources.position(file, range.end()),
        }
    }
}

impl<'a> JsonRelated<'a> {
    fn new(sources: &Sources<'a>, label: &'a Label) -> Self {
        Self {
            message: &label.message,
            path: sources.path(label.file),
            range: JsonRange::new(sources, label.file, label.range),
        }
    }
}

impl<'a> JsonFix<'a> {
    fn new(sources: &Sources<'a>, fix: &'a ResolvedFix) -> Self {
        let edits = fix.edits.iter().map(|(file, range, text)| JsonEdit {
            path: sources.path(*file),
            range: JsonRange::new(sources, *file, *range),
            text,
        });
        Self { title: &fix.title, safe: fix.safe, edits: edits.collect() }
    }
}

impl<'a> JsonWitness<'a> {
    fn new(sources: &Sources<'a>, diagnostic: &'a Diagnostic) -> Option<Self> {
        let steps = diagnostic.witness.iter().map(|step| JsonStep {
            task: &step.task,
            path: sources.path(step.file),
            line: sources.position(step.file, step.range.start()).line,
            what: &step.what,
        });
        let steps: Vec<_> = steps.collect();
        let schedule = diagnostic.shown_by.as_deref();
        (!steps.is_empty()).then_some(Self { steps, confirmed: schedule.is_some(), schedule })
    }
}
