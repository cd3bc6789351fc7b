//! Offsets to lines and columns, for people and for the protocol, and back.
//!
//! People count lines and columns from 1 and columns in characters; the protocol counts from 0
//! and columns in code units of the encoding that was agreed on. Inside, everything is a byte
//! offset.

use serde::Serialize;
use tower_lsp::lsp_types as lsp;
use weir_analyzer::TextRange;

/// A position, for people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Position {
    /// From 1.
    pub(crate) line: u32,
    /// From 1, in Unicode scalar values.
    pub(crate) column: u32,
    /// From 0, in bytes.
    pub(crate) offset: u32,
}

/// The position of an offset on a line, which is counted from 0 and begins at `start`.
pub(crate) fn position(text: &str, line: usize, start: usize, offset: usize) -> Position {
    let offset = floor(text, offset);
    let before = text.get(start..offset).unwrap_or_default();
    Position { line: count(line) + 1, column: count(before.chars().count()) + 1, offset: count(offset) }
}

/// What the protocol counts columns in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// Bytes.
    Utf8,
    /// Code units of UTF-16: what every client can.
    #[default]
    Utf16,
}

impl Encoding {
    fn units(self, character: char) -> usize {
        match self {
            Self::Utf8 => character.len_utf8(),
            Self::Utf16 => character.len_utf16(),
        }
    }
}

/// A text's lines as the protocol sees them: they end at `\n`, `\r\n` and a `\r` alone.
pub(crate) struct Lines<'text> {
    text: &'text str,
    starts: Vec<usize>,
    encoding: Encoding,
}

impl<'text> Lines<'text> {
    /// The lines of a text.
    pub(crate) fn new(text: &'text str, encoding: Encoding) -> Self {
        let bytes = text.as_bytes();
        let is_end = |at: usize| match bytes[at] {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        let starts = (0..bytes.len()).filter(|at| is_end(*at)).map(|at| at + 1);
        Self { text, starts: std::iter::once(0).chain(starts).collect(), encoding }
    }

    /// The protocol's position of an offset.
    pub(crate) fn position(&self, offset: usize) -> lsp::Position {
        let offset = floor(self.text, offset);
        let line = self.starts.partition_point(|start| *start <= offset) - 1;
        let before = self.text[self.starts[line]..offset].chars();
        let character = before.map(|character| self.encoding.units(character)).sum();
        lsp::Position::new(count(line), count(character))
    }

    /// The protocol's range of a range.
    pub(crate) fn range(&self, range: TextRange) -> lsp::Range {
        let (start, end) = (range.start().into(), range.end().into());
        lsp::Range::new(self.position(start), self.position(end))
    }

    /// The offset of a position. A position past the end of its line or of the text means that
    /// end; one inside a character means the character's start.
    pub(crate) fn offset(&self, position: lsp::Position) -> usize {
        let Some(start) = self.starts.get(position.line as usize).copied() else {
            return self.text.len();
        };
        let end = self.starts.get(position.line as usize + 1).copied().unwrap_or(self.text.len());
        let line = self.text[start..end].trim_end_matches(['\r', '\n']);
        let mut units = 0;
        for (at, character) in line.char_indices() {
            units += self.encoding.units(character);
            if units > position.character as usize {
                return start + at;
            }
        }
        start + line.len()
    }
}

/// The offset, moved back onto the edge of a character of the text.
fn floor(text: &str, offset: usize) -> usize {
    text.floor_char_boundary(offset.min(text.len()))
}

/// A count as it is printed. Texts are far shorter than 4 GiB.
fn count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a\r\nß𝄞x\rlast";

    #[test]
    fn columns_for_people_count_characters_from_one() {
        let x = TEXT.find('x').unwrap_or_default();
        assert_eq!(position(TEXT, 1, 3, x), Position { line: 2, column: 3, offset: 9 });
    }

    #[test]
    fn columns_for_the_protocol_count_units_of_the_encoding() {
        let x = TEXT.find('x').unwrap_or_default();
        let at = |encoding| Lines::new(TEXT, encoding).position(x);
        assert_eq!(at(Encoding::Utf8), lsp::Position::new(1, 6));
        assert_eq!(at(Encoding::Utf16), lsp::Position::new(1, 3));
    }

    #[test]
    fn every_character_survives_the_way_there_and_back() {
        for encoding in [Encoding::Utf8, Encoding::Utf16] {
            let lines = Lines::new(TEXT, encoding);
            let ends_line = |at: usize| TEXT[at..].starts_with('\n');
            for (at, _) in TEXT.char_indices().filter(|(at, _)| !ends_line(*at)) {
                assert_eq!(lines.offset(lines.position(at)), at);
            }
        }
    }

    #[test]
    fn positions_off_the_text_mean_its_nearest_end() {
        let lines = Lines::new(TEXT, Encoding::Utf16);
        assert_eq!(lines.offset(lsp::Position::new(0, 99)), 1);
        assert_eq!(lines.offset(lsp::Position::new(99, 0)), TEXT.len());
        assert_eq!(lines.offset(lsp::Position::new(1, 2)), 5, "the middle of a surrogate pair");
    }
}
