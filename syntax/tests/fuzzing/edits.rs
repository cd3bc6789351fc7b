//! Edits as people make them, and as nobody would.
//!
//! What it is not: the reparse. Invariant: an edit begins and ends between two characters of the text.

use weir_syntax::{TextEdit, TextRange, TextSize};

use super::choices::Choices;

/// What is typed, pasted or cut in half.
pub(crate) const WORDS: &[&str] = &[
    "x",
    "1",
    " ",
    "\n",
    "    ",
    "\n    ",
    "\n        ",
    ":",
    ".",
    ",",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "\"\"\"",
    "f\"",
    "f\"{",
    "'",
    "#",
    "# c\n",
    "    # c\n",
    "## d\n",
    "=",
    "==",
    "+ 1",
    "->",
    "?",
    "\\",
    "\t",
    "\r\n",
    "\r",
    "é",
    "if x:\n",
    "else:\n",
    "elif x:\n",
    "    else:\n",
    "fn g():\n",
    "fn ",
    "struct S:\n",
    "return ",
    "pass\n",
    "spawn ",
    "spawn:\n",
    "case ",
    "for ",
    "while ",
    "concurrent:\n",
    "break\n",
    "= 3\n",
    "go ",
    "def ",
    "type ",
    "test \"t\":\n",
    "import a\n",
    "const C = 1\n",
    "x = [\n",
    "x = spawn:\n",
    "\u{feff}",
    "\u{c}",
    "mutable ",
    "\n\n",
    "let ",
    "$",
    ";",
    "        x = 1\n",
    "    x = 1\n",
    "x = 1\n",
    "  ",
    "if",
    "in",
    "not ",
    "with a as b:\n",
    "match x:\n",
    "select:\n",
];

/// An edit of this text.
pub(crate) fn edit(text: &str, choices: &mut Choices<'_>) -> TextEdit {
    let at = boundary(text, choices.below(text.len() + 1));
    let line = text[..at].rfind('\n').map_or(0, |line_end| line_end + 1);
    let line_end = text[at..].find('\n').map_or(text.len(), |len| at + len + 1);
    match choices.below(12) {
        // Type a character or a word.
        0..=3 => replace(at, at, choices.pick(WORDS)),
        // Take a few characters away.
        4 | 5 => replace(at, boundary(text, at + 1 + choices.below(4)), ""),
        // Indent a line, or less so.
        6 => replace(line, line, choices.pick(&["    ", " ", "\t", "# "])),
        7 => {
            let spaces = text[line..].bytes().take_while(|byte| *byte == b' ').count();
            replace(line, line + spaces.min(1 + choices.below(4)), "")
        }
        // Take a line away, or say it twice.
        8 => replace(line, line_end, ""),
        9 => replace(line, line, &text[line..line_end]),
        // Join two lines.
        10 => replace(boundary(text, line_end.saturating_sub(1).max(line)), line_end, ""),
        // Replace any stretch by any other.
        _ => {
            let end = boundary(text, at + choices.below(60));
            let from = boundary(text, choices.below(text.len() + 1));
            let to = boundary(text, from + choices.below(60));
            replace(at, end, &text[from..to])
        }
    }
}

/// The text after the edit.
pub(crate) fn apply(text: &str, edit: &TextEdit) -> String {
    let (start, end) = (usize::from(edit.range.start()), usize::from(edit.range.end()));
    format!("{}{}{}", &text[..start], edit.insert, &text[end..])
}

fn replace(start: usize, end: usize, insert: &str) -> TextEdit {
    let size = |offset: usize| TextSize::try_from(offset).unwrap_or_default();
    TextEdit { range: TextRange::new(size(start), size(end)), insert: insert.to_string() }
}

/// The next place at or behind an offset that is between two characters.
pub(crate) fn boundary(text: &str, offset: usize) -> usize {
    (offset..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}
