//! Whole numbers on the command line.

use std::str::FromStr;

/// A whole number from 0.
pub(super) fn whole(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "write a whole number, such as `20`".to_owned())
}

/// A whole number from 1.
pub(super) fn at_least_one<T: FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| "write a whole number from 1, such as `20`".to_owned())
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU64;

    use super::*;

    #[test]
    fn what_is_no_number_is_refused_with_an_example() {
        assert_eq!(whole("0"), Ok(0));
        for text in ["", "abc", "-1", "1.5", "1_000", "99999999999999999999"] {
            assert_eq!(whole(text), Err("write a whole number, such as `20`".to_owned()), "{text}");
        }
        assert!(at_least_one::<NonZeroU64>("0").is_err());
        assert_eq!(at_least_one("7"), Ok(NonZeroU64::MIN.saturating_add(6)));
    }
}
