//! What the pointer rests on: the rule of the finding there, else the declaration of the name.

use lsp_types as lsp;
use weir_analyzer::declared::{Declared, declared_at};
use weir_analyzer::diagnostics::{Diagnostic, file_diagnostics};
use weir_analyzer::{Database, SourceFile};
use weir_syntax::{ColumnUnit, LineIndex};

use crate::convert::{lsp_range, offset};

/// The page of the rule whose finding is at the position, of the narrowest one if there are
/// several; where there is none, what the name there declares.
pub(super) fn hover(
    db: &Database,
    file: SourceFile,
    position: lsp::Position,
    unit: ColumnUnit,
) -> Option<lsp::Hover> {
    let lines = LineIndex::new(file.text(db));
    let offset = offset(&lines, position, unit);
    let found = file_diagnostics(db, file);
    let here = found.iter().filter(|finding| finding.primary.range.contains_inclusive(offset));
    let (value, range) = match here.min_by_key(|finding| finding.primary.range.len()) {
        Some(finding) => (page(finding).to_owned(), finding.primary.range),
        None => {
            let declared = declared_at(db, file, offset)?;
            (declaration(&declared), declared.range)
        }
    };
    let kind = lsp::MarkupKind::Markdown;
    Some(lsp::Hover {
        contents: lsp::HoverContents::Markup(lsp::MarkupContent { kind, value }),
        range: Some(lsp_range(&lines, range, unit)),
    })
}

fn declaration(declared: &Declared) -> String {
    let doc = declared.doc.as_deref().unwrap_or_default();
    format!("```weir\n{}\n```\n\n{doc}", declared.signature)
}

fn page(finding: &Diagnostic) -> &'static str {
    finding.code.rule().page
}
