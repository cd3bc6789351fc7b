//! Ownership: which owned values reach which, and who may touch them when.
