//! Offsets and places are two names of one thing.

use weir_syntax::{ColumnUnit, LineColumn, LineIndex, TextSize};

const UNITS: [ColumnUnit; 3] = [ColumnUnit::Utf8, ColumnUnit::Utf16, ColumnUnit::Scalar];

fn place(line: u32, column: u32) -> LineColumn {
    LineColumn { line, column }
}

fn size(offset: usize) -> TextSize {
    TextSize::new(offset as u32)
}

#[test]
fn columns_count_what_was_asked_for() {
    let text = "aé\u{1F600}b\r\ncd\ne";
    let index = LineIndex::new(text);
    let b = size(text.find('b').expect("b"));
    assert_eq!(index.line_column(b, ColumnUnit::Utf8), place(0, 7));
    assert_eq!(index.line_column(b, ColumnUnit::Utf16), place(0, 4));
    assert_eq!(index.line_column(b, ColumnUnit::Scalar), place(0, 3));
    let d = size(text.find('d').expect("d"));
    for unit in UNITS {
        assert_eq!(index.line_column(d, unit), place(1, 1));
        assert_eq!(index.line_column(size(text.len()), unit), place(2, 1));
    }
    assert_eq!(index.line_count(), 3);
}

#[test]
fn every_character_has_one_place_and_back() {
    for text in ["", "a", "\n", "aé\u{1F600}b\r\ncd\n\n\u{1F600}\u{1F600}\rx\r\r\né", "\u{feff}é\n"]
    {
        let index = LineIndex::new(text);
        for unit in UNITS {
            let offsets = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            let mut before = None;
            for at in offsets {
                let place = index.line_column(size(at), unit);
                assert!(before < Some(place), "{text:?} {at}: places grow");
                before = Some(place);
                let is_second_half = text[..at].ends_with('\r') && text[at..].starts_with('\n');
                if !is_second_half {
                    assert_eq!(index.offset(place, unit), size(at), "{text:?} {at} {unit:?}");
                }
            }
        }
    }
}

#[test]
fn what_is_outside_is_clamped() {
    let text = "ab\r\né\n";
    let index = LineIndex::new(text);
    for unit in UNITS {
        assert_eq!(index.offset(place(0, 99), unit), size(2), "a column past its line");
        assert_eq!(index.offset(place(1, 99), unit), size(6));
        assert_eq!(index.offset(place(9, 0), unit), size(7), "a line past the last");
        assert_eq!(index.line_column(size(99), unit), place(2, 0), "an offset past the end");
    }
    assert_eq!(
        index.line_column(size(5), ColumnUnit::Utf8),
        place(1, 0),
        "an offset within a character"
    );
    let index = LineIndex::new("\u{1F600}x");
    assert_eq!(
        index.offset(place(0, 1), ColumnUnit::Utf16),
        size(0),
        "a column within a character"
    );
    assert_eq!(index.offset(place(0, 2), ColumnUnit::Utf16), size(4));
}
