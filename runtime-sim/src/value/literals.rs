//! The text of values that have no parts, as literals.

/// The text as a literal.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::new();
    quote(&mut out, text);
    out
}

pub(super) fn quote(out: &mut String, text: &str) {
    out.push('"');
    text.chars().for_each(|character| quote_character(out, character));
    out.push('"');
}

pub(super) fn quote_character(out: &mut String, character: char) {
    match character {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        control if control.is_control() => out.push_str(&format!("\\u{{{:X}}}", control as u32)),
        plain => out.push(plain),
    }
}

pub(super) fn quote_byte(out: &mut String, byte: u8) {
    match byte {
        0x20..=0x7e | b'\n' | b'\r' | b'\t' => quote_character(out, char::from(byte)),
        other => out.push_str(&format!("\\x{other:02x}")),
    }
}

/// The shortest text that reads back as this float: `1.0`, `0.1`, `1e+21`, `1e-07`, `inf`, `nan`.
pub(crate) fn float_text(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if value != 0.0 && !(-4..=20).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{sign}{:02}", exponent.abs());
    }
    let plain = format!("{value}");
    if plain.contains('.') { plain } else { plain + ".0" }
}

/// As Go writes durations: `1m30s`, `250ms`, `1.5s`, `0s`.
pub(crate) fn duration_text(nanoseconds: i64) -> String {
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let length = nanoseconds.unsigned_abs();
    if length == 0 {
        return "0s".to_owned();
    }
    if length < 1_000_000_000 {
        let (unit, name) = match length {
            0..1_000 => (1, "ns"),
            1_000..1_000_000 => (1_000, "µs"),
            _ => (1_000_000, "ms"),
        };
        return format!("{sign}{}{name}", decimal(length, unit));
    }
    let (hours, rest) = (length / 3_600_000_000_000, length % 3_600_000_000_000);
    let (minutes, seconds) = (rest / 60_000_000_000, rest % 60_000_000_000);
    let mut text = sign.to_owned();
    if hours > 0 {
        text += &format!("{hours}h");
    }
    if hours > 0 || minutes > 0 {
        text += &format!("{minutes}m");
    }
    text + &decimal(seconds, 1_000_000_000) + "s"
}

fn decimal(value: u64, unit: u64) -> String {
    let (whole, rest) = (value / unit, value % unit);
    if rest == 0 {
        return whole.to_string();
    }
    let digits = unit.ilog10() as usize;
    let fraction = format!("{rest:0digits$}");
    format!("{whole}.{}", fraction.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_print_as_the_shortest_text_that_reads_back() {
        let texts = [1.0, 0.1, 1e21, 1e-7, -0.5, 1e20, 0.0001, 1.5e300, 0.0].map(float_text);
        assert_eq!(
            texts,
            [
                "1.0",
                "0.1",
                "1e+21",
                "1e-07",
                "-0.5",
                "100000000000000000000.0",
                "0.0001",
                "1.5e+300",
                "0.0"
            ]
        );
        assert_eq!(float_text(f64::NAN), "nan");
        assert_eq!(float_text(f64::NEG_INFINITY), "-inf");
    }

    #[test]
    fn durations_print_as_go_writes_them() {
        let second = 1_000_000_000;
        let texts = [90 * second, 250_000_000, 1_500_000_000, 0, -second, 3600 * second, 1500, 7]
            .map(duration_text);
        assert_eq!(texts, ["1m30s", "250ms", "1.5s", "0s", "-1s", "1h0m0s", "1.5µs", "7ns"]);
    }
}
