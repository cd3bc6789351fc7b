//! Sets of a body's locals, a bit each: what analyses keep for every block.

use super::Local;

const BITS: usize = u64::BITS as usize;

/// Some locals of one body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocalSet {
    /// The last word is not 0, so that equal sets are equal here.
    words: Vec<u64>,
}

impl LocalSet {
    /// Puts a local in.
    pub fn insert(&mut self, local: Local) {
        let (word, bit) = place(local);
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        self.words[word] |= bit;
    }

    /// Takes a local out.
    pub fn remove(&mut self, local: Local) {
        let (word, bit) = place(local);
        if let Some(word) = self.words.get_mut(word) {
            *word &= !bit;
        }
        self.trim();
    }

    /// Whether a local is in.
    pub fn contains(&self, local: Local) -> bool {
        let (word, bit) = place(local);
        self.words.get(word).is_some_and(|word| word & bit != 0)
    }

    /// Keeps what is in the other too; whether that took anything out.
    pub fn keep_common(&mut self, other: &Self) -> bool {
        let mut lost = false;
        for (index, word) in self.words.iter_mut().enumerate() {
            let common = *word & other.words.get(index).copied().unwrap_or(0);
            lost |= common != *word;
            *word = common;
        }
        self.trim();
        lost
    }

    /// Puts all in that are in the other.
    pub fn add_all(&mut self, other: &Self) {
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word |= other;
        }
    }

    /// Its locals, in order.
    pub fn iter(&self) -> impl Iterator<Item = Local> + '_ {
        self.words.iter().enumerate().flat_map(|(index, word)| {
            let bits = (0..BITS).filter(move |bit| word & (1 << bit) != 0);
            bits.map(move |bit| Local((index * BITS + bit) as u32))
        })
    }

    fn trim(&mut self) {
        while self.words.last() == Some(&0) {
            self.words.pop();
        }
    }
}

impl FromIterator<Local> for LocalSet {
    fn from_iter<I: IntoIterator<Item = Local>>(locals: I) -> Self {
        let mut set = Self::default();
        locals.into_iter().for_each(|local| set.insert(local));
        set
    }
}

fn place(local: Local) -> (usize, u64) {
    (local.index() / BITS, 1 << (local.index() % BITS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(locals: &[u32]) -> LocalSet {
        locals.iter().copied().map(Local).collect()
    }

    #[test]
    fn a_set_is_what_was_put_in_and_not_taken_out() {
        let mut some = set(&[1, 64, 200]);
        assert!(
            some.contains(Local(64)) && !some.contains(Local(63)) && !some.contains(Local(900))
        );
        some.remove(Local(200));
        assert_eq!(some, set(&[64, 1]));
        assert_eq!(some.iter().collect::<Vec<_>>(), [Local(1), Local(64)]);
    }

    #[test]
    fn keeping_what_is_common_says_whether_anything_went() {
        let mut some = set(&[1, 64, 200]);
        assert!(!some.keep_common(&set(&[1, 2, 64, 200, 300])));
        assert!(some.keep_common(&set(&[1, 2])));
        assert_eq!(some, set(&[1]));
    }

    #[test]
    fn adding_all_is_their_union() {
        let mut some = set(&[1]);
        some.add_all(&set(&[0, 130]));
        assert_eq!(some, set(&[0, 1, 130]));
    }
}
