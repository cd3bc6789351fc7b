//! Programs with bytes changed.
//!
//! What it is not: text at first; what is no UTF-8 becomes U+FFFD. Invariant: the result is short.

use super::choices::Choices;
use super::edits;

/// How long a mutated text is, about.
const BYTES_MAX: usize = 1500;

/// One of the seeds, or a stretch of it, with some bytes changed.
pub(crate) fn mutated(seeds: &[String], choices: &mut Choices<'_>) -> String {
    let mut bytes = stretch(seeds, choices, BYTES_MAX).to_vec();
    for _ in 0..1 + choices.below(8) {
        let at = choices.below(bytes.len() + 1);
        let end = (at + choices.below(8)).min(bytes.len());
        match choices.below(7) {
            0 if at < bytes.len() => bytes[at] = choices.next() as u8,
            1 if at < bytes.len() => bytes[at] ^= 1 << choices.below(8),
            2 => drop(bytes.drain(at..end)),
            3 => drop(bytes.splice(at..end, stretch(seeds, choices, 80).to_vec())),
            4 => bytes.insert(at, choices.pick(b"()[]{}\"'#:.,=\n\r\t \\!?|&-+*f")),
            5 => bytes.truncate(at.max(8)),
            _ => drop(bytes.splice(at..at, choices.pick(edits::WORDS).bytes())),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Some bytes of one of the seeds.
fn stretch<'a>(seeds: &'a [String], choices: &mut Choices<'_>, len_max: usize) -> &'a [u8] {
    let seed = seeds.get(choices.below(seeds.len())).map_or("", String::as_str).as_bytes();
    let start = if choices.one_in(3) { 0 } else { choices.below(seed.len() + 1) };
    let end = (start + 1 + choices.below(len_max)).min(seed.len());
    &seed[start.min(end)..end]
}
