//! What the text of a literal stands for.
//!
//! What it is not: the lexer, which only finds where a literal ends. Invariant: decoding never
//! fails; a mistake is reported beside a value that is as near as can be, with its range inside
//! the literal's text.

use rowan::{TextRange, TextSize};

use crate::shortened::shortened;

/// A mistake within a literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiteralError {
    /// What is wrong.
    pub message: String,
    /// Where, counted from the start of the literal's text.
    pub range: TextRange,
    /// What to do about it, if that is clear.
    pub help: Option<String>,
    /// What stands in the place of the range when it is mended, if that is mechanical.
    pub instead: Option<String>,
}

impl LiteralError {
    fn new(message: String, start: usize, end: usize) -> Self {
        let size = |offset: usize| TextSize::new(u32::try_from(offset).unwrap_or(u32::MAX));
        let range = TextRange::new(size(start), size(end.max(start)));
        Self { message, range, help: None, instead: None }
    }

    fn instead(mut self, instead: String) -> Self {
        self.instead = Some(instead);
        self
    }

    fn help(mut self, help: String) -> Self {
        self.help = Some(help);
        self
    }
}

// ---------------------------------------------------------------------------------------- numbers

/// The value of an integer literal, and what is wrong with it. 2^63 is a value here: it has a place
/// right after a minus.
pub(crate) fn decode_int(text: &str) -> (u64, Option<LiteralError>) {
    let error = |message: String| Some(LiteralError::new(message, 0, text.len()));
    let (digits, radix, name) = match text.get(..2).map(str::to_ascii_lowercase).as_deref() {
        Some("0x") => (&text[2..], 16, "hexadecimal"),
        Some("0o") => (&text[2..], 8, "octal"),
        Some("0b") => (&text[2..], 2, "binary"),
        _ => (text, 10, "decimal"),
    };
    if let Some(stray) = digits.chars().find(|c| *c != '_' && !c.is_digit(radix)) {
        if let Some(duration) = duration(text) {
            let problem = error(format!("`{text}` is no number, and a duration names its unit"));
            return (0, problem.map(|error| error.instead(duration)));
        }
        let message = if radix == 10 && stray.is_alphabetic() {
            let shown = shortened(text);
            format!("`{shown}` is no number, and a name cannot begin with a digit")
        } else {
            format!("`{stray}` is no {name} digit")
        };
        return (0, error(message));
    }
    if let Some(problem) = misplaced_underscore(digits, radix != 10) {
        let parts = text.split('_').filter(|part| !part.is_empty());
        let right = parts.collect::<Vec<_>>().join("_");
        return (0, error(problem).map(|error| error.instead(right)));
    }
    if !digits.contains(|c: char| c.is_digit(radix)) {
        return (0, error(format!("`{text}` has no digits")));
    }
    if radix == 10
        && digits.len() > 1
        && digits.starts_with('0')
        && digits.contains(|c| matches!(c, '1'..='9'))
    {
        let octal = digits.trim_start_matches('0');
        let problem = error("a decimal number does not begin with `0`".to_string());
        let is_octal = octal.bytes().all(|byte| matches!(byte, b'0'..=b'7' | b'_'));
        let problem = problem.map(|e| match is_octal {
            true => e.instead(format!("0o{octal}")),
            false => e.instead(octal.to_string()),
        });
        return (0, problem.map(|e| e.help(format!("for an octal number write `0o{octal}`"))));
    }
    let mut value: u64 = 0;
    for digit in digits.chars().filter_map(|c| c.to_digit(radix)) {
        let next =
            value.checked_mul(u64::from(radix)).and_then(|v| v.checked_add(u64::from(digit)));
        match next {
            Some(next) if next <= 1 << 63 => value = next,
            _ => return (i64::MAX as u64, error(int_too_large(text))),
        }
    }
    (value, None)
}

/// What a duration of Go, `10ms`, is here.
fn duration(text: &str) -> Option<String> {
    const UNITS: [(&str, &str); 6] = [
        ("ns", "nanoseconds"),
        ("us", "microseconds"),
        ("ms", "milliseconds"),
        ("s", "seconds"),
        ("m", "minutes"),
        ("h", "hours"),
    ];
    let (count, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
    let (_, name) = UNITS.into_iter().find(|(short, _)| *short == unit)?;
    Some(format!("{count}.{name}"))
}

/// The message for an int that does not fit.
pub(crate) fn int_too_large(text: &str) -> String {
    let shown = shortened(text);
    format!("`{shown}` does not fit an `int`, whose largest value is 9223372036854775807")
}

/// The value of a float literal, and what is wrong with it.
pub(crate) fn decode_float(text: &str) -> (f64, Option<LiteralError>) {
    let error = |message: String| Some(LiteralError::new(message, 0, text.len()));
    let parts = text.split(['.', 'e', 'E', '+', '-']);
    for part in parts {
        if let Some(problem) = misplaced_underscore(part, false) {
            return (0.0, error(problem));
        }
    }
    let digits: String = text.chars().filter(|c| *c != '_').collect();
    match digits.parse::<f64>() {
        Ok(value) if value.is_finite() => (value, None),
        Ok(_) => (f64::MAX, error(format!("`{}` is too large for a `float`", shortened(text)))),
        Err(_) => (0.0, error(format!("`{}` is no number", shortened(text)))),
    }
}

/// An underscore stands between two digits, or after a prefix.
fn misplaced_underscore(digits: &str, after_prefix: bool) -> Option<String> {
    let begins = digits.starts_with('_') && !after_prefix;
    (begins || digits.ends_with('_') || digits.contains("__"))
        .then(|| "an underscore in a number stands between two digits".to_string())
}

// ---------------------------------------------------------------------------------------- strings

/// How a string literal is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StringShape {
    /// Escapes are plain text.
    pub(crate) raw: bool,
    /// It stands for bytes.
    pub(crate) bytes: bool,
    /// It has holes.
    pub(crate) format: bool,
    /// The quote, `"` or `'`, which Weir does not use.
    pub(crate) quote: char,
    /// How long prefix and opening quotes are, in bytes.
    pub(crate) open_len: usize,
    /// How long the closing quotes are, in bytes: 1 or 3.
    pub(crate) quote_len: usize,
}

impl StringShape {
    /// The shape of a token that begins with an optional prefix and a quote.
    pub(crate) fn of(text: &str) -> Self {
        let prefix_len = text.bytes().take_while(|b| b.is_ascii_alphabetic()).count();
        let has = |letter: u8| {
            text.as_bytes()[..prefix_len].iter().any(|b| b.eq_ignore_ascii_case(&letter))
        };
        let rest = &text[prefix_len..];
        let quote_len = if rest.starts_with("\"\"\"") { 3 } else { 1 };
        Self {
            raw: has(b'r'),
            bytes: has(b'b'),
            format: has(b'f'),
            quote: if rest.starts_with('\'') { '\'' } else { '"' },
            open_len: (prefix_len + quote_len).min(text.len()),
            quote_len,
        }
    }

    /// The range of the content of a whole literal, without its quotes; an unterminated literal
    /// has no closing ones.
    pub(crate) fn content(self, text: &str) -> std::ops::Range<usize> {
        let quotes = if self.quote_len == 3 {
            "\"\"\""
        } else if self.quote == '\'' {
            "'"
        } else {
            "\""
        };
        let rest = &text[self.open_len..];
        let end = if rest.ends_with(quotes) { text.len() - self.quote_len } else { text.len() };
        self.open_len..end
    }
}

/// The decoded text of a string literal.
pub(crate) fn decode_string(text: &str, errors: &mut Vec<LiteralError>) -> String {
    let shape = StringShape::of(text);
    let content = shape.content(text);
    let mut out = String::with_capacity(content.len());
    unescape(&text[content.clone()], content.start, shape, errors, &mut |c| out.push(c));
    out
}

/// The decoded bytes of a bytes literal.
pub(crate) fn decode_bytes(text: &str, errors: &mut Vec<LiteralError>) -> Vec<u8> {
    let shape = StringShape::of(text);
    let content = shape.content(text);
    let mut out = Vec::with_capacity(content.len());
    unescape(&text[content.clone()], content.start, shape, errors, &mut |c| {
        out.push(u8::try_from(u32::from(c)).unwrap_or(b'?'));
    });
    out
}

/// The decoded text of one piece of an f-string: `{{` and `}}` are braces.
pub(crate) fn decode_fstring_piece(
    text: &str,
    raw: bool,
    errors: &mut Vec<LiteralError>,
) -> String {
    let shape =
        StringShape { raw, bytes: false, format: true, quote: '"', open_len: 0, quote_len: 1 };
    let mut out = String::with_capacity(text.len());
    unescape(text, 0, shape, errors, &mut |c| out.push(c));
    out
}

/// Walks `content`, which begins at `base` of its literal, and gives each character it stands for.
fn unescape(
    content: &str,
    base: usize,
    shape: StringShape,
    errors: &mut Vec<LiteralError>,
    give: &mut dyn FnMut(char),
) {
    let mut at = 0;
    while let Some(c) = content[at..].chars().next() {
        let start = at;
        at += c.len_utf8();
        let rest = &content[at..];
        match c {
            '\\' if !shape.raw => {
                let len = escape(&content[start..], start + base, shape, errors, give);
                at = start + len;
            }
            // A program means the same with either line end.
            '\r' => {
                give('\n');
                at += usize::from(rest.starts_with('\n'));
            }
            '{' | '}' if shape.format => {
                if rest.starts_with(c) {
                    at += 1;
                } else {
                    let message = format!("a single `{c}` in the text of an f-string");
                    let error = LiteralError::new(message, base + start, base + at);
                    let error = error.instead(format!("{c}{c}"));
                    errors.push(error.help(format!("write `{c}{c}` for a brace")));
                }
                give(c);
            }
            _ if shape.bytes && !c.is_ascii() => {
                let message = format!("`{c}` is no single byte");
                let error = LiteralError::new(message, base + start, base + at);
                let bytes = c.to_string().bytes().map(|byte| format!("\\x{byte:02x}")).collect();
                let error = error.instead(bytes);
                errors.push(error.help("write its bytes as `\\x..`".to_string()));
                give('?');
            }
            _ => give(c),
        }
    }
}

/// One escape at the start of `text`; gives what it stands for and returns its length.
fn escape(
    text: &str,
    base: usize,
    shape: StringShape,
    errors: &mut Vec<LiteralError>,
    give: &mut dyn FnMut(char),
) -> usize {
    let Some(letter) = text[1..].chars().next() else {
        // Only an unterminated string ends in a backslash, and that is reported.
        return 1;
    };
    let len = 1 + letter.len_utf8();
    let simple = match letter {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        '0' => '\0',
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'v' => '\u{b}',
        '\\' | '"' | '\'' => letter,
        // A backslash at the end of a line joins it with the next.
        '\n' => return len,
        '\r' => return len + usize::from(text[len..].starts_with('\n')),
        'x' => return hex_escape(text, base, errors, give),
        'u' if !shape.bytes => return unicode_escape(text, base, errors, give),
        _ => {
            let message = format!("`\\{letter}` is no escape");
            let error = LiteralError::new(message, base, base + len);
            let error = error.instead(format!("\\\\{letter}"));
            errors.push(
                error.help(format!("write `\\\\{letter}` for a backslash, or use `r\"...\"`")),
            );
            give('\u{fffd}');
            return len;
        }
    };
    give(simple);
    len
}

/// `\xHH`
fn hex_escape(
    text: &str,
    base: usize,
    errors: &mut Vec<LiteralError>,
    give: &mut dyn FnMut(char),
) -> usize {
    let digits = text[2..].bytes().take(2).take_while(u8::is_ascii_hexdigit).count();
    let len = 2 + digits;
    if digits < 2 {
        errors.push(LiteralError::new(
            "`\\x` needs two hexadecimal digits".to_string(),
            base,
            base + len,
        ));
    }
    let value = u8::from_str_radix(&text[2..len], 16).unwrap_or(b'?');
    give(char::from(value));
    len
}

/// `\u{H...}`
fn unicode_escape(
    text: &str,
    base: usize,
    errors: &mut Vec<LiteralError>,
    give: &mut dyn FnMut(char),
) -> usize {
    let digits = text[2..]
        .strip_prefix('{')
        .map(|rest| &rest[..rest.bytes().take_while(u8::is_ascii_hexdigit).count()])
        .filter(|digits| text[3 + digits.len()..].starts_with('}'));
    let Some(digits) = digits else {
        let plain = text[2..].bytes().take(4).take_while(u8::is_ascii_hexdigit).count();
        let error = LiteralError::new(
            "`\\u` needs its number in braces".to_string(),
            base,
            base + 2 + plain,
        );
        let digits = &text[2..2 + plain];
        let error = match plain {
            0 => error,
            _ => error.instead(format!("\\u{{{digits}}}")),
        };
        errors.push(error.help("write `\\u{1F600}`".to_string()));
        give('\u{fffd}');
        return 2 + plain;
    };
    let len = 4 + digits.len();
    let value = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
    if value.is_none() {
        let message = format!("`{}` is no character of Unicode", &text[..len]);
        errors.push(LiteralError::new(message, base, base + len));
    }
    give(value.unwrap_or('\u{fffd}'));
    len
}
