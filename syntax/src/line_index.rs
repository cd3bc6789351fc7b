//! Offsets to lines and columns, and back.
//!
//! What it is not: the text; it keeps only where lines begin and which characters are not ASCII.
//! Invariant: every offset has a place and every place an offset; what is outside is clamped, and
//! an offset within a character counts as the character's start.

use rowan::TextSize;

/// A place: both counted from 0, the column in the units that were asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineColumn {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

/// What a column counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ColumnUnit {
    /// Bytes of UTF-8.
    Utf8,
    /// Units of UTF-16, as LSP counts by default.
    Utf16,
    /// Unicode scalar values, as people and `char` count.
    Scalar,
}

/// Where the lines of a text begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineIndex {
    /// The offset of each line's start; the first is 0.
    starts: Vec<u32>,
    /// For each line, the offset of its line end (or of the text's end).
    ends: Vec<u32>,
    /// Every character beyond ASCII, in order: where it starts and how many bytes it has.
    wide: Vec<(u32, u8)>,
    len: u32,
}

impl LineIndex {
    /// Makes the index of a text. A line ends with `\n`, `\r\n` or a lone `\r`.
    pub fn new(text: &str) -> Self {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let bytes = text.as_bytes();
        let mut this =
            Self { starts: vec![0], ends: Vec::new(), wide: Vec::new(), len: offset(text.len()) };
        let mut at = 0;
        while at < bytes.len() {
            let len = match bytes[at] {
                b'\r' if bytes.get(at + 1) == Some(&b'\n') => 2,
                b'\n' | b'\r' => 1,
                0x00..=0x7f => {
                    at += 1;
                    continue;
                }
                lead => {
                    let len = if lead >= 0xf0 {
                        4
                    } else if lead >= 0xe0 {
                        3
                    } else {
                        2
                    };
                    this.wide.push((offset(at), len));
                    at += usize::from(len);
                    continue;
                }
            };
            this.ends.push(offset(at));
            at += len;
            this.starts.push(offset(at));
        }
        this.ends.push(offset(text.len()));
        this
    }

    /// How many lines there are: one more than line ends.
    pub fn line_count(&self) -> u32 {
        u32::try_from(self.starts.len()).unwrap_or(u32::MAX)
    }

    /// The offset of a line's first byte; past the last line, the end of the text.
    pub fn line_start(&self, line: u32) -> TextSize {
        TextSize::new(self.starts.get(line as usize).copied().unwrap_or(self.len))
    }

    /// The offset of a line's end, before its line end.
    pub fn line_end(&self, line: u32) -> TextSize {
        TextSize::new(self.ends.get(line as usize).copied().unwrap_or(self.len))
    }

    /// The line of an offset.
    pub fn line(&self, offset: TextSize) -> u32 {
        let offset = u32::from(offset).min(self.len);
        let after = self.starts.partition_point(|start| *start <= offset);
        u32::try_from(after.saturating_sub(1)).unwrap_or(u32::MAX)
    }

    /// The place of an offset. An offset within the line end is on the line it ends.
    pub fn line_column(&self, offset: TextSize, unit: ColumnUnit) -> LineColumn {
        let line = self.line(offset);
        let start = u32::from(self.line_start(line));
        let offset = self.char_start(u32::from(offset).min(self.len));
        let saved = self.wide_between(start, offset).map(|(_, len)| saved(*len, unit)).sum::<u32>();
        LineColumn { line, column: offset - start - saved }
    }

    /// The offset of a place. A column past the line's end is the line's end; a line past the last
    /// is the text's end; a column within a character is the character's start.
    pub fn offset(&self, place: LineColumn, unit: ColumnUnit) -> TextSize {
        let start = u32::from(self.line_start(place.line));
        let end = u32::from(self.line_end(place.line));
        // In units, before each wide character: what lies between is ASCII, one unit a byte.
        let mut units = 0;
        let mut at = start;
        for (wide, len) in self.wide_between(start, end) {
            let ascii = wide - at;
            if place.column <= units + ascii {
                break;
            }
            units += ascii;
            at = *wide;
            let width = u32::from(*len) - saved(*len, unit);
            if place.column < units + width {
                return TextSize::new(at);
            }
            units += width;
            at += u32::from(*len);
        }
        TextSize::new(at.saturating_add(place.column.saturating_sub(units)).min(end))
    }

    /// The wide characters that start in a range of offsets.
    fn wide_between(&self, start: u32, end: u32) -> std::slice::Iter<'_, (u32, u8)> {
        let first = self.wide.partition_point(|(at, _)| *at < start);
        let last = self.wide.partition_point(|(at, _)| *at < end);
        self.wide.get(first..last).unwrap_or_default().iter()
    }

    fn char_start(&self, offset: u32) -> u32 {
        let before = self.wide.partition_point(|(at, _)| *at < offset);
        match before.checked_sub(1).and_then(|i| self.wide.get(i)) {
            Some((at, len)) if offset < at + u32::from(*len) => *at,
            _ => offset,
        }
    }
}

/// How many columns fewer than bytes a character of `len` bytes takes.
fn saved(len: u8, unit: ColumnUnit) -> u32 {
    let len = u32::from(len);
    match unit {
        ColumnUnit::Utf8 => 0,
        ColumnUnit::Utf16 => {
            if len == 4 {
                2
            } else {
                len - 1
            }
        }
        ColumnUnit::Scalar => len - 1,
    }
}
