//! What the fuzz tests and the fuzz targets share.

#![allow(dead_code, reason = "each test and target uses some of it")]
#![allow(clippy::disallowed_methods, reason = "a test may read the tree that it is part of")]

pub(crate) mod checks;
pub(crate) mod choices;
pub(crate) mod edits;
pub(crate) mod mutation;
pub(crate) mod program;
pub(crate) mod seeds;
