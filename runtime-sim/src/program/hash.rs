//! A hash of what a program does, the same on every machine and in every build.

use std::hash::{Hash, Hasher};

use super::Program;

/// FNV-1a over little-endian bytes; lengths as 64 bits, whatever the machine's word is.
#[derive(Clone)]
pub(crate) struct StableHasher(u64);

impl StableHasher {
    pub(crate) fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for StableHasher {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }

    fn write_u16(&mut self, value: u16) {
        self.write(&value.to_le_bytes());
    }

    fn write_u32(&mut self, value: u32) {
        self.write(&value.to_le_bytes());
    }

    fn write_u64(&mut self, value: u64) {
        self.write(&value.to_le_bytes());
    }

    fn write_i64(&mut self, value: i64) {
        self.write(&value.to_le_bytes());
    }

    fn write_usize(&mut self, value: usize) {
        self.write_u64(value as u64);
    }

    fn write_isize(&mut self, value: isize) {
        self.write_i64(value as i64);
    }
}

/// A stable hash of bytes.
pub(crate) fn stable_hash(bytes: &[u8]) -> u64 {
    let mut hasher = StableHasher::new();
    hasher.write(bytes);
    hasher.finish()
}

impl Program {
    /// Instructions, constants and tables; no places, so that moving code keeps the hash.
    pub(crate) fn compute_hash(&self) -> u64 {
        let mut hasher = StableHasher::new();
        for code in &self.codes {
            code.name.hash(&mut hasher);
            code.instrs.hash(&mut hasher);
            (code.registers, code.kept, code.params).hash(&mut hasher);
            for scope in &code.scopes {
                (scope.supervised, scope.on_timeout).hash(&mut hasher);
            }
        }
        self.literals.hash(&mut hasher);
        for list in &self.lists {
            for slot in list {
                slot.hash(&mut hasher);
            }
        }
        self.plans.hash(&mut hasher);
        self.types.hash(&mut hasher);
        self.variants.hash(&mut hasher);
        self.globals.hash(&mut hasher);
        hasher.finish()
    }
}
