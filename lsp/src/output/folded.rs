//! Rounds of a schedule that are all the same, told once.
//!
//! Only lines for people are folded: formats for tools have every step.

use std::ops::Range;

/// Rounds of more steps are not looked for.
const ROUND_STEPS_MAX: usize = 32;

/// Fewer steps are not worth the line that stands for them.
const HIDDEN_MIN: usize = 2;

/// Steps that are told.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Told {
    /// Which ones.
    pub(super) steps: Range<usize>,
    /// How often the same steps come again right after them.
    pub(super) again: usize,
}

/// The steps, each round that comes again once.
pub(super) fn folded<T: PartialEq>(steps: &[T]) -> Vec<Told> {
    let (mut told, mut at, mut start) = (Vec::new(), 0, 0);
    while at < steps.len() {
        let Some((length, again)) = most_hidden(&steps[at..]) else {
            at += 1;
            continue;
        };
        if start < at {
            told.push(Told { steps: start..at, again: 0 });
        }
        told.push(Told { steps: at..at + length, again });
        at += length * (again + 1);
        start = at;
    }
    if start < at {
        told.push(Told { steps: start..at, again: 0 });
    }
    told
}

/// The round that the steps begin with and how often it comes again, so that as many as can be are hidden.
fn most_hidden<T: PartialEq>(steps: &[T]) -> Option<(usize, usize)> {
    let lengths = 1..=ROUND_STEPS_MAX.min(steps.len() / 2);
    let rounds = lengths.map(|length| {
        let (first, rest) = steps.split_at(length);
        (length, rest.chunks(length).take_while(|round| *round == first).count())
    });
    let worth = rounds.filter(|(length, again)| length * again >= HIDDEN_MIN);
    worth.reduce(|best, round| if round.0 * round.1 > best.0 * best.1 { round } else { best })
}

#[cfg(test)]
mod tests {
    use super::{Told, folded};

    fn told(steps: &str) -> Vec<(String, usize)> {
        let steps: Vec<char> = steps.chars().collect();
        let text = |Told { steps: at, again }| (steps[at].iter().collect(), again);
        folded(&steps).into_iter().map(text).collect()
    }

    fn expected(parts: &[(&str, usize)]) -> Vec<(String, usize)> {
        parts.iter().map(|(text, again)| ((*text).to_owned(), *again)).collect()
    }

    #[test]
    fn rounds_are_told_once() {
        assert_eq!(told("sababab"), expected(&[("s", 0), ("ab", 2)]));
        assert_eq!(told("aaaaab"), expected(&[("a", 4), ("b", 0)]));
        assert_eq!(told("abcabcd"), expected(&[("abc", 1), ("d", 0)]));
    }

    #[test]
    fn what_hides_little_stays() {
        assert_eq!(told("abba"), expected(&[("abba", 0)]));
        assert_eq!(told("abcd"), expected(&[("abcd", 0)]));
        assert_eq!(told(""), expected(&[]));
    }

    #[test]
    fn the_part_of_a_round_at_the_end_is_told() {
        assert_eq!(told("abcabcab"), expected(&[("abc", 1), ("ab", 0)]));
    }
}
