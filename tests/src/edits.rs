//! Edits as people make them, drawn from a seed: lines cut, doubled and swapped, a token typed
//! where it does not belong, a program that stops in the middle.

/// What is typed somewhere: what opens and never closes, what begins a statement, what is text.
const TYPED: [&str; 12] =
    ["(", ")", ":", "\"", "\n", "\n        ", "spawn ", "concurrent:", "f\"{", " = ", "\t", "ß"];

/// Numbers from a seed (a linear congruential generator; its upper half is random enough here).
#[derive(Clone, Debug)]
pub struct Numbers(u64);

impl Numbers {
    /// The numbers of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number below a limit; 0 when there is none below.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }
}

/// The text after one edit.
pub fn edited(text: &str, numbers: &mut Numbers) -> String {
    let mut lines: Vec<_> = text.split_inclusive('\n').collect();
    let (one, other) = (numbers.below(lines.len()), numbers.below(lines.len()));
    match numbers.below(5) {
        0 if !lines.is_empty() => drop(lines.remove(one)),
        1 if !lines.is_empty() => lines.insert(other, lines[one]),
        2 if !lines.is_empty() => lines.swap(one, other),
        3 => return text[..boundary(text, numbers)].to_owned(),
        _ => {
            let (before, after) = text.split_at(boundary(text, numbers));
            return [before, TYPED[numbers.below(TYPED.len())], after].concat();
        }
    }
    lines.concat()
}

fn boundary(text: &str, numbers: &mut Numbers) -> usize {
    let mut at = numbers.below(text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_edits_every_time() {
        let edits = |seed| {
            let mut numbers = Numbers::new(seed);
            (0..20).map(|_| edited("a\nß\nc\n", &mut numbers)).collect::<Vec<_>>()
        };
        assert_eq!(edits(1), edits(1));
        assert_ne!(edits(1), edits(2));
    }
}
