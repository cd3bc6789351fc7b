//! Offsets to lines and columns, for people and for the protocol, and back.
//!
//! People count both from 1 and columns in characters; the protocol counts from 0 and columns in
//! the units that were agreed on.

use lsp_types as lsp;
use serde::Serialize;
use weir_syntax::{ColumnUnit, LineColumn, LineIndex, TextRange, TextSize};

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

/// The position of an offset, for people.
pub(crate) fn position(lines: &LineIndex, offset: TextSize) -> Position {
    let LineColumn { line, column } = lines.line_column(offset, ColumnUnit::Scalar);
    Position { line: line + 1, column: column + 1, offset: offset.into() }
}

/// The protocol's range of a range.
pub(crate) fn lsp_range(lines: &LineIndex, range: TextRange, unit: ColumnUnit) -> lsp::Range {
    let position = |offset| {
        let LineColumn { line, column } = lines.line_column(offset, unit);
        lsp::Position::new(line, column)
    };
    lsp::Range::new(position(range.start()), position(range.end()))
}

/// The offset of a position of the protocol; one that is off the text means its nearest end.
pub(crate) fn offset(lines: &LineIndex, position: lsp::Position, unit: ColumnUnit) -> TextSize {
    lines.offset(LineColumn { line: position.line, column: position.character }, unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a\r\nß𝄞x\nlast";

    fn range_of_x(unit: ColumnUnit) -> lsp::Range {
        let x = TextSize::new(9);
        lsp_range(&LineIndex::new(TEXT), TextRange::at(x, 1.into()), unit)
    }

    #[test]
    fn columns_for_people_count_characters_from_one() {
        let at = position(&LineIndex::new(TEXT), 9.into());
        assert_eq!(at, Position { line: 2, column: 3, offset: 9 });
    }

    #[test]
    fn columns_for_the_protocol_count_the_units_agreed_on() {
        assert_eq!(range_of_x(ColumnUnit::Utf8).start, lsp::Position::new(1, 6));
        assert_eq!(range_of_x(ColumnUnit::Utf16).start, lsp::Position::new(1, 3));
    }

    #[test]
    fn positions_off_the_text_mean_its_nearest_end() {
        let lines = LineIndex::new(TEXT);
        let at = |line, character| {
            u32::from(offset(&lines, lsp::Position::new(line, character), ColumnUnit::Utf16))
        };
        assert_eq!(at(0, 99), 1);
        assert_eq!(at(99, 0), 15);
        assert_eq!(at(1, 2), 5, "the middle of a surrogate pair");
    }
}
