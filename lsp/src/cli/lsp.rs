//! `weir lsp`: the language server.

use clap::Args;

use super::{Status, Stop};
use crate::{huge_pages, server};

/// Serve an editor over the Language Server Protocol
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  weir lsp --stdio     as an editor starts it")]
pub(super) struct Lsp {
    /// Talk over standard input and output, which is the default
    #[arg(long)]
    stdio: bool,
}

impl Lsp {
    pub(super) fn run(self) -> Result<Status, Stop> {
        let Self { stdio: _ } = self;
        huge_pages::allow();
        // The protocol asks for status 1 when the editor left without a `shutdown`.
        match server::serve()? {
            true => Ok(Status::Fine),
            false => Ok(Status::Findings),
        }
    }
}
