//! What the pointer rests on: the rule of the finding there.

use lsp_types as lsp;
use weir_analyzer::diagnostics::{Diagnostic, file_diagnostics};
use weir_analyzer::{Database, SourceFile};
use weir_syntax::{ColumnUnit, LineIndex};

use crate::convert::{lsp_range, offset};

/// The page of the rule whose finding is at the position; of the narrowest one if there are
/// several.
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
    let finding = here.min_by_key(|finding| finding.primary.range.len())?;
    Some(lsp::Hover {
        contents: lsp::HoverContents::Markup(lsp::MarkupContent {
            kind: lsp::MarkupKind::Markdown,
            value: page(finding).to_owned(),
        }),
        range: Some(lsp_range(&lines, finding.primary.range, unit)),
    })
}

fn page(finding: &Diagnostic) -> &'static str {
    finding.code.rule().page
}
