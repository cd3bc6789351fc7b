//! What the fuzz tests and the fuzz targets share.

#![allow(dead_code)]

pub mod checks;
pub mod choices;
pub mod edits;
pub mod mutation;
pub mod program;
pub mod seeds;
