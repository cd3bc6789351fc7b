//! What the pointer rests on: the rule of the finding there.

use tower_lsp::lsp_types as lsp;
use weir_analyzer::diagnostics::{Diagnostic, file_diagnostics};
use weir_analyzer::{Database, SourceFile, TextSize};

use crate::convert::{Encoding, Lines};

/// The page of the rule whose finding is at the position; of the narrowest one if there are
/// several.
pub(super) fn hover(
    db: &Database,
    file: SourceFile,
    position: lsp::Position,
    encoding: Encoding,
) -> Option<lsp::Hover> {
    let lines = Lines::new(file.text(db), encoding);
    let offset = TextSize::try_from(lines.offset(position)).ok()?;
    let found = file_diagnostics(db, file);
    let here = found.iter().filter(|finding| finding.primary.range.contains_inclusive(offset));
    let finding = here.min_by_key(|finding| finding.primary.range.len())?;
    Some(lsp::Hover {
        contents: lsp::HoverContents::Markup(lsp::MarkupContent {
            kind: lsp::MarkupKind::Markdown,
            value: page(finding).to_owned(),
        }),
        range: Some(lines.range(finding.primary.range)),
    })
}

fn page(finding: &Diagnostic) -> &'static str {
    finding.code.rule().page
}
