//! Bits that are read for themselves, out of a value.
//!
//! A value is written as a tag and bits, in two stores. Where both are read to be written elsewhere, the compiler
//! reads them in one piece, and the processor cannot give it a piece of two stores that are still under way: it
//! waits for them, longer than the whole instruction takes.
#![expect(unsafe_code, reason = "only a volatile read is never joined with the one beside it")]

/// The bits, read alone.
#[inline(always)]
pub(crate) fn apart<T: Copy>(bits: &T) -> T {
    // SAFETY: a reference is valid for a read.
    unsafe { std::ptr::read_volatile(bits) }
}
