//! The formats of f-strings: `[[fill]align][0][width][,][.digits]`.

use super::Value;
use crate::failure::{FailureKind, Fallible, fail};

const WIDTH_MAX: usize = 10_000;

struct Format {
    fill: char,
    align: Option<char>,
    width: usize,
    commas: bool,
    digits: Option<usize>,
}

/// `text` is the value as it prints; the format shapes it.
pub(crate) fn format_value(value: &Value, text: String, format: &str) -> Fallible<String> {
    let Some(format) = parse(format) else {
        return fail(
            FailureKind::Value,
            format!("`{format}` is no format: it is [[fill]align][0][width][,][.digits]"),
        );
    };
    let mut text = match (value, format.digits) {
        (Value::Float(value), Some(digits)) => format!("{value:.digits$}"),
        (Value::Str(_), Some(digits)) => text.chars().take(digits).collect(),
        _ => text,
    };
    if format.commas {
        text = with_commas(&text);
    }
    Ok(pad(value, text, &format))
}

fn parse(text: &str) -> Option<Format> {
    let mut rest: Vec<char> = text.chars().collect();
    let is_align = |character: &char| matches!(character, '<' | '>' | '^');
    let mut format = Format { fill: ' ', align: None, width: 0, commas: false, digits: None };
    if rest.len() >= 2 && is_align(&rest[1]) {
        format.fill = rest[0];
        format.align = Some(rest[1]);
        rest.drain(..2);
    } else if rest.first().is_some_and(is_align) {
        format.align = rest.first().copied();
        rest.remove(0);
    }
    if rest.first() == Some(&'0') {
        format.fill = '0';
        format.align = format.align.or(Some('='));
        rest.remove(0);
    }
    format.width = number(&mut rest)?.unwrap_or(0);
    if rest.first() == Some(&',') {
        format.commas = true;
        rest.remove(0);
    }
    if rest.first() == Some(&'.') {
        rest.remove(0);
        format.digits = Some(number(&mut rest)??);
    }
    rest.is_empty().then_some(format)
}

/// The digits at the front; none outside when they are too many.
fn number(rest: &mut Vec<char>) -> Option<Option<usize>> {
    let count = rest.iter().take_while(|character| character.is_ascii_digit()).count();
    let digits: String = rest.drain(..count).collect();
    if digits.is_empty() {
        return Some(None);
    }
    digits.parse().ok().filter(|number| *number <= WIDTH_MAX).map(Some)
}

fn with_commas(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let whole = digits.find(|character: char| !character.is_ascii_digit()).unwrap_or(digits.len());
    let mut out = sign.to_owned();
    for (position, digit) in digits[..whole].chars().enumerate() {
        if position > 0 && (whole - position) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out + &digits[whole..]
}

fn pad(value: &Value, text: String, format: &Format) -> String {
    let length = text.chars().count();
    if length >= format.width {
        return text;
    }
    let missing = format.width - length;
    let is_number = matches!(value, Value::Int(_) | Value::Float(_));
    let align = format.align.unwrap_or(if is_number { '>' } else { '<' });
    let fill = |count: usize| format.fill.to_string().repeat(count);
    match align {
        '<' => text + &fill(missing),
        '^' => fill(missing / 2) + &text + &fill(missing - missing / 2),
        '=' if is_number && text.starts_with('-') => format!("-{}{}", fill(missing), &text[1..]),
        _ => fill(missing) + &text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_shape_numbers_and_strings() {
        let float = Value::Float(2.34567);
        assert_eq!(format_value(&float, "2.34567".into(), ".2").ok().as_deref(), Some("2.35"));
        let int = Value::Int(-1_234_567);
        assert_eq!(format_value(&int, "-1234567".into(), ",").ok().as_deref(), Some("-1,234,567"));
        assert_eq!(format_value(&Value::Int(-7), "-7".into(), "05").ok().as_deref(), Some("-0007"));
        let text = Value::str("ab");
        assert_eq!(format_value(&text, "ab".into(), "*^6").ok().as_deref(), Some("**ab**"));
        assert_eq!(format_value(&text, "ab".into(), "5").ok().as_deref(), Some("ab   "));
        assert!(format_value(&text, "ab".into(), "x9").is_err());
    }
}
