//! Sentences broken into lines between words.

use unicode_width::UnicodeWidthStr;

/// Narrower than this nothing is broken: lines of two words are no easier to read.
const COLUMNS_MIN: usize = 20;

/// The text in lines that take no more columns of a terminal; a longer word has a line of its own.
pub(super) fn wrapped(text: &str, columns: usize) -> String {
    let columns = columns.max(COLUMNS_MIN);
    let (mut lines, mut column) = (String::new(), 0);
    for word in text.split(' ') {
        let width = word.width();
        if column > 0 && column + 1 + width > columns {
            lines.push('\n');
            column = 0;
        } else if column > 0 {
            lines.push(' ');
            column += 1;
        }
        lines += word;
        column += width;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn lines_end_between_words() {
        let text = "one two three four five six";
        assert_eq!(wrapped(text, 20), "one two three four\nfive six");
        assert_eq!(wrapped(text, 80), text);
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(wrapped("日本語 日本語 日本語 日本語", 20), "日本語 日本語 日本語\n日本語");
    }

    #[test]
    fn a_long_word_has_a_line_of_its_own() {
        assert_eq!(
            wrapped("a abcdefghijklmnopqrstuvwxyz b", 20),
            "a\nabcdefghijklmnopqrstuvwxyz\nb"
        );
    }
}
