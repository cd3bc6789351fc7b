//! Amounts of memory on the command line: `512M`, `2G`, or a number of bytes.

/// [`weir_runtime_sim::MEMORY_MAX_DEFAULT_BYTES`], as it is written.
pub(super) const MEMORY_DEFAULT: &str = "2G";

/// Each unit and its power of two.
const UNITS: [(&str, u32); 4] = [("K", 10), ("M", 20), ("G", 30), ("T", 40)];

/// The bytes of an amount.
pub(super) fn bytes(text: &str) -> Result<u64, String> {
    let unit = UNITS.iter().find_map(|(unit, power)| Some((text.strip_suffix(unit)?, *power)));
    let (digits, power) = unit.unwrap_or((text, 0));
    let number = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(1 << power));
    number.ok_or_else(|| "write an amount as in `512M` or `2G`".to_owned())
}

/// As [`bytes`] reads it, in the largest unit that it is a multiple of.
pub(super) fn text(bytes: u64) -> String {
    let fits = |power: u32| bytes > 0 && bytes.is_multiple_of(1 << power);
    let unit = UNITS.iter().rev().find(|(_, power)| fits(*power));
    unit.map_or_else(|| bytes.to_string(), |(unit, power)| format!("{}{unit}", bytes >> power))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_they_are_written() {
        let read = ["17", "4K", "512M", "2G"].map(bytes);
        assert_eq!(read, [17, 4 << 10, 512 << 20, 2 << 30].map(Ok));
        assert_eq!([17, 4 << 10, 1536 << 20, 2 << 30].map(text), ["17", "4K", "1536M", "2G"]);
    }

    #[test]
    fn the_default_is_the_machine_s() {
        assert_eq!(bytes(MEMORY_DEFAULT), Ok(weir_runtime_sim::MEMORY_MAX_DEFAULT_BYTES));
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in ["", "M", "-1", "1.5G", "2GB", "99999999999T"] {
            assert!(bytes(text).is_err(), "{text}");
        }
    }
}
