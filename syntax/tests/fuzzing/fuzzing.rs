//! What the fuzz tests and the fuzz targets share.

#![allow(dead_code)]

pub(crate) mod checks;
pub(crate) mod choices;
pub(crate) mod edits;
pub(crate) mod mutation;
pub(crate) mod program;
pub(crate) mod seeds;
