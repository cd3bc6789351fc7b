//! The formats of f-strings: `[[fill]align][0][width][,][.digits]`.

use weir_analyzer::format::Format;

use super::Value;
use crate::failure::{FailureKind, Fallible, fail};

/// `text` is the value as it prints; the format shapes it.
pub(crate) fn format_value(value: &Value, text: String, format: &str) -> Fallible<String> {
    let Some(format) = Format::parse(format) else {
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
        let zeros_to = if format.align == Some('=') { format.width } else { 0 };
        text = with_commas(&text, zeros_to);
    }
    Ok(pad(value, text, &format))
}

/// With zeros in front that belong to the groups, up to a width.
fn with_commas(text: &str, zeros_to: usize) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let count = digits.bytes().take_while(u8::is_ascii_digit).count();
    if count == 0 {
        return text.to_owned();
    }
    let (whole, rest) = digits.split_at(count);
    let width = zeros_to.saturating_sub(sign.len() + rest.len());
    // The fewest digits that fill the width with their commas.
    let filled = if width == 0 { 0 } else { width * 3 / 4 + 1 };
    let whole = "0".repeat(filled.saturating_sub(count)) + whole;
    let mut out = sign.to_owned();
    for (position, digit) in whole.chars().enumerate() {
        if position > 0 && (whole.len() - position).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out + rest
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
        let zeros = format_value(&Value::Int(-1_000), "-1000".into(), "08,");
        assert_eq!(zeros.ok().as_deref(), Some("-001,000"));
        let zeros = format_value(&Value::Int(1_000), "1000".into(), "08,");
        assert_eq!(zeros.ok().as_deref(), Some("0,001,000"));
        assert_eq!(format_value(&Value::Int(-7), "-7".into(), "05").ok().as_deref(), Some("-0007"));
        let text = Value::str("ab");
        assert_eq!(format_value(&text, "ab".into(), "*^6").ok().as_deref(), Some("**ab**"));
        assert_eq!(format_value(&text, "ab".into(), "5").ok().as_deref(), Some("ab   "));
        assert!(format_value(&text, "ab".into(), "x9").is_err());
    }
}
