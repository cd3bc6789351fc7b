//! Names and literals in messages, which are for people: of a very long one the begin.

use std::borrow::Cow;

/// How many characters of a name or a literal a message shows.
const SHOWN_CHARACTERS_MAX: usize = 60;

/// What a message shows of a name or a literal.
pub fn shortened(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(SHOWN_CHARACTERS_MAX) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_too_long_is_cut_and_at_a_character() {
        let (fits, exceeds) =
            ("ü".repeat(SHOWN_CHARACTERS_MAX), "ü".repeat(SHOWN_CHARACTERS_MAX + 1));
        assert_eq!(shortened(&fits), fits);
        assert_eq!(shortened(&exceeds), format!("{fits}…"));
    }
}
