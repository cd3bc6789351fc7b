//! The lines of a program as the offside rule counts them, and which of them a comment is about.
//!
//! What it is not: lines of text, which are [`LineIndex`](crate::LineIndex)'s. A *logical line* is a
//! statement of one line, or the head of one with a block, brackets and long strings included however
//! many lines of text they take. **Invariant.** The logical lines are in order and do not overlap.

use rowan::{TextRange, TextSize};

use crate::kind::SyntaxKind;
use crate::{layout, lexer};

/// The logical lines of a text and its comments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogicalLines {
    lines: Vec<TextRange>,
    comments: Vec<Comment>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Comment {
    range: TextRange,
    /// Nothing but space stands before it on its line of text.
    is_alone: bool,
}

impl LogicalLines {
    /// Finds them. Takes a lexing and a layout of the whole text: for a text that is known to hold
    /// what is looked for.
    pub fn new(text: &str) -> Self {
        let lexed = lexer::lex(text);
        Self { lines: lines(&lexed), comments: comments(&lexed) }
    }

    /// The comments that document nothing, in the order of the text.
    pub fn comments(&self) -> impl Iterator<Item = TextRange> {
        self.comments.iter().map(|comment| comment.range)
    }

    /// The line that a comment is about: the one it stands within or behind, else the next one.
    pub fn of_comment(&self, comment: TextRange) -> Option<TextRange> {
        let after = self.lines.partition_point(|line| line.start() < comment.start());
        let before = after.checked_sub(1).map(|index| self.lines[index]);
        match before {
            Some(line) if line.end() > comment.start() => Some(line),
            Some(line) if !self.is_alone(comment) => Some(line),
            _ => self.lines.get(after).copied(),
        }
    }

    fn is_alone(&self, comment: TextRange) -> bool {
        let index = self.comments.partition_point(|other| other.range.start() < comment.start());
        self.comments.get(index).is_some_and(|found| found.is_alone)
    }
}

fn lines(lexed: &lexer::Lexed<'_>) -> Vec<TextRange> {
    let input = layout::layout(lexed);
    let mut lines = Vec::new();
    let mut line: Option<TextRange> = None;
    for index in 0..input.len() {
        match input.kind(index) {
            SyntaxKind::Newline | SyntaxKind::Eof => lines.extend(line.take()),
            SyntaxKind::Indent | SyntaxKind::Dedent => {}
            _ => {
                let token = lexed.range(input.raw(index));
                line = Some(line.map_or(token, |line| line.cover(token)));
            }
        }
    }
    lines.extend(line);
    lines
}

fn comments(lexed: &lexer::Lexed<'_>) -> Vec<Comment> {
    let mut comments = Vec::new();
    let mut is_alone = true;
    for index in 0..lexed.len() {
        match lexed.kind(index) {
            SyntaxKind::Comment => {
                comments.push(Comment { range: without_line_end(lexed, index), is_alone });
            }
            kind if !kind.is_trivia() => is_alone = false,
            _ => is_alone |= lexed.text(index).contains(['\n', '\r']),
        }
    }
    comments
}

fn without_line_end(lexed: &lexer::Lexed<'_>, index: usize) -> TextRange {
    let text = lexed.text(index).trim_end_matches(['\n', '\r']);
    TextRange::at(lexed.range(index).start(), TextSize::of(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What each comment of a text is about.
    fn about(text: &str) -> Vec<Option<&str>> {
        let lines = LogicalLines::new(text);
        let line = |comment| lines.of_comment(comment).map(|line| &text[line]);
        lines.comments().map(line).collect()
    }

    #[test]
    fn a_comment_is_about_the_line_it_ends_or_else_the_next() {
        assert_eq!(about("a()  # one\n# two\n\nb()\n"), [Some("a()"), Some("b()")]);
        assert_eq!(about("# one\r\n## doc\r\n# two\r\na()\r\n"), [Some("a()"), Some("a()")]);
        assert_eq!(about("a()\n# last"), [None]);
    }

    #[test]
    fn a_line_is_as_long_as_its_brackets_and_strings() {
        let call = "f(\n    1,  # one\n    # two\n    2,\n)";
        assert_eq!(about(&format!("{call}  # three\n")), [Some(call); 3]);
        assert_eq!(about("# one\nx = \"\"\"\n# no\n\"\"\"\n"), [Some("x = \"\"\"\n# no\n\"\"\"")]);
    }

    #[test]
    fn the_head_of_a_block_is_a_line_without_its_block() {
        let text = "# one\nwhile x:  # two\n    f()\n    # three\ng()\n";
        assert_eq!(about(text), [Some("while x:"), Some("while x:"), Some("g()")]);
    }
}
