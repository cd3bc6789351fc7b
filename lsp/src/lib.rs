//! `weir`: the command line and the language server.
//!
//! ```text
//! arguments ▶ cli ─┬▶ workspace ▶ Database ▶ Diagnostics ▶ output ▶ terminal
//!                  ├▶ runtime-sim ▶ outcome, report
//!                  └▶ server ▶ convert ▶ editor
//! ```
//!
//! This crate converts and never decides: no rule of the language stands here. It is the only one
//! that knows files, the terminal and the language server protocol.
//!
//! [`main`] is all there is to call; everything else is reached through the binary.

mod bug;
mod cli;
mod confirm;
mod convert;
mod fix;
mod host;
mod huge_pages;
mod interrupt;
mod output;
mod server;
mod shell;
mod testing;
mod threads;
mod workspace;

pub use cli::main;
