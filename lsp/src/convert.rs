//! Weir's terms to the protocol's and the terminal's: positions, diagnostics, addresses.
//!
//! Nothing here decides anything: the same findings, said in other words.

mod diagnostic;
mod position;
mod uri;

pub(crate) use diagnostic::Converter;
pub(crate) use position::{Position, lsp_range, offset, position};
pub(crate) use uri::{path_of, uri_of};
