//! Findings as the protocol's diagnostics.

use rustc_hash::FxHashMap;

use lsp_types as lsp;
use weir_analyzer::diagnostics::{Diagnostic, Level};
use weir_analyzer::{Database, SourceFile, TextRange};
use weir_syntax::{ColumnUnit, LineIndex};

use super::lsp_range;

/// What turning findings into the protocol's terms takes: lines of the files, their addresses.
pub(crate) struct Converter<'a> {
    db: &'a Database,
    unit: ColumnUnit,
    addresses: &'a dyn Fn(SourceFile) -> Option<lsp::Uri>,
    lines: FxHashMap<SourceFile, LineIndex>,
}

impl<'a> Converter<'a> {
    /// A converter for files that go by these addresses; places in files without one are left
    /// out.
    pub(crate) fn new(
        db: &'a Database,
        unit: ColumnUnit,
        addresses: &'a dyn Fn(SourceFile) -> Option<lsp::Uri>,
    ) -> Self {
        Self { db, unit, addresses, lines: FxHashMap::default() }
    }

    /// A finding.
    pub(crate) fn diagnostic(&mut self, finding: &Diagnostic) -> lsp::Diagnostic {
        let related = self.related(finding);
        lsp::Diagnostic {
            range: self.range(finding.primary.file, finding.primary.range),
            severity: Some(severity(finding.level)),
            code: Some(lsp::NumberOrString::String(finding.code.to_string())),
            code_description: None,
            source: Some("weir".to_owned()),
            message: message(finding),
            related_information: (!related.is_empty()).then_some(related),
            tags: None,
            data: None,
        }
    }

    /// The labels, then the steps of the witness in their order.
    fn related(&mut self, finding: &Diagnostic) -> Vec<lsp::DiagnosticRelatedInformation> {
        let labels = finding.related.iter();
        let labels = labels.map(|label| (label.file, label.range, label.message.clone()));
        let steps = finding.witness.iter().enumerate().map(|(index, step)| {
            (step.file, step.range, format!("step {}: {} {}", index + 1, step.task, step.what))
        });
        let places = labels.chain(steps);
        places.filter_map(|(file, range, message)| self.place(file, range, message)).collect()
    }

    fn place(
        &mut self,
        file: SourceFile,
        range: TextRange,
        message: String,
    ) -> Option<lsp::DiagnosticRelatedInformation> {
        let uri = (self.addresses)(file)?;
        let location = lsp::Location::new(uri, self.range(file, range));
        Some(lsp::DiagnosticRelatedInformation { location, message })
    }

    /// A range of a file.
    pub(crate) fn range(&mut self, file: SourceFile, range: TextRange) -> lsp::Range {
        let db = self.db;
        let lines = self.lines.entry(file).or_insert_with(|| LineIndex::new(file.text(db)));
        lsp_range(lines, range, self.unit)
    }
}

fn severity(level: Level) -> lsp::DiagnosticSeverity {
    match level {
        Level::Error => lsp::DiagnosticSeverity::ERROR,
        Level::Warning => lsp::DiagnosticSeverity::WARNING,
        Level::Hint => lsp::DiagnosticSeverity::HINT,
    }
}

/// The message, and below it what to do: editors show nothing else.
fn message(finding: &Diagnostic) -> String {
    match &finding.help {
        Some(help) => format!("{}\nhelp: {help}", finding.message),
        None => finding.message.clone(),
    }
}
