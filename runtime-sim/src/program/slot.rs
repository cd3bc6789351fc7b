//! What instructions read and write: registers of the running frame, and the program's constants.
//!
//! Invariant: each is kept as the bytes from the first to it, which is what the real machine adds to an address; to
//! count in values would be one step more for each operand. Hashes and listings know its index alone.

use std::fmt;
use std::hash::{Hash, Hasher};

/// A register, or a constant where the top bit is set, in bytes from the first.
const VALUE_BYTES: u32 = 16;
const CONSTANT_BIT: u32 = 1 << 31;

/// A register of the running frame.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reg(u32);

impl Reg {
    /// No register of any frame.
    pub(crate) const NOWHERE: Self = Self(!CONSTANT_BIT);

    pub(crate) const fn new(index: u32) -> Self {
        Self(index * VALUE_BYTES)
    }

    pub(crate) fn index(self) -> usize {
        (self.0 / VALUE_BYTES) as usize
    }

    /// How many bytes it is behind the first.
    pub(crate) fn offset(self) -> usize {
        self.0 as usize
    }
}

impl Hash for Reg {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.0 / VALUE_BYTES).hash(state);
    }
}

impl fmt::Debug for Reg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Reg").field(&self.index()).finish()
    }
}

/// What an instruction reads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slot(u32);

impl Slot {
    pub(crate) fn register(register: Reg) -> Self {
        Self(register.0)
    }

    pub(crate) fn constant(index: usize) -> Self {
        Self((index as u32 * VALUE_BYTES) | CONSTANT_BIT)
    }

    pub(crate) fn as_constant(self) -> Option<usize> {
        self.is_constant().then_some(self.offset() / VALUE_BYTES as usize)
    }

    pub(crate) fn as_register(self) -> Option<Reg> {
        (!self.is_constant()).then_some(Reg(self.0))
    }

    pub(crate) fn is_constant(self) -> bool {
        self.0 & CONSTANT_BIT != 0
    }

    /// How many bytes it is behind the first of its kind.
    pub(crate) fn offset(self) -> usize {
        (self.0 & !CONSTANT_BIT) as usize
    }
}

impl Hash for Slot {
    fn hash<H: Hasher>(&self, state: &mut H) {
        ((self.offset() as u32 / VALUE_BYTES) | (self.0 & CONSTANT_BIT)).hash(state);
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.as_constant(), self.as_register()) {
            (Some(index), _) => write!(f, "k{index}"),
            (None, Some(register)) => write!(f, "r{}", register.index()),
            (None, None) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_the_register_or_the_constant_that_it_was_made_of() {
        assert_eq!(size_of::<crate::value::Value>(), VALUE_BYTES as usize);
        let (register, constant) = (Slot::register(Reg::new(7)), Slot::constant(9));
        assert_eq!(register.as_register().map(Reg::index), Some(7));
        assert_eq!((register.as_constant(), constant.as_register()), (None, None));
        assert_eq!((constant.as_constant(), constant.offset()), (Some(9), 144));
        assert_eq!(format!("{register:?} {constant:?} {:?}", Reg::new(7)), "r7 k9 Reg(7)");
    }
}
