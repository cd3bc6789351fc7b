//! The default scheduler: random choices from a seed.

use super::{ChoiceKind, Scheduler};

/// Chooses at random, the same for the same seed.
#[derive(Clone, Debug)]
pub struct Seeded {
    seed: u64,
    state: u64,
}

impl Seeded {
    /// A scheduler whose choices follow from `seed`.
    pub fn new(seed: u64) -> Self {
        Self { seed, state: seed }
    }

    /// SplitMix64 (Steele, Lea, Flood 2014): any seed is a good one, neighbours too.
    pub(super) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

impl Scheduler for Seeded {
    fn seed(&self) -> u64 {
        self.seed
    }

    fn choose(&mut self, _kind: ChoiceKind, count: u32) -> Result<u32, String> {
        // The high bits of a product: even up to a share of 2^-32, and no division.
        Ok(((u128::from(self.next()) * u128::from(count)) >> 64) as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_chooses_the_same_and_another_does_not() {
        let picks = |seed| {
            let mut scheduler = Seeded::new(seed);
            (0..32).map(|_| scheduler.choose(ChoiceKind::Select, 5)).collect::<Vec<_>>()
        };
        assert_eq!(picks(7), picks(7));
        assert_ne!(picks(7), picks(8));
        assert!(picks(7).into_iter().all(|pick| pick.is_ok_and(|pick| pick < 5)));
    }
}
