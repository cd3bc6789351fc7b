//! One line for each finding: `src/a.weir:6:5: error[R001]: message`.

use std::io::{self, Write};

use weir_analyzer::diagnostics::Diagnostic;

use super::Sources;

/// Writes each finding.
pub(super) fn write(
    sources: &Sources<'_>,
    diagnostics: &[Diagnostic],
    out: &mut impl Write,
) -> io::Result<()> {
    for diagnostic in diagnostics {
        let (path, start) = sources.start(&diagnostic.primary);
        let (level, code) = (diagnostic.level.as_str(), diagnostic.code);
        let (line, column) = (start.line, start.column);
        // A message with a line break in it would be two lines to `grep`.
        let message = diagnostic.message.replace('\n', " ");
        writeln!(out, "{path}:{line}:{column}: {level}[{code}]: {message}")?;
    }
    Ok(())
}
