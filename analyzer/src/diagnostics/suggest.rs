//! "Did you mean": the known name nearest to a misspelt one.

/// At most this many edits, and fewer than half the name's length, make a name near.
const DISTANCE_MAX: usize = 2;

/// The nearest of `known` to `name`, the first of equals; none when nothing is near.
pub fn suggest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = DISTANCE_MAX.min(name.chars().count().div_ceil(2).saturating_sub(1)).max(1);
    known
        .into_iter()
        .filter(|candidate| *candidate != name && !candidate.is_empty())
        .map(|candidate| (strsim::osa_distance(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::suggest;

    #[test]
    fn a_swap_of_letters_is_near() {
        assert_eq!(suggest("pritn", ["len", "print"]), Some("print"));
    }

    #[test]
    fn a_different_word_is_not() {
        assert_eq!(suggest("fetch", ["print", "len"]), None);
        assert_eq!(suggest("x", ["yz"]), None);
    }
}
