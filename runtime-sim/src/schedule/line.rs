//! Schedules as one line of text that can be copied, sent and compared.
//!
//! ```text
//! weir-schedule:BASE64URL      of the bytes that a file holds
//! ```

use std::io::{self, Write};

use super::encode::parse_bytes;
use super::{Schedule, ScheduleError};

const LINE_START: &str = "weir-schedule:";
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// So many bytes become digits at a time: whole groups of three.
const BYTES_AT_ONCE: usize = 3 << 14;

impl Schedule {
    /// As one line of text that can be copied.
    pub fn to_line(&self) -> String {
        let mut line = Vec::new();
        // Memory takes whatever is written to it.
        let _ = self.write_line(&mut line);
        String::from_utf8(line).unwrap_or_default()
    }

    /// The line, if it has no more than so many bytes.
    pub fn to_short_line(&self, bytes_max: usize) -> Option<String> {
        let mut line = vec![0; bytes_max];
        let mut rest = line.as_mut_slice();
        self.write_line(&mut rest).ok()?;
        let unused = rest.len();
        line.truncate(bytes_max - unused);
        String::from_utf8(line).ok()
    }

    /// Writes the line, without an end.
    pub fn write_line(&self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(LINE_START.as_bytes())?;
        let mut digits = Digits { out, bytes: Vec::new() };
        self.write(&mut digits)?;
        digits.write_out()
    }

    /// Reads a schedule from a file's bytes or from its line.
    pub fn parse(bytes: &[u8]) -> Result<Self, ScheduleError> {
        let text = std::str::from_utf8(bytes).unwrap_or("").trim();
        match text.strip_prefix(LINE_START) {
            Some(digits) => parse_bytes(&from_base64(digits).ok_or(ScheduleError::Corrupt)?),
            None => parse_bytes(bytes),
        }
    }
}

/// Passes bytes on as digits.
struct Digits<'o, W> {
    out: &'o mut W,
    /// Those that are no digits yet.
    bytes: Vec<u8>,
}

impl<W: Write> Digits<'_, W> {
    fn write_out(&mut self) -> io::Result<()> {
        self.out.write_all(to_base64(&self.bytes).as_bytes())?;
        self.bytes.clear();
        Ok(())
    }
}

impl<W: Write> Write for Digits<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() == BYTES_AT_ONCE {
            self.write_out()?;
        }
        let taken = bytes.len().min(BYTES_AT_ONCE - self.bytes.len());
        self.bytes.extend(&bytes[..taken]);
        Ok(taken)
    }

    /// What is no whole group of three waits for more.
    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn to_base64(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..=chunk.len() {
            let value = (word >> (18 - 6 * digit)) & 0x3f;
            out.push(char::from(DIGITS[value as usize]));
        }
    }
    out
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3 + 2);
    for chunk in text.as_bytes().chunks(4) {
        if chunk.len() == 1 {
            return None;
        }
        let mut word = 0u32;
        for at in 0..4 {
            let value = match chunk.get(at) {
                Some(byte) => DIGITS.iter().position(|digit| digit == byte)?,
                None => 0,
            };
            word = word << 6 | value as u32;
        }
        out.extend(&word.to_be_bytes()[1..chunk.len()]);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes only so much at a time, and remembers the largest that it was given.
    #[derive(Default)]
    struct Narrow {
        taken: Vec<u8>,
        largest: usize,
    }

    impl Write for Narrow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.largest = self.largest.max(bytes.len());
            let taken = bytes.len().min(7);
            self.taken.extend(&bytes[..taken]);
            Ok(taken)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn with_answers(lengths: &[usize]) -> Schedule {
        let answers = lengths.iter().map(|length| vec![b'x'; *length]).collect();
        Schedule { answers, ..Schedule::default() }
    }

    #[test]
    fn a_long_line_is_written_in_short_pieces_and_reads_back() {
        for lengths in [&[0][..], &[1, 2, 3], &[BYTES_AT_ONCE], &[BYTES_AT_ONCE * 5 + 1, 4]] {
            let schedule = with_answers(lengths);
            let mut out = Narrow::default();
            schedule.write_line(&mut out).expect("memory takes it");
            assert_eq!(out.taken, schedule.to_line().into_bytes());
            assert!(out.largest <= BYTES_AT_ONCE / 3 * 4, "{} at once", out.largest);
            assert_eq!(Schedule::parse(&out.taken), Ok(schedule));
        }
    }

    #[test]
    fn a_short_line_is_all_of_it_or_none() {
        let schedule = with_answers(&[100]);
        let line = schedule.to_line();
        assert_eq!(schedule.to_short_line(line.len()).as_ref(), Some(&line));
        assert_eq!(schedule.to_short_line(line.len() + 9).as_ref(), Some(&line));
        assert_eq!(schedule.to_short_line(line.len() - 1), None);
        assert_eq!(with_answers(&[BYTES_AT_ONCE * 3]).to_short_line(400), None);
    }
}
