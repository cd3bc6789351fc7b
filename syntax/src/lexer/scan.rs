//! Tokens outside strings: space, comments, names, numbers, punctuation.
//!
//! What it is not: strings. Invariant: each call consumes at least one byte.

use unicode_ident::{is_xid_continue, is_xid_start};

use super::Lexer;
use crate::keywords;
use crate::kind::SyntaxKind::{self, *};

impl Lexer<'_> {
    /// One token where no f-string text is.
    pub(super) fn ordinary(&mut self) {
        match self.byte(0) {
            b' ' | b'\t' | 0x0c => self.whitespace(),
            b'\n' => self.token(1, LineEnd),
            b'\r' => self.token(if self.byte(1) == b'\n' { 2 } else { 1 }, LineEnd),
            b'#' => self.comment(),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.name(),
            b'0'..=b'9' => self.number(),
            b'(' | b')' | b'[' | b']' | b',' | b'.' | b':' => self.token(1, single(self.byte(0))),
            b'"' => self.string(0),
            b'\'' => self.single_quote(),
            byte if byte.is_ascii() => self.punctuation(byte),
            _ => self.beyond_ascii(),
        }
    }

    fn whitespace(&mut self) {
        let len = 1 + self.count_while(1, |byte| matches!(byte, b' ' | b'\t' | 0x0c));
        self.token(len, Whitespace);
    }

    fn comment(&mut self) {
        let len = self.count_while(0, |byte| !matches!(byte, b'\n' | b'\r'));
        // A ruler of `####` documents nothing.
        let documents = self.byte(1) == b'#' && self.byte(2) != b'#';
        self.token(len, if documents { DocComment } else { Comment });
    }

    /// How many bytes in a row, from the one `ahead` on, are such.
    fn count_while(&self, ahead: usize, holds: impl std::ops::Fn(u8) -> bool) -> usize {
        self.bytes[self.at + ahead..].iter().take_while(|byte| holds(**byte)).count()
    }

    /// The length of the name-like run that begins `ahead` of the current byte.
    fn name_len(&self, ahead: usize) -> usize {
        let rest = &self.bytes[self.at + ahead..];
        let ascii = rest.iter().take_while(|byte| IN_NAME[usize::from(**byte)]).count();
        if rest.get(ascii).is_none_or(u8::is_ascii) {
            return ascii;
        }
        let rest = &self.text[self.at + ahead..];
        rest.find(|c: char| !is_xid_continue(c)).unwrap_or(rest.len())
    }

    fn name(&mut self) {
        let len = self.name_len(0);
        if len <= 2 && matches!(self.byte(len), b'"' | b'\'') && self.is_string_prefix(len) {
            return self.string(len);
        }
        let text = &self.text[self.at..self.at + len];
        self.token(len, keywords::reserved(text).unwrap_or(Ident));
    }

    fn is_string_prefix(&self, len: usize) -> bool {
        let letter = |ahead: usize| self.byte(ahead).to_ascii_lowercase();
        let known = match len {
            1 => matches!(letter(0), b'r' | b'b' | b'f'),
            _ => matches!((letter(0), letter(1)), (b'r', b'b' | b'f') | (b'b' | b'f', b'r')),
        };
        // `'` begins no string of Weir, and is taken for one only where it ends on its line.
        known && (self.byte(len) == b'"' || self.single_quoted_len(len).is_some())
    }

    /// A number with everything name-like that is stuck to it, so that `12abc` is one mistake.
    fn number(&mut self) {
        let digits = |from: usize| {
            let rest = self.bytes.get(self.at + from..).unwrap_or_default();
            rest.iter().take_while(|b| b.is_ascii_digit() || **b == b'_').count()
        };
        let mut kind = IntLiteral;
        let mut len = digits(0);
        let has_prefix = len == 1
            && self.byte(0) == b'0'
            && matches!(self.byte(1), b'x' | b'o' | b'b' | b'X' | b'O' | b'B');
        if !has_prefix {
            // A digit follows the dot: `5.seconds` is a member of `5`.
            if self.byte(len) == b'.' && self.byte(len + 1).is_ascii_digit() {
                kind = FloatLiteral;
                len += 1 + digits(len + 1);
            }
            if matches!(self.byte(len), b'e' | b'E') {
                let sign = usize::from(matches!(self.byte(len + 1), b'+' | b'-'));
                if self.byte(len + 1 + sign).is_ascii_digit() {
                    kind = FloatLiteral;
                    len += 1 + sign + digits(len + 1 + sign);
                }
            }
        }
        len += self.name_len(len);
        self.token(len, kind);
    }

    fn punctuation(&mut self, byte: u8) {
        let (len, kind) = match (byte, self.byte(1), self.byte(2)) {
            (b'/', b'/', b'=') => (3, SlashSlashEquals),
            (b'/', b'/', _) => (2, SlashSlash),
            (b'/', b'=', _) => (2, SlashEquals),
            (b'*', b'*', _) => (2, StarStar),
            (b'*', b'=', _) => (2, StarEquals),
            (b'+', b'=', _) => (2, PlusEquals),
            (b'-', b'=', _) => (2, MinusEquals),
            (b'-', b'>', _) => (2, Arrow),
            (b'%', b'=', _) => (2, PercentEquals),
            (b'=', b'=', _) => (2, EqualsEquals),
            (b'!', b'=', _) => (2, NotEquals),
            (b'<', b'<', _) => (2, ShiftLeft),
            (b'<', b'=', _) => (2, LessEquals),
            (b'>', b'>', _) => (2, ShiftRight),
            (b'>', b'=', _) => (2, GreaterEquals),
            _ => (1, single(byte)),
        };
        if kind == Unknown { self.unknown(1) } else { self.token(len, kind) }
    }

    fn beyond_ascii(&mut self) {
        match self.text[self.at..].chars().next() {
            Some(c) if is_xid_start(c) => self.name(),
            Some(c) => self.unknown(c.len_utf8()),
            None => self.at = self.bytes.len(),
        }
    }

    /// The character here, whatever it is, as one that begins no token.
    pub(super) fn unknown_char(&mut self) {
        let len = self.text[self.at..].chars().next().map_or(1, char::len_utf8);
        self.unknown(len);
    }

    /// Characters that begin no token; a run of them is one token.
    pub(super) fn unknown(&mut self, len: usize) {
        if self.tokens.last().is_some_and(|token| token.kind == Unknown) {
            self.at += len;
        } else {
            self.token(len, Unknown);
        }
    }
}

/// Which bytes go on in a name; a table, as this is asked of most bytes of a file.
const IN_NAME: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0u8;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_alphanumeric() || byte == b'_';
        byte += 1;
    }
    table
};

fn single(byte: u8) -> SyntaxKind {
    match byte {
        b'(' => LeftParen,
        b')' => RightParen,
        b'[' => LeftBracket,
        b']' => RightBracket,
        b'{' => LeftBrace,
        b'}' => RightBrace,
        b',' => Comma,
        b':' => Colon,
        b'.' => Dot,
        b'?' => Question,
        b'!' => Bang,
        b'=' => Equals,
        b'+' => Plus,
        b'-' => Minus,
        b'*' => Star,
        b'/' => Slash,
        b'%' => Percent,
        b'<' => Less,
        b'>' => Greater,
        b'|' => Pipe,
        b'^' => Caret,
        b'&' => Ampersand,
        b'~' => Tilde,
        b';' => Semicolon,
        _ => Unknown,
    }
}
