//! `--statistics`: how often each code was found.

use std::collections::BTreeMap;
use std::io::{self, Write};

use weir_analyzer::diagnostics::{Code, Diagnostic};

/// Writes a line for each code that was found, the most frequent first.
pub(crate) fn statistics(diagnostics: &[Diagnostic], out: &mut impl Write) -> io::Result<()> {
    let mut counts = BTreeMap::<Code, usize>::new();
    for diagnostic in diagnostics {
        *counts.entry(diagnostic.code).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(code, count)| (std::cmp::Reverse(*count), *code));
    let digits = counts.first().map_or(0, |(_, count)| count.to_string().len());
    for (code, count) in counts {
        writeln!(out, "{count:>digits$}  {code}  {}", code.rule().name)?;
    }
    Ok(())
}
