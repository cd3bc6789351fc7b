//! Edits made in a text.

use weir_syntax::TextRange;

/// The text with all edits made at once; none when two of them overlap or one lies outside. What is
/// put in at one place stands in the order of the edits.
pub fn edited<'a>(
    text: &str,
    edits: impl IntoIterator<Item = (TextRange, &'a str)>,
) -> Option<String> {
    let mut edits: Vec<_> = edits.into_iter().collect();
    edits.sort_by_key(|(range, _)| (range.start(), range.end()));
    let (mut new, mut done) = (String::with_capacity(text.len()), 0);
    for (range, replacement) in edits {
        new += text.get(done..range.start().into())?;
        new += replacement;
        done = range.end().into();
    }
    new += text.get(done..)?;
    Some(new)
}

#[cfg(test)]
mod tests {
    use super::edited;
    use weir_syntax::TextRange;

    fn range(start: u32, end: u32) -> TextRange {
        TextRange::new(start.into(), end.into())
    }

    #[test]
    fn edits_are_made_at_once_in_the_order_of_the_text() {
        let edits = [(range(4, 5), "X"), (range(0, 1), ""), (range(2, 2), "yz")];
        assert_eq!(edited("abcde", edits).as_deref(), Some("byzcdX"));
    }

    #[test]
    fn edits_that_overlap_or_lie_outside_are_not_made() {
        assert_eq!(edited("abc", [(range(0, 2), ""), (range(1, 3), "")]), None);
        assert_eq!(edited("abc", [(range(2, 4), "")]), None);
        assert_eq!(edited("ä", [(range(1, 2), "")]), None);
    }
}
