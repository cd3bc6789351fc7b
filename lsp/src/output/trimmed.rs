//! A writer that leaves out the spaces at the ends of lines: what a terminal would show as blank lines
//! where such a line is wider than it, and what no test or document wants to hold.

use std::io::{self, Write};

use codespan_reporting::term::termcolor::{ColorSpec, WriteColor};

/// Passes everything on but spaces before a line's end.
pub(super) struct Trimmed<'a, W> {
    inner: &'a mut W,
    /// Spaces that are written once something follows them on their line.
    held: usize,
}

impl<'a, W: WriteColor> Trimmed<'a, W> {
    pub(super) fn new(inner: &'a mut W) -> Self {
        Self { inner, held: 0 }
    }
}

impl<W: WriteColor> Write for Trimmed<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for part in bytes.split_inclusive(|byte| *byte == b' ' || *byte == b'\n') {
            let (word, end) = match part.split_last() {
                Some((end @ (b' ' | b'\n'), word)) => (word, Some(*end)),
                _ => (part, None),
            };
            if !word.is_empty() {
                write!(self.inner, "{:1$}", "", self.held)?;
                self.held = 0;
                self.inner.write_all(word)?;
            }
            match end {
                Some(b' ') => self.held += 1,
                Some(_) => {
                    self.held = 0;
                    self.inner.write_all(b"\n")?;
                }
                None => {}
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<W: WriteColor> WriteColor for Trimmed<'_, W> {
    fn supports_color(&self) -> bool {
        self.inner.supports_color()
    }

    fn set_color(&mut self, spec: &ColorSpec) -> io::Result<()> {
        self.inner.set_color(spec)
    }

    fn reset(&mut self) -> io::Result<()> {
        self.inner.reset()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use codespan_reporting::term::termcolor::Buffer;

    #[test]
    fn spaces_before_a_line_end_are_left_out_however_they_are_written() {
        let mut buffer = Buffer::no_color();
        let mut trimmed = Trimmed::new(&mut buffer);
        for part in [" a ", " ", "b", "  ", "\n", "  \n c \n"] {
            trimmed.write_all(part.as_bytes()).unwrap();
        }
        assert_eq!(buffer.as_slice(), b" a  b\n\n c\n");
    }
}
