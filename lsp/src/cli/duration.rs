//! Durations on the command line, written as programs print them: `100ms`, `1.5s`, `1m30s`.

/// Nanoseconds in each unit, the longer names first where one begins with another.
const UNITS: [(&str, f64); 7] =
    [("ns", 1.0), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 6e10), ("h", 3.6e12)];

/// The nanoseconds of a duration.
pub(super) fn nanoseconds(text: &str) -> Result<u64, String> {
    let mut rest = text;
    let mut total = 0.0;
    while !rest.is_empty() || text.is_empty() {
        let digits =
            rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').len();
        let (number, after) = rest.split_at(digits);
        let unit = UNITS.iter().find(|(unit, _)| after.starts_with(unit));
        let (Ok(number), Some((unit, nanoseconds))) = (number.parse::<f64>(), unit) else {
            return Err("write a duration as in `100ms`, `1.5s` or `1m30s`".to_owned());
        };
        total += number * nanoseconds;
        rest = &after[unit.len()..];
    }
    // A float beyond the range becomes its end, which is three centuries.
    Ok(total.round() as u64)
}

#[cfg(test)]
mod tests {
    use super::nanoseconds;

    #[test]
    fn durations_are_read_as_they_are_printed() {
        let read = ["100ms", "1.5s", "1m30s", "2h", "7us", "0s", "3ns"].map(nanoseconds);
        let expected =
            [100_000_000, 1_500_000_000, 90_000_000_000, 7_200_000_000_000, 7_000, 0, 3].map(Ok);
        assert_eq!(read, expected);
    }

    #[test]
    fn a_number_without_a_unit_is_no_duration() {
        for text in ["", "5", "ms", "5 s", "-1s", "1.2.3s", "5sm"] {
            assert!(nanoseconds(text).is_err(), "{text}");
        }
    }
}
