//! Where the generators get their decisions from: a seed, or the bytes of a fuzzer.
//!
//! What it is not: random. Invariant: the same seed, or the same bytes, give the same decisions.

/// A source of decisions.
pub(crate) enum Choices<'a> {
    /// Numbers that look random.
    Seed(u64),
    /// Numbers that a fuzzer chose, and zeros when they are used up.
    Bytes(&'a [u8]),
}

impl Choices<'_> {
    /// Decisions for the run of this number.
    pub(crate) fn of_seed(seed: u64) -> Self {
        let mut choices = Self::Seed(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        for _ in 0..4 {
            choices.next();
        }
        choices
    }

    /// The next number.
    pub(crate) fn next(&mut self) -> u64 {
        match self {
            Self::Seed(state) => {
                *state ^= *state << 13;
                *state ^= *state >> 7;
                *state ^= *state << 17;
                state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
            }
            Self::Bytes([first, second, rest @ ..]) => {
                let number = u64::from(*first) << 8 | u64::from(*second);
                *self = Self::Bytes(rest);
                number
            }
            Self::Bytes(_) => 0,
        }
    }

    /// A number below the bound.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    /// One time in so many.
    pub(crate) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    /// One of these.
    pub(crate) fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}
