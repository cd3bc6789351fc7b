//! `--list-rules`: the registry, as a table for people or as an array for tools.

use std::io::{self, Write};

use serde::Serialize;
use weir_analyzer::diagnostics::REGISTRY;

use super::Format;

/// Writes all rules: code, name, level, title.
pub(crate) fn list_rules(format: Format, out: &mut impl Write) -> io::Result<()> {
    match format {
        Format::Human | Format::Short => table(out),
        Format::Json => json(out),
    }
}

fn table(out: &mut impl Write) -> io::Result<()> {
    let width = REGISTRY.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    for rule in REGISTRY {
        let (code, name, level) = (rule.code, rule.name, rule.level.as_str());
        writeln!(out, "{code}  {name:width$}  {level:7}  {}", rule.title)?;
    }
    Ok(())
}

#[derive(Serialize)]
struct JsonRule {
    code: &'static str,
    name: &'static str,
    level: &'static str,
    title: &'static str,
}

fn json(out: &mut impl Write) -> io::Result<()> {
    let rules = REGISTRY.iter().map(|rule| JsonRule {
        code: rule.code.as_str(),
        name: rule.name,
        level: rule.level.as_str(),
        title: rule.title,
    });
    serde_json::to_writer_pretty(&mut *out, &rules.collect::<Vec<_>>())?;
    writeln!(out)
}
