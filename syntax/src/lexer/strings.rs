//! Strings and f-strings.
//!
//! What it is not: the decoding of escapes. Invariant: a string that has no end still ends: a
//! short one with its line, a long one before the next declaration, so that the rest of the file
//! keeps its meaning.

use super::{FStringPart, Lexer, OpenFString};
use crate::kind::SyntaxKind::*;

/// Words that begin a declaration at the left margin: where an open `"""` string stops.
const DECLARATIONS: &[&str] =
    &["fn ", "struct ", "mutable struct ", "enum ", "const ", "tasklocal ", "import ", "test \""];

/// How far a `'` is looked after for its end. It serves one finding, and on a line of quotes an
/// unbounded look for each would cost the square of the line's length.
const SINGLE_QUOTED_MAX: usize = 1_000;

impl Lexer<'_> {
    /// A string whose prefix is `prefix` bytes long.
    pub(super) fn string(&mut self, prefix: usize) {
        let has = |letter: u8| (0..prefix).any(|i| self.byte(i).eq_ignore_ascii_case(&letter));
        let (is_format, is_bytes, raw) = (has(b'f'), has(b'b'), has(b'r'));
        let quote = self.byte(prefix);
        let long = quote == b'"' && self.byte(prefix + 1) == b'"' && self.byte(prefix + 2) == b'"';
        let open_len = prefix + if long { 3 } else { 1 };
        let start = self.at;
        if is_format {
            self.token(open_len, FStringStart);
            self.fstrings.push(OpenFString { start, quote, long, raw, part: FStringPart::Text });
            return;
        }
        let kind = if is_bytes { BytesLiteral } else { StringLiteral };
        let content = start + open_len;
        let end = if long {
            self.long_string_end(content)
        } else {
            self.short_string_end(content, quote)
        };
        match end {
            Ok(end) => self.token(end - start, kind),
            Err(end) => {
                self.token(end - start, kind);
                if long {
                    self.unterminated(
                        start,
                        content,
                        "this string has no end",
                        "a string that begins with `\"\"\"` ends with `\"\"\"`",
                    );
                } else if !self.fstrings.iter().any(|open| !open.long) {
                    // Within a short f-string the f-string is at fault, and will be reported.
                    self.unterminated(
                        start,
                        end,
                        "this string has no end on its line",
                        "end it with `\"`, or begin it with `\"\"\"` to use several lines",
                    );
                }
            }
        }
    }

    /// The end of a short string whose content begins at `at`: after its quote, or, in the error,
    /// where its line ends.
    fn short_string_end(&self, at: usize, quote: u8) -> Result<usize, usize> {
        self.short_string_end_before(self.bytes.len(), at, quote)
    }

    /// The same, looking no further than `limit`.
    fn short_string_end_before(
        &self,
        limit: usize,
        mut at: usize,
        quote: u8,
    ) -> Result<usize, usize> {
        loop {
            match self.bytes.get(at).filter(|_| at < limit) {
                None | Some(b'\n' | b'\r') => return Err(at.min(self.bytes.len())),
                // A backslash before the line's end escapes nothing here.
                Some(b'\\') => match self.bytes.get(at + 1) {
                    None | Some(b'\n' | b'\r') => at += 1,
                    Some(_) => at += 2,
                },
                Some(byte) if *byte == quote && !self.is_apostrophe(limit, at) => return Ok(at + 1),
                Some(_) => at += 1,
            }
        }
    }

    /// Whether the quote here is the apostrophe of a word, as in `'don't'`: a `'` between letters, with
    /// one behind it on the line.
    fn is_apostrophe(&self, limit: usize, at: usize) -> bool {
        let is_letter = |at: usize| self.bytes.get(at).is_some_and(u8::is_ascii_alphabetic);
        let rest = self.bytes.get(at + 1..limit.min(self.bytes.len())).unwrap_or_default();
        let mut line = rest.iter().take_while(|byte| !matches!(byte, b'\n' | b'\r'));
        self.bytes[at] == b'\''
            && is_letter(at - 1)
            && is_letter(at + 1)
            && line.any(|b| *b == b'\'')
    }

    /// The end of a long string whose content begins at `at`.
    fn long_string_end(&mut self, from: usize) -> Result<usize, usize> {
        let mut at = from;
        while at < self.bytes.len() {
            match self.bytes[at] {
                b'\\' => at += 2,
                b'"' if self.bytes[at..].starts_with(b"\"\"\"") => return Ok(at + 3),
                b'\n' if self.long_string_left_open && self.declaration_at(at + 1) => {
                    return Err(self.before_line_end(at));
                }
                _ => at += 1,
            }
        }
        self.long_string_left_open = true;
        Err(self.next_declaration(from))
    }

    /// Where the line ends that stands before the next declaration; else the end of the text.
    fn next_declaration(&self, from: usize) -> usize {
        let mut at = from;
        while let Some(line_end) = self.bytes[at..].iter().position(|byte| *byte == b'\n') {
            at += line_end + 1;
            if self.declaration_at(at) {
                return self.before_line_end(at - 1);
            }
        }
        self.bytes.len()
    }

    /// Where the line end begins whose `\n` is at `at`.
    fn before_line_end(&self, at: usize) -> usize {
        let has_return =
            at.checked_sub(1).and_then(|before| self.bytes.get(before)) == Some(&b'\r');
        if has_return { at - 1 } else { at }
    }

    fn declaration_at(&self, at: usize) -> bool {
        let line = self.bytes.get(at..).unwrap_or_default();
        DECLARATIONS.iter().any(|word| line.starts_with(word.as_bytes()))
    }

    /// `'`, which begins no string in Weir: `'text'` is one token, for the sake of one finding.
    pub(super) fn single_quote(&mut self) {
        if self.single_quoted_len(0).is_some() { self.string(0) } else { self.unknown(1) }
    }

    /// The length of a `'text'` whose quote stands `ahead`, if it ends on its line.
    pub(super) fn single_quoted_len(&self, ahead: usize) -> Option<usize> {
        let start = self.at + ahead + 1;
        let limit = start + SINGLE_QUOTED_MAX;
        self.short_string_end_before(limit, start, b'\'').ok().map(|end| end - self.at)
    }

    // ------------------------------------------------------------------------------------ f-strings

    /// The text of an f-string: a piece up to a hole, or the end.
    pub(super) fn fstring_text(&mut self) {
        let Some(open) = self.fstrings.last() else { return };
        let (quote, long, raw) = (open.quote, open.long, open.raw);
        let stop_at_declaration = long && self.long_fstring_has_no_end();
        let mut at = self.at;
        while let Some(&byte) = self.bytes.get(at) {
            match byte {
                b'\\' if raw => at += 1 + usize::from(self.bytes.get(at + 1) == Some(&quote)),
                b'\\' if self.bytes[at..].starts_with(b"\\u{") => at += 3,
                b'\\' if !matches!(self.bytes.get(at + 1), None | Some(b'\n' | b'\r')) => at += 2,
                b'{' if self.bytes.get(at + 1) == Some(&b'{') => at += 2,
                b'{' => break,
                b'\n' | b'\r' if !long => break,
                b'\n' if stop_at_declaration && self.declaration_at(at + 1) => {
                    at = self.before_line_end(at).max(self.at);
                    break;
                }
                _ if byte == quote && (!long || self.bytes[at..].starts_with(b"\"\"\"")) => break,
                _ => at += 1,
            }
        }
        // An escape may have jumped into or past the middle of a character.
        while at < self.bytes.len() && !self.text.is_char_boundary(at) {
            at += 1;
        }
        let at = at.min(self.bytes.len());
        if at > self.at {
            self.token(at - self.at, FStringPiece);
        }
        self.after_fstring_text(quote, long, stop_at_declaration);
    }

    fn after_fstring_text(&mut self, quote: u8, long: bool, stopped: bool) {
        match self.byte(0) {
            _ if self.at == self.bytes.len() => {}
            b'{' if !stopped || self.byte(1) != b'{' => {
                self.token(1, LeftBrace);
                self.set_part(FStringPart::Hole { brackets: 0 });
            }
            byte if byte == quote && (!long || self.bytes[self.at..].starts_with(b"\"\"\"")) => {
                self.token(if long { 3 } else { 1 }, FStringEnd);
                self.fstrings.pop();
            }
            b'\n' | b'\r' if !long => self.close_fstrings_at_line_end(),
            _ if stopped => self.close_long_fstrings_at_end(),
            _ => {}
        }
    }

    /// The format after the `:` of a hole: all up to the `}`.
    pub(super) fn fstring_format(&mut self) {
        let Some(open) = self.fstrings.last() else { return };
        let (quote, long) = (open.quote, open.long);
        let rest = &self.bytes[self.at..];
        let stops = |byte: &u8| matches!(byte, b'}' | b'\n' | b'\r') || *byte == quote;
        let len = rest.iter().position(stops).unwrap_or(rest.len());
        if len > 0 {
            self.token(len, FStringPiece);
        }
        match self.byte(0) {
            b'}' => {
                self.token(1, RightBrace);
                self.set_part(FStringPart::Text);
            }
            b'\n' | b'\r' if !long => self.close_fstrings_at_line_end(),
            // The hole was never closed: what follows is text, or the end.
            _ => self.set_part(FStringPart::Text),
        }
    }

    /// A hole: ordinary tokens up to its own `}`, `:` or `!`.
    pub(super) fn fstring_hole(&mut self, brackets: u32) {
        let Some(open) = self.fstrings.last() else { return };
        let (quote, long) = (open.quote, open.long);
        match self.byte(0) {
            b'}' if brackets == 0 => {
                self.token(1, RightBrace);
                self.set_part(FStringPart::Text);
            }
            b':' if brackets == 0 => {
                self.token(1, Colon);
                self.set_part(FStringPart::Format);
            }
            byte @ (b'(' | b'[' | b'{') => {
                self.set_part(FStringPart::Hole { brackets: brackets.saturating_add(1) });
                self.punctuation_byte(byte);
            }
            byte @ (b')' | b']' | b'}') => {
                self.set_part(FStringPart::Hole { brackets: brackets.saturating_sub(1) });
                self.punctuation_byte(byte);
            }
            b'\n' | b'\r' if !long => self.close_fstrings_at_line_end(),
            // A comment would swallow the f-string's end.
            b'#' if !long => self.unknown(1),
            byte if byte == quote && self.ends_fstring_within_hole(quote, long) => {
                self.token(if long { 3 } else { 1 }, FStringEnd);
                self.fstrings.pop();
            }
            _ => self.ordinary(),
        }
    }

    fn punctuation_byte(&mut self, byte: u8) {
        let kind = match byte {
            b'(' => LeftParen,
            b')' => RightParen,
            b'[' => LeftBracket,
            b']' => RightBracket,
            b'{' => LeftBrace,
            _ => RightBrace,
        };
        self.token(1, kind);
    }

    /// Whether a quote in a hole is the f-string's own, its hole left open: so it is when no string
    /// that begins here could end.
    fn ends_fstring_within_hole(&mut self, quote: u8, long: bool) -> bool {
        if long {
            let is_long = self.bytes[self.at..].starts_with(b"\"\"\"");
            return is_long && self.last_long_quote() <= self.at;
        }
        self.short_string_end(self.at + 1, quote).is_err()
    }

    fn set_part(&mut self, part: FStringPart) {
        if let Some(open) = self.fstrings.last_mut() {
            open.part = part;
        }
    }

    fn long_fstring_has_no_end(&mut self) -> bool {
        self.last_long_quote() < self.at
    }

    /// Where the last `"""` of the text is; looked for once.
    fn last_long_quote(&mut self) -> usize {
        let text = self.text;
        *self.last_long_quote.get_or_insert_with(|| text.rfind("\"\"\"").unwrap_or(0))
    }

    /// A line ends: so do the short f-strings that are open. The outermost one is at fault.
    pub(super) fn close_fstrings_at_line_end(&mut self) {
        let mut start = None;
        while self.fstrings.last().is_some_and(|open| !open.long) {
            start = self.fstrings.pop().map(|open| open.start);
        }
        if let Some(start) = start {
            self.unterminated(
                start,
                self.at,
                "this f-string has no end on its line",
                "end it with `\"`, or begin it with `f\"\"\"` to use several lines",
            );
        }
    }

    /// The text or its readable part ends: so do all f-strings that are open.
    pub(super) fn close_long_fstrings_at_end(&mut self) {
        let start = self.fstrings.first().map(|open| open.start);
        self.fstrings.clear();
        if let Some(start) = start {
            self.given_up.push(self.tokens.len());
            let len = self.bytes[start..].iter().take_while(|byte| **byte != b'"').count() + 3;
            let help = "an f-string that begins with `f\"\"\"` ends with `\"\"\"`";
            self.unterminated(
                start,
                (start + len).min(self.bytes.len()),
                "this f-string has no end",
                help,
            );
        }
    }
}
