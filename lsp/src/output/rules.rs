//! `--list-rules`: the registry as a table.

use std::io::{self, Write};

use weir_analyzer::diagnostics::REGISTRY;

/// Writes a line for each rule: code, name, level, title.
pub(crate) fn list_rules(out: &mut impl Write) -> io::Result<()> {
    let width = REGISTRY.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    for rule in REGISTRY {
        let (code, name, level) = (rule.code, rule.name, rule.level.as_str());
        writeln!(out, "{code}  {name:width$}  {level:7}  {}", rule.title)?;
    }
    Ok(())
}
