//! What changed between two texts of a file, as `diff -u` writes it.

use similar::TextDiff;

/// The changed lines, each with three around it; nothing for equal texts.
pub(crate) fn diff(path: &str, old: &str, new: &str) -> String {
    let lines = TextDiff::from_lines(old, new);
    lines.unified_diff().context_radius(3).header(path, path).to_string()
}
